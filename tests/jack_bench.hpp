// SPDX-License-Identifier: GPL-3.0-or-later
// A JACK server of our own without a sound card, and the device under test as its client (tests/jack_device).
#pragma once

#include "tests/child_program.hpp"
#include "tests/scratch_run.hpp"

#include <sys/file.h>

#include <cstdlib>
#include <memory>

namespace fourpole {

/// True where there is no JACK; the test then says so and is counted as skipped.
inline bool no_jack() {
#ifdef FOURPOLE_JACK_DEVICE
    if (::access(FOURPOLE_JACKD, X_OK) == 0) return false;
#endif
    WARN("SKIPPED: no JACK here (packages jackd2, libjack-jackd2-dev)");
    return true;
}

#ifndef FOURPOLE_JACK_DEVICE
#define FOURPOLE_JACK_DEVICE ""
#define FOURPOLE_JACKD ""
#endif

/// One at a time on this machine, for as long as it lives: servers that were killed leave a name behind, and
/// there is room for eight. So they all have this one.
class OnlyJack {
public:
    OnlyJack() {
        const fs::path file = fs::temp_directory_path() / ("fourpole-jack-" + std::to_string(getuid()));
        lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        REQUIRE(lock_ >= 0);
        int waits = 0;
        while (flock(lock_, LOCK_EX | LOCK_NB) != 0 && ++waits < 6000)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        REQUIRE(waits < 6000);
        for (const auto& [key, value] : {std::pair{"JACK_DEFAULT_SERVER", "fourpole_test"},
                                         {"JACK_NO_START_SERVER", "1"},
                                         {"JACK_NO_AUDIO_RESERVATION", "1"}})
            REQUIRE(setenv(key, value, 1) == 0);
    }
    ~OnlyJack() { ::close(lock_); }
    OnlyJack(const OnlyJack&) = delete;
    OnlyJack& operator=(const OnlyJack&) = delete;

private:
    int lock_ = -1;
};

/// JACK 1.9.21 on a busy machine now and then loses what wakes the next client: all of them wait, and so does
/// the server, for ten times -t. That such a take ends is right, and tested; a test that wants a whole one
/// starts anew, with another server. Under a load of 10 on two cores, without real time, one take in 15 stood
/// still; under 15 a server once took no client any more when the stream was to be opened ("invalid").
constexpr int most_starts = 20;
inline bool stood_still(const std::string& why, int& times) {
    const bool busy = why.find("stands still") != std::string::npos ||
                      why.find("device parameter value is invalid") != std::string::npos;
    return busy && ++times < most_starts;
}

/// -S: it waits for its clients instead of dropping frames; -t: but not for ever. -R: in real time where it
/// may, else as all others do.
class JackBench {
public:
    JackBench(unsigned rate_hz, unsigned block, std::vector<std::string> device) {
        server = std::make_unique<ChildProgram>(std::vector<std::string>{
            FOURPOLE_JACKD, "-n", "fourpole_test", "-R", "-S", "-t", "500", "-p", "256", "-d", "dummy", "-r",
            std::to_string(rate_hz), "-p", std::to_string(block), "-C", "0", "-P", "0"});
        device.insert(device.begin(), FOURPOLE_JACK_DEVICE);
        client = std::make_unique<ChildProgram>(device, true);
        REQUIRE(client->said() == "ready");
    }
    ~JackBench() {
        client->end();  // before the server, which would wait for it
        server->end();
    }

    OnlyJack only;
    Scratch folder;
    std::unique_ptr<ChildProgram> server, client;
};

}  // namespace fourpole
