// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One of a card's PCM devices, as ALSA's control interface tells of it.
struct AlsaPcm {
    int card = 0, device = 0;
    std::string card_name;         ///< for people: "Scarlett 4i4 USB"
    std::string pcm_id, pcm_name;  ///< "USB Audio"; mostly the same, and "USB Audio #1" for a second one
};

/// Every PCM device of every card that the kernel knows.
std::vector<AlsaPcm> alsa_pcms();
/// The names by which RtAudio may list it, 5.2 and 6.
std::vector<std::string> rtaudio_names(const AlsaPcm& pcm);

/// By which name ALSA knows what RtAudio lists. Both versions name a card by the words that it has for
/// people, which ALSA does not take (it knows "hw:0,0" and a short id): 5.2 says "hw:Scarlett 4i4 USB,0", 6
/// "Scarlett 4i4 USB (USB Audio)".
std::string alsa_name(const std::string& device);
/// The same, among these; a name that none of them has stays as it is.
std::string alsa_name_among(const std::vector<AlsaPcm>& pcms, const std::string& device);

/// The card's number of "hw:1", "hw:1,0" or "hw:Gen"; nullopt: it names no card that is there.
std::optional<int> alsa_card_number(const std::string& name);

/// Tells alsa-lib to keep to itself what it also returns.
void quiet_alsa();

}  // namespace fourpole
