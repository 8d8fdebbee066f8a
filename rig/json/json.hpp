// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

namespace fourpole {

// The one home of nlohmann's library. Objects keep the order in which keys were written, so
// that the same values always give the same text.
using Json = nlohmann::ordered_json;

/// What a JSON text may be. Profiles and programmes are a few kilobytes; whoever reads
/// something larger (a stored record) says so.
struct JsonLimits {
    std::size_t bytes = 1 << 20;
    int depth = 64;
};

/// Text to JSON, refusing what a bench must not guess about: more than the limits allow, a key
/// written twice, numbers that are infinite, not a number or integers beyond +-2^53 (a double
/// would round them), invalid UTF-8, anything after the end. A byte order mark is accepted.
/// Fault bad_input: one sentence that begins with "where:line:column:".
/// Cost: linear in the text, no recursion.
Result<Json> parse_json(const std::string& text, const std::string& where, JsonLimits limits = {});

/// JSON to text: two spaces of indent, numbers in the short form that reads back as the same
/// double, UTF-8 (what is not becomes U+FFFD), a newline at the end. Numbers must be finite.
std::string dump_json(const Json& json);

}  // namespace fourpole
