// SPDX-License-Identifier: GPL-3.0-or-later
// Every shipped plug in every shipped jack with every plausible touch, against a second solver.
#include "rig/model/wiring_reason.hpp"
#include "rig/verbs/wiring_picture.hpp"
#include "tests/shipped_connectors.hpp"
#include "tests/wiring_oracle.hpp"

#include <sstream>

using namespace fourpole;

namespace {

std::string told(const Plug& plug, const Jack& jack, const Touch& touch) {
    std::string text = plug.id + " in " + jack.id;
    for (const auto& [spring, touched] : touch) {
        text += " " + spring + "=";
        for (const auto& segment : touched) text += segment + "+";
    }
    return text;
}

std::string exchanged(std::string carries) {
    for (char& c : carries)
        if (c == 'L' || c == 'R') c = c == 'L' ? 'R' : 'L';
    return carries;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-6; }

}  // namespace

TEST_CASE("every plug, jack and touch: coefficients, words and shorts of a second solver, to 1e-6",
          "[repeated]") {
    int hazards = 0;
    const int cases = for_each_mating([&](const Plug& plug, const Jack& jack, const Touch& touch) {
        const auto w = wiring(plug, jack, touch);
        const auto truth = oracle::judge(plug, jack, touch);
        PerSide<std::string> labels;
        bool same = w.has_value();
        for (const Side s : sides) {
            labels[s] = oracle::label(truth.from[s][Side::left], truth.from[s][Side::right]);
            for (const Side c : sides)
                same = same && near(w->matrix.from[s][c].real(), truth.from[s][c]) &&
                       std::abs(w->matrix.from[s][c].imag()) < 1e-9;
            same = same && w->labels[s] == labels[s];
        }
        same = same && w->outcome == oracle::outcome(labels[Side::left], labels[Side::right]);
        std::map<std::string, double> shorted;
        for (const auto& [output, ampere] : truth.amperes)
            if (ampere > 0.050) shorted[output] = ampere;
        same = same && w->hazards.size() == shorted.size();
        for (std::size_t i = 0; same && i < w->hazards.size(); ++i)
            same = shorted.contains(w->hazards[i].output) &&
                   near(shorted[w->hazards[i].output], w->hazards[i].ampere_per_volt);
        hazards += shorted.empty() ? 0 : 1;
        if (!same) FAIL_CHECK(told(plug, jack, touch) << ": " << (w ? w->outcome : w.error().what));
    });
    INFO(cases << " matings, " << hazards << " of them hazards");
    // 6 plugs in a 3-contact and five 4-contact jacks were shipped when this was written.
    CHECK(cases > 10'000);
    CHECK(hazards > 1'000);
}

TEST_CASE("an output is shorted exactly where contacts join it to another output or to ground",
          "[repeated]") {
    for_each_mating([&](const Plug& plug, const Jack& jack, const Touch& touch) {
        const auto w = wiring(plug, jack, touch);
        std::vector<std::string> joined;
        for (const ContactGroup& group : contact_groups(plug, jack, touch))
            if (group.joins_outputs())
                for (const auto& o : group.outputs)
                    if (o != "G" && o != "MIC") joined.push_back(o);
        std::vector<std::string> shorted;
        for (const Short& s : w->hazards) shorted.push_back(s.output);
        std::sort(joined.begin(), joined.end());
        std::sort(shorted.begin(), shorted.end());
        if (joined != shorted) FAIL_CHECK(told(plug, jack, touch));
    });
}

TEST_CASE("left and right exchanged in plug and jack exchange the drivers and the channels, to 1e-9",
          "[repeated]") {
    for_each_mating([&](const Plug& plug, const Jack& jack, const Touch& touch) {
        Plug other_plug = plug;
        for (auto& [segment, carries] : other_plug.segments) carries = exchanged(carries);
        Jack other_jack = jack;
        for (auto& [spring, carries] : other_jack.springs) carries = exchanged(carries);
        const auto a = wiring(plug, jack, touch), b = wiring(other_plug, other_jack, touch);
        bool same = a.has_value() && b.has_value() && a->hazards.size() == b->hazards.size();
        for (const Side s : sides)
            for (const Side c : sides)
                same = same && std::abs(a->matrix.from[s][c] - b->matrix.from[other(s)][other(c)]) < 1e-9;
        same = same && std::abs(a->worst_ampere_per_volt - b->worst_ampere_per_volt) < 1e-9;
        if (!same) FAIL_CHECK(told(plug, jack, touch));
    });
}

TEST_CASE("every mating has a reason of one sentence that speaks of a short where there is one") {
    for_each_mating([&](const Plug& plug, const Jack& jack, const Touch& touch) {
        const auto w = wiring(plug, jack, touch);
        const std::string reason = wiring_reason(plug, jack, touch, *w);
        const bool speaks = reason.find("shorted") != std::string::npos;
        const bool clean = reason.size() > 20 && reason.find('\n') == std::string::npos &&
                           reason.find("  ") == std::string::npos &&
                           reason.find(", so ,") == std::string::npos;
        if (!clean || speaks != !w->hazards.empty()) FAIL_CHECK(told(plug, jack, touch) << ": " << reason);
    });
}

TEST_CASE("every mating's picture is plain ASCII of at most 79 columns with one contact sign a contact") {
    for_each_mating([&](const Plug& plug, const Jack& jack, const Touch& touch) {
        const auto w = wiring(plug, jack, touch);
        std::istringstream lines(wiring_picture(plug, jack, touch, *w, false));
        std::size_t contacts = 0, wanted = 0;
        bool fits = true;
        for (std::string line; std::getline(lines, line);) {
            fits = fits && line.size() <= 79;
            for (const char c : line) fits = fits && c >= ' ' && c <= '~';
            for (auto at = line.find("-o"); line.starts_with("   ") && at != std::string::npos;
                 at = line.find("-o", at + 1))
                ++contacts;
        }
        for (const auto& [spring, touched] : touch) wanted += touched.size();
        if (!fits || contacts != wanted) FAIL_CHECK(told(plug, jack, touch));
    });
}
