// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/fit_json.hpp"

#include "rig/fit/combinations.hpp"

#include <fmt/format.h>

namespace fourpole {
namespace {

Json parameters_of(const CircuitFit& fit) {
    Json out = Json::array();
    for (const Unknown& u : fit.unknowns)
        out.push_back({{"name", u.name},
                       {"value", u.known ? Json(u.value) : Json(nullptr)},
                       {"u", u.known ? Json(u.u) : Json(nullptr)},
                       {"unit", u.unit},
                       {"state", u.known ? "exact" : "not_measured"},
                       {"start", u.start},
                       {"of", u.of_bench ? "bench" : "circuit"}});
    return out;
}

Json correlation_of(const CircuitFit& fit) {
    const std::size_t n = fit.unknowns.size();
    Json names = Json::array(), matrix = Json::array();
    for (std::size_t i = 0; i < n; ++i) {
        if (!fit.unknowns[i].known) continue;
        names.push_back(fit.unknowns[i].name);
        Json row = Json::array();
        for (std::size_t j = 0; j < n; ++j)
            if (fit.unknowns[j].known)
                row.push_back(i == j ? 1.0
                                     : fit.numbers.covariance[i * n + j] /
                                           (fit.numbers.u_of_x(i) * fit.numbers.u_of_x(j)));
        matrix.push_back(std::move(row));
    }
    return {{"names", std::move(names)}, {"matrix", std::move(matrix)}};
}

Json combinations_json(const CircuitFit& fit) {
    Json out = Json::array();
    for (const Combination& c : fit.combinations) {
        Json terms = Json::array();
        for (const auto& term : c.terms)
            terms.push_back({{"name", fit.unknowns[term.unknown].name}, {"coefficient", term.coefficient}});
        out.push_back({{"terms", std::move(terms)}, {"value", c.value}, {"u", c.u}, {"unit", c.unit}});
    }
    return out;
}

Json data_of(const CircuitFit& fit, const Observed& observed) {
    Json readings = Json::array();
    for (const ReadingUse& use : observed.uses)
        readings.push_back({{"reading", use.name},
                            {"points", use.points},
                            {"used", use.used},
                            {"bounds", use.bounds},
                            {"without_u", use.without_u},
                            {"overlapping", use.overlapping},
                            {"not_measured", use.unmeasured}});
    return {{"points", fit.complex_points},
            {"residuals", fit.residuals},
            {"bounds_exceeded", fit.bounds_broken},
            {"readings", std::move(readings)},
            {"not_fitted_to", observed.unread}};
}

}  // namespace

std::vector<std::string> sentences_of(const CircuitFit& fit, const Observed& observed) {
    std::vector<std::string> out = what_cannot_be_known(fit);
    if (!fit.numbers.converged)
        out.push_back(fmt::format("the fit did not settle in {} iterations; its figures are not final",
                                  fit.numbers.iterations));
    if (fit.bounds_broken > 0)
        out.push_back(fmt::format("{} of {} points that are only bounds lie below the fitted model",
                                  fit.bounds_broken, observed.bounds.size()));
    if (observed.common_u_unknown)
        out.push_back(
            "the readings are in volts and do not say how much of their u all points share "
            "(calibration_u); it was taken as scatter, so u here is too large and chi-square too "
            "small");
    return out;
}

Json json_of(const CircuitFit& fit, const Observed& observed, const FitFacts& facts) {
    Json out{{"schema", "fourpole/fit@1"},
             {"program_version", facts.program_version},
             {"git_revision", facts.program_revision},
             {"simulated", observed.simulated},
             {"arm", observed.arm},
             {"take", observed.take ? Json(*observed.take) : Json(nullptr)},
             {"take_sha256", observed.take_sha256},
             {"programme_sha256", observed.programme_sha256},
             {"calibration", observed.calibration},
             {"player", facts.player},
             {"player_sha256", facts.player_sha256},
             {"earphone", facts.earphone},
             {"earphone_sha256", facts.earphone_sha256},
             {"converged", fit.numbers.converged},
             {"iterations", fit.numbers.iterations}};
    out["data"] = data_of(fit, observed);
    out["parameters"] = parameters_of(fit);
    out["correlation"] = correlation_of(fit);
    out["chi_square"] = fit.numbers.chi_square;
    out["dof"] = fit.numbers.dof;
    out["band_99"] = fit.has_band() ? Json{fit.low, fit.high} : Json(nullptr);
    out["explains"] = fit.has_band() ? Json(!fit.violated()) : Json(nullptr);
    out["scale"] = fit.reference.empty()
                       ? Json(nullptr)
                       : Json{{"reference", fit.reference}, {"value_ohm", fit.reference_value}};
    out["combinations"] = combinations_json(fit);
    out["cannot_be_known"] = sentences_of(fit, observed);
    return out;
}

}  // namespace fourpole
