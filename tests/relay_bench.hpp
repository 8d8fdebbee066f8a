// SPDX-License-Identifier: GPL-3.0-or-later
// A bench whose arms A, B and C hang on relays 1 to 3 of an LCUS board at the other end of a pseudo terminal,
// on the sound card that is a plugin of ours.
#pragma once

#include "rig/json/json.hpp"
#include "tests/alsa_card.hpp"
#include "tests/guard_beside.hpp"
#include "tests/serial_line.hpp"

namespace fourpole {

/// A card of four channels with these relays. @param fast  the card need not keep real time
inline void write_bench_with(const Json& relays, const fs::path& file, bool fast) {
    auto json = parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"),
                           "bench");
    REQUIRE(json.has_value());
    (*json)["audio"]["virtual_clock"] = fast;
    (*json)["relays"] = relays;
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
}

struct RelayBench {
    explicit RelayBench(const std::string& card_settings) : card(card_settings), line(std::ref(board)) {
        board.relays = 4;
        write(true);
    }

    /// Writes the bench's file. @param fast  the card need not keep real time
    void write(bool fast, int heartbeat_s = 60) const {
        Json relays = {{"wires", {"tip"}}, {"heartbeat_s", heartbeat_s}};
        Json contacts = Json::array();
        int n = 0;
        for (const char* arm : {"A", "B", "C"}) {
            const std::string name = arm;
            contacts.push_back({{"name", name + " tip"}, {"relay", ++n}, {"joins", {name + ".T", "tip"}}});
            relays["routes"].push_back({{"arm", name}, {"closed", {name + " tip"}}});
        }
        relays["boards"].push_back({{"name", "box"},
                                    {"kind", "lcus"},
                                    {"device", line.path()},
                                    {"relays", 4},
                                    {"make_ms", 1},
                                    {"fall_ms", 1},
                                    {"contacts", contacts}});
        write_bench_with(relays, file(), fast);
    }

    fs::path file() const { return card.folder.path() / "bench.json"; }
    fs::path takes() const { return card.folder.path() / "takes"; }

    /// Until the board has these relays closed, or so many seconds have passed.
    bool comes_to(int closed, int within_s) const {
        for (int waited = 0; waited < 1000 * within_s && board.closed != closed; waited += 5)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return board.closed == closed;
    }

    AlsaCard card;
    Lcus board;
    Line line;
};

}  // namespace fourpole
