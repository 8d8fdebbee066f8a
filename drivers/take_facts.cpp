// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/take_facts.hpp"

#include <cmath>

namespace fourpole {

namespace {

/// Relative standard uncertainty of a figure: a uniform spread has its half-width / sqrt 3.
double relative_u(const Figure& figure) {
    if (figure.value <= 0.0) return 0.0;
    switch (figure.spread) {
        case Figure::Spread::uniform: return figure.tolerance / figure.value / std::sqrt(3.0);
        case Figure::Spread::normal: return figure.tolerance / figure.value / 2.0;
        case Figure::Spread::log_normal: return std::log1p(figure.tolerance) / 1.96;
    }
    return 0.0;
}

}  // namespace

TakeFacts facts_of_take(const Session& session, const TakeRequest& request, const AudioPort& bench) {
    const Interface& interface = session.interface;
    TakeFacts facts;
    facts.arm = request.arm;
    facts.repeat = request.repeat;
    facts.programme_text = session.programme_text;
    facts.bench = bench.identity();
    facts.simulated = bench.simulated();
    for (const Side side : sides) facts.channels.emplace_back(name(side));
    if (!interface.full_scale_v) return facts;  // raw
    for (std::size_t k = 0; k < facts.channels.size(); ++k) {
        facts.volts_per_full_scale.push_back(interface.full_scale_v->value);
        facts.volts_relative_u.push_back(relative_u(*interface.full_scale_v));
    }
    facts.calibration = interface.calibrated ? "calibrated" : "nominal";
    return facts;
}

}  // namespace fourpole
