// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/noise_places.hpp"

#include "rig/analysis/median.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <variant>

namespace fourpole {

namespace {

constexpr double shortest_s = 0.3, hair_s = 1e-6;
constexpr double longest_s = 60.0;  ///< tells a level to 0.004 dB; beyond it costs memory only
constexpr double block_s = 0.01;
constexpr double guard_s = 0.05;  ///< what the device's own decay, and a start known to a block, may reach
constexpr double guard_per_s = 2e-4;          ///< two crystals, where nobody measured them
constexpr double least_power = 1e-12;         ///< -120 dB: digital silence must not outweigh everything else
constexpr double louder = 2.0;                ///< power with noise re without
constexpr double by_chance = 30.0;            ///< variances of one block that some start gains
constexpr double enough_quiet_blocks = 10.0;  ///< to say so

bool sounds(const Event& e) { return !std::holds_alternative<Silence>(e.what); }

/// From one begin or end of an event to the next, with the events that play through it.
struct Piece {
    double start_s = 0.0, end_s = 0.0;
    std::vector<std::size_t> playing;
    std::size_t kind = 0;  ///< the same for pieces in which the same events play; 0: none does
};
std::vector<Piece> pieces_of(const Programme& programme) {
    std::vector<double> bounds;
    for (const Event& e : programme.events)
        if (sounds(e)) bounds.push_back(event_start(e)), bounds.push_back(event_end(e, programme));
    std::sort(bounds.begin(), bounds.end());
    std::vector<Piece> out;
    std::size_t kinds = 0;
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
        if (bounds[i + 1] - bounds[i] <= hair_s) continue;
        Piece piece{bounds[i], bounds[i + 1], {}};
        for (std::size_t k = 0; k < programme.events.size(); ++k) {
            const Event& e = programme.events[k];
            if (sounds(e) && event_start(e) <= piece.start_s + hair_s &&
                event_end(e, programme) >= piece.end_s - hair_s)
                piece.playing.push_back(k);
        }
        const auto like =
            std::find_if(out.begin(), out.end(), [&](const Piece& p) { return p.playing == piece.playing; });
        if (like != out.end())
            piece.kind = like->kind;
        else if (!piece.playing.empty())
            piece.kind = ++kinds;
        out.push_back(std::move(piece));
    }
    return out;
}

/// Sums of the blocks' log power up to each block, of one input.
std::vector<double> loudness_sums(std::span<const double> x, std::size_t block) {
    std::vector<double> out{0.0};
    for (std::size_t at = 0; at + block <= x.size(); at += block) {
        double power = 0.0;
        for (std::size_t n = at; n < at + block; ++n) power += x[n] * x[n];
        out.push_back(out.back() + std::log(std::max(power / static_cast<double>(block), least_power)));
    }
    return out;
}

/// Variance of a block's loudness beside its neighbour.
double scatter(const std::vector<double>& sums) {
    std::vector<double> squares;
    for (std::size_t b = 2; b < sums.size(); ++b)
        squares.push_back(std::pow(sums[b] - 2.0 * sums[b - 1] + sums[b - 2], 2));
    constexpr double median_of_a_square = 0.455;  // of a normal value of variance 1
    return 0.5 * median(std::move(squares)) / median_of_a_square;
}

/// Blocks that should sound alike: how many, and the sum of their loudness.
struct Alike {
    double count = 0.0, sum = 0.0;
};

/// The capture's blocks by what plays in them if the programme starts at block `start`: one entry a kind.
std::vector<Alike> classes_at(const std::vector<Piece>& pieces, const std::vector<double>& sums,
                              std::ptrdiff_t start) {
    std::vector<Alike> out(pieces.size() + 1);
    const auto blocks = static_cast<std::ptrdiff_t>(sums.size()) - 1;
    const auto add = [&](std::size_t kind, std::ptrdiff_t from, std::ptrdiff_t to) {
        from = std::clamp<std::ptrdiff_t>(from, 0, blocks), to = std::clamp<std::ptrdiff_t>(to, 0, blocks);
        if (to <= from) return;
        out[kind].count += static_cast<double>(to - from);
        out[kind].sum += sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)];
    };
    const auto block_at = [&](double u) { return start + std::lround(u / block_s); };
    add(0, 0, block_at(pieces.front().start_s));
    for (const Piece& piece : pieces) add(piece.kind, block_at(piece.start_s), block_at(piece.end_s));
    add(0, block_at(pieces.back().end_s), blocks);
    return out;
}

/// Start of the programme by loudness, in blocks; nullopt where no noise stands out.
std::optional<std::ptrdiff_t> start_by_loudness(const Recording& recording, const Programme& programme,
                                                const std::vector<Piece>& pieces) {
    const auto block = static_cast<std::size_t>(std::lround(block_s * recording.rate_hz));
    std::vector<std::vector<double>> inputs;
    for (const Side side : sides)
        if (recording.has(side)) inputs.push_back(loudness_sums(recording.samples[side], block));
    const auto blocks = static_cast<std::ptrdiff_t>(inputs.front().size()) - 1;
    const auto length = std::lround(programme.length_s / block_s);
    if (blocks < 1) return {};
    const auto score = [&](std::ptrdiff_t start) {
        double out = 0.0;
        for (const auto& sums : inputs)
            for (const Alike& alike : classes_at(pieces, sums, start))
                if (alike.count > 0.0) out += alike.sum * alike.sum / alike.count;
        return out;
    };
    // Half of the programme or more is in the take.
    double best = score(0);
    const double as_it_is = best;
    std::ptrdiff_t best_start = 0;
    for (std::ptrdiff_t start = -length / 2; start < blocks; ++start)
        if (const double here = score(start); here > best) best = here, best_start = start;
    // Of a take that is noise from end to end chance would have a start of its own.
    double chance = 0.0;
    for (const auto& sums : inputs) chance += scatter(sums);
    if (best - as_it_is < by_chance * chance) best_start = 0;
    for (const auto& sums : inputs) {
        const auto classes = classes_at(pieces, sums, best_start);
        const Alike quiet = classes.front();
        if (quiet.count < enough_quiet_blocks) return best_start;
        for (const Alike& alike : classes)
            if (alike.count > 0.0 && alike.sum / alike.count > quiet.sum / quiet.count + std::log(louder))
                return best_start;
    }
    return {};
}

}  // namespace

std::vector<NoiseSegment> noise_segments(const Programme& programme) {
    std::vector<NoiseSegment> out;
    for (const Piece& piece : pieces_of(programme)) {
        NoiseSegment segment{piece.start_s, piece.end_s, {}};
        bool told_apart = !piece.playing.empty() && piece.end_s - piece.start_s >= shortest_s;
        for (const std::size_t k : piece.playing) {
            const Event& e = programme.events[k];
            const auto* noise = std::get_if<Noise>(&e.what);
            if (!noise || noise->amplitude <= 0.0) told_apart = false;
            for (const Side side : sides) {
                if (!noise || !e.on[side]) continue;
                told_apart = told_apart && !segment.plays[side];
                segment.plays[side] = *noise;
            }
        }
        if (told_apart) out.push_back(std::move(segment));
    }
    return out;
}

std::vector<NoiseStretch> place_noise(const Recording& recording, const Programme& programme,
                                      Timing& timing) {
    std::vector<NoiseStretch> out;
    const auto segments = noise_segments(programme);
    if (segments.empty()) return out;
    Clock clock = timing.clock;
    if (!timing.found || !timing.has_start) {
        const auto start = start_by_loudness(recording, programme, pieces_of(programme));
        if (!start) return out;
        clock.start = static_cast<double>(*start) * block_s * recording.rate_hz;
        timing.clock.start = clock.start;
        timing.u_start = block_s * recording.rate_hz;
        timing.has_start = true;
        timing.start_includes = "what a block of 10 ms cannot tell";
        if (!timing.found && !timing.u_ppm)
            timing.from = "nothing: of noise nobody knows the samples, and its loudness tells no pace";
        timing.found = true;
    }
    const auto frames = static_cast<double>(recording.frames());
    for (const NoiseSegment& segment : segments) {
        const auto guard = [&](double u) { return guard_s + (timing.u_ppm ? 0.0 : guard_per_s * u); };
        const double from =
            std::clamp(clock.sample_at(segment.start_s + guard(segment.start_s)), 0.0, frames);
        const double to =
            std::min(std::clamp(clock.sample_at(segment.end_s - guard(segment.end_s)), 0.0, frames),
                     from + longest_s * recording.rate_hz);
        if (to - from < (shortest_s - 2.0 * guard_s) * recording.rate_hz) continue;
        out.push_back(
            {segment, static_cast<std::size_t>(std::ceil(from)), static_cast<std::size_t>(std::floor(to))});
    }
    return out;
}

}  // namespace fourpole
