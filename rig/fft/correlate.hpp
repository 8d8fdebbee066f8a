// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace fourpole {

/// A stretch of lags: first, first + 1 ... first + count - 1 samples.
struct LagWindow {
    std::ptrdiff_t first = 0;
    std::size_t count = 0;
};

/// A signal that is asked for piece by piece: fills `out` with its samples from, from + 1 ..., 0 where it has
/// none. Asked by two threads at once.
using SampleSource = std::function<void(std::ptrdiff_t from, std::span<double> out)>;

/// `y` itself, which must outlive the source.
SampleSource source_of(std::span<const double> y);

/// Streaming cross-correlation over a few lags only:
///
///     r[w][i] = sum_n g[n] y[origin + n + window[w].first + i],  n = 0 .. length - 1
///
/// exact linear correlation (samples outside y count as zero), in blocks that stay in the
/// cache: time O((N/B) M log M), memory O(M), M = block + lags, whatever the length of g.
/// One result per y and window: result[y][w][i]. Accuracy: 1e-15 of the largest |r|.
/// Every other block is summed by itself, so that two threads share the work and the sum is the same to the
/// last bit on one.
std::vector<std::vector<std::vector<double>>> correlate(std::span<const SampleSource> ys,
                                                        std::ptrdiff_t origin, const SampleSource& g,
                                                        std::size_t length,
                                                        std::span<const LagWindow> windows,
                                                        unsigned threads = 1);
std::vector<std::vector<std::vector<double>>> correlate(std::span<const std::span<const double>> ys,
                                                        std::ptrdiff_t origin, std::span<const double> g,
                                                        std::span<const LagWindow> windows);

}  // namespace fourpole
