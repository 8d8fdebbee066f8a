// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/interrupt.hpp"

#include <csignal>
#include <initializer_list>

namespace fourpole {

namespace {

volatile std::sig_atomic_t asked = 0;

void on_signal(int signal) {
    if (asked) {
        // The second one means it: the default action, as if we had never listened.
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
    asked = 1;
}

}  // namespace

Interrupt::Interrupt() {
    asked = 0;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGHUP, on_signal);
    std::signal(SIGQUIT, on_signal);
}

Interrupt::~Interrupt() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) std::signal(signal, SIG_DFL);
}

bool Interrupt::requested() { return asked != 0; }

}  // namespace fourpole
