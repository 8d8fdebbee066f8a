// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/doctor/mixers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace fourpole {

namespace {

using Kind = MixerControl::Kind;
using Weight = Symptom::Weight;

bool says(const MixerControl& control, std::string_view word) {
    return control.name.find(word) != std::string::npos;
}

template <std::size_t n>
bool says_any(const MixerControl& control, const std::array<std::string_view, n>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return says(control, w); });
}

constexpr std::array<std::string_view, 5> ways_round{"Monitor", "Loopback", "Sidetone", "Direct",
                                                     "Mic Playback"};
constexpr std::array<std::string_view, 3> by_itself{"Auto Gain", "Automatic Gain", "AGC"};

bool off(const MixerControl& c) {
    return std::any_of(c.values.begin(), c.values.end(), [](long v) { return v == 0; });
}
bool on(const MixerControl& c) {
    const long nothing = c.kind == Kind::level ? c.least : 0;
    return std::any_of(c.values.begin(), c.values.end(), [&](long v) { return v != nothing; });
}
bool turned_down(const MixerControl& c) {
    return std::any_of(c.values.begin(), c.values.end(), [&](long v) { return v < c.most; });
}

std::string command(const MixerControl& c, const std::string& card, const std::string& value) {
    return fmt::format("`amixer -D {} cset \"name='{}'{}\" {}`, or pin it in the bench's \"mixer\"", card,
                       c.name, c.index == 0 ? "" : fmt::format(",index={}", c.index), value);
}

}  // namespace

std::vector<Symptom> symptoms_of(const std::vector<MixerControl>& controls, const std::string& card) {
    std::vector<Symptom> out;
    const auto add = [&](Weight weight, const MixerControl& c, const char* sentence,
                         const std::string& value) {
        out.push_back({weight, fmt::format("mixer of {}", card),
                       fmt::format("\"{}\" is {}: {}", c.called(), c.in_words(), sentence),
                       command(c, card, value)});
    };
    for (const MixerControl& c : controls) {
        if (!c.writable) continue;
        if (c.kind != Kind::choice && says_any(c, ways_round)) {
            if (on(c))
                add(Weight::in_the_way, c, "what comes in may go straight out again, past what is measured",
                    c.kind == Kind::flag ? "off" : fmt::format("{}", c.least));
        } else if (c.kind == Kind::flag && says_any(c, by_itself)) {
            if (on(c)) add(Weight::in_the_way, c, "a gain that sets itself is no measure", "off");
        } else if (c.kind == Kind::flag && says(c, "Switch")) {
            if (off(c) && (says(c, "Playback") || says(c, "Capture")))
                add(Weight::in_the_way, c, "it is mute", "on");
        } else if (c.kind == Kind::level && says(c, "Playback Volume")) {
            if (turned_down(c))
                add(Weight::worth_knowing, c,
                    "what is played is turned down, and a profile's volts are not true",
                    fmt::format("{}", c.most));
        } else if (c.kind == Kind::choice && says(c, "Clock Source")) {
            if (on(c))
                add(Weight::worth_knowing, c, "the card's pace comes from outside",
                    c.choices.empty() ? "0" : fmt::format("'{}'", c.choices.front()));
        }
    }
    if (out.empty())
        out.push_back({Weight::fine, fmt::format("mixer of {}", card),
                       controls.empty() ? "it has no controls" : "nothing is muted, turned down or led past",
                       ""});
    return out;
}

}  // namespace fourpole
