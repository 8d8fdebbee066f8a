// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fourpole {

/// By which name ALSA knows what RtAudio lists: 5.2 lists ALSA's own, 6 calls the default one otherwise.
/// Version 6 calls a card "Name (part)"; that is looked up.
std::string alsa_name(const std::string& device);

/// Tells alsa-lib to keep to itself what it also returns.
void quiet_alsa();

}  // namespace fourpole
