// SPDX-License-Identifier: GPL-3.0-or-later
// NIST StRD nonlinear regression (https://www.itl.nist.gov/div898/strd): certified to 11 digits.
#include "rig/files/read_text.hpp"
#include "rig/fit/least_squares.hpp"
#include "rig/json/json.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <map>
#include <sstream>

using namespace fourpole;

namespace {

using B = std::span<const double>;
using Model = double (*)(B, double);

double cubic_over_cubic(B b, double x) {
    return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
}
double saturating(B b, double x) { return b[0] * (1 - std::exp(-b[1] * x)); }

const std::map<std::string, Model> models{
    {"Bennett5", [](B b, double x) { return b[0] * std::pow(b[1] + x, -1 / b[2]); }},
    {"BoxBOD", saturating},
    {"Misra1a", saturating},
    {"Eckerle4",
     [](B b, double x) { return b[0] / b[1] * std::exp(-0.5 * (x - b[2]) * (x - b[2]) / (b[1] * b[1])); }},
    {"Gauss2",
     [](B b, double x) {
         return b[0] * std::exp(-b[1] * x) + b[2] * std::exp(-(x - b[3]) * (x - b[3]) / (b[4] * b[4])) +
                b[5] * std::exp(-(x - b[6]) * (x - b[6]) / (b[7] * b[7]));
     }},
    {"Hahn1", cubic_over_cubic},
    {"Thurber", cubic_over_cubic},
    {"Lanczos3",
     [](B b, double x) {
         return b[0] * std::exp(-b[1] * x) + b[2] * std::exp(-b[3] * x) + b[4] * std::exp(-b[5] * x);
     }},
    {"MGH09", [](B b, double x) { return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]); }},
    {"MGH17", [](B b, double x) { return b[0] + b[1] * std::exp(-x * b[3]) + b[2] * std::exp(-x * b[4]); }},
    {"Rat43", [](B b, double x) { return b[0] / std::pow(1 + std::exp(b[1] - b[2] * x), 1 / b[3]); }},
};

/// One of NIST's files: starting and certified values stand on lines 41 and below, the data
/// from line 61 on.
struct Set {
    std::vector<double> start[2], certified, certified_sd, x, y;
    double residual_sd = 0.0;
};

Set read_set(const std::string& name) {
    const auto text = read_text(shared("truth/vectors/nist/" + name + ".dat"), 1 << 20);
    REQUIRE(text.has_value());
    Set set;
    std::istringstream lines(*text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        if (const auto at = line.find("Residual Standard Deviation:"); at != std::string::npos)
            set.residual_sd = std::stod(line.substr(at + 28));
        const auto equals = line.find('=');
        if (number >= 41 && number < 55 && equals != std::string::npos && line.find('b') < equals) {
            std::istringstream row(line.substr(equals + 1));
            double a = 0, b = 0, c = 0, d = 0;
            REQUIRE(row >> a >> b >> c >> d);
            set.start[0].push_back(a);
            set.start[1].push_back(b);
            set.certified.push_back(c);
            set.certified_sd.push_back(d);
        }
        if (number < 61) continue;
        std::istringstream row(line);
        double y = 0, x = 0;
        if (row >> y >> x) {
            set.x.push_back(x);
            set.y.push_back(y);
        }
    }
    return set;
}

LeastSquares fitted(const Set& set, Model model, const std::vector<double>& start) {
    FitProblem problem;
    for (std::size_t i = 0; i < start.size(); ++i)
        problem.parameters.push_back(
            {"b" + std::to_string(i + 1), start[i], false, std::abs(start[i]), std::nullopt});
    problem.residuals = set.x.size();
    problem.settled = 1e-16;
    problem.evaluate = [&](B b, std::span<double> r) {
        for (std::size_t i = 0; i < set.x.size(); ++i)
            r[i] = (model(b, set.x[i]) - set.y[i]) / set.residual_sd;
        return true;
    };
    const auto fit = least_squares(problem);
    REQUIRE(fit.has_value());
    return *fit;
}

}  // namespace

TEST_CASE("11 NIST sets agree in 6 certified digits from both starts, Bennett5 and Lanczos3 in 5") {
    if (absent(shared("truth/vectors/nist_lm.json"))) return;
    const auto text = read_text(shared("truth/vectors/nist_lm.json"), 1 << 20);
    REQUIRE(text.has_value());
    const auto listed = parse_json(*text, "nist_lm.json");
    REQUIRE(listed.has_value());
    int tried = 0;
    for (const auto& [name, facts] : listed->at("datasets").items()) {
        REQUIRE(models.contains(name));
        const Set set = read_set(name);
        const double allowed = name == "Bennett5" || name == "Lanczos3" ? 1e-5 : 1e-6;
        for (const int k : {0, 1}) {
            // Only from where scipy's Levenberg-Marquardt gets there as well.
            if (facts.at("start" + std::to_string(k + 1) + "_worst_relative_error").get<double>() > 1e-3)
                continue;
            INFO(name << " from start " << k + 1);
            const LeastSquares fit = fitted(set, models.at(name), set.start[k]);
            for (std::size_t i = 0; i < set.certified.size(); ++i) {
                CHECK(std::abs(fit.values[i] / set.certified[i] - 1) < allowed);
                // Lanczos3's residuals are so small that its own sd is rounded in the data.
                const double u = fit.u_of_x(i) * fit.slope[i];
                CHECK(std::abs(u / set.certified_sd[i] - 1) < (name == "Lanczos3" ? 1e-3 : 1e-4));
            }
            CHECK(fit.chi_square == Approx(fit.dof).epsilon(1e-6));
            ++tried;
        }
    }
    CHECK(tried == 21);
}
