// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <array>
#include <string>
#include <vector>

namespace fourpole {

/// What the model says of one player with one earphone, at 1 kHz and the highest volume.
struct MatrixCell {
    std::string earphone, earphone_name;
    std::string outcome;               ///< of the wiring, in words
    std::vector<std::string> hazards;  ///< shorted outputs
    double short_ampere_per_volt = 0.0;
    ArmPrediction prediction;  ///< scalars with their bands: level, crosstalk, power_max, noise ...

    bool hazard() const { return !hazards.empty(); }
};

struct MatrixPlayer {
    std::string id, name;
    std::vector<std::string> guesses;  ///< keys whose value is a guess, of those that decide level and power
    std::vector<MatrixCell> cells;
};

/// Every player with every earphone.
struct Matrix {
    std::vector<MatrixPlayer> players;
};

/// One block of up to 80 columns a player; each figure with the range of 95 % of units under it.
std::string matrix_text(const Matrix& matrix, bool colour);

/// The same as one self-contained page: no script, nothing from elsewhere.
std::string matrix_html(const Matrix& matrix);

/// The same as a fourpole/record@1 of kind "matrix"; each reading names its player and earphone.
std::string matrix_json(const Matrix& matrix);

// --- what a cell shows, as text ---

enum class Column { level, separation, power, bass, noise };
inline constexpr std::array columns_shown{Column::level, Column::separation, Column::power, Column::bass,
                                          Column::noise};
struct ShownFigure {
    std::string value;  ///< "-4.6", "none", "1.33 I" (limited by current) or "-" where nothing is known
    std::string range;  ///< "-5.1..-4.2", "" without a band
};
/// Of the two sides the worse one: lower level and power, less separation, higher cut-off and
/// noise. Power with both sides driven, followed by V or I for what limits it. Where the wiring is
/// not stereo: no separation, and the power of the side that plays, its own side driven.
ShownFigure shown(const MatrixCell& cell, Column column);

}  // namespace fourpole
