// SPDX-License-Identifier: GPL-3.0-or-later
// What the simulated bench played, found again by the fit from the record alone.
#include "drivers/simulated_bench.hpp"
#include "rig/fit/circuit_fit.hpp"
#include "rig/fit/circuit_model.hpp"
#include "rig/fit/combinations.hpp"
#include "rig/fit/elements.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/measure/interface_crosstalk.hpp"
#include "rig/units.hpp"
#include "tests/scratch_run.hpp"

#include <cmath>

using namespace fourpole;

namespace {

/// The figure of the unit that was played, in proportion to where the fit left its reference.
struct Played {
    Circuit circuit;
    double scale = 1.0;

    double value(const std::string& name) {
        for (const Element& e : elements_of(circuit))
            if (e.name == name) return e.figure->value * std::pow(scale, e.impedance_power);
        FAIL("no element " << name);
        return 0.0;
    }
};

struct Outcome {
    CircuitFit fit;
    Played played;
    Observed observed;
};

/// @param leaks  the record's u allows for the interface's crosstalk, as those of a run do
Outcome fit_of_arm(const std::string& id, std::uint64_t seed, bool leaks = false) {
    const auto session = load_session(session_file);
    REQUIRE(session.has_value());
    auto bench = SimulatedBench::open(*session, seed, "");
    REQUIRE(bench.has_value());
    const auto take = (*bench)->play_and_record({id, 1}, {});
    REQUIRE(take.has_value());
    auto record = record_of(*take, session->programme, false);
    REQUIRE(record.has_value());
    REQUIRE(session->interface.crosstalk_db.has_value());
    const Figure& leak = *session->interface.crosstalk_db;
    if (leaks)
        allow_for_interface_crosstalk(record->readings,
                                      AmplitudeRatio::from_decibels(leak.value + leak.tolerance).count);
    JsonLimits limits;
    limits.bytes = std::size_t{64} << 20U;
    const auto json = parse_json(to_json(*record), "record", limits);
    REQUIRE(json.has_value());
    const auto observed = observed_in(*json, "record", {});
    if (!observed) FAIL(observed.error().what);
    CHECK(observed->simulated);
    CHECK(observed->calibration == "nominal");
    CHECK_FALSE(observed->common_u_unknown);
    FitOrder order;
    for (const Arm& arm : session->arms)
        if (arm.id == id) order.circuit = arm.circuit;
    // Nobody told the fit at which volume it was played: the first residuals are thousands of u.
    order.circuit.stage.emf_v *= 5.0;
    const auto fit = fit_circuit(order, *observed);
    if (!fit) FAIL(fit.error().what);
    Outcome out{*fit, {(*bench)->truth(id).plugged, 1.0}, *observed};
    if (!fit->reference.empty()) out.played.scale = fit->reference_value / out.played.value(fit->reference);
    return out;
}

}  // namespace

TEST_CASE("every figure that the fit calls known lies within 3 standard uncertainties of what was played",
          "[repeated]") {
    for (const auto& [arm, seed] : {std::pair<const char*, std::uint64_t>{"A", 7}, {"B", 1}}) {
        Outcome o = fit_of_arm(arm, seed);
        INFO("arm " << arm << ", reference " << o.fit.reference);
        CHECK(o.fit.numbers.converged);
        CHECK_FALSE(o.fit.violated());
        // From ratios of volts alone no ohm is known.
        CHECK_FALSE(o.fit.reference.empty());
        int known = 0;
        for (const Unknown& u : o.fit.unknowns) {
            if (!u.known || u.of_bench) continue;
            INFO(u.name << " = " << u.value << " +- " << u.u << ", played " << o.played.value(u.name));
            CHECK(std::abs(u.value - o.played.value(u.name)) <= 3 * u.u);
            ++known;
        }
        // Two resonances, each with frequency and Q, the leak and a resistance. Others stand near the
        // half of themselves that still counts as known.
        CHECK(known >= 6);
        for (const Combination& c : o.fit.combinations) {
            double played = 0.0;
            std::string terms;
            for (const auto& term : c.terms) {
                const Unknown& u = o.fit.unknowns[term.unknown];
                terms += u.name + " ";
                if (!u.of_bench) played += term.coefficient * o.played.value(u.name);
            }
            INFO(terms << "= " << c.value << " +- " << c.u << ", played " << played);
            CHECK(std::abs(c.value - played) <= 3 * c.u);
        }
    }
}

TEST_CASE("u of a run's crosstalk allows for the interface, and the fit's residuals are its noise alone") {
    const Outcome o = fit_of_arm("B", 3, true);
    const CircuitFit& fit = o.fit;
    CHECK_FALSE(fit.violated());
    const auto value_of = [&](const std::string& name) {
        for (const Unknown& u : fit.unknowns)
            if (u.name == name) return u.value;
        return 0.0;
    };
    CircuitModel model(fit.circuit, o.observed);
    for (const Side side : sides) model.bench.gain[side] = value_of("gain." + std::string(name(side)));
    model.bench.delay_s = value_of("delay_s");
    model.bench.crosstalk = value_of("interface.crosstalk");
    model.bench.capacitive_crosstalk = value_of("interface.crosstalk_capacitive");
    std::vector<double> residuals(model.residual_count());
    REQUIRE(model.residuals(residuals));
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < o.observed.points.size(); ++i) {
        if (o.observed.points[i].from == o.observed.points[i].to) continue;
        sum += std::pow(residuals[2 * i], 2) + std::pow(residuals[2 * i + 1], 2);
        count += 2.0;
    }
    // Counted in every point's u and as an unknown too it would be 0.7. 768 residuals: 2.6 % by chance.
    CHECK(std::sqrt(sum / count) == Approx(0.93).margin(0.12));
}
