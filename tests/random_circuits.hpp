// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/cable_couplings.hpp"
#include "tests/bare_circuits.hpp"

#include <array>
#include <cmath>
#include <random>

namespace fourpole {

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

}  // namespace fourpole
