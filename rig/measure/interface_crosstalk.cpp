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

/// What the same side's signal does at the other input: of that a share arrives here.
const Reading* at_other_input(const Readings& readings, const Reading& r) {
    const auto found = std::find_if(readings.begin(), readings.end(), [&](const Reading& o) {
        return o.name == "transfer" && o.from == r.from && o.to == other(*r.to);
    });
    return found != readings.end() && found->points.size() == r.points.size() ? &*found : nullptr;
}

}  // namespace

void allow_for_interface_crosstalk(Readings& readings, double ratio) {
    // Of what was captured, not of what the first of them has been allowed already.
    const Readings captured = readings;
    for (Reading& r : readings) {
        const bool crosstalk = r.name == "crosstalk";
        if (r.name == "crosstalk_floor") {
            for (Point& p : r.points)
                if (p.value) p.value = AmplitudeRatio{std::hypot(size_of(p), ratio)}.decibels();
        } else if (crosstalk) {
            for (Point& p : r.points) allow(p, ratio);
        } else if ((r.name == "transfer" || r.name == "response") && r.from && r.to) {
            const Reading* source = at_other_input(captured, r);
            if (!source) continue;
            for (std::size_t i = 0; i < r.points.size(); ++i)
                if (const Point& p = source->points[i]; p.value && p.state != State::not_measured)
                    allow(r.points[i], ratio * size_of(p));
        } else {
            continue;
        }
        r.details.emplace_back("interface_crosstalk_at_most_db", AmplitudeRatio{ratio}.decibels());
    }
}

}  // namespace fourpole
