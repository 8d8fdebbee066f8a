// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/clipping.hpp"
#include "rig/model/derived.hpp"
#include "rig/model/derived_curves.hpp"
#include "rig/model/derived_units.hpp"
#include "rig/model/effective_bits.hpp"
#include "rig/model/readings.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <iterator>
#include <numbers>
#include <utility>

namespace fourpole {
namespace {

constexpr double reference_hz = 1000.0;
constexpr int least_curve_draws = 100, most_curve_solutions = 65'000;

constexpr const char* no_full_scale = "the full-scale EMF of the player is not known";

double dbv(double volt) { return AmplitudeRatio{std::max(volt, arithmetic_floor)}.decibels(); }

PredictedCurve scalar(std::string name, std::string unit, std::string definition, std::optional<Side> side) {
    PredictedCurve out;
    out.nominal.name = std::move(name);
    out.nominal.unit = std::move(unit);
    out.nominal.definition = std::move(definition);
    out.nominal.side = side;
    out.nominal.calibration = "nominal";
    out.nominal.points.push_back({{}, {}, {}, {}, State::not_measured});
    return out;
}

void set(PredictedCurve& curve, double value, State state = State::exact) {
    curve.nominal.points.front().value = value;
    curve.nominal.points.front().state = state;
}

void say(PredictedCurve& curve, const char* key, Detail detail) {
    curve.nominal.details.emplace_back(key, std::move(detail));
}

std::string_view name(BitsDefinition d) {
    switch (d) {
        case BitsDefinition::step_ratio: return "step_ratio";
        case BitsDefinition::ideal_quantizer: return "ideal_quantizer";
        case BitsDefinition::tpdf_dithered: return "tpdf_dithered";
    }
    return "ideal_quantizer";
}

constexpr const char* name(LowCutoff::Kind kind) {
    switch (kind) {
        case LowCutoff::Kind::none: return "none";
        case LowCutoff::Kind::found: return "found";
        case LowCutoff::Kind::below_search: return "below_search";
        case LowCutoff::Kind::above_search: return "above_search";
        case LowCutoff::Kind::silent: return "silent";
    }
    return "none";
}

/// The scalars of one circuit, with their bands.
class Scalars {
public:
    Scalars(const Circuit& circuit, const Drive& drive, const Nominal& nominal, const FigureBands& bands)
        : circuit_(circuit), drive_(drive), nominal_(nominal), bands_(bands) {}

    std::vector<PredictedCurve> all() {
        for (const Side side : sides) add_level(side);
        for (const Side side : sides) add_sound_pressure(side);
        for (const Driven driven : {Driven::one, Driven::both})
            for (const Side side : sides) add_power(side, driven);
        for (const Side side : sides) add_noise(side);
        for (const Side side : sides) add_range(side);
        for (const Side side : sides) add_bits(side);
        for (const Side side : sides) add_cutoff(side);
        for (const Side side : sides) add_clipping(side);
        return std::move(out_);
    }

private:
    bool shorted() const { return !nominal_.wiring.hazards.empty(); }

    const char* why_no_level() const {
        if (shorted()) return "an amplifier output is shorted";
        if (!drive_.full_scale_emf_v) return no_full_scale;
        return "the driver plays nothing of its own side";
    }

    void add(PredictedCurve curve, FigureOf q, Side side) {
        if (const auto& band = bands_.at(q, side); band && curve.nominal.points.front().value) {
            curve.low = {band->low};
            curve.high = {band->high};
            curve.nominal.points.front().u = band->u;
        }
        out_.push_back(std::move(curve));
    }

    void add_level(Side side) {
        PredictedCurve c = scalar("level", "dBV", "level.undistorted.model@1", side);
        c.nominal.points.front().at = reference_hz;
        if (const auto level = nominal_.figures.at(FigureOf::level, side)) {
            set(c, *level);
        } else {
            say(c, "reason", why_no_level());
        }
        add(std::move(c), FigureOf::level, side);
    }

    /// No reading where nobody states a sensitivity: most data sheets of 2002 do not.
    void add_sound_pressure(Side side) {
        if (!drive_.sensitivity_db_per_vrms) return;
        PredictedCurve c = scalar("sound_pressure", "dB", "sound_pressure.undistorted.model@1", side);
        c.nominal.points.front().at = reference_hz;
        if (const auto pressure = nominal_.figures.at(FigureOf::sound_pressure, side))
            set(c, *pressure);
        else
            say(c, "reason", why_no_level());
        add(std::move(c), FigureOf::sound_pressure, side);
    }

    void add_power(Side side, Driven driven) {
        const bool both = driven == Driven::both;
        PredictedCurve c =
            scalar("power_max", "mW", both ? "power_max.both_driven.model@1" : "power_max.model@1", side);
        c.nominal.points.front().at = reference_hz;
        say(c, "driven", both ? "both" : "one");
        if (const auto& power = (both ? nominal_.figures.both : nominal_.figures.one)[side]) {
            // A limit that nobody stated may end it earlier.
            const bool all_known = drive_.current_limit_a && (drive_.full_scale_emf_v || drive_.clip_v);
            set(c, 1e3 * power->watt, all_known ? State::exact : State::at_most);
            say(c, "limited_by", std::string(name(power->limited_by)));
            say(c, "emf_v_peak", power->emf_v);
            if (!drive_.current_limit_a) say(c, "current_limit", "unknown");
        } else {
            say(c, "reason",
                shorted() ? "an amplifier output is shorted"
                          : "neither full scale, clip voltage nor current limit is known");
        }
        add(std::move(c), both ? FigureOf::power_both : FigureOf::power_one, side);
    }

    void add_noise(Side side) {
        PredictedCurve c = scalar("noise", "dBV", "noise.driver.model@1", side);
        const DriverNoise& noise = nominal_.noise[side];
        const double total = noise.total_v();
        // Thermal noise alone is what there is at least.
        set(c, dbv(total), noise.player_v && !drive_.noise_is_least ? State::exact : State::at_least);
        say(c, "weighting", "none");
        say(c, "band_from_hz", noise_from_hz);
        say(c, "band_to_hz", noise_to_hz);
        say(c, "player_noise", noise.player_v ? "stated" : "unknown");
        say(c, "thermal_dbv", dbv(noise.thermal_v));
        if (drive_.interface_noise_v) {
            const NoiseAtInterface seen = at_interface(total, *drive_.interface_noise_v);
            say(c, "interface/noise_dbv", dbv(*drive_.interface_noise_v));
            say(c, "interface/reading_dbv", dbv(seen.reading_v));
            say(c, "interface/margin_db", seen.margin_db);
            say(c, "interface/outcome", seen.resolved ? "resolved" : "not resolved");
        }
        add(std::move(c), FigureOf::noise, side);
    }

    State bound_by_noise() const { return drive_.noise_is_least ? State::at_most : State::exact; }

    void add_range(Side side) {
        PredictedCurve c = scalar("dynamic_range", "dB", "dynamic_range.model@1", side);
        say(c, "weighting", "none");
        if (const auto range = nominal_.figures.at(FigureOf::dynamic_range, side))
            set(c, *range, bound_by_noise());
        else
            say(c, "reason",
                nominal_.figures.at(FigureOf::level, side) ? "the player's noise is not known"
                                                           : why_no_level());
        add(std::move(c), FigureOf::dynamic_range, side);
    }

    void add_bits(Side side) {
        PredictedCurve c = scalar("effective_bits", "bits",
                                  "effective_bits." + std::string(name(drive_.bits)) + ".model@1", side);
        say(c, "weighting", "none");
        if (const auto range = nominal_.figures.at(FigureOf::dynamic_range, side)) {
            set(c, *nominal_.figures.at(FigureOf::effective_bits, side), bound_by_noise());
            for (const auto d :
                 {BitsDefinition::step_ratio, BitsDefinition::ideal_quantizer, BitsDefinition::tpdf_dithered})
                c.nominal.details.emplace_back("by/" + std::string(name(d)), effective_bits(*range, d));
        } else {
            say(c, "reason", "no dynamic range");
        }
        add(std::move(c), FigureOf::effective_bits, side);
    }

    void add_cutoff(Side side) {
        PredictedCurve c = scalar("low_cutoff", "Hz", "low_cutoff.capacitors_half_power.model@1", side);
        const LowCutoff& cutoff = nominal_.cutoff[side];
        Point& p = c.nominal.points.front();
        // "none" is known, and is no number.
        if (cutoff.kind == LowCutoff::Kind::none) p.state = State::exact;
        if (cutoff.kind == LowCutoff::Kind::found) set(c, cutoff.hz);
        if (cutoff.kind == LowCutoff::Kind::below_search) set(c, cutoff.hz, State::at_most);
        if (cutoff.kind == LowCutoff::Kind::above_search) set(c, cutoff.hz, State::at_least);
        say(c, "cut_off", name(cutoff.kind));
        add(std::move(c), FigureOf::low_cutoff, side);
    }

    /// Only where digital full scale asks the stage for more than it has.
    void add_clipping(Side side) {
        const double full_v = circuit_.stage.emf_v;
        if (!drive_.clip_v || !drive_.full_scale_emf_v || drive_.clip_v->value >= full_v) return;
        const double c = drive_.clip_v->value / full_v;
        const double b1 = clipped_harmonic(c, 1);
        for (const int order : {3, 5, 7}) {
            PredictedCurve h = scalar("harmonic", "dB", "harmonic.clipping.model@1", side);
            h.nominal.order = order;
            set(h, dbv(std::abs(clipped_harmonic(c, order)) / b1));
            say(h, "overdrive_db", AmplitudeRatio{1.0 / c}.decibels());
            out_.push_back(std::move(h));
        }
        PredictedCurve thd = scalar("thd", "dB", "thd.clipping.model@1", side);
        set(thd, dbv(clipped_thd(c)));
        say(thd, "overdrive_db", AmplitudeRatio{1.0 / c}.decibels());
        say(thd, "weighting", "none");
        out_.push_back(std::move(thd));
    }

    const Circuit& circuit_;
    const Drive& drive_;
    const Nominal& nominal_;
    const FigureBands& bands_;
    std::vector<PredictedCurve> out_;
};

}  // namespace

Result<std::vector<PredictedCurve>> derived_readings(const Circuit& circuit, const Drive& drive,
                                                     std::span<const double> frequency_hz, int draws) {
    const auto nominal = nominal_figures(circuit, drive);
    if (!nominal) return nominal.error();
    const auto bands = figure_bands(circuit, drive, *nominal, draws);
    if (!bands) return bands.error();
    auto out = Scalars(circuit, drive, *nominal, *bands).all();
    // A long list gets fewer units, so that it takes seconds at most.
    const int for_curves = std::min(
        draws, std::max(least_curve_draws, most_curve_solutions / static_cast<int>(frequency_hz.size() + 1)));
    auto curves = derived_curves_with_bands(circuit, frequency_hz, for_curves);
    if (!curves) return curves.error();
    std::move(curves->begin(), curves->end(), std::back_inserter(out));
    return out;
}

}  // namespace fourpole
