// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace fourpole {

namespace {

// Beyond 2^53 neighbouring integers are one double.
constexpr std::int64_t largest_integer = std::int64_t{1} << 53;

/// Reads on through the text and leaves behind how far the parser has come.
class Cursor {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, const char** reached) : at_(at), reached_(reached) {}
    reference operator*() const { return *at_; }
    Cursor& operator++() {
        *reached_ = ++at_;
        return *this;
    }
    Cursor operator++(int) {
        const Cursor before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Cursor& o) const { return at_ == o.at_; }
    bool operator!=(const Cursor& o) const { return at_ != o.at_; }

private:
    const char* at_;
    const char** reached_;
};

bool continues_a_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// "FILE:line:column: "; columns count letters, not bytes.
std::string place(const std::string& where, std::string_view before) {
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto newline = before.rfind('\n');
    if (newline != std::string_view::npos) before.remove_prefix(newline + 1);
    const auto column =
        1 + std::count_if(before.begin(), before.end(), [](char c) { return !continues_a_letter(c); });
    return where + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
}

/// At most 60 bytes of somebody else's text, printable.
std::string excerpt(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 60)) {
        const auto byte = static_cast<unsigned char>(c);
        out += (byte < 0x20 || byte == 0x7F) ? ' ' : c;
    }
    if (text.size() > 60) {
        while (!out.empty() && continues_a_letter(out.back())) out.pop_back();
        if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0U) out.pop_back();
        out += "...";
    }
    return out;
}

/// Builds the value while it refuses; nlohmann calls back once a token.
class Builder {
public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    Builder(const std::string& text, const char* const& reached, const std::string& where, int max_depth)
        : text_(text), reached_(reached), where_(where), max_depth_(max_depth) {}

    bool null() { return put(nullptr); }
    bool boolean(bool value) { return put(value); }
    bool string(string_t& value) { return put(std::move(value)); }
    bool binary(binary_t&) { return false; }  // JSON text has none
    bool number_integer(number_integer_t value) {
        return value >= -largest_integer ? put(value) : too_large();
    }
    bool number_unsigned(number_unsigned_t value) {
        return value <= static_cast<number_unsigned_t>(largest_integer) ? put(value) : too_large();
    }
    bool number_float(number_float_t value, const string_t& token) {
        if (!std::isfinite(value)) return too_large();
        // An integer too long for 64 bits comes as a float; it is refused like any other. The
        // token carries the decimal point of the locale, so only digits are looked for.
        const bool integer = token.find_first_not_of("-0123456789") == std::string::npos;
        return integer ? too_large() : put(value);
    }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_object() { return shut(); }
    bool end_array() { return shut(); }

    bool key(string_t& name) {
        if (!open_.back().keys.insert(name).second)
            return refuse(
                token_start('"'),
                "the key \"" + excerpt(name) + "\" is written twice in one object; each key is allowed once");
        name_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& why) {
        if (why.id == 406) return too_large();
        const std::string_view words = why.what();
        const auto says = [&](std::string_view part) { return words.find(part) != std::string_view::npos; };
        if (says("ill-formed UTF-8"))
            return refuse(offset() - 1,
                          "a byte here is not part of any UTF-8 letter; the file must be UTF-8");
        if (says("unexpected end of input") || says("missing closing quote") || ends_in_the_middle())
            return refuse(text_.size(), "the text ends too early; is the file cut off?");
        const std::size_t at = says("unexpected string literal") ? token_start('"') : word_start();
        return refuse(at, "found " + found(at) + ", which is not JSON here" + hint(at));
    }

    const std::string& trouble() const { return trouble_; }
    Json take() { return std::move(root_); }

private:
    struct Open {
        Json* value;
        std::unordered_set<std::string> keys;
    };

    static constexpr const char* number_range =
        "numbers must be finite, at most 1.7e308, and integers within +-9007199254740992 (2^53)";

    std::size_t offset() const { return static_cast<std::size_t>(reached_ - text_.data()); }

    /// Start of the token that has just been read and that began with `first`.
    std::size_t token_start(char first) const {
        const auto end = std::max<std::size_t>(offset(), 2) - 2;
        const auto at = text_.rfind(first, end);
        return at == std::string::npos ? offset() : at;
    }

    /// Start of the bare word or number that the lexer stopped in or one letter after.
    std::size_t word_start() const {
        const auto in_word = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
                   c == '-' || c == '.';
        };
        std::size_t at = offset() - 1;
        if (at > 0 && !in_word(text_[at]) && in_word(text_[at - 1])) --at;
        while (at > 0 && in_word(text_[at]) && in_word(text_[at - 1])) --at;
        return at;
    }

    /// A literal or number that breaks off at the very end.
    bool ends_in_the_middle() const {
        return !open_.empty() && offset() >= text_.size() && text_.back() != '}' && text_.back() != ']';
    }

    std::string found(std::size_t at) const {
        auto end = text_.find_first_of(" \t\r\n,]}:", at);
        end = std::max(std::min(end, text_.size()), std::min(at + 1, text_.size()));
        return "'" + excerpt(std::string_view(text_).substr(at, end - at)) + "'";
    }

    std::string hint(std::size_t at) const {
        const std::string_view rest = std::string_view(text_).substr(std::min(at, text_.size()));
        const auto begins = [&](std::string_view word) { return rest.substr(0, word.size()) == word; };
        // What people write by habit from other languages.
        if (begins("N") || begins("nan") || begins("I") || begins("-I"))
            return "; numbers must be finite, an unknown one is left out";
        if (begins("/")) return "; comments are not allowed, put a \"notes\" key instead";
        if (begins("'")) return "; strings are written in \"double quotes\"";
        if (begins("}") || begins("]")) return "; a comma before it is not allowed";
        if (open_.empty() && at > 0 && !root_.is_null()) return "; the file must hold one value only";
        return "";
    }

    bool refuse(std::size_t at, const std::string& sentence) {
        if (trouble_.empty()) trouble_ = place(where_, std::string_view(text_).substr(0, at)) + sentence;
        return false;
    }

    bool too_large() {
        const std::size_t at = word_start();
        return refuse(at, "found the number " + found(at) + "; " + number_range);
    }

    /// Where the value goes. Straight into the object's own vector: its `[]` would search all
    /// earlier keys, and `key` has already made sure there is none like it.
    Json* place_for(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back().value;
        if (parent.is_array()) {
            auto& items = parent.get_ref<Json::array_t&>();
            items.push_back(std::move(value));
            return &items.back();
        }
        auto& members = parent.get_ref<Json::object_t&>();
        members.emplace_back(std::move(name_), std::move(value));
        return &members.back().second;
    }

    bool put(Json value) {
        place_for(std::move(value));
        return true;
    }

    bool open(Json value) {
        if (static_cast<int>(open_.size()) >= max_depth_)
            return refuse(offset() - 1, "is nested more than " + std::to_string(max_depth_) +
                                            " deep; that is the most allowed");
        Json* const placed = place_for(std::move(value));
        open_.push_back({placed, {}});
        return true;
    }

    bool shut() {
        open_.pop_back();
        return true;
    }

    const std::string& text_;
    const char* const& reached_;
    const std::string& where_;
    int max_depth_;
    Json root_;
    std::vector<Open> open_;
    std::string name_, trouble_;
};

Fault refused(const std::string& sentence) { return {Fault::Kind::bad_input, "", sentence}; }

}  // namespace

Result<Json> parse_json(const std::string& text, const std::string& where, JsonLimits limits) {
    if (text.size() > limits.bytes)
        return refused(where + ": is larger than " + std::to_string(limits.bytes) +
                       " bytes, the most allowed here");
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return refused(where + ": is empty; a JSON object is needed");
    if (text.rfind("\xFF\xFE", 0) == 0 || text.rfind("\xFE\xFF", 0) == 0)
        return refused(where + ":1:1: is UTF-16; the file must be UTF-8");

    const char* reached = text.data();
    Builder builder(text, reached, where, limits.depth);
    try {
        const Cursor begin(text.data(), &reached), end(text.data() + text.size(), &reached);
        if (!Json::sax_parse(begin, end, &builder)) return refused(builder.trouble());
    } catch (const std::exception& error) {
        return refused(where + ": " + error.what());
    }
    return builder.take();
}

std::string dump_json(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fourpole
