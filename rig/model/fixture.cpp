// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/fixture.hpp"

#include "rig/model/model.hpp"
#include "rig/units.hpp"

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

/// Below this share of the EMF a driver hears nothing that a ratio could refer to.
constexpr double nothing_heard = 1e-12;

Point change_of(Complex tapped, Complex without, double emf_v, double frequency_hz) {
    Point p;
    p.at = frequency_hz;
    if (std::abs(without) < nothing_heard * emf_v || tapped == Complex{}) {
        p.state = State::not_measured;
        return p;
    }
    const Complex ratio = tapped / without;
    p.value = AmplitudeRatio{std::abs(ratio)}.decibels();
    p.phase_deg = std::arg(ratio) * degrees_per_radian;
    return p;
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

Result<Readings> fixture_readings(const Circuit& circuit, std::span<const double> frequency_hz) {
    Readings readings;
    if (!circuit.fixture) return readings;
    const auto effects = fixture_effect(circuit, frequency_hz);
    if (!effects) return effects.error();
    for (const Side from : sides)
        for (const Side to : sides) {
            Reading r;
            r.name = "fixture_effect";
            r.definition = "fixture_effect.model@1";
            r.unit = "dB";
            r.from = from;
            r.to = to;
            r.curve = true;
            r.calibration = "nominal";
            for (std::size_t i = 0; i < effects->size(); ++i)
                r.points.push_back(change_of((*effects)[i].tapped[from][to], (*effects)[i].without[from][to],
                                             circuit.stage.emf_v, frequency_hz[i]));
            readings.push_back(std::move(r));
        }
    return readings;
}

}  // namespace fourpole
