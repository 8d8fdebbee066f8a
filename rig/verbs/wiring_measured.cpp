// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/wiring_measured.hpp"

#include "rig/profile/load.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t listed_faults = 6;

/// Every plug or jack of the shipped folder that can be read.
template <class Kind, class Load>
std::vector<Kind> all_in(const std::string& folder, Load load) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(profiles_folder() / folder, ignored))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Kind> out;
    for (const fs::path& file : files)
        if (auto one = load(file.string())) out.push_back(std::move(*one));
    return out;
}

/// `sentence` behind `first`, broken at 79 columns; later lines begin below its start.
std::string lines_of(const std::string& first, const std::string& sentence) {
    const int start = static_cast<int>(first.size());
    std::string text, before = first;
    for (const std::string& line : wrapped(sentence, 79 - start, 12)) {
        text += before + line + "\n";
        before = std::string(first.size(), ' ');
    }
    return text;
}

Json complex_json(Complex z) { return {{"re", finite(z.real())}, {"im", finite(z.imag())}}; }

Json matrix_json(const UncertainMatrix& measured) {
    Json out{{"frequency_hz", finite(measured.frequency_hz)}};
    for (const Side driver : sides)
        for (const Side channel : sides) {
            Json& one = out[std::string(name(driver))]["from_" + std::string(name(channel))];
            one = complex_json(measured.matrix.from[driver][channel]);
            one["u"] = finite(measured.u[driver][channel]);
        }
    return out;
}

}  // namespace

bool MeasuredBeside::suspects_short() const {
    if (!ranking || !ranking->explained) return false;
    const auto untold = std::span(ranking->ranked).first(ranking->untold);
    return std::all_of(untold.begin(), untold.end(),
                       [&](const RankedFault& r) { return !hypotheses[r.hypothesis].hazards.empty(); });
}

bool MeasuredBeside::model_violated() const {
    if (words.decided.value_or(false) && words.words != expected) return true;
    if (!ranking) return false;
    const auto untold = std::span(ranking->ranked).first(ranking->untold);
    return !ranking->explained || std::none_of(untold.begin(), untold.end(), [&](const RankedFault& r) {
        return hypotheses[r.hypothesis].kind == "as wired";
    });
}

Result<MeasuredBeside> hold_beside(const UncertainMatrix& measured, const Circuit& circuit) {
    const auto plugs = all_in<Plug>("plugs", load_plug);
    const auto jacks = all_in<Jack>("jacks", load_jack);
    auto hypotheses = fault_hypotheses(circuit, measured.frequency_hz, {plugs, jacks});
    if (!hypotheses) return hypotheses.error();
    MeasuredBeside out{measured, words_with_doubt(measured), hypotheses->front().outcome,
                       std::move(*hypotheses), std::nullopt};
    if (!measured.has_all_u()) return out;
    auto ranking = rank_faults(out.hypotheses, measured);
    if (!ranking) return ranking.error();
    out.ranking = std::move(*ranking);
    return out;
}

std::string measured_in_words(const MeasuredBeside& b) {
    std::string text = lines_of(fmt::format("measured at {:.0f} Hz: ", b.matrix.frequency_hz), b.words.words);
    if (!b.words.decided)
        text += "  the record gives no uncertainty: how sure these words are is not known\n";
    else if (!*b.words.decided)
        for (const auto& c : b.words.candidates)
            text += fmt::format("  {:5.1f} %  {}\n", 100.0 * c.probability, c.outcome);
    text += fmt::format("predicted: {}\n", b.expected);
    if (!b.ranking) return text;
    text += lines_of("", ranking_in_words(b.hypotheses, *b.ranking));
    text += "  odds against the likeliest  fault\n";
    for (std::size_t i = 0; i < std::min(listed_faults, b.ranking->ranked.size()); ++i) {
        const RankedFault& r = b.ranking->ranked[i];
        const std::string odds = r.log_odds > std::log(1e6) ? "over 1e6"
                                 : i == 0                   ? "likeliest"
                                                            : fmt::format("{:.3g}", std::exp(r.log_odds));
        const FaultHypothesis& h = b.hypotheses[r.hypothesis];
        text += lines_of(fmt::format("  {:>9}  ", odds), h.kind + ": " + h.what);
    }
    return text;
}

Json measured_as_json(const MeasuredBeside& b) {
    Json out{{"matrix", matrix_json(b.matrix)}, {"words", b.words.words}};
    out["decided"] = b.words.decided ? Json(*b.words.decided) : Json(nullptr);
    out["candidates"] = Json::array();
    for (const auto& c : b.words.candidates)
        out["candidates"].push_back(
            {{"outcome", c.outcome},
             {"probability", b.words.decided ? finite(c.probability) : Json(nullptr)}});
    out["predicted"] = b.expected;
    out["model_violated"] = b.model_violated();
    out["suspects_short"] = b.suspects_short();
    out["explained"] = b.ranking ? Json(b.ranking->explained) : Json(nullptr);
    out["sentence"] = b.ranking ? Json(ranking_in_words(b.hypotheses, *b.ranking)) : Json(nullptr);
    out["not_told_apart"] = b.ranking ? Json(b.ranking->untold) : Json(nullptr);
    out["faults"] = Json::array();
    if (!b.ranking) return out;
    for (const RankedFault& r : b.ranking->ranked) {
        const FaultHypothesis& h = b.hypotheses[r.hypothesis];
        out["faults"].push_back({{"kind", h.kind},
                                 {"what", h.what},
                                 {"outcome", h.outcome},
                                 {"log_likelihood", finite(r.log_likelihood)},
                                 {"log_odds_against", finite(r.log_odds)},
                                 {"chi_square", finite(r.chi_square)},
                                 {"gain", finite(r.gain)},
                                 {"hazards", h.hazards}});
    }
    return out;
}

}  // namespace fourpole
