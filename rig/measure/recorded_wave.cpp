// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_wave.hpp"

#include "rig/capture/take_file.hpp"

#include <utility>

namespace fourpole {

Result<std::vector<double>> recorded_wave(const FileEvent& file, const PerSide<bool>& on, double rate_hz) {
    auto take = read_take(file.path);
    if (!take) return take.error();
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
    return wave;
}

}  // namespace fourpole
