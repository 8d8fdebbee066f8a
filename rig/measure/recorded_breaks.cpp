// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_breaks.hpp"

#include "rig/align/zeros_and_repeats.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/fft/fft.hpp"
#include "rig/measure/recorded_pace.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double block_s = 0.25;
constexpr double as_likely = 9.0;          ///< variances
constexpr double least_of_loudest = 1e-9;  ///< power of a bin in which something plays
constexpr std::ptrdiff_t least_zeros = 8;
constexpr double sounds = 0.03;  ///< of its peak: a file that is no louder may be zero itself
constexpr std::ptrdiff_t most_repeated = 6144, doubt_of_place = 256;
constexpr int doubt_of_count = 2;    ///< samples by which a track may miss a step
constexpr double unexplained = 9.0;  ///< of the residual's power where nothing broke
constexpr double furthest_s = 2.0;   ///< of what was lost or inserted
constexpr double least_likeness = 0.5;
constexpr Index doubt_of_end = 32;  ///< samples
constexpr int looks = 8;
constexpr std::size_t likeness_samples = 8192;
constexpr std::size_t looked_up = 1U << 15U;

/// Capture samples from .. to - 1 in which the files stand `later` samples behind the line.
struct Unbroken {
    Index from = 0, to = 0;
    double later = 0.0;
};

class Places {
public:
    Places(const Pair& pair, const Line& line) : line_(line), played_(pair.a.piece(0, pair.a.size())) {
        captured_ = pair.b.piece(0, pair.b.size());
        length_ = fast_length(static_cast<std::size_t>(block_s * pair.rate_b_hz));
        while (length_ % 4 != 0 || fast_length(length_) != length_) ++length_;
        const double last = line.at(static_cast<double>(played_.size()));
        frames_ = static_cast<Index>(captured_.size());
        first_ = std::clamp<Index>(std::lround(line.delay), 0, frames_);
        last_ = std::clamp<Index>(std::lround(last), first_, frames_);
    }

    std::span<const double> all_played() const { return played_; }
    std::span<const double> all_captured() const { return captured_; }
    void stand(const Line& line) { line_ = line; }
    Index first() const { return first_; }
    Index last() const { return last_; }

    std::vector<double> played(Index from, std::size_t count, double later) const {
        return between_samples(played_, (static_cast<double>(from) - line_.delay - later) / line_.step,
                               1.0 / line_.step, count);
    }

    std::vector<double> captured(Index from, std::size_t count) const {
        std::vector<double> out(count, 0.0);
        for (std::size_t i = 0; i < count; ++i) {
            const Index n = from + static_cast<Index>(i);
            if (n >= 0 && n < frames_) out[i] = captured_[static_cast<std::size_t>(n)];
        }
        return out;
    }
    /// Power of the take less the files, where nothing broke.
    double usual_residual() const { return usual_; }

    void learn(const std::vector<Unbroken>& parts) {
        RealFft x(length_), y(length_);
        std::vector<double> power(x.bins(), 0.0);
        h_.assign(x.bins(), 0.0);
        const auto hop = static_cast<Index>(length_ / 2), length = static_cast<Index>(length_);
        const auto window = sine_window(length_);
        for (const Unbroken& part : parts)
            for (Index at = part.from; at + length <= part.to; at += hop) {
                windowed(played(at, length_, part.later), window, x.signal());
                windowed(std::span<const double>(captured_).subspan(static_cast<std::size_t>(at), length_),
                         window, y.signal());
                x.forward(), y.forward();
                for (std::size_t k = 0; k < h_.size(); ++k)
                    power[k] += std::norm(x.spectrum()[k]),
                        h_[k] += y.spectrum()[k] * std::conj(x.spectrum()[k]);
            }
        const double least = least_of_loudest * *std::max_element(power.begin(), power.end());
        for (std::size_t k = 0; k < h_.size(); ++k) h_[k] = power[k] > least ? h_[k] / power[k] : 0.0;
        usual_ = 0.0;
        for (const Unbroken& part : parts)
            for (int i = 1; i < looks; ++i) {
                const auto over = residual(part.from + i * (part.to - part.from) / looks, part.later);
                usual_ = std::max(usual_, std::accumulate(over.begin(), over.end(), 0.0) /
                                              static_cast<double>(over.size()));
            }
    }

    /// The take less the files as the device would play them, squared, on half a block around `middle`.
    std::vector<double> residual(Index middle, double later) const {
        const auto half = static_cast<Index>(length_ / 2);
        RealFft fft(length_);
        const auto x = played(middle - half, length_, later);
        std::copy(x.begin(), x.end(), fft.signal());
        fft.forward();
        for (std::size_t k = 0; k < h_.size(); ++k) fft.spectrum()[k] *= h_[k];
        fft.inverse();
        std::vector<double> out(length_ / 2, 0.0);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const Index n = from_of(middle) + static_cast<Index>(i);
            if (n < 0 || n >= frames_) continue;
            const double e = captured_[static_cast<std::size_t>(n)] - fft.signal()[i + length_ / 4];
            out[i] = e * e;
        }
        return out;
    }
    Index from_of(Index middle) const { return middle - static_cast<Index>(length_ / 4); }

private:
    Line line_;
    std::vector<double> played_, captured_;
    std::vector<std::complex<double>> h_;
    std::size_t length_ = 4;
    double usual_ = 0.0;
    Index first_ = 0, last_ = 0, frames_ = 0;
};

double signed_count_of(const Break& b) {
    return b.count ? (b.kind == Discontinuity::Kind::lost ? -*b.count : *b.count) : 0.0;
}

/// Where the take stops to follow the files `before` samples behind the line and follows them `behind`.
struct Placed {
    Index at = 0, lowest = 0, highest = 0;
    double cost = std::numeric_limits<double>::max();  ///< a sample
};
std::optional<Placed> placed(const Places& places, Index around, double before, double behind) {
    const auto early = places.residual(around, before), late = places.residual(around, behind);
    const auto inserted = static_cast<std::size_t>(std::max(0.0, std::round(behind - before)));
    if (4 * inserted > early.size()) return std::nullopt;
    double sum = 0.0;
    for (std::size_t i = inserted; i < late.size(); ++i) sum += late[i];
    std::vector<double> cost{sum};
    for (std::size_t k = 0; k + inserted < late.size(); ++k)
        cost.push_back(cost.back() + early[k] - late[k + inserted]);
    const auto best = std::min_element(cost.begin(), cost.end());
    const double variance = *best / static_cast<double>(late.size() - inserted);
    const double limit = *best + as_likely * variance;
    const auto first = std::find_if(cost.begin(), cost.end(), [&](double c) { return c <= limit; });
    const auto last = std::find_if(cost.rbegin(), cost.rend(), [&](double c) { return c <= limit; });
    const Index from = places.from_of(around);
    return Placed{from + (best - cost.begin()), from + (first - cost.begin()),
                  from + static_cast<Index>(cost.size()) - 1 - (last - cost.rbegin()), variance};
}

double signed_count(const Discontinuity& d) {
    return d.kind == Discontinuity::Kind::lost ? -static_cast<double>(d.count) : static_cast<double>(d.count);
}

/// One side of a break is known: the files stand `later` samples behind the line there.
struct Known {
    double later = 0.0;
    bool is_before = true;

    double other(double count) const { return is_before ? later + count : later - count; }
};

/// The likeliest count near that of `d`, and its place; false: none explains what the take holds.
bool settle(const Places& places, const Known& known, Discontinuity& d) {
    const double about = signed_count(d);
    std::optional<Placed> best;
    double count = about;
    for (int more = -doubt_of_count; more <= doubt_of_count; ++more) {
        const double c = about + more, other = known.other(c);
        const auto there = known.is_before ? placed(places, d.at_sample, known.later, other)
                                           : placed(places, d.at_sample, other, known.later);
        if (c == 0.0 || !there || (best && there->cost >= best->cost)) continue;
        best = there, count = c;
    }
    if (!best || best->cost > unexplained * places.usual_residual()) return false;
    d.kind = count < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    d.count = std::lround(std::abs(count));
    d.at_sample = best->at;
    if (best->highest > best->lowest) d.between = {best->lowest, best->highest};
    return true;
}

/// Where the known part ends, within half a second of `around`: up to there less is left over than between
/// what is usual and what is left over where it does not hold.
Index end_of(const Places& places, const Known& known, Index around, double rate_hz) {
    const auto far = static_cast<Index>(0.5 * rate_hz);
    std::vector<double> over;
    Index from = 0;
    for (Index at = around - far; at < around + far;) {
        const auto piece = places.residual(at, known.later);
        if (over.empty()) from = places.from_of(at);
        over.insert(over.end(), piece.begin(), piece.end());
        at += static_cast<Index>(piece.size());
    }
    if (!known.is_before) std::reverse(over.begin(), over.end());
    double most = 0.0;
    for (std::size_t i = 3 * over.size() / 4; i < over.size(); ++i) most += over[i];
    most /= static_cast<double>(over.size() / 4);
    const double between = std::sqrt(places.usual_residual() * most);
    double sum = 0.0, least = 0.0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < over.size(); ++i)
        if (sum += over[i] - between; sum < least) least = sum, best = i + 1;
    return known.is_before ? from + static_cast<Index>(best) : from + static_cast<Index>(over.size() - best);
}

/// Count of what is behind (before) a known part, by the likeliest place of 0.7 s of the take in the files.
std::optional<double> looked_up_count(const Places& places, const Known& known, Index end, double rate_hz) {
    const auto size = static_cast<Index>(looked_up), far = static_cast<Index>(furthest_s * rate_hz);
    const Index guard = static_cast<Index>(0.05 * rate_hz);
    const Index from = known.is_before ? end + guard : end - guard - size;
    const auto y = places.captured(from, looked_up);
    const auto x = places.played(from - far, looked_up + 2 * static_cast<std::size_t>(far), known.later);
    // Rising by 6 dB an octave, or the bass would rule.
    const auto raised = [](std::vector<double> v) {
        for (std::size_t i = v.size(); i-- > 1;) v[i] -= v[i - 1];
        if (!v.empty()) v[0] = 0.0;
        return v;
    };
    const auto g = raised(y), wave = raised(x);
    const std::span<const double> in = wave;
    const LagWindow window{0, 2 * static_cast<std::size_t>(far) + 1};
    const auto r = correlate({&in, 1}, 0, g, {&window, 1})[0][0];
    double energy = 0.0, own = 0.0, best = 0.0;
    for (const double v : g) own += v * v;
    for (std::size_t n = 0; n < looked_up; ++n) energy += wave[n] * wave[n];
    std::optional<double> out;
    for (std::size_t i = 0; i < r.size(); ++i) {
        const double likeness = energy > 0.0 && own > 0.0 ? std::abs(r[i]) / std::sqrt(energy * own) : 0.0;
        if (likeness > best) {
            best = likeness;
            const double lag = static_cast<double>(i) - static_cast<double>(far);
            out = known.is_before ? -lag : lag;
        }
        if (i + looked_up < wave.size())
            energy = std::max(0.0, energy + wave[i + looked_up] * wave[i + looked_up] - wave[i] * wave[i]);
    }
    return best > least_likeness ? out : std::nullopt;
}

/// A break that its track's count does not explain, looked for anew; false: nothing explains it.
bool look_again(const Places& places, const Known& known, double rate_hz, Discontinuity& d) {
    const Index end = end_of(places, known, d.at_sample, rate_hz);
    const auto count = looked_up_count(places, known, end, rate_hz);
    if (!count || *count == 0.0) return false;
    d.at_sample = end;
    d.kind = *count < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    d.count = std::lround(std::abs(*count));
    if (settle(places, known, d)) return true;
    if (*count < 0.0) return false;
    // Too long an insertion to have both of its ends in one look: one of them tells.
    d.at_sample = known.is_before ? end : end - d.count;
    d.between = {d.at_sample - doubt_of_end, d.at_sample + doubt_of_end};
    return true;
}

/// An insertion is a repetition where its samples stand before it too: it may then be anywhere in both.
void name_repetition(const Recording& recording, Discontinuity& d) {
    const Index from = d.between ? d.between->first : d.at_sample;
    const Index to = (d.between ? d.between->second : d.at_sample) + d.count;
    if (d.count > most_repeated || to - from > 4 * d.count + 64) return;
    for (Index n = from; n <= to; n += 3) {
        const auto twice = repeated_at(recording, n, d.count, d.count);
        if (!twice || twice->count != d.count) continue;
        d.kind = Discontinuity::Kind::repeated;
        d.at_sample = twice->at_sample;
        d.between.reset();
        return;
    }
}

/// The line as one part of the take has it, by what it plays there alone.
Line sharper(const Pair& pair, const Line& line, const Unbroken& part, std::span<const double> played,
             std::span<const double> captured) {
    Clock clock{pair.rate_b_hz, line.delay + part.later - static_cast<double>(part.from), ppm_of(pair, line)};
    const RecordedPath path{played, captured.subspan(static_cast<std::size_t>(part.from),
                                                     static_cast<std::size_t>(part.to - part.from))};
    const auto pace = recorded_pace({&path, 1}, clock);
    if (!pace || !pace->known()) return line;
    const double middle = (0.5 * static_cast<double>(part.from + part.to) - line.delay) / line.step;
    const double step = step_for(pair, pace->ppm);
    return {line.at(middle) - step * middle, step};
}

/// Zeros behind which the files go on where they stopped were inserted.
Discontinuity zeroed_or_inserted(const Places& places, const Unbroken& part, Discontinuity d) {
    const auto alike = [&](Index from, double later) {
        const auto y = places.captured(from, likeness_samples), x = places.played(from, y.size(), later);
        double xy = 0.0, xx = 0.0;
        for (std::size_t i = 1; i < y.size(); ++i) {
            const double dx = x[i] - x[i - 1];
            xy += dx * (y[i] - y[i - 1]), xx += dx * dx;
        }
        return xx > 0.0 ? std::abs(xy) / std::sqrt(xx) : 0.0;
    };
    // The line may stand on either side of them.
    const auto count = static_cast<double>(d.count);
    const Index behind = d.at_sample + d.count, before = d.at_sample - static_cast<Index>(likeness_samples);
    if (alike(behind, part.later + count) > alike(behind, part.later) ||
        alike(before, part.later - count) > alike(before, part.later))
        d.kind = Discontinuity::Kind::inserted;
    return d;
}

/// Digital zeros on all inputs while the files sound.
void add_zeroed(const Recording& recording, const Places& places, const std::vector<Unbroken>& parts,
                double least_step, Breaks& out) {
    for (const Unbroken& part : parts) {
        if (part.to <= part.from) continue;
        const auto x = places.played(part.from, static_cast<std::size_t>(part.to - part.from), part.later);
        double peak = 0.0;
        for (const double v : x) peak = std::max(peak, std::abs(v));
        Index run = 0;
        double loudest = 0.0;
        for (Index n = part.from; n <= part.to; ++n) {
            bool zero = n < part.to;
            for (const Side s : sides)
                if (zero && recording.has(s))
                    zero = std::abs(recording.samples[s][static_cast<std::size_t>(n)]) <= least_step;
            if (zero) {
                ++run;
                loudest = std::max(loudest, std::abs(x[static_cast<std::size_t>(n - part.from)]));
                continue;
            }
            if (run >= least_zeros && loudest > sounds * peak) {
                Discontinuity d;
                d.kind = Discontinuity::Kind::zeroed;
                d.count = run, d.at_sample = n - run;
                // Zeros that stand at a step were inserted there.
                const bool told = std::any_of(out.events.begin(), out.events.end(), [&](const auto& e) {
                    return std::abs(e.at_sample - d.at_sample) <= run + 16;
                });
                if (!told) out.events.push_back(zeroed_or_inserted(places, part, d));
            }
            run = 0, loudest = 0.0;
        }
    }
}

}  // namespace

Breaks breaks_of_recorded(const Recording& recording, const Pair& pair, const Line& line,
                          const std::vector<Break>& steps, double least_step) {
    Breaks out;
    Places places(pair, line);
    std::vector<Unbroken> parts{{places.first(), places.last(), 0.0}};
    for (const Break& step : steps) {
        Unbroken next = parts.back();
        next.from = std::clamp<Index>(std::lround(step.at_b + std::max(0.0, signed_count_of(step))), 0,
                                      places.last());
        next.later += signed_count_of(step);
        parts.back().to = std::clamp<Index>(std::lround(step.at_b), parts.back().from, places.last());
        parts.push_back(next);
    }
    // The line goes through most of the take: that part stands on it.
    const auto longest = std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
        return a.to - a.from < b.to - b.from;
    });
    const auto own = static_cast<std::size_t>(longest - parts.begin());
    const double on_line = longest->later;
    for (Unbroken& part : parts) part.later -= on_line;
    std::vector<Discontinuity> found(steps.size());
    if (!steps.empty()) {
        Unbroken learnt = *longest;
        if (own > 0) learnt.from = std::min(learnt.to, learnt.from + doubt_of_place);
        if (own + 1 < parts.size()) learnt.to = std::max(learnt.from, learnt.to - doubt_of_place);
        places.stand(sharper(pair, line, learnt, places.all_played(), places.all_captured()));
        places.learn({learnt});
        for (std::size_t i = 0; i < steps.size(); ++i) {
            found[i].kind = steps[i].kind;
            found[i].at_sample = std::lround(steps[i].at_b);
            found[i].count = std::lround(steps[i].count.value_or(0.0));
        }
        // From the longest part outwards: on one side of each break the line is known.
        const auto told = [&](std::size_t i, const Known& known) {
            const bool yes = (steps[i].count && settle(places, known, found[i])) ||
                             look_again(places, known, recording.rate_hz, found[i]);
            if (!yes) ++out.torn;
            return yes ? signed_count(found[i]) : 0.0;
        };
        for (std::size_t i = own; i < steps.size(); ++i)
            parts[i + 1].later = parts[i].later + told(i, {parts[i].later, true});
        for (std::size_t i = own; i-- > 0;)
            parts[i].later = parts[i + 1].later - told(i, {parts[i + 1].later, false});
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        Discontinuity& d = found[i];
        if (parts[i + 1].later == parts[i].later) continue;
        out.later_by += parts[i + 1].later - parts[i].later;
        if (d.kind == Discontinuity::Kind::inserted) name_repetition(recording, d);
        out.events.push_back(d);
    }
    add_zeroed(recording, places, parts, least_step, out);
    return out;
}

}  // namespace fourpole
