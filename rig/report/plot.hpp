// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One curve of a plot. `ink` is a CSS class that sets --ink, so that light, dark and paper
/// choose the colour.
struct Trace {
    enum class Kind { measured, predicted, floor };
    Kind kind = Kind::measured;
    std::string ink;
    bool dashed = false;
    std::vector<Point> points;
};

/// A filled 95 % band.
struct FilledBand {
    std::string ink;
    std::vector<double> at, low, high;
};

struct Plot {
    std::string title;        ///< read aloud by a screen reader
    std::string description;  ///< what the curves show, in words
    std::string unit_label;   ///< of the vertical axis: "dB re EMF"
    std::vector<FilledBand> bands;
    std::vector<Trace> traces;
};

/// The range of one axis and where its lines go.
struct Axis {
    double low = 0.0, high = 1.0;
    std::vector<double> ticks;
};

/// Covers all of `values` with lines every 1, 2 or 5 times a power of ten, at most 8 of them,
/// over at least `least_span`.
Axis linear_axis(double low, double high, double least_span);
/// 1-2-5 lines inside the decades from `low` to `high`.
Axis logarithmic_axis(double low, double high);

/// Level over log frequency as inline SVG, no script, scalable; bounds are drawn as marks
/// that point to where the truth may lie. "" when there is nothing to draw. `number` makes
/// the identifiers in one document differ.
std::string svg(const Plot& plot, int number);

}  // namespace fourpole
