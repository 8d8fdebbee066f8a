// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/load_readings.hpp"

#include "rig/analysis/return_by_loads.hpp"
#include "rig/analysis/source_by_loads.hpp"
#include "rig/measure/loaded_curves.hpp"
#include "rig/measure/power_readings.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace fourpole {

namespace {

using Complex = std::complex<double>;
constexpr int rounds = 4;
constexpr double least_over_u = 3.0;
constexpr double disagree_from = 4.0;  ///< times the misfit that noise makes

/// One capture: its loads, and what the sides do across them.
struct Heard {
    PerSide<KnownOhms> load;
    PerSide<std::vector<HeardLoad>> curve;
};

/// What is found of one side at one frequency.
struct SourceAt {
    double hz = 0.0;
    SourceByLoads loop;
    std::optional<SharedReturn> shared;
    bool phased = true;
    /// Of the loop, by what the shared return has of it: d loop / d return of what lies beside it.
    double by_shared = 0.0;
};

constexpr const char* no_return =
    "what the return shares is told by this side's crosstalk into the other one, in a capture with both "
    "sides "
    "loaded, and by what lies before the other side's load; each side has to play alone";

double relative(const KnownOhms& load) { return std::isinf(load.ohm) ? 0.0 : load.u / load.ohm; }

class Outputs {
public:
    Outputs(std::vector<Heard> heard, double u_gains) : heard_(std::move(heard)), u_gains_(u_gains) {
        for (const Side side : sides)
            for (const HeardLoad& first : heard_.front().curve[side]) {
                const auto loop = loop_at(first.hz, side, 0.0, {});
                if (loop)
                    found_[side].push_back({first.hz, *loop, {}, phased(first.hz, side), 0.0});
                else
                    ++missing_;
            }
        for (int n = 0; n < rounds; ++n)
            for (const Side side : sides)
                for (SourceAt& at : found_[side]) refine(at, side);
    }

    std::size_t missing() const { return missing_; }
    const PerSide<std::vector<SourceAt>>& found() const { return found_; }

    /// Mean of chi-square by what noise makes of it; nothing with two loads, through which any line goes.
    std::optional<double> misfit() const {
        if (heard_.size() < 3) return std::nullopt;
        double sum = 0.0;
        std::size_t n = 0;
        for (const Side side : sides)
            // Sizes alone are one number a load, not two.
            for (const SourceAt& at : found_[side]) sum += (at.phased ? 1.0 : 2.0) * at.loop.chi_square, ++n;
        return n == 0 ? 0.0 : sum / static_cast<double>(n) / (2.0 * static_cast<double>(heard_.size() - 2));
    }

    /// What u is multiplied by where the loads do not agree: the size of the misfit re what noise makes
    /// (Birge's ratio). Which of them is wrong nobody knows.
    double doubt() const {
        const auto beyond = misfit();
        return beyond && *beyond > disagree_from ? std::sqrt(*beyond) : 1.0;
    }

    /// Frequencies at which the line through the loads ends at a source of negative resistance.
    std::size_t negative() const {
        std::size_t n = 0;
        for (const Side side : sides)
            for (const SourceAt& at : found_[side]) n += is_negative(at);
        return n;
    }
    static bool is_negative(const SourceAt& at) {
        return at.phased && at.loop.ohm.real() < -least_over_u * at.loop.u_ohm;
    }

    /// Of the return, relative: what no capture averages.
    double u_return(Side driven) const {
        double loads = 0.0;
        for (const Heard& h : heard_) loads = std::max(loads, relative(h.load[driven]));
        return std::hypot(u_gains_, loads);
    }

private:
    bool phased(double hz, Side side) const {
        return std::all_of(heard_.begin(), heard_.end(), [&](const Heard& h) {
            const HeardLoad* at = at_frequency(h.curve[side], hz);
            return at && at->phased;
        });
    }

    /// The source of a side behind all loads; what lies beside the shared return is taken out of each.
    std::optional<SourceByLoads> loop_at(double hz, Side side, Complex shared, Complex silent_output,
                                         Complex emf = 1.0) const {
        const bool by_phase = phased(hz, side);
        std::vector<LoadedVolts> loads;
        for (const Heard& h : heard_) {
            const HeardLoad* at = at_frequency(h.curve[side], hz);
            if (!at) return std::nullopt;
            Estimate volts = at->own;
            if (!by_phase) volts.value = std::abs(volts.value);
            const double own = h.load[side].ohm, silent = h.load[other(side)].ohm;
            if (!std::isinf(own) && !std::isinf(silent)) {
                const Complex beside = -shared * shared / (shared + silent + silent_output);
                volts.value = 1.0 / (1.0 / volts.value - beside / (emf * own));
            }
            // A resistor's whole error lies along it, where that of a phasor counts by half.
            loads.push_back({own, std::isinf(own) ? 0.0 : std::numbers::sqrt2 * h.load[side].u, volts});
        }
        return source_by_loads(loads);
    }

    /// Of a side at any frequency: between its own two nearest straight in 1/f, which is exact for a resistor
    /// and a capacitor. Its u is theirs.
    static std::optional<SourceByLoads> loop_of(const std::vector<SourceAt>& curve, double hz) {
        if (curve.empty()) return std::nullopt;
        auto above = std::find_if(curve.begin(), curve.end(),
                                  [&](const SourceAt& s) { return s.hz >= hz * (1.0 - 1e-9); });
        if (above == curve.end()) --above;
        if (curve.size() < 2 || std::abs(above->hz - hz) <= 1e-9 * hz) return above->loop;
        if (above == curve.begin()) ++above;
        const SourceAt &low = *(above - 1), &high = *above;
        const double share = (1.0 / hz - 1.0 / low.hz) / (1.0 / high.hz - 1.0 / low.hz);
        SourceByLoads out = high.loop;
        out.ohm = low.loop.ohm + share * (high.loop.ohm - low.loop.ohm);
        out.u_ohm = std::max(low.loop.u_ohm, high.loop.u_ohm);
        return out;
    }

    void refine(SourceAt& at, Side side) {
        const auto silent = loop_of(found_[other(side)], at.hz);
        if (!silent) return;
        const Complex before = at.shared ? at.shared->ohm : 0.0;
        const Complex output = silent->ohm - before;
        std::vector<LeakIntoLoads> leaks;
        for (const Heard& h : heard_) {
            const HeardLoad* one = at_frequency(h.curve[side], at.hz);
            const double own = h.load[side].ohm, there = h.load[other(side)].ohm;
            if (one && one->leak && !std::isinf(own) && !std::isinf(there))
                leaks.push_back({own, there, *one->leak});
        }
        if (leaks.empty()) return;
        const auto shared = return_by_loads(leaks, output, silent->u_ohm);
        if (!shared) return;
        at.shared = shared;
        double beside = std::numeric_limits<double>::infinity();
        for (const LeakIntoLoads& l : leaks) beside = std::min(beside, std::abs(l.silent_ohm));
        at.by_shared = 2.0 * std::abs(shared->ohm) / (beside + std::abs(output));
        if (const auto loop = loop_at(at.hz, side, shared->ohm, output, at.loop.emf)) at.loop = *loop;
    }

    std::vector<Heard> heard_;
    double u_gains_ = 0.0;
    std::size_t missing_ = 0;
    PerSide<std::vector<SourceAt>> found_;
};

Point point_of(double hz, Complex ohm, double u_ohm, double relative_u, bool phased) {
    const double size = std::abs(ohm);
    Point p{.at = hz};
    if (!(size > 0.0) && !(u_ohm > 0.0)) {
        p.state = State::not_measured;
    } else if (size < least_over_u * u_ohm) {
        p.value = std::max(least_over_u * u_ohm, size + 2.0 * u_ohm);
        p.state = State::at_most;
    } else {
        p.value = size;
        if (phased) p.phase_deg = std::arg(ohm) * degrees_per_radian;
        p.u = std::hypot(u_ohm / std::numbers::sqrt2, relative_u * size);
    }
    return p;
}

/// Behind outputs of which only sizes are known the return's own phase shows how far they are no resistance,
/// X / (Z_load + R) of it.
double u_of_return(const SourceAt& at) {
    const double turned = at.phased ? 0.0 : std::numbers::sqrt2 * std::abs(at.shared->ohm.imag());
    return std::hypot(at.shared->u_ohm, turned);
}

Reading begin(Side side, const char* path, const char* definition, const std::string& calibration) {
    Reading r{.name = "output_impedance", .unit = "ohm", .definition = definition};
    r.side = side;
    r.curve = true;
    r.calibration = calibration;
    r.details.emplace_back("path", std::string(path));
    return r;
}

void add_curves(const Outputs& outputs, std::size_t captures, const std::string& state,
                const std::string& of_channels, Readings& out) {
    for (const Side side : sides) {
        const auto& found = outputs.found()[side];
        const bool by_sizes =
            std::any_of(found.begin(), found.end(), [](const SourceAt& at) { return !at.phased; });
        Reading loop = begin(side, "loop",
                             by_sizes ? "output_impedance.loop.sizes@1" : "output_impedance.loop.loads@1",
                             state),
                back = begin(side, "return", "output_impedance.return.loads@1", of_channels),
                signal =
                    begin(side, "signal",
                          by_sizes ? "output_impedance.signal.sizes@1" : "output_impedance.signal.loads@1",
                          of_channels);
        const double doubt = outputs.doubt();
        for (const SourceAt& at : found) {
            if (Outputs::is_negative(at)) {
                loop.points.push_back({.at = at.hz, .state = State::not_measured});
                continue;
            }
            const double u = outputs.u_return(side), size = at.shared ? std::abs(at.shared->ohm) : 0.0,
                         u_shared = at.shared ? doubt * u_of_return(at) : 0.0,
                         u_whole = std::hypot(u_shared, std::numbers::sqrt2 * u * size);
            // What lies beside the shared return was taken out as well as that is known.
            const double u_loop = std::hypot(doubt * at.loop.u_ohm, at.by_shared * u_whole);
            loop.points.push_back(point_of(at.hz, at.loop.ohm, u_loop, 0.0, at.phased));
            if (!at.shared) continue;
            back.points.push_back(point_of(at.hz, at.shared->ohm, u_shared, u, true));
            signal.points.push_back(
                point_of(at.hz, at.loop.ohm - at.shared->ohm, std::hypot(u_loop, u_whole), 0.0, at.phased));
        }
        loop.details.emplace_back("not_in_it", std::string("an inductance: a delay between two captures of a "
                                                           "player that runs free looks the same"));
        if (by_sizes)
            loop.details.emplace_back("says",
                                      std::string("a resistance, by sizes alone: of a reactance the tones "
                                                  "of a player that runs free tell nothing"));
        back.details.emplace_back("says", std::string("a leak inside the amplifier counts as return"));
        for (Reading* r : {&back, &signal})
            if (r->points.empty() && !loop.points.empty()) {
                r->curve = false;
                r->points.push_back({.state = State::not_measured});
                r->details.emplace_back("why", std::string(no_return));
            }
        for (Reading* r : {&loop, &back, &signal}) {
            r->details.emplace_back("loads", static_cast<double>(captures));
            if (!r->points.empty()) out.push_back(std::move(*r));
        }
    }
}

/// `names` of analyses that nothing was read of, and why.
void say_none(const char* name, const std::string& why, Readings& out) {
    Reading r{.name = name, .definition = std::string(name) + ".none@1"};
    r.points.push_back({.state = State::not_measured});
    r.details.emplace_back("why", why);
    out.push_back(std::move(r));
}

Heard heard_in(const Measurement& m, const Take& take, const PerSide<KnownOhms>& load) {
    const Calibration calibration = calibration_of(take);
    PerSide<double> u;
    for (const Side side : sides)
        u[side] = calibration.state == "raw" ? 0.0 : calibration.side[side].relative_u;
    return {load, loaded_curves(m.readings, u)};
}

Fault trouble(const LoadedTake& one, const std::string& found, const std::string& allowed) {
    return {Fault::Kind::bad_input, "",
            fmt::format("{}/capture: found {}; allowed: {}", one.of.where, found, allowed)};
}

Result<std::vector<Heard>> hear_all(const KnownLoads& loads, const Take& take, const Programme& programme,
                                    bool same_clock, const Measurement& own) {
    std::vector<Heard> out;
    if (loads.own) out.push_back(heard_in(own, take, *loads.own));
    for (const LoadedTake& one : loads.others) {
        if ((one.of.take.facts.calibration == "raw") != (take.facts.calibration == "raw"))
            return trouble(one, "a capture with another calibration than the analysed one's",
                           "the same channels");
        const auto m = measure(one.of.take, one.of.programme.value_or(programme), same_clock);
        if (!m) return trouble(one, m.error().what, "a capture of the outputs");
        if (!m->valid)
            return trouble(one, fmt::format("a take that is not valid ({})", fmt::join(m->reasons, "; ")),
                           "a valid one of the programme that it names (\"programme\"; without one, the "
                           "analysed capture's)");
        out.push_back(heard_in(*m, one.of.take, one.load));
    }
    for (std::size_t k = 1; k < out.size(); ++k) take_out_delay(out[k].curve, out.front().curve);
    return out;
}

Result<Done> add_output_impedance(const KnownLoads& loads, const Take& take, const Programme& programme,
                                  bool same_clock, Measurement& out) {
    auto heard = hear_all(loads, take, programme, same_clock, out);
    if (!heard) return heard.error();
    if (heard->size() < 2) {
        say_none("output_impedance", "one load alone; two or more different ones tell what lies before them",
                 out.readings);
        return Done{};
    }
    const std::size_t captures = heard->size();
    const Calibration calibration = calibration_of(take);
    const double u_gains = calibration.state == "raw" ? 0.0
                                                      : std::hypot(calibration.side[Side::left].relative_u,
                                                                   calibration.side[Side::right].relative_u);
    const Outputs outputs(std::move(*heard), u_gains);
    if (outputs.found()[Side::left].empty() && outputs.found()[Side::right].empty()) {
        say_none(
            "output_impedance",
            "no frequency that a side plays alone is in every capture, or the loads are one and the same",
            out.readings);
        return Done{};
    }
    if (outputs.missing() > 0)
        out.reasons.push_back(
            fmt::format("output impedance: {} frequencies are not in every capture", outputs.missing()));
    if (calibration.state == "raw")
        out.reasons.emplace_back(
            "output impedance: nobody calibrated the channels; of the return their gains "
            "are taken for alike");
    if (const auto misfit = outputs.misfit(); misfit && *misfit > disagree_from)
        out.reasons.push_back(
            fmt::format("output impedance: the loads do not agree on one source, by {:.3g} "
                        "times what noise makes, and u is as many times larger; another volume, a wrong "
                        "load or a contact",
                        std::sqrt(*misfit)));
    if (const std::size_t count = outputs.negative(); count > 0)
        out.reasons.push_back(fmt::format(
            "output impedance: at {} frequencies the loads lead to a source of negative resistance, "
            "which no output is; two loads are exchanged, or one is not what the calibration says",
            count));
    add_curves(outputs, captures, loads.state, calibration.state, out.readings);
    return Done{};
}

}  // namespace

Result<Done> add_load_readings(const KnownLoads& loads, const Take& take, const Programme& programme,
                               bool same_clock, Measurement& out) {
    std::erase_if(out.readings, [](const Reading& r) {
        return (r.name == "output_impedance" || r.name == "power") && r.definition.ends_with(".none@1");
    });
    if (wanted(programme.analyses, "output_impedance"))
        if (auto done = add_output_impedance(loads, take, programme, same_clock, out); !done) return done;
    if (wanted(programme.analyses, "power"))
        if (const std::string why = add_power(loads.own, programme, out.readings); !why.empty())
            say_none("power", why, out.readings);
    return Done{};
}

}  // namespace fourpole
