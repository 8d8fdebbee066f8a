// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/track_breaks.hpp"

#include "rig/analysis/median.hpp"
#include "rig/null/break_place.hpp"
#include "rig/null/other_lines.hpp"

#include <algorithm>
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
constexpr double stands_out = 6.0, least_u = 0.02, as_large = 0.05;
constexpr double one_count = 2.0;  ///< samples by which two counts of one break differ at the most
constexpr double wider = 1.5;      ///< than from block to block
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

/// Of those that are as large the one over the widest gap: what was lost is found nowhere, and the blocks
/// that hold it are none of these. Without a gap the middle one: the outer ones still have the break itself
/// among their blocks.
const Step& where_it_is(const std::vector<BlockDelay>& blocks, const std::vector<Step>& alike) {
    const auto gap = [&](const Step& s) { return blocks[s.block].middle - blocks[s.block - 1].middle; };
    const auto [narrow, wide] = std::minmax_element(
        alike.begin(), alike.end(), [&](const Step& x, const Step& y) { return gap(x) < gap(y); });
    return gap(*wide) > wider * gap(*narrow) ? *wide : alike[alike.size() / 2];
}

/// Steps of `least` and more that stand out of their u, one of each neighbourhood.
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
        out.push_back(where_it_is(blocks, alike));
    }
    std::sort(out.begin(), out.end(), [](const Step& x, const Step& y) { return x.block < y.block; });
    return out;
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
    auto out =
        break_between(pair, before, behind, blocks[block - 1].middle - reach, blocks[block].middle + reach);
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

/// The line of a stretch that is astray: of A's samples somewhere in B, or, where these were lost, of what B
/// has in their place somewhere in A.
std::optional<Line> line_of_astray(const Pair& pair, const Line& line, double first, double last,
                                   const LowRate& a, const LowRate& b) {
    if (const auto own = line_of_stretch(pair, line, first, last, a, b)) return own;
    const Pair back{pair.b, pair.a, pair.rate_b_hz, pair.rate_a_hz};
    const auto of_b = line_of_stretch(back, turned_round(line), line.at(first), line.at(last), b, a);
    return of_b ? std::optional(turned_round(*of_b)) : std::nullopt;
}

/// Both ends of a stretch that is astray, those of A's own ends excepted.
std::vector<Break> ends_of(const Pair& pair, const Line& line, const std::vector<BlockDelay>& track,
                           const Astray& run, const LowRate& a, const LowRate& b) {
    const double half = track.size() > 1 ? track[1].middle - track[0].middle : 0.0;
    const double first = track[run.first].middle, last = track[run.last].middle;
    const auto own = line_of_astray(pair, line, first, last, a, b);
    // Where B seldom follows A at all, it does not stop to.
    const bool follows = 2 * found_blocks(track).size() > track.size();
    if (!own && follows) {
        Break uncounted;
        uncounted.at_a = first, uncounted.at_b = line.at(first);
        return {uncounted};
    }
    if (!own) return {};
    std::vector<Break> out;
    // What was lost leaves B's samples next to each other, what was inserted A's.
    const auto add = [&](const Line& before, const Line& behind, double middle) {
        const double from = middle - 3.0 * half, to = middle + 3.0 * half;
        const bool lost = behind.delay < before.delay;
        const auto found = lost ? break_between(pair, before, behind, turned_round(before).at(line.at(from)),
                                                turned_round(behind).at(line.at(to)))
                                : break_between(pair, before, behind, from, to);
        if (found) out.push_back(*found);
    };
    if (run.first > 0) add(line, *own, first);
    if (run.last + 1 < track.size()) add(*own, line, last);
    return out;
}

/// What B lost is found nowhere: a stretch of A that begins within a counted loss is told by that; and a
/// break that both a step and a stretch tell is one.
std::vector<Break> told_once(const std::vector<Break>& all, double near) {
    std::vector<Break> out;
    for (const Break& one : all) {
        const auto tells_it = [&](const Break& b) {
            if (!b.count || &b == &one) return false;
            if (!one.count)
                return b.kind == Discontinuity::Kind::lost && one.at_a > b.at_a - near &&
                       one.at_a < b.at_a + *b.count + near;
            return &b < &one && b.kind == one.kind && std::abs(b.at_b - one.at_b) < near &&
                   std::abs(*b.count - *one.count) < one_count;
        };
        if (std::none_of(all.begin(), all.end(), tells_it)) out.push_back(one);
    }
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
    if (track.size() >= 2) out = told_once(out, 2.0 * (track[1].middle - track[0].middle));
    std::sort(out.begin(), out.end(), [](const Break& x, const Break& y) { return x.at_a < y.at_a; });
    return out;
}

}  // namespace fourpole
