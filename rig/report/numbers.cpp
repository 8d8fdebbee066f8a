// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/numbers.hpp"

#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

int decimals_for(std::optional<double> u) {
    if (!u || *u <= 0.0) return 2;
    int decimals = 1;
    for (double place = *u; place < 0.95 && decimals < 6; place *= 10.0) ++decimals;
    return decimals;
}

std::string fixed(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
    return text;
}

std::string uncertainty_text(double u) {
    return u > 0.0 && u < 1e-5 ? fmt::format("{:.2g}", u) : fixed(u, decimals_for(u));
}

std::string counted(std::size_t count, const std::string& thing) {
    if (count == 1) return "1 " + thing;
    const bool greek = thing.size() > 3 && thing.compare(thing.size() - 3, 3, "sis") == 0;
    return fmt::format("{} {}", count, greek ? thing.substr(0, thing.size() - 2) + "es" : thing + "s");
}

std::string value_text(const Point& point) {
    if (!point.value || point.state == State::not_measured) return "not measured";
    const int decimals = decimals_for(point.u);
    // What fixed decimals would show as nothing but noughts keeps its two digits.
    const bool tiny = std::abs(*point.value) < 1e-4 && *point.value != 0.0 && (decimals >= 6 || !point.u);
    const std::string number = tiny ? fmt::format("{:.2g}", *point.value) : fixed(*point.value, decimals);
    if (point.state == State::at_most) return "at most " + number;
    if (point.state == State::at_least) return "at least " + number;
    return number;
}

std::string value_text(const Point& point, const std::string& unit) {
    const std::string text = value_text(point);
    if (!point.value || point.state == State::not_measured || unit.empty()) return text;
    return text + " " + unit;
}

std::string fitting_value(const Point& point, const std::string& unit, int width) {
    std::string text = value_text(point, unit);
    if (columns(text) <= width || !point.value) return text;
    Point coarse = point;
    for (const double u : {1.0, 10.0}) {  // of which one decimal is shown, then none
        coarse.u = u;
        text = value_text(coarse, unit);
        if (columns(text) <= width) break;
    }
    return text;
}

std::string hertz_text(double hz, int digits) {
    return hz >= 1000.0 ? fmt::format("{:.{}g} kHz", hz / 1000.0, digits)
                        : fmt::format("{:.{}g} Hz", hz, digits);
}

std::string quantity_text(const Reading& reading) {
    std::string out = reading.name == "thd_n" ? "THD+N" : reading.name == "thd" ? "THD" : reading.name;
    // The parts of a crosstalk stand below it: 28 columns hold "shared return right → left", no more.
    if (const std::string whole = "crosstalk_"; out.starts_with(whole) && out != "crosstalk_floor")
        out.erase(0, whole.size());
    std::replace(out.begin(), out.end(), '_', ' ');
    // Its own name is longer than a table's column.
    if (reading.name == "interchannel_distortion")
        out = reading.order ? fmt::format("idle-side H{}", *reading.order) : std::string("idle-side THD");
    else if (reading.order)
        out += fmt::format(" {}", *reading.order);
    if (reading.from && reading.to && *reading.from != *reading.to)
        out += fmt::format(" {} → {}", name(*reading.from), name(*reading.to));
    else if (reading.from)
        out += fmt::format(" {}", name(*reading.from));
    else if (reading.side)
        out += fmt::format(" {}", name(*reading.side));
    return out;
}

}  // namespace fourpole
