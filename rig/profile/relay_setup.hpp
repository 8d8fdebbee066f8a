// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

namespace fourpole {

/// Two points of the fixture that touch. A point is a spring of a player's jack ("A.T" of arm A), a channel
/// of the sound card ("output 1", "input 2", from 1), the interface's "ground", or a wire of the fixture.
using JoinedPoints = std::array<std::string, 2>;

/// One contact of a board.
struct RelayContact {
    std::string name;
    int relay = 0;  ///< from 0 here, from 1 in the file
    bool closed_at_rest = false;
    JoinedPoints joins;
};

struct RelayBoardSetup {
    enum class Kind { dcttech, lcus, numato };
    std::string name;
    Kind kind = Kind::lcus;
    std::string device;  ///< USB pattern "1a86:7523 port=1-2", or the path of a serial line
    int relays = 0;
    int make_ms = 20, fall_ms = 20;  ///< until a contact has settled, bounce included
    std::vector<RelayContact> contacts;
};

/// What a bench's relays are, and which of them are closed for which arm.
struct RelaySetup {
    std::vector<RelayBoardSetup> boards;
    std::vector<std::string> wires;                          ///< of the fixture, by name
    std::vector<JoinedPoints> wired;                         ///< for good
    std::map<std::string, std::vector<std::string>> routes;  ///< arm -> contacts that are closed; no other is
    /// While a take plays, the program is heard from within that time, or its relays go to rest.
    double heartbeat_s = 5.0;

    bool none() const { return boards.empty(); }
};

}  // namespace fourpole
