// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/analysis/noise_spectrum.hpp"
#include "rig/analysis/tone_fit.hpp"
#include "rig/measure/hum_line.hpp"
#include "rig/measure/pace_doubt.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_segments.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace fourpole {

/// One segment as one input holds it: its lines, what a device makes of them (harmonics of a single line,
/// products of two), and what is left over.
struct FittedInput {
    std::size_t from = 0, to = 0;  ///< samples of the capture that were used: steady to the end
    double rate_hz = 0.0;
    std::vector<double> hz;  ///< nominal: the player's own count
    ToneFit fit;
    NoiseSpectrum noise;       ///< of fit.rest
    std::size_t played = 0;    ///< of `hz`: the lines; behind them what a device makes of them
    double grain = 0.0;        ///< what a converter's steps may add at one frequency
    std::vector<HumLine> hum;  ///< fitted together with the tones, not in fit.rest
    /// Lines at the mains' orders that stand in fit.rest still: too short a stretch to fit them, or too near
    /// to a tone. What they leak to a tone is in its noise.
    std::vector<LineLeft> unfitted;
    /// Hum that the take holds elsewhere and that could not be told from the tones here: in their noise, too.
    std::vector<HiddenLine> hidden;

    /// Rms of the wander of the clock while it plays, seconds: a carrier that swings by sigma rad is smaller
    /// by sigma^2 / 2 of itself, and its sidebands leak A sigma / (pi T df) to what stands df beside it.
    double swing_s = 0.0;
    /// Of it what is seen block by block, and where that stands as the tones begin and end: far beside a tone
    /// this is what leaks. Of e^(j phi) over T there is at df, x = pi T df,
    ///     (phi(T/2) e^(j x) - phi(-T/2) e^(-j x)) / (2 x)
    /// to first order, all of it where df T is whole and phi odd, and nothing where it is even.
    PaceDoubt wander;

    double seconds() const { return static_cast<double>(to - from) / rate_hz; }
    /// Sample of the capture that the phases stand at.
    double centre() const { return static_cast<double>(from) + fit.centre(); }
    /// The tone at a nominal frequency, peak, with the rms of its complex error; nullopt: not fitted.
    std::optional<Estimate> at(double nominal_hz) const;
    /// Variance that the clock's swing makes at line i of `hz`.
    double variance_by_swing(std::size_t i) const;
    /// ... of it what line k leaks there.
    double variance_by_leak(std::size_t k, std::size_t i) const;
    /// Of the complex error at f, what hum may do to it that could not be fitted.
    double variance_by_hum(double f) const;
    /// Mean square of all that is neither tone nor product: the noise, and the hum as lines.
    BandPower band(double from_hz, double to_hz, const std::function<double(double)>& gain) const;
    /// The first `most` samples of fit.rest with the hum in it.
    std::vector<double> rest_with_hum(std::size_t most) const;
};

struct FittedSegment {
    ToneSegment segment;
    PerSide<std::optional<FittedInput>> input;  ///< by captured side; nothing: not captured or not heard
    double scale = 1.0, u_scale = 0.0;          ///< by this segment alone
};

struct FittedTones {
    std::vector<FittedSegment> segments;
    /// The player's clock by all of them together, ppm; nullopt where no line is strong enough to tell.
    std::optional<double> ppm;
    double u_ppm = 0.0;               ///< with what the wander that was seen may do
    double seconds = 0.0;             ///< that `ppm` is the mean of: from the first of them to the last
    std::optional<PaceDoubt> wander;  ///< of the longest segment that can tell
};

/// The input that holds most of a place; nothing where none holds anything.
std::optional<Side> loudest_input(const Recording& recording, const TonePlace& place);

/// Highest harmonic that is looked for.
inline constexpr int highest_harmonic = 10;

/// Frequencies that a device makes of a segment's lines: harmonics 2 to 10 of a side's only line, products up
/// to order 3 of two (and f2 +- 2 f1), each below 0.49 of the capture's rate and at least two bins off every
/// other.
std::vector<double> products_of(const ToneSegment& segment, double rate_hz, double seconds);

/// What else is to be done to each segment, of that number. Called on any thread.
using BesideFits = std::function<void(std::size_t)>;

/// @param grain     per input, as grain_of()
/// @param told_ppm  the clock where markers or the user say it
/// @param pauses    the hum that each input holds where nothing plays
/// @param beside    done beside the fits; also where no clock was found
FittedTones fit_segments(const Recording& recording, const std::vector<ToneSegment>& segments,
                         const TonePlaces& places, const PerSide<double>& grain,
                         std::optional<double> told_ppm, const PerSide<HumElsewhere>& pauses,
                         const BesideFits& beside);

}  // namespace fourpole
