// SPDX-License-Identifier: GPL-3.0-or-later
// Every hypothesis is simulated with its own units, gains and noise, and must be found again.
#include "rig/model/fault_odds.hpp"
#include "rig/model/suspect_circuits.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <random>
#include <string_view>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;

Figure about(double value, double relative = 0.0) {
    Figure f;
    f.value = value;
    f.tolerance = relative * value;
    return f;
}

/// 0.5 ohm an output, 0.03 ohm a contact, 0.4 ohm a wire, drivers of 16 and 17 ohm within 2 %.
Circuit circuit_of(bool btl, const Poles& plug, const Poles& jack) {
    Circuit c;
    c.name = "made";
    c.stage.kind = btl ? OutputStage::Kind::btl : OutputStage::Kind::single_ended;
    c.stage.output_resistance_ohm = about(0.5, 0.1);
    c.stage.ground_path_ohm = about(0.02);
    c.contacts = {about(0.03, 0.3), about(0.032, 0.3), about(0.034, 0.3), about(0.036, 0.3)};
    c.plug = {"plug", "", plug};
    c.jack = {"jack", "", jack};
    const bool common = std::any_of(plug.begin(), plug.end(), [](const auto& s) { return s.second == "C"; });
    c.cable.kind = common ? Cable::Kind::shared_return : Cable::Kind::separate_returns;
    if (common) c.cable.common_return_ohm = about(0.3, 0.1);
    for (const Side s : sides) {
        c.cable.signal_ohm[s] = about(0.4, 0.05);
        c.cable.return_ohm[s] = about(s == L ? 0.4 : 0.42, 0.05);
        c.drivers[s].coil_resistance_ohm = about(s == L ? 16.0 : 17.0, 0.02);
    }
    return c;
}

const Poles trs{{"T", "L+"}, {"R1", "R+"}, {"S", "C"}};
const Poles auvi{{"T", "R-"}, {"R1", "R+"}, {"R2", "L+"}, {"S", "L-"}};
const Poles sony{{"T", "L+"}, {"R1", "R+"}, {"R2", "R-"}, {"S", "L-"}};
const Poles three{{"T", "aL"}, {"R1", "aR"}, {"S", "G"}};
const Poles auvi_jack{{"T", "aR-"}, {"R1", "aR"}, {"R2", "aL"}, {"S", "aL-"}};
const Poles grounded{{"T", "aL"}, {"R1", "aR"}, {"R2", "G"}, {"S", "G"}};

Complex normal_pair(std::mt19937_64& source) {
    const auto uniform = [&] { return (static_cast<double>(source() >> 11) + 0.5) * 0x1p-53; };
    return std::polar(std::sqrt(-2.0 * std::log(uniform())), 2.0 * std::numbers::pi * uniform());
}

constexpr double noise = 1e-4;

/// What a bench would measure of one unit: any gain, some phase, noise of 1e-4 of the loudest.
std::optional<UncertainMatrix> simulated(const SuspectCircuit& suspect, std::uint64_t unit,
                                         std::mt19937_64& source) {
    const double f = 1000.0;
    const auto solved = solve(unit_of(suspect.circuit, unit), std::span(&f, 1));
    if (!solved) return {};
    DriverMatrix m;
    double size = 0.0;
    for (const Side d : sides)
        for (const Side c : sides) m.from[d][c] = solved->front().voltage[c][d];
    if (suspect.afterwards) suspect.afterwards(m);
    for (const Side d : sides)
        for (const Side c : sides) size = std::max(size, std::abs(m.from[d][c]));
    if (size < 1e-3) return {};  // silence has no gain to be measured
    const Complex two = normal_pair(source);
    const Complex gain = std::polar(std::exp(two.real()), 0.05 * two.imag());
    UncertainMatrix out;
    for (const Side d : sides)
        for (const Side c : sides) {
            out.u[d][c] = noise * size * std::abs(gain);
            out.matrix.from[d][c] = gain * (m.from[d][c] + noise * size * normal_pair(source));
        }
    return out;
}

/// Whether b could be taken for a: the best gain leaves every coefficient within `reach` of its
/// uncertainty. By a fine search over gains, without the likelihood that is under test.
bool look_alike(const FaultHypothesis& a, const FaultHypothesis& b, double reach) {
    const Coefficients x = coefficients_of(a.matrix), y = coefficients_of(b.matrix);
    double size_x = 0.0, size_y = 0.0;
    for (std::size_t i = 0; i < coefficient_count; ++i)
        size_x = std::max(size_x, std::abs(x[i])), size_y = std::max(size_y, std::abs(y[i]));
    if (size_x < 1e-6 || size_y < 1e-6) return size_x < 1e-6 && size_y < 1e-6;
    for (double ratio = 0.2; ratio < 5.0; ratio *= 1.0005) {
        const double g = ratio * size_x / size_y;
        double worst = 0.0;
        for (std::size_t i = 0; i < coefficient_count; ++i) {
            // The phase, 0.1 rad of what is there, and what the model leaves out, 1e-4.
            const double phase = i % 2 == 1 ? 0.1 * x[i - 1] : 0.0;
            const double sd = std::sqrt(2.0 * noise * noise * size_x * size_x + a.covariance[i][i] +
                                        g * g * b.covariance[i][i] + 2e-8 * size_x * size_x + phase * phase);
            worst = std::max(worst, std::abs(x[i] - g * y[i]) / sd);
        }
        if (worst < reach) return true;
    }
    return false;
}

struct Tally {
    int trials = 0, distinct = 0, first = 0, kept = 0, untold_where_alike = 0, alike = 0;
};

void hunt(const Circuit& circuit, int seeds, Tally& tally) {
    const auto suspects = suspect_circuits(circuit, {});
    const auto hypotheses = fault_hypotheses(circuit, 1000.0);
    REQUIRE(hypotheses.has_value());
    REQUIRE(hypotheses->size() == suspects.size());  // every fault of these circuits can be built
    std::mt19937_64 source(20260101);
    for (std::size_t i = 0; i < suspects.size(); ++i) {
        const FaultHypothesis& truth = (*hypotheses)[i];
        CHECK(truth.what == suspects[i].what);
        bool distinct = true;
        std::vector<std::size_t> twins;
        for (std::size_t k = 0; k < hypotheses->size(); ++k) {
            if (k == i) continue;
            if (look_alike(truth, (*hypotheses)[k], 6.0)) distinct = false;
            const Coefficients x = coefficients_of(truth.matrix),
                               y = coefficients_of((*hypotheses)[k].matrix);
            if (x == y) twins.push_back(k);
        }
        for (int n = 0; n < seeds; ++n) {
            const auto measured = simulated(suspects[i], 1 + static_cast<std::uint64_t>(n), source);
            if (!measured) break;
            const auto ranking = rank_faults(*hypotheses, *measured);
            REQUIRE(ranking.has_value());
            const auto place = std::find_if(ranking->ranked.begin(), ranking->ranked.end(),
                                            [&](const RankedFault& r) { return r.hypothesis == i; }) -
                               ranking->ranked.begin();
            ++tally.trials;
            tally.kept += place < std::ptrdiff_t(ranking->untold) && ranking->explained;
            if (distinct) {
                ++tally.distinct;
                const bool alone = place == 0 && ranking->untold == 1;
                tally.first += alone;
                INFO(truth.kind << ": " << truth.what << ", unit " << n + 1 << ", found "
                                << (*hypotheses)[ranking->ranked[0].hypothesis].what);
                CHECK(alone);
            }
            for (const std::size_t twin : twins) {
                ++tally.alike;
                const auto at = std::find_if(ranking->ranked.begin(), ranking->ranked.end(),
                                             [&](const RankedFault& r) { return r.hypothesis == twin; });
                tally.untold_where_alike +=
                    (at - ranking->ranked.begin() < std::ptrdiff_t(ranking->untold)) ==
                    (place < std::ptrdiff_t(ranking->untold));
            }
        }
    }
}

const FaultHypothesis& of_kind(const std::vector<FaultHypothesis>& all, std::string_view what) {
    for (const auto& h : all)
        if (h.what == what) return h;
    FAIL("no hypothesis " << what);
    return all.front();
}

UncertainMatrix exactly(const DriverMatrix& m, double u) {
    UncertainMatrix out{m, {}, 1000.0};
    for (const Side d : sides)
        for (const Side c : sides) out.u[d][c] = u;
    return out;
}

}  // namespace

TEST_CASE(
    "every fault of four circuits, 6 units each at any gain: the true one is first or said to be untold",
    "[repeated]") {
    Tally tally;
    hunt(circuit_of(false, trs, three), 6, tally);
    hunt(circuit_of(true, auvi, auvi_jack), 6, tally);
    hunt(circuit_of(false, sony, grounded), 6, tally);
    hunt(circuit_of(false, sony, three), 6, tally);
    INFO(tally.trials << " trials, " << tally.distinct << " of distinct faults, " << tally.first
                      << " of these found alone, " << tally.kept << " kept the truth, "
                      << tally.untold_where_alike << " of " << tally.alike << " twins untold together");
    CHECK(tally.distinct > 100);
    CHECK(tally.first == tally.distinct);
    CHECK(tally.untold_where_alike == tally.alike);
    // 99.9 % of chi-square keep it explained; odds of 100 : 1 against the truth are rarer still.
    CHECK(tally.kept >= tally.trials * 99 / 100);
}

TEST_CASE("an open common return is the difference in both: 16 and 17 ohm in series, by hand") {
    Circuit c = circuit_of(false, trs, three);
    const auto all = fault_hypotheses(c, 1000.0);
    REQUIRE(all.has_value());
    CHECK(all->front().kind == "as wired");
    const auto& open = of_kind(*all, "the common return is open: the two drivers are in series");
    CHECK(open.kind == "open return");
    CHECK(open.outcome == "difference signal in both, sides in antiphase");
    // 0.5 + 0.5 out, 0.03 + 0.032 contacts, 0.4 + 0.4 signal, 0.4 + 0.42 return, 16 + 17 ohm.
    const double loop = 1.0 + 0.062 + 0.8 + 0.82 + 33.0;
    CHECK(open.matrix.from[L][L].real() == Approx(16.0 / loop).epsilon(1e-6));
    CHECK(open.matrix.from[R][L].real() == Approx(-17.0 / loop).epsilon(1e-6));
}

TEST_CASE("dead, exchanged and inverted sides change rows and columns of the matrix, nothing else") {
    const auto all = fault_hypotheses(circuit_of(false, trs, three), 1000.0);
    REQUIRE(all.has_value());
    const DriverMatrix& wired = all->front().matrix;
    const auto& channel = of_kind(*all, "the left channel of the player gives nothing").matrix;
    const auto& tap = of_kind(*all, "the right tap or input is dead").matrix;
    const auto& swapped = of_kind(*all, "left and right are exchanged at the taps or inputs");
    const auto& turned = of_kind(*all, "+ and - of the right driver or tap are exchanged");
    for (const Side d : sides) {
        CHECK(channel.from[d][L] == Complex{});
        CHECK(channel.from[d][R] == wired.from[d][R]);
        CHECK(tap.from[R][d] == Complex{});
        CHECK(tap.from[L][d] == wired.from[L][d]);
        CHECK(swapped.matrix.from[L][d] == wired.from[R][d]);
        CHECK(turned.matrix.from[R][d] == -wired.from[R][d]);
        CHECK(turned.matrix.from[L][d] == wired.from[L][d]);
    }
    CHECK(swapped.outcome == "channels swapped");
    CHECK(turned.outcome == "stereo, one side inverted");
}

TEST_CASE("a plug pulled out by one segment: the tip's spring hangs in the air, ring 1's lies on the tip") {
    const auto all = fault_hypotheses(circuit_of(true, auvi, auvi_jack), 1000.0);
    REQUIRE(all.has_value());
    for (const auto& suspect : suspect_circuits(circuit_of(true, auvi, auvi_jack), {})) {
        if (suspect.kind != "partly inserted") continue;
        if (suspect.what.ends_with("one segment nearer the tip"))
            CHECK(suspect.circuit.touch == Touch{{"T", {}}, {"R1", {"T"}}, {"R2", {"R1"}}, {"S", {"R2"}}});
        if (suspect.what.ends_with("one segment nearer the sleeve"))
            CHECK(suspect.circuit.touch == Touch{{"T", {"R1"}}, {"R1", {"R2"}}, {"R2", {"S"}}, {"S", {"S"}}});
        if (suspect.what.ends_with("towards the tip, bridging both"))
            CHECK(suspect.circuit.touch ==
                  Touch{{"T", {"T"}}, {"R1", {"R1", "T"}}, {"R2", {"R1", "R2"}}, {"S", {"R2", "S"}}});
    }
    // Half a segment out, the springs of a bridged output short each other.
    const auto& half =
        of_kind(*all,
                "the plug is not pushed home: every spring lies between its own segment and the next "
                "one towards the tip, bridging both");
    CHECK(half.hazards.size() == 4);
}

TEST_CASE("a 4-pole plug in the 3-contact jack is found among the shipped plugs") {
    const Plug other{"trrs_r-r+l+l-", "", auvi};
    const std::vector<Plug> plugs{Plug{"trs", "", trs}, other};
    const auto all = fault_hypotheses(circuit_of(false, trs, three), 1000.0, {plugs, {}});
    REQUIRE(all.has_value());
    Circuit wrong = circuit_of(false, auvi, three);
    const auto heard = wiring(wrong);
    REQUIRE(heard.has_value());
    const auto ranking = rank_faults(*all, exactly(heard->matrix, 1e-4));
    REQUIRE(ranking.has_value());
    CHECK(ranking->explained);
    // Whatever ground touches, this plug sounds the same: right plays R - L, left is silent.
    for (std::size_t i = 0; i < ranking->untold; ++i)
        CHECK((*all)[ranking->ranked[i].hypothesis].kind == "wrong plug");
    CHECK(ranking->untold == 5);
    CHECK(ranking_in_words(*all, *ranking)
              .find("does not tell apart: wrong plug: the plug is \"trrs_r-r+l+l-\"") != std::string::npos);
}

TEST_CASE("odds by hand: a model that misses one coefficient by 0.01 against u = 0.002 is 12.5 nats worse") {
    FaultHypothesis near{"a", "a", {}, {}, {}, {}}, far{"b", "b", {}, {}, {}, {}};
    near.matrix.from[L] = {{1.0, 0.0}};
    near.matrix.from[R] = {{0.0, 1.0}};
    far.matrix = near.matrix;
    far.matrix.from[R][L] = 0.01;
    const std::vector<FaultHypothesis> all{far, near};
    const auto ranking = rank_faults(all, exactly(near.matrix, 0.002));
    REQUIRE(ranking.has_value());
    CHECK(ranking->ranked[0].hypothesis == 1);
    CHECK(ranking->ranked[0].chi_square < 1e-5);
    // (0.01 / 0.002)^2 / 2 = 12.5, less 0.25 % for the 1e-4 that no model knows.
    CHECK(ranking->ranked[1].log_odds == Approx(12.5).epsilon(0.01));
    CHECK(ranking->untold == 1);
}

TEST_CASE("the common gain is found: 20 dB more in everything is the same fault, with a gain of 10") {
    const auto all = fault_hypotheses(circuit_of(false, trs, three), 1000.0);
    REQUIRE(all.has_value());
    for (const double gain : {0.01, 1.0, 10.0}) {
        DriverMatrix m = of_kind(*all, "the common return is open: the two drivers are in series").matrix;
        for (const Side d : sides)
            for (const Side c : sides) m.from[d][c] *= gain;
        const auto ranking = rank_faults(*all, exactly(m, 1e-4 * gain));
        REQUIRE(ranking.has_value());
        CHECK((*all)[ranking->ranked[0].hypothesis].outcome ==
              "difference signal in both, sides in antiphase");
        CHECK(ranking->ranked[0].gain == Approx(gain).epsilon(0.02));
        CHECK(ranking->explained);
    }
}

TEST_CASE("what no fault explains is said to be unexplained, and noise alone tells nothing apart") {
    const auto all = fault_hypotheses(circuit_of(false, trs, three), 1000.0);
    REQUIRE(all.has_value());
    DriverMatrix odd;
    odd.from[L] = {{0.9, 0.43}};
    odd.from[R] = {{-0.71, 0.33}};
    const auto ranking = rank_faults(*all, exactly(odd, 1e-4));
    REQUIRE(ranking.has_value());
    CHECK_FALSE(ranking->explained);
    CHECK(ranking_in_words(*all, *ranking).find("none of the known faults") == 0);
    const auto vague = rank_faults(*all, exactly(odd, 3.0));
    REQUIRE(vague.has_value());
    CHECK(vague->untold == all->size());
    CHECK(ranking_in_words(*all, *vague).find("as wired") == 0);
}

TEST_CASE("an unknown uncertainty and a matrix of zeros are refused") {
    const auto all = fault_hypotheses(circuit_of(false, trs, three), 1000.0);
    REQUIRE(all.has_value());
    auto unknown = exactly(all->front().matrix, 1e-4);
    unknown.u[L][R].reset();
    const auto a = rank_faults(*all, unknown);
    REQUIRE_FALSE(a.has_value());
    CHECK(a.error().what.find("no uncertainty") != std::string::npos);
    CHECK_FALSE(rank_faults(*all, exactly(DriverMatrix{}, 1e-4)).has_value());
    Circuit impossible = circuit_of(false, trs, auvi_jack);
    const auto b = fault_hypotheses(impossible, 1000.0);
    REQUIRE_FALSE(b.has_value());
    CHECK(b.error().kind == Fault::Kind::bad_input);
}
