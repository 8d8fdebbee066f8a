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
/// The same, one list a frequency, in the order of their first.
std::vector<std::vector<SingleTone>> of_each_frequency(const std::vector<SingleTone>& tones);
/// Three levels or more of one frequency.
bool is_ladder(const std::vector<SingleTone>& tones_of_one);
/// Of each frequency the loudest.
std::vector<SingleTone> loudest_of_each(const std::vector<SingleTone>& tones);

/// `level` of single tones, `linearity` of three or more levels at one frequency.
void read_levels(const ToneContext& context, Readings& out);

/// `response`, `transfer` and `crosstalk` at the frequencies that one side plays alone.
void read_tone_responses(const ToneContext& context, Readings& out);

/// `harmonic` (2 to 10), `thd`, `thd_n` of single tones: the loudest of each frequency. Three frequencies or
/// more are stepped sines, and a reading is then a curve over them.
void read_distortion(const ToneContext& context, Readings& out);

/// `interchannel_distortion` of single tones while the other side is idle: harmonics (2 to 10) that appear on
/// the idle side, re the driven side's fundamental, and their sum:
///     20 lg (A_n there / A_1 of the driven side),   10 lg (sum over n of (A_n^2 - noise^2) / A_1^2)
/// Both as they are heard there: what leaks of the driven side's own harmonics is part of it, and what that
/// would be with the crosstalk at the tone is told beside (`leaked_db`). Accuracy: as `harmonic`. at_most
/// below 3 times the noise there.
void read_interchannel(const ToneContext& context, Readings& out);

/// `clipping_knee` (rig/measure/clipping_knee.hpp) of the tones of each frequency: a ladder, or one level
/// that is clipped hard.
void read_clipping_knee(const ToneContext& context, Readings& out);

/// `imd_smpte`, `imd_ccif`, `imd_dfd`, `imd_md` of two tones on a side.
void read_intermodulation(const ToneContext& context, Readings& out);

/// `dc` beside the tones, of sides whose pauses gave none.
void read_dc_beside_tones(const ToneContext& context, Readings& out);

/// `noise` of the player's own silence events, 0.2 s or more of them behind whatever decays; each weighting.
/// With several the powers are joined by their lengths. Digital silence is at_most: half of `step`, the
/// converter's, as rms, times the most that the weighting does.
void read_idle_noise(const Recording& recording, const Programme& programme, const Clock& clock, double step,
                     const ToneContext& context, Readings& out);

/// `jitter`: per side from the J-test, or else from the single tone whose phase says most of time, of half a
/// second or more. Pairs of sidebands from 10 Hz to min(5 kHz, f / 2, 0.9 (fs / 2 - f)) beside it, each a
/// line of phase, P rad peak (rig/analysis/sidebands):
///     J = |P| / (2 pi f) / sqrt 2 s rms,   value = sqrt(sum J^2)
/// over the pairs whose phase stands above the noise (less than 5e-4 false ones a side), free of the noise's
/// own share; u from the noise beside each. at_most where there is none: no one line is larger. Not counted,
/// and told apart in the details: what is nearer than 10 Hz (`wander`), lines without their mirror image,
/// pairs whose phase is less than 2 % of their amplitude (0.35 dB of slope between two sidebands makes that
/// of a pure amplitude modulation), and of a J-test its own square (`stimulus_s`), taken out of the lines at
/// odd multiples of fs / 192 where its place in the cycle is found; what is left there is `with_the_data_s`.
/// Accuracy: sd of a line sqrt(S / T) / (2 pi f A) s rms, S the noise's mean square per hertz: 0.08 ps for
/// -115 dBFS in 20 kHz, 4 s of a J-test. At the odd lines
/// of a J-test the device's gain is taken for equal to 0.35 dB from one sideband to the other, of 16 bits
/// 0.24 ps in u. f is the frequency as played: J counts the player's own seconds. Sidebands of higher orders,
/// b^2 / 4 of a phase of b rad, products of two lines, and those of a line and of slow wander are none of
/// their own (rig/measure/jitter_sidebands). What is slower than 7 Hz is no line; where it is more than noise
/// it is told as `slow_wander_taken_out_s`, rms, with its u.
/// Faults: none; nothing is read where no tone is 20 dB over the noise in its bin.
void read_jitter(const ToneContext& context, Readings& out);

/// `wander`: the time error of the player's clock, block by block of 10 ms, from the single tone, pilot or
/// J-test of one second or more that tells time best:
///     time = arg(sum over the block of (tone + rest) e^(-j (w t + theta))) / w,   w the tone's own as fitted
/// positive: the player is ahead of its mean pace. A curve over `time_s`, seconds of the capture from where
/// the segment is steady; start and pace of the segment itself are fitted, so a drift is not in it. What the
/// mean over a block takes off (sinc(f block): 30 % at 45 Hz) is put back by a filter of nine blocks, so that
/// the first and the last four have no point. u of each point: 1.17 sqrt(2 / N) sigma / A / w by the noise 40
/// to 150 Hz beside the tone. Details: `rms_s`,
/// `peak_to_peak_s`, `noise_rms_s` (what u alone makes of the rms), `beyond_noise_s`, `says`.
/// Accuracy: as u, and 1.3 % of wander up to 45 Hz (`band_to_hz`); what is faster than 50 Hz is seen as
/// something slower, and is jitter's to tell. Of a clock that wanders far beyond the noise the ends may be
/// cut off, as of any segment whose rest is not steady there. Faults: none; tones below 500 Hz are not used,
/// five periods a block being the least.
void read_wander(const ToneContext& context, Readings& out);

/// `dynamic_range`, `effective_bits` and `noise` beside a tone of -40 dBFS or less.
void read_dynamic_range(const ToneContext& context, Readings& out);

}  // namespace fourpole
