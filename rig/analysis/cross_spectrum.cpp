// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/cross_spectrum.hpp"

#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

// (sum w^2)^2 / (N sum w^4) of a Hann window w: the share of the values that are independent.
constexpr double independent = 18.0 / 35.0;

double coherence_as_it_is(const CrossBand& b) {
    return b.xx > 0.0 && b.yy > 0.0 ? std::min(1.0, std::norm(b.xy) / (b.xx * b.yy)) : 0.0;
}

/// Spectrum of the faded samples; sum of |X|^2 over the bins = mean square.
std::vector<std::complex<double>> faded_spectrum(RealFft& fft, std::span<const double> x) {
    const auto n = static_cast<double>(x.size());
    std::fill_n(fft.signal(), fft.size(), 0.0);
    double squares = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double w = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * (static_cast<double>(i) + 0.5) / n);
        fft.signal()[i] = w * x[i];
        squares += w * w;
    }
    fft.forward();
    const double scale = std::sqrt(2.0 / (squares * static_cast<double>(fft.size())));
    std::vector<std::complex<double>> out(fft.spectrum(), fft.spectrum() + fft.bins());
    for (auto& v : out) v *= scale;
    return out;
}

}  // namespace

double CrossBand::coherence() const {
    if (averages <= 1.0) return 0.0;
    const double chance = 1.0 / averages;
    return std::max(0.0, (coherence_as_it_is(*this) - chance) / (1.0 - chance));
}

Estimate CrossBand::ratio() const {
    if (xx <= 0.0 || averages <= 1.0) return {};
    return {xy / xx, std::sqrt((1.0 - coherence_as_it_is(*this)) * yy / xx / (averages - 1.0))};
}

CrossSpectrum::CrossSpectrum(std::span<const double> x, std::span<const double> y, double rate_hz) {
    assert(x.size() >= 64 && x.size() == y.size());
    RealFft fft(fast_length(x.size()));
    bin_hz_ = rate_hz / static_cast<double>(fft.size());
    seconds_ = static_cast<double>(x.size()) / rate_hz;
    const auto first = faded_spectrum(fft, x), second = faded_spectrum(fft, y);
    xx_.resize(first.size()), yy_.resize(first.size()), xy_.resize(first.size());
    for (std::size_t k = 0; k < first.size(); ++k) {
        xx_[k] = std::norm(first[k]), yy_[k] = std::norm(second[k]);
        xy_[k] = std::conj(first[k]) * second[k];
    }
}

CrossBand CrossSpectrum::band(double from_hz, double to_hz) const {
    CrossBand out;
    const auto first = static_cast<std::size_t>(std::ceil(std::max(0.0, from_hz / bin_hz_ - 1e-9)));
    const auto end = std::min(xx_.size(), static_cast<std::size_t>(std::floor(to_hz / bin_hz_ + 1e-9)) + 1);
    for (std::size_t k = first; k < end; ++k) {
        out.xx += xx_[k], out.yy += yy_[k];
        out.xy += xy_[k];
    }
    if (end > first) out.averages = independent * static_cast<double>(end - first) * bin_hz_ * seconds_;
    return out;
}

}  // namespace fourpole
