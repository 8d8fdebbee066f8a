// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fourpole {

/// By which name ALSA knows what RtAudio lists. Both versions name a card by the words that it has for
/// people, which ALSA does not take (it knows "hw:0" and a short id): 5.2 says "hw:Scarlett 4i4 USB,0", 6
/// "Scarlett 4i4 USB (USB Audio)".
std::string alsa_name(const std::string& device);
/// The same, with the cards' numbers and names; a name that none of them has stays as it is.
std::string alsa_name_among(const std::vector<std::pair<int, std::string>>& cards, const std::string& device);

/// The card's number of "hw:1", "hw:1,0" or "hw:Gen"; nullopt: it names no card that is there.
std::optional<int> alsa_card_number(const std::string& name);

/// Tells alsa-lib to keep to itself what it also returns.
void quiet_alsa();

}  // namespace fourpole
