// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/summary.hpp"

#include "rig/report/key_figures.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace fourpole {
namespace {

constexpr int screen_columns = 80;
constexpr std::size_t screen_lines = 24;

using Lines = std::vector<std::string>;

Ink ink_of(Verdict::Answer answer) {
    switch (answer) {
        case Verdict::Answer::supported: return Ink::good;
        case Verdict::Answer::refuted: return Ink::bad;
        case Verdict::Answer::undecided: return Ink::open;
        case Verdict::Answer::not_measured: break;
    }
    return Ink::dim;
}

std::string title(const RunRecord& run, bool colour) {
    const std::string name = harmless(run.session_name.empty() ? run.session_id : run.session_name);
    if (!run.simulated) return inked(cut(name, screen_columns), Ink::bold, colour);
    const std::string badge = " SIMULATED ";
    const int room = screen_columns - columns(badge) - 1;
    return inked(pad_right(name, room), Ink::bold, colour) + " " + inked(badge, Ink::badge, colour);
}

std::string conditions(const RunRecord& run) {
    std::string out =
        fmt::format("{} takes, bench {}, programme {}", run.takes.size(), run.bench, run.programme_id);
    if (run.simulated) out += fmt::format(", seed {}", run.seed);
    if (!run.fault.empty()) out += ", planted: " + run.fault;
    if (!run.complete) out += ", STOPPED before the last take";
    return cut(harmless(out), screen_columns);
}

std::string model_text(const KeyFigure& f) {
    if (!f.low || !f.high) return f.predicted ? value_text(*f.predicted) : "";
    return fixed(*f.low, 2) + " .. " + fixed(*f.high, 2);
}

/// Two blanks, name 28, value 18, u 8, model 18, z 6: 80 columns.
std::string figure_line(const KeyFigure& f) {
    std::string quantity = f.quantity;
    if (f.at_hz) quantity += " " + hertz_text(*f.at_hz);
    const std::string u = f.measured.u && f.measured.state != State::not_measured
                              ? fixed(*f.measured.u, decimals_for(f.measured.u))
                              : "";
    const std::string z = f.z ? fmt::format("{:+.1f}", *f.z) : "";
    return "  " + pad_right(quantity, 28) + pad_left(value_text(f.measured, f.unit), 18) + pad_left(u, 8) +
           pad_left(model_text(f), 18) + pad_left(z, 6);
}

std::string arm_line(const RunRecord& run, const RunRecord::ArmFacts& arm, bool colour) {
    const std::string state = model_state(run, arm.id);
    const std::string wiring = harmless(wiring_words(run, arm.id) + "; " + state);
    const std::string arm_text =
        cut(harmless(arm.id + "  " + arm.label), std::max(36, screen_columns - 2 - columns(wiring)));
    const std::string text = inked(arm_text, Ink::bold, colour) + "  ";
    const Ink ink = state == "model violated" ? Ink::bad : Ink::plain;
    return text + inked(cut(wiring, screen_columns - columns(arm_text) - 2), ink, colour);
}

/// `detail`: how many key figures an arm may show.
Lines arm_lines(const RunRecord& run, std::size_t detail, bool colour) {
    Lines out;
    if (run.arms.empty()) return out;
    if (detail > 0)
        out.push_back(inked("  " + pad_right("", 28) + pad_left("measured", 18) + pad_left("u", 8) +
                                pad_left("model 95 %", 18) + pad_left("z", 6),
                            Ink::dim, colour));
    for (const auto& arm : run.arms) {
        out.push_back(arm_line(run, arm, colour));
        const auto figures = key_figures(run, arm.id);
        // Crosstalk first when there is no room for all: it is what the claims are about.
        for (std::size_t i = 0; i < figures.size(); ++i)
            if (detail >= figures.size() || (i >= 2 && i < 2 + detail))
                out.push_back(figure_line(figures[i]));
    }
    return out;
}

Lines verdict_lines(const RunRecord& run, bool colour) {
    Lines out;
    for (const Verdict& v : run.verdicts) {
        std::string answer(name(v.answer));
        std::replace(answer.begin(), answer.end(), '_', ' ');
        const std::string why = v.brief.empty() ? v.sentence : v.brief;
        out.push_back(inked(pad_right(answer, 14), ink_of(v.answer), colour) +
                      pad_right(harmless(v.claim_id), 15) + " " + cut(harmless(why), screen_columns - 30));
    }
    return out;
}

Lines limit_lines(const RunRecord& run, bool colour) {
    Lines out;
    for (const auto& limit : run.limits) {
        const Ink ink = !limit.tested ? Ink::dim : limit.failed ? Ink::bad : Ink::good;
        const char* word = !limit.tested ? "not tested" : limit.failed ? "limit failed" : "inside limit";
        out.push_back(inked(pad_right(word, 14), ink, colour) +
                      cut(harmless(limit.sentence), screen_columns - 14));
    }
    return out;
}

void append(Lines& to, const Lines& from, std::size_t most) {
    const std::size_t shown = from.size() <= most ? from.size() : most == 0 ? 0 : most - 1;
    to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(shown));
    if (shown < from.size() && most > 0)
        to.push_back(fmt::format("and {} more in the report", from.size() - shown));
}

std::string joined(const Lines& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

}  // namespace

std::string summary(const RunRecord& record, bool colour) {
    Lines reasons;
    for (const std::string& r : record.reasons)
        reasons.push_back(inked(cut((record.valid ? "note: " : "NOT VALID: ") + harmless(r), screen_columns),
                                Ink::bad, colour));
    const Lines verdicts = verdict_lines(record, colour), limits = limit_lines(record, colour);

    Lines out{title(record, colour), conditions(record)};
    append(out, reasons, 3);
    // Verdicts are what was asked for: they get their lines first, the figures what is left.
    const std::size_t wanted =
        std::min<std::size_t>(verdicts.size(), 10) + std::min<std::size_t>(limits.size(), 4);
    const std::size_t spare = screen_lines - out.size() - wanted;
    Lines arms;
    for (const std::size_t detail : {std::size_t{5}, std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
        arms = arm_lines(record, detail, colour);
        if (arms.size() <= spare) break;
    }
    append(out, arms, spare);
    if (out.size() + wanted < screen_lines && !verdicts.empty()) out.emplace_back();
    append(out, verdicts, 10);
    append(out, limits, screen_lines - out.size());
    return joined(out);
}

}  // namespace fourpole
