// SPDX-License-Identifier: GPL-3.0-or-later
// The guard of a bench's relays, which is this test program once more, and how to find it.
#pragma once

#include "drivers/relays/guard_process.hpp"
#include "tests/catch.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace fourpole {

/// Started with this one word as a guard of relays the test program is one, with whatever was planted in it.
TEST_CASE("guard-relays", "[.][by_hand]") {
    struct stat orders {};
    if (::fstat(STDIN_FILENO, &orders) == 0 && S_ISSOCK(orders.st_mode)) std::_Exit(guard_relays());
}

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
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
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
