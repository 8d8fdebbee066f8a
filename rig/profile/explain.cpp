// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/schema.hpp"

#include <algorithm>
#include <set>

namespace fourpole {

namespace {

/// Follows "$ref": "#/definitions/x".
const Json& resolved(const Json& root, const Json& schema) {
    const Json* at = &schema;
    while (at->is_object() && at->contains("$ref")) {
        const auto& reference = at->at("$ref").get_ref<const std::string&>();
        at = &root.at(Json::json_pointer(reference.substr(1)));
    }
    return *at;
}

bool has_type(const Json& document, const std::string& type) {
    if (type == "object") return document.is_object();
    if (type == "array") return document.is_array();
    if (type == "string") return document.is_string();
    if (type == "boolean") return document.is_boolean();
    if (type == "null") return document.is_null();
    if (type == "integer") return document.is_number_integer();
    return document.is_number();
}

std::vector<std::string> keys_of(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
}

const Json* alternatives(const Json& schema) {
    for (const char* word : {"oneOf", "anyOf"})
        if (schema.contains(word)) return &schema.at(word);
    return nullptr;
}

std::string bounds_in_words(const Json& schema) {
    std::string words;
    const auto add = [&](const char* key, const std::string& sign) {
        if (schema.contains(key)) words += (words.empty() ? " " : " and ") + sign + schema.at(key).dump();
    };
    add("minimum", ">= ");
    add("exclusiveMinimum", "> ");
    add("maximum", "<= ");
    add("exclusiveMaximum", "< ");
    return words;
}

/// What a schema allows, in a few words.
std::string allowed_in_words(const Json& root, const Json& raw) {
    const Json& schema = resolved(root, raw);
    if (schema.contains("const")) return in_words(schema.at("const"));
    if (schema.contains("enum")) {
        std::string words;
        for (const Json& choice : schema.at("enum")) words += (words.empty() ? "" : ", ") + in_words(choice);
        return words;
    }
    if (const Json* several = alternatives(schema)) {
        std::set<std::string> said;
        std::string words;
        for (const Json& one : *several)
            if (const auto text = allowed_in_words(root, one); said.insert(text).second)
                words += (words.empty() ? "" : " or ") + text;
        return words;
    }
    const std::string type = schema.value("type", "");
    if (type == "object") {
        if (!schema.contains("properties")) return "an object";
        std::string words;
        for (const auto& key : keys_of(schema.at("properties"))) words += (words.empty() ? "" : ", ") + key;
        return "an object {" + words + "}";
    }
    if (type == "array") return "a list";
    if (schema.contains("pattern")) return schema.at("description");
    if (type == "string") return schema.contains("minLength") ? "a string that is not empty" : "a string";
    if (type == "boolean") return "true or false";
    if (type == "null") return "null";
    return (type == "integer" ? "an integer" : "a number") + bounds_in_words(schema);
}

class Walk {
public:
    Walk(const Json& root, Findings& findings) : root_(root), findings_(findings) {}

    void visit(const Json& raw, const Json& document, const std::string& pointer) {
        const Json& schema = resolved(root_, raw);
        if (const Json* several = alternatives(schema)) {
            if (const Json* chosen = choose(*several, document, pointer)) visit(*chosen, document, pointer);
            return;
        }
        if (!fits_alone(schema, document)) {
            findings_.add(pointer, in_words(document), allowed_in_words(root_, schema),
                          near_choice(schema, document));
            return;
        }
        if (document.is_object()) visit_members(schema, document, pointer);
        if (document.is_array() && schema.contains("items")) visit_items(schema, document, pointer);
    }

private:
    /// Everything but what is inside an object or a list.
    bool fits_alone(const Json& schema, const Json& document) const {
        if (schema.contains("const")) return document == schema.at("const");
        if (schema.contains("enum")) {
            const Json& choices = schema.at("enum");
            return std::find(choices.begin(), choices.end(), document) != choices.end();
        }
        if (schema.contains("type") && !has_type(document, schema.at("type"))) return false;
        if (document.is_number()) {
            const double x = document.get<double>();
            const auto bound = [&](const char* key, double otherwise) {
                return schema.value(key, otherwise);
            };
            if (schema.contains("minimum") && x < bound("minimum", 0)) return false;
            if (schema.contains("maximum") && x > bound("maximum", 0)) return false;
            if (schema.contains("exclusiveMinimum") && x <= bound("exclusiveMinimum", 0)) return false;
            if (schema.contains("exclusiveMaximum") && x >= bound("exclusiveMaximum", 0)) return false;
        }
        if (!document.is_string()) return true;
        const auto& text = document.get_ref<const std::string&>();
        return text.size() >= schema.value("minLength", 0U) &&
               (!schema.contains("pattern") || fits_pattern(text, schema.at("pattern")));
    }

    static std::string near_choice(const Json& schema, const Json& document) {
        if (!schema.contains("enum") || !document.is_string()) return "";
        std::vector<std::string> words;
        for (const Json& choice : schema.at("enum"))
            if (choice.is_string()) words.push_back(choice);
        return nearest(document, words);
    }

    void visit_members(const Json& schema, const Json& document, const std::string& pointer) {
        if (!schema.contains("properties")) return;
        const Json& properties = schema.at("properties");
        const auto known = keys_of(properties);
        for (const auto& [key, value] : document.items()) {
            if (properties.contains(key)) {
                visit(properties.at(key), value, pointer_to(pointer, key));
            } else {
                findings_.add(pointer_to(pointer, key), "the unknown key " + in_words(Json(key)),
                              in_words(known), nearest(key, known));
            }
        }
        for (const Json& required : schema.at("required")) {
            const auto key = required.get<std::string>();
            if (!document.contains(key))
                findings_.add(pointer_to(pointer, key), "nothing",
                              allowed_in_words(root_, properties.at(key)) + ", and it is required");
        }
    }

    void visit_items(const Json& schema, const Json& document, const std::string& pointer) {
        const auto count = document.size();
        const auto least = schema.value("minItems", std::size_t{0});
        const auto most = schema.value("maxItems", JsonLimits{}.bytes);
        if (count < least || count > most) {
            findings_.add(
                pointer, in_words(document),
                "a list of " + std::to_string(least) + " to " +
                    (schema.contains("maxItems") ? std::to_string(most) : std::string("any number")));
            return;
        }
        std::set<Json> seen;
        for (std::size_t i = 0; i < count; ++i) {
            if (schema.value("uniqueItems", false) && !seen.insert(document[i]).second)
                findings_.add(pointer_to(pointer, i), in_words(document[i]) + " a second time", "each once");
            visit(schema.at("items"), document[i], pointer_to(pointer, i));
        }
    }

    /// The alternative that the document was meant to be: by its "kind", else by its type.
    const Json* choose(const Json& several, const Json& document, const std::string& pointer) {
        std::vector<std::string> kinds;
        for (const Json& raw : several) {
            const Json& one = resolved(root_, raw);
            if (one.contains("type") && !has_type(document, one.at("type"))) continue;
            const bool by_kind = one.contains("properties") && one.at("properties").contains("kind");
            if (!by_kind) return &one;
            const std::string kind = one.at("properties").at("kind").at("const");
            if (document.contains("kind") && document.at("kind") == kind) return &one;
            kinds.push_back(kind);
        }
        if (kinds.empty()) {
            findings_.add(pointer, in_words(document), allowed_in_words(root_, Json{{"anyOf", several}}));
        } else if (!document.contains("kind")) {
            findings_.add(pointer_to(pointer, "kind"), "nothing", in_words(kinds) + ", and it is required");
        } else {
            const Json& kind = document.at("kind");
            findings_.add(pointer_to(pointer, "kind"), in_words(kind), in_words(kinds),
                          kind.is_string() ? nearest(kind, kinds) : "");
        }
        return nullptr;
    }

    const Json& root_;
    Findings& findings_;
};

}  // namespace

void explain(const Json& schema, const Json& document, Findings& findings) {
    Walk(schema, findings).visit(schema, document, "");
}

}  // namespace fourpole
