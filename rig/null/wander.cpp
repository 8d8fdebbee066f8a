// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/wander.hpp"

#include "rig/analysis/median.hpp"
#include "rig/null/octave_look.hpp"

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
// Steps of a track that stand out of its own swing are a break's, if they are of half a sample or more.
constexpr double breaks_off = 8.0, least_step = 0.5;

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
    Share share;                 ///< re A
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
        double one, two, weight;
    };
    std::vector<Block> blocks;
    std::vector<double> all_weights;
    double slopes = 0.0;
    std::array<double, 2> of_group{};
    for (const auto& block : look.each) {
        const Heard one = heard(block, groups[0]), two = heard(block, groups[1]);
        for (const Slopes& s : block) slopes += s.dd;
        of_group[0] += one.weight, of_group[1] += two.weight;
        if (!(one.weight > 0.0) || !(two.weight > 0.0)) continue;
        blocks.push_back(
            {one.along / one.weight, two.along / two.weight, std::sqrt(one.weight * two.weight)});
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
    for (const Block& b : blocks) {
        const double weight = std::min(b.weight, enough), product = weight * b.one * b.two;
        sum += product, own += product * product, with_next += 2.0 * last * product;
        apart += weight * (b.one - b.two) * (b.one - b.two), weights += weight;
        last = product;
    }
    const double u_swing = std::sqrt(std::max(own, own + with_next)) / weights;
    const double per_square = look.gain() * look.gain() * slopes / look.aa();
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

/// Where B loses samples the track leaps; what wanders swings everywhere.
bool leaps(const std::vector<double>& delays) {
    std::vector<double> steps;
    for (std::size_t k = 2; k < delays.size(); ++k) steps.push_back(std::abs(delays[k] - delays[k - 2]));
    const double usual = median(steps);
    return std::any_of(steps.begin(), steps.end(),
                       [&](double s) { return s > std::max(least_step, breaks_off * usual); });
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

}  // namespace

Wander wander_of(const Pair& pair, const Line& line, unsigned threads, const Told& told) {
    Wander out;
    out.line = line;
    Blocks blocks = blocks_over(pair, line, block_s);
    blocks.per_section = blocks_a_section;
    if (blocks.count < least_blocks) return out;
    out.block_s = static_cast<double>(blocks.length) / pair.rate_a_hz;
    Look look = look_at(pair, line, blocks, threads, told);
    Remaining remaining = remaining_in(look);
    out.told = remaining.told, out.share = remaining.share, out.swing = remaining.swing;
    if (!stands_out_of(remaining, look)) return out;
    const double before = look.residual();
    double now = before;
    Pair followed = pair;
    std::vector<double> delays(blocks.count, 0.0);
    for (int round = 0; round < most_rounds; ++round) {
        for (std::size_t k = 0; k < delays.size(); ++k) delays[k] += remaining.delays[k];
        followed.wander =
            std::make_shared<WanderTrack>(blocks.middle(0), static_cast<double>(blocks.hop()), delays);
        look = look_at(followed, line, blocks, threads, told);
        const double then = look.residual();
        if (!(then < now)) break;
        const bool enough = then > (1.0 - worth_a_round) * now;
        now = then, out.track = followed.wander;
        remaining = remaining_in(look);
        out.rest = remaining.doubt, out.u = remaining.u;
        out.swing = remaining.swing + remaining.u * remaining.u;
        if (enough) break;
    }
    if (!out.track || before - now < goes * std::min(out.share.power * look.aa(), before)) {
        out.track.reset();
        return out;
    }
    out.share = {(before - now) / look.aa(), out.share.u};
    out.leaps = leaps(out.track->delays());
    stand_on_mean_line(line, blocks, out);
    return out;
}

}  // namespace fourpole
