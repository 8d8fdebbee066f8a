// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One line of a table: a figure of one arm beside what the model said.
struct KeyFigure {
    std::string quantity, unit;
    std::optional<double> at_hz;
    Point measured;
    std::optional<Point> predicted;
    std::optional<double> low, high, z;
    std::string model;  ///< state of the whole comparison, "" where nothing was predicted
};

/// Response of both sides and crosstalk both ways at 1 kHz, clock offset; in this order, what
/// the run has no mean of is marked not measured.
std::vector<KeyFigure> key_figures(const RunRecord& run, const std::string& arm);

/// Every mean of the arm: scalars as they are, curves at 100 Hz, 1 kHz and 10 kHz (the
/// nearest point within 6 %).
std::vector<KeyFigure> all_figures(const RunRecord& run, const std::string& arm);

/// The arm's mean of one quantity, or null.
const Reading* mean_of(const RunRecord& run, const std::string& arm, const Reading& like);

/// What the drivers hear, as measured; "" where nothing was.
std::string measured_wiring(const RunRecord& run, const std::string& arm);
/// The same, or "not measured (predicted: stereo)".
std::string wiring_words(const RunRecord& run, const std::string& arm);

/// The word for the arm's model: "wired otherwise than predicted" where that is so, else violated
/// if any comparison is, holds if any does.
std::string model_state(const RunRecord& run, const std::string& arm);

/// The point of a curve nearest to `hz` on a log axis, within 6 %; null if there is none.
const Point* nearest(const Reading& reading, double hz);

}  // namespace fourpole
