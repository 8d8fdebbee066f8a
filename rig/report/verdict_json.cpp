// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/reading_json.hpp"
#include "rig/report/record_json.hpp"

namespace fourpole {
namespace {

Json json_of(const ArmFigure& figure) {
    const bool known = figure.value.has_value();
    Json out = Json::object();
    out["value"] = finite(figure.value);
    out["unit"] = figure.unit;
    out["u"] = known ? finite(figure.u) : Json(nullptr);
    out["scatter"] = figure.takes > 1 ? finite(figure.scatter) : Json(nullptr);
    out["takes"] = figure.takes;
    out["state"] = std::string(name(figure.state));
    if (!figure.words.empty()) out["words"] = figure.words;
    return out;
}

Json json_of(const Difference& d) {
    const auto known = [&](double v) { return d.value ? finite(v) : Json(nullptr); };
    Json out = Json::object();
    // A bound is what holds at that confidence, not the figure in its middle.
    out["value"] = d.state == State::at_least  ? known(d.low)
                   : d.state == State::at_most ? known(d.high)
                                               : finite(d.value);
    out["u"] = d.state == State::exact ? known(d.u) : Json(nullptr);
    out["degrees_of_freedom"] = known(d.degrees_of_freedom);
    // The interval has an end only where no floor took it away.
    out["low"] = d.state == State::at_most ? Json(nullptr) : known(d.low);
    out["high"] = d.state == State::at_least ? Json(nullptr) : known(d.high);
    out["confidence"] = d.confidence;
    out["state"] = std::string(name(d.state));
    out["a"] = json_of(d.a);
    out["b"] = json_of(d.b);
    return out;
}

}  // namespace

Json json_of(const Verdict& verdict) {
    Json out = Json::object();
    out["claim"] = verdict.claim_id;
    out["claim_sha256"] = verdict.claim_sha256;
    out["statement"] = verdict.statement;
    out["quote"] = verdict.quote;
    out["quote_where"] = verdict.quote_where;
    out["answer"] = std::string(name(verdict.answer));
    out["sentence"] = verdict.sentence;
    out["arms"] = verdict.arms;
    out["smallest_difference"] = finite(verdict.smallest_difference);
    out["lower_is_better"] = verdict.lower_is_better;
    out["difference"] = verdict.difference ? json_of(*verdict.difference) : Json(nullptr);
    out["n_that_would_decide"] =
        verdict.n_that_would_decide ? Json(*verdict.n_that_would_decide) : Json(nullptr);
    return out;
}

}  // namespace fourpole
