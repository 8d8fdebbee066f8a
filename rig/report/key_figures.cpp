// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/key_figures.hpp"

#include "rig/report/numbers.hpp"
#include "rig/report/trouble.hpp"

#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

const Beside* beside_of(const RunRecord& run, const std::string& arm, const Reading& measured) {
    for (const Beside& b : run.beside)
        if (b.arm == arm && b.measured.same_quantity(measured) && b.measured.curve == measured.curve)
            return &b;
    return nullptr;
}

void put_prediction(const Beside& beside, const Point& measured, KeyFigure& out) {
    out.model = beside.state;
    for (std::size_t i = 0; i < beside.measured.points.size(); ++i) {
        if (beside.measured.points[i].at != measured.at) continue;
        if (i < beside.predicted.points.size()) out.predicted = beside.predicted.points[i];
        if (i < beside.low.size()) out.low = beside.low[i];
        if (i < beside.high.size()) out.high = beside.high[i];
        if (i < beside.z.size()) out.z = beside.z[i];
        return;
    }
}

/// The instrument's own curve, drawn in the plots.
bool is_floor(const Reading& r) {
    return r.name.size() > 6 && r.name.compare(r.name.size() - 6, 6, "_floor") == 0;
}

Point not_measured(std::optional<double> at) { return {at, {}, {}, {}, State::not_measured}; }

/// `hz` without a value: the reading's only point.
KeyFigure figure(const RunRecord& run, const std::string& arm, const Reading& mean,
                 std::optional<double> hz) {
    KeyFigure out;
    out.quantity = quantity_text(mean);
    out.unit = mean.unit;
    out.at_hz = hz;
    const Point* point = hz && mean.curve      ? nearest(mean, *hz)
                         : mean.points.empty() ? nullptr
                                               : &mean.scalar();
    out.measured = point == nullptr ? not_measured(hz) : *point;
    if (point == nullptr) return out;
    if (!hz && mean.axis == "frequency_hz") out.at_hz = point->at;
    if (const Beside* beside = beside_of(run, arm, mean)) put_prediction(*beside, *point, out);
    // A curve that agrees by chance says nothing for the model of another circuit.
    if (perhaps_another_arm(run, arm))
        out.model = "perhaps another arm";
    else if (out.model == "model holds" && wired_otherwise(run, arm))
        out.model = "wired otherwise";
    return out;
}

Reading wanted(const std::string& name, const std::string& unit, std::optional<Side> from,
               std::optional<Side> to) {
    Reading r;
    r.name = name;
    r.unit = unit;
    r.from = from;
    r.to = to;
    return r;
}

}  // namespace

const Point* nearest(const Reading& reading, double hz) {
    const Point* best = nullptr;
    double distance = 0.06;
    for (const Point& p : reading.points) {
        if (!p.at || *p.at <= 0.0 || std::abs(std::log(*p.at / hz)) > distance) continue;
        distance = std::abs(std::log(*p.at / hz));
        best = &p;
    }
    return best;
}

const Reading* mean_of(const RunRecord& run, const std::string& arm, const Reading& like) {
    const Reading* found = nullptr;
    for (std::size_t i = 0; i < run.means.size() && i < run.mean_arms.size(); ++i) {
        const Reading& mean = run.means[i].mean;
        if (run.mean_arms[i] != arm || !mean.same_quantity(like)) continue;
        if (found == nullptr || (mean.curve && !found->curve)) found = &mean;
    }
    return found;
}

std::vector<KeyFigure> key_figures(const RunRecord& run, const std::string& arm) {
    std::vector<std::pair<Reading, std::optional<double>>> list;
    for (const Side s : sides) list.emplace_back(wanted("response", "dB", s, s), 1000.0);
    for (const Side s : sides) list.emplace_back(wanted("crosstalk", "dB", s, other(s)), 1000.0);
    list.emplace_back(wanted("clock_offset", "ppm", {}, {}), std::nullopt);
    std::vector<KeyFigure> out;
    for (const auto& [like, hz] : list) {
        const Reading* mean = mean_of(run, arm, like);
        out.push_back(figure(run, arm, mean == nullptr ? like : *mean, hz));
    }
    return out;
}

std::vector<KeyFigure> all_figures(const RunRecord& run, const std::string& arm) {
    std::vector<KeyFigure> out;
    for (std::size_t i = 0; i < run.means.size() && i < run.mean_arms.size(); ++i) {
        const Reading& mean = run.means[i].mean;
        if (run.mean_arms[i] != arm || mean.name == "wiring" || is_floor(mean)) continue;
        if (!mean.curve) {
            out.push_back(figure(run, arm, mean, std::nullopt));
            continue;
        }
        if (mean.axis != "frequency_hz") continue;
        for (const double hz : {100.0, 1000.0, 10000.0})
            if (nearest(mean, hz) != nullptr) out.push_back(figure(run, arm, mean, hz));
    }
    return out;
}

std::string measured_wiring(const RunRecord& run, const std::string& arm) {
    for (std::size_t i = 0; i < run.means.size() && i < run.mean_arms.size(); ++i) {
        const Reading& mean = run.means[i].mean;
        const Detail* detail =
            mean.name == "wiring" && run.mean_arms[i] == arm ? mean.detail("outcome") : nullptr;
        if (detail == nullptr) continue;
        if (const auto* words = std::get_if<std::string>(detail)) return *words;
        if (std::holds_alternative<std::vector<std::string>>(*detail)) return "differs from take to take";
    }
    return "";
}

std::string wiring_words(const RunRecord& run, const std::string& arm) {
    if (const std::string heard = measured_wiring(run, arm); !heard.empty()) return heard;
    for (const auto& facts : run.arms)
        if (facts.id == arm && !facts.wiring.empty()) return "not measured (predicted: " + facts.wiring + ")";
    return "not measured";
}

std::string model_state(const RunRecord& run, const std::string& arm) {
    if (perhaps_another_arm(run, arm)) return "perhaps another arm";
    if (wired_otherwise(run, arm)) return "wired otherwise than predicted";
    bool holds = false;
    for (const Beside& b : run.beside) {
        if (b.arm != arm) continue;
        if (b.state == "model violated") return b.state;
        holds |= b.state == "model holds";
    }
    return holds ? "model holds" : "not testable";
}

}  // namespace fourpole
