// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/combinations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {
namespace {

/// Above this two known figures are one statement in two words.
constexpr double nearly_one = 0.98;

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i)
        out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return out;
}

bool plain_sum(const Combination& c) {
    return std::all_of(c.terms.begin(), c.terms.end(), [](const auto& t) { return t.coefficient == 1.0; });
}

std::string sentence_of(const Combination& c, const std::vector<Unknown>& unknowns) {
    const std::string value = value_with_u(c.value, c.u, c.unit);
    std::vector<std::string> names;
    std::string formula;
    for (const auto& term : c.terms) {
        names.push_back(unknowns[term.unknown].words);
        formula += fmt::format(
            "{}{}{}",
            formula.empty()        ? (term.coefficient < 0 ? "-" : "")
            : term.coefficient < 0 ? " - "
                                   : " + ",
            std::abs(term.coefficient) == 1.0 ? "" : fmt::format("{:.3g} x ", std::abs(term.coefficient)),
            unknowns[term.unknown].words);
    }
    if (plain_sum(c)) return listed(names) + ": only their sum is known, " + value;
    return listed(names) + ": only " + formula + " is known, " + value;
}

/// Known figures that go together, one sentence a group.
std::vector<std::string> hardly_told_apart(const CircuitFit& fit) {
    const std::size_t n = fit.unknowns.size();
    std::vector<std::string> out;
    std::vector<bool> done(n, false);
    const auto correlation = [&](std::size_t i, std::size_t j) {
        return fit.numbers.covariance[i * n + j] / (fit.numbers.u_of_x(i) * fit.numbers.u_of_x(j));
    };
    for (std::size_t first = 0; first < n; ++first) {
        std::vector<std::size_t> group{first};
        double most = 0.0;
        for (std::size_t k = 0; k < group.size() && !done[first]; ++k)
            for (std::size_t j = 0; j < n; ++j) {
                if (done[j] || j == group[k] || !fit.unknowns[j].known || !fit.unknowns[group[k]].known)
                    continue;
                const double r = correlation(group[k], j);
                if (std::abs(r) < nearly_one) continue;
                if (std::abs(r) > std::abs(most)) most = r;
                if (std::find(group.begin(), group.end(), j) == group.end()) group.push_back(j);
            }
        if (group.size() < 2) continue;
        std::sort(group.begin(), group.end());
        std::vector<std::string> names;
        for (const std::size_t i : group) {
            done[i] = true;
            names.push_back(fit.unknowns[i].words);
        }
        out.push_back(fmt::format("{}: hardly told apart, correlation {}{:+.4f}", listed(names),
                                  group.size() > 2 ? "up to " : "", most));
    }
    return out;
}

struct Prefix {
    double factor;
    const char* letter;
};
constexpr std::array<Prefix, 5> prefixes{{{1.0, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}, {1e-12, "p"}}};

}  // namespace

std::string value_with_u(double value, double u, const std::string& unit) {
    Prefix prefix = prefixes.front();
    if (unit == "F" || unit == "H" || unit == "s")
        for (const Prefix& p : prefixes) {
            prefix = p;
            if (std::max(std::abs(value), u) >= p.factor) break;
        }
    const double v = value / prefix.factor, s = u / prefix.factor;
    const std::string end = unit.empty() ? "" : std::string(" ") + prefix.letter + unit;
    if (!(s > 0.0)) return fmt::format("{:.6g}{}", v, end);
    int decimals = 0;  // that show two digits of the uncertainty
    for (double digits = s; digits < 9.95 && decimals < 12; digits *= 10.0) ++decimals;
    if (decimals > 9) return fmt::format("{:.6g} +- {:.2g}{}", v, s, end);
    return fmt::format("{:.{}f} +- {:.{}f}{}", v, decimals, s, decimals, end);
}

std::vector<std::string> what_cannot_be_known(const CircuitFit& fit) {
    std::vector<std::string> out;
    if (!fit.reference.empty())
        out.push_back(fmt::format(
            "only ratios of impedances are known: {} was left at {:g} ohm, and every ohm, henry and 1/farad "
            "is in proportion to it (an impedance reading would settle it)",
            fit.reference, fit.reference_value));
    std::vector<bool> in_sum(fit.unknowns.size(), false);
    for (const Combination& c : fit.combinations) {
        out.push_back(sentence_of(c, fit.unknowns));
        for (const auto& term : c.terms) in_sum[term.unknown] = true;
    }
    std::vector<std::string> entangled, unseen;
    for (std::size_t i = 0; i < fit.unknowns.size(); ++i) {
        if (fit.unknowns[i].known || in_sum[i]) continue;
        (fit.unknowns[i].seen ? entangled : unseen).push_back(fit.unknowns[i].words);
    }
    if (!entangled.empty())
        out.push_back(listed(entangled) + ": not known from these data, the others make up for any change");
    if (!unseen.empty()) out.push_back(listed(unseen) + ": without influence on these data");
    for (std::string& sentence : hardly_told_apart(fit)) out.push_back(std::move(sentence));
    return out;
}

}  // namespace fourpole
