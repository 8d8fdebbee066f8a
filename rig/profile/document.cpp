// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/document.hpp"

#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
#include "rig/profile/schema.hpp"

#include <algorithm>

namespace fourpole {

namespace {

std::string tag(const std::string& kind) { return "fourpole/" + kind + "@1"; }

/// The kind that "schema" names. The truth kit's flat circuits carry no "schema".
std::string kind_of(const Json& json, const std::string& expected, Findings& findings) {
    std::vector<std::string> tags;
    for (const auto& kind : kinds())
        if (expected.empty() || kind == expected) tags.push_back(tag(kind));

    const bool circuit = json.contains("driver_left") && json.contains("source") && json.contains("cable");
    if (!json.contains("schema")) {
        if (circuit && (expected.empty() || expected == "circuit")) return "circuit";
        findings.add("/schema", "nothing", in_words(tags) + ", and it is required");
        return "";
    }
    const Json& named = json.at("schema");
    for (const auto& kind : kinds())
        if (named == tag(kind) && (expected.empty() || kind == expected)) return kind;
    findings.add("/schema", in_words(named), in_words(tags),
                 named.is_string() && expected.empty() ? nearest(named, tags) : "");
    return "";
}

void hold_against_schema(Document& document) {
    const auto schema = schema_of(document.kind);
    if (!schema) return document.findings.add_sentence(schema.error().what);
    try {
        explain(*schema, document.json, document.findings);
    } catch (const std::exception& error) {
        // Only a schema file that somebody has damaged gets here.
        document.findings.add_sentence(document.findings.file() +
                                       ": its schema cannot be used: " + error.what());
    }
    if (!document.findings.none()) return;
    const std::string trouble = judge_by_schema(*schema, document.json);
    if (!trouble.empty()) document.findings.add_sentence(document.findings.file() + ": " + trouble);
}

}  // namespace

std::string Document::sha256() const { return sha256_hex(text); }

Document parse_document(std::string text, const std::filesystem::path& file, const std::string& expected) {
    Document document{file, std::move(text), expected, {}, Findings(file.string())};
    auto json = parse_json(document.text, file.string());
    if (!json) {
        document.findings.add_sentence(json.error().what);
        return document;
    }
    document.json = std::move(*json);
    if (!document.json.is_object()) {
        document.findings.add("", in_words(document.json), "an object");
        return document;
    }
    document.kind = kind_of(document.json, expected, document.findings);
    if (document.usable()) hold_against_schema(document);
    return document;
}

Document read_document(const std::filesystem::path& file, const std::string& expected) {
    auto text = read_text(file, JsonLimits{}.bytes);
    if (text) return parse_document(std::move(*text), file, expected);
    Document document{file, "", expected, {}, Findings(file.string())};
    document.findings.add_sentence(text.error().what);
    return document;
}

std::string text_at(const Json& object, const char* key) {
    return object.contains(key) ? object.at(key).get<std::string>() : std::string();
}

}  // namespace fourpole
