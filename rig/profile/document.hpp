// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/profile/findings.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace fourpole {

/// One of our JSON files: read within bounds, parsed strictly, held against its schema.
struct Document {
    std::filesystem::path path;
    std::string text, kind;
    Json json;
    Findings findings;

    bool usable() const { return findings.none(); }
    std::string sha256() const;
};

/// `expected`: the kind it must be; "" = whatever its "schema" says.
Document read_document(const std::filesystem::path& file, const std::string& expected = "");

/// The same from text already read; `file` is for messages and relative paths.
Document parse_document(std::string text, const std::filesystem::path& file, const std::string& expected);

/// The text at `key`, "" where it is absent.
std::string text_at(const Json& object, const char* key);

}  // namespace fourpole
