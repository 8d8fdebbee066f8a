// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/fixture.hpp"

#include "rig/model/model.hpp"

#include <cmath>

namespace fourpole {
namespace {

void load_tap(const FixtureCircuit& fixture, int tap, Junctions& junctions) {
    if (!fixture.tap_resistance_ohm) return;
    const int ground = junctions.leaking("the interface's ground");
    junctions.resistor(tap, ground, *fixture.tap_resistance_ohm);
    junctions.capacitor(tap, ground, fixture.tap_capacitance_farad.value);
}

/// The resistor of one side, through its relay.
void add_load(const LoadBank& bank, Side side, const Terminals& taps, Junctions& junctions) {
    const double ohm = bank.resistance_ohm[side].value;
    if (bank.switched != LoadBank::Switched::off)
        junctions.join(taps.plus, taps.minus, {.ohm = ohm + bank.relay_contact_ohm.value});
    else if (bank.relay_open_farad.value > 0.0)
        junctions.join(taps.plus, taps.minus, {.ohm = ohm, .per_farad = 1.0 / bank.relay_open_farad.value});
}

}  // namespace

Leads insert_fixture(const FixtureCircuit& fixture, const Poles& plug,
                     const std::map<std::string, int>& poles, Junctions& junctions) {
    Leads taps, leads;
    for (const auto& [pole, carries] : plug) {
        const int tap = junctions.leaking("the fixture's tap on " + pole);
        const int segment = junctions.leaking("the plug's " + pole);
        junctions.join(
            poles.at(pole), tap,
            {.ohm = of_pole(fixture.relay_ohm, pole)->value + of_pole(fixture.sense_ohm, pole)->value});
        junctions.resistor(tap, segment, *of_pole(fixture.jack_ohm, pole));
        load_tap(fixture, tap, junctions);
        taps.node_of[carries] = tap;
        leads.node_of[carries] = segment;
    }
    if (fixture.tap_resistance_ohm && fixture.ground_link_ohm)
        junctions.resistor(junctions.node("the interface's ground"), 0, *fixture.ground_link_ohm);
    for (const Side side : sides) {
        const auto plus = taps.signal(side), minus = taps.returning(side);
        if (!plus || !minus) continue;
        junctions.net.taps[side] = {*plus, *minus};
        if (fixture.load_bank) add_load(*fixture.load_bank, side, junctions.net.taps[side], junctions);
    }
    return leads;
}

Result<std::vector<FixtureEffect>> fixture_effect(const Circuit& circuit,
                                                  std::span<const double> frequency_hz) {
    const auto with = solve(circuit, frequency_hz);
    if (!with) return with.error();
    Circuit bare = circuit;
    bare.fixture.reset();
    const auto without = solve(bare, frequency_hz);
    if (!without) return without.error();
    std::vector<FixtureEffect> effects;
    effects.reserve(with->size());
    for (std::size_t i = 0; i < with->size(); ++i) effects.push_back({(*with)[i].tap, (*without)[i].voltage});
    return effects;
}

std::optional<SideMatrix> de_embedded(const SideMatrix& measured, const FixtureEffect& effect) {
    constexpr Side one = Side::left, two = Side::right;
    const SideMatrix& t = effect.tapped;
    const Complex crossed = t[one][two] * t[two][one], straight = t[one][one] * t[two][two];
    const Complex determinant = straight - crossed;
    if (std::abs(determinant) <= 1e-12 * (std::abs(straight) + std::abs(crossed))) return {};
    // X = tapped^-1 measured: what mixture of the two modelled drives was really there.
    SideMatrix mixture, out;
    for (const Side driven : sides)
        for (const Side s : sides)
            mixture[driven][s] =
                (t[other(s)][other(s)] * measured[driven][s] - t[other(s)][s] * measured[driven][other(s)]) /
                determinant;
    for (const Side driven : sides)
        for (const Side s : sides)
            out[driven][s] =
                effect.without[one][s] * mixture[driven][one] + effect.without[two][s] * mixture[driven][two];
    return out;
}

}  // namespace fourpole
