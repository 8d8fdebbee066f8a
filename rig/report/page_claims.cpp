// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/markup.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/page.hpp"
#include "rig/report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fourpole {
namespace {

/// A sign beside the colour, for whoever does not see it.
const char* sign_of(Verdict::Answer answer) {
    switch (answer) {
        case Verdict::Answer::supported: return "✓";
        case Verdict::Answer::refuted: return "✗";
        case Verdict::Answer::undecided: return "≈";
        case Verdict::Answer::not_measured: break;
    }
    return "–";
}

std::string spoken(Verdict::Answer answer) {
    std::string out(name(answer));
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

std::string claim_card(const Verdict& v) {
    std::string out = fmt::format(
        "<article class=\"card claim {}\"><h3><span class=\"answer\">{} {}</span>{}</h3>", name(v.answer),
        sign_of(v.answer), spoken(v.answer), isolated(v.statement.empty() ? v.claim_id : v.statement));
    if (!v.quote.empty()) {
        out += fmt::format("<blockquote>“{}”", isolated(v.quote));
        if (!v.quote_where.empty()) out += fmt::format(" – {}", isolated(v.quote_where));
        out += "</blockquote>";
    }
    out += fmt::format("<p>{}</p>", typeset(isolated(v.sentence)));
    return out + interval_picture(v) + "</article>";
}

}  // namespace

std::string interval_picture(const Verdict& verdict) {
    if (!verdict.difference || !verdict.difference->value) return "";
    const Difference& d = *verdict.difference;
    const bool turned = verdict.lower_is_better;
    const double value = turned ? -*d.value : *d.value;
    double low = turned ? -d.high : d.low, high = turned ? -d.low : d.high;
    const double wanted = verdict.smallest_difference;
    const Axis axis = linear_axis(std::min({0.0, wanted, low}), std::max({0.0, wanted, high}), 1.0);
    // A floor leaves the interval open on one side: drawn to the end of the axis.
    if (d.state == (turned ? State::at_most : State::at_least)) high = axis.high;
    if (d.state == (turned ? State::at_least : State::at_most)) low = axis.low;

    constexpr double start = 30, end = 590, line_y = 34;
    const auto across = [&](double v) {
        return start + (end - start) * (v - axis.low) / (axis.high - axis.low);
    };
    std::string out = fmt::format(
        "<svg class=\"wide\" viewBox=\"0 0 620 92\" role=\"img\" aria-label=\"improvement {} {}, interval {} "
        "to {}, "
        "threshold {:g}\">",
        fixed(value, 2), escaped(d.a.unit), fixed(low, 2), fixed(high, 2), wanted);
    out += fmt::format("<path class=\"grid\" d=\"M{:g} {:g}H{:g}", start, line_y, end);
    for (const double t : axis.ticks) out += fmt::format("M{:.1f} {:g}v8", across(t), line_y - 4);
    out += "\"/>";
    for (const double t : axis.ticks)
        out += fmt::format("<text x=\"{:.1f}\" y=\"{:g}\" text-anchor=\"middle\">{}</text>", across(t),
                           line_y + 24, typeset(fmt::format("{:g}", t)));
    out += fmt::format("<path class=\"interval\" d=\"M{:.1f} {:g}H{:.1f}\"/>", across(low), line_y,
                       across(high));
    out += fmt::format("<path class=\"threshold\" d=\"M{:.1f} 12V{:g}\"/>", across(wanted), line_y + 10);
    out += fmt::format("<circle class=\"point\" cx=\"{:.1f}\" cy=\"{:g}\" r=\"5\"/>", across(value), line_y);
    out += fmt::format(
        "<text x=\"310\" y=\"84\" text-anchor=\"middle\">how much better the first arm is, {}; dashed: "
        "needed</text></svg>",
        escaped(d.a.unit));
    return out;
}

std::string claims_section(const RunRecord& run) {
    if (run.verdicts.empty()) return "";
    std::string out = "<section><h2>Claims</h2>";
    for (const Verdict& v : run.verdicts) out += claim_card(v);
    return out + "</section>";
}

}  // namespace fourpole
