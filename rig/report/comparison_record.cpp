// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/comparison_record.hpp"

#include "rig/report/numbers.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace fourpole {
namespace {

Json origin(const StoredRecord& r) {
    Json out{{"record_sha256", r.sha256},
             {"kind", r.kind},
             {"arm", r.arm},
             {"simulated", r.simulated},
             {"predicted", r.predicted()},
             {"calibration", r.calibration}};
    if (!r.take_sha256.empty()) out["take_sha256"] = r.take_sha256;
    if (!r.programme_sha256.empty()) out["programme_sha256"] = r.programme_sha256;
    return out;
}

/// A member of every point: an array of a curve, one value else.
template <class Member>
Json each(const ReadingDifference& d, bool curve, Member member) {
    Json out = Json::array();
    for (const PointDifference& p : d.points) out.push_back(member(p));
    if (curve) return out;
    return out.empty() ? Json(nullptr) : out.front();
}

Json side_of(const ReadingDifference& d, bool curve, Point PointDifference::*which, const Reading& reading) {
    return {
        {"value", each(d, curve, [&](const auto& p) { return finite((p.*which).value); })},
        {"u", each(d, curve, [&](const auto& p) { return finite((p.*which).u); })},
        {"state", each(d, curve, [&](const auto& p) { return Json(std::string(name((p.*which).state))); })},
        {"definition", reading.definition},
        {"calibration", reading.calibration}};
}

/// A level re the programme, or of a line, becomes a plain ratio once two are subtracted.
std::string unit_of_difference(const std::string& unit) { return unit.rfind("dB", 0) == 0 ? "dB" : unit; }

Json wiring_json(const ReadingDifference& d) {
    return {{"name", d.a.name},
            {"value", nullptr},
            {"unit", ""},
            {"u", nullptr},
            {"state", std::string(name(State::exact))},
            {"definition", "difference.b_minus_a@1"},
            {"same", d.words_a == d.words_b},
            {"a", {{"outcome", d.words_a}, {"definition", d.a.definition}}},
            {"b", {{"outcome", d.words_b}, {"definition", d.b.definition}}},
            {"notes", d.notes}};
}

Json json_of(const ReadingDifference& d) {
    if (d.a.name == "wiring") return wiring_json(d);
    Reading r = d.a;
    r.curve = d.a.curve || d.b.curve;
    r.unit = unit_of_difference(d.a.unit);
    r.definition = "difference.b_minus_a@1";
    r.details.clear();
    r.points.clear();
    std::size_t interpolated = 0;
    for (const PointDifference& p : d.points) {
        r.points.push_back(p.difference);
        interpolated += p.interpolated;
    }
    Json out = json_of(r);
    out["low"] = each(d, r.curve, [](const auto& p) { return finite(p.low); });
    out["high"] = each(d, r.curve, [](const auto& p) { return finite(p.high); });
    out["z"] = each(d, r.curve, [](const auto& p) { return finite(p.z); });
    out["a"] = side_of(d, r.curve, &PointDifference::a, d.a);
    out["b"] = side_of(d, r.curve, &PointDifference::b, d.b);
    out["u_common"] = finite(d.u_common);
    if (r.curve) out["interpolated_points"] = interpolated, out["points_left_out"] = d.not_compared;
    out["notes"] = d.notes;
    return out;
}

Json names_of(const Readings& readings) {
    Json out = Json::array();
    for (const Reading& r : readings) out.push_back(quantity_text(r));
    return out;
}

// --- for people ---

std::string number_text(std::optional<double> value, std::optional<double> u) {
    if (!value) return "?";
    // What six decimals would show as nothing but noughts keeps its digits.
    return u && *u > 0.0 && *u < 1e-6 ? fmt::format("{:.3g}", *value) : fixed(*value, decimals_for(u));
}

std::string interval_text(const PointDifference& p, const std::string& unit) {
    const auto& u = p.difference.u;
    switch (p.difference.state) {
        case State::not_measured: return "not measured";
        case State::at_least:
            return "at least " + number_text(p.low ? p.low : p.difference.value, u) + " " + unit;
        case State::at_most:
            return "at most " + number_text(p.high ? p.high : p.difference.value, u) + " " + unit;
        case State::exact: break;
    }
    const std::string value = number_text(p.difference.value, u) + " " + unit;
    if (!p.low || !p.high) return value + ", u unknown";
    return value + fmt::format("  [{}, {}]", number_text(p.low, u), number_text(p.high, u));
}

// Quantity 24, place 9, A 10, B 10, and what lies between them.
constexpr int quantity_columns = 24, place_columns = 9, figure_columns = 9;

std::string row(const std::string& quantity, const std::string& place, const std::string& a,
                const std::string& b, const std::string& difference, const Screen& screen) {
    return cut(pad_right(quantity, quantity_columns) + pad_left(place, place_columns) + " " +
                   pad_left(a, figure_columns) + " " + pad_left(b, figure_columns) + "  " + difference,
               screen.columns);
}

std::string bare(const Point& p) {
    if (!p.value || p.state == State::not_measured) return "none";
    const char* sign = p.state == State::at_most ? "<" : p.state == State::at_least ? ">" : "";
    return sign + fixed(*p.value, std::min(decimals_for(p.u), 4));
}

std::string point_row(const ReadingDifference& d, const PointDifference& p, const std::string& quantity,
                      const Screen& screen) {
    const bool hertz = d.a.axis == "frequency_hz";
    const std::string place = !p.difference.at ? ""
                              : hertz          ? hertz_text(*p.difference.at, 4)
                                               : fmt::format("{:g}", *p.difference.at);
    std::string text = interval_text(p, unit_of_difference(d.a.unit));
    if (p.z) text += fmt::format("  z {:+.1f}", *p.z);
    return row(quantity, place, bare(p.a), bare(p.b), text, screen);
}

void add_rows(const ReadingDifference& d, const Screen& screen, std::vector<std::string>& lines) {
    const std::string quantity = quantity_text(d.a);
    if (d.a.name == "wiring") {
        const std::string text =
            d.words_a == d.words_b ? "the same: " + d.words_a : d.words_a + " in A, " + d.words_b + " in B";
        lines.push_back(cut(pad_right(quantity, quantity_columns) + " " + harmless(text), screen.columns));
        return;
    }
    const PointDifference* shown = nullptr;
    for (const PointDifference& p : d.points)
        if (!shown ||
            (p.difference.at && shown->difference.at && d.a.axis == "frequency_hz" &&
             std::abs(std::log(*p.difference.at / 1e3)) < std::abs(std::log(*shown->difference.at / 1e3))))
            shown = &p;
    if (!shown) {
        lines.push_back(cut(pad_right(quantity, quantity_columns) + " no place in common", screen.columns));
        return;
    }
    lines.push_back(point_row(d, *shown, quantity, screen));
    const PointDifference* farthest = d.farthest();
    if (farthest && farthest != shown) lines.push_back(point_row(d, *farthest, "  farthest in u", screen));
}

std::string title(const ComparisonRecord& record) {
    const auto one = [](const StoredRecord& r) {
        std::string text = r.predicted() ? "a prediction" : r.kind == "run" ? "a run" : "a take";
        return r.arm.empty() ? text : text + " of arm " + r.arm;
    };
    return fmt::format("B - A with 95 % intervals: A {}, B {}", one(record.a), one(record.b));
}

void add_wrapped(const std::string& text, const Screen& screen, std::vector<std::string>& lines) {
    for (const std::string& line : wrapped(harmless(text), screen.columns, 4))
        lines.push_back(inked(line, Ink::open, screen.colour));
}

void add_only(const char* where, const Readings& only, const Screen& screen,
              std::vector<std::string>& lines) {
    if (only.empty()) return;
    std::string list;
    for (const Reading& r : only) list += (list.empty() ? "" : ", ") + quantity_text(r);
    add_wrapped(fmt::format("only in {}: {}", where, list), screen, lines);
}

}  // namespace

std::string sentence(const UnlikePair& pair) { return quantity_text(pair.a) + ": " + pair.why; }

std::string to_json(const ComparisonRecord& record) {
    Json out = record_head("comparison");
    out["valid"] = true;
    out["simulated"] = record.a.simulated || record.b.simulated;
    out["calibration"] =
        record.a.calibration == record.b.calibration ? Json(record.a.calibration) : Json(nullptr);
    out["same_calibration"] = record.same_calibration;
    out["a"] = origin(record.a);
    out["b"] = origin(record.b);
    out["notes"] = record.notes;
    out["unlike"] = Json::array();
    for (const UnlikePair& pair : record.unlike) out["unlike"].push_back(sentence(pair));
    out["only_in_a"] = names_of(record.only_a);
    out["only_in_b"] = names_of(record.only_b);
    out["readings"] = Json::array();
    for (const ReadingDifference& d : record.differences) out["readings"].push_back(json_of(d));
    return dump_json(out);
}

std::string summary(const ComparisonRecord& record, const Screen& screen) {
    std::vector<std::string> lines{inked(cut(title(record), screen.columns), Ink::bold, screen.colour)};
    if (record.a.simulated || record.b.simulated)
        lines[0] += " " + inked(" SIMULATED ", Ink::badge, screen.colour);
    for (const std::string& note : record.notes) add_wrapped("note: " + note, screen, lines);
    lines.push_back(row("", "at", "A", "B", "B - A", screen));
    for (const ReadingDifference& d : record.differences) {
        add_rows(d, screen, lines);
        for (const std::string& note : d.notes) add_wrapped("  " + note, screen, lines);
    }
    for (const UnlikePair& pair : record.unlike) add_wrapped("left out: " + sentence(pair), screen, lines);
    add_only("A", record.only_a, screen, lines);
    add_only("B", record.only_b, screen, lines);
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

}  // namespace fourpole
