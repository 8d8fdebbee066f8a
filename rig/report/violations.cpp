// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/violations.hpp"

#include "rig/compare/beside.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace fourpole {
namespace {

bool violated(const Beside& b) { return b.state == "model violated"; }

std::optional<std::size_t> farthest(const Beside& b) {
    std::optional<std::size_t> out;
    for (std::size_t i = 0; i < b.z.size(); ++i)
        if (b.z[i] && (!out || std::abs(*b.z[i]) > std::abs(*b.z[*out]))) out = i;
    return out;
}

double largest_z(const Beside& b) {
    const auto i = farthest(b);
    return i ? std::abs(*b.z[*i]) : 0.0;
}

std::string place(const Point& p) { return p.at ? " at " + hertz_text(*p.at) : std::string(); }

/// The bound that lies farthest beyond the band.
std::string text_of_bounds(const Beside& b) {
    std::optional<std::size_t> worst;
    double most = 0.0;
    for (std::size_t i = 0; i < b.measured.points.size(); ++i) {
        const Point& p = b.measured.points[i];
        if (!p.value || p.state == State::exact || p.state == State::not_measured) continue;
        const double beyond = p.state == State::at_most ? b.low[i] - *p.value : *p.value - b.high[i];
        if (!worst || beyond > most) worst = i, most = beyond;
    }
    if (!worst) return quantity_text(b.measured) + " lies off the model";
    const Point& p = b.measured.points[*worst];
    return fmt::format("{} is {}{}, {:.1f} dB {} the model's band", quantity_text(b.measured),
                       value_text(p, b.measured.unit), place(p), most,
                       p.state == State::at_most ? "below" : "above");
}

}  // namespace

std::vector<std::string> violated_arms(const RunRecord& run) {
    std::vector<std::string> out;
    for (const Beside& b : run.beside)
        if (violated(b) && !perhaps_another_arm(run, b.arm) &&
            std::find(out.begin(), out.end(), b.arm) == out.end())
            out.push_back(b.arm);
    return out;
}

std::string violation_text(const Beside& violated) {
    const auto far = [&](const std::optional<double>& z) { return z && std::abs(*z) > violated_from_u; };
    const auto beyond = std::count_if(violated.z.begin(), violated.z.end(), far);
    const auto i = farthest(violated);
    if (!i || beyond == 0) return text_of_bounds(violated);
    const Point& measured = violated.measured.points[*i];
    const double off = *measured.value - *violated.predicted.points[*i].value;
    std::string out =
        fmt::format("{} lies {:.{}f} u ({:.2f} dB) {} the model{}", quantity_text(violated.measured),
                    std::abs(*violated.z[*i]), std::abs(*violated.z[*i]) < 99.0 ? 1 : 0, std::abs(off),
                    off > 0.0 ? "above" : "below", place(measured));
    const auto tested = std::count_if(violated.z.begin(), violated.z.end(),
                                      [](const std::optional<double>& z) { return z.has_value(); });
    if (tested > 1)
        out += fmt::format(", more than {} u at {:.0f} % of its points", violated_from_u,
                           100.0 * static_cast<double>(beyond) / static_cast<double>(tested));
    return out;
}

std::string violation_text(const RunRecord& run, const std::string& arm) {
    const Beside* worst = nullptr;
    std::size_t count = 0;
    for (const Beside& b : run.beside) {
        if (b.arm != arm || !violated(b)) continue;
        ++count;
        if (!worst || largest_z(b) > largest_z(*worst)) worst = &b;
    }
    if (!worst) return "";
    std::string out = "arm " + arm + ": " + violation_text(*worst);
    if (count > 1) out += "; " + counted(count - 1, "more curve") + " violated";
    return out;
}

}  // namespace fourpole
