// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <filesystem>
#include <string_view>

namespace fourpole {

/// Puts `bytes` at `file`, wholly or not at all: written beside it under another name,
/// synced, renamed, the folder synced. Whoever looks sees the old file or the new one, also
/// after a power cut. Fault bad_input with one sentence (folder missing or read-only, disk
/// full ...); then nothing of ours is left behind and an older file is untouched.
Result<Done> write_atomic(const std::filesystem::path& file, std::string_view bytes);

/// The folder and its parents, if they do not exist. Fault bad_input: something else has
/// that name, or nothing can be written in it.
Result<Done> make_folder(const std::filesystem::path& folder);

}  // namespace fourpole
