// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/result.hpp"

#include <filesystem>

namespace fourpole {

/// Where the facts of a sound file are kept: the same name with .json.
std::filesystem::path sidecar_of(const std::filesystem::path& sound_file);

/// The facts beside `sound_file` ("fourpole/take@1"), or empty ones where there are none.
/// `sha256` is the sound file's: a sidecar that names another one belongs to another take.
Result<TakeFacts> read_facts(const std::filesystem::path& sound_file, const std::string& sha256);

/// The programme is stored as a string, so that its bytes, and with them its hash, survive.
Result<Done> write_facts(const Take& take, const std::filesystem::path& sound_file);

}  // namespace fourpole
