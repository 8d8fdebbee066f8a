// SPDX-License-Identifier: GPL-3.0-or-later
// What a probe says, as readings of the contract.
#include "rig/measure/points.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/share_out.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

constexpr int per_octave = 24;

// Relative, by a pace of a recorded stimulus or a wander about it that is not known: beyond 0.9 dB no figure.
constexpr double most_smeared = 0.1;

struct Scaled {
    Estimate e;
    double relative_u = 0.0;  ///< of the calibration
    double unsettled = 0.0;   ///< relative: of what plays beside it
};

struct ScaledHarmonic {
    Scaled own;
    double clutter = 0.0;  ///< what the sweep itself may leave in its place
    double cycles = 0.0;   ///< in half of its gate
};

/// How much of u all points of a reading share, dB: a fit must not take it for scatter.
void share_of_calibration(const Scaled& s, Reading& r) {
    if (s.relative_u > 0.0 && !r.detail("calibration_u"))
        r.details.emplace_back("calibration_u", db_per_relative * s.relative_u);
}

/// Reads one driven side; bundles what every reading below needs.
class SideReader {
public:
    SideReader(const Probe& probe, Side from, const SideMap& map, const Calibration& calibration,
               double shift_samples, double rate_hz)
        : probe_(probe),
          from_(from),
          map_(map),
          calibration_(calibration),
          shift_s_(shift_samples / rate_hz),
          grid_(reading_grid(probe, per_octave)),
          table_(probe.deconvolution->transfers(grid_)) {}

    const std::vector<double>& grid() const { return grid_; }

    /// Transfer from the driven side to output `to` of the player at grid point i, in volts
    /// (rms) per full scale, or full scale per full scale. nullopt: not captured.
    std::optional<Scaled> transfer(Side to, std::size_t i) const {
        const auto y = probe_.y_of(map_[to]);
        if (!y) return std::nullopt;
        return scaled(table_[*y][i], to, grid_[i]);
    }

    /// Harmonic `order` of the driven side at grid point i, as each output holds it; nothing where it is not
    /// captured. Its noise holds what the sweep itself may leave in its place, twice over: the device turns
    /// it as it likes.
    using Harmonics = PerSide<std::optional<ScaledHarmonic>>;
    Harmonics harmonics(int order, std::size_t i) const {
        Harmonics out;
        // In its fade the sweep is no measure of what stands there without one.
        if (order * grid_[i] > probe_.fade_out_hz) return out;
        const auto seen = probe_.deconvolution->harmonic(order, grid_[i]);
        if (seen.empty()) return out;
        const auto steps = static_cast<std::size_t>(std::lround(per_octave * std::log2(order)));
        for (const Side to : sides) {
            const auto y = probe_.y_of(map_[to]);
            if (!y) continue;
            const auto there = transfer(to, std::min(i + steps, grid_.size() - 1));
            out[to] = ScaledHarmonic{scaled(seen[*y].estimate, to, order * grid_[i]),
                                     2.0 * std::abs(there->e.value) * seen[*y].clutter, seen[*y].cycles};
        }
        return out;
    }

    Reading begin(std::string name, std::string definition) const {
        Reading r;
        r.name = std::move(name);
        r.definition = std::move(definition);
        r.curve = true;
        r.calibration = calibration_.state;
        return r;
    }

    bool calibrated() const { return calibration_.state != "raw"; }
    const Probe& probe() const { return probe_; }
    Side from() const { return from_; }

private:
    Scaled scaled(Estimate e, Side to, double f) const {
        const auto& c = calibration_.side[map_[to]];
        // A full-scale sine's peak volts are sqrt 2 times its rms volts.
        const double scale = calibrated() ? c.volts_per_full_scale / std::numbers::sqrt2 : 1.0;
        e.value *= scale * std::polar(1.0, 2.0 * pi * f * shift_s_);
        e.noise = scale * std::hypot(e.noise, probe_.grain[map_[to]]);
        const double unsettled = probe_.unsettled.at(*probe_.y_of(map_[to]), f);
        e.bias = std::hypot(e.bias, unsettled);
        return {e, calibrated() ? c.relative_u : 0.0, unsettled};
    }

    const Probe& probe_;
    Side from_;
    const SideMap& map_;
    const Calibration& calibration_;
    double shift_s_;
    std::vector<double> grid_;
    std::vector<std::vector<Estimate>> table_;  ///< [y][i]
};

void read_transfer(const SideReader& reader, Side to, bool as_response, Readings& out) {
    const std::string name = as_response ? "response" : "transfer";
    // With both sides playing it is another quantity: what leaks in from the other is part of it.
    const bool alone = !reader.probe().drives[other(reader.from())];
    Reading r = reader.begin(name, name + (alone ? ".sweep@1" : ".sweep_both_driven@1"));
    r.from = reader.from();
    r.to = to;
    if (as_response) r.side = to;
    // dBV: rms volts at the tap for a full-scale sine of the programme.
    r.unit = reader.calibrated() ? "dBV" : "dB";
    for (std::size_t i = 0; i < reader.grid().size(); ++i)
        if (const auto s = reader.transfer(to, i)) {
            const double f = reader.grid()[i];
            const double smeared = reader.probe().smeared(f);
            if (std::max(smeared, s->unsettled) > most_smeared) {
                r.points.push_back({.at = f, .state = State::not_measured});
                continue;
            }
            r.points.push_back(
                decibel_point(f, s->e, {}, s->relative_u, db_per_relative * std::hypot(s->e.bias, smeared)));
            share_of_calibration(*s, r);
        }
    if (!r.points.empty()) out.push_back(std::move(r));
}

/// True where the driven side plays: over half of the band it is within 20 dB of what it leaks into
/// the other, or above it. Of a side that does not, chance alone lifts a point out of the noise.
bool plays(const SideReader& reader) {
    constexpr double least_of_leak = 0.1;
    std::size_t heard = 0;
    for (std::size_t i = 0; i < reader.grid().size(); ++i) {
        const auto own = reader.transfer(reader.from(), i), leak = reader.transfer(other(reader.from()), i);
        if (own && leak)
            heard += std::abs(own->e.value) >= least_of_leak * std::abs(leak->e.value) &&
                     std::abs(own->e.value) >= least_over_noise * own->e.noise;
    }
    return 2 * heard >= reader.grid().size();
}

/// The instrument's floor beside the crosstalk: what the ratio reads where nothing leaks.
Point floor_point(double f, const Scaled& own, const Scaled& leak) {
    const double size = std::abs(own.e.value);
    Point p{.at = f, .state = State::not_measured};
    if (size <= 0.0 || leak.e.noise <= 0.0) return p;
    p.value = AmplitudeRatio{leak.e.noise / size}.decibels();
    p.state = State::exact;
    return p;
}

void read_crosstalk(const SideReader& reader, Readings& out) {
    Reading r = reader.begin("crosstalk", "crosstalk.sweep@1");
    Reading floor = reader.begin("crosstalk_floor", "crosstalk.sweep_floor@1");
    for (Reading* each : {&r, &floor}) {
        each->unit = "dB";
        each->from = reader.from();
        each->to = other(reader.from());
    }
    const bool driven = plays(reader);
    for (std::size_t i = 0; i < reader.grid().size(); ++i) {
        const double f = reader.grid()[i];
        const auto own = reader.transfer(reader.from(), i), leak = reader.transfer(*r.to, i);
        if (!own || !leak) return;
        floor.points.push_back(floor_point(f, *own, *leak));
        const double size = std::abs(own->e.value);
        // A side that is silent itself leaks nothing that could be told apart from its wiring.
        if (!driven || size < least_over_noise * own->e.noise || size <= 0.0) {
            r.points.push_back({.at = f, .state = State::not_measured});
            continue;
        }
        Scaled ratio = *leak;
        ratio.e.value *= std::conj(own->e.value) / size;  // phase re the driven side
        ratio.relative_u = std::hypot(ratio.relative_u, own->relative_u);
        ratio.e.bias = std::hypot(ratio.e.bias, own->e.bias);
        r.points.push_back(decibel_point(f, ratio.e, {size, own->e.noise / size}, ratio.relative_u,
                                         db_per_relative * ratio.e.bias));
        share_of_calibration(ratio, r);
    }
    out.push_back(std::move(r));
    out.push_back(std::move(floor));
}

/// One order as one output holds it, point by point.
struct HarmonicCurve {
    std::vector<double> at, clutter, cycles;
    std::vector<Estimate> fundamental, harmonic;
    double relative_u = 0.0;  ///< of the calibrations
};

void add_harmonic(const SideReader& reader, Reading r, HarmonicCurve curve, Readings& out) {
    r.unit = "dB";
    pool_noise(curve.harmonic);
    for (std::size_t i = 0; i < curve.at.size(); ++i) {
        Estimate h = curve.harmonic[i];
        h.noise = std::hypot(h.noise, curve.clutter[i]);
        const Estimate& one = curve.fundamental[i];
        const double size = std::abs(one.value);
        Point p =
            decibel_point(curve.at[i], h, {size, one.noise / size}, curve.relative_u,
                          harmonic_systematic_db(reader.probe(), *r.order, curve.at[i], curve.cycles[i]));
        p.phase_deg.reset();  // re what, depends on the delay: not a figure of the contract
        r.points.push_back(p);
    }
    if (!r.points.empty()) out.push_back(std::move(r));
}

/// What the device makes of the sweep beside it, on the driven side and on the idle one.
void read_harmonics(const SideReader& reader, int orders, Readings& out) {
    const Probe& probe = reader.probe();
    const double low = std::max(1.2 * probe.fade_in_hz, 1.95 * probe.f1_hz);
    const bool driven = plays(reader);
    for (int order = 2; order <= orders; ++order) {
        PerSide<HarmonicCurve> curve;
        for (std::size_t i = 0; i < reader.grid().size(); i += 2) {
            const double f0 = reader.grid()[i];
            if (f0 < low) continue;
            const auto fundamental = reader.transfer(reader.from(), i);
            const auto seen = reader.harmonics(order, i);
            if (!fundamental || std::abs(fundamental->e.value) <= 0.0) continue;
            for (const Side to : sides) {
                if (!seen[to]) continue;
                curve[to].at.push_back(f0);
                curve[to].fundamental.push_back(fundamental->e);
                curve[to].harmonic.push_back(seen[to]->own.e);
                curve[to].clutter.push_back(seen[to]->clutter);
                curve[to].cycles.push_back(seen[to]->cycles);
                if (to != reader.from())
                    curve[to].relative_u = std::hypot(fundamental->relative_u, seen[to]->own.relative_u);
            }
        }
        Reading own = reader.begin("harmonic", "harmonic.sweep@1");
        own.side = reader.from();
        own.order = order;
        add_harmonic(reader, std::move(own), std::move(curve[reader.from()]), out);
        if (!driven) continue;
        Reading there = reader.begin("interchannel_distortion", "interchannel_distortion.sweep@1");
        there.from = reader.from();
        there.to = other(reader.from());
        there.order = order;
        add_harmonic(reader, std::move(there), std::move(curve[other(reader.from())]), out);
    }
}

}  // namespace

void read_sweeps(const std::vector<Probe>& probes, const SideMap& map, const Calibration& calibration,
                 double shift_samples, double rate_hz, const std::vector<std::string>& analyses, int orders,
                 Readings& out) {
    struct Driven {
        const Probe* probe;
        Side from;
    };
    std::vector<Driven> driven;
    PerSide<bool> done{};
    for (const Probe& probe : probes)
        for (const Side from : sides) {
            if (!probe.drives[from] || done[from]) continue;
            done[from] = true;
            driven.push_back({&probe, from});
        }
    std::vector<Readings> read(driven.size());
    share_out(analysis_threads, driven.size(), [&](std::size_t k) {
        const auto [probe, from] = driven[k];
        const SideReader reader(*probe, from, map, calibration, shift_samples, rate_hz);
        if (wanted(analyses, "response")) read_transfer(reader, from, true, read[k]);
        // With both sides driven at once nobody can say what came from where.
        if (probe->drives[other(from)]) return;
        for (const Side to : sides) read_transfer(reader, to, false, read[k]);
        if (wanted(analyses, "crosstalk")) read_crosstalk(reader, read[k]);
        if (wanted(analyses, "harmonics") && probe->sweep) read_harmonics(reader, orders, read[k]);
    });
    const auto already = static_cast<std::ptrdiff_t>(out.size());
    for (Readings& of_side : read) std::move(of_side.begin(), of_side.end(), std::back_inserter(out));
    // Both sides' responses first: eighteen curves of small figures would hide the second on a screen.
    const auto rank = [](const Reading& r) {
        return r.name == "interchannel_distortion" ? 2 : r.order ? 1 : 0;
    };
    std::stable_sort(out.begin() + already, out.end(),
                     [&](const Reading& a, const Reading& b) { return rank(a) < rank(b); });
}

}  // namespace fourpole
