// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/derived_text.hpp"

#include "rig/report/numbers.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace fourpole {
namespace {

constexpr int name_columns = 26;
constexpr int side_columns = 27;

struct Line {
    const char *definition, *words;  ///< the definition without its version may go on
};
constexpr std::array lines{Line{"level.undistorted.", "level"},
                           Line{"sound_pressure.", "sound pressure, SPL"},
                           Line{"power_max.model", "power_max, one side"},
                           Line{"power_max.both_driven.", "power_max, both sides"},
                           Line{"noise.driver.", "noise, 20 Hz - 20 kHz"},
                           Line{"dynamic_range.", "dynamic_range"},
                           Line{"effective_bits.step_ratio", "effective bits (steps)"},
                           Line{"effective_bits.ideal", "effective bits (ideal)"},
                           Line{"effective_bits.tpdf", "effective bits (dithered)"},
                           Line{"low_cutoff.", "low_cutoff"},
                           Line{"thd.clipping.", "thd at full scale"},
                           Line{"output_impedance.loop.", "output_impedance"},
                           Line{"output_impedance.return.", "  of it the return"}};

std::string word(const Reading& reading, const char* key) {
    const Detail* detail = reading.detail(key);
    const auto* text = detail ? std::get_if<std::string>(detail) : nullptr;
    return text ? *text : "";
}

const Point& at_1khz(const Reading& reading) {
    return *std::min_element(
        reading.points.begin(), reading.points.end(), [](const Point& a, const Point& b) {
            const auto far = [](const Point& p) { return p.at ? std::abs(std::log(*p.at / 1000.0)) : 0.0; };
            return far(a) < far(b);
        });
}

std::string number(double value, const std::string& unit) {
    const double size = std::abs(value);
    if (unit.starts_with("dB")) return fixed(value, size >= 100.0 ? 1 : 2);
    if (size < 5e-6) return fixed(value, 1);
    return fixed(value, size >= 100.0 ? 1 : size >= 10.0 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 5);
}

std::string cell(const ArmPrediction& prediction, std::size_t i) {
    const Reading& r = prediction.readings[i];
    const Point& p = at_1khz(r);
    if (!p.value) return word(r, "cut_off") == "none" ? "none" : "not known";
    const char* bound = p.state == State::at_least ? ">" : p.state == State::at_most ? "<" : "";
    std::string out = bound + number(*p.value, r.unit);
    if (const std::string limit = word(r, "limited_by"); !limit.empty())
        out += limit == "voltage" ? " V" : " I";
    const auto at = static_cast<std::size_t>(&p - r.points.data());
    if (i < prediction.low.size() && at < prediction.low[i].size() &&
        prediction.low[i][at] < prediction.high[i][at])
        out += fmt::format(" ({}..{})", number(prediction.low[i][at], r.unit),
                           number(prediction.high[i][at], r.unit));
    return out;
}

/// What the interface would see of the noise; "" where no interface is known.
std::string interface_line(const ArmPrediction& prediction) {
    std::string out;
    for (const Reading& r : prediction.readings) {
        if (r.name != "noise" || r.detail("interface/outcome") == nullptr) continue;
        const auto* margin = std::get_if<double>(r.detail("interface/margin_db"));
        if (!margin) continue;
        out += fmt::format("noise at the interface, {}: {}, {} dB over its own\n", name(*r.side),
                           word(r, "interface/outcome"), fixed(*margin, 1));
    }
    return out;
}

std::optional<std::size_t> place(const ArmPrediction& prediction, const char* definition, Side side) {
    for (std::size_t i = 0; i < prediction.readings.size(); ++i)
        if (prediction.readings[i].definition.starts_with(definition) &&
            prediction.readings[i].side == side && !prediction.readings[i].points.empty())
            return i;
    return {};
}

}  // namespace

std::string derived_text(const ArmPrediction& prediction) {
    std::string out, reason;
    for (const Line& line : lines) {
        PerSide<std::optional<std::size_t>> at;
        for (const Side side : sides) at[side] = place(prediction, line.definition, side);
        if (!at[Side::left] || !at[Side::right]) continue;
        const Reading& first = prediction.readings[*at[Side::left]];
        out += pad_right(first.unit == "bits" ? line.words : fmt::format("{}, {}", line.words, first.unit),
                         name_columns);
        for (const Side side : sides) {
            const std::string text = cell(prediction, *at[side]);
            out += side == Side::left ? " " + pad_right(text, side_columns - 1) : text;
            if (reason.empty() && text == "not known")
                reason = word(prediction.readings[*at[side]], "reason");
        }
        out.erase(out.find_last_not_of(' ') + 1);
        out += '\n';
    }
    if (out.empty()) return out;
    std::string head =
        pad_right("at 1 kHz", name_columns) + " " + pad_right("left", side_columns - 1) + "right\n";
    out = head + out + "V, I: limited by voltage or by current; in brackets 95 % of units\n";
    out += interface_line(prediction);
    if (!reason.empty()) out += "not known: " + reason + "\n";
    return out;
}

}  // namespace fourpole
