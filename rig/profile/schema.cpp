// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/schema.hpp"

#include "rig/files/read_text.hpp"
#include "rig/profile/load.hpp"

namespace fourpole {

namespace {

Result<Json> read_schema(const std::string& name) {
    const auto file = profiles_folder() / "schema" / (name + ".schema.json");
    const auto text = read_text(file, JsonLimits{}.bytes);
    if (!text) return text.error();
    return parse_json(*text, file.string());
}

/// "parts.schema.json#/definitions/x" -> "#/definitions/x", everywhere below `node`.
void make_local(Json& node) {
    constexpr std::string_view borrowed = "parts.schema.json#";
    if (node.is_object()) {
        for (auto& [key, value] : node.items()) {
            if (key == "$ref" && value.is_string() &&
                value.get_ref<const std::string&>().rfind(borrowed, 0) == 0)
                value = value.get_ref<const std::string&>().substr(borrowed.size() - 1);
            else
                make_local(value);
        }
    } else if (node.is_array()) {
        for (Json& item : node) make_local(item);
    }
}

}  // namespace

const std::vector<std::string>& kinds() {
    static const std::vector<std::string> all{"player",    "earphone", "plug",  "jack",
                                              "interface", "fixture",  "claim", "session",
                                              "programme", "circuit",  "bench"};
    return all;
}

Result<Json> schema_of(const std::string& kind) {
    auto schema = read_schema(kind);
    if (!schema) return schema;
    const auto parts = read_schema("parts");
    if (!parts) return parts;
    make_local(*schema);
    Json& definitions = (*schema)["definitions"];
    for (const auto& [name, definition] : (*parts)["definitions"].items()) definitions[name] = definition;
    return schema;
}

}  // namespace fourpole
