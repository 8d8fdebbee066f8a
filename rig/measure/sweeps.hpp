// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/measure/excitation.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/recorded_pace.hpp"
#include "rig/programme.hpp"
#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace fourpole {

/// A take is read on as many threads: it has two sides.
constexpr unsigned analysis_threads = 2;

/// Volts behind one captured side's numbers; 1 and "raw" where nobody said.
struct SideCalibration {
    double volts_per_full_scale = 1.0;  ///< peak volts
    double relative_u = 0.0;
};
struct Calibration {
    PerSide<SideCalibration> side;
    std::string state = "raw";  ///< raw | nominal | calibrated
};
Calibration calibration_of(const Take& take);

/// What the last round of taking other events away still moved a response by, relative.
struct Unsettled {
    std::vector<double> hz;
    std::vector<std::vector<double>> relative;  ///< [y][i]

    double at(std::size_t y, double frequency_hz) const;
};

/// One wide-band event (sweep, or a recorded stimulus), deconvolved on every captured side.
struct Probe {
    std::size_t event = 0;
    PerSide<bool> drives{};
    double start_s = 0.0, f1_hz = 0.0, f2_hz = 0.0;
    double fade_in_hz = 0.0, fade_out_hz = 0.0;  ///< of a sweep: where the fades end and begin
    bool sweep = false;
    /// What a converter's steps may add at one frequency, re the drive, where neither noise nor dither
    /// blurs them (`grain_of`); else 0.
    PerSide<double> grain{};
    /// Of a recorded stimulus: how far its pace is known (1 = 1e6 ppm), and what that does to a response.
    double u_pace = 0.0;
    PaceSpread spread{};
    Unsettled unsettled{};
    double swing_s = 0.0;  ///< ... and how far its clock still wanders about it, rms
    /// Relative, what both do to a response at f.
    double smeared(double frequency_hz) const;
    bool heard = true;           ///< it stands above the noise over half of its band on some input
    std::vector<Side> captured;  ///< side of each y of `deconvolution`
    std::unique_ptr<Deconvolution> deconvolution;

    std::optional<std::size_t> y_of(Side captured_side) const;
};

/// What a sweep or file of the programme plays, on the capture's time.
Result<PreparedEvent> prepared_event(const Recording& recording, const Programme& programme,
                                     const Clock& clock, std::size_t event, const SamplesEarly& early = {});

/// Amplitude that steps of one size may leave at one frequency: 0.3 steps. Without noise or dither over them
/// the error of a quantiser belongs to the wave, and averages away with nothing: its fundamental is
/// 2/pi sum J1(2 pi k A) / k steps, at most 0.3 for a wave of A > 1 steps, and harmonics are as large. 0
/// where the capture's last digit moves in its pauses (no 64 samples alike).
double grain_of(std::span<const double> samples, double step);

Result<std::vector<Probe>> probe_all(const Recording& recording, const Programme& programme,
                                     const Clock& clock, int orders);

/// 1000 Hz * 2^(k / per_octave) from low_hz to high_hz.
std::vector<double> octave_grid(double low_hz, double high_hz, int per_octave);

/// What was played is above the noise over most of its band on some input.
bool is_heard(const Probe& probe);

/// Frequencies that readings are given at: 1000 Hz * 2^(k/24) within the probe's trusted band, and where a
/// recorded stimulus plays (Deconvolution::excites), from 10 Hz up.
std::vector<double> reading_grid(const Probe& probe, int per_octave);

/// What gate and band edges leave of harmonic `order` at f0, a standard uncertainty in dB, in whose half gate
/// so many cycles of order * f0 fit. 0.01 dB; next to the sweep's start, where a harmonic has hardly
/// begun, 1.5 dB. Of a fast sweep the next order comes so soon that a gate of few cycles lets some of it in:
/// 0.15 dB with three, 0.03 with five. Where the gate, 1 / its half wide, reaches into the sweep's fade, up
/// to 0.08 dB (sweeps of L = 0.05 to 1.5 s through ten known orders).
double harmonic_systematic_db(const Probe& probe, int order, double f0_hz, double cycles);

/// Which captured side carries each output of the player (crossed where the plug is).
using SideMap = PerSide<Side>;

/// 2x2 at 1 kHz (or the middle of the band): from[captured side][driven side], relative to the
/// largest coefficient. nullopt unless both sides are driven one at a time and both captured.
struct MeasuredMatrix {
    PerSide<PerSide<std::complex<double>>> from;
    double frequency_hz = 0.0;
};
std::optional<MeasuredMatrix> matrix_at_1khz(const std::vector<Probe>& probes, double shift_samples,
                                             double rate_hz);

/// response, transfer, crosstalk, harmonic readings; `shift_samples` is the delay taken out.
void read_sweeps(const std::vector<Probe>& probes, const SideMap& map, const Calibration& calibration,
                 double shift_samples, double rate_hz, const std::vector<std::string>& analyses, int orders,
                 Readings& out);

}  // namespace fourpole
