// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/numato_text.hpp"

#include "drivers/relays/printable.hpp"

#include <fmt/format.h>

#include <cassert>

namespace fourpole {

namespace {

constexpr std::size_t longest_answer = 256;

std::string number_of(int relay, int relays) {
    assert(relay >= 0 && relay < relays && relays <= 64);
    if (relays > 32) return fmt::format("{:02d}", relay);
    return std::string(1, static_cast<char>(relay < 10 ? '0' + relay : 'A' + relay - 10));
}

/// Without the line ends around it.
std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string numato_set(int relay, int relays, bool on) {
    return fmt::format("relay {} {}\r", on ? "on" : "off", number_of(relay, relays));
}

std::string numato_read(int relay, int relays) {
    return fmt::format("relay read {}\r", number_of(relay, relays));
}

Answer<std::string> numato_answer(std::string_view text, std::string_view command) {
    using Told = Answer<std::string>;
    const std::size_t prompt = text.find('>');
    if (prompt == std::string_view::npos) {
        if (text.size() <= longest_answer) return Told::more();
        return Told::refused(fmt::format("\"{}\" and no prompt", printable(text)));
    }
    std::string_view told = trimmed(text.substr(0, prompt));
    const std::string_view asked = trimmed(command);
    if (!told.starts_with(asked))
        return Told::refused(
            fmt::format("\"{}\" to the command \"{}\"; the board repeats it first", printable(told), asked));
    told.remove_prefix(asked.size());
    return Told::of(std::string(trimmed(told)));
}

Answer<bool> numato_state(std::string_view text, std::string_view command) {
    const auto told = numato_answer(text, command);
    if (told.kind == Answer<std::string>::Kind::need_more) return Answer<bool>::more();
    if (told.kind == Answer<std::string>::Kind::invalid) return Answer<bool>::refused(told.why);
    if (*told.value == "on") return Answer<bool>::of(true);
    if (*told.value == "off") return Answer<bool>::of(false);
    return Answer<bool>::refused(fmt::format("\"{}\"; a relay is on or off", printable(*told.value)));
}

}  // namespace fourpole
