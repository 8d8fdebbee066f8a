// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/derived_units.hpp"

#include "rig/model/over_blocks.hpp"
#include "rig/model/population.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {
namespace {

constexpr double reference_hz = 1000.0;
/// The circuit's figures take the axes from 0 on; the drive's come from the far end.
constexpr int first_axis = 400;
constexpr double tail = 0.025;
/// A part stays above zero, as in unit_of().
constexpr double least_share = 1e-3;

std::optional<double> drawn(const std::optional<Figure>& figure, std::uint64_t unit, int axis) {
    if (!figure) return {};
    if (unit == 0 || figure->tolerance == 0.0) return figure->value;
    const double value = at_quantile(*figure, lattice_point(unit, first_axis + axis));
    return figure->value > 0.0 ? std::max(value, least_share * figure->value) : value;
}

bool spreads(const Circuit& circuit, const Drive& drive) {
    bool any = false;
    for_each_figure(circuit, [&](const Figure& f) { any = any || f.tolerance != 0.0; });
    for (const auto* f : {&drive.full_scale_emf_v, &drive.clip_v, &drive.current_limit_a, &drive.noise_dbfs,
                          &drive.sensitivity_db_per_vrms})
        any = any || (*f && (*f)->tolerance != 0.0);
    return any;
}

/// Order statistics at the places tail (n - 1) and (1 - tail)(n - 1), joined by a line.
FigureBand band_of(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        const double place = share * static_cast<double>(values.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const std::size_t above = std::min(below + 1, values.size() - 1);
        return std::lerp(values[below], values[above], place - static_cast<double>(below));
    };
    OverBlocks spread;
    spread.add_all(values);
    return {at(tail), at(1.0 - tail), spread.spread()};
}

}  // namespace

UnitDrive unit_drive(const Drive& drive, double emf_v, std::uint64_t unit) {
    UnitDrive out;
    out.full_scale_v = drawn(drive.full_scale_emf_v, unit, 0);
    out.clip_v = drawn(drive.clip_v, unit, 1);
    out.current_a = drawn(drive.current_limit_a, unit, 2);
    out.noise_dbfs = drawn(drive.noise_dbfs, unit, 3);
    for (const Side side : sides)  // each driver is a piece of its own
        out.sensitivity_db[side] = drawn(drive.sensitivity_db_per_vrms, unit, 4 + static_cast<int>(side));
    if (drive.noise_dbfs) out.nominal_noise_dbfs = drive.noise_dbfs->value;
    if (out.full_scale_v && drive.full_scale_emf_v->value == emf_v) out.emf_scale = *out.full_scale_v / emf_v;
    return out;
}

UnitDrive with_cutoff(UnitDrive unit, const PerSide<LowCutoff>& cutoff) {
    for (const Side side : sides)
        if (cutoff[side].kind == LowCutoff::Kind::found) unit.cutoff_hz[side] = cutoff[side].hz;
    return unit;
}

Result<FigureBands> figure_bands(const Circuit& circuit, const Drive& drive, const Nominal& nominal,
                                 int draws) {
    FigureBands bands;
    if (draws <= 0 || !spreads(circuit, drive)) return bands;
    const double emf_v = circuit.stage.emf_v;
    std::array<PerSide<std::vector<double>>, all_figures.size()> seen;
    for (int d = 0; d < draws; ++d) {
        const std::uint64_t number = first_predicted_unit + static_cast<std::uint64_t>(d);
        const Circuit unit = unit_of(circuit, number);
        const auto solved = solve(unit, std::array{reference_hz});
        if (!solved) return solved.error();
        const auto cutoff = low_cutoff(unit);
        if (!cutoff) return cutoff.error();
        const auto port_ohm = port_ohm_at_1khz(unit);
        if (!port_ohm) return port_ohm.error();
        UnitDrive driven = with_cutoff(unit_drive(drive, emf_v, number), *cutoff);
        driven.port_ohm = *port_ohm;
        const UnitFigures figures = figures_of_unit(nominal, driven, solved->front(), emf_v, drive.bits);
        for (const FigureOf q : all_figures)
            for (const Side side : sides)
                if (const auto value = figures.at(q, side))
                    seen[static_cast<std::size_t>(q)][side].push_back(*value);
    }
    for (const FigureOf q : all_figures)
        for (const Side side : sides) {
            auto& values = seen[static_cast<std::size_t>(q)][side];
            // Where some units have no such figure, the band of the others would mislead.
            if (values.size() != static_cast<std::size_t>(draws) || !nominal.figures.at(q, side)) continue;
            bands.values[static_cast<std::size_t>(q)][side] = band_of(values);
        }
    return bands;
}

}  // namespace fourpole
