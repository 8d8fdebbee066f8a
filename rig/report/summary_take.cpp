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

constexpr int screen_columns = 80;
constexpr std::size_t screen_lines = 24;
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

std::string line_of(const Reading& r) {
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
        text = pad_left(fitting_value(r.scalar(), r.unit, value_columns), value_columns) + " " +
               u_text(r.scalar());
    }
    return cut(pad_right(quantity_text(r), 28) + " " + pad_left(place, 9) + " " + text, screen_columns);
}

std::string title(const TakeRecord& take, bool colour) {
    std::string text = take.arm.empty() ? "Take" : fmt::format("Arm {}, take {}", take.arm, take.repeat);
    text += fmt::format(": {} frames at {:g} Hz, programme {}", take.frames, take.rate_hz, take.programme_id);
    if (!take.simulated) return inked(cut(harmless(text), screen_columns), Ink::bold, colour);
    const std::string badge = " SIMULATED ";
    return inked(pad_right(harmless(text), screen_columns - columns(badge) - 1), Ink::bold, colour) + " " +
           inked(badge, Ink::badge, colour);
}

}  // namespace

std::string summary(const TakeRecord& record, bool colour) {
    std::vector<std::string> lines{title(record, colour)};
    for (std::size_t i = 0; i < record.reasons.size() && i < 4; ++i) {
        const std::string text = (record.valid ? "note: " : "NOT VALID: ") + harmless(record.reasons[i]);
        for (const std::string& line : wrapped(text, screen_columns, 3))
            lines.push_back(inked(line, record.valid ? Ink::open : Ink::bad, colour));
    }
    const std::size_t room = screen_lines - lines.size();
    const std::size_t shown = record.readings.size() <= room ? record.readings.size() : room - 1;
    for (std::size_t i = 0; i < shown; ++i) lines.push_back(line_of(record.readings[i]));
    if (shown < record.readings.size())
        lines.push_back(fmt::format("and {} more readings in the record", record.readings.size() - shown));
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

}  // namespace fourpole
