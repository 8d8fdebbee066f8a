// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/readings.hpp"

#include "rig/units.hpp"

#include <cassert>

namespace fourpole {
namespace {

Point point_of(std::optional<Complex> ratio, double frequency_hz) {
    Point p;
    p.at = frequency_hz;
    if (!ratio) {
        p.state = State::not_measured;
        return p;
    }
    const double magnitude = std::abs(*ratio);
    if (magnitude < arithmetic_floor) {
        p.value = AmplitudeRatio{arithmetic_floor}.decibels();
        p.state = State::at_most;
        return p;
    }
    p.value = AmplitudeRatio{magnitude}.decibels();
    p.phase_deg = std::arg(*ratio) * degrees_per_radian;
    return p;
}

}  // namespace

std::optional<Complex> Curve::ratio(const CircuitAt& at, double emf_v) const {
    const Complex transfer = at.voltage[from][to] / emf_v;
    if (kind == Kind::transfer) return transfer;
    const Complex own = at.voltage[from][from] / emf_v;
    if (std::abs(own) < silent_share) return {};
    return kind == Kind::response ? own : transfer / own;
}

std::vector<Curve> predicted_curves() {
    std::vector<Curve> curves;
    for (const Side from : sides)
        for (const Side to : sides) curves.push_back({Curve::Kind::transfer, from, to});
    for (const Side s : sides) curves.push_back({Curve::Kind::response, s, s});
    for (const Side from : sides) curves.push_back({Curve::Kind::crosstalk, from, other(from)});
    return curves;
}

Reading reading_of(const Curve& curve) {
    Reading r;
    switch (curve.kind) {
        case Curve::Kind::transfer: r.name = "transfer"; break;
        case Curve::Kind::response: r.name = "response"; break;
        case Curve::Kind::crosstalk: r.name = "crosstalk"; break;
    }
    r.definition = r.name + ".model@1";
    r.unit = "dB";
    r.from = curve.from;
    r.to = curve.to;
    r.curve = true;
    r.calibration = "nominal";
    return r;
}

Readings readings_of(std::span<const CircuitAt> solved, std::span<const double> frequency_hz, double emf_v) {
    assert(solved.size() == frequency_hz.size());
    Readings readings;
    for (const Curve& curve : predicted_curves()) {
        Reading r = reading_of(curve);
        for (std::size_t i = 0; i < solved.size(); ++i)
            r.points.push_back(point_of(curve.ratio(solved[i], emf_v), frequency_hz[i]));
        readings.push_back(std::move(r));
    }
    return readings;
}

}  // namespace fourpole
