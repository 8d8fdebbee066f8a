// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_wave.hpp"

#include "rig/capture/sound_header.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourpole {

namespace {

constexpr double quietest = 1e-12;  ///< of full scale, 240 dB down: rounding, or nothing

}  // namespace

Result<std::vector<double>> recorded_wave(const FileEvent& file, const PerSide<bool>& on, double rate_hz) {
    auto take = read_take(file.path);
    // Whatever is wrong with it, it is no take.
    if (!take) return Fault{Fault::Kind::bad_input, take.error().where, take.error().what};
    if (take->rate_hz != rate_hz)
        return Fault{
            Fault::Kind::bad_input, file.path,
            "the stimulus file's sample rate differs from the capture's; a recorded stimulus must have "
            "the capture's own rate"};
    const bool stereo = take->channels.size() > 1;
    if (stereo && on[Side::left] && on[Side::right] && take->channels[0] != take->channels[1])
        return Fault{
            Fault::Kind::bad_input, file.path,
            "both sides play this file at once and its two channels differ, so that nobody can tell "
            "what of an input came from which; allowed: one channel, two that are alike, or \"sides\": "
            "[\"left\"] and [\"right\"] one after the other"};
    const std::size_t channel = stereo && !on[Side::left] ? 1 : 0;
    std::vector<double> wave = std::move(take->channels[channel]);
    for (double& v : wave) v *= file.amplitude;
    if (std::all_of(wave.begin(), wave.end(), [](double v) { return std::abs(v) < quietest; }))
        return Fault{
            Fault::Kind::bad_input, file.path,
            "nothing plays in this file: all samples of the side's channel, times its amplitude, are "
            "below 1e-12 of full scale; allowed: one that is louder"};
    return wave;
}

bool is_mono(const std::string& path) {
    const auto header = check_sound_header(path);
    return header && header->channels == 1;
}

Programme with_file_lengths(Programme programme) {
    for (Event& event : programme.events) {
        auto* file = std::get_if<FileEvent>(&event.what);
        if (!file || file->length_s > 0.0) continue;
        if (const auto header = check_sound_header(file->path))
            file->length_s = static_cast<double>(header->frames) / header->rate_hz;
    }
    return programme;
}

Result<std::vector<double>> files_played(const Programme& programme, Side side, double rate_hz) {
    std::vector<double> out;
    for (const Event& event : programme.events) {
        const auto* file = std::get_if<FileEvent>(&event.what);
        if (!file || !event.on[side]) continue;
        // Of a file of two channels each side plays its own.
        auto wave = recorded_wave(*file, event.on, rate_hz);
        if (!wave) return wave.error();
        const double first = file->start_s * rate_hz, whole = std::round(first);
        const auto at = static_cast<std::size_t>(whole);
        // Decimal seconds of a whole number of samples end a hair beside them.
        if (std::abs(first - whole) > 1e-6)
            *wave = between_samples(*wave, whole - first, 1.0, wave->size() + 1);
        out.resize(std::max(out.size(), at + wave->size()), 0.0);
        for (std::size_t n = 0; n < wave->size(); ++n) out[at + n] += (*wave)[n];
    }
    return out;
}

}  // namespace fourpole
