// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/power_readings.hpp"

#include "rig/units.hpp"

#include <cmath>

namespace fourpole {

namespace {

constexpr double mw_per_w = 1000.0;

/// A level in dBV with its u, played at `gain` of what it counts for, into a resistor.
Point power_of(const Point& level, double gain, const KnownOhms& load) {
    Point p{.at = level.at, .state = level.state};
    if (!level.value || level.state == State::not_measured) return p;
    const double volts = gain * AmplitudeRatio::from_decibels(*level.value).count;
    p.value = mw_per_w * volts * volts / load.ohm;
    if (level.u) p.u = *p.value * std::hypot(2.0 * *level.u / db_per_relative, load.u / load.ohm);
    return p;
}

Reading begin(const Reading& from, Side side, const char* definition, const KnownOhms& load,
              double played_dbfs) {
    Reading r{.name = "power", .unit = "mW", .definition = definition};
    r.side = side;
    r.calibration = from.calibration;
    r.details.emplace_back("load_ohm", load.ohm);
    r.details.emplace_back("played_dbfs", played_dbfs);
    return r;
}

/// Of the first sweep that a side plays alone.
std::optional<double> sweep_amplitude(const Programme& programme, Side side) {
    for (const Event& event : programme.events)
        if (const auto* sweep = std::get_if<Sweep>(&event.what);
            sweep && event.on[side] && !event.on[other(side)])
            return sweep->amplitude;
    return std::nullopt;
}

void add_curve(const Readings& readings, const Programme& programme, Side side, const KnownOhms& load,
               Readings& out) {
    const auto amplitude = sweep_amplitude(programme, side);
    for (const Reading& t : readings) {
        if (!amplitude || t.definition != "transfer.sweep@1" || t.from != side || t.to != side) continue;
        Reading r = begin(t, side, "power.sweep@1", load, AmplitudeRatio{*amplitude}.decibels());
        r.curve = true;
        for (const Point& p : t.points) r.points.push_back(power_of(p, *amplitude, load));
        out.push_back(std::move(r));
        return;
    }
}

/// Where the output is at its knee. A bound of the one is a bound of the other, on the same side.
void add_largest(const Reading& knee, Side side, const KnownOhms& load, Readings& out) {
    const Detail* played = knee.detail("played_dbfs");
    Reading r = begin(knee, side, "power_max.knee@1", load, played ? std::get<double>(*played) : 0.0);
    r.name = "power_max";
    r.points.push_back(power_of(knee.scalar(), 1.0, load));
    // Two loads would tell: a limit of volts stays at its volts, one of current at its amperes.
    r.details.emplace_back("limited_by", std::string("unknown: one load does not tell voltage from current"));
    out.push_back(std::move(r));
}

}  // namespace

std::string add_power(const std::optional<PerSide<KnownOhms>>& load, const Programme& programme,
                      Readings& out) {
    if (!load) return "nobody says the load of this capture: an entry of \"loads\" without a capture";
    Readings more;
    bool volts = false, resistor = false;
    for (const Side side : sides) {
        const KnownOhms& own = (*load)[side];
        if (std::isinf(own.ohm)) continue;
        resistor = true;
        for (const Reading& r : out) volts = volts || r.unit == "dBV";
        if (!volts) continue;
        add_curve(out, programme, side, own, more);
        for (const Reading& level : out) {
            if (level.name == "clipping_knee" && level.side == side && level.unit == "dBV" &&
                !level.points.empty())
                add_largest(level, side, own, more);
            if (level.name != "level" || level.side != side || level.unit != "dBV" || level.points.empty())
                continue;
            const Detail* played = level.detail("played_dbfs");
            Reading r =
                begin(level, side, "power.fitted_tone@1", own, played ? std::get<double>(*played) : 0.0);
            r.points.push_back(power_of(level.scalar(), 1.0, own));
            more.push_back(std::move(r));
        }
    }
    if (!resistor) return "nothing is plugged in: into an open output goes no power";
    if (!volts) return "full scale is no volt: the calibration's \"channels\" say what it is";
    if (more.empty()) return "no side plays a sweep or a single tone alone";
    for (Reading& r : more) out.push_back(std::move(r));
    return "";
}

}  // namespace fourpole
