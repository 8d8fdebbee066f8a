// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/wiring_level.hpp"

#include "rig/model/measured_wiring.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

namespace fourpole {

namespace {

/// Bounds count as what they allow: a driver may hear that much.
std::optional<double> largest_transfer_v(const Readings& readings, double frequency_hz) {
    std::optional<double> largest;
    for (const Reading& r : readings) {
        if (r.name != "transfer" || r.unit != "dBV") continue;
        const Point* nearest = nearest_point(r, frequency_hz);
        if (!nearest || !nearest->value || nearest->state == State::not_measured) continue;
        largest = std::max(largest.value_or(0.0), AmplitudeRatio::from_decibels(*nearest->value).count);
    }
    return largest;
}

Detail* detail_of(Reading& r, const std::string& key) {
    for (auto& [k, v] : r.details)
        if (k == key) return &v;
    return nullptr;
}

}  // namespace

void judge_wiring_by_level(Readings& readings, double emf_v) {
    for (Reading& r : readings) {
        if (r.name != "wiring" || r.points.empty() || !r.points.front().at || !(emf_v > 0.0)) continue;
        PerSide<PerSide<std::complex<double>*>> coefficient;
        double loudest = 0.0;
        for (const Side driver : sides)
            for (const Side channel : sides) {
                Detail* d = detail_of(r, std::string(name(driver)) + "/from_" + std::string(name(channel)));
                coefficient[driver][channel] = d ? std::get_if<std::complex<double>>(d) : nullptr;
                if (!coefficient[driver][channel]) return;
                loudest = std::max(loudest, std::abs(*coefficient[driver][channel]));
            }
        const auto volts = largest_transfer_v(readings, *r.points.front().at);
        if (!volts || !(loudest > 0.0)) return;
        DriverMatrix matrix;
        for (const Side driver : sides)
            for (const Side channel : sides) {
                *coefficient[driver][channel] *= *volts * std::numbers::sqrt2 / emf_v / loudest;
                matrix.from[driver][channel] = *coefficient[driver][channel];
            }
        if (Detail* d = detail_of(r, "outcome")) *d = wiring_outcome(matrix);
        for (const Side driver : sides)
            if (Detail* d = detail_of(r, std::string(name(driver)) + "/label"))
                *d = driver_label(matrix.from[driver][Side::left], matrix.from[driver][Side::right]);
        r.definition = "wiring.matrix_re_emf@2";
    }
}

}  // namespace fourpole
