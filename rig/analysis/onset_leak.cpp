// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/onset_leak.hpp"

#include "rig/analysis/deconvolve.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace fourpole {

namespace {

// The gate reaches 0.15 s back and 0.2 s on; the harmonics' onset is over by then.
constexpr double behind_fade_s = 0.9, led_out_s = 0.3;

}  // namespace

OnsetLeak::OnsetLeak(const Excitation& excitation, LagWindow lags)
    : until_s_(excitation.fade_in_s + behind_fade_s - 0.3) {
    const double fs = excitation.rate_hz;
    const auto wanted = static_cast<std::size_t>((excitation.fade_in_s + behind_fade_s + led_out_s) * fs);
    const auto x = excitation.wave.first(std::min(wanted, excitation.wave.size()));
    const auto led_out = std::min(x.size(), static_cast<std::size_t>(led_out_s * fs));
    double peak = 0.0;
    for (const double v : x) peak = std::max(peak, std::abs(v));
    for (int order = lowest_order; order <= highest_order; ++order) {
        std::vector<double> d(x.size(), 0.0);
        for (std::size_t i = 0; i < x.size() && peak > 0.0; ++i) {
            const double s = x[i] / peak, remaining = static_cast<double>(x.size() - i);
            const double out =
                remaining < static_cast<double>(led_out)
                    ? 0.5 - 0.5 * std::cos(std::numbers::pi * remaining / static_cast<double>(led_out))
                    : 1.0;
            d[i] = out * peak * (order == 2 ? 2.0 * s * s : (4.0 * s * s - 3.0) * s);
        }
        const SampleSource ys[] = {source_of(d)};
        // As far as d reaches no lag sees more of the inverse.
        const auto reach = x.size() + static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, -lags.first));
        const std::size_t length = std::min(reach, excitation.wave.size());
        bent_.push_back(
            {lags.first, std::move(correlate(ys, 0, excitation.inverse, length, {&lags, 1})[0][0])});
    }
}

double OnsetLeak::of_order(int order, const GatedDft& dft) const {
    return std::abs(dft.at(bent_[static_cast<std::size_t>(order - lowest_order)], 0));
}

}  // namespace fourpole
