// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace fourpole {

/// The whole file as bytes. Never takes in more than `max_bytes`, whatever the file claims
/// about its size. Fault bad_input with one sentence: missing, a folder, unreadable, larger.
Result<std::string> read_text(const std::filesystem::path& file, std::size_t max_bytes);

}  // namespace fourpole
