// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/markup.hpp"
#include "rig/report/matrix.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/style.hpp"

#include <fmt/format.h>

#include <array>

namespace fourpole {
namespace {

constexpr std::array headings{"level, dBV", "separation, dB", "power, mW", "bass from, Hz", "noise, dBV"};
static_assert(headings.size() == columns_shown.size());

/// "-5.1..-4.2" with an en dash's room: numbers with true minus signs.
std::string range_text(const std::string& range) {
    const auto dots = range.find("..");
    if (dots == std::string::npos) return "";
    return typeset(range.substr(0, dots)) + " … " + typeset(range.substr(dots + 2));
}

std::string hazard_text(const MatrixCell& cell) {
    std::string outputs;
    for (const std::string& output : cell.hazards) outputs += (outputs.empty() ? "" : ", ") + output;
    return fmt::format("HAZARD: {} shorted, {:.0f} mA per volt of EMF; no power is given", escaped(outputs),
                       1e3 * cell.short_ampere_per_volt);
}

std::string row(const MatrixCell& cell) {
    std::string out = fmt::format("<tr><th scope=\"row\">{}<br><span class=\"soft\">{}</span></th>",
                                  isolated(cell.earphone_name), isolated(cell.outcome));
    if (cell.hazard())
        return out + fmt::format("<td class=\"bad\" colspan=\"{}\">{}</td></tr>", headings.size(),
                                 hazard_text(cell));
    for (const Column column : columns_shown) {
        const ShownFigure figure = shown(cell, column);
        out += "<td class=\"num\">" + typeset(escaped(figure.value));
        if (!figure.range.empty()) out += "<br><span class=\"soft\">" + range_text(figure.range) + "</span>";
        out += "</td>";
    }
    return out + "</tr>\n";
}

std::string section(const MatrixPlayer& player) {
    std::string out =
        fmt::format("<section><h2 id=\"{}\">{}</h2>", escaped(player.id), isolated(player.name));
    if (!player.guesses.empty()) {
        std::string keys;
        for (const std::string& key : player.guesses) keys += (keys.empty() ? "" : ", ") + key;
        out += "<p class=\"soft\">Guesses, no source found: <code>" + escaped(keys) + "</code></p>";
    }
    out += "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">earphone, what it plays</th>";
    for (const char* heading : headings)
        out += fmt::format("<th scope=\"col\" class=\"num\">{}</th>", heading);
    out += "</tr></thead><tbody>\n";
    for (const MatrixCell& cell : player.cells) out += row(cell);
    return out + "</tbody></table></div></section>\n";
}

std::size_t hazards_in(const Matrix& matrix) {
    std::size_t count = 0;
    for (const MatrixPlayer& player : matrix.players)
        for (const MatrixCell& cell : player.cells) count += cell.hazard() ? 1 : 0;
    return count;
}

}  // namespace

std::string matrix_html(const Matrix& matrix) {
    std::size_t combinations = 0;
    for (const MatrixPlayer& player : matrix.players) combinations += player.cells.size();
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        // The page can ask for nothing, whatever a profile's author wrote.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
        "style-src 'unsafe-inline';img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n";
    out += fmt::format(
        "<title>Players and earphones, predicted</title>\n<style>{}</style></head>\n<body><main>\n",
        page_style);
    out += "<header><h1>Players and earphones, predicted</h1><p class=\"meta\">";
    out += fmt::format("<span>{}</span><span>{}</span><span{}>{}</span></p></header>\n",
                       counted(matrix.players.size(), "player"), counted(combinations, "combination"),
                       hazards_in(matrix) > 0 ? " class=\"bad\"" : "", counted(hazards_in(matrix), "hazard"));
    out +=
        "<p>Predicted by the model, nothing was measured. At 1 kHz and the highest volume, the worse of the "
        "two sides; power with both sides driven in phase, limited by voltage (V) or by current (I). Under "
        "each figure the range of 95 % of units, as wide as the profiles' tolerances: where a figure is a "
        "guess, the range says how much it is worth.</p>\n<p class=\"meta\">";
    for (const MatrixPlayer& player : matrix.players)
        out += fmt::format("<a href=\"#{}\">{}</a>", escaped(player.id), isolated(player.name));
    out += "</p>\n";
    for (const MatrixPlayer& player : matrix.players) out += section(player);
    out += fmt::format(
        "<footer>fourpole {}, revision {}. <code>fourpole predict --matrix --json</code> gives "
        "the figures with units and definitions.</footer>\n",
        escaped(program_version()), escaped(program_revision()));
    return out + "</main></body></html>\n";
}

}  // namespace fourpole
