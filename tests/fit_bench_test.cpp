// SPDX-License-Identifier: GPL-3.0-or-later
// What the simulated bench played, found again by the fit from the record alone.
#include "drivers/simulated_bench.hpp"
#include "rig/fit/circuit_fit.hpp"
#include "rig/fit/combinations.hpp"
#include "rig/fit/elements.hpp"
#include "rig/flow/conclude.hpp"
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
};

Outcome fit_of_arm(const std::string& id, std::uint64_t seed) {
    const auto session = load_session(session_file);
    REQUIRE(session.has_value());
    auto bench = SimulatedBench::open(*session, seed, "");
    REQUIRE(bench.has_value());
    const auto take = (*bench)->play_and_record({id, 1}, {});
    REQUIRE(take.has_value());
    const auto record = record_of(*take, session->programme, false);
    REQUIRE(record.has_value());
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
    Outcome out{*fit, {(*bench)->truth(id).plugged, 1.0}};
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
