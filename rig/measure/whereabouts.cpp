// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/whereabouts.hpp"

#include "rig/align/markers.hpp"
#include "rig/analysis/health.hpp"
#include "rig/analysis/median.hpp"
#include "rig/analysis/tone_fit.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <variant>
#include <vector>

namespace fourpole {

namespace {

constexpr double pause_s = 1.0, clock_doubt = 0.02;
constexpr double as_good_as = 0.8;  ///< as find_arrivals() has it
// 20 Hz wide: a tone of 10 kHz that is 1000 ppm off still is in its block.
constexpr double block_s = 0.05;
constexpr std::size_t least_piece = std::size_t{1} << 18U, usual_piece = std::size_t{1} << 21U;

using Told = std::function<void(double)>;

/// The capture piece by piece: as long as `frames`, each beginning `step` after the one before.
class Pieces {
public:
    Pieces(TakeReader& reader, std::span<const std::size_t> channels, std::size_t frames, std::size_t step)
        : reader_(reader), channels_(channels), frames_(frames), step_(step) {}

    /// Calls work(recording, first frame) until the end.
    template <class Work>
    std::optional<Fault> each(const Told& told, const Work& work) {
        const std::size_t all = reader_.frames();
        for (std::size_t first = 0; first < all; first += step_) {
            auto samples = reader_.read(first, std::min(frames_, all - first), channels_);
            if (!samples) return samples.error();
            Recording recording;
            recording.rate_hz = reader_.header().rate_hz;
            for (std::size_t k = 0; k < samples->size(); ++k)
                recording.samples[sides[k]] = std::move((*samples)[k]);
            work(recording, first);
            if (told) told(static_cast<double>(first) / static_cast<double>(all));
            if (first + frames_ >= all) break;
        }
        return std::nullopt;
    }

private:
    TakeReader& reader_;
    std::span<const std::size_t> channels_;
    std::size_t frames_, step_;
};

/// Digital silence: hours of it may stand before a programme, and there is nothing to look for in it.
bool never_moves(const Recording& recording) {
    return std::all_of(sides.begin(), sides.end(),
                       [&](Side s) { return !recording.has(s) || dead(recording.samples[s], 0.0); });
}

using Start = Result<std::optional<double>>;  ///< of the programme, in frames of the file

Start start_by_markers(Pieces pieces, const Programme& programme, std::vector<MarkerGroup> groups,
                       double rate_hz, const Told& told) {
    std::stable_partition(groups.begin(), groups.end(), [](const MarkerGroup& g) { return !g.sweep; });
    for (const MarkerGroup& group : groups) {
        double best = 0.0, start = 0.0;
        auto trouble = pieces.each(told, [&](const Recording& recording, std::size_t first) {
            if (never_moves(recording)) return;
            const auto arrivals = find_arrivals(recording, programme, group, rate_hz);
            double energy = 0.0;
            for (const Arrival& a : arrivals) energy += a.strength * a.strength;
            if (as_good_as * energy <= best) return;
            best = energy;
            start = static_cast<double>(first) + arrivals.front().sample -
                    rate_hz * event_start(programme.events[arrivals.front().event]);
        });
        if (trouble) return *trouble;
        if (best > 0.0) return std::optional(start);
    }
    return std::optional<double>();
}

std::size_t block_frames(double rate_hz) { return static_cast<std::size_t>(block_s * rate_hz); }

/// Amplitude at each of some frequencies, block by block of 50 ms, of all channels together.
using Levels = std::map<double, std::vector<double>>;

Result<Levels> levels_of(TakeReader& reader, std::span<const std::size_t> channels,
                         const std::vector<ToneSegment>& segments, const Told& told) {
    Levels out;
    for (const ToneSegment& s : segments) out[pilot(s).hz];
    const double rate_hz = reader.header().rate_hz;
    const std::size_t block = block_frames(rate_hz), frames = block * (1 + least_piece / block);
    const auto add = [&](const Recording& recording, std::size_t) {
        for (auto& [hz, levels] : out) {
            std::vector<double> power(recording.frames() / block, 0.0);
            for (const Side side : sides) {
                const auto sums =
                    demodulated(recording.samples[side], 2.0 * std::numbers::pi * hz / rate_hz, block);
                for (std::size_t b = 0; b < sums.size(); ++b) power[b] += std::norm(sums[b]);
            }
            for (const double p : power) levels.push_back(std::sqrt(p));
        }
    };
    if (auto trouble = Pieces(reader, channels, frames, frames).each(told, add)) return *trouble;
    return out;
}

/// Sums of the first n levels, so that what stands between two blocks is one difference.
std::vector<double> summed(const std::vector<double>& levels) {
    std::vector<double> out(levels.size() + 1, 0.0);
    std::partial_sum(levels.begin(), levels.end(), out.begin() + 1);
    return out;
}

double between(const std::vector<double>& sums, double from, double to) {
    const auto at = [&sums](double block) {
        return sums[static_cast<std::size_t>(
            std::clamp(std::round(block), 0.0, static_cast<double>(sums.size() - 1)))];
    };
    return at(to) - at(from);
}

Start start_by_tones(TakeReader& reader, std::span<const std::size_t> channels,
                     const std::vector<ToneSegment>& segments, const Told& told) {
    const auto levels = levels_of(reader, channels, segments, told);
    if (!levels) return levels.error();
    std::map<double, std::vector<double>> sums;
    for (const auto& [hz, level] : *levels) sums[hz] = summed(level);
    double best = 0.0, start_s = 0.0;
    const double rate_hz = reader.header().rate_hz, all_s = static_cast<double>(reader.frames()) / rate_hz;
    const double first_s = segments.front().start_s;
    for (double s = -first_s; s + first_s < all_s; s += block_s) {
        double level = 0.0;
        for (const ToneSegment& t : segments)
            level += std::max(t.loudest_of(Side::left), t.loudest_of(Side::right)) *
                     between(sums[pilot(t).hz], (s + t.start_s) / block_s, (s + t.end_s) / block_s);
        // A tone that lasts longer than it should is as loud everywhere.
        if (level > 1.001 * best) best = level, start_s = s;
    }
    return best > 0.0 ? std::optional(start_s * rate_hz) : std::nullopt;
}

}  // namespace

std::size_t frames_needed(const Programme& programme, double rate_hz) {
    return static_cast<std::size_t>(
        std::lround((2.0 * pause_s + (1.0 + clock_doubt) * programme.length_s) * rate_hz));
}

Result<Piece> whereabouts(TakeReader& reader, std::span<const std::size_t> channels,
                          const Programme& programme, const std::function<void(double)>& told) {
    const double rate_hz = reader.header().rate_hz;
    const std::size_t needed = frames_needed(programme, rate_hz);
    const auto groups = marker_groups(programme);
    const auto segments = tone_segments(programme);
    if (groups.empty() && segments.empty())
        return Fault{
            Fault::Kind::bad_input, "",
            "the programme has no chirp, sweep or tone to be looked for in a capture of this length; "
            "cut out the part that holds it"};
    // Each place that the programme may begin at lies whole in one of them.
    const std::size_t piece = std::max({2 * needed, std::min(4 * needed, usual_piece), least_piece});
    const auto start = groups.empty() ? start_by_tones(reader, channels, segments, told)
                                      : start_by_markers({reader, channels, piece, piece - needed}, programme,
                                                         groups, rate_hz, told);
    if (!start) return start.error();
    Piece out;
    const double first = start->value_or(0.0) - pause_s * rate_hz;
    out.first = std::min(static_cast<std::size_t>(std::max(0.0, first)), reader.frames() - 1);
    out.frames = std::min(needed, reader.frames() - out.first);
    return out;
}

Result<Piece> steady_place(TakeReader& reader, std::span<const std::size_t> channels,
                           const ToneSegment& segment, const std::function<void(double)>& told) {
    const auto levels = levels_of(reader, channels, {segment}, told);
    if (!levels) return levels.error();
    const std::vector<double>& level = levels->begin()->second;
    if (level.empty()) return Piece{};
    const double least = 0.7 * median(level);
    const auto there = [least](double v) { return v > 0.0 && v >= least; };
    const auto first = std::find_if(level.begin(), level.end(), there) - level.begin();
    const auto last = level.rend() - std::find_if(level.rbegin(), level.rend(), there);
    const std::size_t block = block_frames(reader.header().rate_hz);
    // The blocks at either end may hold the tone's edge, unless it is the file's own.
    const auto from = static_cast<std::size_t>(first) + (first > 0 ? 1 : 0);
    const bool to_the_end = static_cast<std::size_t>(last) == level.size();
    const auto to = static_cast<std::size_t>(last) - (to_the_end || last == 0 ? 0 : 1);
    if (to <= from) return Piece{};
    return Piece{from * block, (to_the_end ? reader.frames() : to * block) - from * block};
}

void count_from_the_file(const Take& take, Measurement& out) {
    if (!take.frames_of_file) return;
    const auto first = static_cast<double>(take.first_frame);
    for (Reading& reading : out.readings)
        for (auto& [key, value] : reading.details) {
            if (key == "start" && reading.name == "clock_offset") value = std::get<double>(value) + first;
            if (key == "from_sample")
                value = std::get<std::int64_t>(value) + static_cast<std::int64_t>(take.first_frame);
        }
    out.reasons.insert(
        out.reasons.begin(),
        fmt::format("long capture: of its {:.1f} s the {:.2f} s from {:.2f} s on were read, where the "
                    "programme's markers or tones are strongest; nothing else in it was looked at",
                    static_cast<double>(*take.frames_of_file) / take.rate_hz,
                    static_cast<double>(take.frames()) / take.rate_hz, first / take.rate_hz));
}

}  // namespace fourpole
