// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_match.hpp"

#include "rig/fft/correlate.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace fourpole {

namespace {

constexpr double whole_samples = 0.1, crystals = 2e-4;
constexpr double known_ppm = 5.0;         ///< to which a part of 2 s knows a clock that wanders
constexpr double as_likely = 30.0;        ///< variances: a millionth of the likelihood
constexpr double never_alike = 1e-6;      ///< of the wave's energy: what levels may drift by
constexpr double near_whole = 0.03;       ///< square of the samples that a whole count may be off, and some
constexpr std::size_t most_minima = 160;  ///< of a high tone, the least of them
constexpr double worst_gain = 0.5;
constexpr double farthest_step = 8.0;  ///< samples of a slow wave

/// R(n) of all counts, over the noise, n = -most_count first.
std::vector<double> rest_by_count(const Recording& recording, const ToneReference& reference,
                                  std::size_t from, std::size_t count, const ToneState& state) {
    constexpr std::size_t lags = 2 * most_count + 1;
    std::vector<double> out(lags, 0.0);
    for (const Side side : sides) {
        const auto& wave = reference.wave[side];
        if (!wave) continue;
        const auto y = std::span(recording.samples[side]).subspan(from, count);
        const double first = static_cast<double>(from) - static_cast<double>(most_count) - state.delay;
        const auto x = wave->at(first, count + lags - 1).value;
        const LagWindow window{0, lags};
        const std::span<const double> whole(x);
        const auto both = correlate({&whole, 1}, 0, y, {&window, 1})[0][0];
        double yy = 0.0, xx = 0.0;
        for (const double v : y) yy += v * v;
        for (std::size_t m = 0; m < count; ++m) xx += x[m] * x[m];
        for (std::size_t lag = 0; lag < lags; ++lag) {
            // Lag 0 is the wave of most_count samples before: a stretch that is so much later.
            out[lags - 1 - lag] +=
                (yy - 2.0 * state.gain * both[lag] + state.gain * state.gain * xx) / wave->variance;
            if (lag + 1 < lags) xx += x[lag + count] * x[lag + count] - x[lag] * x[lag];
        }
    }
    return out;
}

/// One input's window beside the wave: its value x, its slope d by a delay and what is left over r, padded
/// with zeros to whole `lanes`, so that sums in lanes need no end of their own.
struct Compared {
    std::vector<double> x, d, r;
    double weight = 0.0;
};

constexpr std::size_t lanes = 8;
using Lanes = std::array<double, lanes>;

double total(const Lanes& sums) {
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

Compared compared(const ToneWave& wave, std::span<const double> y, double first, const ToneState& state) {
    auto piece = wave.at(first, y.size(), state.pace);
    Compared out{std::move(piece.value), std::move(piece.slope), std::vector<double>(y.size()),
                 1.0 / wave.variance};
    for (std::size_t n = 0; n < y.size(); ++n) {
        out.d[n] *= -state.gain;
        out.r[n] = y[n] - state.gain * out.x[n];
    }
    const std::size_t padded = (y.size() + lanes - 1) / lanes * lanes;
    for (std::vector<double>* const v : {&out.x, &out.d, &out.r}) v->resize(padded, 0.0);
    return out;
}

/// Sums over one input's window or, each over its noise, over all inputs'.
struct Projections {
    double xx = 0.0, dd = 0.0, xd = 0.0, rx = 0.0, rd = 0.0, rr = 0.0;

    void add(const Projections& o, double weight) {
        xx += weight * o.xx, dd += weight * o.dd, xd += weight * o.xd;
        rx += weight * o.rx, rd += weight * o.rd, rr += weight * o.rr;
    }
};

FOURPOLE_WIDE Projections projections(const Compared& in) {
    const double *xs = in.x.data(), *ds = in.d.data(), *rs = in.r.data();
    const std::size_t size = in.x.size();
    Lanes xx{}, dd{}, xd{}, rx{}, rd{}, rr{};
    for (std::size_t n = 0; n < size; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l) {
            const double x = xs[n + l], d = ds[n + l], r = rs[n + l];
            xx[l] += x * x, dd[l] += d * d, xd[l] += x * d;
            rx[l] += r * x, rd[l] += r * d, rr[l] += r * r;
        }
    return {total(xx), total(dd), total(xd), total(rx), total(rd), total(rr)};
}

/// Sum and largest of (r - gain x - later d)^2.
struct SquaresLeft {
    double sum, most;
};

FOURPOLE_WIDE SquaresLeft squares_left(const Compared& in, double gain, double later) {
    const double *xs = in.x.data(), *ds = in.d.data(), *rs = in.r.data();
    const std::size_t size = in.x.size();
    Lanes sum{}, most{};
    for (std::size_t n = 0; n < size; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l) {
            const double r = rs[n + l] - gain * xs[n + l] - later * ds[n + l], square = r * r;
            sum[l] += square, most[l] = square > most[l] ? square : most[l];
        }
    return {total(sum), *std::max_element(most.begin(), most.end())};
}

double off_by(const ToneMatch& m) { return std::abs(m.later); }

}  // namespace

ToneMatch match_tones(const Recording& recording, const ToneReference& reference, std::size_t from,
                      std::size_t count, const ToneState& state) {
    std::vector<Compared> inputs;
    Projections sums;
    ToneMatch out;
    for (const Side side : sides) {
        if (!reference.wave[side]) continue;
        const auto y = std::span(recording.samples[side]).subspan(from, count);
        inputs.push_back(compared(*reference.wave[side], y, static_cast<double>(from) - state.delay, state));
        sums.add(projections(inputs.back()), inputs.back().weight);
        out.samples += count;
    }
    const double xx = sums.xx, dd = sums.dd, xd = sums.xd, rx = sums.rx, rd = sums.rd;
    const double det = xx * dd - xd * xd;
    const auto samples = static_cast<double>(std::max<std::size_t>(out.samples, 1));
    out.now = state, out.stiff = dd, out.energy = xx, out.rest = sums.rr / samples;
    if (det <= 1e-9 * xx * dd) {
        out.u_delay = std::numeric_limits<double>::max();
        return out;
    }
    const double gain = (rx * dd - rd * xd) / det;
    out.later = (rd * xx - rx * xd) / det;
    out.now = {state.delay + out.later, state.gain + gain, state.pace};
    out.rest = 0.0;
    for (const Compared& in : inputs) {
        const SquaresLeft left_over = squares_left(in, gain, out.later);
        out.rest += in.weight * left_over.sum / samples;
        out.peak = std::max(out.peak, in.weight * left_over.most);
    }
    out.u_delay = std::sqrt(std::max(out.rest, 1.0) * xx / det);
    if (std::abs(gain) > worst_gain) out.rest = std::numeric_limits<double>::max();
    return out;
}

bool is_whole(const ToneCount& count, const ToneReference& reference) {
    // A player's own samples are longer or shorter by its clock, which the reference knows.
    const double own = std::min(crystals, std::abs(reference.scale - 1.0) + known_ppm * 1e-6);
    return off_by(count.match) <=
           whole_samples + own * std::abs(static_cast<double>(count.samples)) + 4.0 * count.match.u_delay;
}

std::vector<ToneCount> possible_counts(const Recording& recording, const ToneReference& reference,
                                       std::size_t from, std::size_t count, const ToneState& state,
                                       double most_rest) {
    const auto rest = rest_by_count(recording, reference, from, count, state);
    const ToneMatch here = match_tones(recording, reference, from, count, state);
    const double least = *std::min_element(rest.begin(), rest.end());
    const double worth =
        std::max(least, most_rest * static_cast<double>(here.samples)) + near_whole * here.stiff;
    std::vector<std::size_t> minima;
    for (std::size_t i = 1; i + 1 < rest.size(); ++i)
        if (rest[i] <= rest[i - 1] && rest[i] <= rest[i + 1] && rest[i] <= worth) minima.push_back(i);
    const auto size = [](std::size_t i) { return std::abs(static_cast<std::ptrdiff_t>(i) - most_count); };
    std::stable_sort(minima.begin(), minima.end(),
                     [&](std::size_t a, std::size_t b) { return size(a) < size(b); });
    if (minima.size() > most_minima) minima.resize(most_minima);
    std::vector<ToneCount> all;
    for (const std::size_t i : minima) {
        auto n = static_cast<std::ptrdiff_t>(i) - most_count;
        ToneState moved{state.delay + static_cast<double>(n), state.gain, state.pace};
        ToneMatch match = match_tones(recording, reference, from, count, moved);
        // The slope is the wave's only near it, and the minimum of a slow wave is found by its gain too.
        if (std::abs(match.later) > 0.02 && std::abs(match.later) < farthest_step) {
            n += std::lround(match.later);
            const double step = match.later;
            moved.delay += step;
            match = match_tones(recording, reference, from, count, moved);
            match.later += step - static_cast<double>(std::lround(step));
        }
        const bool again =
            std::any_of(all.begin(), all.end(), [n](const ToneCount& c) { return c.samples == n; });
        if (match.rest <= most_rest && std::abs(match.later) < 0.75 && !again) all.push_back({n, match});
    }
    if (all.empty()) return all;
    const auto squares = [](const ToneCount& c) {
        return c.match.rest * static_cast<double>(c.match.samples);
    };
    const auto best = *std::min_element(all.begin(), all.end(), [&](const ToneCount& a, const ToneCount& b) {
        return squares(a) < squares(b);
    });
    const double limit =
        squares(best) + as_likely * std::max(1.0, best.match.rest) + never_alike * best.match.energy;
    std::erase_if(all, [&](const ToneCount& c) { return squares(c) > limit; });
    std::vector<ToneCount> whole = all;
    std::erase_if(whole, [&](const ToneCount& c) { return !is_whole(c, reference); });
    if (whole.empty()) return {best};
    std::stable_sort(whole.begin(), whole.end(), [](const ToneCount& a, const ToneCount& b) {
        return std::abs(a.samples) < std::abs(b.samples);
    });
    return whole;
}

}  // namespace fourpole
