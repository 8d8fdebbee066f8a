// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/correction.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <string>

namespace fourpole {

/// A learned correction as JSON:
///     {"schema": "fourpole/correction@1", "learned_from": {"a_sha256": "...", "b_sha256": "..."},
///      "channels": [{"side": "left", "frequency_hz": [...], "re": [...], "im": [...], "u": [...]}, ...]}
/// The curve is A / B - 1 after gain, delay, clock and polarity are taken out; a mono capture has no side.
std::string correction_text(const Correction& correction, const std::string& a_sha256,
                            const std::string& b_sha256);

/// Reads one back. Fault bad_input, a line a finding: another schema, an unknown key, frequencies that do
/// not rise or are not positive, arrays of different lengths, a difference above 10, a side twice.
Result<Correction> read_correction(const std::filesystem::path& file);

}  // namespace fourpole
