// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/zeroed.hpp"

#include "rig/align/resample.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

// Three times in amplitude; a gate that opens beside the noise of the other capture does not reach it.
constexpr double sounds = 9.0;
constexpr std::size_t least_beside = 64, most_beside = 4096;

/// Whether `other`, on `line` of x, sounds where x has the run and follows x before and behind it.
bool is_hole(const Samples& x, const Samples& other, const Line& line, const ZeroRun& run) {
    const std::size_t beside = std::clamp(run.count, least_beside, most_beside);
    if (run.at < beside || run.at + run.count + beside > x.size()) return false;
    const std::vector<double> before = x.piece(run.at - beside, beside);
    const std::vector<double> behind = x.piece(run.at + run.count, beside);
    const auto at = [&](std::size_t n) { return line.at(static_cast<double>(n)); };
    const std::vector<double> early = resampled(other, at(run.at - beside), line.step, beside);
    const std::vector<double> late = resampled(other, at(run.at + run.count), line.step, beside);
    double xp = 0.0, pp = 0.0;
    for (std::size_t i = 0; i < beside; ++i) {
        xp += before[i] * early[i] + behind[i] * late[i];
        pp += early[i] * early[i] + late[i] * late[i];
    }
    if (!(pp > 0.0)) return false;
    const double gain = xp / pp;
    // Either side for itself: behind inserted zeros nothing follows.
    const auto difference = [&](const std::vector<double>& own, const std::vector<double>& p) {
        double sum = 0.0;
        for (std::size_t i = 0; i < beside; ++i) sum += (own[i] - gain * p[i]) * (own[i] - gain * p[i]);
        return sum / static_cast<double>(beside);
    };
    double missing = 0.0;
    for (std::size_t done = 0; done < run.count; done += most_beside) {
        const std::size_t count = std::min(most_beside, run.count - done);
        // Zeros: the channel's mean is taken out of them too.
        const double zero = x.piece(run.at, 1)[0];
        for (const double p : resampled(other, at(run.at + done), line.step, count))
            missing += (gain * p - zero) * (gain * p - zero);
    }
    return missing / static_cast<double>(run.count) >
           sounds * std::max(difference(before, early), difference(behind, late));
}

}  // namespace

void ZeroRuns::end_run() {
    if (zeros_ >= least && sounded_) runs_.push_back({seen_ - zeros_, zeros_});
    zeros_ = 0;
    if (runs_.size() < 2 * most) return;
    std::nth_element(runs_.begin(), runs_.begin() + most, runs_.end(),
                     [](const ZeroRun& x, const ZeroRun& y) {
                         return x.count != y.count ? x.count > y.count : x.at < y.at;
                     });
    runs_.resize(most);
}

void ZeroRuns::add(std::span<const double> piece) {
    for (const double v : piece) {
        if (v == 0.0) {
            ++zeros_, ++seen_;
            continue;
        }
        if (zeros_ > 0) end_run();
        sounded_ = true, ++seen_;
    }
}

std::vector<ZeroRun> ZeroRuns::runs() const {
    std::vector<ZeroRun> out = runs_;
    std::sort(out.begin(), out.end(), [](const ZeroRun& x, const ZeroRun& y) { return x.at < y.at; });
    return out;
}

std::vector<Break> zeroed_in(const Pair& pair, const Line& line, std::span<const ZeroRun> of_a,
                             std::span<const ZeroRun> of_b) {
    std::vector<Break> out;
    // A wander is all but constant over a hole.
    const auto about = [&](double sample_of_a) {
        return Line{line.delay + line.step * (pair.wander ? pair.wander->at(sample_of_a) : 0.0), line.step};
    };
    const auto add = [&](const ZeroRun& run, double at_a, double at_b, bool in_a) {
        Break found;
        found.kind = Discontinuity::Kind::zeroed, found.count = static_cast<double>(run.count);
        found.at_a = at_a, found.at_b = at_b, found.in_a = in_a;
        out.push_back(found);
    };
    for (const ZeroRun& run : of_a) {
        const double at = static_cast<double>(run.at);
        const Line here = about(at);
        if (is_hole(pair.a, pair.b, here, run)) add(run, at, here.at(at), true);
    }
    for (const ZeroRun& run : of_b) {
        const double at = static_cast<double>(run.at);
        const Line back = turned_round(about(turned_round(line).at(at)));
        if (is_hole(pair.b, pair.a, back, run)) add(run, back.at(at), at, false);
    }
    std::sort(out.begin(), out.end(), [](const Break& x, const Break& y) { return x.at_a < y.at_a; });
    return out;
}

std::vector<Break> with_holes(const std::vector<Break>& breaks, const std::vector<Break>& holes,
                              double near) {
    const auto beside = [&](const Break& b, const Break& hole) {
        return hole.at_a - near <= b.at_a && b.at_a <= hole.at_a + *hole.count + near;
    };
    std::vector<Break> out;
    for (const Break& b : breaks)
        if (std::none_of(holes.begin(), holes.end(),
                         [&](const Break& hole) { return !b.count && beside(b, hole); }))
            out.push_back(b);
    for (const Break& hole : holes)
        if (std::none_of(breaks.begin(), breaks.end(),
                         [&](const Break& b) { return b.count == hole.count && beside(b, hole); }))
            out.push_back(hole);
    std::sort(out.begin(), out.end(), [](const Break& x, const Break& y) { return x.at_a < y.at_a; });
    return out;
}

}  // namespace fourpole
