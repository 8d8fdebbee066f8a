// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/lcus_bytes.hpp"

#include "drivers/relays/printable.hpp"

#include <fmt/format.h>

#include <cassert>
#include <string>

namespace fourpole {

namespace {

constexpr std::size_t longest_line = 32;

}  // namespace

std::array<std::uint8_t, 4> lcus_set(int relay, bool on) {
    assert(relay >= 1 && relay <= most_lcus_relays);
    const auto number = static_cast<std::uint8_t>(relay), state = static_cast<std::uint8_t>(on ? 1 : 0);
    return {0xa0, number, state, static_cast<std::uint8_t>(0xa0 + number + state)};
}

Answer<std::vector<bool>> lcus_state(std::string_view text, int relays) {
    using Told = Answer<std::vector<bool>>;
    std::vector<bool> closed;
    while (true) {
        while (!text.empty() && (text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
        if (static_cast<int>(closed.size()) == relays) {
            if (text.empty()) return Told::of(closed);
            return Told::refused(
                fmt::format("\"{}\" behind the state of {} relays", printable(text), relays));
        }
        const std::size_t end = text.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            if (text.size() > longest_line)
                return Told::refused(fmt::format("\"{}\" and no end of the line", printable(text)));
            return Told::more();
        }
        const std::string_view line = text.substr(0, end);
        const std::string begin = fmt::format("CH{}:", closed.size() + 1);
        std::string_view state = line;
        if (!state.starts_with(begin))
            return Told::refused(fmt::format("\"{}\"; the next line begins with {}", printable(line), begin));
        state.remove_prefix(begin.size());
        while (state.starts_with(' ')) state.remove_prefix(1);
        while (state.ends_with(' ')) state.remove_suffix(1);
        if (state != "ON" && state != "OFF")
            return Told::refused(fmt::format("\"{}\"; a relay is ON or OFF", printable(line)));
        closed.push_back(state == "ON");
        text.remove_prefix(end);
    }
}

}  // namespace fourpole
