// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_track.hpp"

#include "rig/measure/recorded_breaks.hpp"
#include "rig/measure/recorded_wave.hpp"
#include "rig/null/coarse_line.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fourpole {

namespace {

constexpr unsigned threads = 2;
constexpr double crystals_ppm = 200.0;  ///< between two of them
constexpr double trial_ppm[] = {0.0, 600.0, -600.0, 1400.0, -1400.0};
constexpr double most_apart_s = 0.05;  ///< of two lines that may be one
constexpr double same_place = 2.0;     ///< samples: two sides of one earphone differ by less than one

struct Channel {
    Side side = Side::left;
    std::vector<double> samples;  ///< mean taken out
    LowRate low;
    std::size_t first = 0;  ///< that is not 0: half of a programme may be the other side's

    std::span<const double> heard() const { return std::span(samples).subspan(first); }
};

Channel channel_of(Side side, std::vector<double> samples, double rate_hz) {
    const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) /
                        std::max(1.0, static_cast<double>(samples.size()));
    const auto there = std::find_if(samples.begin(), samples.end(), [](double v) { return v != 0.0; });
    const auto first = there == samples.end() ? 0 : static_cast<std::size_t>(there - samples.begin());
    for (double& v : samples) v -= mean;
    Channel out{side, std::move(samples), {}, 0};
    out.first = first;
    out.low = low_rate(out.samples, rate_hz);
    return out;
}

/// What one side plays, on one input.
struct Followed {
    const Channel *played = nullptr, *captured = nullptr;
    CoarseLine coarse;
    std::optional<Standing> standing;

    Pair pair(double rate_hz) const { return {played->samples, captured->samples, rate_hz, rate_hz}; }
};

void first_look(const std::vector<Channel>& played, const std::vector<Channel>& inputs, double rate_hz,
                double ppm, std::vector<Followed>& out) {
    for (const Channel& own : played) {
        // As played at that pace: stretches of a sweep are found beside themselves at a wrong one.
        const double step = 1.0 + 1e-6 * ppm;
        const auto heard = own.heard();
        const std::vector<double> paced = between_samples(
            heard, 0.0, step, static_cast<std::size_t>(static_cast<double>(heard.size()) / step));
        const LowRate low = low_rate(paced, rate_hz);
        for (const Channel& input : inputs)
            if (auto found = coarse_line({paced, input.samples, rate_hz, rate_hz}, low, input.low, threads)) {
                found->line.step /= step;
                found->line.delay -= found->line.step * static_cast<double>(own.first);
                out.push_back({&own, &input, *found, {}});
            }
    }
}

/// True where both lines have u = 0 in one place, as far as two paces may be apart.
bool agrees(const Followed& a, const Followed& b, double rate_hz) {
    const double far = static_cast<double>(std::max(a.played->samples.size(), b.played->samples.size()));
    return std::abs(a.coarse.line.delay - b.coarse.line.delay) < most_apart_s * rate_hz + 0.004 * far;
}

/// One input for each side that plays, so that most of what is heard stands in its place: a file that both
/// sides play, one after the other, is as much like the other one's.
std::vector<Followed> chosen(const std::vector<Channel>& played, const std::vector<Followed>& all,
                             double rate_hz) {
    std::vector<Followed> best;
    double most = 0.0;
    for (const Followed& reference : all) {
        std::vector<Followed> some;
        double weight = 0.0;
        for (const Channel& own : played) {
            const Followed* one = nullptr;
            for (const Followed& f : all)
                if (f.played == &own && agrees(f, reference, rate_hz) &&
                    (!one || f.coarse.weight > one->coarse.weight))
                    one = &f;
            if (one) some.push_back(*one), weight += one->coarse.weight;
        }
        if (weight > 1.000001 * most) most = weight, best = std::move(some);
    }
    return best;
}

/// Of what was found, the middle: sample as played, and as captured.
struct Middle {
    double played = 0.0, captured = 0.0;
};
Middle middle_of(const Followed& one) {
    const Line& line = one.standing->line;
    const double captured = one.standing->middle;
    return {(captured - line.delay) / line.step, captured};
}

/// Pace and place of all sides together; a break in a pause between them.
void agree(const std::vector<Followed>& followed, const Followed& best, RecordedTrack& out) {
    if (out.knows_pace()) out.clock.ppm = out.pace->ppm;
    const Middle own = middle_of(best);
    const double rate = out.clock.rate_hz;
    const auto stand = [&] { out.clock.start += own.captured - out.clock.sample_at(own.played / rate); };
    stand();
    for (const Followed& one : followed) {
        if (&one == &best) continue;
        const Middle there = middle_of(one);
        const double gap = there.played - own.played;
        const double off = there.captured - out.clock.sample_at(there.played / rate);
        const double u_ppm = out.knows_pace() ? 6.0 * out.pace->u_ppm : crystals_ppm;
        const double may_be = std::max(same_place, 1e-6 * u_ppm * std::abs(gap));
        if (std::abs(off) > may_be) {
            Discontinuity d;
            const double later = gap > 0.0 ? off : -off;
            d.kind = later < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
            d.count = std::max(1L, std::lround(std::abs(later)));
            d.u_count = std::max(0.5, may_be / 6.0);
            d.unseen = true;
            d.between = std::minmax(std::lround(own.captured), std::lround(there.captured));
            d.at_sample = d.between->first;
            out.breaks.events.push_back(d);
            out.breaks.later_by += later;
        } else if (!out.knows_pace() && std::abs(gap) > rate) {
            out.clock.ppm = 1e6 * (gap / (there.captured - own.captured) - 1.0);
            stand();
        }
    }
}

}  // namespace

bool RecordedTrack::knows_pace() const { return pace && pace->known(); }

Result<RecordedTrack> track_recorded(const Recording& recording, const Programme& programme, bool same_clock,
                                     double least_step) {
    RecordedTrack out;
    out.clock.rate_hz = recording.rate_hz;
    std::vector<Channel> played, inputs;
    for (const Side side : sides) {
        auto wave = files_played(programme, side, recording.rate_hz);
        if (!wave) return wave.error();
        if (wave->empty()) continue;
        Channel channel = channel_of(side, std::move(*wave), recording.rate_hz);
        if (played.empty() || played.front().samples != channel.samples) played.push_back(std::move(channel));
    }
    if (played.empty()) return out;
    for (const Side side : sides)
        if (recording.has(side))
            inputs.push_back(channel_of(side, recording.samples[side], recording.rate_hz));
    std::vector<Followed> all, followed;
    for (const double ppm : trial_ppm) {
        if (!followed.empty() && followed.size() == played.size()) break;
        first_look(played, inputs, recording.rate_hz, ppm, all);
        followed = chosen(played, all, recording.rate_hz);
    }
    const auto stand_by = [&](Followed& one, const Line& line) {
        std::span<const double> beside;
        for (const Channel& other : played)
            if (&other != one.played) beside = other.samples;
        one.standing = standing_of(one.pair(recording.rate_hz), line, same_clock, beside);
    };
    const auto is_heard = [](const Followed& one) { return one.standing && one.standing->heard; };
    for (Followed& one : followed) stand_by(one, one.coarse.line);
    // Both sides play by one clock: a short file that is not found by its own first idea is by the other's
    // line.
    const auto known = std::find_if(followed.begin(), followed.end(), is_heard);
    for (Followed& one : followed)
        if (known != followed.end() && !is_heard(one)) stand_by(one, known->standing->line);
    std::erase_if(followed, [&](const Followed& one) { return !is_heard(one); });
    if (followed.empty()) return out;
    out.found = true;
    const auto best = std::max_element(
        followed.begin(), followed.end(),
        [](const Followed& a, const Followed& b) { return a.coarse.weight < b.coarse.weight; });
    for (const Channel& channel : played)
        out.seconds = std::max(out.seconds, static_cast<double>(channel.samples.size()) / recording.rate_hz);
    out.clock.start = best->standing->line.delay;
    out.clock.ppm = ppm_of(best->pair(recording.rate_hz), best->standing->line);
    for (const Followed& one : followed) {
        const Breaks found = breaks_of_recorded(recording, *one.standing, least_step);
        // Both sides may play at once: one break of the stream is then seen in each.
        for (const Discontinuity& d : found.events)
            if (std::none_of(out.breaks.events.begin(), out.breaks.events.end(), [&](const auto& e) {
                    return e.kind == d.kind && std::abs(e.at_sample - d.at_sample) < 64;
                })) {
                out.breaks.events.push_back(d);
                out.breaks.later_by += later_by(d);
            }
        out.breaks.torn += found.torn;
    }
    if (!out.breaks.events.empty() || out.breaks.torn > 0) return out;
    std::vector<RecordedPath> paths;
    for (const Followed& one : followed) paths.push_back({one.played->samples, one.captured->samples});
    if (!same_clock) out.pace = recorded_pace(paths, out.clock);
    agree(followed, *best, out);
    if (same_clock) out.clock.ppm = 0.0;
    return out;
}

}  // namespace fourpole
