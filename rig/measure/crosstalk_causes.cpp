// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/crosstalk_causes.hpp"

#include "rig/analysis/leak_causes.hpp"
#include "rig/measure/points.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace fourpole {

namespace {

constexpr double at_hz = 1000.0;
constexpr double low_hz = 20.0, high_hz = 20000.0;
constexpr double sweep_resolution_hz = 4.0;  ///< points of a sweep that are nearer share their noise
constexpr std::array causes{"crosstalk_shared_return", "crosstalk_amplifier", "crosstalk_capacitive",
                            "crosstalk_inductive", "crosstalk_unexplained"};

double number(const Reading& r, const char* key) {
    const Detail* detail = r.detail(key);
    const auto* value = detail ? std::get_if<double>(detail) : nullptr;
    return value ? *value : 0.0;
}

/// The exact points, with the noise that is each point's own.
std::vector<LeakPoint> points_of(const Reading& curve) {
    const bool swept = curve.definition.find(".sweep") != std::string::npos;
    const double shared_db = number(curve, "calibration_u");
    std::vector<LeakPoint> out;
    for (const Point& p : curve.points) {
        if (p.state != State::exact || !p.value || !p.phase_deg || !p.u || !p.at) continue;
        if (*p.at < low_hz || *p.at > high_hz) continue;
        if (swept && !out.empty() && *p.at < out.back().hz + sweep_resolution_hz) continue;
        const double size = AmplitudeRatio::from_decibels(*p.value).count;
        const double own_db = std::sqrt(std::max(0.0, *p.u * *p.u - shared_db * shared_db));
        out.push_back({*p.at, std::polar(size, *p.phase_deg / degrees_per_radian),
                       std::numbers::sqrt2 * size * own_db / db_per_relative});
    }
    return out;
}

class Split {
public:
    Split(const Reading& curve, const LeakCauses& found) : curve_(curve), found_(found) {
        if (const Detail* leak = curve.detail("interface_crosstalk_at_most_db"))
            if (const auto* db = std::get_if<double>(leak))
                interface_ = 0.5 * AmplitudeRatio::from_decibels(*db).count;
    }

    Readings readings() const {
        const bool inverted = found_.flat < 0.0;
        const double flat = std::abs(found_.flat), rising = std::abs(found_.rising);
        const double u_flat = std::hypot(found_.u_flat, interface_),
                     u_rising = std::hypot(found_.u_rising, interface_);
        const bool seen = flat >= least_over_noise * std::numbers::sqrt2 * u_flat;
        Readings out;
        out.push_back(part(0, inverted ? -flat : 0.0, u_flat));
        // What is inverted may be the amplifier's as well, all of it.
        out.push_back(inverted && seen ? bound(1, flat + 2.0 * u_flat)
                                       : part(1, inverted ? 0.0 : flat, u_flat));
        const bool ahead = found_.rising > 0.0;
        out.push_back(part(2, {0.0, ahead ? rising : 0.0}, u_rising));
        out.push_back(part(3, {0.0, ahead ? 0.0 : -rising}, u_rising));
        out.push_back(begin(4));
        out.back().points.push_back(power_point(found_.unexplained_power, found_.u_unexplained_power, {}));
        out.back().points.back().at = at_hz;
        say(inverted && seen, out);
        return out;
    }

private:
    Reading begin(std::size_t which) const {
        Reading r;
        r.name = causes[which];
        r.definition = r.name + ".complex_fit@1";
        r.unit = "dB";
        r.from = curve_.from, r.to = curve_.to;
        r.calibration = curve_.calibration;
        return r;
    }
    Reading part(std::size_t which, std::complex<double> value, double u) const {
        Reading r = begin(which);
        r.points.push_back(decibel_point(at_hz, {value, std::numbers::sqrt2 * u}, {},
                                         number(curve_, "calibration_u") / db_per_relative));
        return r;
    }
    Reading bound(std::size_t which, double most) const {
        Reading r = begin(which);
        r.points.push_back({.at = at_hz, .value = AmplitudeRatio{most}.decibels(), .state = State::at_most});
        return r;
    }

    void say(bool inverted, Readings& out) const {
        if (inverted) {
            out[0].details.emplace_back(
                "says",
                std::string("a leak inside the amplifier that is flat and inverted looks the same from "
                            "the earphone's terminals, and is in it"));
            out[1].details.emplace_back("says",
                                        std::string("all of the inverted leak may be the amplifier's; "
                                                    "other loads, or another plug, would tell"));
        }
        for (const std::size_t k : {2, 3})
            out[k].details.emplace_back("says", std::string("capacitive and inductive leaks take from each "
                                                            "other: only their difference is seen"));
        out[0].details.emplace_back("loop_inductance_s", found_.inductance_s);
        out[0].details.emplace_back("loop_corner_hz", found_.corner_hz);
        for (Reading& r : out) r.details.emplace_back("fit_points", (found_.degrees_of_freedom + 4.0) / 2.0);
        out[4].details.emplace_back("chi_square_per_degree_of_freedom",
                                    found_.chi_square / std::max(1, found_.degrees_of_freedom));
    }

    const Reading& curve_;
    const LeakCauses& found_;
    double interface_ = 0.0;
};

}  // namespace

void split_crosstalk(Readings& readings) {
    std::erase_if(readings, [](const Reading& r) {
        return std::find(causes.begin(), causes.end(), r.name) != causes.end();
    });
    Readings more;
    for (const Reading& curve : readings) {
        if (curve.name != "crosstalk" || !curve.curve) continue;
        const auto found = leak_causes(points_of(curve));
        if (!found) continue;
        for (Reading& r : Split(curve, *found).readings()) more.push_back(std::move(r));
    }
    std::move(more.begin(), more.end(), std::back_inserter(readings));
}

}  // namespace fourpole
