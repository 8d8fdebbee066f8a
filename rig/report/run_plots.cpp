// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/run_plots.hpp"

#include "rig/report/key_figures.hpp"
#include "rig/report/numbers.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

Reading like(const std::string& quantity, Side from) {
    Reading r;
    r.name = quantity;
    r.from = from;
    r.to = quantity.rfind("crosstalk", 0) == 0 ? other(from) : from;
    return r;
}

void put_prediction(const RunRecord& run, const std::string& arm, const Reading& wanted, Plot& plot) {
    for (const ArmPrediction& prediction : run.predictions) {
        if (prediction.arm != arm) continue;
        for (std::size_t i = 0; i < prediction.readings.size(); ++i) {
            const Reading& r = prediction.readings[i];
            if (!r.same_quantity(wanted) || !r.curve) continue;
            plot.traces.push_back({Trace::Kind::predicted, ink_of(*wanted.from), false, r.points});
            if (i >= prediction.low.size() || i >= prediction.high.size()) continue;
            FilledBand band{ink_of(*wanted.from), {}, {}, {}};
            for (std::size_t k = 0; k < r.points.size(); ++k) {
                if (!r.points[k].at || k >= prediction.low[i].size() || k >= prediction.high[i].size())
                    continue;
                band.at.push_back(*r.points[k].at);
                band.low.push_back(prediction.low[i][k]);
                band.high.push_back(prediction.high[i][k]);
            }
            plot.bands.push_back(std::move(band));
        }
    }
}

/// Both sides predicted alike (within a tenth of the band) are drawn once, in grey: two
/// colours on top of each other are a third one that no legend explains.
void merge_alike(Plot& plot) {
    if (plot.bands.size() != 2 || plot.bands[0].at != plot.bands[1].at) return;
    const FilledBand &a = plot.bands[0], &b = plot.bands[1];
    for (std::size_t i = 0; i < a.at.size(); ++i) {
        const double tenth = 0.1 * (a.high[i] - a.low[i]);
        if (std::abs(a.high[i] - b.high[i]) > tenth || std::abs(a.low[i] - b.low[i]) > tenth) return;
    }
    plot.bands.pop_back();
    plot.bands.front().ink = "ink-both";
    bool first = true;
    for (auto t = plot.traces.begin(); t != plot.traces.end();) {
        const bool nominal = t->kind == Trace::Kind::predicted;
        if (nominal && !first) {
            t = plot.traces.erase(t);
            continue;
        }
        if (nominal) {
            t->ink = "ink-both";
            first = false;
        }
        ++t;
    }
}

/// What the noise alone would show: u of a single take in dB is 8.686 noise / signal, so the
/// noise is value + 20 lg(u / 8.686); where the floor rules, the bound itself.
std::vector<Point> floor_from_u(const RunRecord& run, const std::string& arm, const Reading& wanted) {
    for (const TakeRecord& take : run.takes)
        for (const Reading& r : take.readings) {
            if (take.arm != arm || !take.valid || !r.curve || !r.same_quantity(wanted)) continue;
            const Detail* detail = r.detail("systematic_u");
            const double* fixed = detail == nullptr ? nullptr : std::get_if<double>(detail);
            std::vector<Point> out;
            for (const Point& p : r.points) {
                const double all = p.u.value_or(0.0), known = fixed == nullptr ? 0.0 : std::min(*fixed, all);
                const double u = std::sqrt(all * all - known * known);
                if (!p.value || (p.state == State::exact && u <= 0.0)) continue;
                const double below =
                    p.state == State::exact ? AmplitudeRatio{u / db_per_relative}.decibels() : 0.0;
                out.push_back({p.at, *p.value + below, std::nullopt, std::nullopt, State::exact});
            }
            return out;
        }
    return {};
}

std::string range_text(const Reading& r) {
    std::optional<double> low, high;
    for (const Point& p : r.points) {
        if (!p.value || p.state == State::not_measured) continue;
        low = std::min(low.value_or(*p.value), *p.value);
        high = std::max(high.value_or(*p.value), *p.value);
    }
    if (!low) return quantity_text(r) + ": not measured. ";
    return fmt::format("{}: {:.1f} to {:.1f} {}. ", quantity_text(r), *low, *high, r.unit);
}

std::string unit_label(const std::string& quantity, const std::string& unit) {
    return quantity == "crosstalk" ? unit + " re driven side" : unit;
}

}  // namespace

std::string ink_of(Side side) { return side == Side::left ? "ink-left" : "ink-right"; }
std::string ink_of_arm(std::size_t index) { return fmt::format("ink-arm{}", index % 4); }

Plot arm_plot(const RunRecord& run, const std::string& arm, const std::string& quantity) {
    Plot out;
    out.title = fmt::format("Arm {}: {} over frequency, measured over predicted", arm, quantity);
    std::string unit = "dB";
    for (const Side from : sides) {
        const Reading wanted = like(quantity, from);
        put_prediction(run, arm, wanted, out);
        const Reading* floor = mean_of(run, arm, like(quantity + "_floor", from));
        auto floor_points = floor != nullptr          ? floor->points
                            : quantity == "crosstalk" ? floor_from_u(run, arm, wanted)
                                                      : std::vector<Point>{};
        if (!floor_points.empty())
            out.traces.push_back({Trace::Kind::floor, ink_of(from), false, std::move(floor_points)});
        const Reading* mean = mean_of(run, arm, wanted);
        if (mean == nullptr || !mean->curve) continue;
        unit = mean->unit;
        out.description += range_text(*mean);
        out.traces.push_back({Trace::Kind::measured, ink_of(from), false, mean->points});
    }
    out.unit_label = unit_label(quantity, unit);
    merge_alike(out);
    return out;
}

Plot overlay_plot(const RunRecord& run, const std::string& quantity) {
    Plot out;
    out.title = fmt::format("Measured {} of all arms over frequency", quantity);
    out.unit_label = unit_label(quantity, "dB");
    for (std::size_t i = 0; i < run.arms.size(); ++i)
        for (const Side from : sides) {
            const Reading* mean = mean_of(run, run.arms[i].id, like(quantity, from));
            if (mean == nullptr || !mean->curve) continue;
            out.description += fmt::format("Arm {}: {}", run.arms[i].id, range_text(*mean));
            out.traces.push_back({Trace::Kind::measured, ink_of_arm(i), from == Side::right, mean->points});
        }
    return out;
}

}  // namespace fourpole
