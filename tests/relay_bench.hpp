// SPDX-License-Identifier: GPL-3.0-or-later
// A bench whose arms A, B and C hang on relays 1 to 3 of an LCUS board at the other end of a pseudo terminal,
// on the sound card that is a plugin of ours.
#pragma once

#include "drivers/relays/guard_process.hpp"
#include "rig/json/json.hpp"
#include "tests/alsa_card.hpp"
#include "tests/serial_line.hpp"

#include <signal.h>
#include <sys/stat.h>

namespace fourpole {

/// Started with this one word as a guard of relays the test program is one, with whatever was planted in it.
TEST_CASE("guard-relays", "[.][by_hand]") {
    struct stat orders {};
    if (::fstat(STDIN_FILENO, &orders) == 0 && S_ISSOCK(orders.st_mode)) std::_Exit(guard_relays());
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
        auto json = parse_json(
            file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"), "bench");
        REQUIRE(json.has_value());
        (*json)["audio"]["virtual_clock"] = fast;
        (*json)["relays"] = relays;
        REQUIRE(write_atomic(file(), dump_json(*json)).has_value());
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

inline bool is_guard(pid_t pid) {
    std::ifstream words("/proc/" + std::to_string(pid) + "/cmdline");  // of one that has ended: empty
    std::string name, verb;
    return std::getline(words, name, '\0') && std::getline(words, verb, '\0') && name == "fourpole" &&
           verb == "guard-relays";
}

/// The guards that a program has started and that run.
inline std::vector<pid_t> guards_of(pid_t program) {
    std::vector<pid_t> out;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
        const pid_t pid = std::atoi(entry.path().filename().c_str());
        if (pid <= 0 || !is_guard(pid)) continue;
        std::ifstream file(entry.path() / "stat");
        std::string stat;
        std::getline(file, stat);  // 12 (fourpole) S 11 ...
        const std::size_t name = stat.rfind(") ");
        if (name != std::string::npos && std::atoi(stat.c_str() + name + 4) == program) out.push_back(pid);
    }
    return out;
}

}  // namespace fourpole
