// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/symptom.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What of a computer decides whether a stream runs without a gap.
struct HostFacts {
    bool root = false;
    std::uint64_t real_time_priority = 0;  ///< highest that this user may have
    std::uint64_t locked_memory = 0;       ///< bytes that may be kept from being swapped out
    std::vector<std::string> governors;    ///< one a processor; empty: they do not change their clock
    std::optional<std::string> cards;      ///< /proc/asound/cards; nothing: the kernel has no sound
};

/// @param root  of /proc and /sys, another one for a test
HostFacts host_facts(const std::filesystem::path& root = "/");

std::vector<Symptom> symptoms_of(const HostFacts& host);

}  // namespace fourpole
