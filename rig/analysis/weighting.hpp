// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace fourpole {

/// How an ear or a standard weights noise. The names are those of records.
enum class Weighting { none, a, ccir_rms };
inline constexpr std::array all_weightings{Weighting::none, Weighting::a, Weighting::ccir_rms};

constexpr std::string_view name(Weighting w) {
    switch (w) {
        case Weighting::none: return "none";
        case Weighting::a: return "A";
        case Weighting::ccir_rms: return "ccir_rms";
    }
    return "none";
}

/// Amplitude gain of the analog curve at f (no digital filter, so nothing is warped near fs / 2):
///
///   none      1
///   A         IEC 61672-1, Annex E: double zero at 0, poles at 20.598997 (twice), 107.65265, 737.86223
///             and 12194.217 Hz (twice), 1 at 1 kHz
///   ccir_rms  the curve of ITU-R BS.468-4 by the polynomials of its network, 5.63 dB lower: 1 at 2 kHz
///             (AES17, CCIR-RMS)
///
/// Accuracy: the printed tables' within 0.05 dB (they are rounded to 0.1).
double weight(Weighting weighting, double frequency_hz);

/// Amplitude gain of the notch that AES17 puts on a tone: second order, zero at f0,
///     |1 - x^2| / sqrt((1 - x^2)^2 + (x / Q)^2), x = f / f0
double notch(double frequency_hz, double tone_hz, double q);
inline constexpr double aes17_notch_q = 2.0;  ///< AES17 allows 1.2 to 3

}  // namespace fourpole
