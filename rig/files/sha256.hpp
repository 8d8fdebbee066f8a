// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace fourpole {

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// The same of a file's content, read piece by piece, so that a long take costs no memory.
/// `told` hears now and then how much of it is done, 0 .. 1.
/// Fault bad_input: the file cannot be read.
Result<std::string> sha256_of_file(const std::filesystem::path& file,
                                   const std::function<void(double)>& told = {});

}  // namespace fourpole
