// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/alsa_mixer.hpp"
#include "rig/symptom.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What of a card's mixer makes another thing of a measurement than its programme says: a playback that is
/// muted or turned down, a capture that is muted, a monitor that leads the inputs back to the outputs, a gain
/// that sets itself, a clock from outside. Capture gains are a person's choice and are not judged.
/// @param card  as `amixer -D` takes it
std::vector<Symptom> symptoms_of(const std::vector<MixerControl>& controls, const std::string& card);

}  // namespace fourpole
