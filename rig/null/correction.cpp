// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/correction.hpp"

#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double filter_s = 0.34;

std::complex<double> difference_at(const std::vector<LinearPoint>& points, double f) {
    if (f <= points.front().frequency_hz) return points.front().difference;
    if (f >= points.back().frequency_hz) return points.back().difference;
    const auto above = std::upper_bound(points.begin(), points.end(), f,
                                        [](double x, const LinearPoint& p) { return x < p.frequency_hz; });
    const LinearPoint &lower = *(above - 1), &upper = *above;
    const double part = std::log(f / lower.frequency_hz) / std::log(upper.frequency_hz / lower.frequency_hz);
    return lower.difference + part * (upper.difference - lower.difference);
}

/// `taps` of them, that of time 0 in the middle.
std::vector<double> impulse_response(std::size_t taps, double rate_hz,
                                     const std::vector<LinearPoint>& points) {
    RealFft fft(taps);
    for (std::size_t k = 0; k < fft.bins(); ++k) {
        const double f = rate_hz * static_cast<double>(k) / static_cast<double>(taps);
        const std::complex<double> d = difference_at(points, f);
        const bool real_by_nature = k == 0 || k + 1 == fft.bins();
        fft.spectrum()[k] = 1.0 + (real_by_nature ? d.real() : d);
    }
    fft.inverse();
    const std::vector<double> window = sine_window(taps);
    std::vector<double> out(taps);
    for (std::size_t i = 0; i < taps; ++i)
        out[i] = fft.signal()[(i + taps / 2) % taps] * window[i] * window[i];
    return out;
}

}  // namespace

std::vector<double> corrected(std::span<const double> b, double rate_hz,
                              const std::vector<LinearPoint>& points) {
    if (points.empty()) return {b.begin(), b.end()};
    const std::size_t taps = 2 * fast_length(static_cast<std::size_t>(0.5 * filter_s * rate_hz));
    const std::vector<double> filter = impulse_response(taps, rate_hz, points);
    RealFft fft(fast_length(8 * taps));
    const std::size_t block = fft.size() - taps + 1;
    std::fill(std::copy(filter.begin(), filter.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
    fft.forward();
    const std::vector<std::complex<double>> gain(fft.spectrum(), fft.spectrum() + fft.bins());
    std::vector<double> out(b.size());
    // out[n] = sum filter[i] b[n + taps/2 - i]: each block begins taps - 1 samples early.
    const auto size = static_cast<std::ptrdiff_t>(b.size());
    for (std::size_t at = 0; at < b.size(); at += block) {
        const std::ptrdiff_t from =
            static_cast<std::ptrdiff_t>(at + taps / 2) - static_cast<std::ptrdiff_t>(taps) + 1;
        for (std::size_t i = 0; i < fft.size(); ++i) {
            const std::ptrdiff_t n = from + static_cast<std::ptrdiff_t>(i);
            fft.signal()[i] = n >= 0 && n < size ? b[static_cast<std::size_t>(n)] : 0.0;
        }
        fft.forward();
        for (std::size_t k = 0; k < fft.bins(); ++k) fft.spectrum()[k] *= gain[k];
        fft.inverse();
        const std::size_t some = std::min(block, b.size() - at);
        std::copy_n(fft.signal() + taps - 1, some, out.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return out;
}

}  // namespace fourpole
