// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// A stretch of lags: first, first + 1 ... first + count - 1 samples.
struct LagWindow {
    std::ptrdiff_t first = 0;
    std::size_t count = 0;
};

/// Streaming cross-correlation over a few lags only:
///
///     r[w][i] = sum_n g[n] y[origin + n + window[w].first + i]
///
/// exact linear correlation (samples outside y count as zero), in blocks that stay in the
/// cache: time O((N/B) M log M), memory O(M), M = block + lags, whatever the length of g.
/// One result per y and window: result[y][w][i]. Accuracy: 1e-15 of the largest |r|.
std::vector<std::vector<std::vector<double>>> correlate(std::span<const std::span<const double>> ys,
                                                        std::ptrdiff_t origin, std::span<const double> g,
                                                        std::span<const LagWindow> windows);

}  // namespace fourpole
