// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/audio_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace fourpole {

namespace {

/// Two things on one channel are a mistake in the file, and would be one in the sound.
void once_each(const PerSide<unsigned>& both, std::optional<unsigned> counter, const char* key,
               Findings& findings) {
    const unsigned one = both[Side::left], two = both[Side::right];
    if (one != two && counter != one && counter != two) return;
    findings.add(std::string("/audio/") + key, "one channel used twice", "a channel of its own for each");
}

MixerSetup read_mixer(const Json& json, Findings& findings) {
    MixerSetup out;
    if (json.contains("card")) out.card = json.at("card").get<std::string>();
    const Json pins = json.value("pin", Json::array());
    for (std::size_t n = 0; n < pins.size(); ++n) {
        const Json& pin = pins[n];
        MixerPin& to = out.pins.emplace_back();
        to.control = pin.at("control").get<std::string>();
        if (pin.contains("index")) to.index = pin.at("index").get<unsigned>();
        const auto same = [&](const MixerPin& p) { return p.control == to.control && p.index == to.index; };
        if (std::any_of(out.pins.begin(), out.pins.end() - 1, same))
            findings.add(fmt::format("/audio/mixer/pin/{}/control", n),
                         in_words(pin.at("control")) + " again", "each control once");
        const Json& set = pin.at("set");
        if (set.is_boolean())
            to.set = set.get<bool>();
        else if (set.is_string())
            to.set = set.get<std::string>();
        else if (set.is_number_integer())
            to.set = set.get<long>();
        else
            findings.add(fmt::format("/audio/mixer/pin/{}/set", n), in_words(set),
                         "true or false, a whole number, or a choice by its name");
    }
    return out;
}

}  // namespace

AudioSetup read_audio_setup(const Json& json, Findings& findings) {
    AudioSetup out;
    out.api = json.at("api").get<std::string>();
    out.device = json.at("device").get<std::string>();
    if (out.api != "alsa" && out.api != "jack")
        findings.add(
            "/audio/api", in_words(json.at("api")),
            std::string(in_words(std::vector<std::string>{"alsa", "jack"})) +
                (out.api.starts_with("pulse")
                     ? "; PulseAudio resamples without a word and drops samples that nobody is told of"
                     : ""));
    for (const Side s : sides) {
        const std::string side(name(s));
        out.outputs[s] = json.at("outputs").at(side).get<unsigned>() - 1U;
        out.inputs[s] = json.at("inputs").at(side).get<unsigned>() - 1U;
    }
    if (json.contains("counter")) {
        const Json& counter = json.at("counter");
        out.counter = {counter.at("output").get<unsigned>() - 1U, counter.at("input").get<unsigned>() - 1U};
    }
    const auto on = [&](unsigned AudioSetup::Counter::*end) {
        return out.counter ? std::optional((*out.counter).*end) : std::nullopt;
    };
    once_each(out.outputs, on(&AudioSetup::Counter::output), "outputs", findings);
    once_each(out.inputs, on(&AudioSetup::Counter::input), "inputs", findings);
    if (json.contains("block_frames")) out.block = json.at("block_frames").get<unsigned>();
    if (json.contains("play_gain")) out.play_gain = json.at("play_gain").get<double>();
    if (json.contains("full_scale_output_v"))
        out.full_scale_output_v = json.at("full_scale_output_v").get<double>();
    if (json.contains("mixer")) out.mixer = read_mixer(json.at("mixer"), findings);
    if (json.contains("usb")) out.usb = json.at("usb").get<std::string>();
    if (json.contains("virtual_clock")) out.virtual_clock = json.at("virtual_clock").get<bool>();
    return out;
}

}  // namespace fourpole
