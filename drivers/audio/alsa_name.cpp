// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/alsa_name.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace fourpole {

namespace {

void say_nothing(const char*, int, const char*, int, const char*, ...) {}

}  // namespace

std::string alsa_name_among(const std::vector<std::pair<int, std::string>>& cards,
                            const std::string& device) {
    const bool five = device.starts_with("hw:");
    const std::size_t end = five ? std::min(device.rfind(','), device.size()) : device.find(" (");
    const std::string name = five ? device.substr(3, end - 3) : device.substr(0, end);
    for (const auto& [number, called] : cards)
        if (name == called) return fmt::format("hw:{}{}", number, five ? device.substr(end) : "");
    return device;
}

std::string alsa_name(const std::string& device) {
    std::vector<std::pair<int, std::string>> cards;
    for (int card = -1; snd_card_next(&card) == 0 && card >= 0;) {
        char* found = nullptr;
        if (snd_card_get_name(card, &found) != 0) continue;
        const std::unique_ptr<char, decltype(&std::free)> owned(found, &std::free);
        cards.emplace_back(card, found);
    }
    return alsa_name_among(cards, device);
}

std::optional<int> alsa_card_number(const std::string& name) {
    if (!name.starts_with("hw:")) return std::nullopt;
    const std::string card = name.substr(3, name.find(',') - 3);
    const int number = snd_card_get_index(card.c_str());
    return number < 0 ? std::nullopt : std::optional(number);
}

void quiet_alsa() { snd_lib_error_set_handler(&say_nothing); }

}  // namespace fourpole
