// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/reading_pairs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace fourpole {
namespace {

constexpr double same_place = 1e-9;
constexpr double same_mains = 0.02;  ///< a line's frequency is what the grid did, and no condition
constexpr std::array of_any_method{"response",  "transfer",         "crosstalk",
                                   "impedance", "output_impedance", "wiring"};
constexpr std::array conditions{"weighting",   "bandwidth_hz",  "band_from_hz", "band_to_hz", "re",
                                "played_dbfs", "tone_dbfs",     "tone_hz",      "low_hz",     "high_hz",
                                "jtest_bits",  "jtest_line_hz", "load_ohm",     "limited_by"};
/// Where an impedance is seen from, and which way: no method changes that.
constexpr std::array seen_from{"at", "path"};

bool same(double x, double y, double within = same_place) {
    return std::abs(x - y) <= within * std::max(std::abs(x), std::abs(y));
}

/// "crosstalk.sweep.without_fixture@1" in its parts.
struct Definition {
    std::string base, method, version;

    explicit Definition(const std::string& text) {
        const auto at = text.find('@'), dot = std::min(text.find('.'), at);
        base = text.substr(0, dot);
        method = dot < at ? text.substr(dot + 1, at == std::string::npos ? at : at - dot - 1) : "";
        version = at == std::string::npos ? "" : text.substr(at + 1);
    }
    bool model() const { return method.ends_with("model"); }
    bool both_driven() const { return method.find("both_driven") != std::string::npos; }
    bool without_fixture() const { return method.find("without_fixture") != std::string::npos; }
    bool without_loop() const { return method.find("without_loop") != std::string::npos; }
};

bool any_method(const Reading& r) {
    return std::find(of_any_method.begin(), of_any_method.end(), r.name) != of_any_method.end();
}

std::string both(std::string_view what, const std::string& a, const std::string& b) {
    return fmt::format("{} {} in A, {} in B", what, a.empty() ? "none" : a, b.empty() ? "none" : b);
}

std::string text_of(const Detail* detail) {
    if (detail == nullptr) return "";
    if (const auto* number = std::get_if<double>(detail)) return fmt::format("{:.10g}", *number);
    if (const auto* whole = std::get_if<std::int64_t>(detail)) return fmt::format("{}", *whole);
    if (const auto* text = std::get_if<std::string>(detail)) return *text;
    if (const auto* list = std::get_if<std::vector<std::string>>(detail))
        return fmt::format("{}", fmt::join(*list, " to "));
    return "";
}

std::optional<std::string> unlike_detail(const Reading& a, const Reading& b, const char* key) {
    const Detail *of_a = a.detail(key), *of_b = b.detail(key);
    const auto* x = of_a ? std::get_if<double>(of_a) : nullptr;
    const auto* y = of_b ? std::get_if<double>(of_b) : nullptr;
    if (x && y ? same(*x, *y) : text_of(of_a) == text_of(of_b)) return std::nullopt;
    return both(key, text_of(of_a), text_of(of_b));
}

std::optional<std::string> unlike_definitions(const Reading& a, const Reading& b) {
    if (a.definition == b.definition) return std::nullopt;
    const Definition x(a.definition), y(b.definition);
    const auto why = both("definition", a.definition, b.definition);
    if (!any_method(a) || x.method == y.method || x.base != y.base) return why;
    if (x.both_driven() != y.both_driven()) return why + "; one of them drove both sides at once";
    // A model knows of no fixture, and is held against what has none in it.
    if (!x.model() && !y.model() && x.without_fixture() != y.without_fixture())
        return why + "; the fixture was taken out of one of them";
    if (!x.model() && !y.model() && x.without_loop() != y.without_loop())
        return why + "; the interface's own response was taken out of one of them";
    return std::nullopt;
}

std::optional<std::string> unlike_calibrations(const Reading& a, const Reading& b) {
    if (a.calibration == b.calibration) return std::nullopt;
    const bool model_a = Definition(a.definition).model(), model_b = Definition(b.definition).model();
    const std::string& measured = model_a ? b.calibration : a.calibration;
    if (model_a != model_b && (measured != "raw" || a.name == "crosstalk" || a.name == "wiring"))
        return std::nullopt;
    return both("calibration", a.calibration, b.calibration);
}

std::optional<std::string> unlike_places(const Reading& a, const Reading& b) {
    if (a.axis != b.axis) return both("axis", a.axis, b.axis);
    if (a.curve || b.curve || a.points.empty() || b.points.empty() || a.name == "wiring") return std::nullopt;
    const auto &x = a.scalar().at, &y = b.scalar().at;
    const double within = a.name == "mains" ? same_mains : same_place;
    if (x.has_value() == y.has_value() && (!x || same(*x, *y, within))) return std::nullopt;
    return both(a.axis, x ? fmt::format("{:.10g}", *x) : "", y ? fmt::format("{:.10g}", *y) : "");
}

std::vector<std::string> notes_of(const Reading& a, const Reading& b) {
    std::vector<std::string> notes;
    const bool model = Definition(a.definition).model() || Definition(b.definition).model();
    if (a.definition != b.definition && !model)
        notes.push_back(fmt::format("by two methods: {} in A, {} in B", a.definition, b.definition));
    if (a.name == "crosstalk" && a.calibration != b.calibration &&
        (a.calibration == "raw" || b.calibration == "raw"))
        notes.emplace_back("nobody calibrated the two inputs: their gains are taken for alike");
    return notes;
}

bool comparable(const Reading& r) {
    return r.axis != "time_s" && r.definition.find(".none@") == std::string::npos;
}

/// A model's level or noise is of another drive than a take's: no counterpart, and nothing to refuse.
bool counterparts(const Reading& a, const Reading& b) {
    if (!a.same_quantity(b)) return false;
    return any_method(a) || Definition(a.definition).model() == Definition(b.definition).model();
}

}  // namespace

std::optional<std::string> unlike(const Reading& a, const Reading& b) {
    if (a.unit != b.unit) return both("unit", a.unit, b.unit);
    if (const auto why = unlike_places(a, b)) return why;
    if (const auto why = unlike_definitions(a, b)) return why;
    if (const auto why = unlike_calibrations(a, b)) return why;
    for (const char* key : seen_from)
        if (a.detail(key) && b.detail(key))
            if (const auto why = unlike_detail(a, b, key)) return why;
    if (a.definition != b.definition) return std::nullopt;
    for (const char* key : conditions)
        if (const auto why = unlike_detail(a, b, key)) return why;
    return std::nullopt;
}

PairedReadings pair_readings(const Readings& a, const Readings& b) {
    PairedReadings out;
    std::vector<bool> taken_a(a.size(), false), taken_b(b.size(), false);
    // First what is alike; then what is left over of one quantity on both sides.
    for (const bool alike : {true, false})
        for (std::size_t i = 0; i < a.size(); ++i)
            for (std::size_t k = 0; k < b.size() && !taken_a[i]; ++k) {
                if (taken_b[k] || !comparable(a[i]) || !comparable(b[k]) || !counterparts(a[i], b[k]))
                    continue;
                const auto why = unlike(a[i], b[k]);
                if (alike == why.has_value()) continue;
                taken_a[i] = taken_b[k] = true;
                if (why)
                    out.unlike.push_back({a[i], b[k], *why});
                else
                    out.pairs.push_back({a[i], b[k], notes_of(a[i], b[k])});
            }
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!taken_a[i]) out.only_a.push_back(a[i]);
    for (std::size_t k = 0; k < b.size(); ++k)
        if (!taken_b[k]) out.only_b.push_back(b[k]);
    return out;
}

}  // namespace fourpole
