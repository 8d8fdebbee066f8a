// SPDX-License-Identifier: GPL-3.0-or-later
// Is a 95 % band a 95 % band? Over 200 simulated units of every arm of the shipped session.
#include "rig/flow/predictions.hpp"
#include "rig/model/model.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <numbers>

using namespace fourpole;

TEST_CASE("over 200 seeds every predicted reading's band holds the unit in 93-97 % of cases", "[flow]") {
    const auto session =
        load_session(std::filesystem::path(FOURPOLE_SOURCE) / "profiles/sessions/md_dr7_4pole_vs_3pole.json");
    REQUIRE(session.has_value());
    const auto grid = prediction_grid(session->programme);
    for (const Arm& arm : session->arms) {
        const auto prediction = predict_arm(arm, grid, 4096);
        REQUIRE(prediction.has_value());
        const double to_dbv = AmplitudeRatio{arm.circuit.stage.emf_v / std::numbers::sqrt2}.decibels();
        std::vector<Readings> units;
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const auto solved = solve(unit_of(arm.circuit, seed), grid);
            REQUIRE(solved.has_value());
            units.push_back(readings_of(*solved, grid, arm.circuit.stage.emf_v));
        }
        for (std::size_t r = 0; r < prediction->readings.size(); ++r) {
            const Reading& nominal = prediction->readings[r];
            if (nominal.name != "response" && nominal.name != "crosstalk") continue;
            int inside = 0, count = 0;
            for (const Readings& unit : units)
                for (const Reading& truth : unit) {
                    if (truth.name != nominal.name || truth.from != nominal.from || truth.to != nominal.to)
                        continue;
                    for (std::size_t i = 0; i < grid.size(); ++i) {
                        if (truth.points[i].state != State::exact || nominal.points[i].state != State::exact)
                            continue;
                        const double value =
                            *truth.points[i].value + (nominal.name == "response" ? to_dbv : 0.0);
                        inside += value >= prediction->low[r][i] && value <= prediction->high[r][i];
                        ++count;
                    }
                }
            if (count == 0) continue;  // a side that is silent by its wiring
            INFO(arm.id << " " << nominal.name << " from " << name(*nominal.from));
            CHECK(static_cast<double>(inside) / count > 0.93);
            CHECK(static_cast<double>(inside) / count < 0.97);
        }
    }
}
