// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/key_figures.hpp"
#include "rig/report/markup.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/page.hpp"
#include "rig/report/run_plots.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <complex>
#include <cstddef>

namespace fourpole {
namespace {

std::string key(const std::string& ink, const std::string& drawing, const std::string& label) {
    return fmt::format("<span><svg class=\"{}\" viewBox=\"0 0 30 12\" aria-hidden=\"true\">{}</svg>{}</span>",
                       ink, drawing, label);
}

std::string line_key(const std::string& ink, const std::string& style, const std::string& label) {
    return key(ink, fmt::format("<path class=\"{}\" d=\"M1 6H29\"/>", style), label);
}

bool has(const Plot& plot, Trace::Kind kind) {
    for (const Trace& t : plot.traces)
        if (t.kind == kind) return true;
    return false;
}

std::string ink_of_prediction(const Plot& plot) {
    return plot.bands.empty() ? ink_of(Side::left) : plot.bands.front().ink;
}

bool has_bounds(const Plot& plot) {
    for (const Trace& t : plot.traces)
        for (const Point& p : t.points)
            if (p.state == State::at_most || p.state == State::at_least) return true;
    return false;
}

std::string legend(const Plot& plot, bool directions) {
    std::string out = "<div class=\"legend\">";
    for (const Side s : sides) {
        const std::string label =
            directions ? fmt::format("{} → {}", name(s), name(other(s))) : std::string(name(s));
        out += line_key(ink_of(s), "measured", label);
    }
    if (!plot.bands.empty())
        out += key(plot.bands.front().ink, "<rect class=\"band\" width=\"30\" height=\"12\"/>",
                   "predicted, 95 % of units");
    if (has(plot, Trace::Kind::predicted))
        out += line_key(ink_of_prediction(plot), "predicted", "nominal unit");
    if (has(plot, Trace::Kind::floor)) out += line_key("ink-left", "floor", "instrument's floor");
    if (has_bounds(plot))
        out += key("ink-left", "<path class=\"bound\" d=\"M11 3h8l-4 7Z\"/>", "at most (floor)");
    return out + "</div>";
}

std::string arm_figure(const RunRecord& run, const std::string& arm, const std::string& quantity,
                       int& plots) {
    const Plot plot = arm_plot(run, arm, quantity);
    const std::string drawing = svg(plot, plots);
    if (drawing.empty()) return "";
    ++plots;
    const bool crosstalk = quantity == "crosstalk";
    return fmt::format("<figure><h3>{} <span class=\"soft\">{}</span></h3>{}{}</figure>",
                       crosstalk ? "Crosstalk" : "Response", escaped(plot.unit_label), drawing,
                       legend(plot, crosstalk));
}

/// Complex details of the wiring reading: what a driver gets from a channel.
std::string wiring_details(const RunRecord& run, const std::string& arm) {
    std::string out;
    for (std::size_t i = 0; i < run.means.size() && i < run.mean_arms.size(); ++i) {
        const Reading& mean = run.means[i].mean;
        if (run.mean_arms[i] != arm || mean.name != "wiring") continue;
        for (const auto& [detail_key, detail] : mean.details) {
            const auto* c = std::get_if<std::complex<double>>(&detail);
            if (c == nullptr) continue;
            std::string words = detail_key;
            std::replace(words.begin(), words.end(), '_', ' ');
            out += fmt::format("<dt>{}{}</dt><dd>{} ∠ {}°</dd>",
                               mean.side ? std::string(name(*mean.side)) + " driver, " : "", escaped(words),
                               fixed(std::abs(*c), 4), typeset(fixed(std::arg(*c) * degrees_per_radian, 1)));
        }
    }
    return out;
}

std::string figure_row(const KeyFigure& f) {
    const std::string where =
        f.at_hz ? " <span class=\"soft\">at " + hertz_text(*f.at_hz, 4) + "</span>" : "";
    const bool known = f.measured.value && f.measured.state != State::not_measured;
    const std::string u = known && f.measured.u ? uncertainty_text(*f.measured.u) : "–";
    const std::string nominal =
        f.predicted && f.predicted->value ? typeset(fixed(*f.predicted->value, 2)) : "–";
    const std::string band =
        f.low && f.high ? typeset(fixed(*f.low, 2)) + " … " + typeset(fixed(*f.high, 2)) : "–";
    const bool far = f.z && (*f.z > 3.0 || *f.z < -3.0);
    const std::string z = f.z ? typeset(fmt::format("{:+.1f}", *f.z)) : "–";
    const char* tone = f.model == "model violated" || f.model == "wired otherwise" ? "bad"
                       : f.model == "model holds"                                  ? "good"
                                                                                   : "soft";
    return fmt::format(
        "<tr><th scope=\"row\">{}{}</th><td class=\"num\" data-label=\"measured\">{}</td>"
        "<td class=\"num\" data-label=\"u\">{}</td><td class=\"num\" data-label=\"predicted\">{}</td>"
        "<td class=\"num\" data-label=\"model 95 %\">{}</td><td class=\"num{}\" data-label=\"z\">{}</td>"
        "<td class=\"{}\" data-label=\"whole curve\">{}</td></tr>",
        escaped(f.quantity), where, typeset(value_text(f.measured, escaped(f.unit))), u, nominal, band,
        far ? " bad" : "", z, tone, f.model.empty() ? "–" : escaped(f.model));
}

std::string figures_table(const RunRecord& run, const std::string& arm) {
    const auto figures = all_figures(run, arm);
    if (figures.empty()) return "<p class=\"soft\">Nothing was measured in this arm.</p>";
    std::string out =
        "<h3>Readings, mean over takes</h3><div class=\"scroll\"><table class=\"readings\"><thead><tr>"
        "<th>reading</th>"
        "<th class=\"num\">measured</th><th class=\"num\">u</th><th class=\"num\">predicted</th>"
        "<th class=\"num\">model 95 %</th><th class=\"num\">z</th><th>whole curve</th></tr></thead><tbody>";
    for (const KeyFigure& f : figures) out += figure_row(f);
    return out + "</tbody></table></div>";
}

std::string arm_section(const RunRecord& run, const RunRecord::ArmFacts& arm, int& plots) {
    const std::string state = model_state(run, arm.id);
    std::string out = fmt::format("<section><h2>Arm {}: {}</h2><div class=\"card\"><dl>", isolated(arm.id),
                                  isolated(arm.label));
    out += fmt::format("<dt>player</dt><dd>{}</dd><dt>earphone</dt><dd>{}</dd>", isolated(arm.player),
                       isolated(arm.earphone));
    out += fmt::format("<dt>wiring</dt><dd>{}</dd>", isolated(wiring_words(run, arm.id)));
    out += wiring_details(run, arm.id);
    out += fmt::format("<dt>model</dt><dd class=\"{}\">{}</dd></dl></div>",
                       state == "model violated" || state == "wired otherwise than predicted" ? "bad"
                       : state == "model holds"                                               ? "good"
                                                                                              : "soft",
                       state);
    std::string pictures;
    for (const char* quantity : {"response", "crosstalk"})
        pictures += arm_figure(run, arm.id, quantity, plots);
    if (!pictures.empty()) out += fmt::format("<div class=\"plots\">{}</div>", pictures);
    return out + figures_table(run, arm.id) + "</section>";
}

}  // namespace

std::string arms_section(const RunRecord& run, int& plots) {
    std::string out;
    for (const auto& arm : run.arms) out += arm_section(run, arm, plots) + "\n";
    return out;
}

std::string overlay_section(const RunRecord& run, int& plots) {
    if (run.arms.size() < 2) return "";
    const Plot plot = overlay_plot(run, "crosstalk");
    const std::string drawing = svg(plot, plots);
    if (drawing.empty()) return "";
    ++plots;
    std::string keys;
    for (std::size_t i = 0; i < run.arms.size(); ++i)
        keys +=
            line_key(ink_of_arm(i), "measured", isolated(run.arms[i].id) + " " + isolated(run.arms[i].label));
    keys += line_key(ink_of_arm(0), "measured", "left → right");
    keys += line_key(ink_of_arm(0), "measured dashed", "right → left");
    return fmt::format(
        "<section><h2>The arms side by side</h2><figure class=\"wide\"><h3>Crosstalk as measured "
        "<span class=\"soft\">{}; lower is better separated</span></h3>{}<div "
        "class=\"legend\">{}</div></figure></section>",
        escaped(plot.unit_label), drawing, keys);
}

}  // namespace fourpole
