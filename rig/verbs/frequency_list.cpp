// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/frequency_list.hpp"

#include "rig/files/read_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace fourpole {
namespace {

constexpr std::size_t most_frequencies = 10'000;
constexpr double lowest_hz = 1e-3, highest_hz = 1e9;  ///< no player, and no rounding error, beyond

Fault refuse(std::string where, std::string what) {
    return {Fault::Kind::bad_input, std::move(where), std::move(what)};
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> frequency_in(std::string_view text) {
    double f = 0.0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), f);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    if (!(f >= lowest_hz && f <= highest_hz)) return {};
    return f;
}

}  // namespace

std::vector<double> default_grid() {
    std::vector<double> grid;
    for (int k = 0; k < 120; ++k) grid.push_back(20.0 * std::exp2(k / 12.0));
    grid.push_back(1000.0);
    grid.push_back(20000.0);
    std::sort(grid.begin(), grid.end());
    return grid;
}

Result<std::vector<double>> read_frequencies(const std::string& file) {
    const auto text = read_text(file, 1 << 20);
    if (!text) return text.error();
    std::vector<double> frequencies;
    std::string findings;
    std::string_view rest = *text;
    if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);  // the mark that some editors put first
    for (int number = 1; !rest.empty(); ++number) {
        const auto end = rest.find('\n');
        const std::string_view line = trimmed(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        if (const auto f = frequency_in(line))
            frequencies.push_back(*f);
        else
            findings += fmt::format("{}{}:{}: found \"{}\"; allowed: one frequency in Hz, 0.001 to 1e9",
                                    findings.empty() ? "" : "\n", file, number, line.substr(0, 40));
    }
    if (!findings.empty()) return refuse("", findings);
    if (frequencies.empty()) return refuse(file, "holds no frequency; allowed: one frequency in Hz a line");
    if (frequencies.size() > most_frequencies)
        return refuse(file, fmt::format("holds {} frequencies; allowed: up to {}", frequencies.size(),
                                        most_frequencies));
    return frequencies;
}

}  // namespace fourpole
