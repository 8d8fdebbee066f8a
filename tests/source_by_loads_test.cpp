// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/source_by_loads.hpp"
#include "rig/analysis/return_by_loads.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

using Complex = std::complex<double>;

std::vector<LoadedVolts> into(const std::vector<Complex>& loads, Complex emf, Complex ohm, double noise) {
    std::vector<LoadedVolts> out;
    for (const Complex z : loads)
        out.push_back({z, 0.0, {std::isinf(z.real()) ? emf : emf * z / (z + ohm), noise}});
    return out;
}

/// By the node's own equation: the currents of both loads meet in the return.
Estimate leak(Complex driven, Complex silent, Complex output, Complex shared, double noise) {
    const Complex node =
        1.0 / (driven + output) / (1.0 / (driven + output) + 1.0 / (silent + output) + 1.0 / shared);
    const Complex own = (1.0 - node) * driven / (driven + output);
    return {-node * silent / (silent + output) / own, noise};
}
const double open = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("1 V behind 2 + j0.5 ohm is found from 33 ohm, 16 - j3 ohm and no load to 1e-12") {
    const Complex emf = std::polar(1.0, 0.7), ohm(2.0, 0.5);
    for (const auto& loads :
         {std::vector<Complex>{33.0, open}, std::vector<Complex>{33.0, {16.0, -3.0}, open},
          std::vector<Complex>{{16.0, -3.0}, 33.0}}) {
        const auto found = source_by_loads(into(loads, emf, ohm, 0.0));
        REQUIRE(found.has_value());
        CHECK(std::abs(found->ohm - ohm) < 1e-12 * 33.0);
        CHECK(std::abs(found->emf - emf) < 1e-12);
        CHECK(found->u_ohm == 0.0);
    }
}

TEST_CASE("0.1 ohm from 33 ohm and no load: noise of 1e-5 V makes u of 0.47 mohm, a load of 1 % 1 mohm") {
    // Z = R (E/V - 1): dZ = R dE/V (+) R E/V^2 dV = 33 * 1e-5 * sqrt(2) and a little more.
    const double v = 33.0 / 33.1;
    auto loads = into({33.0, open}, 1.0, 0.1, 1e-5);
    auto found = source_by_loads(loads);
    REQUIRE(found.has_value());
    CHECK(found->u_ohm == Approx(33.0 * 1e-5 * std::hypot(1.0 / v, 1.0 / (v * v))).epsilon(1e-9));
    CHECK(found->u_emf == Approx(1e-5).epsilon(1e-9));
    // dZ/dE = R/V, so that E[dZ dE] = R/V u^2.
    CHECK(found->covariance.real() == Approx(33.0 / v * 1e-10).epsilon(1e-9));
    for (LoadedVolts& l : loads) l.volts.noise = 0.0;
    loads[0].u_load_ohm = 0.33;
    loads[1].volts.noise = 1e-12;
    found = source_by_loads(loads);
    REQUIRE(found.has_value());
    // Z = R (E/V - 1): dZ/dR = Z/R.
    CHECK(found->u_ohm == Approx(0.1 * 0.01).epsilon(1e-5));
}

TEST_CASE("over 3000 draws with four loads Zout and EMF err by 1.00 u, chi-square is 4.0") {
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal(0.0, 1.0 / std::sqrt(2.0));
    const Complex emf(0.6, -0.2), ohm(4.7, 0.9);
    double z2 = 0.0, e2 = 0.0, chi = 0.0;
    Complex product = 0.0, covariance = 0.0;
    constexpr int draws = 3000;
    for (int i = 0; i < draws; ++i) {
        auto loads = into({{8.0, 2.0}, 16.0, 33.0, open}, emf, ohm, 2e-5);
        loads[1].volts.noise = 2e-4;
        for (LoadedVolts& l : loads) l.volts.value += l.volts.noise * Complex(normal(random), normal(random));
        const auto found = source_by_loads(loads);
        REQUIRE(found.has_value());
        z2 += std::norm((found->ohm - ohm) / found->u_ohm);
        e2 += std::norm((found->emf - emf) / found->u_emf);
        product += (found->ohm - ohm) * std::conj(found->emf - emf);
        covariance += found->covariance;
        chi += found->chi_square;
    }
    CHECK(std::sqrt(z2 / draws) == Approx(1.0).margin(0.04));
    CHECK(std::sqrt(e2 / draws) == Approx(1.0).margin(0.04));
    CHECK(chi / draws == Approx(4.0).margin(0.2));
    CHECK(std::abs(product - covariance) < 0.06 * std::abs(covariance));
}

TEST_CASE("one load, two alike, a short or silence tell no output impedance") {
    CHECK_FALSE(source_by_loads(into({33.0}, 1.0, 0.1, 0.0)).has_value());
    CHECK_FALSE(source_by_loads(into({33.0, 33.0}, 1.0, 0.1, 0.0)).has_value());
    CHECK_FALSE(source_by_loads(into({33.0, 0.0}, 1.0, 0.1, 0.0)).has_value());
    CHECK_FALSE(source_by_loads(into({33.0, open}, 0.0, 0.1, 0.0)).has_value());
}

TEST_CASE("0.1 + j0.02 ohm of return behind 1.5 ohm is found from leaks into 33 and 16 ohm to 1e-12") {
    const Complex shared(0.1, 0.02), output(1.5, 0.1);
    const std::vector<LeakIntoLoads> loads{{33.0, 33.0, leak(33.0, 33.0, output, shared, 0.0)},
                                           {{16.0, 2.0}, 24.0, leak({16.0, 2.0}, 24.0, output, shared, 0.0)}};
    const auto found = return_by_loads(loads, output, 0.0);
    REQUIRE(found.has_value());
    CHECK(std::abs(found->ohm - shared) < 1e-12);
    CHECK(found->u_ohm == 0.0);
    // Of two equal loads on ideal outputs: leak = -Zc / (R + Zc).
    const auto ideal =
        return_by_loads(std::vector<LeakIntoLoads>{{32.0, 32.0, {-0.32 / 32.32, 0.0}}}, 0.0, 0.0);
    REQUIRE(ideal.has_value());
    CHECK(ideal->ohm.real() == Approx(0.32).epsilon(1e-12));
}

TEST_CASE("over 3000 draws of three loads a return of 0.1 ohm errs by 1.00 u, chi-square is 4.0") {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal(0.0, 1.0 / std::sqrt(2.0));
    const Complex shared(0.1, 0.0), output(2.0, 0.0);
    double z2 = 0.0, chi = 0.0;
    constexpr int draws = 3000;
    for (int i = 0; i < draws; ++i) {
        std::vector<LeakIntoLoads> loads;
        for (const double ohm : {8.0, 16.0, 33.0}) {
            loads.push_back({ohm, ohm, leak(ohm, ohm, output, shared, ohm == 16.0 ? 1e-4 : 1e-5)});
            Estimate& e = loads.back().leak;
            e.value += e.noise * Complex(normal(random), normal(random));
        }
        // Zout is off by its own u, for all loads alike.
        const auto found =
            return_by_loads(loads, output + 0.01 * Complex(normal(random), normal(random)), 0.01);
        REQUIRE(found.has_value());
        z2 += std::norm((found->ohm - shared) / found->u_ohm);
        chi += found->chi_square;
    }
    CHECK(std::sqrt(z2 / draws) == Approx(1.0).margin(0.04));
    CHECK(chi / draws == Approx(4.0).margin(0.25));
}

TEST_CASE("no load, a load of 0 ohm and a leak of -1 between equal loads tell no return") {
    CHECK_FALSE(return_by_loads({}, 1.0, 0.0).has_value());
    CHECK_FALSE(return_by_loads(std::vector<LeakIntoLoads>{{0.0, 33.0, {-0.1, 0.0}}}, 1.0, 0.0).has_value());
    CHECK_FALSE(return_by_loads(std::vector<LeakIntoLoads>{{33.0, 33.0, {-1.0, 0.0}}}, 1.0, 0.0).has_value());
}
