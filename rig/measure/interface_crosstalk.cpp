// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/interface_crosstalk.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double least_over_leak = 3.0;
constexpr double smallest_size = 1e-300;  // a quotient of two silences is 0

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

/// The largest share that may leak where nobody knows the interface's: all that the weaker of two inputs
/// shows.
double weaker_re_stronger(const Point& a, const Point& b) {
    const double x = size_of(a), y = size_of(b);
    return std::min(x, y) / std::max({x, y, smallest_size});
}

void allow_in_floor(Point& p, std::optional<double> ratio) {
    if (!p.value) return;
    if (ratio)
        p.value = AmplitudeRatio{std::hypot(size_of(p), *ratio)}.decibels();
    else
        p.state = State::at_least, p.u.reset();
}

void allow_in_transfer(Reading& r, const Reading& source, std::optional<double> ratio) {
    for (std::size_t i = 0; i < r.points.size(); ++i) {
        const Point& other_input = source.points[i];
        if (!other_input.value || other_input.state == State::not_measured || !r.points[i].value) continue;
        const double share = ratio ? *ratio : weaker_re_stronger(r.points[i], other_input);
        allow(r.points[i], share * size_of(other_input));
    }
}

}  // namespace

void allow_for_interface_crosstalk(Readings& readings, std::optional<double> ratio) {
    // Of what was captured, not of what the first of them has been allowed already.
    const Readings captured = readings;
    for (Reading& r : readings) {
        if (r.name == "crosstalk_floor") {
            for (Point& p : r.points) allow_in_floor(p, ratio);
        } else if (r.name == "crosstalk") {
            for (Point& p : r.points)
                if (p.value) allow(p, ratio.value_or(size_of(p)));
        } else if ((r.name == "transfer" || r.name == "response") && r.from && r.to) {
            const Reading* source = at_other_input(captured, r);
            if (!source) continue;
            allow_in_transfer(r, *source, ratio);
        } else {
            continue;
        }
        if (ratio)
            r.details.emplace_back("interface_crosstalk_at_most_db", AmplitudeRatio{*ratio}.decibels());
        else
            r.details.emplace_back("interface_crosstalk", std::string("unknown"));
    }
}

}  // namespace fourpole
