// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/correlate.hpp"

#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cassert>
#include <complex>

namespace fourpole {

namespace {

/// out[i] = y[from + i], zero outside y.
void copy_or_zero(std::span<const double> y, std::ptrdiff_t from, std::span<double> out) {
    const auto size = static_cast<std::ptrdiff_t>(y.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::ptrdiff_t n = from + static_cast<std::ptrdiff_t>(i);
        out[i] = n >= 0 && n < size ? y[static_cast<std::size_t>(n)] : 0.0;
    }
}

}  // namespace

std::vector<std::vector<std::vector<double>>> correlate(std::span<const std::span<const double>> ys,
                                                        std::ptrdiff_t origin, std::span<const double> g,
                                                        std::span<const LagWindow> windows) {
    using Spectrum = std::vector<std::complex<double>>;
    std::size_t lags = 1;
    for (const LagWindow& w : windows) lags = std::max(lags, w.count);

    // Blocks at least as long as the lags keep half of each transform useful; 2^18 doubles
    // are 2 MB, the last size that our FFT does in cache.
    const std::size_t whole = fast_length(g.size() + lags);
    const std::size_t length = std::min(whole, std::max<std::size_t>(fast_length(4 * lags), 1U << 17U));
    const std::size_t block = length - lags + 1;

    RealFft fft(length);
    const std::size_t bins = fft.bins();
    std::vector<std::vector<Spectrum>> sum(ys.size(), std::vector<Spectrum>(windows.size(), Spectrum(bins)));
    Spectrum piece(bins);

    for (std::size_t at = 0; at < g.size(); at += block) {
        const std::size_t n = std::min(block, g.size() - at);
        std::fill(std::copy_n(g.begin() + static_cast<std::ptrdiff_t>(at), n, fft.signal()),
                  fft.signal() + length, 0.0);
        fft.forward();
        std::copy_n(fft.spectrum(), bins, piece.begin());
        for (std::size_t c = 0; c < ys.size(); ++c)
            for (std::size_t w = 0; w < windows.size(); ++w) {
                copy_or_zero(ys[c], origin + static_cast<std::ptrdiff_t>(at) + windows[w].first,
                             {fft.signal(), n + lags - 1});
                std::fill(fft.signal() + n + lags - 1, fft.signal() + length, 0.0);
                fft.forward();
                const std::complex<double>* y = fft.spectrum();
                Spectrum& s = sum[c][w];
                for (std::size_t k = 0; k < bins; ++k) s[k] += std::conj(piece[k]) * y[k];
            }
    }

    std::vector<std::vector<std::vector<double>>> out(ys.size());
    for (std::size_t c = 0; c < ys.size(); ++c)
        for (std::size_t w = 0; w < windows.size(); ++w) {
            std::copy(sum[c][w].begin(), sum[c][w].end(), fft.spectrum());
            fft.inverse();
            out[c].emplace_back(fft.signal(), fft.signal() + windows[w].count);
        }
    return out;
}

}  // namespace fourpole
