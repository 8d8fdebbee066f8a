// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/ohmmeter_text.hpp"

#include "rig/verbs/arguments.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <system_error>
#include <utility>

namespace fourpole {
namespace {

Fault refuse(const std::string& option, const std::string& found, const std::string& allowed) {
    return {Fault::Kind::bad_input, option, "found \"" + found + "\"; allowed: " + allowed};
}

std::optional<double> number_in(const std::string& text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
    return value;
}

/// "23.5" is known to half a tenth either way, all of it equally likely.
double u_of_last_digit(const std::string& text) {
    const auto point = text.find('.');
    const auto exponent = text.find_first_of("eE");
    const auto end = exponent == std::string::npos ? text.size() : exponent;
    const int decimals = point == std::string::npos ? 0 : static_cast<int>(end - point) - 1;
    int shift = 0;
    if (exponent != std::string::npos) shift = std::atoi(text.c_str() + exponent + 1);
    return std::pow(10.0, shift - decimals) / (2.0 * std::numbers::sqrt3);
}

bool means_open(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text == "open" || text == "ol";
}

struct Entry {
    std::string a, b, value;
};
Result<std::vector<Entry>> entries_of(const std::string& option, const std::string& text) {
    std::vector<Entry> out;
    for (const std::string& one : split(text, ',')) {
        const auto equals = one.find('='), dash = one.find('-');
        if (equals == std::string::npos || dash == std::string::npos || dash == 0 || dash + 1 >= equals)
            return refuse(option, one, "SEGMENT-SEGMENT=OHM,... e.g. T-S=23.5");
        out.push_back({one.substr(0, dash), one.substr(dash + 1, equals - dash - 1), one.substr(equals + 1)});
    }
    return out;
}

Result<Done> set_u(const std::string& text, std::vector<OhmmeterReading>& readings) {
    const std::string option = "--ohmmeter-u";
    if (text.find('=') == std::string::npos) {
        const auto u = number_in(text);
        if (!u || !(*u >= 0.0)) return refuse(option, text, "one figure in ohm, 0 or more");
        for (OhmmeterReading& r : readings) r.u_ohm = *u;
        return Done{};
    }
    const auto entries = entries_of(option, text);
    if (!entries) return entries.error();
    for (const Entry& e : *entries) {
        const auto u = number_in(e.value);
        if (!u || !(*u >= 0.0)) return refuse(option, e.value, "a figure in ohm, 0 or more");
        bool found = false;
        for (OhmmeterReading& r : readings)
            if ((r.a == e.a && r.b == e.b) || (r.a == e.b && r.b == e.a)) r.u_ohm = *u, found = true;
        if (!found) return refuse(option, e.a + "-" + e.b, "a pair that --ohmmeter names");
    }
    return Done{};
}

}  // namespace

Result<std::vector<OhmmeterReading>> parse_ohmmeter(const std::string& readings, const std::string& u) {
    const std::string option = "--ohmmeter";
    const auto entries = entries_of(option, readings);
    if (!entries) return entries.error();
    std::vector<OhmmeterReading> out;
    for (const Entry& e : *entries) {
        OhmmeterReading r{e.a, e.b, {}, 0.0};
        if (!means_open(e.value)) {
            r.ohm = number_in(e.value);
            if (!r.ohm) return refuse(option, e.value, "a resistance in ohm, or open");
            r.u_ohm = u_of_last_digit(e.value);
        }
        out.push_back(std::move(r));
    }
    if (!u.empty())
        if (const auto set = set_u(u, out); !set) return set.error();
    return out;
}

}  // namespace fourpole
