// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/findings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

namespace fourpole {

namespace {

// Enough for any honest file; a hostile one shall not fill the terminal.
constexpr std::size_t most_lines = 200;

/// Letters to insert, delete or replace (Levenshtein), by rows.
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string quoted(const std::string& text) {
    constexpr std::size_t most = 60;
    if (text.size() <= most) return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return Json(text.substr(0, most)).dump(-1, ' ', false, Json::error_handler_t::ignore) + "...";
}

}  // namespace

void Findings::add(const std::string& pointer, const std::string& found, const std::string& allowed,
                   const std::string& nearest) {
    const std::string where = pointer.empty() ? "/" : pointer;
    add_sentence(file_ + ": " + where + ": found " + found + "; allowed: " + allowed +
                 (nearest.empty() ? "" : " (nearest known key: " + nearest + ")"));
}

void Findings::add_sentence(const std::string& sentence) {
    if (lines_.size() < most_lines) {
        // Two arms may refer to the same broken file; it is named once.
        if (std::find(lines_.begin(), lines_.end(), sentence) == lines_.end()) lines_.push_back(sentence);
    } else if (lines_.size() == most_lines) {
        lines_.push_back(file_ + ": more than " + std::to_string(most_lines) +
                         " findings; the rest is not listed");
    }
}

void Findings::take(const Findings& other) {
    for (const std::string& line : other.lines_) add_sentence(line);
}

Fault Findings::fault() const {
    std::string all;
    for (const std::string& line : lines_) all += (all.empty() ? "" : "\n") + line;
    return {Fault::Kind::bad_input, "", all};
}

std::string pointer_to(const std::string& parent, const std::string& key) {
    std::string escaped;
    for (const char c : key)
        escaped += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
    return parent + "/" + escaped;
}

std::string pointer_to(const std::string& parent, std::size_t index) {
    return parent + "/" + std::to_string(index);
}

std::string in_words(const Json& value) {
    switch (value.type()) {
        case Json::value_t::string: return quoted(value.get_ref<const std::string&>());
        case Json::value_t::object: return "an object";
        case Json::value_t::array: return "a list of " + std::to_string(value.size());
        default: return value.dump();
    }
}

std::string in_words(double number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

std::string rounded_in_words(double number) {
    std::array<char, 32> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::general, 4)
            .ptr;
    return {digits.data(), end};
}

std::string in_words(const std::vector<std::string>& choices) {
    std::string words;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) words += i + 1 == choices.size() ? " or " : ", ";
        words += quoted(choices[i]);
    }
    return words;
}

std::string nearest(const std::string& word, const std::vector<std::string>& choices) {
    // The cost is the product of both lengths; nobody mistypes a key of a thousand letters.
    if (word.size() > 200) return "";
    std::string best;
    std::size_t best_distance = word.size() / 2 + 1;
    for (const std::string& choice : choices) {
        const std::size_t d = distance(word, choice);
        if (d < best_distance) {
            best = choice;
            best_distance = d;
        }
    }
    return best;
}

}  // namespace fourpole
