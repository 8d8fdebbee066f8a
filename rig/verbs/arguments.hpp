// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

/// "0" to "9007199254740991" (2^53 - 1, the largest that every JSON reader keeps), digits only.
/// Fault bad_input: anything else.
Result<std::uint64_t> seed_in(const std::string& text);

/// "T=T,R1=" at ',' -> "T=T", "R1="; the parts of one word, empty ones too.
std::vector<std::string> split(const std::string& text, char at);

/// What is written never replaces what is read, whatever name it goes by (links, "./", "..").
/// `output` empty: nothing is written. Fault bad_input names the option and the file.
Result<Done> refuse_overwriting(const std::string& option, const std::string& output,
                                const std::vector<std::filesystem::path>& inputs);

}  // namespace fourpole
