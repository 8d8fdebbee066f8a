// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_places.hpp"

#include "rig/analysis/median.hpp"
#include "rig/analysis/tone_fit.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double block_s = 0.01, fine_block_s = 0.001;
constexpr double of_highest = 0.35;  ///< pilots by which a start is looked for
constexpr double same_level = 0.5;   ///< of power: 3 dB

/// Sums over `count` neighbours, each in their middle.
std::vector<std::complex<double>> running(const std::vector<std::complex<double>>& of, std::size_t count) {
    std::vector<std::complex<double>> out(of.size());
    for (std::size_t i = 0; i < of.size(); ++i) {
        const std::size_t from = i - std::min(i, count / 2), to = std::min(of.size(), i + (count + 1) / 2);
        for (std::size_t k = from; k < to; ++k) out[i] += of[k] / static_cast<double>(count);
    }
    return out;
}

/// Amplitude at one frequency, block by block, of both inputs together; over `blocks` of them.
std::vector<double> envelope(const Recording& recording, double hz, std::size_t block,
                             std::size_t blocks = 1) {
    std::vector<double> out(recording.frames() / block, 0.0);
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        auto sums = demodulated(recording.samples[side], 2.0 * pi * hz / recording.rate_hz, block);
        if (blocks > 1) sums = running(sums, blocks);
        for (std::size_t b = 0; b < sums.size(); ++b)
            out[b] += std::norm(2.0 * sums[b] / static_cast<double>(block));
    }
    for (double& v : out) v = std::sqrt(v);
    return out;
}

/// From the first to the last block within 3 dB of the usual level of the loud ones; what is missing in
/// between is a break, and found as one.
TonePlace steady_run(const std::vector<double>& level, std::size_t block, std::size_t frames) {
    const double top = *std::max_element(level.begin(), level.end());
    std::vector<double> loud;
    for (const double v : level)
        if (v > 0.1 * top) loud.push_back(v);
    const double usual = median(loud), low = usual * std::sqrt(same_level),
                 high = usual / std::sqrt(same_level);
    const auto steady = [&](double v) { return v >= low && v <= high; };
    const auto first =
        static_cast<std::size_t>(std::find_if(level.begin(), level.end(), steady) - level.begin());
    const auto last =
        static_cast<std::size_t>(level.rend() - std::find_if(level.rbegin(), level.rend(), steady));
    TonePlace out{first * block, last * block, last > first + 2};
    // Blocks at either end of a capture that begins and ends within the tone are whole.
    if (last == level.size()) out.to = frames;
    if (first > 0) out.from += block;
    if (out.to < frames) out.to -= std::min(out.to, block);
    // A click is steady in one block, or in none: nothing lies between its ends.
    return out.heard && out.to > out.from ? out : TonePlace{};
}

/// What the programme says of one pilot frequency, over its own time.
struct Expected {
    double hz = 0.0;
    std::vector<std::pair<std::pair<double, double>, double>> spans;  ///< (start, end), amplitude
};

std::vector<Expected> expected(const std::vector<ToneSegment>& segments) {
    std::map<double, Expected> by_frequency;
    for (const ToneSegment& s : segments) {
        const PlayedLine& line = pilot(s);
        Expected& e = by_frequency[line.hz];
        e.hz = line.hz;
        e.spans.push_back(
            {{s.start_s, s.end_s},
             std::hypot(std::abs(line.played[Side::left]), std::abs(line.played[Side::right]))});
    }
    std::vector<Expected> out;
    for (auto& [hz, e] : by_frequency) out.push_back(std::move(e));
    return out;
}

/// How well the capture's levels follow the programme's that began at `start_s` of the capture: 1 = exactly.
double likeness(const std::vector<Expected>& programme, const std::vector<std::vector<double>>& levels,
                double step_s, double start_s) {
    double both = 0.0, own = 0.0, theirs = 0.0;
    for (std::size_t k = 0; k < programme.size(); ++k) {
        std::vector<double> wanted(levels[k].size(), 0.0);
        for (const auto& [span, amplitude] : programme[k].spans) {
            const double first = (span.first + start_s) / step_s, last = (span.second + start_s) / step_s;
            for (auto b = static_cast<std::ptrdiff_t>(std::floor(first));
                 b < static_cast<std::ptrdiff_t>(std::ceil(last)); ++b) {
                if (b < 0 || b >= static_cast<std::ptrdiff_t>(wanted.size())) continue;
                const double share =
                    std::min(last, static_cast<double>(b + 1)) - std::max(first, static_cast<double>(b));
                wanted[static_cast<std::size_t>(b)] += amplitude * std::clamp(share, 0.0, 1.0);
            }
            // What the capture does not hold counts as missed.
            const double missed =
                std::max(0.0, -first) + std::max(0.0, last - static_cast<double>(wanted.size()));
            theirs += amplitude * amplitude * missed;
        }
        for (std::size_t b = 0; b < wanted.size(); ++b) {
            both += wanted[b] * levels[k][b];
            own += levels[k][b] * levels[k][b];
            theirs += wanted[b] * wanted[b];
        }
    }
    return own > 0.0 && theirs > 0.0 ? both / std::sqrt(own * theirs) : 0.0;
}

std::vector<std::vector<double>> levels_at(const Recording& recording, const std::vector<Expected>& programme,
                                           double step_s) {
    const auto block = std::max<std::size_t>(1, static_cast<std::size_t>(step_s * recording.rate_hz + 0.5));
    std::vector<std::vector<double>> out;
    for (const Expected& e : programme) out.push_back(envelope(recording, e.hz, block));
    return out;
}

/// The highest ones: the level of a slow one is its phase in a block, and that of its neighbours too.
std::vector<Expected> quick_ones(std::vector<Expected> programme) {
    double highest = 0.0;
    for (const Expected& e : programme) highest = std::max(highest, e.hz);
    std::erase_if(programme, [&](const Expected& e) { return e.hz < of_highest * highest; });
    return programme;
}

/// Seconds in which they are told from each other and from the rest.
double block_that_tells(const std::vector<Expected>& quick, const std::vector<Expected>& all) {
    double apart_hz = 1.0 / fine_block_s;
    for (const Expected& q : quick)
        for (const Expected& e : all)
            if (e.hz != q.hz) apart_hz = std::min(apart_hz, std::abs(e.hz - q.hz));
    return std::min(block_s, 1.0 / apart_hz);
}

/// Seconds of the capture, with u: a quarter of a block.
struct LevelStart {
    double s = 0.0, u = 0.0;
};

/// Start of the programme in the capture.
LevelStart start_by_levels(const Recording& recording, const std::vector<ToneSegment>& segments) {
    const auto all = expected(segments), programme = quick_ones(all);
    const double captured_s = static_cast<double>(recording.frames()) / recording.rate_hz;
    const double first_s = segments.front().start_s, end_s = segments.back().end_s;
    double best = -1.0, at = 0.0;
    const auto coarse = levels_at(recording, programme, block_s);
    for (double s = -0.5 * (end_s - first_s) - first_s; s < captured_s - first_s; s += block_s)
        if (const double like = likeness(programme, coarse, block_s, s); like > best) best = like, at = s;
    const double fine_s = block_that_tells(programme, all);
    const auto fine = levels_at(recording, programme, fine_s);
    const double around = at;
    best = -1.0;
    for (double s = around - 1.5 * block_s; s <= around + 1.5 * block_s; s += 0.25 * fine_block_s)
        if (const double like = likeness(programme, fine, fine_s, s); like > best) best = like, at = s;
    return {at, std::max(fine_block_s, 0.25 * fine_s)};
}

}  // namespace

const PlayedLine& pilot(const ToneSegment& segment) {
    const auto size = [](const PlayedLine& l) {
        return std::max(std::abs(l.played[Side::left]), std::abs(l.played[Side::right])) * std::sqrt(l.hz);
    };
    return *std::max_element(segment.lines.begin(), segment.lines.end(),
                             [&](const PlayedLine& a, const PlayedLine& b) { return size(a) < size(b); });
}

double onset_known_s(const ToneSegment& segment) { return 3.0 * block_s + 1.0 / pilot(segment).hz; }

TonePlaces place_tones(const Recording& recording, const std::vector<ToneSegment>& segments,
                       const Timing& timing) {
    TonePlaces out;
    out.of.resize(segments.size());
    if (segments.empty() || recording.frames() == 0) return out;
    const auto frames = recording.frames();
    Clock clock = timing.clock;
    double guard = 2.0;
    if (!timing.found) {
        if (segments.size() == 1) {
            const auto block = static_cast<std::size_t>(block_s * recording.rate_hz);
            const double hz = pilot(segments[0]).hz;
            // Of less than a period a level says how the phase stands.
            const auto blocks = static_cast<std::size_t>(std::ceil(1.0 / (hz * block_s)));
            const auto level = envelope(recording, hz, block, blocks);
            if (level.size() > 4) out.of[0] = steady_run(level, block, frames);
            return out;
        }
        const LevelStart start = start_by_levels(recording, segments);
        clock = {recording.rate_hz, recording.rate_hz * start.s, 0.0};
        out.start = clock.start;
        out.u_start = recording.rate_hz * start.u;
        guard = 2.0 * out.u_start;
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const double from = std::max(0.0, std::ceil(clock.sample_at(segments[i].start_s)));
        const double to =
            std::min(static_cast<double>(frames), std::floor(clock.sample_at(segments[i].end_s)));
        // At the capture's own ends there is nothing beside the segment that could reach into it.
        const double inner_from = from > 0.0 && i > 0 ? from + guard : from;
        const double inner_to = to < static_cast<double>(frames) ? to - guard : to;
        if (inner_to - inner_from < 0.04 * recording.rate_hz) continue;
        out.of[i] = {static_cast<std::size_t>(inner_from), static_cast<std::size_t>(inner_to), true};
    }
    return out;
}

}  // namespace fourpole
