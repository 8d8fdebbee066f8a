// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/impedance_table.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/cubic_spline.hpp"
#include "rig/profile/load.hpp"
#include "rig/profile/snapshot.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <numbers>

using namespace fourpole;

namespace {

using Z = std::complex<double>;

Z at(const std::string& text, double frequency_hz) {
    const auto table = parse_impedance_table(text, "a.zma");
    if (!table) FAIL(table.error().what);
    return table->at(frequency_hz);
}

std::string refusal(const std::string& text) {
    const auto table = parse_impedance_table(text, "a.zma");
    REQUIRE_FALSE(table.has_value());
    CHECK(table.error().kind == Fault::Kind::bad_input);
    CHECK(table.error().what.find('\n') == std::string::npos);
    return table.error().what;
}

/// Re 15.4, 18 uH, 25 uH || 12 ohm and a resonance: no knots, no end is special.
Z earbud(double f) {
    const Z s(0.0, 2.0 * std::numbers::pi * f);
    const auto across = [](Z a, Z b) { return a * b / (a + b); };
    return 15.4 + s * 18e-6 + across(s * 25e-6, 12.0) + across(across(4.5, s * 3.59e-3), 1.0 / (s * 782e-6));
}

}  // namespace

TEST_CASE("a cubic through 6 uneven points comes out exactly, at its ends too") {
    const auto cubic = [](double x) { return Z(1.0 + x - 2.0 * x * x + 0.5 * x * x * x, x * x * x); };
    const std::vector<double> x{-1.0, 0.0, 0.3, 2.0, 2.5, 4.0};
    std::vector<Z> y;
    for (const double one : x) y.push_back(cubic(one));
    const CubicSpline spline(x, y);
    for (const double one : {-1.0, -0.99, 0.1, 1.0, 2.4, 3.9, 4.0})
        CHECK(std::abs(spline.at(one) - cubic(one)) < 1e-13);
    const CubicSpline four({-1.0, 0.0, 1.0, 4.0}, {cubic(-1.0), cubic(0.0), cubic(1.0), cubic(4.0)});
    CHECK(std::abs(four.at(3.0) - cubic(3.0)) < 1e-13);
}

TEST_CASE("2 points give the line, 3 the parabola") {
    CHECK(std::abs(CubicSpline({0.0, 2.0}, {Z(1.0, 0.0), Z(3.0, 4.0)}).at(1.0) - Z(2.0, 2.0)) < 1e-15);
    CHECK(std::abs(CubicSpline({0.0, 1.0, 3.0}, {0.0, 1.0, 9.0}).at(2.0) - 4.0) < 1e-14);
}

TEST_CASE("halving the steps of log f makes the spline's error 16 times smaller") {
    const auto worst = [](int per_octave) {
        std::vector<double> x;
        std::vector<Z> y;
        for (int k = 0; k <= 10 * per_octave; ++k) {
            x.push_back(std::log(20.0) + k * std::numbers::ln2 / per_octave);
            y.push_back(earbud(std::exp(x.back())));
        }
        const CubicSpline spline(x, y);
        double error = 0.0;
        for (double lg = x.front(); lg < x.back(); lg += 0.001)
            error = std::max(error, std::abs(spline.at(lg) - earbud(std::exp(lg))));
        return error;
    };
    CHECK(worst(24) / worst(48) == Approx(16.0).epsilon(0.15));
}

TEST_CASE("10 ohm at 60 degrees is 5 + 8.66j ohm, whatever separates the columns") {
    for (const char* text :
         {"* comment\n100 10 60\n1000 10 60\n", "100\t10.0\t60\r\n1000\t10.0\t60\r\n",
          "Freq(Hz)  Z(Ohms)  Phase(deg)\n  100   10 +60  \n\n 1000 1e1 60", "100,10,60\n1000,10,60\n",
          "\xEF\xBB\xBFHz;Ohm;Grad\n100,0;10,0;60,0\n1000,0;10,0;60,0;\n", "100, 10.0, 60\n1000, 10.0, 60\n",
          "100,0 10,0 60,0\n1000,0 10,0 60,0\n", "100,0\t10\t60\n1000,0\t10\t60\n",
          "\"f\",\"Z\",\"p\"\n\"100\",\"10\",\"60\"\n# later\n\"1000\",\"10\",\"60\"\n"}) {
        INFO(text);
        CHECK(std::abs(at(text, 316.0) - Z(5.0, 8.660254037844386)) < 1e-12);
    }
}

TEST_CASE("between points the complex impedance is interpolated in log f, not magnitude and phase") {
    // 10 ohm at -60 and at 60 degrees: halfway in log f stands the mean, 5 ohm.
    CHECK(std::abs(at("100 10 -60\n10000 10 60\n", 1000.0) - 5.0) < 1e-12);
}

TEST_CASE("a bad table is refused in one sentence with its line") {
    CHECK(refusal("100 10 0\n100 10 0\n") ==
          "a.zma:2: found 100 Hz a second time; allowed: each frequency once");
    CHECK(refusal("* x\n200 10 0\n100 10 0\n") ==
          "a.zma:3: found 100 Hz after 200 Hz; allowed: rising frequencies");
    CHECK(refusal("100 10 0\n200 nan 0\n") ==
          "a.zma:2: found a number that is not finite; allowed: finite numbers");
    CHECK(refusal("100 10 0\n200 inf 0\n").find("not finite") != std::string::npos);
    CHECK(refusal("100 10 0\n").find("holds one point; allowed: 2 to 1000000") != std::string::npos);
    CHECK(refusal("").find("holds no point") != std::string::npos);
    CHECK(refusal("100 0 0\n200 1 0\n").find("an impedance of 0 ohm") != std::string::npos);
    CHECK(refusal("100 -8 0\n200 1 0\n").find("an impedance of -8 ohm") != std::string::npos);
    CHECK(refusal("0 8 0\n200 1 0\n").find("a frequency of 0 Hz") != std::string::npos);
    CHECK(refusal("100 8 120\n200 1 0\n").find("a negative resistance") != std::string::npos);
    CHECK(refusal("100 8 0\n200 8\n").find("a.zma:2: found \"200 8\"") != std::string::npos);
    CHECK(refusal("100 8 0\nend of data\n").find("a.zma:2: found \"end of data\"") != std::string::npos);
    CHECK(refusal("100 8 0 1\n200 8 0 1\n").find("a.zma:1: found") != std::string::npos);
    CHECK(refusal("100 8 x\n200 8 0\n").find("a.zma:1: found") != std::string::npos);
    CHECK(refusal("* f real imag\n100 8 0\n200 8 0\n").find("real and imaginary") != std::string::npos);
    CHECK(refusal("f, Z, phase (rad)\n100,8,0\n").find("radians") != std::string::npos);
    CHECK(refusal("* Freq(Hz) SPL(dB) Phase(degrees)\n100 8 0\n").find("sound pressure") !=
          std::string::npos);
    CHECK(refusal("1.234,5;8;0\n").find("a.zma:1: found") != std::string::npos);
}

TEST_CASE("a million points are read, one more and 10 million are refused", "[repeated]") {
    std::string text;
    for (int k = 1; k <= 1'000'000; ++k) text += std::to_string(k) + " 8 0\n";
    const auto table = parse_impedance_table(text, "a.zma");
    REQUIRE(table.has_value());
    CHECK(table->last_hz() == 1e6);
    CHECK(std::abs(table->at(123456.5) - 8.0) < 1e-12);
    CHECK(refusal(text + "1000001 8 0\n").find("a.zma:1000001: found one point more than 1000000") !=
          std::string::npos);
    for (int k = 1'000'001; k <= 10'000'000; ++k) text += std::to_string(k) + " 8 0\n";
    CHECK(refusal(text).find("more than 1000000") != std::string::npos);
}

TEST_CASE("a driver with a table is not asked outside it, and the range is named") {
    const auto folder = std::filesystem::temp_directory_path() /
                        ("fourpole_impedance_table_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "flat.zma") << "20 16 0\n20000 16 0\n";
    const char* head =
        R"({"source": {"kind": "single-ended", "emf_v": 1, "output_resistance_ohm": 4},
        "contacts": {"tip_ohm": 0, "ring1_ohm": 0, "ring2_ohm": 0, "sleeve_ohm": 0},
        "cable": {"kind": "shared return", "left_signal_ohm": 0, "right_signal_ohm": 0, "common_return_ohm": 0},
        "driver_left": )";
    const auto circuit_with = [&](const std::string& driver) {
        std::ofstream(folder / "rig.json")
            << head << driver << R"(, "driver_right": {"coil_resistance_ohm": 16}})";
        return load_circuit(folder / "rig.json");
    };
    const auto circuit = circuit_with(R"({"impedance_table": "flat.zma"})");
    if (!circuit) FAIL(circuit.error().what);
    const auto solved = solve(*circuit, std::array{20.0, 1000.0, 20000.0});
    REQUIRE(solved.has_value());
    for (const CircuitAt& one : *solved) CHECK(std::abs(one.voltage[Side::left][Side::left] - 0.8) < 1e-11);
    const auto below = solve(*circuit, std::array{19.9});
    REQUIRE_FALSE(below.has_value());
    CHECK(below.error().what.find("flat.zma says nothing at 19.9 Hz; allowed: 20 to 20000 Hz") !=
          std::string::npos);
    CHECK_FALSE(solve(*circuit, std::array{20001.0}).has_value());

    const auto both = circuit_with(R"({"impedance_table": "flat.zma", "coil_resistance_ohm": 16})");
    REQUIRE_FALSE(both.has_value());
    CHECK(both.error().what.find("/driver_left/coil_resistance_ohm: found this and impedance_table") !=
          std::string::npos);
    const auto neither = circuit_with("{}");
    REQUIRE_FALSE(neither.has_value());
    CHECK(neither.error().what.find("/driver_left/coil_resistance_ohm: found nothing") != std::string::npos);
    const auto absent = circuit_with(R"({"impedance_table": "flatt.zma"})");
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error().what.find("/driver_left/impedance_table: ") != std::string::npos);
    CHECK(absent.error().what.find("flatt.zma: does not exist") != std::string::npos);
    std::filesystem::remove_all(folder);
}

TEST_CASE("the truth kit's circuits come out of its tables within 1e-5 dB") {
    const auto rigs = std::filesystem::path(FOURPOLE_SHARED) / "truth" / "rigs";
    if (!std::filesystem::exists(rigs)) {
        WARN("SKIPPED: ../shared absent");
        return;
    }
    const std::map<std::string, std::string> earphone{{"r01_lowz_3pole_16ohm", "earbud16"},
                                                      {"r02_lowz_4pole_grounded_16ohm", "earbud16"},
                                                      {"r03_lowz_4pole_btl_16ohm", "earbud16"},
                                                      {"r04_22ohm_3pole_iem", "iem"},
                                                      {"r07_cap220u_3pole_32ohm", "earbud32"}};
    double worst_db = 0.0;
    int compared = 0;
    for (const auto& [rig, tables] : earphone) {
        auto circuit = load_circuit(rigs / (rig + ".json"));
        REQUIRE(circuit.has_value());
        for (const Side s : sides) {
            auto table = read_impedance_table(rigs / (tables + "_" + std::string(name(s)) + ".zma"));
            if (!table) FAIL(table.error().what);
            circuit->drivers[s] = {};
            circuit->drivers[s].impedance_table = std::make_shared<const ImpedanceTable>(std::move(*table));
        }
        std::ifstream csv(rigs / (rig + ".csv"));
        std::string line;
        std::getline(csv, line);
        while (std::getline(csv, line)) {
            std::vector<double> row;
            for (const char* p = line.data(); p < line.data() + line.size(); ++p) {
                row.emplace_back();
                p = std::from_chars(p, line.data() + line.size(), row.back()).ptr;
            }
            const auto got = solve(*circuit, std::array{row[0]});
            if (!got) FAIL(got.error().what);
            for (const Side driven : sides)
                for (const Side s : sides) {
                    const std::size_t k = (driven == Side::left ? 1U : 13U) + (s == Side::left ? 0U : 2U);
                    const Z truth(row[k], row[k + 1]);
                    if (std::abs(truth) <= 1e-6) continue;
                    worst_db = std::max(
                        worst_db,
                        std::abs(AmplitudeRatio{std::abs((*got)[0].voltage[driven][s] / truth)}.decibels()));
                    ++compared;
                }
        }
    }
    INFO("worst " << worst_db << " dB");
    CHECK(compared > 1000);
    CHECK(worst_db < 1e-5);
}

namespace {

/// The shipped session with both earphones replaced by ones with a table of their own: `first`
/// and `second` are the folders in which they lie.
Result<Session> session_of_tables(const std::filesystem::path& folder, const std::string& first,
                                  const std::string& second) {
    const auto write = [&](const std::string& place, const std::string& file, const std::string& rest) {
        std::filesystem::create_directories(folder / place / "tables");
        std::ofstream(folder / place / "tables" / "flat.zma") << "10 16 0\n40000 16 0\n";
        std::ofstream(folder / place / file)
            << R"({"schema": "fourpole/earphone@1", "id": ")" << file.substr(0, 4)
            << R"(", "name": "Mine", "driver": {"impedance_table": "tables/flat.zma"}, )" << rest;
    };
    write(first, "four.json", R"("plug": "trrs_r-r+l+l-", "cable": {"kind": "separate returns",
        "left_signal_ohm": 0.2, "right_signal_ohm": 0.2, "left_return_ohm": 0.2, "right_return_ohm": 0.2}})");
    write(second, "tree.json", R"("plug": "trs", "cable": {"kind": "shared return",
        "left_signal_ohm": 0.2, "right_signal_ohm": 0.2, "common_return_ohm": 0.1}})");
    std::filesystem::create_directories(folder / "sessions");
    std::ifstream original(std::filesystem::path(FOURPOLE_SOURCE) / "profiles" / "sessions" /
                           "md_dr7_4pole_vs_3pole.json");
    std::string text((std::istreambuf_iterator<char>(original)), {});
    const auto replace = [&text](const std::string& old, const std::string& path) {
        for (auto at = text.find(old); at != std::string::npos; at = text.find(old))
            text.replace(at, old.size(), path);
    };
    replace("\"mx300_clone_4pole\"", "\"../" + first + "/four.json\"");
    replace("\"sennheiser_mx300\"", "\"../" + second + "/tree.json\"");
    std::ofstream(folder / "sessions" / "mine.json") << text;
    return load_session(folder / "sessions" / "mine.json");
}

}  // namespace

TEST_CASE("a session kept with its run keeps the tables, and two tables for one place are refused") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("fourpole_kept_table_test_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    const auto session = session_of_tables(folder, "mine", "mine");
    if (!session) FAIL(session.error().what);
    const auto kept = snapshot_session(*session, folder / "run");
    if (!kept) FAIL(kept.error().what);
    std::filesystem::remove_all(folder / "mine");
    const auto again = load_session(*kept);
    if (!again) FAIL(again.error().what);
    CHECK(again->arms.front().earphone.drivers[Side::left].impedance_table->last_hz() == 40000.0);

    const auto apart = session_of_tables(folder, "mine", "other");
    REQUIRE(apart.has_value());
    const auto refused = snapshot_session(*apart, folder / "second_run");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().what.find("two different files are called \"flat.zma\"") != std::string::npos);
    std::filesystem::remove_all(folder);
}
