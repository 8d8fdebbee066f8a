// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/measured_wiring.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;

UncertainMatrix matrix(double a_l, double a_r, double b_l, double b_r, double u) {
    UncertainMatrix m;
    m.matrix.from[L] = {{a_l, a_r}};
    m.matrix.from[R] = {{b_l, b_r}};
    for (const Side d : sides)
        for (const Side c : sides) m.u[d][c] = u;
    return m;
}

Reading transfer(Side from, Side to, double db, double u_db, State state = State::exact) {
    Reading r;
    r.name = "transfer";
    r.from = from;
    r.to = to;
    r.points = {{500.0, 0.0, {}, 3.0, State::exact},
                {1000.0, db, {}, u_db, state},
                {2000.0, 0.0, {}, 3.0, State::exact}};
    if (state == State::at_most) r.points[1].u.reset();
    return r;
}

Reading words(const UncertainMatrix& m, const std::string& outcome) {
    Reading r;
    r.name = "wiring";
    r.points.push_back({.at = 1000.0});
    r.details.emplace_back("outcome", outcome);
    for (const Side d : sides)
        for (const Side c : sides)
            r.details.emplace_back(std::string(name(d)) + "/from_" + std::string(name(c)),
                                   m.matrix.from[d][c]);
    return r;
}

}  // namespace

TEST_CASE("a second channel of 15 % with u = 1 % is stereo and mixture by halves: not decided") {
    const auto said = words_with_doubt(matrix(1.0, 0.15, 0.0, 1.0, 0.01));
    REQUIRE(said.decided.has_value());
    CHECK_FALSE(*said.decided);
    REQUIRE(said.candidates.size() == 2);
    // |0.15 + e| against 0.15 |1 + e'|: as good as symmetric, the imaginary part adds 0.03 sd.
    for (const auto& c : said.candidates) CHECK(c.probability == Approx(0.5).margin(0.05));
    CHECK((said.words == "between \"stereo\" and \"mixture: left plays +L+R, right plays +R\"" ||
           said.words == "between \"mixture: left plays +L+R, right plays +R\" and \"stereo\""));
}

TEST_CASE("a second channel of 13 % with u = 1 % is stereo at 2 sd: decided with 97.4 %") {
    const auto said = words_with_doubt(matrix(1.0, 0.13, 0.0, 1.0, 0.01));
    CHECK(said.decided == true);
    CHECK(said.words == "stereo");
    // The imaginary error lifts 0.13 to 0.1304; 0.0196 over 0.01 sqrt(1 + 0.15^2) is 1.94 sd.
    CHECK(said.candidates.front().probability == Approx(0.974).margin(0.008));
}

TEST_CASE("words do not depend on the gain, and an unknown uncertainty leaves them undecidable") {
    for (const double gain : {1e-3, 1.0, 20.0}) {
        const auto said = words_with_doubt(matrix(gain, 0.0, 0.0, -gain, 1e-4 * gain));
        CHECK(said.words == "stereo, one side inverted");
        CHECK(said.decided == true);
    }
    auto unknown = matrix(1.0, 0.0, 0.0, 1.0, 1e-4);
    unknown.u[R][L].reset();
    const auto said = words_with_doubt(unknown);
    CHECK(said.words == "stereo");
    CHECK_FALSE(said.decided.has_value());
}

TEST_CASE("a silent side whose noise is 1e-3 of the other's signal is not decided to be silent") {
    const auto said = words_with_doubt(matrix(1.0, 0.0, 0.0, 0.0, 1e-3));
    CHECK(said.decided == false);
    const auto quiet = words_with_doubt(matrix(1.0, 0.0, 0.0, 0.0, 1e-4));
    CHECK(quiet.words == "left side only: channel +L");
    CHECK(quiet.decided == true);
}

TEST_CASE("uncertainties come from the transfers at 1 kHz: 0.0868589 dB is 1 %, a bound a third of itself") {
    const auto m = matrix(0.5, 0.0005, -0.001, 1.0, 0.0);
    // In dBV the largest is 2 V: the matrix is relative to it.
    const Readings readings{words(m, "stereo"), transfer(L, L, 0.0, 0.08685889638),
                            transfer(R, R, 6.0205999133, 0.08685889638), transfer(L, R, -54.0, 0.8685889638),
                            transfer(R, L, -60.0, 0.0, State::at_most)};
    const auto got = measured_matrix(readings);
    REQUIRE(got.has_value());
    CHECK(got->has_all_u());
    CHECK(*got->u[R][R] == Approx(0.01).epsilon(1e-6));
    CHECK(*got->u[L][L] == Approx(0.005).epsilon(1e-6));
    CHECK(*got->u[R][L] == Approx(0.1 * std::pow(10.0, -54.0 / 20.0) / 2.0).epsilon(1e-6));
    CHECK(*got->u[L][R] == Approx(1e-3 / 3.0 / 2.0).epsilon(1e-6));
    CHECK(got->matrix.from[R][L] == m.matrix.from[R][L]);
}

TEST_CASE("where the sides arrive crossed, the transfer from left to left is that of the right driver") {
    const auto m = matrix(0.0, 1.0, 0.5, 0.0, 0.0);
    const auto got =
        measured_matrix({words(m, "channels swapped"), transfer(L, L, -6.0205999133, 0.08685889638),
                         transfer(R, R, 0.0, 0.08685889638)});
    REQUIRE(got.has_value());
    CHECK(*got->u[R][L] == Approx(0.005).epsilon(1e-6));
    CHECK(*got->u[L][R] == Approx(0.01).epsilon(1e-6));
    CHECK_FALSE(got->u[L][L].has_value());
    CHECK_FALSE(got->has_all_u());
    CHECK_FALSE(measured_matrix({transfer(L, L, 0.0, 0.1)}).has_value());
}
