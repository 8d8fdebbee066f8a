// SPDX-License-Identifier: GPL-3.0-or-later
// Takes for the page of conformance: a programme in closed form on a clock of its own, noise of fixed seeds.
#pragma once

#include "rig/units.hpp"
#include "tests/displaced_take.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <random>
#include <utility>
#include <vector>

namespace fourpole::conformance {

using Complex = std::complex<double>;

inline double db(double ratio) { return AmplitudeRatio{ratio}.decibels(); }
inline double level(double decibels) { return AmplitudeRatio::from_decibels(decibels).count; }
/// rms of noise of that many dBFS: 0 dBFS = rms of a full-scale sine.
inline double rms_of(double dbfs) { return level(dbfs) / std::sqrt(2.0); }

struct How {
    double ppm = 37.31, start = 4321.6, seconds = 5.0;
    double noise = 0.0;  ///< rms a sample
    int bits = 64;       ///< 24: rounded with TPDF dither; 32: as float; 64: as it is
    unsigned seed = 1;
    std::function<double(double)> device = [](double x) { return x; };
};

inline double rounded(double x, const How& how, std::mt19937_64& random) {
    if (how.bits == 32) return static_cast<double>(static_cast<float>(x));
    if (how.bits != 24) return x;
    std::uniform_real_distribution<double> half(-0.5, 0.5);
    return std::ldexp(std::round(std::ldexp(x, 23) + half(random) + half(random)), -23);
}

/// Both sides, each through the device.
inline Take take_of(const Programme& programme, const How& how) {
    Take take;
    take.rate_hz = rate;
    take.bits = how.bits == 24 ? 24 : 32;
    take.floating_point = how.bits != 24;
    std::mt19937_64 random(how.seed);
    std::normal_distribution<double> noise(0.0, how.noise > 0.0 ? how.noise : 1.0);
    for (const Side side : sides) {
        auto x =
            render(programme, side, {rate, how.start, how.ppm}, static_cast<std::size_t>(how.seconds * rate));
        for (double& v : x) {
            v = how.device(v);
            if (how.noise > 0.0) v += noise(random);
            v = rounded(v, how, random);
        }
        take.channels.push_back(std::move(x));
    }
    return take;
}

inline Measurement read(const Take& take, const Programme& programme) {
    auto out = measure(take, programme, false);
    REQUIRE(out.has_value());
    for (const std::string& reason : out->reasons) UNSCOPED_INFO(reason);
    return std::move(*out);
}
inline Measurement read(const Programme& programme, const How& how) {
    return read(take_of(programme, how), programme);
}

inline Programme of_tones(std::vector<Tone> tones, double seconds, PerSide<bool> on = {{true, true}}) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = seconds;
    p.events.push_back({Tones{0.0, seconds, 0.0, std::move(tones)}, on});
    return p;
}

/// The reading of a side by definition (or by name where that has an @), of one order and weighting.
inline const Reading& of(const Measurement& m, std::string_view definition, Side side,
                         std::optional<int> order = {}, std::string_view weighting = "") {
    for (const Reading& r : m.readings)
        if ((r.definition == definition || r.name == definition) && (r.side == side || r.from == side) &&
            (!order || r.order == order) &&
            (weighting.empty() || detail<std::string>(r, "weighting") == weighting))
            return r;
    FAIL("no reading " << definition);
    return m.readings.front();
}

inline double value(const Measurement& m, std::string_view definition, Side side,
                    std::optional<int> order = {}) {
    return *of(m, definition, side, order).scalar().value;
}

inline bool kit() { return std::filesystem::exists(shared("truth/manifest.json")); }
inline Measurement of_kit(const std::string& name) {
    return fourpole::measured(shared("truth/captures/" + name + ".wav"),
                              shared("truth/programmes/" + name + ".json"));
}

/// Largest error of a curve's points in a band.
template <class Truth>
double worst(const Reading& r, double low, double high, Truth truth) {
    double out = 0.0;
    int points = 0;
    for (const Point& p : r.points) {
        if (*p.at < low || *p.at > high) continue;
        REQUIRE(p.state == State::exact);
        out = std::max(out, std::abs(*p.value - truth(*p.at)));
        ++points;
    }
    REQUIRE(points > 0);
    return out;
}
template <class Truth>
double rms(const Reading& r, double low, double high, Truth truth) {
    double sum = 0.0, points = 0.0;
    for (const Point& p : r.points)
        if (*p.at >= low && *p.at <= high && p.state == State::exact)
            sum += std::pow(*p.value - truth(*p.at), 2), ++points;
    REQUIRE(points > 0.0);
    return std::sqrt(sum / points);
}

/// Largest of what the draws give.
template <class Draw>
double worst_of(unsigned draws, Draw error) {
    double out = 0.0;
    for (unsigned seed = 1; seed <= draws; ++seed) out = std::max(out, std::abs(error(seed)));
    return out;
}
/// Twice their rms: what 95 of 100 stay within.
template <class Draw>
double twice_the_rms(unsigned draws, Draw error) {
    double sum = 0.0;
    for (unsigned seed = 1; seed <= draws; ++seed) sum += std::pow(error(seed), 2) / draws;
    return 2.0 * std::sqrt(sum);
}

}  // namespace fourpole::conformance
