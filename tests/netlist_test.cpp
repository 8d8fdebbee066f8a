// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/netlist.hpp"
#include "rig/model/population.hpp"
#include "rig/profile/load.hpp"
#include "tests/random_circuits.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace fourpole;

namespace {

namespace fs = std::filesystem;

std::vector<std::vector<double>> rows_of(const fs::path& file) {
    std::vector<std::vector<double>> rows;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::vector<double> row;
        for (std::string word; words >> word;) {
            row.emplace_back();
            std::from_chars(word.data(), word.data() + word.size(), row.back());
        }
        if (!row.empty()) rows.push_back(std::move(row));
    }
    return rows;
}

/// The largest difference of anything ngspice says from ours, in shares of what is allowed.
///
/// Both eliminate the same equations in doubles. With n = 40 unknowns an elimination is off by
/// n 2^-53 = 4e-15 of its largest terms, times the condition: leaks of 1e12 ohm beside contacts of
/// 0.01 ohm make admittances 1e14 apart, but a voltage only hangs on a leak where nothing else
/// holds it; where it is held, 1e3 to 1e4 stand between the largest and the smallest part of a
/// loop: 4e-11. ngspice's 16 printed digits add 1e-15. So 1e-9 of the value. But what comes out of
/// the balance of a node loses 2^-53 of all that passes there: a resonance at 30 Hz has 42 mF,
/// 1e4 S at 40 kHz, so 1e-12 A per volt at each of some ten steps. Hence 1e-11 A per volt of EMF
/// for a current where it is only left over, and that current through the driver for a voltage.
double worst_share(const Circuit& c, Side driven, const std::vector<std::vector<double>>& rows) {
    double worst = 0.0;
    for (const std::vector<double>& row : rows) {
        REQUIRE(row.size() == 13);
        const CircuitAt got = solved_at(c, row[0]);
        std::size_t k = 1;
        const auto hold = [&](Complex ours, double lost) {
            const Complex truth(row[k], row[k + 1]);
            k += 2;
            const double allowed = std::max(1e-9 * std::abs(truth), lost);
            worst = std::max(worst, std::abs(ours - truth) / allowed);
        };
        const double lost = 1e-11 * c.stage.emf_v;
        const auto volts_lost = [&](Side s) { return lost * std::abs(impedance(c.drivers[s], row[0])); };
        for (const Side s : sides) hold(got.voltage[driven][s], volts_lost(s));
        for (const Side s : sides) hold(got.current[driven][s], lost);
        for (const Side s : sides) hold(got.common_mode[driven][s], volts_lost(s));
    }
    return worst;
}

bool ngspice_absent() {
    if (std::system("command -v ngspice >/dev/null 2>&1") == 0) return false;
    WARN("SKIPPED: ngspice is not installed");
    return true;
}

}  // namespace

TEST_CASE("ngspice says of 200 random circuits of every kind what the solver says, to 1e-9") {
    if (ngspice_absent()) return;
    constexpr unsigned seed = 20261126;
    const auto folder = fs::temp_directory_path() / ("fourpole_netlist_test_" + std::to_string(::getpid()));
    fs::create_directories(folder);
    RandomCircuits circuits(seed);
    double worst = 0.0;
    for (int number = 0; number < 200; ++number) {
        const Circuit c = circuits.next();
        INFO("seed " << seed << ", circuit " << number << ": " << c.name);
        const std::string stem = "c" + std::to_string(number);
        const auto netlist = netlist_of(c, {10.0, 40000.0, 4, stem});
        if (!netlist) FAIL(netlist.error().what);
        std::ofstream(folder / (stem + ".cir")) << *netlist;
        const std::string run = "cd '" + folder.string() + "' && ngspice -b " + stem + ".cir >log 2>&1";
        CHECK(std::system(run.c_str()) == 0);
        for (const Side driven : sides) {
            const auto rows = rows_of(folder / (stem + "_" + std::string(name(driven)) + ".txt"));
            REQUIRE(rows.size() >= 15);  // 3.6 decades of 4
            const double share = worst_share(c, driven, rows);
            CHECK(share < 1.0);
            worst = std::max(worst, share);
        }
    }
    WARN("200 circuits of seed " << seed << ": worst " << worst * 1e-9 << " relative");
    fs::remove_all(folder);
}

TEST_CASE("a netlist names its nodes and says both drives, one frequency is one point") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(2.5);  // one branch of 3 ohm with the wire
    for (const Side s : sides) c.cable.signal_ohm[s] = figure(0.5);
    const auto text = netlist_of(c, {1000.0, 1000.0, 40, "rig"});
    REQUIRE(text.has_value());
    for (const char* part : {"the left driver's + end", "ac lin 1 1000 1000", "wrdata rig_left.txt",
                             "wrdata rig_right.txt", " 3\n", " 16\n", "quit 0"}) {
        INFO(part);
        CHECK(text->find(part) != std::string::npos);
    }
}

TEST_CASE("a name of three lines is one comment of a netlist") {
    Circuit c = three_pole(16.0);
    c.name = "rig\n.control\r\nshell true";
    const auto text = netlist_of(c, {});
    REQUIRE(text.has_value());
    CHECK(text->starts_with("* rig .control  shell true: run with ngspice -b\n"));
}

TEST_CASE("laws for which ngspice has no element are refused in words") {
    for (int law = 0; law < 3; ++law) {
        Circuit c = three_pole(16.0);
        Driver& d = c.drivers[Side::right];
        if (law == 0) d.leach_inductance = LeachInductance{figure(0.01), figure(0.7)};
        if (law == 1)
            d.wright_inductance = WrightInductance{figure(0.01), figure(0.5), figure(0.01), figure(0.7)};
        if (law == 2)
            d.impedance_table = std::make_shared<const ImpedanceTable>("a.zma", std::vector{1.0, 2.0},
                                                                       std::vector<Complex>{16.0, 16.0});
        const auto text = netlist_of(c, {});
        REQUIRE_FALSE(text.has_value());
        CHECK(text.error().kind == Fault::Kind::bad_input);
        CHECK(text.error().what.find("no element for the right driver's") != std::string::npos);
    }
}
