// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/tone_fit.hpp"

#include "rig/analysis/dirichlet.hpp"
#include "rig/analysis/normal_equations.hpp"
#include "rig/analysis/tone_blocks.hpp"
#include "rig/fft/phasor.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::size_t lanes = ToneBlocks::abreast;  ///< of a sum: a fixed order on every machine
constexpr double still_rad = 1e-9;  ///< of the loudest tone at the ends, below which the scale stands
/// Turn within a block up to which its sums and their slopes say all of a tone, to a sixth of its square; up
/// to which a weak tone's, whose slopes nobody asked for, are not led astray by a strong one (to that over
/// their distance and the samples: 1e-14); all of the clock, which feels only its cube; enough to go on with.
constexpr double straight_rad = 4e-7, straight_for_weak_rad = 1e-11, straight_for_clock_rad = 1e-3,
                 far_rad = 0.02;
constexpr std::size_t long_stretch = 1 << 16;  ///< samples; in fewer every tone's slopes cost nothing
constexpr double weak = 1e-3;                  ///< re the tone that says most of the clock
constexpr int most_rounds = 12;

/// Of one tone's block sums at another frequency than they were made at: sums of y e^(-j w n) and of n y
/// e^(-j w n), n from the stretch's middle.
struct Combined {
    std::complex<double> sum, moment;
};

struct OneTone {
    std::span<const double> re, im, slope_re, slope_im;  ///< by block; the slopes of a weak tone: empty
};

FOURPOLE_WIDE Combined combine(const OneTone& tone, double shift, double first, const double* __restrict c,
                               const double* __restrict s) {
    std::array<double, lanes> re{}, im{}, moment_re{}, moment_im{};
    const bool slopes = !tone.slope_re.empty();
    for (std::size_t b = 0; b < tone.re.size(); b += lanes)
        for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t i = b + l;
            const double tr = slopes ? tone.slope_re[i] : 0.0, ti = slopes ? tone.slope_im[i] : 0.0;
            // The first terms of e^(-j shift t) within the block.
            const double yr = tone.re[i] + shift * ti, yi = tone.im[i] - shift * tr;
            const double at = first + static_cast<double>(i * ToneBlocks::length);
            const double turned_re = yr * c[i] + yi * s[i], turned_im = yi * c[i] - yr * s[i];
            re[l] += turned_re, im[l] += turned_im;
            moment_re[l] += at * turned_re + (tr * c[i] + ti * s[i]);
            moment_im[l] += at * turned_im + (ti * c[i] - tr * s[i]);
        }
    Combined out;
    for (std::size_t l = 0; l < lanes; ++l) {
        out.sum += std::complex(re[l], im[l]);
        out.moment += std::complex(moment_re[l], moment_im[l]);
    }
    return out;
}

class Fitter {
public:
    Fitter(std::span<const double> y, double rate_hz, std::span<const double> frequencies_hz)
        : y_(y), rate_hz_(rate_hz), f_(frequencies_hz), n_(static_cast<double>(y.size())) {}

    /// The block sums that solve() stands on: once, and again where the scale has left them.
    void look(double scale) {
        looked_at_ = omegas_at(scale);
        looked_at_.push_back(0.0);  // the constant
        sums_ = ToneBlocks(looked_at_).sums(y_);
        strong_.clear();
    }

    /// Constant and phasors at one scale.
    bool solve(double scale, ToneFit& out) {
        omega_ = omegas_at(scale);
        const std::size_t k = omega_.size();
        std::vector<double> along(k + 1, 0.0), across(k, 0.0);
        combined_.resize(k);
        for (std::size_t i = 0; i < k; ++i) {
            combined_[i] = combined(i);
            along[i] = combined_[i].sum.real();
            across[i] = -combined_[i].sum.imag();
        }
        for (const double v : sums_.re_of(k)) along[k] += v;
        // On a centred stretch cosines and sines are orthogonal: two systems of half the size.
        const auto even = solve_normal(gram(1.0, true), along), odd = solve_normal(gram(-1.0, false), across);
        if (!even || !odd) return false;
        out.scale = scale;
        out.constant = even->x[k];
        out.phasors.resize(k);
        for (std::size_t i = 0; i < k; ++i) out.phasors[i] = {even->x[i], -odd->x[i]};
        return true;
    }

    /// The tones that say something of the clock: their moments within the blocks count, too.
    void look_at_strong(const ToneFit& fit) {
        double most = 0.0;
        const auto size = [&](std::size_t i) { return std::abs(fit.phasors[i]) * omega_[i]; };
        for (std::size_t i = 0; i < omega_.size(); ++i) most = std::max(most, size(i));
        for (std::size_t i = 0; i < omega_.size(); ++i)
            if (size(i) >= weak * most || y_.size() < long_stretch) strong_.push_back(i);
        moments_ = ToneBlocks(looked_at_).moments(y_, strong_);
    }

    /// By how much the scale should move: r . d / d . d, with the rest r = y - model and the model's
    /// derivative d = dy / d ln(scale), all from the block sums and the sines' own inner products.
    double step(const ToneFit& fit) {
        double rd = 0.0, dd = 0.0;
        for (const std::size_t k : strong_) {
            const auto p = fit.phasors[k];
            const std::complex<double> ahead(-p.imag(), p.real());  // j p
            double here = std::real(ahead * std::conj(combined_[k].moment)) -
                          fit.constant * p.real() * dirichlet_slopes(omega_[k], n_).first;
            for (std::size_t j = 0; j < omega_.size(); ++j) {
                const auto q = fit.phasors[j];
                const double sum = std::real(p * q), difference = std::real(p * std::conj(q));
                const auto above = dirichlet_slopes(omega_[k] + omega_[j], n_);
                const auto below = dirichlet_slopes(omega_[k] - omega_[j], n_);
                here -= 0.5 * (sum * above.first + difference * below.first);
                dd += 0.5 * omega_[k] * omega_[j] * (sum * above.second - difference * below.second);
            }
            rd += omega_[k] * here;
        }
        slope_energy_ = dd;
        return dd > 0.0 ? rd / dd : 0.0;
    }

    /// What is left over.
    void subtract(ToneFit& fit, bool keep_rest) {
        ToneBlocks::Values at(omega_.size(), y_.size());
        for (std::size_t i = 0; i < omega_.size(); ++i) {
            const auto re = at.re_of(i), im = at.im_of(i);
            turn_phasor(omega_[i] * static_cast<double>(ToneBlocks::length), phase_of_first(omega_[i]), re,
                        im);
            const double a = fit.phasors[i].real(), b = fit.phasors[i].imag();
            for (std::size_t k = 0; k < re.size(); ++k) {
                const double c = re[k], s = im[k];
                re[k] = a * c - b * s, im[k] = a * s + b * c;
            }
        }
        if (keep_rest) fit.rest.resize(y_.size());
        const double rr = ToneBlocks(omega_).take_off(y_, fit.constant, at, fit.rest);
        fit.rest_variance = rr / std::max(1.0, n_ - 2.0 * static_cast<double>(omega_.size()) - 2.0);
    }

    /// The block sums know the tones at their own frequencies; how far a scale turns them within a block.
    double turn_in_block(double scale) const {
        double most = 0.0;
        for (std::size_t i = 0; i < f_.size(); ++i)
            most = std::max(most, std::abs(omega_at(scale, i) - looked_at_[i]));
        return 0.5 * most * static_cast<double>(ToneBlocks::length);
    }

    bool all_strong() const { return strong_.size() == f_.size(); }

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
    double phase_of_first(double omega) const {
        return std::remainder(omega * (ToneBlocks::middle(0) - centre()), 2.0 * pi);
    }

    double omega_at(double scale, std::size_t i) const { return 2.0 * pi * scale * f_[i] / rate_hz_; }
    std::vector<double> omegas_at(double scale) const {
        std::vector<double> out(f_.size());
        for (std::size_t i = 0; i < f_.size(); ++i) out[i] = omega_at(scale, i);
        return out;
    }

    Combined combined(std::size_t i) {
        turned_re_.resize(sums_.stride), turned_im_.resize(sums_.stride);
        turn_phasor(omega_[i] * static_cast<double>(ToneBlocks::length), phase_of_first(omega_[i]),
                    turned_re_, turned_im_);
        OneTone tone{sums_.re_of(i), sums_.im_of(i), {}, {}};
        if (const auto at = std::find(strong_.begin(), strong_.end(), i); at != strong_.end()) {
            const auto place = static_cast<std::size_t>(at - strong_.begin());
            tone.slope_re = moments_.re_of(place), tone.slope_im = moments_.im_of(place);
        }
        return combine(tone, omega_[i] - looked_at_[i], ToneBlocks::middle(0) - centre(), turned_re_.data(),
                       turned_im_.data());
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
    std::vector<double> looked_at_, omega_;  ///< where the sums were made; where they are read
    ToneBlocks::Values sums_, moments_;
    std::vector<std::size_t> strong_;
    std::vector<Combined> combined_;
    std::vector<double> turned_re_, turned_im_;
    double slope_energy_ = 0.0;
};

/// The fit without its rest; fitter.subtract() then makes it whole.
bool settle(Fitter& fitter, double scale, ToneClock clock, bool clock_only, ToneFit& fit) {
    fitter.look(scale);
    if (!fitter.solve(scale, fit)) return false;
    if (clock == ToneClock::given) return true;
    fitter.look_at_strong(fit);
    for (int round = 0; round < most_rounds; ++round) {
        if (!fitter.solve(scale, fit)) return false;
        const double step = fitter.step(fit);
        const bool still = std::abs(step) * fitter.turn_at_ends(fit) < still_rad;
        const double straight = clock_only            ? straight_for_clock_rad
                                : fitter.all_strong() ? straight_rad
                                                      : straight_for_weak_rad;
        if (still && fitter.turn_in_block(scale) < straight) break;
        if (!still) scale *= 1.0 + step;
        if (still || fitter.turn_in_block(scale) > far_rad) {
            fitter.look(scale);
            if (!fitter.solve(scale, fit)) return false;
            fitter.look_at_strong(fit);
        }
    }
    return true;
}

}  // namespace

std::optional<ToneFit> fit_tones(std::span<const double> y, double rate_hz,
                                 std::span<const double> frequencies_hz, double scale, ToneClock clock) {
    if (y.size() < 2 * frequencies_hz.size() + 4) return {};
    Fitter fitter(y, rate_hz, frequencies_hz);
    ToneFit fit;
    if (!settle(fitter, scale, clock, false, fit)) return {};
    fitter.subtract(fit, true);
    if (clock == ToneClock::free) fit.u_scale = fitter.u_scale(fit);
    return fit;
}

std::optional<FittedScale> fit_scale(std::span<const double> y, double rate_hz,
                                     std::span<const double> frequencies_hz, double scale) {
    if (y.size() < 2 * frequencies_hz.size() + 4) return {};
    Fitter fitter(y, rate_hz, frequencies_hz);
    ToneFit fit;
    if (!settle(fitter, scale, ToneClock::free, true, fit)) return {};
    fitter.subtract(fit, false);
    return FittedScale{fit.scale, fitter.u_scale(fit)};
}

}  // namespace fourpole
