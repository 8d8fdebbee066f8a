// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/signal.hpp"

#include <complex>
#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// One frequency of a segment, and what each side plays at it: x(u) = Re(played e^(j 2 pi f u)), u counted
/// on the player's clock from the programme's start; 0 where a side is silent there.
struct PlayedLine {
    double hz = 0.0;
    PerSide<std::complex<double>> played{};
};

/// Words of a J-test: what a segment plays beside its carrier, a line at a quarter of the words' rate.
struct PlayedJTest {
    int bits = 24;
    double rate_hz = 0.0;
};

/// A time in which the same tones play on both sides, steadily, and nothing else does.
struct ToneSegment {
    double start_s = 0.0, end_s = 0.0;  ///< u, without the tones' edges
    std::vector<PlayedLine> lines;      ///< rising in frequency
    std::optional<PlayedJTest> jtest;   ///< one of the lines is its carrier

    /// Lines that this side plays.
    std::size_t lines_of(Side side) const;
    /// The loudest of them, peak; 0 where it is silent.
    double loudest_of(Side side) const;
};

/// What is shorter is not read.
inline constexpr double shortest_tone_s = 0.05;
/// Lines nearer than this over their time are nobody's to tell apart, and their segment is not read.
inline constexpr double least_bins_apart = 1.0;

/// The segments of a programme in the order of time, those of at least 50 ms. Tones of one frequency that
/// overlap on a side count as their sum; what nobody plays (no amplitude, or the sum cancels) is no line. A
/// J-test is its carrier, sqrt(1/2) sin(2 pi fs / 4 (u - start) - 3 pi / 4), and is found and fitted as that;
/// two at once are none.
std::vector<ToneSegment> tone_segments(const Programme& programme);

}  // namespace fourpole
