// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_breaks.hpp"

#include "rig/align/zeros_and_repeats.hpp"
#include "rig/analysis/median.hpp"
#include "rig/analysis/tone_fit.hpp"
#include "rig/fft/phasor.hpp"
#include "rig/measure/tone_fits.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double window_s = 0.02;
constexpr double periods_apart = 2.0;  ///< of the difference between neighbours in a window
constexpr double least_windows = 12.0;
constexpr std::size_t least_tracked = 8;  ///< windows whose usual turn is known
constexpr double loud_enough = 0.1;       ///< of the loudest line: what is weaker tells little
constexpr double beyond_scatter = 8.0;
constexpr double least_jump_samples = 0.05;
constexpr double foreign_share = 25.0;  ///< of the usual power that the lines leave over in a window
constexpr std::ptrdiff_t most_count = 6144;
constexpr double sure_samples = 0.3;  ///< a count that is farther than this from an integer is none

/// Seconds in which these lines (falling) can be told apart.
double window_for(const std::vector<double>& hz) {
    double least_hz = hz.back();
    for (std::size_t k = 0; k + 1 < hz.size(); ++k) least_hz = std::min(least_hz, hz[k] - hz[k + 1]);
    return std::max(window_s, periods_apart / least_hz);
}

/// The lines that breaks are looked for by: those that are loud in a second of this input (what leaks in from
/// the other side is not), without the lower of two that a dozen windows of the segment could not tell apart.
std::vector<double> lines_for(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                              double scale) {
    std::vector<double> all;
    for (const PlayedLine& l : segment.lines) all.push_back(l.hz);
    const auto second = y.first(std::min(y.size(), static_cast<std::size_t>(rate_hz)));
    const auto fit = fit_tones(second, rate_hz, all, scale, ToneClock::given);
    if (!fit) return {};
    double loudest = 0.0;
    for (const auto& p : fit->phasors) loudest = std::max(loudest, std::abs(p));
    const double seconds = static_cast<double>(y.size()) / rate_hz;
    std::vector<double> out;
    for (std::size_t k = all.size(); k-- > 0;) {
        if (std::abs(fit->phasors[k]) < loud_enough * loudest) continue;
        out.push_back(all[k]);
        if (out.size() > 1 && least_windows * window_for(out) > seconds) out.pop_back();
    }
    return out;
}

struct Window {
    std::size_t from = 0;
    std::vector<std::complex<double>> phasors;  ///< at its middle
};

/// A stretch of one channel with its lines, cut into windows.
class Track {
public:
    Track(std::span<const double> y, double rate_hz, std::vector<double> hz, double scale)
        : y_(y), rate_hz_(rate_hz), hz_(std::move(hz)), scale_(scale) {
        length_ = static_cast<std::size_t>(rate_hz_ * window_for(hz_));
        for (std::size_t from = 0; from + length_ <= y_.size(); from += length_) {
            const auto fit = fit_tones(y_.subspan(from, length_), rate_hz_, hz_, scale_, ToneClock::given);
            if (!fit) break;
            windows_.push_back({from, fit->phasors});
            variances_.push_back(fit->rest_variance);
        }
        if (windows_.size() >= least_tracked) find_turns();
    }

    std::size_t windows() const { return windows_.size(); }
    std::size_t lines() const { return hz_.size(); }
    /// Radians a sample, by the windows themselves: a break leads the clock of the whole stretch astray.
    double omega(std::size_t k) const {
        return 2.0 * pi * scale_ * hz_[k] / rate_hz_ + (drift_.empty() ? 0.0 : drift_[k]);
    }

    /// First and last window of each disturbed stretch: both are whole, what lies between is not.
    std::vector<std::pair<std::size_t, std::size_t>> disturbed() const {
        std::vector<std::pair<std::size_t, std::size_t>> out;
        // At either end a device settles, or the tone has not begun.
        std::size_t begin = 0, end = windows_.size();
        while (begin < end && foreign(begin)) ++begin;
        while (end > begin && foreign(end - 1)) --end;
        for (std::size_t w = begin; w + 1 < end; ++w) {
            if (!jumps(w)) continue;
            std::size_t last = w + 1;
            while (last + 1 < end && jumps(last)) ++last;
            // A break at a window's very edge leaves it whole to the eye: the next one is surely so.
            const bool before = w > begin && !jumps(w - 1), behind = last + 1 < end;
            out.emplace_back(before ? w - 1 : w, behind ? last + 1 : last);
            w = last;
        }
        return out;
    }

    /// The wave of one window, drawn on to any sample of the stretch.
    double wave(std::size_t window, double sample) const {
        const Window& w = windows_[window];
        const double middle = static_cast<double>(w.from) + 0.5 * (static_cast<double>(length_) - 1.0);
        double sum = 0.0;
        for (std::size_t k = 0; k < hz_.size(); ++k)
            sum +=
                std::real(w.phasors[k] * std::polar(1.0, std::fmod(omega(k) * (sample - middle), 2.0 * pi)));
        return sum;
    }

    /// Radians by which line k is ahead in window `b` of what window `a` promised.
    double ahead(std::size_t a, std::size_t b, std::size_t k) const {
        const double apart = static_cast<double>(windows_[b].from) - static_cast<double>(windows_[a].from);
        return std::arg(windows_[b].phasors[k] * std::conj(windows_[a].phasors[k]) *
                        std::polar(1.0, -std::fmod(omega(k) * apart, 2.0 * pi)));
    }

    /// Of what a window leaves over, rms, the usual one.
    double noise() const { return std::sqrt(usual_variance_); }
    std::size_t from(std::size_t window) const { return windows_[window].from; }
    std::size_t length() const { return length_; }
    std::span<const double> y() const { return y_; }
    double size(std::size_t window) const {
        double sum = 0.0;
        for (const auto& p : windows_[window].phasors) sum += std::abs(p);
        return sum;
    }

private:
    /// The usual turn from window to window is the clock's, whatever `scale` said.
    void find_turns() {
        usual_variance_ = median(variances_);
        drift_.assign(hz_.size(), 0.0);
        scatter_.assign(hz_.size(), 0.0);
        for (std::size_t k = 0; k < hz_.size(); ++k) {
            std::vector<double> turns;
            for (std::size_t w = 0; w + 1 < windows_.size(); ++w) turns.push_back(ahead(w, w + 1, k));
            const double usual = median(turns);
            for (double& t : turns) t = std::abs(t - usual);
            // Of a normal distribution the median distance is 0.6745 standard deviations.
            scatter_[k] = median(turns) / 0.6745;
            drift_[k] = usual / static_cast<double>(length_);
        }
    }

    /// Something else stands in the window: zeros, a click, a break near its middle.
    bool foreign(std::size_t w) const { return variances_[w] > foreign_share * usual_variance_; }

    bool jumps(std::size_t w) const {
        if (foreign(w) || foreign(w + 1)) return true;
        for (std::size_t k = 0; k < hz_.size(); ++k)
            if (std::abs(ahead(w, w + 1, k)) >
                std::max(beyond_scatter * scatter_[k], least_jump_samples * omega(k)))
                return true;
        return false;
    }

    std::span<const double> y_;
    double rate_hz_;
    std::vector<double> hz_;
    double scale_;
    std::size_t length_ = 0;
    std::vector<Window> windows_;
    std::vector<double> variances_, drift_, scatter_;
    double usual_variance_ = 0.0;
};

/// Samples by which the stream behind is later, and the period it is known up to.
struct Later {
    std::ptrdiff_t samples = 0;
    std::optional<double> modulo;
    bool sure = false;
};

/// How far a count is from what every line says, in samples, the worst of them.
double miss(const Track& track, std::size_t a, std::size_t b, double samples) {
    double worst = 0.0;
    for (std::size_t k = 0; k < track.lines(); ++k) {
        const double w = track.omega(k);
        worst = std::max(worst, std::abs(std::remainder(track.ahead(a, b, k) + w * samples, 2.0 * pi)) / w);
    }
    return worst;
}

/// The least count, either way, that agrees with every line; `wanted` first where something else says it.
Later later_by(const Track& track, std::size_t a, std::size_t b, std::optional<std::ptrdiff_t> wanted) {
    Later out;
    if (track.lines() == 1) out.modulo = 2.0 * pi / track.omega(0);
    const auto off_by = [&](std::ptrdiff_t n) { return miss(track, a, b, static_cast<double>(n)); };
    // So many zeros came between, or stand in place of as many samples: whichever the phases say.
    if (wanted && std::min(off_by(*wanted), off_by(0)) < sure_samples)
        return {off_by(*wanted) < off_by(0) ? *wanted : 0, {}, true};
    double best = 1e9;
    for (std::ptrdiff_t size = 0; size <= most_count; ++size) {
        for (const std::ptrdiff_t n : {-size, size}) {
            const double off = off_by(n);
            if (off < best - 0.02) best = off, out.samples = n;
        }
        // One tone agrees again a period later: the first of them is told.
        if (out.modulo && best<sure_samples&& static_cast<double>(size)> * out.modulo) break;
    }
    out.sure = best < sure_samples;
    return out;
}

/// What lies between the two waves: [first sample that is not the first wave, first one of the second).
std::pair<std::ptrdiff_t, std::ptrdiff_t> gap_of(const Track& track, std::size_t a, std::size_t b) {
    const auto from = static_cast<std::ptrdiff_t>(track.from(a) + track.length() / 2);
    const auto to = static_cast<std::ptrdiff_t>(track.from(b) + track.length() / 2);
    std::vector<double> first, second;
    for (std::ptrdiff_t n = from; n < to; ++n) {
        const double y = track.y()[static_cast<std::size_t>(n)];
        first.push_back(std::abs(y - track.wave(a, static_cast<double>(n))));
        second.push_back(std::abs(y - track.wave(b, static_cast<double>(n))));
    }
    const std::size_t count = first.size();
    std::vector<double> behind(count + 1, 0.0);
    for (std::size_t i = count; i-- > 0;) behind[i] = behind[i + 1] + second[i] * second[i];
    double ahead = 0.0, least = behind[0];
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        ahead += first[i] * first[i];
        if (ahead + behind[i + 1] < least) least = ahead + behind[i + 1], at = i + 1;
    }
    // Beyond that neither wave is there: the gap is filled with something else.
    const double most = std::max(beyond_scatter * track.noise(), 0.02 * track.size(a));
    std::size_t begin = at, end = at;
    for (std::size_t i = 0; i < count; ++i)
        if (std::min(first[i], second[i]) > most) {
            if (begin == end) begin = i;
            end = i + 1;
        }
    return {from + static_cast<std::ptrdiff_t>(begin), from + static_cast<std::ptrdiff_t>(end)};
}

bool all_zero(const Recording& recording, std::ptrdiff_t from, std::ptrdiff_t to, double least_step) {
    if (from < 0 || to > static_cast<std::ptrdiff_t>(recording.frames())) return false;
    for (const Side side : sides)
        if (recording.has(side))
            for (std::ptrdiff_t n = from; n < to; ++n)
                if (std::abs(recording.samples[side][static_cast<std::size_t>(n)]) > least_step) return false;
    return true;
}

void examine(const Recording& recording, const Track& track, std::size_t stretch_from, std::size_t a,
             std::size_t b, double least_step, Breaks& out) {
    const auto [begin, end] = gap_of(track, a, b);
    auto first = static_cast<std::ptrdiff_t>(stretch_from) + begin,
         behind = static_cast<std::ptrdiff_t>(stretch_from) + end;
    // A zero near a crossing of the wave fits both.
    if (behind > first)
        while (all_zero(recording, first - 1, first, least_step)) --first;
    if (behind > first && all_zero(recording, first, behind, least_step))
        while (all_zero(recording, behind, behind + 1, least_step)) ++behind;
    const std::ptrdiff_t filled = behind - first;
    const bool zeros = filled > 0 && all_zero(recording, first, behind, least_step);
    const Later later = later_by(track, a, b, zeros ? std::optional(filled) : std::nullopt);
    Discontinuity d;
    d.at_sample = first;
    if (!later.sure) {
        ++out.torn;
        return;
    }
    if (zeros && later.samples == filled) {
        d.kind = Discontinuity::Kind::inserted, d.count = filled;
    } else if (zeros && later.samples == 0) {
        d.kind = Discontinuity::Kind::zeroed, d.count = filled;
    } else if (later.samples == 0) {
        out.clicks.push_back(first);
        return;
    } else {
        const auto likely = std::max<std::ptrdiff_t>(later.samples, 1);
        if (const auto twice = repeated_at(recording, first, likely, most_count);
            twice && miss(track, a, b, static_cast<double>(twice->count)) < sure_samples) {
            out.events.push_back(*twice);
            out.later_by += static_cast<double>(twice->count);
            return;
        }
        std::ptrdiff_t samples = later.samples;
        // Nothing stands in for what would have been inserted: it was lost, up to the tone's period.
        if (samples > 0 && later.modulo && !zeros) {
            for (std::ptrdiff_t n = 1; n <= most_count; ++n)
                if (miss(track, a, b, -static_cast<double>(n)) < sure_samples) {
                    samples = -n;
                    break;
                }
        }
        d.kind = samples < 0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
        d.count = std::abs(samples);
        d.modulo_samples = later.modulo;
        out.later_by += static_cast<double>(samples);
        out.events.push_back(d);
        return;
    }
    out.later_by += static_cast<double>(later.samples);
    out.events.push_back(d);
}

/// The stretch without the lines that are not tracked: too close to each other for a window, they would beat
/// in it. By a fit over all of it, which a break hardly moves for the low tones that these are.
std::vector<double> without_the_others(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                                       const std::vector<double>& tracked, double scale) {
    std::vector<double> all, out(y.begin(), y.end());
    for (const PlayedLine& l : segment.lines) all.push_back(l.hz);
    const auto fit = all.size() > tracked.size() ? fit_tones(y, rate_hz, all, scale, ToneClock::given)
                                                 : std::optional<ToneFit>();
    if (!fit) return out;
    std::vector<double> c(y.size()), s(y.size());
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (std::find(tracked.begin(), tracked.end(), all[k]) != tracked.end()) continue;
        const double omega = 2.0 * pi * scale * all[k] / rate_hz;
        turn_phasor(omega, std::remainder(-omega * fit->centre(), 2.0 * pi), c, s);
        for (std::size_t n = 0; n < y.size(); ++n)
            out[n] -= fit->phasors[k].real() * c[n] - fit->phasors[k].imag() * s[n];
    }
    return out;
}

}  // namespace

Breaks breaks_between_tones(const Recording& recording, const ToneSegment& segment, const TonePlace& place,
                            double scale, double least_step) {
    Breaks out;
    const auto loudest = loudest_input(recording, place);
    if (!loudest || !place.heard) return out;
    const auto y = std::span(recording.samples[*loudest]).subspan(place.from, place.to - place.from);
    const auto lines = lines_for(y, recording.rate_hz, segment, scale);
    if (lines.empty()) return out;
    std::vector<double> alone;
    if (lines.size() < segment.lines.size())
        alone = without_the_others(y, recording.rate_hz, segment, lines, scale);
    const Track track(alone.empty() ? y : std::span<const double>(alone), recording.rate_hz, lines, scale);
    if (track.windows() < least_tracked) return out;
    for (const auto& [a, b] : track.disturbed()) examine(recording, track, place.from, a, b, least_step, out);
    return out;
}

}  // namespace fourpole
