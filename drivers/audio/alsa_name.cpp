// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/alsa_name.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <memory>

namespace fourpole {

namespace {

void say_nothing(const char*, int, const char*, int, const char*, ...) {}

}  // namespace

std::string alsa_name(const std::string& device) {
    if (device == "Default ALSA Device") return "default";
    const std::string name = device.substr(0, device.find(" ("));
    for (int card = -1; snd_card_next(&card) == 0 && card >= 0;) {
        char* found = nullptr;
        if (snd_card_get_name(card, &found) != 0) continue;
        const std::unique_ptr<char, decltype(&std::free)> owned(found, &std::free);
        if (name == found) return fmt::format("hw:{}", card);
    }
    return device;
}

void quiet_alsa() { snd_lib_error_set_handler(&say_nothing); }

}  // namespace fourpole
