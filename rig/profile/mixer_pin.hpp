// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fourpole {

/// A control of a sound card that has to stand so while a session runs: gain, mute, clock source, monitor.
struct MixerPin {
    std::string control;  ///< as ALSA calls it
    unsigned index = 0;   ///< of several of one name
    std::variant<bool, long, std::string>
        set;  ///< a switch, a level in the card's own steps, a choice by name
};

/// What a bench says of its card's mixer.
struct MixerSetup {
    std::optional<std::string> card;  ///< ALSA's name of it, as hw:M4; nothing: the audio device's own
    std::vector<MixerPin> pins;
};

}  // namespace fourpole
