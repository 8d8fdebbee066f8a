// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/mains.hpp"

#include "rig/fft/phasor.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

/// Quiet samples with their place in the capture, mean taken out per stretch.
/// One quiet stretch, its mean taken out: value[i] stands at sample from + i.
struct Stretch {
    double from = 0.0;
    std::vector<double> value;
};

std::vector<Stretch> gather(std::span<const double> x, std::span<const QuietStretch> quiet) {
    std::vector<Stretch> out;
    for (const QuietStretch& q : quiet) {
        Stretch s{static_cast<double>(q.from), {}};
        for (std::size_t i = 0; i < q.count; ++i) s.value.push_back(x[q.from + i]);
        double sum = 0.0;
        for (const double v : s.value) sum += v;
        for (double& v : s.value) v -= sum / static_cast<double>(q.count);
        out.push_back(std::move(s));
    }
    return out;
}

struct Fit {
    double amplitude = 0.0, explained = 0.0;  ///< explained: sum of squares
    std::complex<double> phasor;              ///< re sample 0 of the capture
};

/// Least-squares sine of one known frequency.
Fit fit(const std::vector<Stretch>& x, double omega) {
    double cc = 0, ss = 0, cs = 0, yc = 0, ys = 0;
    std::vector<double> c, s;
    for (const Stretch& stretch : x) {
        c.resize(stretch.value.size());
        s.resize(stretch.value.size());
        turn_phasor(omega, std::remainder(omega * stretch.from, 2.0 * pi), c, s);
        for (std::size_t i = 0; i < c.size(); ++i) {
            cc += c[i] * c[i], ss += s[i] * s[i], cs += c[i] * s[i];
            yc += stretch.value[i] * c[i], ys += stretch.value[i] * s[i];
        }
    }
    const double det = cc * ss - cs * cs;
    if (det <= 1e-9 * cc * ss) return {};
    const double a = (yc * ss - ys * cs) / det, b = (ys * cc - yc * cs) / det;
    return {std::hypot(a, b), a * yc + b * ys, {a, -b}};
}

/// The quiet parts cut in two of about the same length.
std::pair<std::vector<Stretch>, std::vector<Stretch>> halves(const std::vector<Stretch>& x) {
    std::size_t total = 0;
    for (const Stretch& s : x) total += s.value.size();
    std::pair<std::vector<Stretch>, std::vector<Stretch>> out;
    std::size_t seen = 0;
    for (const Stretch& s : x) {
        const std::size_t early = total / 2 > seen ? std::min(total / 2 - seen, s.value.size()) : 0;
        const auto cut = s.value.begin() + static_cast<std::ptrdiff_t>(early);
        if (early > 0) out.first.push_back({s.from, {s.value.begin(), cut}});
        if (early < s.value.size())
            out.second.push_back({s.from + static_cast<double>(early), {cut, s.value.end()}});
        seen += s.value.size();
    }
    return out;
}

double family_power(const std::vector<Stretch>& x, double f0, double rate_hz) {
    double power = 0.0;
    for (const int order : {1, 3}) power += fit(x, 2.0 * pi * order * f0 / rate_hz).explained;
    return power;
}

/// The fundamental within +- 1 % of nominal that explains most: coarse grid, then a parabola.
std::pair<double, double> best_fundamental(const std::vector<Stretch>& x, double nominal_hz, double rate_hz) {
    const double step = 0.002 * nominal_hz;
    double best_f = nominal_hz, best = -1.0;
    for (int i = -5; i <= 5; ++i) {
        const double f = nominal_hz + i * step;
        const double p = family_power(x, f, rate_hz);
        if (p > best) best = p, best_f = f;
    }
    const double before = family_power(x, best_f - step, rate_hz);
    const double behind = family_power(x, best_f + step, rate_hz);
    const double curve = before - 2.0 * best + behind;
    if (curve < 0.0) best_f += 0.5 * step * (before - behind) / curve;
    return {best_f, best};
}

}  // namespace

std::vector<MainsLine> mains_lines(std::span<const double> x, std::span<const QuietStretch> quiet,
                                   double rate_hz, int orders) {
    const std::vector<Stretch> samples = gather(x, quiet);
    double total = 0.0, count = 0.0;
    for (const Stretch& s : samples) {
        count += static_cast<double>(s.value.size());
        for (const double v : s.value) total += v * v;
    }
    if (count < 3.0 * rate_hz / 50.0 || total <= 0.0) return {};
    const auto [f50, power50] = best_fundamental(samples, 50.0, rate_hz);
    const auto [f60, power60] = best_fundamental(samples, 60.0, rate_hz);
    const double f0 = power60 > power50 ? f60 : f50;

    std::vector<MainsLine> out;
    double explained = 0.0;
    for (int order = 1; order <= orders && order * f0 < 0.45 * rate_hz; ++order) {
        const Fit line = fit(samples, 2.0 * pi * order * f0 / rate_hz);
        explained += line.explained;
        out.push_back({order, order * f0, line.amplitude, 0.0});
    }
    // White noise of variance s^2 in N samples: each quadrature has s sqrt(2 / N).
    const double variance = std::max(total - explained, 0.0) / count;
    const auto [first, second] = halves(samples);
    for (MainsLine& line : out) {
        line.u = std::sqrt(2.0 * variance / count);
        const double omega = 2.0 * pi * line.frequency_hz / rate_hz;
        const double apart = std::abs(fit(first, omega).phasor - fit(second, omega).phasor);
        if (apart > 0.3 * line.amplitude + 6.0 * line.u) line.amplitude = 0.0;
    }
    return out;
}

}  // namespace fourpole
