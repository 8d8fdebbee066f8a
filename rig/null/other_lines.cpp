// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/other_lines.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourpole {

namespace {

// Samples of A. Nearer ones lie well within their windows; clocks pull apart by less.
constexpr double far = 24.0, agrees = 4.0;
constexpr double clearly = 1e-3;
// Music finds itself in wrong places too, at 0.6 or so.
constexpr double found_again = 0.7;
// Between the half that music has in common with itself anywhere and what noise takes away.
constexpr double less_alike = 0.98;
constexpr std::size_t most_lines = 5, least_agree = 3, least_run = 5;

/// The delay that most far blocks agree on, of those that no line of `tried` is near; nullopt: no three do.
std::optional<double> agreed_delay(const std::vector<BlockDelay>& track, const std::vector<double>& tried) {
    std::optional<double> out;
    std::size_t most = least_agree - 1;
    for (const BlockDelay& block : track) {
        bool is_new = block.likeness > 0.0;
        for (const double delay : tried) is_new = is_new && std::abs(block.delay - delay) > far;
        if (!is_new) continue;
        std::size_t agree = 0;
        for (const BlockDelay& other : track)
            agree += other.likeness > 0.0 && std::abs(other.delay - block.delay) < agrees;
        if (agree > most) most = agree, out = block.delay;
    }
    return out;
}

/// Middles of the first and the last block of the longest run that is less alike than three quarters of all.
std::optional<std::pair<double, double>> least_alike_run(const std::vector<BlockDelay>& track) {
    std::vector<double> likeness;
    for (const BlockDelay& block : track) likeness.push_back(block.likeness);
    std::sort(likeness.begin(), likeness.end());
    if (likeness.size() < least_run) return std::nullopt;
    const double enough = less_alike * likeness[likeness.size() * 3 / 4];
    std::size_t first = 0, longest = 0;
    for (std::size_t i = 0, end = 0; i < track.size(); i = end + 1) {
        end = i;
        while (end < track.size() && track[end].likeness < enough) ++end;
        if (end - i > longest) longest = end - i, first = i;
    }
    if (longest < least_run) return std::nullopt;
    return std::pair{track[first].middle, track[first + longest - 1].middle};
}

/// The track with each block from where it is found best, this line's or another's.
class Chosen {
public:
    Chosen(const Pair& pair, const Line& line, std::vector<BlockDelay> track, unsigned threads)
        : pair_(pair), line_(line), track_(std::move(track)), threads_(threads) {}

    const std::vector<BlockDelay>& track() const { return track_; }

    void look_from(const Line& own) {
        const auto there =
            seen_from(own, line_, delay_track(pair_, own, track_blocks(pair_, line_), threads_, {}));
        for (std::size_t i = 0; i < track_.size(); ++i)
            if (there[i].likeness > track_[i].likeness + clearly) track_[i] = there[i];
    }

private:
    const Pair& pair_;
    Line line_;
    std::vector<BlockDelay> track_;
    unsigned threads_;
};

}  // namespace

std::optional<Line> line_of_stretch(const Pair& pair, const Line& line, double from, double to,
                                    const LowRate& a, const LowRate& b) {
    const double per_low = pair.rate_a_hz / LowRate::rate_hz;
    const double length = std::min(4096.0, std::floor((to - from) / per_low));
    const double start = std::floor(0.5 * ((from + to) / per_low - length));
    if (length < 256.0 || start < 0.0 || start + length > static_cast<double>(a.samples.size()))
        return std::nullopt;
    const auto stretch = a.samples.piece(static_cast<std::size_t>(start), static_cast<std::size_t>(length));
    const double expected = line.at(start * per_low) / pair.rate_b_hz * LowRate::rate_hz;
    const auto places = places_of(stretch, b.samples, expected);
    if (places.empty() || places.front().likeness < found_again) return std::nullopt;
    const double off = (places.front().at - expected) * pair.rate_b_hz / LowRate::rate_hz;
    // Good to a few samples; the stretch itself, looked at from there, tells the rest.
    const auto first = static_cast<std::size_t>(from);
    const Pair part{pair.a.part(first, static_cast<std::size_t>(to - from)), pair.b, pair.rate_a_hz,
                    pair.rate_b_hz};
    const auto track =
        found_blocks(delay_track(part, {line.at(static_cast<double>(first)) + off, line.step}, 1, {}));
    if (track.empty()) return std::nullopt;
    return Line{line.delay + off + line.step * median_delay(track), line.step};
}

std::vector<BlockDelay> seen_from_other_lines(const Pair& pair, const Line& line,
                                              std::vector<BlockDelay> track, const LowRate& a,
                                              const LowRate& b, unsigned threads) {
    std::vector<double> tried{0.0};
    Chosen chosen(pair, line, std::move(track), threads);
    if (const auto run = least_alike_run(chosen.track())) {
        // One half of it may be lost.
        const double third = (run->second - run->first) / 3.0;
        for (const auto& [from, to] :
             {*run, std::pair{run->first, run->first + third}, std::pair{run->second - third, run->second}}) {
            const auto own = line_of_stretch(pair, line, from, to, a, b);
            if (!own) continue;
            const double middle = 0.5 * (from + to);
            tried.push_back((own->at(middle) - line.at(middle)) / line.step);
            if (std::abs(tried.back()) > far) chosen.look_from(*own);
            break;
        }
    }
    while (tried.size() <= most_lines) {
        const auto delay = agreed_delay(chosen.track(), tried);
        if (!delay) break;
        tried.push_back(*delay);
        chosen.look_from({line.delay + line.step * *delay, line.step});
    }
    return chosen.track();
}

}  // namespace fourpole
