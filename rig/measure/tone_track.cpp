// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_track.hpp"

#include "rig/analysis/median.hpp"
#include "rig/measure/smooth_delay.hpp"
#include "rig/measure/tone_mirror.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double window_s = 0.02;
constexpr std::size_t usual_of = 16;    ///< windows
constexpr double foreign_share = 25.0;  ///< of the usual power that the lines leave over in a window
constexpr double of_wave = 0.3;         ///< ... or of the wave's own power, where that is little
constexpr double least_peak = 100.0, over_peak = 8.0;  ///< squares of one sample: variances, usual ones
constexpr double beyond_scatter = 8.0;
constexpr double least_jump_samples = 0.05;
constexpr double never_less = 1e-6, peak_never_less = 2e-5;  ///< of the wave's power
constexpr double drifts = 1e-5;
constexpr double beyond_half = 5.0;
/// Of a window's own figures that the next one is expected by: delay and gain, and the delay's pace.
constexpr double follows = 0.4, pace_follows = 0.1;
constexpr std::size_t again = 4;  ///< windows by which the tones are found again

double power_over_noise(const ToneReference& reference) {
    double out = 0.0;
    int inputs = 0;
    for (const Side side : sides)
        if (const auto& wave = reference.wave[side]) {
            for (const auto& p : wave->phasors) out += 0.5 * std::norm(p) / wave->variance;
            ++inputs;
        }
    return out / std::max(inputs, 1);
}

/// What the last windows were like.
class Usual {
public:
    void add(const ToneMatch& m) {
        rests_.push_back(m.rest), steps_.push_back(std::abs(m.later)), peaks_.push_back(m.peak);
        if (rests_.size() > usual_of) rests_.pop_front(), steps_.pop_front(), peaks_.pop_front();
    }
    double peak() const { return middle(peaks_); }
    double rest() const { return middle(rests_); }
    /// Of a normal distribution the median distance is 0.6745 standard deviations.
    double scatter() const { return middle(steps_) / 0.6745; }

private:
    static double middle(const std::deque<double>& of) {
        std::vector<double> copy(of.begin(), of.end());
        return copy.empty() ? 0.0 : median(copy);
    }
    std::deque<double> rests_, steps_, peaks_;
};

/// What was found from the reference on.
struct Course {
    std::vector<ToneSplit> splits;
    std::size_t to = 0;  ///< the last sample at which the tones are where they should
    int lost_track = 0;
    ToneState state;     ///< there
    double crept = 0.0;  ///< samples by which the delay grew beside the breaks
};

class Follower {
public:
    /// @param to  the place's end
    Follower(const Recording& recording, const ToneReference& reference, std::size_t to)
        : recording_(recording),
          reference_(reference),
          window_(tone_window(recording, reference)),
          to_(to),
          clear_(of_wave * power_over_noise(reference)) {
        ToneState state;
        for (std::size_t at = reference.from;
             at + window_ <= reference.to && at < reference.from + usual_of * window_; at += window_) {
            const ToneMatch m = match_tones(recording_, reference_, at, window_, state);
            usual_.add(m);
            state = m.now;
        }
    }

    Course run() {
        Course out;
        std::size_t at = out.to = reference_.from, whole_from = at;
        if (to_ - at < window_) return out;
        double broken_by = 0.0;
        while (at < to_) {
            at = std::min(at, to_ - window_);
            const ToneMatch m = match_tones(recording_, reference_, at, window_, state_);
            if (!broken(m)) {
                usual_.add(m);
                set_pace(pace_ + pace_follows * m.later);
                state_.delay += follows * m.later + pace_;
                state_.gain += follows * (m.now.gain - state_.gain);
                out.to = at += window_;
                continue;
            }
            const std::size_t before = std::max(whole_from, at - std::min(at, window_));
            if (const auto wandered = wandered_to(at, before, std::min(before + 2 * window_, to_), state_)) {
                state_ = *wandered;
                set_pace(state_.pace * static_cast<double>(window_));
                state_.delay += pace_;
                out.to = at += window_;
                continue;
            }
            const auto next = find_again(at, state_);
            if (!next) {
                out.lost_track += to_ - at > static_cast<std::size_t>(most_count) + 4 * window_;
                break;
            }
            ToneSplit split;
            // A break at a window's very edge leaves it whole to the eye: the one before is surely so.
            split.last = std::max(whole_from, at >= 2 * window_ ? at - 2 * window_ : 0) + window_ / 2;
            split.first = next->at + window_;
            split.before = state_;
            split.behind = next->counts.front().match.now;
            split.counts = next->counts;
            split.rest = std::max(1.0, usual_.rest());
            out.splits.push_back(split);
            broken_by += split.behind.delay - split.before.delay;
            state_ = split.behind;
            set_pace(state_.pace * static_cast<double>(window_));
            state_.delay += pace_;
            whole_from = next->at;
            at = out.to = next->at + window_;
        }
        out.state = state_;
        out.crept = state_.delay - broken_by;
        return out;
    }

private:
    struct Again {
        std::size_t at = 0;
        std::vector<ToneCount> counts;
    };

    /// Where the window at `at` stands if nothing broke in [from, to), its neighbour and itself, but the
    /// clock wandered as it went.
    std::optional<ToneState> wandered_to(std::size_t at, std::size_t from, std::size_t to,
                                         ToneState state) const {
        const double half = 0.5 * static_cast<double>(to - from);
        const double window_at = static_cast<double>(at - from) + 0.5 * static_cast<double>(window_) - half;
        state.delay -= state.pace * window_at;
        const auto pieces = delay_pieces(recording_, reference_, from, to, state);
        if (is_foreign(pieces.worst_rest, pieces.worst_peak, pieces.energy)) return {};
        const auto course = smooth_course(pieces);
        if (!course) return {};
        return ToneState{course->delay_at(window_at / half), pieces.gain,
                         course->slope_at(window_at / half) / half};
    }

    void set_pace(double samples) {
        pace_ = samples;
        state_.pace = samples / static_cast<double>(window_);
    }

    /// By a few windows together; by one where no more are whole.
    std::optional<Again> find_again(std::size_t from, const ToneState& state) const {
        for (std::size_t at = from; at + window_ <= to_; at += std::max<std::size_t>(1, window_ / 4))
            for (const std::size_t windows : {again, std::size_t{1}}) {
                const std::size_t count = std::min(windows * window_, to_ - at);
                auto counts =
                    possible_counts(recording_, reference_, at, count, state, most_rest_of_counts());
                if (counts.empty()) continue;
                const ToneState& found = counts.front().match.now;
                if (!begins_earlier(at, found)) return Again{at, std::move(counts)};
                const auto wandered = wandered_to(at, at, std::min(at + 2 * window_, to_), found);
                if (!wandered) continue;
                const double further = wandered->delay - found.delay;
                for (ToneCount& c : counts) c.match.now.delay += further, c.match.now.pace = wandered->pace;
                return Again{at, std::move(counts)};
            }
        return {};
    }

    /// A clock that wanders turns a few windows more than one.
    double most_rest_of_counts() const { return std::max(most_rest(), drifts * clear_ / of_wave); }

    /// What comes of the last break may still stand in the first window, or in a part of it.
    bool begins_earlier(std::size_t at, const ToneState& state) const {
        for (const std::size_t part : {window_ / 2, window_}) {
            const ToneMatch m = match_tones(recording_, reference_, at, part, state);
            if (unlike(m) || std::abs(m.later) > std::max(least_jump_samples, beyond_half * m.u_delay))
                return true;
        }
        return false;
    }

    double most_rest() const {
        const double usual = std::max(usual_.rest(), 1e-300);
        return std::max(std::min(foreign_share * usual, usual + clear_), 2.0 * usual);
    }

    /// Something else stands in the window: silence, a click, a break. Jitter and drift make less of a clean
    /// wave than that.
    bool unlike(const ToneMatch& m) const {
        return is_foreign(m.rest, m.peak, m.energy / static_cast<double>(m.samples));
    }
    bool is_foreign(double rest, double peak, double wave) const {
        return rest > std::max(most_rest(), never_less * wave) ||
               peak > std::max({least_peak, over_peak * usual_.peak(), peak_never_less * wave});
    }

    bool broken(const ToneMatch& m) const {
        return unlike(m) || std::abs(m.later) > std::max({least_jump_samples, beyond_scatter * m.u_delay,
                                                          beyond_scatter * usual_.scatter()});
    }

    const Recording& recording_;
    const ToneReference& reference_;
    std::size_t window_, to_;
    double clear_;
    Usual usual_;
    ToneState state_;
    double pace_ = 0.0;  ///< samples a window by which the tones come later and later
};

}  // namespace

std::size_t tone_window(const Recording& recording, const ToneReference& reference) {
    double value = 0.0, slope = 0.0;
    for (const Side side : sides)
        if (const auto& wave = reference.wave[side])
            for (std::size_t k = 0; k < wave->omega.size(); ++k) {
                const double power = std::norm(wave->phasors[k]) / wave->variance;
                value += power, slope += power * wave->omega[k] * wave->omega[k];
            }
    const double period = 2.0 * pi * std::sqrt(value / std::max(slope, 1e-300));
    return static_cast<std::size_t>(std::max(window_s * recording.rate_hz, period));
}

ToneTracked track_tones(const Recording& recording, const ToneReference& reference, const TonePlace& place) {
    const Course ahead = Follower(recording, reference, place.to).run();
    const std::size_t last = reference.to - 1;
    const Recording turned = mirrored(recording, place.from, last);
    const Course back = Follower(turned, mirrored(reference, last), turned.frames()).run();
    ToneTracked out;
    out.from = last + 1 - back.to, out.to = ahead.to;
    for (auto split = back.splits.rbegin(); split != back.splits.rend(); ++split)
        out.splits.push_back(mirrored(*split, last));
    out.splits.insert(out.splits.end(), ahead.splits.begin(), ahead.splits.end());
    out.lost_track = ahead.lost_track + back.lost_track;
    out.at_begin = mirrored(back.state), out.at_end = ahead.state;
    out.later_at_all = ahead.crept + back.crept;
    return out;
}

}  // namespace fourpole
