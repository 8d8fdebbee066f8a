// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"

#include <string_view>

namespace fourpole {

/// Bits that a dynamic range is worth, and back. "14 bits" are three different figures:
///
///     step_ratio       20 log10(2^N)                       84.29 dB   full scale / one step
///     ideal_quantizer  20 log10(2^N sqrt(3/2))             86.05 dB   sine / its rounding, full band
///     tpdf_dithered    20 log10(2^N sqrt(1/2))             81.28 dB   the same with TPDF dither
///
/// (rounding: step^2 / 12; triangular dither of two steps adds step^2 / 6, three times as much
/// in all). Unweighted, over the whole band up to half the sample rate.
/// Accuracy: arithmetic, 1e-15 relative.
/// Source: PHYSICS 1.3; IEEE 1241 defines ENOB from SINAD with the ideal quantizer.
double effective_bits(double dynamic_range_db, BitsDefinition definition);
double dynamic_range_db(double bits, BitsDefinition definition);

}  // namespace fourpole
