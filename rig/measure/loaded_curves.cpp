// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/loaded_curves.hpp"

#include "rig/measure/points.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double delay_from_hz = 500.0, delay_to_hz = 15000.0;
constexpr double least_phase_u = 1e-9;  ///< rad: arithmetic's own

const Reading* curve_of(const char* name, const Readings& readings, Side from, Side to) {
    for (const Reading& r : readings)
        if (r.name == name && r.from == from && r.to == to &&
            r.definition.find("both_driven") == std::string::npos)
            return &r;
    return nullptr;
}

bool exact(const Point& p) { return p.state == State::exact && p.value && p.u && p.at; }

Estimate estimate(const Point& p, double relative_u) {
    const double size = AmplitudeRatio::from_decibels(*p.value).count, shared = db_per_relative * relative_u;
    const double own = std::sqrt(std::max(0.0, *p.u * *p.u - shared * shared));
    return {std::polar(size, p.phase_deg.value_or(0.0) / degrees_per_radian),
            std::numbers::sqrt2 * size * own / db_per_relative};
}

const Point* point_at(const Reading* curve, double hz) {
    if (curve)
        for (const Point& p : curve->points)
            if (p.at && std::abs(*p.at - hz) <= 1e-9 * hz) return &p;
    return nullptr;
}

/// The leak as `crosstalk` has it: both sides at one moment, so that no start is needed for its phase.
std::optional<Estimate> leak_by_crosstalk(const Reading* crosstalk, double hz, double relative_u) {
    const Point* p = point_at(crosstalk, hz);
    if (!p || !p->value) return std::nullopt;
    if (p->state == State::at_most)
        return Estimate{0.0, AmplitudeRatio::from_decibels(*p->value).count / least_over_noise};
    if (!exact(*p) || !p->phase_deg) return std::nullopt;
    return estimate(*p, relative_u);
}

/// A bound was made from three times the noise.
std::optional<Estimate> leak_at(const Reading* across, const Estimate& own, const Point& at,
                                double relative_u) {
    if (!across || !at.phase_deg) return std::nullopt;
    const double size = std::abs(own.value);
    const Point* p = point_at(across, *at.at);
    if (!p) return std::nullopt;
    if (p->state == State::at_most && p->value)
        return Estimate{0.0, AmplitudeRatio::from_decibels(*p->value).count / (least_over_noise * size)};
    if (!exact(*p) || !p->phase_deg) return std::nullopt;
    const Estimate there = estimate(*p, relative_u);
    return Estimate{there.value / own.value,
                    std::hypot(there.noise, std::abs(there.value) / size * own.noise) / size};
}

}  // namespace

PerSide<std::vector<HeardLoad>> loaded_curves(const Readings& readings, const PerSide<double>& relative_u) {
    PerSide<std::vector<HeardLoad>> out;
    for (const Side side : sides) {
        const Reading *own = curve_of("transfer", readings, side, side),
                      *across = curve_of("transfer", readings, side, other(side)),
                      *crosstalk = curve_of("crosstalk", readings, side, other(side));
        const double u_both = std::hypot(relative_u[side], relative_u[other(side)]);
        if (!own) continue;
        for (const Point& p : own->points) {
            if (!exact(p)) continue;
            HeardLoad one{*p.at, estimate(p, relative_u[side]), {}, p.phase_deg.has_value()};
            one.leak = leak_at(across, one.own, p, relative_u[other(side)]);
            if (!one.leak) one.leak = leak_by_crosstalk(crosstalk, one.hz, u_both);
            // A rung of a ladder says the same again.
            if (out[side].empty() || one.hz > out[side].back().hz * (1.0 + 1e-9)) out[side].push_back(one);
        }
    }
    return out;
}

void take_out_delay(PerSide<std::vector<HeardLoad>>& curve, const PerSide<std::vector<HeardLoad>>& base) {
    std::size_t n = 0;
    double pp = 0.0, pq = 0.0, qq = 0.0, p = 0.0, q = 0.0;
    for (const Side side : sides) {
        double slope = 0.0;  // of the point below: a phase grows from it without a turn too many
        for (const HeardLoad& one : curve[side]) {
            const HeardLoad* there = at_frequency(base[side], one.hz);
            if (!there || !one.phased || !there->phased || one.hz < delay_from_hz || one.hz > delay_to_hz)
                continue;
            const auto ratio = one.own.value / there->own.value;
            const double expected = slope * one.hz;
            const double phase = expected + std::arg(ratio * std::polar(1.0, -expected));
            slope = phase / one.hz;
            const double relative = std::hypot(one.own.noise / std::abs(one.own.value),
                                               there->own.noise / std::abs(there->own.value));
            const double weight = 1.0 / (0.5 * relative * relative + least_phase_u * least_phase_u);
            pp += weight / (one.hz * one.hz), pq += weight, qq += weight * one.hz * one.hz;
            p += weight * phase / one.hz, q += weight * phase * one.hz;
            ++n;
        }
    }
    const double spread = qq - pq * pq / std::max(pp, 1e-300);
    const bool told = n >= 3 && spread > 0.0;
    const double by = told ? (q - pq / pp * p) / spread : 0.0, u = told ? 1.0 / std::sqrt(spread) : 0.0;
    for (const Side side : sides)
        for (HeardLoad& one : curve[side]) {
            one.phased = one.phased && told;
            one.own.value *= std::polar(1.0, -by * one.hz);
            one.own.noise =
                std::hypot(one.own.noise, std::numbers::sqrt2 * u * one.hz * std::abs(one.own.value));
        }
}

const HeardLoad* at_frequency(const std::vector<HeardLoad>& curve, double hz) {
    const auto found = std::lower_bound(curve.begin(), curve.end(), hz * (1.0 - 1e-9),
                                        [](const HeardLoad& h, double f) { return h.hz < f; });
    return found != curve.end() && found->hz <= hz * (1.0 + 1e-9) ? &*found : nullptr;
}

}  // namespace fourpole
