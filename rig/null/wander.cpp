// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/wander.hpp"

#include "rig/analysis/median.hpp"
#include "rig/null/delay_course.hpp"
#include "rig/null/octave_look.hpp"
#include "rig/null/wander_leap.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

namespace fourpole {

namespace {

constexpr double block_s = 0.0213;  // half a period of 23 Hz, and 100 Hz is the second bin
constexpr std::size_t blocks_a_section = 256;
constexpr std::size_t least_blocks = 24;  // 0.25 s
constexpr double plays_from = 1e-3;       ///< of the mean weight of a block
constexpr double stands_out = 4.0, matters = 0.01;
// Of what should go when it is followed, so much has to: waves that stand out of phase are reckoned too high.
constexpr double goes = 0.1;
// exp(-(w d)^2) of waves that wander: below 0.83 rad a phase tells the delay.
constexpr double in_phase = 0.5;
constexpr int most_rounds = 12;
constexpr double worth_a_round = 0.01;
// Where octaves out of phase hold so much of a residual of so much of A, the course is looked for first.
constexpr double out_of_phase = 0.1, not_small = 1e-4;
constexpr double much_better = 0.5;
constexpr int most_courses = 2;  // beside one that was followed
// Of passing notes some moments hold too little to tell such swings: nothing is claimed of what remains.
constexpr double widest_rms_s = 3e-4;
constexpr double followed_to = 1e-4;  // of its size, at best: splines, blocks that are no points in time
// What blocks of 21 ms do not see is looked at in a quarter of that, over 11 s in the middle.
constexpr double quick_block_s = 0.25 * block_s;
constexpr std::size_t quick_blocks = 4096;

/// One octave's voice: its own gain, the delay that a filter gives it, and how much it is worth.
struct Voice {
    std::size_t octave = 0;
    double gain = 0.0, own_delay = 0.0;
    double trust = 0.0;   ///< 1 / its noise a bin
    double weight = 0.0;  ///< of its mean delay
};
using Voices = std::vector<Voice>;

/// A block's delay is along / weight, its variance 1 / (2 weight).
struct Heard {
    double along = 0.0, weight = 0.0;
};

Heard heard(const std::array<Slopes, octaves>& block, std::span<const Voice> voices) {
    Heard out;
    for (const Voice& v : voices) {
        const Slopes& s = block[v.octave];
        out.along += v.trust * v.gain * (s.ad - v.gain * v.own_delay * s.dd);
        out.weight += v.trust * v.gain * v.gain * s.dd;
    }
    return out;
}

using Row = std::array<double, octaves + 1>;

/// The square system of the first `n` rows, whose last column is its right side; positive definite.
void eliminate(std::array<Row, octaves>& rows, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k) {
            if (k == i) continue;
            const double factor = rows[k][i] / rows[i][i];
            for (std::size_t c = i; c <= octaves; ++c) rows[k][c] -= factor * rows[i][c];
        }
    for (std::size_t i = 0; i < n; ++i) rows[i][octaves] /= rows[i][i];
}

/// Least squares of delay of block and octave = the block's + the octave's: an octave that sounds now and
/// then only must not take the wander of those moments for its own. The blocks' delays are eliminated; a
/// trifle of a spring holds what all octaves share with the blocks.
void settle(const Look& look, Voices& voices) {
    constexpr double spring = 1e-6;
    const std::size_t n = voices.size();
    std::array<Row, octaves> rows{};
    for (const auto& block : look.each) {
        const Heard h = heard(block, voices);
        if (!(h.weight > 0.0)) continue;
        for (std::size_t i = 0; i < n; ++i) {
            const Heard own = heard(block, {&voices[i], 1});
            for (std::size_t k = 0; k < n; ++k)
                rows[i][k] -= own.weight * heard(block, {&voices[k], 1}).weight / h.weight;
            rows[i][i] += own.weight;
            rows[i][octaves] += own.along - own.weight * h.along / h.weight;
        }
    }
    for (std::size_t i = 0; i < n; ++i) rows[i][i] += spring * voices[i].weight;
    eliminate(rows, n);
    for (std::size_t i = 0; i < n; ++i) voices[i].own_delay = rows[i][octaves];
}

/// The octaves that tell of the delay, the strongest first.
Voices voices_of(const Look& look) {
    Voices voices;
    const double h = look.gain();
    for (std::size_t o = 0; o < octaves; ++o) {
        const Totals& t = look.all[o];
        if (!(t.aa > 0.0) || !(t.bb > 0.0) || !(t.slopes.dd > 0.0) || t.ab * h <= 0.0) continue;
        if (t.ab * t.ab < in_phase * t.aa * t.bb) continue;
        Voice v{o, t.ab / t.bb, 0.0, 0.0, 0.0};
        // 1e-15 of the power is the resampler's.
        v.trust = t.bins / std::max(t.aa - t.ab * v.gain, least_residual * t.aa);
        v.weight = v.trust * v.gain * v.gain * t.slopes.dd;
        voices.push_back(v);
    }
    std::stable_sort(voices.begin(), voices.end(),
                     [](const Voice& x, const Voice& y) { return x.weight > y.weight; });
    return voices;
}

/// The same dealt out to two of about equal weight.
std::array<Voices, 2> dealt_out(const Voices& voices) {
    std::array<Voices, 2> out;
    std::array<double, 2> weights{};
    for (const Voice& v : voices) {
        const std::size_t lighter = weights[1] < weights[0] ? 1 : 0;
        out[lighter].push_back(v), weights[lighter] += v.weight;
    }
    return out;
}

/// What a look tells of the wander that is remaining.
struct Remaining {
    bool told = false;
    Share share;                 ///< re A, as if all blocks were as loud
    Share as_heard;              ///< re A, each block by what it holds
    std::vector<double> delays;  ///< of both groups together; towards 0 where little sounds
    double u = 0.0;
    double swing = 0.0;  ///< see Wander
    double doubt = 0.0;  ///< at most so much of A's power: by noise, by octaves that are not in phase
};

Remaining remaining_in(const Look& look) {
    Remaining out;
    Voices all = voices_of(look);
    auto groups = dealt_out(all);
    if (groups[1].empty()) return out;
    out.told = true;
    for (Voices& group : groups) settle(look, group);
    struct Block {
        double one, two, weight, slopes;
    };
    std::vector<Block> blocks;
    std::vector<double> all_weights;
    double slopes = 0.0;
    std::array<double, 2> of_group{};
    for (const auto& block : look.each) {
        const Heard one = heard(block, groups[0]), two = heard(block, groups[1]);
        double own_slopes = 0.0;
        for (const Slopes& s : block) own_slopes += s.dd;
        slopes += own_slopes;
        of_group[0] += one.weight, of_group[1] += two.weight;
        if (!(one.weight > 0.0) || !(two.weight > 0.0)) continue;
        blocks.push_back(
            {one.along / one.weight, two.along / two.weight, std::sqrt(one.weight * two.weight), own_slopes});
        all_weights.push_back(blocks.back().weight);
    }
    if (blocks.size() < least_blocks) return out;
    // Half of the blocks in which something plays count alike, what is quieter by how well it is heard:
    // neither a few loud ones decide nor the pauses of a speech.
    const double plays = plays_from * std::accumulate(all_weights.begin(), all_weights.end(), 0.0) /
                         static_cast<double>(all_weights.size());
    std::erase_if(all_weights, [&](double w) { return w < plays; });
    const double enough = median(all_weights);
    double sum = 0.0, own = 0.0, with_next = 0.0, apart = 0.0, weights = 0.0, last = 0.0;
    double power = 0.0, squares = 0.0;
    for (const Block& b : blocks) {
        const double weight = std::min(b.weight, enough), product = weight * b.one * b.two;
        sum += product, own += product * product, with_next += 2.0 * last * product;
        apart += weight * (b.one - b.two) * (b.one - b.two), weights += weight;
        last = product;
        const double here = b.one * b.two * b.slopes;
        power += here, squares += here * here;
    }
    const double per_slope = look.gain() * look.gain() / look.aa(), per_square = per_slope * slopes;
    const double u_swing = std::sqrt(std::max(own, own + with_next)) / weights;
    // Blocks overlap by half.
    out.as_heard = {per_slope * power, per_slope * std::sqrt(2.0 * squares)};
    out.share = {per_square * sum / weights, per_square * u_swing};
    out.u = std::sqrt(apart / weights * of_group[0] * of_group[1]) / (of_group[0] + of_group[1]);
    out.swing = std::max(0.0, sum / weights) + u_swing;
    out.doubt = std::max(0.0, out.share.power) + 2.0 * out.share.u + per_square * out.u * out.u;
    for (std::size_t o = 0; o < octaves; ++o)
        if (std::none_of(all.begin(), all.end(), [&](const Voice& v) { return v.octave == o; }))
            out.doubt += look.residual_of(o) / look.aa();
    settle(look, all);
    // What may be expected of a block in which next to nothing sounds: nothing.
    const double expected = std::max(sum / weights, out.u * out.u);
    for (const auto& block : look.each) {
        const Heard h = heard(block, all);
        out.delays.push_back(expected > 0.0 ? h.along / (h.weight + 0.25 / expected) : 0.0);
    }
    return out;
}

bool stands_out_of(const Remaining& remaining, const Look& look) {
    return remaining.told && remaining.share.power > stands_out * remaining.share.u &&
           remaining.share.power * look.aa() > matters * look.residual();
}

/// Octaves that are too loud to be noise and tell nothing: waves that stand anyhow.
bool is_out_of_phase(const Look& look) {
    if (look.residual() < not_small * look.aa()) return false;
    const Voices voices = voices_of(look);
    double lost = 0.0;
    for (std::size_t o = 0; o < octaves; ++o)
        if (std::none_of(voices.begin(), voices.end(), [&](const Voice& v) { return v.octave == o; }))
            lost += look.residual_of(o);
    return lost > out_of_phase * look.residual();
}

/// What swings too fast for blocks of 21 ms, re A; 0 where none stands out.
double too_quick(const Pair& followed, const Line& line, unsigned threads) {
    Blocks blocks = blocks_over(followed, line, quick_block_s);
    blocks.per_section = blocks_a_section;
    if (blocks.count < least_blocks) return 0.0;
    if (blocks.count > quick_blocks) {
        blocks.first = blocks.start((blocks.count - quick_blocks) / 2);
        blocks.count = quick_blocks;
    }
    const Look look = look_at(followed, line, blocks, threads, {});
    const Remaining quick = remaining_in(look);
    const Share& seen = quick.as_heard;
    return seen.power > stands_out * seen.u && seen.power * look.aa() > matters * look.residual()
               ? seen.power + 2.0 * seen.u
               : 0.0;
}

/// The track's own straight line, least squares over time, goes into the pair's: music that is loud now and
/// then tells where B stood then.
void stand_on_mean_line(const Line& line, const Blocks& blocks, Wander& out) {
    std::vector<double> delays = out.track->delays();
    const double count = static_cast<double>(delays.size());
    const double centre = 0.5 * (blocks.middle(0) + blocks.middle(delays.size() - 1));
    double mean = 0.0, along = 0.0, square = 0.0, remaining = 0.0;
    for (std::size_t k = 0; k < delays.size(); ++k) {
        const double x = blocks.middle(k) - centre;
        mean += delays[k] / count, along += x * delays[k], square += x * x;
    }
    const double slope = along / square;
    for (std::size_t k = 0; k < delays.size(); ++k) {
        delays[k] -= mean + slope * (blocks.middle(k) - centre);
        remaining += delays[k] * delays[k];
    }
    out.line = {line.delay + line.step * (mean - slope * centre), line.step * (1.0 + slope)};
    out.track = std::make_shared<WanderTrack>(blocks.middle(0), static_cast<double>(blocks.hop()), delays);
    out.rms = std::sqrt(std::max(0.0, remaining / count - out.u * out.u));
}

/// Delays of all blocks, and what B moved by them leaves.
struct Course {
    std::vector<double> delays;
    std::shared_ptr<const WanderTrack> track;
    Look look;
    Remaining remaining;

    double residual() const { return look.residual(); }
};

class Follower {
public:
    Follower(const Pair& pair, const Line& line, const Blocks& blocks, unsigned threads, const Told& told)
        : pair_(pair), line_(line), blocks_(blocks), threads_(threads), told_(told) {}

    Course unmoved() const {
        Course out{std::vector<double>(blocks_.count, 0.0), {}, looked({}), {}};
        out.remaining = remaining_in(out.look);
        return out;
    }
    /// Moved by what remains, again and again until that leaves no less.
    Course followed(Course from) const {
        for (int round = 0; round < most_rounds && from.remaining.told; ++round) {
            std::vector<double> delays = from.delays;
            for (std::size_t k = 0; k < delays.size(); ++k) delays[k] += from.remaining.delays[k];
            Course then = moved(std::move(delays));
            if (!(then.residual() < from.residual())) break;
            const bool enough = then.residual() > (1.0 - worth_a_round) * from.residual();
            from = std::move(then);
            if (enough) break;
        }
        return from;
    }
    /// The same from the likeliest course beside `near`; that one where it is no better.
    Course along_course(const Course& near) const {
        const double polarity = near.look.gain() < 0.0 ? -1.0 : 1.0;
        auto delays = delay_course(following(near.track), line_, blocks_, polarity, threads_);
        for (std::size_t k = 0; k < delays.size(); ++k) delays[k] += near.delays[k];
        return followed(moved(std::move(delays)));
    }

private:
    Pair following(std::shared_ptr<const WanderTrack> track) const {
        return {pair_.a, pair_.b, pair_.rate_a_hz, pair_.rate_b_hz, std::move(track)};
    }
    Look looked(const std::shared_ptr<const WanderTrack>& track) const {
        return look_at(following(track), line_, blocks_, threads_, told_);
    }
    Course moved(std::vector<double> delays) const {
        auto track =
            std::make_shared<WanderTrack>(blocks_.middle(0), static_cast<double>(blocks_.hop()), delays);
        Course out{std::move(delays), track, looked(track), {}};
        out.remaining = remaining_in(out.look);
        return out;
    }

    const Pair& pair_;
    const Line& line_;
    const Blocks& blocks_;
    unsigned threads_;
    const Told& told_;
};

/// Octaves that stand anyhow, or places that were lost, in what is not small.
bool has_slipped(const Look& look) {
    if (look.residual() < not_small * look.aa()) return false;
    return is_out_of_phase(look) || lost_in_places(look) * look.aa() > out_of_phase * look.residual();
}

Course best_course(const Follower& follower, const Course& unmoved) {
    const bool wanders = stands_out_of(unmoved.remaining, unmoved.look);
    Course best = wanders ? follower.followed(unmoved) : unmoved;
    if (!(wanders || is_out_of_phase(unmoved.look)) || !has_slipped(best.look)) return best;
    if (Course other = follower.along_course(unmoved); other.residual() < much_better * best.residual())
        best = std::move(other);
    for (int again = 0; again < most_courses && best.track && has_slipped(best.look); ++again) {
        Course other = follower.along_course(best);
        if (!(other.residual() < much_better * best.residual())) break;
        best = std::move(other);
    }
    return best;
}

}  // namespace

Wander wander_of(const Pair& pair, const Line& line, unsigned threads, const Told& told) {
    Wander out;
    out.line = line;
    Blocks blocks = blocks_over(pair, line, block_s);
    blocks.per_section = blocks_a_section;
    if (blocks.count < least_blocks) return out;
    out.block_s = static_cast<double>(blocks.length) / pair.rate_a_hz;
    const Follower follower(pair, line, blocks, threads, told);
    const Course unmoved = follower.unmoved();
    out.told = unmoved.remaining.told, out.share = unmoved.remaining.share;
    out.swing = unmoved.remaining.swing;
    const Course best = best_course(follower, unmoved);
    if (!best.track) return out;
    const Look& look = best.look;
    const double before = unmoved.residual(), now = best.residual();
    if (before - now < goes * std::min(out.share.power * look.aa(), before)) return out;
    out.track = best.track, out.told = true;
    out.rest = best.remaining.doubt, out.u = best.remaining.u;
    out.swing = best.remaining.swing + best.remaining.u * best.remaining.u;
    out.share = {(before - now) / look.aa(), out.share.u};
    out.lost = lost_in_places(look);
    const Pair moved{pair.a, pair.b, pair.rate_a_hz, pair.rate_b_hz, out.track};
    out.quick = too_quick(moved, line, threads);
    out.rest += out.lost + out.quick + followed_to * followed_to * out.share.power;
    out.leap = leap_of(out.track->delays(), look);
    stand_on_mean_line(line, blocks, out);
    if (out.rms > widest_rms_s * pair.rate_a_hz) out.rest = std::max(out.rest, now / look.aa());
    return out;
}

}  // namespace fourpole
