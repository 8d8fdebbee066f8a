// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/netlist.hpp"
#include "rig/model/population.hpp"
#include "rig/profile/cable_couplings.hpp"
#include "rig/profile/load.hpp"
#include "tests/bare_circuits.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace fourpole;

namespace {

namespace fs = std::filesystem;

/// Circuits of every kind, one after the other out of one generator.
class RandomCircuits {
public:
    explicit RandomCircuits(unsigned seed) : random_(seed) {}

    Circuit next() {
        Circuit c = kind();
        c.amplifier_leak = rarely() ? between(1e-6, 1e-2) : Figure{};
        c.stage.emf_v = between(0.1, 3.0).value;
        c.stage.output_resistance_ohm = between(0.1, 50.0);
        if (often()) c.stage.output_inductance_h = between(1e-7, 1e-5);
        if (c.stage.kind == OutputStage::Kind::single_ended) {
            if (often()) c.stage.coupling_capacitance_f = between(2e-5, 5e-4);
            c.stage.ground_path_ohm = rarely() ? Figure{} : between(1e-3, 0.3);
        }
        for (Figure* f :
             {&c.contacts.tip_ohm, &c.contacts.ring1_ohm, &c.contacts.ring2_ohm, &c.contacts.sleeve_ohm})
            *f = rarely() ? Figure{} : between(0.01, 0.5);
        cable(c.cable);
        for (const Side s : sides) c.drivers[s] = driver();
        if (often()) c = with_fixture(c, fixture());
        c.leakage_ohm = between(1e9, 1e12).value;
        return c;
    }

private:
    bool often() { return draw(0.0, 1.0) < 0.5; }
    bool rarely() { return draw(0.0, 1.0) < 0.2; }
    double draw(double low, double high) { return std::uniform_real_distribution(low, high)(random_); }
    Figure between(double low, double high) { return figure(std::exp(draw(std::log(low), std::log(high)))); }

    /// Every stage with every plug, some of them as they should not be put together.
    Circuit kind() {
        switch (++number_ % 6) {
            case 0: return three_pole(16.0);
            case 1: return bridged(16.0);
            case 2: return grounded(16.0);
            case 3: {  // a 3-pole plug in a bridged player: outputs shorted through 1 ohm and more
                Circuit c = bridged(16.0);
                c.plug = three_pole(16.0).plug;
                c.cable.kind = Cable::Kind::shared_return;
                c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"S"}}, {"S", {"S"}}};
                return c;
            }
            case 4: {  // a 4-pole plug in a 3-pole jack, the ground spring on both or on one return
                Circuit c = three_pole(16.0);
                c.plug = bridged(16.0).plug;
                c.cable.kind = Cable::Kind::separate_returns;
                c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"R2", "S"}}};
                if (often()) c.touch["S"] = {"S"};
                return c;
            }
            default: {  // a headset plug, returns joined in the cable
                Circuit c = three_pole(16.0);
                c.plug = {"ctia", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "C"}, {"S", "MIC"}}};
                c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"R2", "S"}}};
                return c;
            }
        }
    }

    void cable(Cable& c) {
        const bool wound = often();
        for (const Side s : sides) {
            c.signal_ohm[s] = between(0.05, 2.0);
            c.return_ohm[s] = between(0.05, 2.0);
            if (wound) c.signal_h[s] = between(2e-7, 2e-6), c.return_h[s] = between(2e-7, 2e-6);
        }
        if (c.kind == Cable::Kind::shared_return) c.common_return_ohm = between(0.05, 2.0);
        if (wound && c.kind == Cable::Kind::shared_return) c.common_return_h = between(2e-7, 2e-6);
        if (often()) c.signal_to_return_farad = between(2e-11, 1e-9);
        if (often()) c.left_to_right_signal_farad = between(2e-11, 1e-9);
        if (often()) c.split = Cable::Split{1.2, draw(0.1, 1.1)};
        do {
            c.signal_to_return_coupling = figure(draw(0.0, 0.9));
            c.signal_to_signal_coupling = figure(draw(0.0, 0.7));
            c.signal_to_common_coupling = figure(draw(0.0, 0.7));
            if (c.kind == Cable::Kind::separate_returns) {
                c.return_to_return_coupling = figure(draw(0.0, 0.7));
                c.signal_to_other_return_coupling = figure(draw(0.0, 0.7));
            }
        } while (!couplings_can_exist(c));
    }

    Driver driver() {
        Driver d;
        d.coil_resistance_ohm = between(4.0, 300.0);
        if (often()) d.coil_inductance_h = between(1e-6, 1e-3);
        if (often()) d.lossy_inductance = LossyInductance{between(1e-5, 1e-3), between(1.0, 100.0)};
        for (int k = 0; k < 3 && often(); ++k) {
            Resonance r;
            r.by_q = true;
            r.resistance_ohm = between(1.0, 100.0);
            r.resonance_hz = between(30.0, 15000.0);
            r.mechanical_q = between(0.3, 8.0);
            d.resonances.push_back(r);
        }
        for (int k = 0; k < 2 && rarely(); ++k) {
            d.parallel_branches.push_back({between(5.0, 100.0), between(1e-5, 1e-3), {}});
            if (often()) d.parallel_branches.back().capacitance_f = between(1e-7, 1e-5);
        }
        return d;
    }

    FixtureCircuit fixture() {
        FixtureCircuit x;
        for (Contacts* poles : {&x.relay_ohm, &x.sense_ohm, &x.jack_ohm})
            if (often())
                *poles = {between(0.01, 1.0), between(0.01, 1.0), between(0.01, 1.0), between(0.01, 1.0)};
        if (often()) x.tap_resistance_ohm = between(1e3, 1e6);
        if (often()) x.tap_capacitance_farad = between(1e-11, 1e-9);
        if (rarely()) x.ground_link_ohm = between(0.01, 10.0);
        if (rarely()) return x;
        LoadBank bank;
        for (const Side s : sides) bank.resistance_ohm[s] = between(8.0, 600.0);
        bank.relay_contact_ohm = between(0.01, 0.2);
        bank.relay_open_farad = between(1e-12, 1e-11);
        bank.switched = std::array{LoadBank::Switched::off, LoadBank::Switched::beside,
                                   LoadBank::Switched::in_place}[static_cast<std::size_t>(draw(0.0, 2.999))];
        x.load_bank = bank;
        return x;
    }

    std::mt19937 random_;
    int number_ = 0;
};

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
