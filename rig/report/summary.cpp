// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/summary.hpp"

#include "rig/report/key_figures.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/terminal_text.hpp"
#include "rig/report/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

constexpr int screen_columns = 80;
constexpr std::size_t screen_lines = 23;  // of 24: the caller adds where the report lies

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
    std::string out = fmt::format("{}, {}, bench {}, programme {}", counted(run.arms.size(), "arm"),
                                  counted(run.takes.size(), "take"), run.bench, run.programme_id);
    if (run.simulated) out += fmt::format(", seed {}", run.seed);
    if (!run.fault.empty()) out += ", planted: " + run.fault;
    return cut(harmless(out), screen_columns);
}

/// Title, what is wrong, what was done; at most 5 lines.
Lines head(const RunRecord& run, bool colour) {
    Lines out{title(run, colour)};
    if (const std::string wrong = headline(run); !wrong.empty())
        out.push_back(inked(cut(harmless(wrong), screen_columns), Ink::bad, colour));
    if (!run.complete)
        for (const std::string& line : wrapped(harmless(stopped_text(run)), screen_columns, 2))
            out.push_back(inked(line, Ink::bad, colour));
    out.push_back(conditions(run));
    return out;
}

// An arm's table: two blanks, then these columns with one blank between them, 80 in all.
constexpr int name_columns = 28, value_columns = 17, u_columns = 8, model_columns = 16, z_columns = 5;

std::string row(const std::string& name, const std::string& value, const std::string& u,
                const std::string& model, const std::string& z) {
    return "  " + pad_right(name, name_columns) + " " + pad_left(value, value_columns) + " " +
           pad_left(u, u_columns) + " " + pad_left(model, model_columns) + " " + pad_left(z, z_columns);
}

std::string model_text(const KeyFigure& f) {
    if (!f.low || !f.high) return f.predicted ? value_text(*f.predicted) : "";
    const std::string fine = fixed(*f.low, 2) + " .. " + fixed(*f.high, 2);
    return columns(fine) <= model_columns ? fine : fixed(*f.low, 1) + " .. " + fixed(*f.high, 1);
}

std::string figure_line(const KeyFigure& f) {
    std::string quantity = f.quantity;
    if (f.at_hz) quantity += " " + hertz_text(*f.at_hz);
    const bool known = f.measured.u && f.measured.state != State::not_measured;
    const std::string z = f.z ? fmt::format("{:+.{}f}", *f.z, std::abs(*f.z) < 99.0 ? 1 : 0) : "";
    return row(quantity, fitting_value(f.measured, f.unit, value_columns),
               known ? uncertainty_text(*f.measured.u) : "", model_text(f), z);
}

std::string arm_line(const RunRecord& run, const RunRecord::ArmFacts& arm, bool colour) {
    const std::string state = model_state(run, arm.id), heard = measured_wiring(run, arm.id);
    const bool otherwise = wired_otherwise(run, arm.id);
    const std::string words = harmless(heard.empty() ? wiring_words(run, arm.id)
                                       : otherwise   ? state + ": " + heard
                                                     : heard + "; " + state);
    const std::string arm_text =
        cut(harmless(arm.id + "  " + arm.label), std::max(24, screen_columns - 2 - columns(words)));
    const Ink ink = otherwise || state == "model violated" ? Ink::bad : Ink::plain;
    return inked(arm_text, Ink::bold, colour) + "  " +
           inked(cut(words, screen_columns - columns(arm_text) - 2), ink, colour);
}

/// `detail`: how many key figures an arm may show.
Lines arm_lines(const RunRecord& run, std::size_t detail, bool colour) {
    Lines out;
    if (run.arms.empty()) return out;
    if (detail > 0) out.push_back(inked(row("", "measured", "u", "model 95 %", "z"), Ink::dim, colour));
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

/// The smallest table of the arms that fits: 5, 2, 1 or no figures an arm.
Lines fitting_arms(const RunRecord& run, std::size_t room, bool colour) {
    Lines out;
    for (const std::size_t detail : {std::size_t{5}, std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
        out = arm_lines(run, detail, colour);
        if (out.size() <= room) break;
    }
    return out;
}

/// Something said: a coloured word, then text that may take more lines where there is room.
struct Entry {
    std::string word;
    Ink ink = Ink::plain;
    std::string text;
    std::size_t most = 1;  ///< lines it may take
    int indent = 0;        ///< of the text, from the left edge
    std::string between{};
    std::size_t lines = 1;  ///< lines it gets

    Lines drawn(bool colour) const {
        Lines out = wrapped(text, screen_columns - indent, static_cast<int>(lines));
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = (i == 0 ? inked(word, ink, colour) + between
                             : std::string(static_cast<std::size_t>(indent), ' ')) +
                     out[i];
        return out;
    }
    std::size_t wanted() const {
        return wrapped(text, screen_columns - indent, static_cast<int>(most)).size();
    }
};

using Entries = std::vector<Entry>;

/// At most `most` entries; the last one says how many are left out.
Entries first(Entries all, std::size_t most) {
    if (all.size() <= most) return all;
    const std::size_t unseen = all.size() - most + 1;
    all.resize(most - 1);
    all.push_back({"", Ink::plain, fmt::format("and {} more in the report", unseen)});
    return all;
}

/// Gives each entry the lines it wants while `spare` lasts.
void stretch(Entries& entries, std::size_t& spare, bool serious_only = false) {
    for (Entry& e : entries) {
        if (serious_only && e.ink != Ink::bad) continue;
        const std::size_t more = std::min(spare, e.wanted() - e.lines);
        e.lines += more;
        spare -= more;
    }
}

Entries reason_entries(const RunRecord& run) {
    Entries out;
    for (const Remark& r : remarks(run)) {
        const char* word = r.weight == Remark::Weight::not_valid   ? "NOT VALID: "
                           : r.weight == Remark::Weight::diagnosis ? "diagnosis: "
                                                                   : "note: ";
        const Ink ink = r.weight == Remark::Weight::note ? Ink::open : Ink::bad;
        out.push_back({word, ink, harmless(r.text), 3, columns(word)});
    }
    return out;
}

Entries verdict_entries(const RunRecord& run) {
    Entries out;
    for (const Verdict& v : run.verdicts) {
        std::string answer(name(v.answer));
        std::replace(answer.begin(), answer.end(), '_', ' ');
        std::string why = harmless(v.brief.empty() ? v.sentence : v.brief);
        if (takes_behind(run, v) == 1) why = "1 take: " + why;
        out.push_back({pad_right(answer, 13), ink_of(v.answer), why, 2, 30,
                       " " + pad_right(harmless(v.claim_id), 15) + " "});
    }
    return out;
}

Entries limit_entries(const RunRecord& run) {
    Entries out;
    for (const auto& limit : limits_worst_first(run)) {
        const Ink ink = !limit.tested ? Ink::dim : limit.failed ? Ink::bad : Ink::good;
        const char* word = !limit.tested ? "not tested" : limit.failed ? "outside limit" : "inside limit";
        out.push_back({pad_right(word, 13), ink, harmless(limit.sentence), limit.failed ? 2u : 1u, 14, " "});
    }
    return out;
}

void append(Lines& to, const Entries& from, bool colour) {
    for (const Entry& e : from)
        for (std::string& line : e.drawn(colour)) to.push_back(std::move(line));
}

/// Arms, as many as there is room for.
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
    Lines out = head(record, colour);
    Entries reasons = first(reason_entries(record), 3);
    Entries verdicts = first(verdict_entries(record), 8);
    // What failed or stays open gets more room than what is inside.
    const auto open = static_cast<std::size_t>(std::count_if(
        record.limits.begin(), record.limits.end(), [](const auto& l) { return l.failed || !l.tested; }));
    const std::size_t limit_lines = std::max<std::size_t>(4, std::min(open, 13 - verdicts.size()));
    Entries limits = first(limit_entries(record), limit_lines);
    std::size_t spare = screen_lines - out.size() - reasons.size() - verdicts.size() - limits.size();

    // Why a figure must not be used goes before the figure; then the arms; the rest shares what is left.
    const auto keep_for_arms = [&](std::size_t detail, bool serious_only) {
        const std::size_t arms = std::min(spare, arm_lines(record, detail, false).size());
        spare -= arms;
        stretch(reasons, spare, serious_only);
        spare += arms;
    };
    keep_for_arms(0, true);
    keep_for_arms(2, false);
    const Lines arms = fitting_arms(record, spare, colour);
    const std::size_t arm_room = std::min(spare, arms.size());
    spare -= arm_room;
    stretch(limits, spare, true);
    stretch(verdicts, spare);
    stretch(reasons, spare);

    append(out, reasons, colour);
    append(out, arms, arm_room);
    if (spare > 0 && !verdicts.empty()) out.emplace_back();
    append(out, verdicts, colour);
    append(out, limits, colour);
    return joined(out);
}

}  // namespace fourpole
