// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/known_boards.hpp"
#include "drivers/relays/relay_link.hpp"
#include "drivers/usb/usb_bus.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// "lcus": as a bench names the kind.
const char* word_of(KnownBoard::Kind kind);

/// Which board a bench means: what it speaks, and where it hangs.
struct RelayAddress {
    KnownBoard::Kind kind = KnownBoard::Kind::lcus;
    std::string device;  ///< a USB pattern, or the path of a serial line: "/dev/serial/by-path/..."
    int relays = 0;

    bool by_path() const { return device.starts_with("/"); }
};

struct FoundBoard {
    std::unique_ptr<RelayLink> link;
    std::optional<UsbDeparture> departure;  ///< of a board that was found by its USB identity
};

/// Opens it. @param bus  may be null where the address is a path Faults: as open_relay_link(); bad_input for
/// a board of another kind than the address says, or a pattern that is none.
Result<FoundBoard> open_board(const RelayAddress& address, UsbBus* bus);

/// "lcus 8 1a86:7523 port=1-2", and back; nullopt: it is no such text.
std::string in_words(const RelayAddress& address);
std::optional<RelayAddress> relay_address(const std::string& text);

/// Nothing opened: does the address make sense? Fault bad_input.
Result<Done> makes_sense(const RelayAddress& address);

}  // namespace fourpole
