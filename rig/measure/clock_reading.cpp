// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/timing.hpp"

#include <fmt/format.h>

namespace fourpole {

namespace {

/// Which stretch the pace is the mean of, and what the clock's wander has to do with it.
void add_mean(const Timing& timing, Reading& r) {
    if (!r.scalar().value || timing.mean_over_s <= 0.0) return;
    r.details.emplace_back("mean_over_s", timing.mean_over_s);
    r.details.emplace_back(
        "stretch",
        std::string(timing.from == "tones" ? "of the time in which the tones play, by least squares"
                    : timing.from == "recorded stimulus"
                        ? "of the time in which the files play, by least squares"
                        : "from the first marker to the last, end to end"));
    // Metrology: the quantity is the mean of this stretch, and of no other.
    r.details.emplace_back(
        "not_in_u",
        fmt::format("what wanders more slowly than these {:.3g} s is their own pace: the player's "
                    "mean over longer may differ by it, and no part of this take tells by how much",
                    timing.mean_over_s));
    if (!timing.u_wander_ppm) {
        r.details.emplace_back("wander",
                               std::string("unknown, and not in u: no tone of the take is long enough "
                                           "to show it"));
        return;
    }
    r.details.emplace_back(
        "wander", std::string(timing.wander_rms_s > 0.0 ? "seen in a tone; u holds what it may do to the mean"
                                                        : "noise explains what the tones show"));
    r.details.emplace_back("wander_rms_s", timing.wander_rms_s);
    r.details.emplace_back("u_of_wander", *timing.u_wander_ppm);
}

}  // namespace

Reading clock_reading(const Timing& timing) {
    Reading r;
    r.name = "clock_offset";
    r.unit = "ppm";
    r.definition = "clock_offset@1";
    Point p;
    if (timing.u_ppm && timing.found) {
        p.value = timing.clock.ppm;
        p.u = *timing.u_ppm;
    } else {
        p.state = State::not_measured;
    }
    r.points.push_back(p);
    if (timing.found && timing.has_start) {
        r.details.emplace_back("start", timing.clock.start);
        r.details.emplace_back("start_includes", timing.start_includes);
        r.details.emplace_back("start_u", timing.u_start);
        // A sweep moves by its length times the clock offset that nobody told it.
        if (!timing.u_ppm) r.details.emplace_back("start_assumes", std::string("two clocks of one pace"));
    }
    r.details.emplace_back("reference", std::string("the interface's converter"));
    r.details.emplace_back("from", timing.from);
    add_mean(timing, r);
    if (timing.blind_to)
        r.details.emplace_back(
            "unseen_breaks",
            fmt::format(
                "frames lost or inserted by {:.6g} samples, or by a multiple of them, leave these tones as "
                "they are; no marker stands on both sides that would tell",
                *timing.blind_to));
    if (timing.unseen_samples)
        r.details.emplace_back("unseen_breaks",
                               fmt::format("fewer than about {:.2g} samples lost or inserted between the two "
                                           "sweeps would be a part of this "
                                           "pace; chirps around them would tell",
                                           *timing.unseen_samples));
    return r;
}

}  // namespace fourpole
