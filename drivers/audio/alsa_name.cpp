// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/alsa_name.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace fourpole {

namespace {

void say_nothing(const char*, int, const char*, int, const char*, ...) {}

/// Words that alsa-lib keeps for itself; none: nothing.
std::string words(const char* text) { return text != nullptr ? text : ""; }

/// Every PCM device of one card.
void append_pcms(int card, std::vector<AlsaPcm>& to) {
    snd_ctl_t* opened = nullptr;
    if (snd_ctl_open(&opened, fmt::format("hw:{}", card).c_str(), 0) != 0) return;
    const std::unique_ptr<snd_ctl_t, decltype(&snd_ctl_close)> handle(opened, &snd_ctl_close);
    snd_ctl_card_info_t* about = nullptr;
    snd_pcm_info_t* pcm = nullptr;
    if (snd_ctl_card_info_malloc(&about) != 0) return;
    const std::unique_ptr<snd_ctl_card_info_t, decltype(&snd_ctl_card_info_free)> a(about,
                                                                                    &snd_ctl_card_info_free);
    if (snd_pcm_info_malloc(&pcm) != 0) return;
    const std::unique_ptr<snd_pcm_info_t, decltype(&snd_pcm_info_free)> p(pcm, &snd_pcm_info_free);
    if (snd_ctl_card_info(opened, about) != 0) return;
    for (int device = -1; snd_ctl_pcm_next_device(opened, &device) == 0 && device >= 0;) {
        snd_pcm_info_set_device(pcm, static_cast<unsigned>(device));
        snd_pcm_info_set_subdevice(pcm, 0);
        for (const snd_pcm_stream_t way : {SND_PCM_STREAM_PLAYBACK, SND_PCM_STREAM_CAPTURE}) {
            snd_pcm_info_set_stream(pcm, way);
            if (snd_ctl_pcm_info(opened, pcm) != 0) continue;
            to.push_back({card, device, words(snd_ctl_card_info_get_name(about)),
                          words(snd_pcm_info_get_id(pcm)), words(snd_pcm_info_get_name(pcm))});
        }
    }
}

}  // namespace

std::vector<AlsaPcm> alsa_pcms() {
    std::vector<AlsaPcm> out;
    for (int card = -1; snd_card_next(&card) == 0 && card >= 0;) append_pcms(card, out);
    return out;
}

std::vector<std::string> rtaudio_names(const AlsaPcm& pcm) {
    return {fmt::format("hw:{},{}", pcm.card_name, pcm.device),
            fmt::format("{} ({})", pcm.card_name, pcm.pcm_id),
            fmt::format("{} ({})", pcm.card_name, pcm.pcm_name)};
}

std::string alsa_name_among(const std::vector<AlsaPcm>& pcms, const std::string& device) {
    for (const AlsaPcm& pcm : pcms) {
        const auto names = rtaudio_names(pcm);
        if (std::find(names.begin(), names.end(), device) != names.end())
            return fmt::format("hw:{},{}", pcm.card, pcm.device);
    }
    return device;
}

std::string alsa_name(const std::string& device) { return alsa_name_among(alsa_pcms(), device); }

std::optional<int> alsa_card_number(const std::string& name) {
    if (!name.starts_with("hw:")) return std::nullopt;
    const std::string card = name.substr(3, name.find(',') - 3);
    const int number = snd_card_get_index(card.c_str());
    return number < 0 ? std::nullopt : std::optional(number);
}

void quiet_alsa() { snd_lib_error_set_handler(&say_nothing); }

}  // namespace fourpole
