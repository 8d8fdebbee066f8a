// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/matrix.hpp"

#include "rig/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace fourpole {
namespace {

const char* definition_of(Column column) {
    switch (column) {
        case Column::level: return "level.undistorted.model@1";
        case Column::separation: return "crosstalk.model@1";
        case Column::power: return "power_max.both_driven.model@1";
        case Column::bass: return "low_cutoff.capacitors_half_power.model@1";
        case Column::noise: return "noise.driver.model@1";
    }
    return "";
}

/// Both sides driven in phase say nothing of a difference signal: it cancels.
const char* definition_of(Column column, bool stereo) {
    return column == Column::power && !stereo ? "power_max.model@1" : definition_of(column);
}

bool lower_is_worse(Column column) { return column == Column::level || column == Column::power; }

/// Separation is crosstalk with the other sign.
double sign_of(Column column) { return column == Column::separation ? -1.0 : 1.0; }

std::string text_of(double value, Column column) {
    if (column == Column::power || column == Column::bass) {
        const double size = std::abs(value);
        return fixed(value, size >= 100.0 ? 0 : size >= 10.0 ? 1 : size >= 1.0 ? 2 : size >= 0.01 ? 3 : 5);
    }
    return fixed(value, 1);
}

/// Two ends must fit under one figure.
std::string end_of(double value, Column column) {
    return column == Column::noise ? fixed(value, 0) : text_of(value, column);
}

std::string word(const Reading& reading, const char* key) {
    const Detail* detail = reading.detail(key);
    const auto* text = detail ? std::get_if<std::string>(detail) : nullptr;
    return text ? *text : "";
}

/// Which way the truth lies, seen from what is printed.
const char* bound(State state, double sign) {
    if (state == State::exact || state == State::not_measured) return "";
    return (state == State::at_most) == (sign > 0.0) ? "<" : ">";
}

}  // namespace

ShownFigure shown(const MatrixCell& cell, Column column) {
    const bool stereo = cell.outcome == "stereo";
    if (column == Column::separation && !stereo) return {"-", ""};
    const bool lower = lower_is_worse(column) && (stereo || column != Column::power);
    const auto& all = cell.prediction.readings;
    std::optional<std::size_t> worst;
    bool none = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].definition != definition_of(column, stereo) || all[i].points.empty()) continue;
        none = none || word(all[i], "cut_off") == "none";
        const auto& value = all[i].scalar().value;
        if (!value) continue;
        if (!worst || (*value < *all[*worst].scalar().value) == lower) worst = i;
    }
    if (!worst) return {none ? "none" : "-", ""};
    const Point& p = all[*worst].scalar();
    const double sign = sign_of(column);
    ShownFigure out{bound(p.state, sign) + text_of(sign * *p.value, column), ""};
    const std::string limit = word(all[*worst], "limited_by");
    if (!limit.empty()) out.value += limit == "current" ? " I" : " V";
    const auto& bands = cell.prediction;
    if (*worst < bands.low.size() && !bands.low[*worst].empty()) {
        const double a = sign * bands.low[*worst].front(), b = sign * bands.high[*worst].front();
        out.range = end_of(std::min(a, b), column) + ".." + end_of(std::max(a, b), column);
    }
    return out;
}

}  // namespace fourpole
