// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/correlate.hpp"

#include "rig/fft/fft.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <complex>

namespace fourpole {

namespace {

using Spectrum = std::vector<std::complex<double>>;

/// How the signal of the filter is cut.
struct Blocks {
    std::size_t lags = 1, transform = 0, block = 0, count = 0;

    Blocks(std::size_t length, std::span<const LagWindow> windows) {
        for (const LagWindow& w : windows) lags = std::max(lags, w.count);
        // Blocks at least as long as the lags keep half of each transform useful; 2^18 doubles
        // are 2 MB, the last size that our FFT does in cache.
        transform =
            std::min(fast_length(length + lags), std::max<std::size_t>(fast_length(4 * lags), 1U << 17U));
        block = transform - lags + 1;
        count = (length + block - 1) / block;
    }
};

using Sums = std::vector<std::vector<Spectrum>>;  ///< [y][window]

}  // namespace

SampleSource source_of(std::span<const double> y) {
    return [y](std::ptrdiff_t from, std::span<double> out) {
        const auto size = static_cast<std::ptrdiff_t>(y.size()),
                   count = static_cast<std::ptrdiff_t>(out.size());
        const auto first = std::clamp<std::ptrdiff_t>(-from, 0, count);
        const auto last = std::clamp<std::ptrdiff_t>(size - from, first, count);
        std::fill(out.begin(), out.begin() + first, 0.0);
        if (last > first) std::copy(y.begin() + from + first, y.begin() + from + last, out.begin() + first);
        std::fill(out.begin() + last, out.end(), 0.0);
    };
}

std::vector<std::vector<std::vector<double>>> correlate(std::span<const SampleSource> ys,
                                                        std::ptrdiff_t origin, const SampleSource& g,
                                                        std::size_t length,
                                                        std::span<const LagWindow> windows,
                                                        unsigned threads) {
    const Blocks cut(length, windows);
    const std::size_t lanes = std::min<std::size_t>(2, cut.count);
    std::vector<Sums> sum(lanes);
    share_out(threads, lanes, [&](std::size_t l) {
        RealFft fft(cut.transform);
        const std::size_t bins = fft.bins();
        sum[l].assign(ys.size(), std::vector<Spectrum>(windows.size(), Spectrum(bins)));
        Spectrum piece(bins);
        for (std::size_t b = l; b < cut.count; b += lanes) {
            const std::size_t at = b * cut.block, n = std::min(cut.block, length - at);
            g(static_cast<std::ptrdiff_t>(at), {fft.signal(), n});
            std::fill(fft.signal() + n, fft.signal() + cut.transform, 0.0);
            fft.forward();
            std::copy_n(fft.spectrum(), bins, piece.begin());
            for (std::size_t c = 0; c < ys.size(); ++c)
                for (std::size_t w = 0; w < windows.size(); ++w) {
                    ys[c](origin + static_cast<std::ptrdiff_t>(at) + windows[w].first,
                          {fft.signal(), n + cut.lags - 1});
                    std::fill(fft.signal() + n + cut.lags - 1, fft.signal() + cut.transform, 0.0);
                    fft.forward();
                    const std::complex<double>* y = fft.spectrum();
                    Spectrum& s = sum[l][c][w];
                    for (std::size_t k = 0; k < bins; ++k) s[k] += std::conj(piece[k]) * y[k];
                }
        }
    });

    RealFft fft(cut.transform);
    std::vector<std::vector<std::vector<double>>> out(ys.size());
    for (std::size_t c = 0; c < ys.size(); ++c)
        for (std::size_t w = 0; w < windows.size(); ++w) {
            std::copy(sum[0][c][w].begin(), sum[0][c][w].end(), fft.spectrum());
            if (lanes > 1)
                for (std::size_t k = 0; k < fft.bins(); ++k) fft.spectrum()[k] += sum[1][c][w][k];
            fft.inverse();
            out[c].emplace_back(fft.signal(), fft.signal() + windows[w].count);
        }
    return out;
}

std::vector<std::vector<std::vector<double>>> correlate(std::span<const std::span<const double>> ys,
                                                        std::ptrdiff_t origin, std::span<const double> g,
                                                        std::span<const LagWindow> windows) {
    std::vector<SampleSource> sources;
    for (const auto& y : ys) sources.push_back(source_of(y));
    return correlate(sources, origin, source_of(g), g.size(), windows);
}

}  // namespace fourpole
