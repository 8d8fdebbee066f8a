// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/key_figures.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace fourpole {
namespace {

// Name 28, place 9, value, u 10, remark 10, with a blank between each: 80.
constexpr int value_columns = 19;

std::string u_text(const Point& p) {
    if (!p.u || p.state == State::not_measured) return "";
    return "u " + uncertainty_text(*p.u);
}

/// Words of a reading that has no figure: the wiring's outcome.
const std::string* words_of(const Reading& r) {
    const Detail* detail = r.detail("outcome");
    return detail == nullptr ? nullptr : std::get_if<std::string>(detail);
}

/// A curve is shown by its point at 1 kHz, or by its middle one.
std::string curve_text(const Reading& r, std::string& place) {
    const Point* p = r.axis == "frequency_hz" ? nearest(r, 1000.0) : nullptr;
    if (p == nullptr && !r.points.empty()) p = &r.points[r.points.size() / 2];
    if (p == nullptr) return "no points";
    if (p->at) place = r.axis == "frequency_hz" ? hertz_text(*p->at) : fmt::format("{:g}", *p->at);
    const auto bounds = std::count_if(r.points.begin(), r.points.end(),
                                      [](const Point& q) { return q.state != State::exact; });
    const std::string more =
        bounds > 0 ? fmt::format("{} bounds", bounds) : fmt::format("{} points", r.points.size());
    return pad_left(fitting_value(*p, r.unit, value_columns), value_columns) + " " +
           pad_right(u_text(*p), 10) + " " + more;
}

std::string row(const std::string& quantity, const std::string& place, const std::string& text,
                const Screen& screen) {
    const int name = std::max(14, 28 - (80 - screen.table_columns()));
    return cut(pad_right(quantity, name) + " " + pad_left(place, 9) + " " + text, screen.columns);
}

std::string figure_text(const Point& p, const std::string& unit) {
    return pad_left(fitting_value(p, unit, value_columns), value_columns) + " " + u_text(p);
}

/// What a person looks for beside the figure itself: where the programme starts, which way a side drives.
void add_details(const Reading& r, const Screen& screen, std::vector<std::string>& lines) {
    const Detail *start = r.detail("start"), *its_u = r.detail("start_u");
    if (const auto* samples = start ? std::get_if<double>(start) : nullptr) {
        Point p{.value = *samples};
        if (const auto* u = its_u ? std::get_if<double>(its_u) : nullptr) p.u = *u;
        const bool assumed = r.detail("start_assumes") != nullptr;
        lines.push_back(row("latency (start)", "",
                            figure_text(p, "samples") + (assumed ? "  if both clocks are alike" : ""),
                            screen));
    }
    if (const Detail* over = r.detail("mean_over_s"); over && r.detail("not_in_u"))
        if (const auto* seconds = std::get_if<double>(over))
            lines.push_back(row("  its mean over", fmt::format("{:.3g} s", *seconds),
                                "wander that is slower is not in u", screen));
    if (const Detail* polarity = r.detail("polarity"))
        if (const auto* sign = std::get_if<std::string>(polarity))
            lines.push_back(row(fmt::format("polarity {}", name(*r.side)), "1 kHz",
                                pad_left(*sign, value_columns), screen));
}

void add_reading(const Reading& r, const Screen& screen, std::vector<std::string>& lines) {
    std::string place;
    std::string text;
    if (const std::string* words = words_of(r))
        text = harmless(*words);
    else if (r.curve)
        text = curve_text(r, place);
    else if (r.points.empty())
        text = pad_left("not measured", value_columns);
    else {
        if (r.scalar().at && r.axis == "frequency_hz") place = hertz_text(*r.scalar().at, 5);
        text = figure_text(r.scalar(), r.unit);
    }
    lines.push_back(row(quantity_text(r), place, text, screen));
    add_details(r, screen, lines);
}

/// What the interface's own share may be, figure by figure.
void add_loop(const TakeRecord::Loop& loop, const Screen& screen, std::vector<std::string>& lines) {
    const std::string text = fmt::format("The interface by itself ({}{}, loop of {}){}:", loop.usb,
                                         loop.serial.empty() ? "" : ", serial " + loop.serial, loop.made,
                                         loop.response_taken_out ? "; its response is taken out above" : "");
    for (const std::string& line : wrapped(harmless(text), screen.columns, 3))
        lines.push_back(inked(line, Ink::bold, screen.colour));
    constexpr std::size_t most = 16;
    for (std::size_t k = 0; k < std::min(most, loop.readings.size()); ++k)
        add_reading(loop.readings[k], screen, lines);
    if (loop.readings.size() > most)
        lines.push_back(fmt::format("and {} more in the record", loop.readings.size() - most));
}

std::string title(const TakeRecord& take, const Screen& screen) {
    std::string text = take.arm.empty() ? "Take" : fmt::format("Arm {}, take {}", take.arm, take.repeat);
    text += fmt::format(": {} frames at {:g} Hz, programme {}", take.frames, take.rate_hz, take.programme_id);
    text = harmless(text);
    if (!take.simulated) return inked(cut(text, screen.columns), Ink::bold, screen.colour);
    const std::string badge = " SIMULATED ";
    if (screen.wraps()) text = pad_right(text, screen.table_columns() - columns(badge) - 1);
    return inked(text, Ink::bold, screen.colour) + " " + inked(badge, Ink::badge, screen.colour);
}

}  // namespace

std::string summary(const TakeRecord& record, const Screen& screen) {
    std::vector<std::string> lines{title(record, screen)};
    const std::size_t reasons = screen.wraps() ? 4 : record.reasons.size();
    for (std::size_t i = 0; i < std::min(reasons, record.reasons.size()); ++i) {
        const std::string text = (record.valid ? "note: " : "NOT VALID: ") + harmless(record.reasons[i]);
        for (const std::string& line : wrapped(text, screen.columns, 3))
            lines.push_back(inked(line, record.valid ? Ink::open : Ink::bad, screen.colour));
    }
    const std::size_t most = std::max<std::size_t>(24, screen.lines);
    std::size_t shown = 0;
    for (std::vector<std::string> next; shown < record.readings.size(); ++shown, next.clear()) {
        add_reading(record.readings[shown], screen, next);
        const bool last = shown + 1 == record.readings.size();
        if (lines.size() + next.size() + (last ? 0 : 1) > most) break;
        lines.insert(lines.end(), next.begin(), next.end());
    }
    if (shown < record.readings.size())
        lines.push_back(fmt::format("and {} more readings in the record", record.readings.size() - shown));
    if (record.loop) add_loop(*record.loop, screen, lines);
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

}  // namespace fourpole
