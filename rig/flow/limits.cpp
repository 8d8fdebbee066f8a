// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/limits.hpp"
#include "rig/report/trouble.hpp"
#include "rig/verdict/sentence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

bool in_band(const Limit& limit, const Point& p) {
    if (!p.at) return true;
    return (!limit.from_hz || *p.at >= *limit.from_hz) && (!limit.to_hz || *p.at <= *limit.to_hz);
}

std::string sides_of(const Reading& r) {
    if (r.from && r.to && *r.from != *r.to) return fmt::format(" {} to {}", name(*r.from), name(*r.to));
    const auto side = r.side ? r.side : r.to;
    return side ? fmt::format(" {}", name(*side)) : "";
}

std::string named(const Reading& r) { return r.order ? fmt::format("{} {}", r.name, *r.order) : r.name; }

const char* bound_of(const Point& p) {
    return p.state == State::at_most ? "at most " : p.state == State::at_least ? "at least " : "";
}

std::string place_of(const Point& p) { return p.at ? fmt::format(" at {:.5g} Hz", *p.at) : ""; }

/// The worst point against one bound: how far inside (negative: outside).
struct Worst {
    const Point* point = nullptr;
    double margin = 0.0;
};

RunRecord::LimitResult hold(const Limit& limit, const std::string& arm, const Reading& mean) {
    RunRecord::LimitResult out{limit.reading, arm, "", false, false};
    Worst worst;
    int untested = 0;
    for (const Point& p : mean.points) {
        if (!in_band(limit, p)) continue;
        if (!p.value || p.state == State::not_measured) {
            ++untested;
            continue;
        }
        for (const auto& [bound, sign] : {std::pair{limit.maximum, 1.0}, std::pair{limit.minimum, -1.0}}) {
            if (!bound) continue;
            const double margin = sign * (*bound - *p.value);
            // A bound that lies beyond the limit says nothing about the value behind it.
            const bool loose =
                (sign > 0.0 && p.state == State::at_most) || (sign < 0.0 && p.state == State::at_least);
            const bool useless =
                (sign > 0.0 && p.state == State::at_least) || (sign < 0.0 && p.state == State::at_most);
            if (useless || (loose && margin < 0.0)) {
                ++untested;
                continue;
            }
            if (!worst.point || margin < worst.margin) worst = {&p, margin};
        }
    }
    const std::string what = fmt::format("{}{} of arm {}", named(mean), sides_of(mean), arm);
    if (!worst.point) {
        out.sentence = what + ": not tested, nothing was measured where the limit applies";
        return out;
    }
    out.tested = true;
    out.failed = worst.margin < 0.0;
    const Point& p = *worst.point;
    const std::string u = p.u ? fmt::format(", u {:.2g}", *p.u) : "";
    out.sentence = fmt::format(
        "{}: {} by {:.3g} {} ({}{:.4g} {}{}{}){}{}", what, out.failed ? "outside" : "inside",
        std::abs(worst.margin), unit_of_difference(mean.unit), bound_of(p), *p.value, mean.unit, u,
        place_of(p), p.u && std::abs(worst.margin) < 1.96 * *p.u ? ", closer than it is known" : "",
        untested > 0 ? fmt::format(", {} points untested", untested) : "");
    return out;
}

}  // namespace

std::vector<RunRecord::LimitResult> hold_limits(const Session& session, const RunRecord& record) {
    std::vector<RunRecord::LimitResult> out;
    for (const Limit& limit : session.limits) {
        bool any = false;
        for (std::size_t i = 0; i < record.means.size(); ++i) {
            const Reading& mean = record.means[i].mean;
            if (mean.name != limit.reading || (!limit.arm.empty() && limit.arm != record.mean_arms[i]))
                continue;
            any = true;
            const std::string& arm = record.mean_arms[i];
            if (perhaps_another_arm(record, arm))
                out.push_back(
                    {limit.reading, arm,
                     fmt::format("{}{} of arm {}: not tested, what was measured is not surely arm {}",
                                 named(mean), sides_of(mean), arm, arm),
                     false, false});
            else
                out.push_back(hold(limit, arm, mean));
        }
        if (!any)
            out.push_back({limit.reading, limit.arm,
                           fmt::format("{}{}: not tested, there is no such reading", limit.reading,
                                       limit.arm.empty() ? "" : " of arm " + limit.arm),
                           false, false});
    }
    return out;
}

}  // namespace fourpole
