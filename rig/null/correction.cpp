// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/correction.hpp"

#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <span>

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

/// The filter in the blocks that it works in: overlap-save over 8 times its length.
class Filter {
public:
    Filter(const std::vector<double>& taps, const Samples& b)
        : taps_(taps.size()), length_(fast_length(8 * taps.size())), block_(length_ - taps_ + 1), b_(b) {
        RealFft fft(length_);
        std::fill(std::copy(taps.begin(), taps.end(), fft.signal()), fft.signal() + length_, 0.0);
        fft.forward();
        gain_.assign(fft.spectrum(), fft.spectrum() + fft.bins());
    }

    /// out[n] = sum taps[i] b[n + taps/2 - i], from `from` on: each block begins taps - 1 samples early.
    void filtered(std::size_t from, std::span<double> out) const {
        RealFft fft(length_);
        for (std::size_t done = 0; done < out.size();) {
            const std::size_t at = (from + done) / block_ * block_;
            b_.copy(static_cast<std::ptrdiff_t>(at + taps_ / 2) - static_cast<std::ptrdiff_t>(taps_) + 1,
                    {fft.signal(), length_});
            fft.forward();
            for (std::size_t k = 0; k < fft.bins(); ++k) fft.spectrum()[k] *= gain_[k];
            fft.inverse();
            const std::size_t skipped = from + done - at;
            const std::size_t some = std::min(block_ - skipped, out.size() - done);
            std::copy_n(fft.signal() + taps_ - 1 + skipped, some,
                        out.begin() + static_cast<std::ptrdiff_t>(done));
            done += some;
        }
    }

private:
    std::size_t taps_, length_, block_;
    Samples b_;
    std::vector<std::complex<double>> gain_;
};

}  // namespace

Samples corrected(const Samples& b, double rate_hz, const std::vector<LinearPoint>& points) {
    if (points.empty()) return b;
    const std::size_t taps = 2 * fast_length(static_cast<std::size_t>(0.5 * filter_s * rate_hz));
    const auto filter = std::make_shared<const Filter>(impulse_response(taps, rate_hz, points), b);
    return {b.size(), [filter](std::size_t from, std::span<double> out) { filter->filtered(from, out); }};
}

}  // namespace fourpole
