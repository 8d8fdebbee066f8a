// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/tone_fit.hpp"

#include "rig/analysis/normal_equations.hpp"
#include "rig/fft/fft.hpp"
#include "rig/fft/phasor.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::size_t chunk = 2048;  ///< samples at a time: y, cosines and sines stay in the cache
constexpr std::size_t lanes = 8;     ///< of a sum: a fixed order on every machine
constexpr double still_rad = 1e-9;   ///< of the loudest tone at the ends, below which the scale stands
constexpr int most_rounds = 12;
constexpr double sums_a_second = 400.0;  ///< of coarse_scale(), before they are thinned out
constexpr double sums_a_period = 10.0;   ///< ... to so many a period of the widest offset
constexpr double search_s = 8.0;         ///< of a long stretch that every bin is looked at in

FOURPOLE_WIDE double dot(std::span<const double> a, const std::array<double, chunk>& b) {
    std::array<double, lanes> sum{};
    const std::size_t whole = a.size() - a.size() % lanes;
    for (std::size_t n = 0; n < whole; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l) sum[l] += a[n + l] * b[n + l];
    for (std::size_t n = whole; n < a.size(); ++n) sum[n - whole] += a[n] * b[n];
    double out = 0.0;
    for (const double s : sum) out += s;
    return out;
}

/// r -= a c + b s, and d += w (b c - a s), its slope.
FOURPOLE_WIDE void take_off(std::size_t count, double a, double b, double w, const double* __restrict c,
                            const double* __restrict s, double* __restrict r, double* __restrict d) {
    for (std::size_t m = 0; m < count; ++m) {
        r[m] -= a * c[m] + b * s[m];
        d[m] += w * (b * c[m] - a * s[m]);
    }
}

/// sum of e^(j w m) over m = -(N-1)/2 .. (N-1)/2: real, since the stretch is centred.
double dirichlet(double w, double n) {
    const double half = 0.5 * std::remainder(w, 2.0 * pi);
    // Whole turns apart: every sample counts 1, with the sign of the half-integer places.
    const double below = std::sin(half);
    const double turns = std::round(w / (2.0 * pi));
    const double sign = std::fmod(turns * (n - 1.0), 2.0) != 0.0 ? -1.0 : 1.0;
    if (std::abs(below) < 1e-12) return sign * n;
    return sign * std::sin(n * half) / below;
}

/// cos and sin of one tone over a chunk of the stretch.
struct Wave {
    std::array<double, chunk> c, s;
    void at(double omega, double first, std::size_t count) {
        turn_phasor(omega, std::remainder(omega * first, 2.0 * pi), std::span(c).first(count),
                    std::span(s).first(count));
    }
};

class Fitter {
public:
    Fitter(std::span<const double> y, double rate_hz, std::span<const double> frequencies_hz)
        : y_(y), rate_hz_(rate_hz), f_(frequencies_hz), n_(static_cast<double>(y.size())) {}

    /// Constant and phasors at one scale.
    bool solve(double scale, ToneFit& out) {
        omegas_of(scale);
        const std::size_t k = omega_.size();
        std::vector<double> along(k + 1, 0.0), across(k, 0.0);
        for (std::size_t from = 0; from < y_.size(); from += chunk) {
            const auto part = y_.subspan(from, std::min(chunk, y_.size() - from));
            for (const double v : part) along[k] += v;
            for (std::size_t i = 0; i < k; ++i) {
                wave_.at(omega_[i], static_cast<double>(from) - centre(), part.size());
                along[i] += dot(part, wave_.c);
                across[i] += dot(part, wave_.s);
            }
        }
        // On a centred stretch cosines and sines are orthogonal: two systems of half the size.
        const auto even = solve_normal(gram(1.0, true), along), odd = solve_normal(gram(-1.0, false), across);
        if (!even || !odd) return false;
        out.scale = scale;
        out.constant = even->x[k];
        out.phasors.resize(k);
        for (std::size_t i = 0; i < k; ++i) out.phasors[i] = {even->x[i], -odd->x[i]};
        return true;
    }

    /// What is left over, and by how much the scale should move: r . d / d . d with the model's
    /// derivative d = dy / d ln(scale).
    double subtract(ToneFit& fit) {
        fit.rest.assign(y_.begin(), y_.end());
        double rd = 0.0, dd = 0.0, rr = 0.0;
        std::array<double, chunk> d;
        for (std::size_t from = 0; from < y_.size(); from += chunk) {
            const std::size_t count = std::min(chunk, y_.size() - from);
            const auto r = std::span(fit.rest).subspan(from, count);
            d.fill(0.0);
            for (double& v : r) v -= fit.constant;
            for (std::size_t i = 0; i < omega_.size(); ++i) {
                wave_.at(omega_[i], static_cast<double>(from) - centre(), count);
                const double a = fit.phasors[i].real(), b = -fit.phasors[i].imag(), w = omega_[i];
                take_off(count, a, b, w, wave_.c.data(), wave_.s.data(), r.data(), d.data());
            }
            for (std::size_t m = 0; m < count; ++m) {
                const double slope = d[m] * (static_cast<double>(from + m) - centre());
                rd += r[m] * slope;
                dd += slope * slope;
                rr += r[m] * r[m];
            }
        }
        slope_energy_ = dd;
        fit.rest_variance = rr / std::max(1.0, n_ - 2.0 * static_cast<double>(omega_.size()) - 2.0);
        return dd > 0.0 ? rd / dd : 0.0;
    }

    /// Turn of the loudest tone (by amplitude times frequency) at the ends, per unit of ln(scale).
    double turn_at_ends(const ToneFit& fit) const {
        double most = 0.0, w = 0.0;
        for (std::size_t i = 0; i < omega_.size(); ++i)
            if (const double size = std::abs(fit.phasors[i]) * omega_[i]; size > most)
                most = size, w = omega_[i];
        return w * centre();
    }
    double u_scale(const ToneFit& fit) const {
        return slope_energy_ > 0.0 ? fit.scale * std::sqrt(fit.rest_variance / slope_energy_) : 0.0;
    }

private:
    double centre() const { return 0.5 * (n_ - 1.0); }

    void omegas_of(double scale) {
        omega_.resize(f_.size());
        for (std::size_t i = 0; i < f_.size(); ++i) omega_[i] = 2.0 * pi * scale * f_[i] / rate_hz_;
    }

    /// Inner products of cosines (sign +) or sines (sign -), and of the constant behind them.
    std::vector<double> gram(double sign, bool with_constant) const {
        const std::size_t k = omega_.size(), size = k + (with_constant ? 1 : 0);
        std::vector<double> out(size * size);
        for (std::size_t i = 0; i < k; ++i)
            for (std::size_t j = 0; j < k; ++j)
                out[i * size + j] = 0.5 * (dirichlet(omega_[i] - omega_[j], n_) +
                                           sign * dirichlet(omega_[i] + omega_[j], n_));
        if (!with_constant) return out;
        for (std::size_t i = 0; i < k; ++i) out[i * size + k] = out[k * size + i] = dirichlet(omega_[i], n_);
        out[k * size + k] = n_;
        return out;
    }

    std::span<const double> y_;
    double rate_hz_;
    std::span<const double> f_;
    double n_;
    std::vector<double> omega_;
    double slope_energy_ = 0.0;
    Wave wave_;
};

using Sums = std::span<const std::complex<double>>;

Sums middle(Sums all, std::size_t count) { return all.subspan((all.size() - count) / 2, count); }

/// Every second one, through a binomial that takes away what would fold back: 64 dB where it matters.
std::vector<std::complex<double>> every_second(Sums sums) {
    std::vector<std::complex<double>> out;
    for (std::size_t b = 2; b + 2 < sums.size(); b += 2)
        out.push_back((sums[b - 2] + sums[b + 2] + 4.0 * (sums[b - 1] + sums[b + 1]) + 6.0 * sums[b]) / 16.0);
    return out;
}

/// Power of a line so far beside 0 Hz, through a Hann window: a neighbour's side lobes stay out.
double power_at(Sums sums, double block_s, double offset_hz) {
    std::complex<double> sum = 0.0, at = 1.0;
    const std::complex<double> turn = std::polar(1.0, -2.0 * pi * offset_hz * block_s);
    for (std::size_t b = 0; b < sums.size(); ++b, at *= turn) {
        const double place = (static_cast<double>(b) + 0.5) / static_cast<double>(sums.size());
        sum += (0.5 - 0.5 * std::cos(2.0 * pi * place)) * sums[b] * at;
    }
    return std::norm(sum);
}

double strongest(Sums sums, double block_s, double widest_hz) {
    const double bin_hz = 1.0 / (block_s * static_cast<double>(sums.size()));
    double best = -1.0, at_hz = 0.0;
    for (double f = -widest_hz; f <= widest_hz; f += 0.5 * bin_hz)
        if (const double p = power_at(sums, block_s, f); p > best) best = p, at_hz = f;
    return at_hz;
}

/// The top of the lobe that `at_hz` stands on, by parabolas of shrinking width.
double sharpened(Sums sums, double block_s, double at_hz) {
    const double bin_hz = 1.0 / (block_s * static_cast<double>(sums.size()));
    for (double step = 0.5 * bin_hz; step > 1e-4 * bin_hz; step *= 0.25) {
        const double before = power_at(sums, block_s, at_hz - step), here = power_at(sums, block_s, at_hz),
                     behind = power_at(sums, block_s, at_hz + step);
        const double curve = before - 2.0 * here + behind;
        if (curve < 0.0) at_hz += std::clamp(0.5 * step * (before - behind) / curve, -step, step);
    }
    return at_hz;
}

}  // namespace

std::optional<ToneFit> fit_tones(std::span<const double> y, double rate_hz,
                                 std::span<const double> frequencies_hz, double scale, ToneClock clock) {
    if (y.size() < 2 * frequencies_hz.size() + 4) return {};
    Fitter fitter(y, rate_hz, frequencies_hz);
    ToneFit fit;
    for (int round = 0; round < most_rounds; ++round) {
        if (!fitter.solve(scale, fit)) return {};
        const double step = fitter.subtract(fit);
        if (clock == ToneClock::given) return fit;
        if (std::abs(step) * fitter.turn_at_ends(fit) < still_rad) break;
        scale *= 1.0 + step;
    }
    fit.u_scale = fitter.u_scale(fit);
    return fit;
}

std::vector<std::complex<double>> demodulated(std::span<const double> y, double omega, std::size_t block) {
    std::vector<std::complex<double>> out(y.size() / block);
    Wave wave;
    for (std::size_t b = 0; b < out.size(); ++b)
        for (std::size_t from = 0; from < block; from += chunk) {
            const std::size_t count = std::min(chunk, block - from);
            const auto part = y.subspan(b * block + from, count);
            wave.at(omega, static_cast<double>(b * block + from), count);
            out[b] += std::complex(dot(part, wave.c), -dot(part, wave.s));
        }
    return out;
}

std::optional<double> coarse_scale(std::span<const double> y, double rate_hz, double frequency_hz,
                                   double most_ppm) {
    if (frequency_hz * static_cast<double>(y.size()) < 32.0 * rate_hz) return {};
    const double widest_hz = 1e-6 * most_ppm * frequency_hz;
    const auto block =
        static_cast<std::size_t>(std::clamp(rate_hz / std::max(sums_a_second, sums_a_period * widest_hz), 1.0,
                                            static_cast<double>(y.size()) / 32.0));
    auto sums = demodulated(y, 2.0 * pi * frequency_hz / rate_hz, block);
    double block_s = static_cast<double>(block) / rate_hz;
    while (sums.size() > 128 && 2.0 * block_s * sums_a_period * widest_hz <= 1.0) {
        sums = every_second(sums);
        block_s *= 2.0;
    }
    // A part in the middle first: a long stretch has more bins than need be looked at.
    std::size_t used = std::min(sums.size(), static_cast<std::size_t>(search_s / block_s) + 1);
    double at_hz = strongest(middle(sums, used), block_s, widest_hz);
    at_hz = sharpened(middle(sums, used), block_s, at_hz);
    while (used < sums.size()) {
        used = std::min(2 * used, sums.size());
        at_hz = sharpened(middle(sums, used), block_s, at_hz);
    }
    return 1.0 + at_hz / frequency_hz;
}

}  // namespace fourpole
