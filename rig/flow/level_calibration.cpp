// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/level_calibration.hpp"

#include "rig/json/json.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/steadiness.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double least_s = 1.0, weakest_dbfs = -40.0, most_beside = 0.1, most_moved = 0.02;
constexpr double lowest_hz = 20.0, highest_share_of_rate = 0.45;

Fault refused(const std::string& where, std::string what) {
    return {Fault::Kind::bad_input, where, std::move(what)};
}

Fault unusable(std::string what) { return {Fault::Kind::take_invalid, "", std::move(what)}; }

/// The side of each channel: by the take's facts, else by order. Every one has its volts.
Result<std::vector<Side>> sides_of(const Take& take, const MeterReading& meter) {
    if (take.channels.empty() || take.channels.size() > sides.size())
        return refused("", fmt::format("the capture has {} channels; a calibration is made of one or two",
                                       take.channels.size()));
    std::vector<Side> out;
    for (std::size_t c = 0; c < take.channels.size(); ++c) {
        const auto side =
            c < take.facts.channels.size() ? side_named(take.facts.channels[c]) : std::optional(sides[c]);
        if (!side) return refused("", fmt::format("channel {} is neither left nor right", c + 1));
        if (!meter.v_rms[*side])
            return refused("--volts",
                           fmt::format("nobody says what the meter showed at the {0} input: --volts {0}=V",
                                       name(*side)));
        out.push_back(*side);
    }
    return out;
}

Result<Done> sensible(const Take& take, const MeterReading& meter) {
    const double highest = highest_share_of_rate * take.rate_hz;
    if (meter.frequency_hz < lowest_hz || meter.frequency_hz > highest)
        return refused("--frequency", fmt::format("{:g} Hz; allowed: {:g} Hz to {:g} Hz in this capture",
                                                  meter.frequency_hz, lowest_hz, highest));
    const double seconds = static_cast<double>(take.frames()) / take.rate_hz;
    if (seconds < least_s)
        return unusable(
            fmt::format("the capture holds {:.2f} s; a meter settles, and {:g} s of the sine are "
                        "needed",
                        seconds, least_s));
    return Done{};
}

Programme one_sine(const Take& take, const std::vector<Side>& heard, double frequency_hz) {
    Programme p;
    p.sample_rate_hz = take.rate_hz;
    p.length_s = static_cast<double>(take.frames()) / take.rate_hz;
    Event e{Tones{0.0, p.length_s, 0.0, {{frequency_hz, 1.0, 0.0}}}, {}};
    for (const Side side : heard) e.on[side] = true;
    p.events = {e};
    p.analyses = {"level", "thd_n", "stream"};
    return p;
}

const Point* scalar_of(const Measurement& m, const char* name, Side side) {
    for (const Reading& r : m.readings)
        if (r.name == name && r.side == side && !r.points.empty() && r.points[0].value) return &r.points[0];
    return nullptr;
}

/// By how much of itself the sine's level leaves its middle on this side.
std::optional<double> moved_by(const Take& take, const std::vector<Side>& heard, Side side,
                               double frequency_hz) {
    for (std::size_t c = 0; c < heard.size(); ++c)
        if (heard[c] == side)
            if (const auto found = steadiness(take.channels[c], take.rate_hz, frequency_hz))
                return found->range;
    return std::nullopt;
}

}  // namespace

Result<std::vector<InputScale>> scales_by_meter(const Take& take, const MeterReading& meter) {
    if (const auto ok = sensible(take, meter); !ok) return ok.error();
    const auto heard = sides_of(take, meter);
    if (!heard) return heard.error();
    const auto measured = measure(take, one_sine(take, *heard, meter.frequency_hz), false);
    if (!measured) return measured.error();
    if (!measured->valid)
        return unusable(fmt::format(
            "no steady sine of {:g} Hz (within 0.2 %) is in it: {}", meter.frequency_hz,
            measured->reasons.empty() ? std::string("the take is invalid") : measured->reasons.front()));
    std::vector<InputScale> out;
    for (const Side side : *heard) {
        InputScale scale;
        scale.side = side;
        const Point* level = scalar_of(*measured, "level", side);
        const Point* beside = scalar_of(*measured, "thd_n", side);
        if (!level || !level->u || level->state != State::exact || *level->value < weakest_dbfs)
            return unusable(fmt::format(
                "{}: {} at {:g} Hz; a calibration needs a steady sine above {:g} dBFS", name(side),
                level ? fmt::format("{:.1f} dBFS", *level->value) : std::string("no steady sine"),
                meter.frequency_hz, weakest_dbfs));
        // THD+N is re all that is there.
        if (!beside)
            return unusable(fmt::format("{}: what stands beside the sine cannot be told", name(side)));
        const double q = AmplitudeRatio::from_decibels(*beside->value).count;
        const double r = q < 1.0 ? q / std::sqrt(1.0 - q * q) : 1.0;
        scale.beside_db = AmplitudeRatio{r}.decibels();
        if (r > most_beside)
            return unusable(
                fmt::format("{}: noise, hum and harmonics are {:.1f} dB re the sine, and the meter read "
                            "them with it; allowed: {:g} dB",
                            name(side), scale.beside_db, AmplitudeRatio{most_beside}.decibels()));
        const auto moves = moved_by(take, *heard, side, meter.frequency_hz);
        if (!moves || *moves > most_moved)
            return unusable(
                moves ? fmt::format("{}: the sine's level moves by {:.1f} % to either side while it is "
                                    "captured, and nobody says when the meter was read; allowed: {:g} %",
                                    name(side), 100.0 * *moves, 100.0 * most_moved)
                      : fmt::format("{}: less of the sine than it takes to see whether it is steady",
                                    name(side)));
        scale.level_dbfs = *level->value;
        scale.volts_per_full_scale =
            std::numbers::sqrt2 * *meter.v_rms[side] / AmplitudeRatio::from_decibels(*level->value).count;
        scale.relative_u = std::hypot(std::hypot(meter.relative_u, *level->u / db_per_relative, 0.5 * r * r),
                                      *moves / std::sqrt(3.0));
        out.push_back(scale);
    }
    return out;
}

std::string calibration_file_text(const std::vector<InputScale>& scales, const std::string& made,
                                  const std::string& applies_to) {
    Json json;
    json["schema"] = "fourpole/calibration@1";
    json["state"] = "calibrated";
    json["made"] = made;
    if (!applies_to.empty()) json["applies_to"] = applies_to;
    json["channels"] = Json::array();
    for (const InputScale& s : scales)
        json["channels"].push_back({{"side", name(s.side)},
                                    {"volts_per_full_scale", s.volts_per_full_scale},
                                    {"relative_u", s.relative_u}});
    return dump_json(json);
}

}  // namespace fourpole
