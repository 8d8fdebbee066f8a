// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/result.hpp"

#include <span>
#include <vector>

namespace fourpole {

/// How the player's time runs against the capture's: sample n of the capture is at
///     u = (1 + ppm 1e-6) (n - start) / rate_hz
/// ppm > 0: the player runs fast against the converter, its tones come out high.
struct Clock {
    double rate_hz = 48000.0;  ///< of the capture, nominal
    double start = 0.0;        ///< sample of the capture at which u = 0
    double ppm = 0.0;

    double u_at(double sample) const { return (1.0 + ppm * 1e-6) * (sample - start) / rate_hz; }
    double sample_at(double u_s) const { return start + u_s * rate_hz / (1.0 + ppm * 1e-6); }
};

/// First and last u of an event, seconds.
double event_start(const Event& event);
double event_end(const Event& event);
/// ... and of a file that nobody read: the programme's end.
double event_end(const Event& event, const Programme& programme);

/// Instantaneous value of one event at u; zero outside it. Closed form for chirp, sweep,
/// tones, silence and J-test; a `file` event and noise have none and read as zero here
/// (the caller holds their samples).
///   chirp  A sin(2 pi (f1 v + (f2 - f1) v^2 / (2 D))), raised-cosine edges
///   sweep  A sin(2 pi f1 L exp(v / L)), L = rate_s; farina: A sin(2 pi f1 L (exp(v / L) - 1))
///   tones  sum A_i sin(2 pi f_i v + phase_i)
///   J-test Dunn's cycle of 192 words at the player's rate: C00000 C00000 400000 400000 x 24,
///          then one least significant bit lower x 24; between the words its Fourier series
/// `phase_rad` turns every sine by that angle (pi / 2: its quadrature).
double value_at(const Event& event, double u_s, double phase_rad = 0.0);

/// Adds the event to `out`, out[i] being sample first + i of the capture (or of the
/// player's own file, with Clock{rate, 0, 0}).
void add_event(const Event& event, const Clock& clock, double first, std::span<double> out,
               double phase_rad = 0.0);

/// All events of one side from sample 0 on.
std::vector<double> render(const Programme& programme, Side side, const Clock& clock, std::size_t frames);

/// Frequency of a chirp or sweep at u (0 for any other event, and outside it).
double frequency_at(const Event& event, double u_s);

/// Seconds that a sweep lasts: L ln(f2 / f1).
double duration_s(const Sweep& sweep);

}  // namespace fourpole
