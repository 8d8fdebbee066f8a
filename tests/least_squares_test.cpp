// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/least_squares.hpp"
#include "rig/fit/chi_square.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace fourpole;

namespace {

FitParameter either_sign(const std::string& name, double start, double scale) {
    return {name, start, false, scale, std::nullopt};
}

/// y = a + b x at x = 0 1 2 3 4, measured as 1 3 2 5 4 with 0.5 each.
FitProblem line() {
    FitProblem problem;
    problem.parameters = {either_sign("a", 7.0, 2.0), either_sign("b", -3.0, 5.0)};
    problem.residuals = 5;
    problem.settled = 1e-16;
    problem.evaluate = [](std::span<const double> p, std::span<double> r) {
        const double y[] = {1, 3, 2, 5, 4};
        for (std::size_t i = 0; i < 5; ++i) r[i] = (p[0] + p[1] * static_cast<double>(i) - y[i]) / 0.5;
        return true;
    };
    return problem;
}

}  // namespace

TEST_CASE("a straight line through 5 points has slope 0.8 +- 0.158 and correlation -0.816") {
    // Normal equations by hand: Sx = 10, Sxx = 30, Sy = 15, Sxy = 38, determinant 50:
    // a = (30 15 - 10 38) / 50 = 1.4, b = (5 38 - 10 15) / 50 = 0.8;
    // var a = 0.25 30/50, var b = 0.25 5/50, cov = -0.25 10/50.
    const auto fit = least_squares(line());
    REQUIRE(fit.has_value());
    CHECK(fit->converged);
    CHECK(fit->values[0] == Approx(1.4).epsilon(1e-8));
    CHECK(fit->values[1] == Approx(0.8).epsilon(1e-8));
    CHECK(fit->u_of_x(0) * fit->slope[0] == Approx(std::sqrt(0.15)).epsilon(1e-9));
    CHECK(fit->u_of_x(1) * fit->slope[1] == Approx(std::sqrt(0.025)).epsilon(1e-9));
    const double correlation = fit->covariance[1] / (fit->u_of_x(0) * fit->u_of_x(1));
    CHECK(correlation == Approx(-10.0 / std::sqrt(150.0)).epsilon(1e-9));
    // Residuals -0.4 ... : sum of squares 3.6, over 0.25.
    CHECK(fit->chi_square == Approx(14.4).epsilon(1e-10));
    CHECK(fit->dof == 3);
}

TEST_CASE("a prior of 0.1 around 2 pulls a mean of 3 +- 0.1 to 2.5 +- 0.0707") {
    // Two equal weights in ln: the middle of ln 2 and ln 3 is ln sqrt 6.
    FitProblem problem;
    problem.parameters = {{"r", 2.0, true, 1.0, 0.1}};
    problem.residuals = 1;
    problem.settled = 1e-16;
    problem.evaluate = [](std::span<const double> p, std::span<double> r) {
        r[0] = std::log(p[0] / 3.0) / 0.1;
        return true;
    };
    const auto fit = least_squares(problem);
    REQUIRE(fit.has_value());
    CHECK(fit->values[0] == Approx(std::sqrt(6.0)).epsilon(1e-8));
    CHECK(fit->u_of_x(0) == Approx(0.1 / std::sqrt(2.0)).epsilon(1e-9));
    CHECK(fit->slope[0] == Approx(std::sqrt(6.0)).epsilon(1e-8));
    CHECK(fit->dof == 1);
    CHECK(fit->chi_square == Approx(2 * std::pow(0.5 * std::log(1.5) / 0.1, 2)).epsilon(1e-9));
}

TEST_CASE("of two resistances in series only the sum is determined: rank 1, dof 9 of 10 residuals") {
    FitProblem problem;
    problem.parameters = {{"a", 1.0, true, 1.0, std::nullopt}, {"b", 2.0, true, 1.0, std::nullopt}};
    problem.residuals = 10;
    problem.settled = 1e-16;
    problem.evaluate = [](std::span<const double> p, std::span<double> r) {
        for (std::size_t i = 0; i < 10; ++i) r[i] = (p[0] + p[1] - 5.0) / 0.01;
        return true;
    };
    const auto fit = least_squares(problem);
    REQUIRE(fit.has_value());
    CHECK(fit->values[0] + fit->values[1] == Approx(5.0).epsilon(1e-10));
    CHECK(fit->dof == 9);
    CHECK(fit->strengths[1] * farthest < 1.0);
    // Along the sum 0.01 / sqrt 10; each alone may go as far as `farthest` lets it.
    const double sum[] = {fit->slope[0], fit->slope[1]};
    CHECK(fit->u_of(sum) == Approx(0.01 / std::sqrt(10.0)).epsilon(1e-6));
    CHECK(fit->u_of_x(0) > 1.0);
    CHECK(fit->u_of_x(1) > 0.5);
}

TEST_CASE("more unknowns than residuals are no trouble: 1 residual, 3 unknowns, dof 0") {
    FitProblem problem;
    for (const char* name : {"a", "b", "c"})
        problem.parameters.push_back({name, 1.0, true, 1.0, std::nullopt});
    problem.residuals = 1;
    problem.settled = 1e-16;
    problem.evaluate = [](std::span<const double> p, std::span<double> r) {
        r[0] = (p[0] * p[1] * p[2] - 8.0) / 0.01;
        return true;
    };
    const auto fit = least_squares(problem);
    REQUIRE(fit.has_value());
    CHECK(fit->values[0] * fit->values[1] * fit->values[2] == Approx(8.0).epsilon(1e-9));
    CHECK(fit->dof == 0);
    CHECK(fit->jacobian.size() == 3);
}

TEST_CASE("a model without an answer at the start is a fault, and so is a person who says stop") {
    FitProblem problem = line();
    problem.go_on = [](int iteration) { return iteration < 0; };
    const auto stopped = least_squares(problem);
    REQUIRE_FALSE(stopped.has_value());
    CHECK(stopped.error().kind == Fault::Kind::stopped);
    problem.evaluate = [](std::span<const double>, std::span<double>) { return false; };
    const auto none = least_squares(problem);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().kind == Fault::Kind::bad_input);
}

TEST_CASE("chi-square: 95 % below 3.841 for 1, 0.5 % below 0.0100 and 99.5 % below 10.597 for 2") {
    // 2 degrees of freedom in closed form: P = 1 - exp(-x/2). 1: P = erf(sqrt(x/2)).
    CHECK(chi_square_quantile(0.95, 1) == Approx(3.841458820694124).epsilon(1e-11));
    CHECK(chi_square_quantile(0.005, 2) == Approx(-2 * std::log(0.995)).epsilon(1e-10));
    CHECK(chi_square_quantile(0.995, 2) == Approx(-2 * std::log(0.005)).epsilon(1e-11));
    CHECK(chi_square_below(9.0, 2) == Approx(1 - std::exp(-4.5)).epsilon(1e-12));
    CHECK(chi_square_below(0.3, 1) == Approx(std::erf(std::sqrt(0.15))).epsilon(1e-12));
    // 4 degrees: 1 - exp(-x/2) (1 + x/2), on either side of where the method changes.
    for (const double x : {2.0, 5.9, 6.1, 20.0})
        CHECK(chi_square_below(x, 4) == Approx(1 - std::exp(-x / 2) * (1 + x / 2)).epsilon(1e-12));
    CHECK(chi_square_below(0.0, 4) == 0.0);
    // Many: the median is close to dof (1 - 2/(9 dof))^3 (Wilson and Hilferty).
    CHECK(chi_square_quantile(0.5, 1000) == Approx(1000 * std::pow(1 - 2.0 / 9000, 3)).epsilon(1e-6));
}

TEST_CASE("a leashed fit from residuals of 400 u goes there in 3 stages, one from 0.4 u in none") {
    for (const double far : {400.0, 0.4}) {
        FitProblem problem;
        problem.parameters = {either_sign("a", 0.0, 1.0)};
        problem.parameters.front().leash = 10.0 * far;
        problem.residuals = 2;
        problem.evaluate = [far](std::span<const double> p, std::span<double> r) {
            r[0] = r[1] = p[0] - far;
            return true;
        };
        const auto fit = least_squares(problem);
        REQUIRE(fit.has_value());
        CHECK(fit->stages == (far > 1.0 ? 3 : 0));  // by 400, by 40, by 4
        CHECK(fit->values[0] == Approx(far).epsilon(1e-3));
    }
}
