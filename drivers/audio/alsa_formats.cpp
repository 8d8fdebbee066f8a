// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/alsa_formats.hpp"

#include "drivers/audio/alsa_name.hpp"
#include "drivers/audio/audio_api.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace fourpole {

namespace {

constexpr const char* stream_name(snd_pcm_stream_t stream) {
    return stream == SND_PCM_STREAM_PLAYBACK ? "output" : "input";
}

Fault refused(const std::string& device, const std::string& what) {
    return {Fault::Kind::bench_trouble, "alsa " + device, what};
}

/// Which of `asked` the device takes in one direction; nothing where it has not that direction.
Result<std::optional<std::vector<snd_pcm_format_t>>> formats(const std::string& pcm, snd_pcm_stream_t stream,
                                                             const std::vector<snd_pcm_format_t>& asked) {
    snd_pcm_t* opened = nullptr;
    const int error = snd_pcm_open(&opened, pcm.c_str(), stream, SND_PCM_NONBLOCK);
    if (error == -EBUSY)
        return refused(pcm, fmt::format("its {} is in use by another program (often PulseAudio or PipeWire); "
                                        "stop that, `fuser -v /dev/snd/*` names it",
                                        stream_name(stream)));
    if (error < 0) return std::optional<std::vector<snd_pcm_format_t>>();
    const std::unique_ptr<snd_pcm_t, decltype(&snd_pcm_close)> owned(opened, &snd_pcm_close);
    snd_pcm_hw_params_t* params = nullptr;
    if (snd_pcm_hw_params_malloc(&params) < 0) return refused(pcm, "no memory to ask it with");
    const std::unique_ptr<snd_pcm_hw_params_t, decltype(&snd_pcm_hw_params_free)> asks(
        params, &snd_pcm_hw_params_free);
    if (const int any = snd_pcm_hw_params_any(opened, params); any < 0)
        return refused(
            pcm, fmt::format("its {} does not say what it can: {}", stream_name(stream), snd_strerror(any)));
    std::vector<snd_pcm_format_t> out;
    for (const snd_pcm_format_t f : asked)
        if (snd_pcm_hw_params_test_format(opened, params, f) == 0) out.push_back(f);
    return std::optional(std::move(out));
}

/// The route that only changes the size of the words, never their rate (`plug` would).
std::string way_out(const std::string& pcm, snd_pcm_format_t format) {
    const std::string slave = pcm == "default" ? "hw:0,0" : pcm;
    return fmt::format(
        "write in ~/.asoundrc\n  pcm.!default {{ type linear slave {{ pcm \"{}\" format {} }} }}\n"
        "  ctl.!default {{ type hw card 0 }}\n(with the card's own number) and measure with "
        "the device \"default\"",
        slave, snd_pcm_format_name(format));
}

Result<Done> judge(const std::string& pcm, snd_pcm_stream_t stream, int bits) {
    const auto found = formats(pcm, stream,
                               {SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_FLOAT_LE, SND_PCM_FORMAT_FLOAT64_LE,
                                SND_PCM_FORMAT_S24_LE, SND_PCM_FORMAT_S24_3LE, SND_PCM_FORMAT_S16_LE});
    if (!found) return found.error();
    if (!*found) return Done{};
    const auto has = [&](snd_pcm_format_t f) {
        return std::find((*found)->begin(), (*found)->end(), f) != (*found)->end();
    };
    if (has(SND_PCM_FORMAT_S32_LE) || has(SND_PCM_FORMAT_FLOAT_LE) || has(SND_PCM_FORMAT_FLOAT64_LE))
        return Done{};
    if (has(SND_PCM_FORMAT_S24_LE))
        return refused(pcm,
                       fmt::format("its {} takes 24 bits in 4 bytes (S24_LE), and RtAudio writes past the "
                                   "end of its buffer there; {}",
                                   stream_name(stream), way_out(pcm, SND_PCM_FORMAT_S24_LE)));
    if (has(SND_PCM_FORMAT_S24_3LE) && (bits > 16 || !has(SND_PCM_FORMAT_S16_LE)))
        return refused(pcm, fmt::format("its {} takes 24 bits in 3 bytes (S24_3LE), which RtAudio cannot; {}",
                                        stream_name(stream), way_out(pcm, SND_PCM_FORMAT_S24_3LE)));
    if (has(SND_PCM_FORMAT_S16_LE) && bits > 16)
        return refused(pcm, fmt::format("its {} has 16 bits; the interface's profile says {}",
                                        stream_name(stream), bits));
    return Done{};
}

/// Whether it can be opened in one direction, or somebody else has.
bool is_there(const std::string& pcm) {
    for (const snd_pcm_stream_t stream : {SND_PCM_STREAM_PLAYBACK, SND_PCM_STREAM_CAPTURE}) {
        snd_pcm_t* opened = nullptr;
        const int error = snd_pcm_open(&opened, pcm.c_str(), stream, SND_PCM_NONBLOCK);
        if (error == 0) snd_pcm_close(opened);
        if (error == 0 || error == -EBUSY) return true;
    }
    return false;
}

}  // namespace

Result<Done> alsa_device_is_safe(const std::string& device, int bits) {
    quiet_alsa();
    snd_ctl_t* mixer = nullptr;
    if (const int error = snd_ctl_open(&mixer, "default", 0); error < 0)
        return refused(device,
                       fmt::format("ALSA's default mixer does not open ({}), and RtAudio then opens another "
                                   "device than the one it lists; write in ~/.asoundrc\n"
                                   "  ctl.!default {{ type hw card 0 }}\nwith the number of a card that "
                                   "is there",
                                   snd_strerror(error)));
    snd_ctl_close(mixer);
    const std::string pcm = alsa_name(device);
    for (const snd_pcm_stream_t stream : {SND_PCM_STREAM_PLAYBACK, SND_PCM_STREAM_CAPTURE})
        if (auto fine = judge(pcm, stream, bits); !fine) return fine;
    return Done{};
}

std::optional<Fault> why_not_listed(const std::string& pattern, int bits) {
    quiet_alsa();
    std::vector<AudioDevice> all(1);
    all.front().name = "default";
    for (const AlsaPcm& pcm : alsa_pcms())
        for (const std::string& name : rtaudio_names(pcm)) all.emplace_back().name = name;
    const auto meant = devices_matching(pattern, all);
    if (!meant) return std::nullopt;
    for (const AudioDevice& device : *meant) {
        if (!is_there(alsa_name(device.name))) continue;
        if (auto safe = alsa_device_is_safe(device.name, bits); !safe) return safe.error();
    }
    return std::nullopt;
}

}  // namespace fourpole
