// SPDX-License-Identifier: GPL-3.0-or-later
// Two USB devices in the kernel's virtual hub: an audio interface with the device under test behind it, and a
// relay board. They stay until SIGTERM.
//
//   virtual_bench KEY VALUE ...
//
//   session FILE, bench FILE, seed N, fault NAME
//                    each take is the next arm of the session, as the simulated bench draws it; without:
//                    every output leads straight to the input of its number
//   volume DB        where the interface's volume stands
//   drop_at N, unplug_at N, deaf 1, no_input 1
//                    defects of the interface, see VirtualInterface::Defects
//   board NAME       the relay board's product string
//   stuck BITS       relays that do not move
//
// Says "ready" once both are in, "volume CHANNEL DB", "relays BITS", "take N" and "unplugged UPTIME" as it
// happens.
#include "tests/vm/usbip_port.hpp"
#include "tests/vm/virtual_interface.hpp"
#include "tests/vm/virtual_relays.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <utility>

using namespace fourpole;

namespace {

volatile bool told_to_go = false;

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "virtual_bench: %s\n", what.c_str());
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::string> told{{"seed", "1"},     {"fault", ""},  {"volume", "0"},
                                            {"drop_at", "-1"}, {"deaf", "0"},  {"unplug_at", "-1"},
                                            {"no_input", "0"}, {"stuck", "0"}, {"board", "USBRelay2"}};
    for (int i = 1; i + 1 < argc; i += 2) told[argv[i]] = argv[i + 1];
    const auto number = [&](const char* key) { return std::strtol(told.at(key).c_str(), nullptr, 10); };

    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTERM, [](int) { told_to_go = true; });
    PlayedSession played;
    if (told.count("session") > 0) {
        auto made = PlayedSession::of(told.at("session"), told.at("bench"),
                                      static_cast<std::uint64_t>(number("seed")), told.at("fault"));
        if (!made) give_up(made.error().what);
        played = std::move(*made);
    }
    VirtualInterface interface(
        std::move(played),
        {number("drop_at"), number("unplug_at"), number("deaf") != 0, number("no_input") != 0},
        std::strtod(told.at("volume").c_str(), nullptr));
    VirtualRelays relays(told.at("board"), static_cast<int>(number("stuck")));
    UsbipPort board(relays, 1);
    if (const std::string wrong = board.plug(); !wrong.empty()) give_up(wrong);
    std::thread switching([&board] { board.serve(&told_to_go); });
    {
        UsbipPort card(interface, 0);
        if (const std::string wrong = card.plug(); !wrong.empty()) give_up(wrong);
        std::puts("ready");
        std::fflush(stdout);
        card.serve(&told_to_go);
    }
    switching.join();
    return 0;
}
