// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/mains.hpp"

#include "rig/analysis/mains_frequency.hpp"
#include "rig/analysis/noise_spectrum.hpp"
#include "rig/fft/phasor.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double search_rate_hz = 500.0;     ///< the fundamental is looked for in block means of 2 ms
constexpr double halved_from_s = 0.1;        ///< a stretch this long is two pieces
constexpr double one_phase_explains = 0.98;  ///< of what each stretch alone does, or the mains wander
constexpr std::size_t least_of_a_spectrum = 256;
constexpr double beyond_chance = 9.0;  ///< variances
constexpr int passes = 12;             ///< of the joint fit; each leaves a tenth of the error

/// Samples [from, from + count) of the gathered quiet, which stand at `at` in the capture.
struct Piece {
    std::size_t from = 0, count = 0;
    double at = 0.0;
};

/// The quiet samples one behind the other, with where they came from.
struct Gathered {
    std::vector<double> x;
    std::vector<Piece> stretches;
};

Gathered gather(std::span<const double> x, std::span<const QuietStretch> quiet) {
    Gathered out;
    for (const QuietStretch& q : quiet) {
        out.stretches.push_back({out.x.size(), q.count, static_cast<double>(q.from)});
        const auto part = x.subspan(q.from, q.count);
        out.x.insert(out.x.end(), part.begin(), part.end());
    }
    return out;
}

/// Means over 2 ms, and the time of each in seconds: enough to find a fundamental by.
struct Coarse {
    std::vector<double> value, time_s;
    std::vector<std::size_t> stretch_from;  ///< first mean of each stretch
};

Coarse coarse_of(const Gathered& g, double rate_hz) {
    const auto block = static_cast<std::size_t>(std::max(1.0, std::round(rate_hz / search_rate_hz)));
    Coarse out;
    for (const Piece& s : g.stretches) {
        out.stretch_from.push_back(out.value.size());
        double sum = 0.0;
        for (std::size_t i = 0; i < s.count; ++i) sum += g.x[s.from + i];
        const double mean = s.count > 0 ? sum / static_cast<double>(s.count) : 0.0;
        for (std::size_t i = 0; i + block <= s.count; i += block) {
            double part = 0.0;
            for (std::size_t k = 0; k < block; ++k) part += g.x[s.from + i + k];
            out.value.push_back(part / static_cast<double>(block) - mean);
            out.time_s.push_back((s.at + static_cast<double>(i) + 0.5 * static_cast<double>(block)) /
                                 rate_hz);
        }
    }
    return out;
}

/// Least squares of one sine, y = a c + b s, from its sums.
struct SineFit {
    double cc = 0, ss = 0, cs = 0, yc = 0, ys = 0;

    void add(double y, double c, double s) {
        cc += c * c, ss += s * s, cs += c * s, yc += y * c, ys += y * s;
    }
    /// a and b; 0 where the samples cannot tell them apart.
    std::pair<double, double> solved() const {
        const double det = cc * ss - cs * cs;
        if (det <= 1e-9 * cc * ss) return {0.0, 0.0};
        return {(yc * ss - ys * cs) / det, (ys * cc - yc * cs) / det};
    }
};

/// Sum of squares that sines of f0 and 3 f0 explain in means [from, to).
double explained(const Coarse& x, double f0, std::size_t from, std::size_t to) {
    double power = 0.0;
    for (const double f : {f0, 3.0 * f0}) {
        SineFit sine;
        for (std::size_t i = from; i < to; ++i) {
            const double turn = 2.0 * pi * std::remainder(f * x.time_s[i], 1.0);
            sine.add(x.value[i], std::cos(turn), std::sin(turn));
        }
        const auto [in_phase, across] = sine.solved();
        power += in_phase * sine.yc + across * sine.ys;
    }
    return power;
}

/// The same with one phase for all stretches, or with each stretch's own.
double explained(const Coarse& x, double f0, bool one_phase) {
    if (one_phase) return explained(x, f0, 0, x.value.size());
    double power = 0.0;
    for (std::size_t k = 0; k < x.stretch_from.size(); ++k)
        power += explained(x, f0, x.stretch_from[k],
                           k + 1 < x.stretch_from.size() ? x.stretch_from[k + 1] : x.value.size());
    return power;
}

/// Frequency in [low, high] that explains most, and how much: a grid, then parabolas.
std::pair<double, double> best_between(const Coarse& x, double low, double high, double step,
                                       bool one_phase) {
    double best_f = low, best = -1.0;
    for (double f = low; f <= high; f += step)
        if (const double p = explained(x, f, one_phase); p > best) best = p, best_f = f;
    for (int refine = 0; refine < 3; ++refine, step *= 0.2) {
        const double before = explained(x, best_f - step, one_phase);
        const double behind = explained(x, best_f + step, one_phase);
        const double curve = before - 2.0 * best + behind;
        if (curve < 0.0) best_f += std::clamp(0.5 * step * (before - behind) / curve, -step, step);
        best = explained(x, best_f, one_phase);
    }
    return {best_f, best};
}

/// The fundamental within +- 1 % of nominal that explains most, and how much. Stretches with time
/// between them make many peaks, 1 / span apart, once they share a phase: which of them it is,
/// the stretches say each for itself.
std::pair<double, double> best_fundamental(const Coarse& x, double nominal_hz) {
    const double lobe = 1.0 / std::max(x.time_s.back() - x.time_s.front(), 0.05);
    const auto [rough, power] = best_between(x, 0.99 * nominal_hz, 1.01 * nominal_hz, 0.1, false);
    const auto [fine, together] =
        best_between(x, rough - 0.75 * lobe, rough + 0.75 * lobe, lobe / 16.0, true);
    if (together <= one_phase_explains * power) return {rough, power};
    return {sharpened_mains(x.value, x.time_s, x.stretch_from, search_rate_hz, fine, 0.5 * lobe), power};
}

/// cos and sin of every order over the gathered samples.
struct Waves {
    std::vector<std::vector<double>> c, s;
};

Waves waves_of(const Gathered& g, double f0, double rate_hz, int orders) {
    Waves out;
    for (int order = 1; order <= orders && order * f0 < 0.45 * rate_hz; ++order) {
        const double omega = 2.0 * pi * order * f0 / rate_hz;
        out.c.emplace_back(g.x.size());
        out.s.emplace_back(g.x.size());
        for (const Piece& p : g.stretches)
            turn_phasor(omega, std::remainder(omega * p.at, 2.0 * pi),
                        std::span(out.c.back()).subspan(p.from, p.count),
                        std::span(out.s.back()).subspan(p.from, p.count));
    }
    return out;
}

struct Fit {
    double constant = 0.0, variance = 0.0;      ///< variance: of what is left
    std::vector<std::complex<double>> phasors;  ///< a - j b of each order
    std::vector<double> rest;
};

/// Constant and sines together, one after the other on what the others leave, until they agree:
/// they are nearly orthogonal, so that a dozen passes reach the least squares.
Fit fit(const Gathered& g, const Waves& waves, const Piece& piece) {
    std::vector<double> rest(g.x.begin() + static_cast<std::ptrdiff_t>(piece.from),
                             g.x.begin() + static_cast<std::ptrdiff_t>(piece.from + piece.count));
    const auto n = static_cast<double>(piece.count);
    Fit out;
    out.phasors.resize(waves.c.size());
    for (int pass = 0; pass < passes; ++pass) {
        double sum = 0.0;
        for (const double v : rest) sum += v;
        out.constant += sum / n;
        for (double& v : rest) v -= sum / n;
        double moved = std::abs(sum / n);
        for (std::size_t k = 0; k < waves.c.size(); ++k) {
            const double *c = &waves.c[k][piece.from], *s = &waves.s[k][piece.from];
            SineFit sine;
            for (std::size_t i = 0; i < rest.size(); ++i) sine.add(rest[i], c[i], s[i]);
            const auto [a, b] = sine.solved();
            for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= a * c[i] + b * s[i];
            out.phasors[k] += std::complex(a, -b);
            moved = std::max(moved, std::hypot(a, b));
        }
        if (moved < 1e-10) break;
    }
    for (const double v : rest) out.variance += v * v;
    out.variance /= std::max(1.0, n - 1.0 - 2.0 * static_cast<double>(waves.c.size()));
    out.rest = std::move(rest);
    return out;
}

/// Of the constant, by what each stretch has beside it: its spectrum at 0 Hz, what of a line it does not hold
/// whole, and how far the stretches' own constants are apart, where that is more.
double variance_of_constant(const Fit& all, const Gathered& g, double rate_hz) {
    const auto samples = static_cast<double>(g.x.size());
    double within = 0.0, between = 0.0;
    for (const Piece& s : g.stretches) {
        const auto rest = std::span(all.rest).subspan(s.from, s.count);
        const auto count = static_cast<double>(s.count);
        double sum = 0.0;
        for (const double v : rest) sum += v;
        const double share = count / samples, mean = sum / count;
        const double own = s.count < least_of_a_spectrum ? all.variance / count
                                                         : NoiseSpectrum(rest, rate_hz).variance_of_mean();
        within += share * share * own, between += share * share * mean * mean;
    }
    return between > beyond_chance * within ? between : within;
}

std::vector<Piece> pieces_of(const Gathered& g, double rate_hz) {
    std::vector<Piece> out;
    for (const Piece& s : g.stretches) {
        const std::size_t half = s.count / 2;
        if (static_cast<double>(s.count) < halved_from_s * rate_hz) {
            out.push_back(s);
            continue;
        }
        out.push_back({s.from, half, s.at});
        out.push_back({s.from + half, s.count - half, s.at + static_cast<double>(half)});
    }
    return out;
}

/// One order, seen in all quiet parts together and in each piece alone.
MainsLine judge_line(int order, double frequency_hz, double common, double variance, double samples,
                     const std::vector<Fit>& alone, const std::vector<Piece>& pieces) {
    MainsLine line{order, frequency_hz, common, std::sqrt(2.0 * variance / samples)};
    const auto k = static_cast<std::size_t>(order - 1);
    double squares = 0.0, least = std::abs(alone.front().phasors[k]), most = least, u_piece = 0.0;
    for (std::size_t i = 0; i < alone.size(); ++i) {
        const auto n = static_cast<double>(pieces[i].count);
        const double size = std::abs(alone[i].phasors[k]);
        // Noise lifts the square of an amplitude by its own variance, twice over.
        squares += n * (size * size - 4.0 * variance / n);
        least = std::min(least, size), most = std::max(most, size);
        u_piece = std::max(u_piece, std::sqrt(2.0 * variance / n));
    }
    const double own = std::sqrt(std::max(squares / samples, 0.0));
    if (most - least > 0.5 * own + 6.0 * u_piece) {
        line.amplitude = 0.0;
    } else {
        // Mains that drift are more in each piece than in all of them on one frequency.
        const double lost = std::max(0.0, own - common);
        if (lost > 3.0 * line.u) line.amplitude = own;
        line.u = std::hypot(line.u, lost);
    }
    return line;
}

}  // namespace

QuietContent quiet_fit(std::span<const double> x, std::span<const QuietStretch> quiet, double rate_hz,
                       int orders, std::optional<double> nominal_hz) {
    const Gathered g = gather(x, quiet);
    QuietContent out;
    if (g.x.empty()) return out;
    const auto samples = static_cast<double>(g.x.size());
    const Coarse coarse = coarse_of(g, rate_hz);
    double f0 = nominal_hz.value_or(50.0);
    const bool enough = samples >= 3.0 * rate_hz / 50.0 && coarse.value.size() > 8;
    if (enough && nominal_hz) {
        f0 = best_fundamental(coarse, *nominal_hz).first;
    } else if (enough) {
        const auto [f50, power50] = best_fundamental(coarse, 50.0);
        const auto [f60, power60] = best_fundamental(coarse, 60.0);
        f0 = power60 > power50 ? f60 : f50;
    }
    const Waves waves = waves_of(g, f0, rate_hz, enough ? orders : 0);
    const Fit all = fit(g, waves, {0, g.x.size(), 0.0});
    out.dc = all.constant;
    out.dc_u = std::sqrt(variance_of_constant(all, g, rate_hz));
    out.rest_rms = std::sqrt(all.variance);
    const auto pieces = pieces_of(g, rate_hz);
    std::vector<Fit> alone;
    for (const Piece& p : pieces) alone.push_back(fit(g, waves, p));
    for (std::size_t k = 0; k < waves.c.size(); ++k)
        out.lines.push_back(judge_line(static_cast<int>(k) + 1, static_cast<double>(k + 1) * f0,
                                       std::abs(all.phasors[k]), all.variance, samples, alone, pieces));
    return out;
}

}  // namespace fourpole
