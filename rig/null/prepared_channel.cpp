// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/prepared_channel.hpp"

#include "rig/analysis/health.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace fourpole {

namespace {

/// True where it never moves by more than one step; see dead(). Its runs of zeros by the way.
bool is_silent(const Samples& x, double step, const Told& told, ZeroRuns& zeros) {
    double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
    x.each_piece([&](std::span<const double> piece) {
        const auto [least, most] = std::minmax_element(piece.begin(), piece.end());
        low = std::min(low, *least), high = std::max(high, *most);
        zeros.add(piece);
        told(0.0);
    });
    return dead(std::array{low, high}, step);
}

}  // namespace

Channel prepared_channel(const NullCapture& capture, std::size_t index, std::optional<Side> side,
                         const Correction& correction, const Told& told) {
    Channel out;
    out.side = side;
    Samples x = capture.channels[index];
    ZeroRuns zeros;
    out.silent = is_silent(x, capture.step, told, zeros);
    if (out.silent) return out;
    out.zeros = zeros.runs();
    const auto curve = std::find_if(correction.begin(), correction.end(),
                                    [&](const CorrectionCurve& c) { return c.side == side; });
    if (curve != correction.end()) x = corrected(x, capture.rate_hz, curve->points);
    Mean sum;
    x.each_piece([&](std::span<const double> piece) {
        sum.add(piece);
        told(0.0);
    });
    if (curve == correction.end()) out.zero = 0.0 - sum.value();
    out.samples = {x.size(), [x, middle = sum.value()](std::size_t from, std::span<double> to) {
                       x.copy(static_cast<std::ptrdiff_t>(from), to);
                       for (double& v : to) v -= middle;
                   }};
    out.low = low_rate(out.samples, capture.rate_hz, told);
    return out;
}

}  // namespace fourpole
