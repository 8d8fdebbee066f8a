// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/wiring_ohmmeter.hpp"

#include "rig/report/reading_json.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

namespace fourpole {
namespace {

std::string name_of(ReturnTest::Verdict v) {
    switch (v) {
        case ReturnTest::Verdict::shared: return "shared";
        case ReturnTest::Verdict::separate: return "separate";
        case ReturnTest::Verdict::not_decided: return "not_decided";
    }
    return "not_decided";
}

std::string figure(const std::optional<double>& ohm, const std::optional<double>& u) {
    if (!ohm) return "not known";
    return u ? fmt::format("{:.3f} ohm, u = {:.3f}", *ohm, *u) : fmt::format("{:.3f} ohm", *ohm);
}

}  // namespace

std::string ohmmeter_in_words(const ReturnTest& t) {
    std::string text = t.sentence + "\n";
    text += "  shared return  " + figure(t.shared_ohm, t.u_shared_ohm) + "\n";
    for (const Side s : sides)
        text += fmt::format("  {:5} driver   {}\n", name(s), figure(t.driver_ohm[s], t.u_driver_ohm[s]));
    for (const Side s : sides)
        if (t.leak_ratio[s] && t.verdict == ReturnTest::Verdict::shared)
            text += fmt::format("  {} into {}: {:.1f} dB in antiphase on a player of 0 ohm\n", name(s),
                                name(other(s)), AmplitudeRatio{*t.leak_ratio[s]}.decibels());
    return text;
}

Json ohmmeter_as_json(const ReturnTest& t, const std::vector<OhmmeterReading>& readings,
                      bool u_from_last_digit) {
    Json out{{"verdict", name_of(t.verdict)},
             {"sentence", t.sentence},
             {"shared_return_ohm", finite(t.shared_ohm)},
             {"u_shared_return_ohm", finite(t.u_shared_ohm)},
             {"between_returns_ohm", finite(t.between_returns_ohm)}};
    for (const Side s : sides) {
        Json& driver = out["drivers"][std::string(name(s))];
        driver["resistance_ohm"] = finite(t.driver_ohm[s]);
        driver["u_ohm"] = finite(t.u_driver_ohm[s]);
        const bool known = t.leak_ratio[s] && t.verdict == ReturnTest::Verdict::shared;
        driver["crosstalk_into_other_db"] =
            known ? finite(AmplitudeRatio{*t.leak_ratio[s]}.decibels()) : Json(nullptr);
    }
    const bool whole = t.shared_ohm && t.driver_ohm[Side::left] && t.driver_ohm[Side::right];
    out["covariance_ohm2"] = whole ? Json(t.covariance) : Json(nullptr);
    out["covariance_of"] = {"shared_return", "left_driver", "right_driver"};
    out["u_from"] = u_from_last_digit ? "last digit written" : "given";
    out["readings"] = Json::array();
    for (const OhmmeterReading& r : readings)
        out["readings"].push_back({{"between", {r.a, r.b}},
                                   {"ohm", finite(r.ohm)},
                                   {"open", !r.ohm.has_value()},
                                   {"u_ohm", r.ohm ? finite(r.u_ohm) : Json(nullptr)}});
    return out;
}

}  // namespace fourpole
