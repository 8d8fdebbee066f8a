// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/null_record.hpp"

#include "rig/report/numbers.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fourpole {
namespace {

Json capture_json(const NullRecord::Capture& capture) {
    return {{"take_sha256", capture.sha256},
            {"rate_hz", finite(capture.rate_hz)},
            {"frames", capture.frames},
            {"simulated", capture.simulated}};
}

std::optional<double> number(const Reading& reading, const char* key) {
    const Detail* detail = reading.detail(key);
    const auto* value = detail == nullptr ? nullptr : std::get_if<double>(detail);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string words(const Reading& reading, const char* key) {
    const Detail* detail = reading.detail(key);
    const auto* text = detail == nullptr ? nullptr : std::get_if<std::string>(detail);
    return text == nullptr ? "" : *text;
}

constexpr int name_columns = 23, value_columns = 23;

std::string row(const std::string& quantity, const std::string& value, std::optional<double> u,
                const std::string& remark = "") {
    std::string out = pad_right(quantity, name_columns) + " " + pad_left(value, value_columns);
    if (u) out += "  u " + uncertainty_text(*u);
    if (!remark.empty()) out += "  " + remark;
    return out;
}

/// A detail of the null with its own u.
std::string detail_row(const Reading& null, const std::string& quantity, const char* key, const char* u_key,
                       const char* unit, const std::string& remark = "") {
    const auto value = number(null, key), u = number(null, u_key);
    if (!value) return row(quantity, "not measured", {});
    return row(quantity, value_text(Point{.value = value, .u = u}, unit), u, remark);
}

void add_null(const Reading& null, std::vector<std::string>& lines) {
    const std::string side = null.side ? fmt::format(" {}", name(*null.side)) : "";
    const Point& p = null.scalar();
    if (!p.value) {
        lines.push_back(row("residual" + side, "not measured", {}));
        return;
    }
    lines.push_back(detail_row(null, "gain of B" + side, "gain_db", "gain_u_db", "dB",
                               words(null, "polarity") == "-" ? "polarity inverted" : ""));
    lines.push_back(detail_row(null, "delay of B" + side, "delay_samples", "delay_u_samples", "samples"));
    lines.push_back(detail_row(null, "clock of B" + side, "ppm", "ppm_u", "ppm"));
    lines.push_back(row("residual" + side, value_text(p, "dB re A"), p.u,
                        fmt::format("{:g} Hz to {}", number(null, "low_hz").value_or(0.0),
                                    hertz_text(number(null, "high_hz").value_or(0.0)))));
    if (const auto depth = number(null, "depth_db")) {
        const Point same{.value = depth, .u = p.u, .state = p.state};
        lines.push_back(row("  re the matched A", value_text(same, "dB"), {}));
    }
}

void add_part(const Reading& part, const std::string& what, std::vector<std::string>& lines) {
    lines.push_back(row("  " + what, value_text(part.scalar(), "dB re A"), part.scalar().u));
}

void add_reading(const Reading& r, std::vector<std::string>& lines) {
    if (r.name == "null") return add_null(r, lines);
    if (r.name == "null_linear") return add_part(r, "linear", lines);
    if (r.name == "null_nonlinear") return add_part(r, "nonlinear", lines);
    if (r.name == "null_noise") return add_part(r, "noise and all else", lines);
    if (r.name == "null_wander") {
        lines.push_back(row("wander beside it", value_text(r.scalar(), "dB re A"), r.scalar().u,
                            r.scalar().state == State::exact ? "followed" : ""));
        return;
    }
    if (r.name != "null_spectrum" || r.points.empty()) return;
    const auto highest = std::max_element(
        r.points.begin(), r.points.end(),
        [](const Point& p, const Point& q) { return p.value.value_or(0.0) < q.value.value_or(0.0); });
    lines.push_back(row("  highest third octave", value_text(*highest, "dB re A"), highest->u,
                        "at " + hertz_text(highest->at.value_or(0.0))));
}

}  // namespace

std::string to_json(const NullRecord& record) {
    Json out = record_head("null");
    out["valid"] = record.valid;
    out["reasons"] = record.reasons;
    out["simulated"] = record.a.simulated || record.b.simulated;
    out["calibration"] = "raw";
    out["a"] = capture_json(record.a);
    out["b"] = capture_json(record.b);
    if (!record.correction_sha256.empty()) out["correction_sha256"] = record.correction_sha256;
    out["readings"] = Json::array();
    for (const Reading& reading : record.readings) out["readings"].push_back(json_of(reading));
    return dump_json(out);
}

std::string summary(const NullRecord& record, const Screen& screen) {
    const auto capture = [](const NullRecord::Capture& c) {
        return fmt::format("{} frames at {:g} Hz", c.frames, c.rate_hz);
    };
    std::vector<std::string> lines{
        inked(cut(fmt::format("Null: A {}, B {}", capture(record.a), capture(record.b)), screen.columns),
              Ink::bold, screen.colour)};
    if (record.a.simulated || record.b.simulated)
        lines[0] += " " + inked(" SIMULATED ", Ink::badge, screen.colour);
    for (const std::string& reason : record.reasons)
        for (const std::string& line :
             wrapped((record.valid ? "note: " : "NOT VALID: ") + harmless(reason), screen.columns, 4))
            lines.push_back(inked(line, record.valid ? Ink::open : Ink::bad, screen.colour));
    std::vector<std::string> figures;
    for (const Reading& reading : record.readings) add_reading(reading, figures);
    for (const std::string& line : figures) lines.push_back(cut(line, screen.columns));
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

}  // namespace fourpole
