// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/interface_crosstalk.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double least_over_leak = 3.0;

double size_of(const Point& p) { return AmplitudeRatio::from_decibels(*p.value).count; }

/// `leak`: in the unit in which the point's value is counted.
void allow(Point& p, double leak) {
    if (!p.value || p.state == State::not_measured) return;
    const double size = size_of(p);
    if (p.state == State::exact && size >= least_over_leak * leak) {
        if (p.u) p.u = std::hypot(*p.u, db_per_relative * leak / (2.0 * size));
        return;
    }
    if (p.state == State::at_least) return;
    p.value = AmplitudeRatio{size + leak}.decibels();
    p.state = State::at_most;
    p.phase_deg.reset();
    p.u.reset();
}

const Reading* driven_side_of(const Readings& readings, const Reading& leak) {
    const auto found = std::find_if(readings.begin(), readings.end(), [&](const Reading& r) {
        return r.name == "transfer" && r.from == leak.from && r.to == leak.from;
    });
    return found != readings.end() && found->points.size() == leak.points.size() ? &*found : nullptr;
}

}  // namespace

void allow_for_interface_crosstalk(Readings& readings, double ratio) {
    for (Reading& r : readings) {
        const bool crosstalk = r.name == "crosstalk";
        if (r.name == "crosstalk_floor") {
            for (Point& p : r.points)
                if (p.value) p.value = AmplitudeRatio{std::hypot(size_of(p), ratio)}.decibels();
        } else if (crosstalk || (r.name == "transfer" && r.from != r.to)) {
            const Reading* driven = crosstalk ? nullptr : driven_side_of(readings, r);
            if (!crosstalk && !driven) continue;
            for (std::size_t i = 0; i < r.points.size(); ++i) {
                if (driven && !driven->points[i].value) continue;
                allow(r.points[i], crosstalk ? ratio : ratio * size_of(driven->points[i]));
            }
        } else {
            continue;
        }
        r.details.emplace_back("interface_crosstalk_at_most_db", AmplitudeRatio{ratio}.decibels());
    }
}

}  // namespace fourpole
