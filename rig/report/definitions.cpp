// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <complex>
#include <cstdint>
#include <variant>

namespace fourpole {

namespace {

/// Of the detail's own kind, in as many digits as a person reads.
std::string in_words(const Detail& detail) {
    if (const auto* number = std::get_if<double>(&detail)) return fmt::format("{:.6g}", *number);
    if (const auto* count = std::get_if<std::int64_t>(&detail)) return fmt::format("{}", *count);
    if (const auto* text = std::get_if<std::string>(&detail)) return *text;
    if (const auto* z = std::get_if<std::complex<double>>(&detail))
        return fmt::format("{:.6g} {:+.6g}j", z->real(), z->imag());
    return "...";
}

std::string known(const std::optional<double>& number) {
    return number ? fmt::format("{:.6g}", *number) : std::string("unknown");
}

/// The harmonics of the same side and tone: "H2 -60.0, H3 at most -101.2".
std::string harmonics_beside(const Reading& reading, const Readings& all) {
    std::string out;
    for (const Reading& r : all) {
        if (r.definition != "harmonic.fitted_tone@1" || r.side != reading.side || !r.order) continue;
        const auto here = std::find_if(r.points.begin(), r.points.end(), [&](const Point& p) {
            return reading.points.empty() || p.at == reading.scalar().at;
        });
        if (here == r.points.end()) continue;
        out += fmt::format("{}H{} {}{} dB", out.empty() ? "" : ", ", *r.order,
                           here->state == State::at_most ? "at most " : "", known(here->value));
    }
    return out.empty() ? "no harmonics in this record" : out;
}

std::string value_of(std::string_view key, const Reading& reading, const Readings& all) {
    const Point first = reading.points.empty() ? Point{.state = State::not_measured} : reading.points.front();
    if (key == "value") {
        const std::string bound = first.state == State::at_most    ? "at most "
                                  : first.state == State::at_least ? "at least "
                                                                   : "";
        return first.state == State::not_measured ? std::string("not measured") : bound + known(first.value);
    }
    if (key == "u") return known(first.u);
    if (key == "at") return known(first.at);
    if (key == "unit") return reading.unit;
    if (key == "order") return reading.order ? fmt::format("{}", *reading.order) : std::string("unknown");
    if (key == "harmonics_beside") return harmonics_beside(reading, all);
    const Detail* detail = reading.detail(key);
    return detail ? in_words(*detail) : "unknown";
}

/// {key} becomes the reading's own; a clause in [] is left out where something in it is unknown: a bound has
/// no u, a take without a J-test no stimulus of its own.
std::string filled_in(std::string_view text, const Reading& reading, const Readings& all) {
    std::string out, clause;
    bool in_clause = false, whole = true;
    while (!text.empty()) {
        const char c = text.front();
        const std::size_t close = c == '{' ? text.find('}') : 0;
        if (c == '[') {
            in_clause = true, whole = true, clause.clear();
        } else if (c == ']') {
            in_clause = false;
            if (whole) out += clause;
        } else {
            const std::string word =
                c == '{' ? value_of(text.substr(1, close - 1), reading, all) : std::string(1, c);
            whole = whole && word != "unknown";
            (in_clause ? clause : out) += word;
        }
        text.remove_prefix(close + 1);
    }
    return out;
}

void add_line(std::string& out, const char* what, std::string_view text) {
    if (!text.empty()) out += fmt::format("- {}: {}\n", what, text);
}

void add_facts(std::string& out, const Definition& d) {
    add_line(out, "band and weighting", d.band);
    add_line(out, "detector", d.detector);
    add_line(out, "needs", d.preconditions);
    add_line(out, "accuracy", d.accuracy);
    add_line(out, "no figure", d.faults);
}

}  // namespace

const Definition* definition_of(std::string_view name) {
    const auto all = definitions();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Definition& d) { return d.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string definitions_page() {
    std::string out =
        "# Definitions\n\nWhat each figure of a record means. The name with its version stands in every "
        "reading; "
        "a change of meaning is a new version. `fourpole analyze CAPTURE --programme P.json --explain NAME` "
        "prints the formula with the numbers of one take in it.\n";
    for (const Definition& d : definitions()) {
        out += fmt::format("\n## `{}`\n\n```text\n{}\n```\n", d.name, d.formula);
        add_facts(out, d);
    }
    return out;
}

std::string explained(const Reading& reading, const Readings& all) {
    std::string out = fmt::format("{}{}{}\n", reading.definition,
                                  reading.from && reading.to
                                      ? fmt::format(", {} to {}", name(*reading.from), name(*reading.to))
                                  : reading.side ? fmt::format(", {}", name(*reading.side))
                                                 : std::string(),
                                  reading.order ? fmt::format(", order {}", *reading.order) : std::string());
    const Definition* d = definition_of(reading.definition);
    if (!d && (reading.points.empty() || reading.scalar().state == State::not_measured)) {
        const std::string why = value_of("why", reading, all);
        return fmt::format("{} was not measured{}\n", reading.name, why == "unknown" ? "" : ": " + why);
    }
    if (!d) return out + "nothing is written down of it\n";
    out += fmt::format("{}\n", d->formula);
    const std::string numbers(d->numbers.empty() ? "= {value} {unit}[, u = {u}]" : d->numbers);
    if (reading.curve)
        out += fmt::format("{} points, the first at {}: {}\n", reading.points.size(),
                           value_of("at", reading, all), filled_in(numbers, reading, all));
    else
        out += filled_in(numbers, reading, all) + '\n';
    add_facts(out, *d);
    return out;
}

}  // namespace fourpole
