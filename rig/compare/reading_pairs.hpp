// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Two readings of one quantity, and what there is to say about how they were made; a sentence each.
struct ReadingPair {
    Reading a, b;
    std::vector<std::string> notes;
};

/// Two readings of one quantity that must not be subtracted, and why: "unit dB in A, dBV in B".
struct UnlikePair {
    Reading a, b;
    std::string why;
};

struct PairedReadings {
    std::vector<ReadingPair> pairs;
    std::vector<UnlikePair> unlike;
    Readings only_a, only_b;  ///< without a counterpart
};

/// What forbids b - a; nothing where the conditions are alike:
///   unit, axis, place of a single figure (1e-9), definition and its version, calibration state, and the
///   details that are conditions (weighting, band, level and frequency of the tones, plug or driver ...).
/// Different methods (sweep, tones, model, loads) of response, transfer, crosstalk and impedances read one
/// quantity and are alike; another version of one method, a sweep that drove both sides, or a fixture that
/// was taken out of one of two takes are not. A model has no calibration: what it predicts may stand
/// beside any state but raw, and beside raw where it is a ratio of two inputs (crosstalk).
std::optional<std::string> unlike(const Reading& a, const Reading& b);

/// Pairs the readings of two records by name, sides and order; of several (three weightings of one noise)
/// each with the one that is alike. What is left over on both sides of one quantity is `unlike`. Of a model
/// and a measurement only what both mean by one word is paired (response, transfer, crosstalk, impedances,
/// wiring); of takes everything but curves over the time of one take.
PairedReadings pair_readings(const Readings& a, const Readings& b);

}  // namespace fourpole
