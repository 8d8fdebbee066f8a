// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fourpole {

/// Where the knee of a level ladder is taken to be, whichever a rising level reaches first. 1 % is what data
/// sheets call the distortion-limited output; a hard clip has it 0.25 dB above the level at which it begins.
inline constexpr double knee_thd = 0.01;
inline constexpr double knee_compression_db = 0.1;

/// One level of a tone as it arrived.
struct Rung {
    double played = 0.0;                              ///< peak, of the player's full scale
    Estimate fundamental;                             ///< peak
    std::vector<std::pair<int, Estimate>> harmonics;  ///< order and peak, those that could be looked for
};

/// Which sine, cut off at +-clip, has a rung's harmonics.
struct HardClip {
    double over_db = 0.0;  ///< peak of the whole sine over the clip level
    double u_over_db = 0.0;
};

/// The overdrive whose closed form (rig/model/clipping.hpp) has the rung's sum of harmonics, of the same
/// orders. nullopt where the pattern is another one: the single orders' sizes, even ones 0, must agree within
/// 10 % of the sum; where less than two odd orders were looked for; or where the sum does not stand 10 dB
/// over the noise. What does not agree is part of u: a filter behind the clip moves it.
std::optional<HardClip> hard_clip(const Rung& rung);

struct Knee {
    State state = State::exact;
    double played_db = 0.0, u_played_db = 0.0;  ///< dB re the player's full scale
    double level_db = 0.0, u_level_db = 0.0;    ///< of the fundamental as captured, there
    std::string law;                            ///< "hard clip" or "between steps"
    std::string criterion;                      ///< what is reached there; "" of a bound
    std::optional<double> clip_level;           ///< of a hard clip: its flat top, peak
};

/// The level from which on the harmonics 2 to 10 are 1 % of the fundamental, or the gain is 0.1 dB below that
/// of the quietest rung known to 0.01 dB; of rungs from -40 dBFS on, below which neither speaks of clipping.
///
/// Hard clip (`hard_clip` fits the first rung beyond): where its closed form has 1 %, c = clip / peak
///     played = played_k c_k / c_1%,   level = level_k c_k / b1(c_k) b1(c_1%) / c_1%
/// which needs no second rung: one clipped tone does. Else between the last rung below and the first beyond,
/// the logarithm of THD or compression being taken for straight over the level in dB; half of what a straight
/// THD would make of it is u, a hyperbola's worth of doubt about the law.
/// at_least: the loudest rung is not beyond (the loudest clean one is told). at_most: all are, and not by a
/// hard clip. nullopt: noise hides it on every rung. Accuracy: hard clip 0.01 dB, else u
/// (tests/clipping_knee_test).
std::optional<Knee> clipping_knee(std::vector<Rung> rungs);

}  // namespace fourpole
