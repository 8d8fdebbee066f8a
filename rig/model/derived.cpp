// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/derived.hpp"

#include "rig/model/circuit.hpp"
#include "rig/model/derived_units.hpp"
#include "rig/model/effective_bits.hpp"
#include "rig/model/port_impedance.hpp"
#include "rig/model/readings.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {
namespace {

constexpr double reference_hz = 1000.0;

double dbv(double volt) { return AmplitudeRatio{std::max(volt, arithmetic_floor)}.decibels(); }

std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

/// rms of the player's noise in the EMF at this volume step.
std::optional<double> noise_in_emf(double emf_v, std::optional<double> dbfs) {
    if (!dbfs) return {};
    return emf_v / std::numbers::sqrt2 * AmplitudeRatio::from_decibels(*dbfs).count;
}

/// What the shape of the noise is to the nominal unit, its level at 1 kHz is to another one.
std::optional<double> noise_of_unit(const Nominal& nominal, const UnitDrive& unit, const CircuitAt& at,
                                    double emf_v, Side side) {
    const DriverNoise& known = nominal.noise[side];
    const double ohm = unit.port_ohm[side], nominal_ohm = nominal.port_ohm[side];
    const double thermal_v =
        known.thermal_v * (ohm > 0.0 && nominal_ohm > 0.0 ? std::sqrt(ohm / nominal_ohm) : 1.0);
    if (!known.player_v) return dbv(thermal_v);
    if (!unit.noise_dbfs || !unit.nominal_noise_dbfs) return {};
    const auto gain = [&](const CircuitAt& c) {
        return std::hypot(std::abs(c.voltage[Side::left][side]), std::abs(c.voltage[Side::right][side]));
    };
    const double before = gain(nominal.at_1khz);
    if (!(before > silent_share * emf_v)) return dbv(std::hypot(*known.player_v, thermal_v));
    const double by = gain(at) / before * unit.emf_scale *
                      AmplitudeRatio::from_decibels(*unit.noise_dbfs - *unit.nominal_noise_dbfs).count;
    return dbv(std::hypot(*known.player_v * by, thermal_v));
}

}  // namespace

Drive drive_of(const Player& player, const Earphone& earphone) {
    Drive out;
    out.full_scale_emf_v = player.full_scale_emf_v;
    out.clip_v = player.clip_v;
    out.current_limit_a = player.current_limit_a;
    out.noise_dbfs = player.noise_dbfs;
    out.noise_is_least = !player.noise_stated;
    out.bits = player.bits_definition;
    out.sensitivity_db_per_vrms = earphone.sensitivity_db_per_vrms;
    return out;
}

Drive drive_of(const Player& player, const Earphone& earphone, const Interface& interface) {
    Drive out = drive_of(player, earphone);
    if (interface.full_scale_v && interface.noise_dbfs)
        out.interface_noise_v = noise_in_emf(interface.full_scale_v->value, interface.noise_dbfs->value);
    return out;
}

UnitFigures figures_of_unit(const Nominal& nominal, const UnitDrive& unit, const CircuitAt& at, double emf_v,
                            BitsDefinition bits) {
    UnitFigures out;
    const bool shorted = !nominal.wiring.hazards.empty();
    const auto full = smaller(unit.full_scale_v, unit.clip_v);
    for (const Side side : sides) {
        out.at(FigureOf::noise, side) = noise_of_unit(nominal, unit, at, emf_v, side);
        if (unit.cutoff_hz[side]) out.at(FigureOf::low_cutoff, side) = unit.cutoff_hz[side];
        if (shorted) continue;
        if (full || unit.current_a) {
            const DriveLimits highest{full, unit.current_a};
            out.one[side] = max_power(at, emf_v, side, Driven::one, highest);
            out.both[side] = max_power(at, emf_v, side, Driven::both, highest);
            if (out.one[side]) out.at(FigureOf::power_one, side) = 1e3 * out.one[side]->watt;
            if (out.both[side]) out.at(FigureOf::power_both, side) = 1e3 * out.both[side]->watt;
        }
        const double heard = std::abs(at.voltage[side][side]) / emf_v;
        if (heard < silent_share || !unit.full_scale_v) continue;
        const double step_v = emf_v * unit.emf_scale;
        const auto now =
            max_power(at, emf_v, side, Driven::one, {smaller(step_v, unit.clip_v), unit.current_a});
        const double level = dbv(heard * now->emf_v / std::numbers::sqrt2);
        out.at(FigureOf::level, side) = level;
        if (unit.sensitivity_db[side])
            out.at(FigureOf::sound_pressure, side) = level + *unit.sensitivity_db[side];
        if (const auto noise = out.at(FigureOf::noise, side)) {
            out.at(FigureOf::dynamic_range, side) = level - *noise;
            out.at(FigureOf::effective_bits, side) = effective_bits(level - *noise, bits);
        }
    }
    return out;
}

Result<PerSide<double>> port_ohm_at_1khz(const Circuit& circuit) {
    const auto net = network_of(circuit);
    if (!net) return net.error();
    PerSide<double> out;
    for (const Side side : sides) {
        const auto z = PortImpedance(*net, circuit.drivers, side).at(reference_hz);
        if (!z)
            return Fault{Fault::Kind::bad_input, circuit.name, "the circuit has no single solution at 1 kHz"};
        out[side] = z->real();
    }
    return out;
}

Result<Nominal> nominal_figures(const Circuit& circuit, const Drive& drive) {
    Nominal out;
    const double emf_v = circuit.stage.emf_v;
    const auto solved = solve(circuit, std::array{reference_hz});
    if (!solved) return solved.error();
    auto words = wiring(circuit);
    if (!words) return words.error();
    const UnitDrive unit = unit_drive(drive, emf_v, 0);
    const auto noise = driver_noise(circuit, noise_in_emf(emf_v, unit.noise_dbfs));
    if (!noise) return noise.error();
    const auto cutoff = low_cutoff(circuit);
    if (!cutoff) return cutoff.error();
    const auto port_ohm = port_ohm_at_1khz(circuit);
    if (!port_ohm) return port_ohm.error();
    out.port_ohm = *port_ohm;
    out.wiring = std::move(*words);
    out.at_1khz = solved->front();
    out.noise = *noise;
    out.cutoff = *cutoff;
    out.figures = figures_of_unit(out, with_cutoff(unit, *cutoff), out.at_1khz, emf_v, drive.bits);
    return out;
}

}  // namespace fourpole
