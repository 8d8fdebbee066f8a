// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/terminal_text.hpp"

#include "rig/report/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace fourpole {
namespace {

struct Range {
    char32_t first, last;
};

template <std::size_t N>
bool within(char32_t c, const std::array<Range, N>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [c](Range r) { return c >= r.first && c <= r.last; });
}

// The blocks of Unicode's East Asian Width W and F that names are written in.
constexpr std::array wide{Range{0x1100, 0x115F}, Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},
                          Range{0xF900, 0xFAFF}, Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                          Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF}, Range{0x20000, 0x3FFFD}};
constexpr std::array without_width{Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0xFE00, 0xFE0F}};
// Controls (C0, DEL, C1) and marks that turn the direction of what follows.
constexpr std::array harmful{Range{0x00, 0x1F}, Range{0x7F, 0x9F}, Range{0x202A, 0x202E},
                             Range{0x2066, 0x2069}};

int width_of(char32_t c) { return within(c, without_width) ? 0 : within(c, wide) ? 2 : 1; }

}  // namespace

std::string harmless(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Character c = utf8_at(text, i);
        if (!c.valid)
            out += '?';
        else if (c.code == '\n' || c.code == '\t')
            out += ' ';
        else if (!within(c.code, harmful))
            out += text.substr(i, c.bytes);
        i += c.bytes;
    }
    return out;
}

int columns(std::string_view text) {
    int out = 0;
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Character c = utf8_at(text, i);
        out += width_of(c.code);
        i += c.bytes;
    }
    return out;
}

std::string cut(std::string_view text, int width) {
    if (columns(text) <= width) return std::string(text);
    std::string out;
    int used = 0;
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Character c = utf8_at(text, i);
        if (used + width_of(c.code) > width - 1) break;
        used += width_of(c.code);
        out += text.substr(i, c.bytes);
        i += c.bytes;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return width > 0 ? out + "…" : "";
}

std::vector<std::string> wrapped(std::string_view text, int width, int most) {
    std::vector<std::string> out;
    while (static_cast<int>(out.size()) + 1 < most && columns(text) > width) {
        std::size_t end = 0, blank = 0;
        for (int used = 0; end < text.size();) {
            const Utf8Character c = utf8_at(text, end);
            used += width_of(c.code);
            if (text[end] == ' ') blank = end;
            if (used > width) break;
            end += c.bytes;
        }
        if (blank > 0) end = blank;
        if (end == 0) break;
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
    out.push_back(cut(text, width));
    return out;
}

std::string pad_right(std::string_view text, int width) {
    std::string out = cut(text, width);
    out.append(static_cast<std::size_t>(std::max(0, width - columns(out))), ' ');
    return out;
}

std::string pad_left(std::string_view text, int width) {
    const std::string out = cut(text, width);
    return std::string(static_cast<std::size_t>(std::max(0, width - columns(out))), ' ') + out;
}

std::string inked(std::string_view text, Ink ink, bool colour) {
    static constexpr std::array codes{"", "1", "2", "32", "31", "33", "30;43"};
    if (!colour || ink == Ink::plain) return std::string(text);
    return std::string("\x1b[") + codes[static_cast<std::size_t>(ink)] + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace fourpole
