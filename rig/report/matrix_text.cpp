// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/matrix.hpp"

#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <array>

namespace fourpole {
namespace {

constexpr int screen_columns = 80;
constexpr int name_columns = 18;

struct Heading {
    const char *name, *unit;
    int columns;
};
constexpr std::array headings{Heading{"level", "dBV", 13}, Heading{"separation", "dB", 12},
                              Heading{"power", "mW", 13}, Heading{"bass from", "Hz", 11},
                              Heading{"noise", "dBV", 13}};
static_assert(headings.size() == columns_shown.size());

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

/// Two lines: the figures, and under them the ranges or what is heard instead of stereo.
std::string rows(const MatrixCell& cell, bool colour) {
    const std::string name = pad_right(cut(harmless(cell.earphone), name_columns), name_columns);
    const std::string heard = cut("    " + harmless(cell.outcome), screen_columns);
    if (cell.hazard()) {
        std::string outputs;
        for (const std::string& output : cell.hazards) outputs += (outputs.empty() ? "" : ", ") + output;
        const std::string words = cut(fmt::format("HAZARD: {} shorted, {:.0f} mA per volt of EMF; no power",
                                                  outputs, 1e3 * cell.short_ampere_per_volt),
                                      screen_columns - name_columns - 1);
        return name + " " + inked(words, Ink::bad, colour) + '\n' + heard + '\n';
    }
    std::string values = name, ranges(static_cast<std::size_t>(name_columns), ' ');
    for (std::size_t k = 0; k < headings.size(); ++k) {
        const ShownFigure figure = shown(cell, columns_shown[k]);
        values += pad_left(figure.value, headings[k].columns);
        ranges += pad_left(figure.range, headings[k].columns);
    }
    const std::string second = cell.outcome == "stereo" ? inked(trimmed(ranges), Ink::dim, colour) : heard;
    return trimmed(values) + '\n' + second + '\n';
}

std::string block(const MatrixPlayer& player, bool colour) {
    std::string out = inked(cut(harmless(player.name), screen_columns), Ink::bold, colour) + '\n';
    if (!player.guesses.empty()) {
        std::string keys;
        for (const std::string& key : player.guesses) keys += (keys.empty() ? "" : ", ") + key;
        out += cut("guesses: " + harmless(keys), screen_columns) + '\n';
    }
    std::string names(name_columns, ' '), units = names;
    for (const Heading& heading : headings) {
        names += pad_left(heading.name, heading.columns);
        units += pad_left(heading.unit, heading.columns);
    }
    out += trimmed(names) + '\n' + trimmed(units) + '\n';
    for (const MatrixCell& cell : player.cells) out += rows(cell, colour);
    return out;
}

}  // namespace

std::string matrix_text(const Matrix& matrix, bool colour) {
    std::string out =
        "Predicted at 1 kHz and the highest volume; the worse of the two sides. Power\n"
        "with both sides driven in phase, limited by voltage (V) or by current (I).\n"
        "Under each figure the range of 95 % of units, as wide as the profiles'\n"
        "tolerances. Where it is not stereo: what is heard, and the side that plays,\n"
        "driven alone.\n";
    for (const MatrixPlayer& player : matrix.players) out += '\n' + block(player, colour);
    return out;
}

}  // namespace fourpole
