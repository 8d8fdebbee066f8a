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

std::string title(const RunRecord& run, const Screen& screen) {
    const std::string name = harmless(run.session_name.empty() ? run.session_id : run.session_name);
    if (!run.simulated) return inked(cut(name, screen.columns), Ink::bold, screen.colour);
    const std::string badge = " SIMULATED ";
    const int room = screen.table_columns() - columns(badge) - 1;
    const std::string text = screen.wraps() ? pad_right(name, room) : name;
    return inked(text, Ink::bold, screen.colour) + " " + inked(badge, Ink::badge, screen.colour);
}

std::string conditions(const RunRecord& run, const Screen& screen) {
    std::string out = fmt::format("{}, {}, bench {}, programme {}", counted(run.arms.size(), "arm"),
                                  counted(run.takes.size(), "take"), run.bench, run.programme_id);
    if (run.simulated) out += fmt::format(", seed {}", run.seed);
    if (!run.fault.empty()) out += ", planted: " + run.fault;
    return cut(harmless(out), screen.columns);
}

/// Title, what is wrong, what was done; at most 5 lines.
Lines head(const RunRecord& run, const Screen& screen) {
    Lines out{title(run, screen)};
    if (const std::string wrong = headline(run); !wrong.empty())
        out.push_back(inked(cut(harmless(wrong), screen.columns), Ink::bad, screen.colour));
    if (!run.complete)
        for (const std::string& line : wrapped(harmless(stopped_text(run)), screen.columns, 2))
            out.push_back(inked(line, Ink::bad, screen.colour));
    out.push_back(conditions(run, screen));
    return out;
}

/// An arm's table: two blanks, then these columns with one blank between them, 80 in all. On a narrow
/// screen the name gives way, then the model.
struct Table {
    int name = 28, value = 17, u = 8, model = 16, z = 5;

    explicit Table(const Screen& screen) {
        if (!screen.wraps()) name = 34, value = 22;
        constexpr int least_name = 14;
        int lack = 80 - screen.table_columns();
        if (name - lack < least_name) lack -= model + z + 2, model = z = 0;
        name = std::max(least_name, name - lack);
    }

    std::string row(const std::string& quantity, const std::string& measured, const std::string& its_u,
                    const std::string& band, const std::string& its_z) const {
        const std::string out =
            "  " + pad_right(quantity, name) + " " + pad_left(measured, value) + " " + pad_left(its_u, u);
        return model > 0 ? out + " " + pad_left(band, model) + " " + pad_left(its_z, z) : out;
    }

    std::string model_text(const KeyFigure& f) const {
        if (!f.low || !f.high) return f.predicted ? value_text(*f.predicted) : "";
        const std::string fine = fixed(*f.low, 2) + " .. " + fixed(*f.high, 2);
        return columns(fine) <= model ? fine : fixed(*f.low, 1) + " .. " + fixed(*f.high, 1);
    }

    std::string row(const KeyFigure& f) const {
        std::string quantity = f.quantity;
        if (f.at_hz) quantity += " " + hertz_text(*f.at_hz);
        const bool known = f.measured.u && f.measured.state != State::not_measured;
        const std::string its_z = f.z ? fmt::format("{:+.{}f}", *f.z, std::abs(*f.z) < 99.0 ? 1 : 0) : "";
        return row(quantity, fitting_value(f.measured, f.unit, value),
                   known ? uncertainty_text(*f.measured.u) : "", model_text(f), its_z);
    }
};

std::string arm_line(const RunRecord& run, const RunRecord::ArmFacts& arm, const Screen& screen) {
    const std::string state = model_state(run, arm.id), heard = measured_wiring(run, arm.id);
    const bool otherwise = wired_otherwise(run, arm.id) || perhaps_another_arm(run, arm.id);
    const std::string words = harmless(heard.empty() ? wiring_words(run, arm.id)
                                       : otherwise   ? state + ": " + heard
                                                     : heard + "; " + state);
    const std::string arm_text =
        cut(harmless(arm.id + "  " + arm.label), std::max(24, screen.columns - 2 - columns(words)));
    const Ink ink = otherwise || state == "model violated" ? Ink::bad : Ink::plain;
    return inked(arm_text, Ink::bold, screen.colour) + "  " +
           inked(cut(words, screen.columns - columns(arm_text) - 2), ink, screen.colour);
}

/// `detail`: how many key figures an arm may show.
Lines arm_lines(const RunRecord& run, std::size_t detail, const Screen& screen) {
    Lines out;
    if (run.arms.empty()) return out;
    const Table table(screen);
    if (detail > 0)
        out.push_back(inked(table.row("", "measured", "u", "model 95 %", "z"), Ink::dim, screen.colour));
    for (const auto& arm : run.arms) {
        out.push_back(arm_line(run, arm, screen));
        const auto figures = key_figures(run, arm.id);
        // Crosstalk first when there is no room for all: it is what the claims are about.
        for (std::size_t i = 0; i < figures.size(); ++i)
            if (detail >= figures.size() || (i >= 2 && i < 2 + detail)) out.push_back(table.row(figures[i]));
    }
    return out;
}

/// The largest table of the arms that fits: 5, 2, 1 or no figures an arm.
Lines fitting_arms(const RunRecord& run, std::size_t room, const Screen& screen) {
    Lines out;
    for (const std::size_t detail : {std::size_t{5}, std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
        out = arm_lines(run, detail, screen);
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
    std::size_t lines = 1;  ///< lines it gets, with the word's own where the text stands below it

    Lines drawn(const Screen& screen) const {
        const bool below = stands_below(screen);
        Lines out = body(screen, lines - (below ? 1 : 0));
        const std::string margin(static_cast<std::size_t>(below ? 2 : indent), ' ');
        const std::string head = inked(word, ink, screen.colour) + between;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = (i > 0 || below ? margin : head) + out[i];
        if (below) out.insert(out.begin(), head);
        return out;
    }
    std::size_t wanted(const Screen& screen) const {
        return stands_below(screen) ? 1 + body(screen, most).size() : body(screen, most).size();
    }
    std::size_t least(const Screen& screen) const { return stands_below(screen) ? 2 : 1; }

private:
    /// Where too little is left beside the word.
    bool stands_below(const Screen& screen) const { return indent > 14 && screen.columns - indent < 34; }
    Lines body(const Screen& screen, std::size_t at_most) const {
        return wrapped(text, screen.columns - (stands_below(screen) ? 2 : indent), static_cast<int>(at_most));
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
void stretch(Entries& entries, std::size_t& spare, const Screen& screen, bool serious_only = false) {
    for (Entry& e : entries) {
        if (serious_only && e.ink != Ink::bad) continue;
        const std::size_t more = std::min(spare, e.wanted(screen) - e.lines);
        e.lines += more;
        spare -= more;
    }
}

Entries reason_entries(const RunRecord& run) {
    Entries out;
    for (const Remark& r : remarks(run)) {
        const char* word = r.weight == Remark::Weight::not_valid        ? "NOT VALID: "
                           : r.weight == Remark::Weight::diagnosis      ? "diagnosis: "
                           : r.weight == Remark::Weight::model_violated ? "model: "
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

void append(Lines& to, const Entries& from, const Screen& screen) {
    for (const Entry& e : from)
        for (std::string& line : e.drawn(screen)) to.push_back(std::move(line));
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

/// Each entry at its least; the lines that all take together.
std::size_t begin(Entries& entries, const Screen& screen) {
    std::size_t sum = 0;
    for (Entry& e : entries) sum += e.lines = e.least(screen);
    return sum;
}

/// As many of `entries` as stand in `room` lines, and that sum taken from it.
Entries fitting(const Entries& entries, std::size_t most, std::size_t& room, const Screen& screen) {
    for (;; --most) {
        Entries out = first(entries, most);
        const std::size_t taken = begin(out, screen);
        if (taken <= room || most <= 1) {
            room -= std::min(room, taken);
            return out;
        }
    }
}

}  // namespace

std::string summary(const RunRecord& record, const Screen& shown_on) {
    Screen screen = shown_on;
    screen.columns = std::max(40, screen.columns);
    screen.lines = std::max<std::size_t>(24, screen.lines);
    const std::size_t more = (screen.lines - 24) / 3;  // lines that a higher screen gives each part
    Lines out = head(record, screen);
    std::size_t spare = screen.lines - 1 - out.size();  // the caller adds where the report lies
    Entries reasons = fitting(reason_entries(record), 3 + more, spare, screen);
    Entries verdicts = fitting(verdict_entries(record), 8 + more, spare, screen);
    // What failed or stays open gets more room than what is inside.
    const auto open = static_cast<std::size_t>(std::count_if(
        record.limits.begin(), record.limits.end(), [](const auto& l) { return l.failed || !l.tested; }));
    const std::size_t limit_lines =
        more + std::max<std::size_t>(4, std::min(open, 13 - std::min<std::size_t>(9, verdicts.size())));
    Entries limits = fitting(limit_entries(record), limit_lines, spare, screen);

    // Why a figure must not be used goes before the figure; then the arms; the rest shares what is left.
    const auto keep_for_arms = [&](std::size_t detail, bool serious_only) {
        const std::size_t arms = std::min(spare, arm_lines(record, detail, screen).size());
        spare -= arms;
        stretch(reasons, spare, screen, serious_only);
        spare += arms;
    };
    keep_for_arms(0, true);
    keep_for_arms(2, false);
    const Lines arms = fitting_arms(record, spare, screen);
    const std::size_t arm_room = std::min(spare, arms.size());
    spare -= arm_room;
    stretch(limits, spare, screen, true);
    stretch(verdicts, spare, screen);
    stretch(reasons, spare, screen);

    append(out, reasons, screen);
    append(out, arms, arm_room);
    if (spare > 0 && !verdicts.empty()) out.emplace_back();
    append(out, verdicts, screen);
    append(out, limits, screen);
    return joined(out);
}

}  // namespace fourpole
