// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fourpole {

/// Text for an element's content or a quoted attribute: & < > " ' escaped, control characters
/// dropped, invalid UTF-8 replaced by U+FFFD.
std::string escaped(std::string_view text);

/// Somebody's words inside ours: escaped and isolated, so that a right-to-left name or an
/// override mark cannot reorder the sentence around it.
std::string isolated(std::string_view text);

/// A number with a true minus sign.
std::string typeset(std::string_view number);

/// The first `digits` of a hash with the whole in the tooltip; "-" when there is none.
std::string hash_text(const std::string& sha256, std::size_t digits = 12);

}  // namespace fourpole
