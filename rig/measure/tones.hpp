// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/sweeps.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What the readings of tones rest on.
struct ToneContext {
    const FittedTones& tones;
    const SideMap& map;  ///< which input carries each output of the player
    const Calibration& calibration;
    const std::vector<std::string>& analyses;
    std::optional<Clock> clock;  ///< with a start, where one is known: phases stand on it

    bool calibrated() const { return calibration.state != "raw"; }
    /// Volts (rms) per full scale of an output's input, or 1.
    double scale(Side output) const;
    double relative_u(Side output) const;
    const std::optional<FittedInput>& input(const FittedSegment& segment, Side output) const {
        return segment.input[map[output]];
    }
};

/// A segment of one tone on one side.
struct SingleTone {
    const FittedSegment* segment = nullptr;
    double hz = 0.0, amplitude = 0.0;  ///< as played
};
/// Those that the side's own input holds, in the order of time.
std::vector<SingleTone> single_tones(const ToneContext& context, Side side);
/// Of each frequency the loudest.
std::vector<SingleTone> loudest_of_each(const std::vector<SingleTone>& tones);

/// `level` of single tones, `linearity` of three or more levels at one frequency.
void read_levels(const ToneContext& context, Readings& out);

/// `response`, `transfer` and `crosstalk` at the frequencies that one side plays alone.
void read_tone_responses(const ToneContext& context, Readings& out);

/// `harmonic` (2 to 10), `thd`, `thd_n` of single tones: the loudest of each frequency.
void read_distortion(const ToneContext& context, Readings& out);

/// `imd_smpte`, `imd_ccif`, `imd_dfd`, `imd_md` of two tones on a side.
void read_intermodulation(const ToneContext& context, Readings& out);

/// `dc` beside the tones, of sides whose pauses gave none.
void read_dc_beside_tones(const ToneContext& context, Readings& out);

/// `noise` of the player's own silence events, 0.2 s or more of them behind whatever decays; each weighting.
/// With several the powers are joined by their lengths.
void read_idle_noise(const Recording& recording, const Programme& programme, const Clock& clock,
                     const ToneContext& context, Readings& out);

/// `dynamic_range`, `effective_bits` and `noise` beside a tone of -40 dBFS or less.
void read_dynamic_range(const ToneContext& context, Readings& out);

}  // namespace fourpole
