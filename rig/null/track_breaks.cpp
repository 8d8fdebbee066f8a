// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/track_breaks.hpp"

#include "rig/align/marker_peaks.hpp"
#include "rig/align/resample.hpp"
#include "rig/analysis/median.hpp"
#include "rig/null/other_lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fourpole {

namespace {

// Of a normal scatter one median deviation is 0.6745 standard deviations, and a difference of two
// blocks has sqrt 2 of them.
constexpr double sd_per_median_difference = 1.0 / (0.6745 * 1.4142135623730951);
// Music finds itself in wrong places too, at 0.6 or so; where it belongs noise makes it less alike
// everywhere.
constexpr double less_alike = 0.75;
constexpr double stands_out = 6.0, least_u = 0.02, as_large = 0.05, least_count = 0.5;
// At either end its own line must leave less than half of the power that the other one leaves there, or
// there are not two.
constexpr double much_better = 0.5;
constexpr double near_s = 0.04, missed = 16.0;  ///< samples, that a place may miss
constexpr std::size_t farthest = 16;            ///< samples that a clock may have wandered by beside a break
constexpr double same_count = 0.6;
constexpr std::size_t side_blocks = 3, settled_blocks = 8, astray_blocks = 5;

/// Delay of blocks from .. to - 1, the u of the sharpest, and what is feigned.
struct CommonDelay {
    double delay = 0.0, u = 0.0, feigned = 0.0;
};

/// Median by sharpness: a block that a break runs through stands anywhere between both sides of it.
CommonDelay common_delay(const std::vector<BlockDelay>& blocks, std::size_t from, std::size_t to) {
    struct Weighted {
        double delay, weight;
    };
    std::vector<Weighted> all;
    double weights = 0.0;
    CommonDelay out{0.0, std::numeric_limits<double>::max(), 0.0};
    for (std::size_t i = from; i < std::min(to, blocks.size()); ++i) {
        const double u = std::max(least_u, blocks[i].u + blocks[i].feigned), weight = 1.0 / (u * u);
        all.push_back({blocks[i].delay, weight});
        out.feigned += weight * blocks[i].feigned, weights += weight;
        out.u = std::min(out.u, std::max(least_u, blocks[i].u));
    }
    if (all.empty()) return out;
    out.feigned /= weights;
    std::sort(all.begin(), all.end(), [](const Weighted& x, const Weighted& y) { return x.delay < y.delay; });
    double below = 0.0;
    for (const Weighted& one : all) {
        out.delay = one.delay, below += one.weight;
        if (below >= 0.5 * weights) break;
    }
    return out;
}

struct Step {
    std::size_t block;        ///< the first one behind it
    double size, u, feigned;  ///< samples of A
};

Step step_at(const std::vector<BlockDelay>& blocks, std::size_t block, std::size_t reach, std::size_t apart) {
    const std::size_t before = block - std::min(block - 1, apart);
    const std::size_t behind = std::min(block + apart, blocks.size() - 1);
    const CommonDelay early = common_delay(blocks, before - std::min(before, reach), before);
    const CommonDelay late = common_delay(blocks, behind, behind + reach);
    return {block, late.delay - early.delay, std::hypot(early.u, late.u),
            std::abs(late.feigned - early.feigned)};
}

/// Steps of `least` and more that stand out of their u, one of each neighbourhood: the middle one of those
/// that are as large as the largest. The outer ones still have the break itself among their blocks.
std::vector<Step> steps_in(const std::vector<BlockDelay>& blocks, double least) {
    std::vector<Step> all, out;
    const auto is_one = [&](const Step& s) {
        return std::abs(s.size) >= std::max({least, stands_out * s.u, s.feigned});
    };
    for (std::size_t i = 1; i < blocks.size(); ++i)
        // A step stays: the blocks further away are as far apart as the nearest.
        if (const Step s = step_at(blocks, i, side_blocks, 0);
            is_one(s) && is_one(step_at(blocks, i, settled_blocks, 1)))
            all.push_back(s);
    const auto near = [](const Step& x, const Step& y) {
        return std::max(x.block, y.block) - std::min(x.block, y.block) <= 2 * side_blocks;
    };
    std::vector<Step> largest_first = all;
    std::stable_sort(largest_first.begin(), largest_first.end(),
                     [](const Step& x, const Step& y) { return std::abs(x.size) > std::abs(y.size); });
    std::vector<Step> taken;
    for (const Step& s : largest_first) {
        if (std::any_of(taken.begin(), taken.end(), [&](const Step& o) { return near(s, o); })) continue;
        taken.push_back(s);
        std::vector<Step> alike;
        std::copy_if(all.begin(), all.end(), std::back_inserter(alike), [&](const Step& o) {
            return near(s, o) && std::abs(o.size - s.size) < as_large * std::abs(s.size);
        });
        out.push_back(alike[alike.size() / 2]);
    }
    std::sort(out.begin(), out.end(), [](const Step& x, const Step& y) { return x.block < y.block; });
    return out;
}

/// Gain that makes b most like a.
double gain_between(std::span<const double> a, std::span<const double> b) {
    double ab = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], bb += b[i] * b[i];
    return bb > 0.0 ? ab / bb : 0.0;
}

/// The same line read the other way round: where B's samples stand in A.
Line turned_round(const Line& line) { return {-line.delay / line.step, 1.0 / line.step}; }

struct Placed {
    double at = 0.0;
    bool explains = false;  ///< either line is much better than the other one at its own end
};

/// The sample of `whole` between `from` and `to` where `other` on `before` stops to explain it and on
/// `behind` begins to. `whole` is the one of both that holds nothing of its own there.
Placed place_between(const Samples& whole, const Samples& other, const Line& before, const Line& behind,
                     double from, double to) {
    const auto first = static_cast<std::size_t>(std::max(0.0, from));
    const std::size_t last = std::min(whole.size(), static_cast<std::size_t>(std::max(0.0, to)));
    if (last < first + 8) return {from, false};
    const std::vector<double> samples = whole.piece(first, last - first);
    const std::span<const double> own = samples;
    const auto start = static_cast<double>(first);
    const std::vector<double> early = resampled(other, before.at(start), before.step, own.size());
    const std::vector<double> late = resampled(other, behind.at(start), behind.step, own.size());
    const std::size_t clean = own.size() / 4;
    const double g_early = gain_between(own.first(clean), std::span(early).first(clean));
    const double g_late = gain_between(own.last(clean), std::span(late).last(clean));
    double sum = 0.0, least = 0.0;
    std::array<double, 4> ends{};  // early and late line at the early end, late and early one at the late end
    std::size_t best = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        const double x = own[i] - g_early * early[i], y = own[i] - g_late * late[i];
        sum += x * x - y * y;
        if (i < clean) ends[0] += x * x, ends[1] += y * y;
        if (i + clean >= own.size()) ends[2] += y * y, ends[3] += x * x;
        if (sum < least) least = sum, best = i + 1;
    }
    return {start + static_cast<double>(best),
            ends[0] < much_better * ends[1] && ends[2] < much_better * ends[3]};
}

/// The break between two lines of one step, somewhere between A's samples `from` and `to`; nullopt: there
/// are not two.
std::optional<Break> between(const Pair& pair, const Line& before, const Line& behind, double from,
                             double to) {
    const double count = behind.delay - before.delay;
    if (std::abs(count) < least_count) return std::nullopt;
    Break out;
    out.kind = count < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    out.count = std::max(1.0, std::round(std::abs(count)));
    if (count < 0.0) {
        const Placed place = place_between(pair.b, pair.a, turned_round(before), turned_round(behind),
                                           before.at(from), behind.at(to));
        if (!place.explains) return std::nullopt;
        out.at_b = place.at, out.at_a = turned_round(before).at(place.at);
    } else {
        const Placed place = place_between(pair.a, pair.b, before, behind, from, to);
        if (!place.explains) return std::nullopt;
        out.at_a = place.at, out.at_b = before.at(place.at);
    }
    return out;
}

/// By how much B comes later than `line` has it where A's samples first .. first + count - 1 are, to
/// `farthest` samples: the most alike of whole lags, and the vertex of the parabola through it.
std::optional<double> later_than(const Pair& pair, const Line& line, double first, std::size_t count) {
    const std::size_t lags = 2 * farthest + 1;
    if (first < 0.0 || first + static_cast<double>(count) > static_cast<double>(pair.a.size()))
        return std::nullopt;
    const std::vector<double> a = pair.a.piece(static_cast<std::size_t>(first), count);
    const double start = std::floor(first);
    const auto reach = static_cast<double>(farthest);
    const auto b = resampled(pair.b, line.at(start) - reach * line.step, line.step, count + lags - 1);
    std::vector<double> alike(lags, 0.0);
    for (std::size_t lag = 0; lag < lags; ++lag) {
        double ab = 0.0, bb = 0.0;
        for (std::size_t i = 0; i < count; ++i) ab += a[i] * b[i + lag], bb += b[i + lag] * b[i + lag];
        if (bb > 0.0) alike[lag] = ab / std::sqrt(bb);
    }
    const auto best = static_cast<std::size_t>(std::max_element(alike.begin(), alike.end()) - alike.begin());
    if (best == 0 || best + 1 == lags) return std::nullopt;
    return line.step * (static_cast<double>(best) + vertex(alike, best) - reach);
}

/// What is next to the break on either side is no farther from it than a clock wanders in 40 ms.
void settle_count(const Pair& pair, const Line& before, const Line& behind, Break& found) {
    const auto near = static_cast<std::size_t>(near_s * pair.rate_a_hz);
    const double lost_in_b = found.kind == Discontinuity::Kind::lost ? *found.count / before.step : 0.0;
    const auto early = later_than(pair, before, found.at_a - static_cast<double>(near) - missed, near);
    const auto late = later_than(pair, behind, found.at_a + lost_in_b + missed, near);
    if (!early || !late) return;
    const double count = std::abs(behind.delay + *late - before.delay - *early);
    const double apart = std::abs(count - *found.count);
    if (apart < same_count) return;
    found.count = std::max(1.0, std::round(count));
    found.u_count = apart;
}

/// `reach`: how far a block extends from its middle.
std::optional<Break> break_at(const Pair& pair, const Line& line, const std::vector<BlockDelay>& blocks,
                              std::size_t block, double reach) {
    // The blocks next to it hold some of both sides.
    const std::size_t clear = block - std::min<std::size_t>(block - 1, 1);
    const std::size_t settled = std::min(block + 1, blocks.size() - 1);
    const double early = common_delay(blocks, clear - std::min(clear, settled_blocks), clear).delay;
    const double late = common_delay(blocks, settled, settled + settled_blocks).delay;
    const Line before{line.delay + line.step * early, line.step},
        behind{line.delay + line.step * late, line.step};
    auto out = between(pair, before, behind, blocks[block - 1].middle - reach, blocks[block].middle + reach);
    if (out) settle_count(pair, before, behind, *out);
    return out;
}

/// Blocks first .. last that are loud in A and found nowhere near in B.
struct Astray {
    std::size_t first, last;
};

std::vector<Astray> astray(const std::vector<BlockDelay>& track) {
    std::vector<double> loudness, likeness;
    for (const BlockDelay& block : found_blocks(track))
        loudness.push_back(block.loudness), likeness.push_back(block.likeness);
    const double loud = 1e-2 * median(loudness), unlike = less_alike * median(likeness);
    std::vector<Astray> out;
    for (std::size_t i = 0, end = 0; i < track.size(); i = end + 1) {
        end = i;
        while (end < track.size() && track[end].likeness < unlike && track[end].loudness > loud) ++end;
        if (end - i >= astray_blocks) out.push_back({i, end - 1});
    }
    return out;
}

/// Both ends of a stretch that is astray, those of A's own ends excepted.
std::vector<Break> ends_of(const Pair& pair, const Line& line, const std::vector<BlockDelay>& track,
                           const Astray& run, const LowRate& a, const LowRate& b) {
    const double half = track.size() > 1 ? track[1].middle - track[0].middle : 0.0;
    const double first = track[run.first].middle, last = track[run.last].middle;
    const auto own = line_of_stretch(pair, line, first, last, a, b);
    // Where B seldom follows A at all, it does not stop to.
    const bool follows = 2 * found_blocks(track).size() > track.size();
    if (!own && follows) return {Break{Discontinuity::Kind::lost, std::nullopt, first, line.at(first)}};
    if (!own) return {};
    std::vector<Break> out;
    const auto add = [&](const std::optional<Break>& found) {
        if (found) out.push_back(*found);
    };
    if (run.first > 0) add(between(pair, line, *own, first - 3.0 * half, first + 3.0 * half));
    if (run.last + 1 < track.size()) add(between(pair, *own, line, last - 3.0 * half, last + 3.0 * half));
    return out;
}

}  // namespace

std::vector<Break> breaks_in(const Pair& pair, const Line& line, const std::vector<BlockDelay>& track,
                             const LowRate& a, const LowRate& b) {
    std::vector<Break> out;
    for (const Astray& run : astray(track))
        for (const Break& end : ends_of(pair, line, track, run, a, b)) out.push_back(end);
    // No step is smaller than `least_count`, so that what is sharper than that tells of it.
    const std::vector<BlockDelay> blocks = sharp_blocks(track, least_count);
    if (blocks.size() >= 2) {
        std::vector<double> differences;
        for (std::size_t i = 1; i < blocks.size(); ++i)
            differences.push_back(std::abs(blocks[i].delay - blocks[i - 1].delay));
        const double reach = 2.0 * (track[1].middle - track[0].middle);
        const double scatter = sd_per_median_difference * median(std::move(differences));
        for (const Step& s : steps_in(blocks, std::max(0.5 / line.step, stands_out * scatter)))
            if (const auto found = break_at(pair, line, blocks, s.block, reach)) out.push_back(*found);
    }
    std::sort(out.begin(), out.end(), [](const Break& x, const Break& y) { return x.at_a < y.at_a; });
    return out;
}

}  // namespace fourpole
