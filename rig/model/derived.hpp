// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/driver_noise.hpp"
#include "rig/model/low_cutoff.hpp"
#include "rig/model/model.hpp"
#include "rig/model/power.hpp"

#include <array>
#include <optional>

namespace fourpole {

/// What the derived readings need beside the circuit. What is absent is unknown, and the
/// readings that rest on it are not_measured.
struct Drive {
    std::optional<Figure> full_scale_emf_v;  ///< peak, between the ends of a side, at the highest volume
    std::optional<Figure> clip_v;            ///< peak EMF between the ends of a side
    std::optional<Figure> current_limit_a;   ///< peak, of each output
    std::optional<Figure> noise_dbfs;        ///< 20 Hz - 20 kHz in the EMF, re a full-scale sine
    bool noise_is_least = false;             ///< an ideal converter's: the truth is there or above
    BitsDefinition bits = BitsDefinition::ideal_quantizer;
    std::optional<Figure> sensitivity_db_per_vrms;
    std::optional<double> interface_noise_v;  ///< rms 20 Hz - 20 kHz at its input
};
Drive drive_of(const Player& player, const Earphone& earphone);
Drive drive_of(const Player& player, const Earphone& earphone, const Interface& interface);

/// One unit's figures at 1 kHz, in the units of their readings; nothing where not known.
enum class FigureOf {
    level,
    sound_pressure,
    power_one,
    power_both,
    noise,
    dynamic_range,
    effective_bits,
    low_cutoff
};
inline constexpr std::array all_figures{
    FigureOf::level, FigureOf::sound_pressure, FigureOf::power_one,      FigureOf::power_both,
    FigureOf::noise, FigureOf::dynamic_range,  FigureOf::effective_bits, FigureOf::low_cutoff};
struct UnitFigures {
    std::array<PerSide<std::optional<double>>, all_figures.size()> values{};
    PerSide<std::optional<MaxPower>> one, both;

    std::optional<double>& at(FigureOf q, Side s) { return values[static_cast<std::size_t>(q)][s]; }
    const std::optional<double>& at(FigureOf q, Side s) const {
        return values[static_cast<std::size_t>(q)][s];
    }
};

/// Real part of what lies between each driver's terminals at 1 kHz, everything at rest: what its thermal
/// noise goes with. Fault bad_input: as solve().
Result<PerSide<double>> port_ohm_at_1khz(const Circuit& circuit);

/// Everything that the nominal circuit gives, worked out once.
struct Nominal {
    Wiring wiring;
    CircuitAt at_1khz;
    PerSide<DriverNoise> noise;
    PerSide<double> port_ohm;  ///< real part between each driver's terminals at 1 kHz
    PerSide<LowCutoff> cutoff;
    UnitFigures figures;
};
Result<Nominal> nominal_figures(const Circuit& circuit, const Drive& drive);

/// Readings that follow from circuit and drive; each `definition` ends in its version:
///
///   level           dBV   rms at the driver, 1 kHz, the largest undistorted sine at this volume step
///   sound_pressure  dB    SPL of that level; only where the earphone's sensitivity is known
///   power_max       mW    `limited_by`; one side driven, and both in phase (power_max.both_driven.model@1);
///                         at the highest volume; not_measured where an output is shorted
///   noise           dBV   20 Hz - 20 kHz unweighted at the driver, player and thermal
///   dynamic_range   dB    level - noise
///   effective_bits  bits  of that, by the definition that it names; the other two beside it
///   low_cutoff      Hz    half power re no coupling capacitors; `cut_off`: none | found | below_search |
///                         above_search | silent
///   harmonic, thd   dB    where full scale lies above clipping: closed form, in the EMF
///   output_impedance, driver_current, common_mode, both_driven: curves over `frequency_hz`
///
/// power_max is at_most where either the voltage's or the current's limit is not known.
/// Bands hold 95 % of `draws` units (circuit and drive), those of curves over more than 125 frequencies of
/// fewer, down to 100; 0 draws = no bands. A unit's noise follows the nominal one's with its transfer and
/// the resistance between the driver's terminals at 1 kHz. Under 5 ms without bands.
/// Fault bad_input: as solve().
Result<std::vector<PredictedCurve>> derived_readings(const Circuit& circuit, const Drive& drive,
                                                     std::span<const double> frequency_hz, int draws = 512);

}  // namespace fourpole
