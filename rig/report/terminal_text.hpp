// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fourpole {

/// Text that is safe on a terminal: control characters and bidirectional overrides taken
/// out, invalid UTF-8 replaced by "?".
std::string harmless(std::string_view text);

/// Columns that `text` takes (East Asian wide characters two, combining marks none).
int columns(std::string_view text);

/// `text` in at most `width` columns, with "…" where it was cut.
std::string cut(std::string_view text, int width);
/// `text` on at most `most` lines of at most `width` columns, broken at blanks (a longer word
/// anywhere), with "…" where the last line was cut. Never empty.
std::vector<std::string> wrapped(std::string_view text, int width, int most);
/// `text` in exactly `width` columns.
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

enum class Ink { plain, bold, dim, good, bad, open, badge };
/// ANSI colour around `text`, or the bare text.
std::string inked(std::string_view text, Ink ink, bool colour);

}  // namespace fourpole
