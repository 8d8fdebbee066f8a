// SPDX-License-Identifier: GPL-3.0-or-later
// Is a 95 % band a 95 % band? Two questions, and one must not answer the other:
//   - the band: units drawn by chance, with another seed than the band's own draws. 1,000 of them
//     scatter by 0.69 %, so that one reading alone leaves 94-96 % in 15 % of all seeds; all
//     readings together, and 20,000 units, are held to more.
//   - the seeds that people run: places of a lattice that was made to be even. They lie in the
//     bands more regularly than real units would, and prove nothing about the band.
#include "rig/flow/predictions.hpp"
#include "rig/model/model.hpp"
#include "rig/model/population.hpp"
#include "rig/model/readings.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <numbers>

using namespace fourpole;

TEST_CASE("over 200 seeds every predicted reading's band holds the unit in 93-97 % of cases",
          "[flow][repeated]") {
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

namespace {

/// Shares of units in the bands of one predicted curve.
struct Shares {
    std::string name;
    double mean = 0.0;   ///< in the pointwise band, over the frequencies
    double whole = 0.0;  ///< in the simultaneous band, along the whole curve
};

std::vector<double> half_octaves() {
    std::vector<double> f;
    for (int k = 0; k <= 19; ++k) f.push_back(20.0 * std::exp2(0.5 * k));
    return f;
}

template <class Unit>
std::vector<Shares> shares(const Arm& arm, const std::vector<double>& f, int units, Unit unit_number) {
    BandOrder order;
    order.draws = static_cast<std::size_t>(std::max(units, 10'000));
    const auto p = predict(arm.circuit, f, order);
    REQUIRE(p.has_value());
    const std::vector<Curve> curves = predicted_curves();
    std::vector<Shares> out(curves.size());
    std::vector<bool> given(curves.size(), true);
    for (int u = 0; u < units; ++u) {
        const auto solved = solve(unit_number(u), f);
        REQUIRE(solved.has_value());
        const Readings truth = readings_of(*solved, f, arm.circuit.stage.emf_v);
        for (std::size_t c = 0; c < curves.size(); ++c) {
            const PredictedCurve& curve = p->curves[c];
            int inside = 0, within = 0;
            for (std::size_t i = 0; i < f.size(); ++i) {
                const auto value = truth[c].points[i].value;
                given[c] = given[c] && value && curve.nominal.points[i].value;
                if (!given[c]) break;
                inside += *value >= curve.low[i] && *value <= curve.high[i];
                within += *value >= curve.simultaneous.low[i] && *value <= curve.simultaneous.high[i];
            }
            const auto all = static_cast<double>(f.size());
            out[c].mean += inside / all / units;
            out[c].whole += within == static_cast<int>(f.size()) ? 1.0 / units : 0.0;
        }
    }
    std::vector<Shares> kept;
    for (std::size_t c = 0; c < curves.size(); ++c) {
        if (!given[c]) continue;  // a side that is silent by its wiring
        out[c].name = arm.id + " " + p->curves[c].nominal.name + " " + std::to_string(c);
        kept.push_back(out[c]);
    }
    return kept;
}

Session shipped_session() {
    auto session =
        load_session(std::filesystem::path(FOURPOLE_SOURCE) / "profiles/sessions/md_dr7_4pole_vs_3pole.json");
    REQUIRE(session.has_value());
    return std::move(*session);
}

/// Units drawn by chance, none of which the bands have seen.
std::vector<Shares> by_chance(const Arm& arm, const std::vector<double>& f, int units, std::uint64_t seed) {
    const auto population = Population::of(arm.circuit);
    REQUIRE(population.has_value());
    return shares(arm, f, units, [&](int u) {
        return population->unit(first_predicted_unit + static_cast<std::uint64_t>(u), seed);
    });
}

}  // namespace

TEST_CASE("of 1,000 simulated units drawn by chance 94 to 96 % lie in the 95 % bands", "[flow][repeated]") {
    const Session session = shipped_session();
    std::vector<Shares> all;
    for (const Arm& arm : session.arms)
        for (Shares& s : by_chance(arm, half_octaves(), 1000, 1)) all.push_back(std::move(s));
    double mean = 0.0, whole = 0.0;
    for (const Shares& s : all) {
        INFO(s.name);
        // One reading: 0.95 +- 4 sigma of a share of 1,000.
        CHECK(s.mean == Approx(0.95).margin(0.0276));
        CHECK(s.whole == Approx(0.95).margin(0.0276));
        mean += s.mean / static_cast<double>(all.size());
        whole += s.whole / static_cast<double>(all.size());
    }
    CHECK(mean >= 0.94);
    CHECK(mean <= 0.96);
    CHECK(whole >= 0.94);
    CHECK(whole <= 0.96);
}

TEST_CASE("of 20,000 units drawn by chance 94.3 to 95.7 % lie in the band of each reading",
          "[flow][repeated]") {
    const Session session = shipped_session();
    for (const Arm& arm : session.arms)
        for (const Shares& s : by_chance(arm, {30.0, 1000.0, 15000.0}, 20'000, 2)) {
            INFO(s.name);
            // 4 sigma of the units, sqrt(2) times that with the band's own 20,000 draws: 0.87 %;
            // over three frequencies it comes out at less.
            CHECK(s.mean >= 0.943);
            CHECK(s.mean <= 0.957);
            CHECK(s.whole >= 0.941);
            CHECK(s.whole <= 0.959);
        }
}

TEST_CASE("the seeds 1 to 1,000 have 94 to 96 % of each reading in its band", "[flow][repeated]") {
    const Session session = shipped_session();
    for (const Arm& arm : session.arms)
        for (const Shares& s : shares(arm, half_octaves(), 1000, [&](int u) {
                 return unit_of(arm.circuit, static_cast<std::uint64_t>(u) + 1);
             })) {
            INFO(s.name);
            CHECK(s.mean >= 0.94);
            CHECK(s.mean <= 0.96);
        }
}
