// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card and the device under test behind it, as a client of a JACK server: what is played to it comes
// back, straight or through the modelled player, cable and earphone of a session.
//
//   jack_device KEY VALUE ...
//
//   name NAME            of the client, which is the device's name for whoever looks for one
//   channels N           as many in as out
//   counter N            the channel (from 1) whose counter is followed; it is always copied
//   freewheel N          the server runs free from a take's begin until its counter says N; 0 = never.
//                        On only once the take runs, off before it is closed: what else hangs the server
//   block N, block_at N  at frame N of the counter the server's blocks become as long as that
//   session FILE, bench FILE, seed N
//                        each take is the next arm of the session, as the simulated bench draws it, and runs
//                        free
//   take N               the first one is that take of the session (from 1), of a run that is resumed
//   tells_rest 1         says after each take the largest sample on channels 1 and 2 before they fell silent:
//                        0 unless they were cut off
//
// Says "ready" once the server knows it. Ends with its standard input, at SIGTERM, and when the server does;
// one that goes without a word keeps the server waiting for 5 s.
#include "tests/played/played_session.hpp"

#include <jack/jack.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace fourpole;

namespace {

void sleep_ms(long ms) {
    const timespec moment{0, ms * 1'000'000};
    nanosleep(&moment, nullptr);
}

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "jack_device: %s\n", what.c_str());
    std::exit(2);
}

struct Device {
    jack_client_t* client = nullptr;
    std::vector<jack_port_t*> in, out;
    PlayedSession played;
    long freewheel_until = 0;

    // The audio thread's own.
    std::vector<const float*> heard;
    std::vector<float*> said;
    float ended_with = 0.0F, last_sample = 0.0F;
    int quiet_blocks = 0;

    // What it tells the main thread.
    std::atomic<long> number{-1};  ///< of the counter, -1 = nobody plays
    std::atomic<bool> freewheels{false}, asked_back{false}, gone{false}, rests{false};
    std::atomic<float> rest{0.0F};
};

float* samples(jack_port_t* port, jack_nframes_t frames) {
    return static_cast<float*>(jack_port_get_buffer(port, frames));
}

/// With which sample did the sound end? A take is over when its counter has been away for 20 blocks.
void watch_the_end(Device& d, jack_nframes_t frames, long number) {
    float most = 0.0F, last = 0.0F;
    for (std::size_t c = 0; c < std::min<std::size_t>(2, d.in.size()); ++c) {
        const float* x = samples(d.in[c], frames);
        for (jack_nframes_t n = 0; n < frames; ++n) most = std::max(most, std::abs(x[n]));
        last = std::max(last, std::abs(x[frames - 1]));
    }
    if (most == 0.0F && d.last_sample > 0.0F) d.ended_with = d.last_sample;
    d.last_sample = last;
    d.quiet_blocks = number >= 0 ? 0 : d.quiet_blocks + 1;
    if (d.quiet_blocks == 20 && d.played.last() >= 0) {
        d.rest = std::exchange(d.ended_with, 0.0F);
        d.rests = true;
    }
}

/// Until the server runs in real time again, the take must not come to its end, 37 blocks of 512 from here.
/// The server answers between two blocks only, so a block is held until it has been asked, however busy the
/// machine, and a moment more. Nobody may wait too long for one block: that would be a stream that stands
/// still.
void hold_the_end(const Device& d) {
    const auto over = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    while (d.freewheels && !d.asked_back && std::chrono::steady_clock::now() < over) sleep_ms(1);
    if (d.freewheels) sleep_ms(50);
}

int process(jack_nframes_t frames, void* me) {
    Device& d = *static_cast<Device*>(me);
    for (std::size_t c = 0; c < d.in.size(); ++c) {
        d.heard[c] = samples(d.in[c], frames);
        d.said[c] = samples(d.out[c], frames);
    }
    const long number = d.played.play(d.heard, d.said, frames);
    watch_the_end(d, frames, number);
    d.number.store(number);
    if (d.freewheels && number >= d.freewheel_until) hold_the_end(d);
    return 0;
}

std::atomic<bool> told_to_go{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void shut_down(void* me) { static_cast<Device*>(me)->gone = true; }

jack_client_t* client_of(const std::string& name) {
    for (int wait = 0; wait < 1000; ++wait) {
        if (jack_client_t* client =
                jack_client_open(name.c_str(), jack_options_t(JackNoStartServer | JackUseExactName), nullptr))
            return client;
        sleep_ms(10);
    }
    give_up("no server within 10 s");
}

/// True as soon as nobody holds the other end of our standard input.
bool orphaned() {
    pollfd in{STDIN_FILENO, 0, 0};
    return poll(&in, 1, 0) > 0 && (in.revents & (POLLHUP | POLLERR)) != 0;
}

void serve(Device& device, long new_block, long new_block_at, bool tells_rest) {
    bool asked = false;
    while (!device.gone && !told_to_go && !orphaned()) {
        const long number = device.number;
        if (new_block > 0 && !asked && number >= new_block_at) {
            asked = true;
            jack_set_buffer_size(device.client, static_cast<jack_nframes_t>(new_block));
        }
        if (device.rests.exchange(false) && tells_rest) {
            std::printf("%.9g\n", static_cast<double>(device.rest));
            std::fflush(stdout);
        }
        if (device.freewheel_until > 0) {
            const bool wanted = number >= 0 && number < device.freewheel_until;
            if (wanted && !device.freewheels) {
                device.asked_back = false;
                device.freewheels = true;  // said first: the take may be over before the server has answered
                jack_set_freewheel(device.client, 1);
            } else if (!wanted && device.freewheels) {
                device.asked_back = true;
                if (jack_set_freewheel(device.client, 0) == 0) device.freewheels = false;
            }
        }
        sleep_ms(1);
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::string> told{{"name", "modelled_device"}, {"channels", "4"}, {"counter", "4"},
                                            {"freewheel", "0"},          {"block", "0"},    {"block_at", "0"},
                                            {"tells_rest", "0"},         {"seed", "1"},     {"take", "1"}};
    for (int i = 1; i + 1 < argc; i += 2) told[argv[i]] = argv[i + 1];
    const auto number = [&](const char* key) { return std::strtol(told.at(key).c_str(), nullptr, 10); };

    std::signal(SIGTERM, [](int) { told_to_go = true; });
    Device device;
    device.played.counter = static_cast<std::size_t>(number("counter") - 1);
    device.freewheel_until = number("freewheel");
    if (told.count("session") > 0) {
        auto played = PlayedSession::of(told.at("session"), told.at("bench"),
                                        std::strtoull(told.at("seed").c_str(), nullptr, 10), "");
        if (!played) give_up(played.error().what);
        device.played = std::move(*played);
        device.played.begin_at(static_cast<std::size_t>(std::max(1L, number("take")) - 1));
        // Real time again with the programme's end; silence of 0.4 s is still to come.
        device.freewheel_until = device.played.programme_end();
    }
    jack_set_error_function([](const char*) {});
    jack_set_info_function([](const char*) {});
    device.client = client_of(told.at("name"));
    for (long c = 1; c <= number("channels"); ++c)
        for (const auto& [ports, way, flag] : {std::tuple{&device.in, "in_", JackPortIsInput},
                                               std::tuple{&device.out, "out_", JackPortIsOutput}})
            ports->push_back(jack_port_register(device.client, (way + std::to_string(c)).c_str(),
                                                JACK_DEFAULT_AUDIO_TYPE, static_cast<unsigned long>(flag),
                                                0));
    if (device.played.counter >= device.in.size()) give_up("the counter has a channel that is not there");
    jack_set_process_callback(device.client, &process, &device);
    jack_on_shutdown(device.client, &shut_down, &device);
    device.heard.resize(device.in.size());
    device.said.resize(device.out.size());
    if (jack_activate(device.client) != 0) give_up("the server does not take it");
    std::puts("ready");
    std::fflush(stdout);
    serve(device, number("block"), number("block_at"), number("tells_rest") != 0);
    if (!device.gone) jack_client_close(device.client);
    return 0;
}
