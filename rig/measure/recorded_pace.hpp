// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// One side's files as they were played, and the input on which they are heard.
struct RecordedPath {
    std::span<const double> played;    ///< sample n at u = n / rate
    std::span<const double> captured;  ///< mean taken out
};

/// How far the times at which one frequency is heard lie apart, as what a wrong pace does to a response:
///
///     V(f) = sum_b |D_b|^2 / sum_b |X_b|^2 = (2 pi f)^2 var(t), s^2
///
/// A pace that is off by e makes the response e^2 V / 2 too small, relatively; a sweep, which is at each
/// frequency once, has next to nothing of it.
struct PaceSpread {
    double hz_per_bin = 0.0;
    std::vector<double> v;

    /// Relative, of a response at f by a pace that is known to u (1 = 1e6 ppm).
    double bias(double frequency_hz, double u_pace) const;
};

struct RecordedPace {
    double ppm = 0.0, u_ppm = 0.0;
    double spread_s = 0.0, block_s = 0.0;
    PaceSpread spread;

    /// True where it is a pace: one frequency is heard at times that lie apart, and u is that of a clock
    /// (two crystals are 100 ppm apart).
    bool known() const { return spread_s > 0.5 * block_s && u_ppm < 20.0; }
};

/// The player's pace from what it played, whatever the device between makes of it: no model of the device is
/// needed, for one and the same frequency at different times went through it alike. In half-overlapping
/// blocks under a sine window w, with X = FFT(w x(u)), W = FFT(w' x), D = FFT(w dx/de) (e = a change of the
/// pace), and H(f), G(f) free (G = j dH/d omega: what the device delays leaves one block for the next):
///
///     sum_f sum_b |Y - H X - G W - e H D|^2 / s_f^2 -> least
///     e = sum Re((Y - H X - G W) conj(H E)) / s_f^2 / sum |H E|^2 / s_f^2,  E = D less its parts along X, W
///
/// and again with x evaluated anew. s_f^2 is what is left over around f. u: the larger of what s_f^2 gives
/// and the scatter of the blocks' own scores, neighbours included. A single sweep is at each frequency once:
/// a pace is to it what a delay that grows with log f is, and spread_s, the times' standard deviation behind
/// E, is far below a block. It then tells nothing.
///
/// @param clock  start to a block's tenth, pace so that x is nowhere off by more than a few samples
/// Accuracy: u (tests/recorded_track_test.cpp). nullopt: fewer than four blocks, or nothing common in them.
std::optional<RecordedPace> recorded_pace(std::span<const RecordedPath> paths, const Clock& clock);

}  // namespace fourpole
