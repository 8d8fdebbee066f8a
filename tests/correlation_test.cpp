// SPDX-License-Identifier: GPL-3.0-or-later
// Figures that share a cause: from the profile's words to the units that are drawn.
#include "rig/model/correlation.hpp"
#include "rig/files/read_text.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "rig/model/model.hpp"
#include "rig/model/population.hpp"
#include "rig/profile/groups.hpp"
#include "rig/profile/load.hpp"
#include "rig/profile/schema.hpp"
#include "tests/catch.hpp"

#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>

using namespace fourpole;
using Spread = Figure::Spread;

namespace {

Figure coil(double correlation, Spread spread = Spread::normal) {
    Figure f;
    f.value = 32.0;
    f.tolerance = 1.6;
    f.spread = spread;
    f.group = correlation == 0.0 ? "" : "coils";
    f.correlation = correlation;
    return f;
}

Circuit earphone_with(double correlation, Spread spread = Spread::normal) {
    Circuit c;
    c.name = "pair";
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm = coil(correlation, spread);
    return c;
}

/// Sample correlation of the two coils over units from `first` on.
double drawn_correlation(const Circuit& circuit, std::uint64_t first, int n) {
    const auto population = Population::of(circuit);
    REQUIRE(population.has_value());
    double xx = 0.0, yy = 0.0, xy = 0.0;
    for (int k = 0; k < n; ++k) {
        const Circuit unit = population->unit(first + static_cast<std::uint64_t>(k));
        const double x = unit.drivers[Side::left].coil_resistance_ohm.value - 32.0,
                     y = unit.drivers[Side::right].coil_resistance_ohm.value - 32.0;
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    return xy / std::sqrt(xx * yy);
}

std::vector<std::string> findings_of(const std::string& text) {
    auto json = parse_json(text, "x.json");
    REQUIRE(json.has_value());
    Findings findings("x.json");
    settle_groups(*json, "earphone x", findings);
    return findings.lines();
}

std::string driver(const std::string& rest) {
    return R"({"driver": {"coil_resistance_ohm": {"value": 32, "tolerance": 1.6)" + rest + "}}}";
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the Cholesky factor of 0.9 between two is (1 0, 0.9 0.43589)") {
    const auto l = cholesky(std::array{1.0, 0.9, 0.9, 1.0}, 2);
    REQUIRE(l.has_value());
    CHECK((*l)[0] == Approx(1.0));
    CHECK((*l)[1] == 0.0);
    CHECK((*l)[2] == Approx(0.9));
    CHECK((*l)[3] == Approx(std::sqrt(1.0 - 0.81)));
}

TEST_CASE("0.9, 0.9 and -0.9 between three figures contradict each other, and the sentence says where") {
    const auto l = cholesky(std::array{1.0, 0.9, 0.9, 0.9, 1.0, -0.9, 0.9, -0.9, 1.0}, 3);
    REQUIRE_FALSE(l.has_value());
    CHECK(says(l.error().what, "row 3"));
    CHECK(says(l.error().what, "positive semidefinite"));
    CHECK_FALSE(cholesky(std::array{1.0, 0.5, 0.4, 1.0}, 2).has_value());  // not symmetric
    // Nothing of its own left in row 2, yet row 3 hangs on only one of the two.
    CHECK_FALSE(cholesky(std::array{1.0, 1.0, 0.5, 1.0, 1.0, 0.0, 0.5, 0.0, 1.0}, 3).has_value());
    CHECK(cholesky(std::array{1.0, 1.0, 0.5, 1.0, 1.0, 0.5, 0.5, 0.5, 1.0}, 3).has_value());
}

TEST_CASE("three figures may have -0.5 between any two and no less, and 1 at the most") {
    CHECK(Correlation::of(std::array{coil(-0.5), coil(-0.5), coil(-0.5)}).has_value());
    const auto less = Correlation::of(std::array{coil(-0.6), coil(-0.6), coil(-0.6)});
    REQUIRE_FALSE(less.has_value());
    CHECK(less.error().kind == Fault::Kind::bad_input);
    CHECK(says(less.error().where, "coils"));
    CHECK(says(less.error().what, "-0.6"));
    CHECK(says(less.error().what, "-0.5 to 1"));
    CHECK_FALSE(Correlation::of(std::array{coil(0.9), coil(0.8)}).has_value());
    const auto none = predict(earphone_with(-1.5), std::array{1000.0});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().kind == Fault::Kind::bad_input);
}

TEST_CASE("scores with 0.9 between them, and with 1, come from independent ones") {
    std::array z{1.0, 2.0};
    Correlation::of(std::array{coil(0.9), coil(0.9)})->apply(z);
    CHECK(z[0] == Approx(1.0));
    CHECK(z[1] == Approx(0.9 + 2.0 * std::sqrt(0.19)));
    // 0.5 between three: the last row of the factor is 1/2, 1/sqrt(12), sqrt(2/3).
    std::array three{1.0, 2.0, 3.0};
    Correlation::of(std::array{coil(0.5), coil(0.5), coil(0.5)})->apply(three);
    CHECK(three[1] == Approx(0.5 + 2.0 * std::sqrt(0.75)));
    CHECK(three[2] == Approx(0.5 + 2.0 / std::sqrt(12.0) + 3.0 * std::sqrt(2.0 / 3.0)));
    std::array same{1.0, 2.0, 3.0};
    Correlation::of(std::array{coil(1.0), coil(0.0), coil(1.0)})->apply(same);
    CHECK(same[0] == Approx(1.0));
    CHECK(same[1] == 2.0);
    CHECK(same[2] == Approx(1.0));
}

TEST_CASE("20,000 units have 0.9 between their coils within 4 sigma, and none without a group") {
    // The standard deviation of a sample correlation is (1 - r^2) / sqrt(n).
    CHECK(drawn_correlation(earphone_with(0.9), first_predicted_unit, 20'000) ==
          Approx(0.9).margin(4.0 * 0.19 / std::sqrt(20'000.0)));
    CHECK(drawn_correlation(earphone_with(0.0), first_predicted_unit, 20'000) ==
          Approx(0.0).margin(4.0 / std::sqrt(20'000.0)));
    CHECK(drawn_correlation(earphone_with(-0.7), first_predicted_unit, 20'000) ==
          Approx(-0.7).margin(4.0 * 0.51 / std::sqrt(20'000.0)));
    // Uniform values: 6/pi asin(0.45) = 0.8915.
    CHECK(drawn_correlation(earphone_with(0.9, Spread::uniform), first_predicted_unit, 20'000) ==
          Approx(0.8915).margin(0.006));
    // And the units that seeds stand for.
    CHECK(drawn_correlation(earphone_with(0.9), 1, 1000) == Approx(0.9).margin(0.02));
}

TEST_CASE(
    "a figure of a group keeps its own spread: 95 % of uniform coils lie within 0.95 of the tolerance") {
    const auto population = Population::of(earphone_with(0.9, Spread::uniform));
    REQUIRE(population.has_value());
    int inside = 0;
    for (std::uint64_t k = 0; k < 20'000; ++k) {
        const double off =
            population->unit(first_predicted_unit + k).drivers[Side::right].coil_resistance_ohm.value - 32.0;
        CHECK(std::abs(off) <= 1.6);
        inside += std::abs(off) <= 0.95 * 1.6;
    }
    CHECK(inside / 20'000.0 == Approx(0.95).margin(4.0 * std::sqrt(0.95 * 0.05 / 20'000.0)));
}

TEST_CASE("matched coils leave a narrower band of the difference: 0.9 makes it 0.32 of independent ones") {
    // Crosstalk of a shared return depends on both coils; the imbalance of the sides is
    // L - R: u = sqrt(2 (1 - r)) u_coil. Held here at the coils themselves.
    const auto imbalance = [](double r) {
        const auto population = Population::of(earphone_with(r));
        double squares = 0.0;
        for (std::uint64_t k = 0; k < 4000; ++k) {
            const Circuit unit = population->unit(first_predicted_unit + k);
            squares += std::pow(unit.drivers[Side::left].coil_resistance_ohm.value -
                                    unit.drivers[Side::right].coil_resistance_ohm.value,
                                2.0);
        }
        return std::sqrt(squares);
    };
    CHECK(imbalance(0.9) / imbalance(0.0) == Approx(std::sqrt(0.1)).epsilon(0.05));
}

TEST_CASE("a group in a profile: one driver for both sides makes two members") {
    CHECK(findings_of(driver(R"(, "group": "coils", "correlation": 0.9)")).empty());
    CHECK(findings_of(driver(R"(, "group": "coils", "correlation": -1)")).empty());
    CHECK(findings_of(driver("")).empty());
}

TEST_CASE("a profile's groups are refused in words: seven ways to get them wrong") {
    const auto only = [](const std::string& text) {
        const auto lines = findings_of(text);
        REQUIRE(lines.size() == 1);
        return lines[0];
    };
    CHECK(says(only(driver(R"(, "group": "coils")")), "/driver/coil_resistance_ohm/correlation"));
    CHECK(says(only(driver(R"(, "correlation": 0.9)")), "/driver/coil_resistance_ohm/group"));
    const std::string alone =
        R"({"cable": {"left_signal_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": 0.5}}})";
    CHECK(says(only(alone), "two figures or more"));
    const std::string elsewhere =
        R"({"noise_dbfs": {"value": -90, "tolerance": 3, "group": "w", "correlation": 0.5}})";
    CHECK(says(only(elsewhere), "parts of the circuit"));
    const std::string three =
        R"({"contacts": {)"
        R"("tip_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": -0.6},)"
        R"("ring1_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": -0.6},)"
        R"("sleeve_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": -0.6}}})";
    CHECK(says(only(three), "-0.6 in the group \"w\" of 3 figures; allowed: -0.5 to 1"));
    const std::string two =
        R"({"contacts": {)"
        R"("tip_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": 0.6},)"
        R"("ring1_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": 0.5}}})";
    CHECK(says(only(two), "one correlation for a whole group"));
    const std::string exact =
        R"({"contacts": {)"
        R"("tip_ohm": {"value": 1, "group": "w", "correlation": 0.6},)"
        R"("ring1_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": 0.6},)"
        R"("sleeve_ohm": {"value": 1, "tolerance": 0.1, "group": "w", "correlation": 0.6}}})";
    CHECK(says(only(exact), "/contacts/tip_ohm/tolerance"));
}

TEST_CASE("a profile that says 0.9 for its coils draws them so, and check finds what is wrong with -1.5") {
    const auto shipped = std::filesystem::path(FOURPOLE_SOURCE) / "profiles";
    const auto text = read_text(shipped / "earphones" / "sennheiser_mx300.json", 1 << 20);
    REQUIRE(text.has_value());
    auto json = parse_json(*text, "x.json");
    REQUIRE(json.has_value());
    Json coils{{"value", 32.0}, {"tolerance", 1.6}, {"spread", "normal"}, {"group", "coils"}};
    coils["correlation"] = 0.9;
    (*json)["driver"]["coil_resistance_ohm"] = coils;
    json->erase("$schema");
    // Beside the shipped ones, so that its plug is found.
    const auto folder = std::filesystem::temp_directory_path() / ("groups " + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto file = folder / "matched.json";
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    CHECK(check_file(file).empty());
    const auto player = load_player((shipped / "players" / "sharp_md_dr7.json").string());
    REQUIRE(player.has_value());
    const auto earphone = load_earphone(file.string());
    REQUIRE(earphone.has_value());
    const auto circuit = compose(*player, *earphone);
    REQUIRE(circuit.has_value());
    CHECK(drawn_correlation(*circuit, first_predicted_unit, 4000) == Approx(0.9).margin(4.0 * 0.19 / 63.0));

    (*json)["driver"]["coil_resistance_ohm"]["correlation"] = -1.5;
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    CHECK_FALSE(check_file(file).empty());
    (*json)["driver"]["coil_resistance_ohm"].erase("correlation");
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    CHECK(check_file(file).size() == 1);
    std::filesystem::remove_all(folder);
}

TEST_CASE("the group \"coils\" of two files is two groups") {
    auto json = parse_json(driver(R"(, "group": "coils", "correlation": 0.9)"), "x.json");
    REQUIRE(json.has_value());
    Findings findings("x.json");
    settle_groups(*json, "earphone x", findings);
    CHECK(json->at("driver").at("coil_resistance_ohm").at("group") == "earphone x: coils");
}
