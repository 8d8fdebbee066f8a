// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/profile/findings.hpp"
#include "rig/result.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// The kinds of file we have: "player", "session" ... one schema each.
const std::vector<std::string>& kinds();

/// The published schema of one kind (profiles/schema/KIND.schema.json), with the definitions
/// that it borrows from parts.schema.json copied in, so that every $ref is a local one.
Result<Json> schema_of(const std::string& kind);

/// What the JSON Schema library says about it (draft 7). It decides; explain() finds words.
/// "" = valid, else its own description of the trouble.
std::string judge_by_schema(const Json& schema, const Json& document);

/// Whether `text` fits a "pattern" of a schema (ECMAScript, anywhere in it).
bool fits_pattern(const std::string& text, const std::string& pattern);

/// Walks schema and document together and writes one finding for each thing that does not
/// fit, in our words: pointer, what was found, what is allowed, nearest known key.
/// Knows what our schemas use: $ref, type, const, enum, bounds, properties, required,
/// additionalProperties, items and their bounds, uniqueItems, minLength, pattern, oneOf and anyOf.
void explain(const Json& schema, const Json& document, Findings& findings);

}  // namespace fourpole
