// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_track.hpp"

#include "rig/analysis/median.hpp"

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
constexpr double likely_pace = 1.0;  ///< samples a window that a clock's wander makes at most
constexpr std::size_t again = 4;     ///< windows by which the tones are found again

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

class Tracker {
public:
    Tracker(const Recording& recording, const ToneReference& reference, const TonePlace& place)
        : recording_(recording),
          reference_(reference),
          window_(tone_window(recording, reference)),
          from_(place.from),
          to_(place.to),
          clear_(of_wave * power_over_noise(reference)) {
        ToneState state;
        for (std::size_t at = reference.from;
             at + window_ <= reference.to && at < reference.from + usual_of * window_; at += window_) {
            const ToneMatch m = match_tones(recording_, reference_, at, window_, state);
            usual_.add(m);
            state = m.now;
        }
    }

    ToneTracked run() {
        ToneTracked out;
        double delay_at_first = 0.0, broken_by = 0.0;
        std::size_t at = from_;
        if (const auto first = delay_back_at_first()) {
            // Nothing broke up to the reference, and there the tones stand where they stand.
            delay_at_first = *first;
            out.from = from_, at = out.to = reference_.from;
        } else {
            const auto begin = find_again(from_, {}, true);
            if (!begin) return out;
            out.from = at = begin->at;
            state_ = nearest(begin->counts);
            delay_at_first = state_.delay;
            set_pace(pace_at(begin->at));
        }
        std::size_t whole_from = out.from;
        while (at < to_ && out.to < to_ && to_ - window_ >= out.from) {
            at = std::min(at, to_ - window_);
            const ToneMatch m = match_tones(recording_, reference_, at, window_, state_);
            if (!broken(m)) {
                usual_.add(m);
                set_pace(pace_ + pace_follows * m.later);
                state_.delay += follows * m.later + pace_;
                state_.gain += follows * (m.now.gain - state_.gain);
                at += window_;
                out.to = at;
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
            state_.delay += pace_;
            whole_from = next->at;
            at = out.to = next->at + window_;
        }
        if (out.to > out.from) out.later_at_all = state_.delay - delay_at_first - broken_by;
        return out;
    }

private:
    struct Again {
        std::size_t at = 0;
        std::vector<ToneCount> counts;
    };
    /// Follows the tones back from the reference to the place's first window: their delay there. Nothing
    /// where something broke on the way.
    std::optional<double> delay_back_at_first() {
        ToneState state;
        double pace = 0.0;  ///< samples a window back
        if (reference_.from < from_ || to_ - from_ < window_) return {};
        for (std::size_t at = reference_.from; at > from_;) {
            const std::size_t step = std::min(window_, at - from_);
            at -= step;
            state.delay += pace * static_cast<double>(step) / static_cast<double>(window_);
            state.pace = -pace / static_cast<double>(window_);
            const ToneMatch m = match_tones(recording_, reference_, at, window_, state);
            if (broken(m)) return {};
            usual_.add(m);
            pace += pace_follows * m.later;
            state.delay += follows * m.later;
            state.gain += follows * (m.now.gain - state.gain);
        }
        return state.delay;
    }

    /// Of the counts that fit, where the tones stand least far from where they were: a clock that wanders is
    /// no whole number of samples from what it was where the reference was fitted.
    static ToneState nearest(const std::vector<ToneCount>& counts) {
        return std::min_element(counts.begin(), counts.end(),
                                [](const ToneCount& a, const ToneCount& b) {
                                    return std::abs(a.match.now.delay) < std::abs(b.match.now.delay);
                                })
            ->match.now;
    }

    void set_pace(double samples) {
        pace_ = samples;
        state_.pace = samples / static_cast<double>(window_);
    }

    /// What a clock that wanders moves a window by where the tones begin.
    double pace_at(std::size_t at) const {
        if (at + 2 * window_ > to_) return 0.0;
        const ToneMatch m = match_tones(recording_, reference_, at + window_, window_, state_);
        return !unlike(m) && std::abs(m.later) < likely_pace ? m.later : 0.0;
    }

    /// By a few windows together; by one where no more are whole.
    std::optional<Again> find_again(std::size_t from, const ToneState& state, bool any_part = false) const {
        for (std::size_t at = from; at + window_ <= to_; at += std::max<std::size_t>(1, window_ / 4))
            for (const std::size_t windows : {again, std::size_t{1}}) {
                const std::size_t count = std::min(windows * window_, to_ - at);
                auto counts = possible_counts(recording_, reference_, at, count, state, most_rest_of_counts(),
                                              any_part);
                if (counts.empty()) continue;
                if (begins_earlier(at, counts.front().match.now)) continue;
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
        const double wave = m.energy / static_cast<double>(m.samples);
        return m.rest > std::max(most_rest(), never_less * wave) ||
               m.peak > std::max({least_peak, over_peak * usual_.peak(), peak_never_less * wave});
    }

    bool broken(const ToneMatch& m) const {
        return unlike(m) || std::abs(m.later) > std::max({least_jump_samples, beyond_scatter * m.u_delay,
                                                          beyond_scatter * usual_.scatter()});
    }

    const Recording& recording_;
    const ToneReference& reference_;
    std::size_t window_, from_, to_;
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
    return Tracker(recording, reference, place).run();
}

}  // namespace fourpole
