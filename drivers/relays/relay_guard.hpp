// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_address.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

namespace fourpole {

/// What a guard does to one board when nobody else can any more.
struct GuardedBoard {
    RelayAddress address;
    std::chrono::milliseconds fall{20};
    std::vector<int> opening, closing;  ///< relays (from 0) whose contacts open, and close, at rest
};

/// A process of its own that holds the other end of a socket, and no board. [control thread]
///
/// When this program ends by whatever cause, SIGKILL included, the guard opens the boards anew by their
/// identity and puts their relays at rest. While armed it also ends this program when it has not been heard
/// from for `heartbeat`: a program that hangs holds boards and sound card, and only its end frees them. It is
/// a program of its own from its first instruction (no fork beside threads, no file of ours but stderr), in a
/// session of its own: Ctrl-C at the terminal does not reach it.
class RelayGuard {
public:
    /// Returns when the guard has understood. Fault bench_trouble: it does not start.
    static Result<std::unique_ptr<RelayGuard>> start(const std::vector<GuardedBoard>& boards,
                                                     std::chrono::milliseconds heartbeat);
    ~RelayGuard();  ///< without dismiss(): the guard takes over, and nobody waits for it
    RelayGuard(const RelayGuard&) = delete;
    RelayGuard& operator=(const RelayGuard&) = delete;

    // Fault bench_trouble: the guard has ended, does not listen, or stands still.
    Result<Done> arm();  ///< from now on beat() within the heartbeat
    /// As often as you like. The guard answers; where nothing has come from it for 1 s of beats it stands
    /// still. Time in which this program did not beat is not its silence.
    Result<Done> beat();
    Result<Done> pause();  ///< only the end of this program counts again

    void dismiss();  ///< all relays are at rest: it goes, and is gone when this returns
    pid_t pid() const { return pid_; }

private:
    using Clock = std::chrono::steady_clock;
    RelayGuard(int socket, pid_t pid, std::chrono::milliseconds heartbeat)
        : socket_(socket), pid_(pid), heartbeat_(heartbeat) {}
    Result<Done> say(char word);
    bool stands_still();

    int socket_;
    pid_t pid_;
    std::chrono::milliseconds heartbeat_;
    Clock::time_point told_{}, looked_{};
    bool armed_ = false;
    int owed_ = 0;  ///< answers
    Clock::duration silence_{};
};

/// The program that is started as a guard, with the one word "guard-relays"; this one. A test has another.
std::filesystem::path& guard_program();

}  // namespace fourpole
