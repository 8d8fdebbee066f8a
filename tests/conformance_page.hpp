// SPDX-License-Identifier: GPL-3.0-or-later
// rig/CONFORMANCE.md: what each reading reached when it was last measured, beside what it has to reach.
#pragma once

#include "tests/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace fourpole::conformance {

/// One line of the page. `error` measures it anew against its truth; nothing: the truth is not at hand.
struct Row {
    const char* reading;
    const char* condition;
    double target;  ///< 0: exact
    const char* unit;
    std::optional<double> (*error)();
    const char* tests;    ///< that look closer
    bool missed = false;  ///< known not to reach its target; the page says so
};

/// Errors are written with one digit, rounded up (1.2, 1.5 and 2.5 too): 1.3e-5 as 1.5e-5. Below a thousandth
/// of the target what rounding leaves is as good as any other.
inline std::string written(double error, double target) {
    const double e = std::max(error, 1e-3 * target);
    if (e <= 0.0) return "exact";
    const int tens = static_cast<int>(std::floor(std::log10(e)));
    const double lead = e / std::pow(10.0, tens) * (1.0 - 1e-9);
    for (const double step : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0})
        if (lead <= step) return fmt::format("{}e{}", step, tens);
    return fmt::format("1e{}", tens + 1);
}

inline std::string key_of(const Row& r) { return fmt::format("| {} | {} |", r.reading, r.condition); }

inline std::string line_of(const Row& r, const std::string& achieved) {
    const std::string target =
        r.target > 0.0 ? fmt::format("{:.3g} {}", r.target, r.unit) : std::string("exact");
    const std::string reached =
        achieved == "exact" ? achieved
                            : fmt::format("< {} {}{}", achieved, r.unit, r.missed ? ", **missed**" : "");
    return fmt::format("{} {} | {} | {} |", key_of(r), target, reached, r.tests);
}

inline std::filesystem::path page_file() {
    return std::filesystem::path(FOURPOLE_SOURCE) / "rig/CONFORMANCE.md";
}

/// The page's lines by their first two columns.
inline std::map<std::string, std::string> page_lines() {
    std::map<std::string, std::string> out;
    std::ifstream in(page_file());
    for (std::string line; std::getline(in, line);) {
        const auto second = line.find(" | "),
                   third = second == line.npos ? second : line.find(" | ", second + 3);
        if (line.rfind("| ", 0) == 0 && third != line.npos) out[line.substr(0, third + 2)] = line;
    }
    return out;
}

inline bool blessing() {
    const char* bless = std::getenv("FOURPOLE_BLESS");
    return bless != nullptr && *bless == '1';
}

/// What this run has measured, by key.
inline std::map<std::string, std::string>& measured_now() {
    static std::map<std::string, std::string> all;
    return all;
}

/// The figure that a line of the page promises: nothing where it is no number.
inline std::optional<double> promised(const std::string& line) {
    const auto at = line.find("| < ");
    return at == line.npos ? std::nullopt : std::optional(std::strtod(line.c_str() + at + 4, nullptr));
}

/// Measures one row, holds it against its target and against the page.
inline void check(const Row& r) {
    INFO(r.reading << ", " << r.condition);
    const auto error = r.error();
    if (!error) {
        WARN("SKIPPED: " << r.reading << ": its truth is not beside the project");
        return;
    }
    REQUIRE(std::isfinite(*error));
    INFO("an error of " << *error << " " << r.unit << ", the target is " << r.target);
    CHECK((*error <= r.target) == !r.missed);
    measured_now()[key_of(r)] = line_of(r, written(*error, r.target));
    if (blessing()) return;
    const auto lines = page_lines();
    const auto line = lines.find(key_of(r));
    REQUIRE(line != lines.end());
    if (r.target <= 0.0) return;
    const auto told = promised(line->second);
    REQUIRE(told.has_value());
    INFO("the page says < " << *told << ", this run " << *error << "; FOURPOLE_BLESS=1 writes it anew");
    CHECK(*error <= *told);
    if (*error > 1e-3 * r.target && *error < 0.1 * *told)
        WARN(r.reading << ", " << r.condition << ": " << *error << " is much better than the page's "
                       << *told);
}

inline const char* page_head =
    "# Conformance\n\n"
    "What each reading reaches, measured by `tests/conformance_test` on captures whose content is known in "
    "closed form "
    "(and, where it lies beside the project, on the truth kit's), free-running clock and noise included. The "
    "last "
    "column names tests that look closer. Errors are the worst of the points or draws of a row unless it "
    "says rms; one "
    "digit, rounded up. The test fails where a target is missed without a word here, or where an error grows "
    "beyond "
    "what is written. `FOURPOLE_BLESS=1 build/tests/conformance_test` writes this page.\n\n"
    "| reading | condition | target | reached | looked at by |\n|---|---|---|---|---|\n";

/// The page as this run would write it; of rows that were not measured, what stands there already.
inline std::string page_of(std::span<const Row> rows) {
    std::string out = page_head;
    const auto old = page_lines();
    for (const Row& r : rows) {
        const auto now = measured_now().find(key_of(r));
        const auto before = old.find(key_of(r));
        out += now != measured_now().end() ? now->second
               : before != old.end()       ? before->second
                                           : key_of(r) + " ? |";
        out += '\n';
    }
    return out;
}

}  // namespace fourpole::conformance
