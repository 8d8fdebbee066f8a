// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/derived.hpp"

#include <cstdint>
#include <vector>

namespace fourpole {

/// The drive of one unit, and the bass cut-off of its circuit.
struct UnitDrive {
    std::optional<double> full_scale_v, clip_v, current_a, noise_dbfs, nominal_noise_dbfs;
    PerSide<std::optional<double>> sensitivity_db;  ///< dB SPL at 1 V rms
    double emf_scale = 1.0;                         ///< of this unit's EMF at the volume step re nominal
    PerSide<std::optional<double>> cutoff_hz;
    PerSide<double> port_ohm{};  ///< 0: as the nominal unit's
};

/// Unit 0 is the nominal one. A volume step below the highest was measured by whoever wrote
/// the session: its EMF does not spread.
/// @param emf_v  peak EMF at the volume step
UnitDrive unit_drive(const Drive& drive, double emf_v, std::uint64_t unit);
UnitDrive with_cutoff(UnitDrive unit, const PerSide<LowCutoff>& cutoff);

/// The figures of one unit from its circuit solved at 1 kHz for an EMF of emf_v.
UnitFigures figures_of_unit(const Nominal& nominal, const UnitDrive& unit, const CircuitAt& at, double emf_v,
                            BitsDefinition bits);

/// 2.5 % and 97.5 % of one quantity over the units, and its standard deviation.
struct FigureBand {
    double low = 0.0, high = 0.0, u = 0.0;
};
struct FigureBands {
    std::array<PerSide<std::optional<FigureBand>>, all_figures.size()> values{};
    const std::optional<FigureBand>& at(FigureOf q, Side s) const {
        return values[static_cast<std::size_t>(q)][s];
    }
};
/// Fault bad_input: as solve().
Result<FigureBands> figure_bands(const Circuit& circuit, const Drive& drive, const Nominal& nominal,
                                 int draws);

}  // namespace fourpole
