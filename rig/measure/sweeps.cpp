// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/sweeps.hpp"

#include "rig/measure/excitation.hpp"
#include "rig/measure/recorded_wave.hpp"
#include "rig/share_out.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double lowest_of_recorded_hz = 10.0;  ///< the longest gate, 0.35 s, holds 3.5 periods of it

/// Seconds from the end of an event to the next one, or to the capture's end.
double quiet_after(const Recording& recording, const Programme& programme, const Clock& clock, double end_s) {
    double next = clock.u_at(static_cast<double>(recording.frames()));
    for (const Event& e : programme.events)
        if (!std::holds_alternative<Silence>(e.what) && event_start(e) >= end_s - 1e-9)
            next = std::min(next, event_start(e));
    return std::max(0.0, next - end_s);
}

}  // namespace

std::optional<std::size_t> Probe::y_of(Side captured_side) const {
    for (std::size_t i = 0; i < captured.size(); ++i)
        if (captured[i] == captured_side) return i;
    return std::nullopt;
}

double Unsettled::at(std::size_t y, double frequency_hz) const {
    const auto there = std::lower_bound(hz.begin(), hz.end(), frequency_hz * 0.9999);
    return there == hz.end() ? 0.0 : relative[y][static_cast<std::size_t>(there - hz.begin())];
}

double Probe::smeared(double frequency_hz) const {
    const double swing = 2.0 * pi * frequency_hz * swing_s;
    return std::hypot(spread.bias(frequency_hz, u_pace), 1.0 - std::exp(-0.5 * swing * swing));
}

Calibration calibration_of(const Take& take) {
    Calibration out;
    const TakeFacts& facts = take.facts;
    if (facts.volts_per_full_scale.empty()) return out;
    out.state = facts.calibration;
    for (std::size_t c = 0; c < facts.volts_per_full_scale.size(); ++c) {
        const auto side = c < facts.channels.size() ? side_named(facts.channels[c])
                          : c < sides.size()        ? std::optional(sides[c])
                                                    : std::nullopt;
        if (!side) continue;
        out.side[*side].volts_per_full_scale = facts.volts_per_full_scale[c];
        if (c < facts.volts_relative_u.size()) out.side[*side].relative_u = facts.volts_relative_u[c];
    }
    return out;
}

Result<PreparedEvent> prepared_event(const Recording& recording, const Programme& programme,
                                     const Clock& clock, std::size_t i, const SamplesEarly& early) {
    const Event& event = programme.events[i];
    const auto* file = std::get_if<FileEvent>(&event.what);
    if (!file) return prepare_sweep(event, clock, quiet_after(recording, programme, clock, event_end(event)));
    auto wave = recorded_wave(*file, event.on, recording.rate_hz);
    if (!wave) return wave.error();
    const double end_s = file->start_s + static_cast<double>(wave->size()) / recording.rate_hz;
    return prepare_wave(*wave, clock, file->start_s, quiet_after(recording, programme, clock, end_s),
                        recording.frames(), early);
}

namespace {

Result<Probe> probe_of(const Recording& recording, const Programme& programme, const Clock& clock, int orders,
                       std::size_t i) {
    const auto prepared = prepared_event(recording, programme, clock, i);
    if (!prepared) return prepared.error();
    const Event& event = programme.events[i];
    Probe probe;
    probe.event = i;
    probe.drives = event.on;
    // What plays on the other side at the same time cannot be told apart from it.
    for (const Event& e : programme.events)
        if (&e != &event && !std::holds_alternative<Silence>(e.what) && event_start(e) < event_end(event) &&
            event_end(e) > event_start(event))
            for (const Side side : sides) probe.drives[side] = probe.drives[side] || e.on[side];
    probe.start_s = event_start(event);
    probe.f1_hz = prepared->f1_hz;
    probe.f2_hz = std::min(prepared->f2_hz, 0.5 * recording.rate_hz);
    probe.sweep = std::holds_alternative<Sweep>(event.what);
    if (probe.sweep) {
        const auto& s = std::get<Sweep>(event.what);
        probe.fade_in_hz = s.f1_hz * std::exp(s.fade_in_s / s.rate_s);
        probe.fade_out_hz = s.f2_hz * std::exp(-s.fade_out_s / s.rate_s);
    }
    std::vector<std::span<const double>> ys;
    for (const Side side : sides)
        if (recording.has(side)) {
            probe.captured.push_back(side);
            ys.emplace_back(recording.samples[side]);
        }
    probe.deconvolution = std::make_unique<Deconvolution>(ys, prepared->excitation(), orders);
    return probe;
}

}  // namespace

double grain_of(std::span<const double> samples, double step) {
    constexpr std::size_t alike = 64;
    constexpr double steps = 0.3;
    // A run of so many covers a multiple of half as many and the sample before that.
    for (std::size_t at = alike / 2; at < samples.size(); at += alike / 2) {
        if (samples[at] != samples[at - 1]) continue;
        std::size_t first = at - 1, end = at + 1;
        while (first > 0 && samples[first - 1] == samples[at]) --first;
        while (end < samples.size() && samples[end] == samples[at]) ++end;
        if (end - first >= alike) return steps * step;
        at = end - end % (alike / 2);
    }
    return 0.0;
}

Result<std::vector<Probe>> probe_all(const Recording& recording, const Programme& programme,
                                     const Clock& clock, int orders) {
    std::vector<std::size_t> wide;
    for (std::size_t i = 0; i < programme.events.size(); ++i) {
        const auto& what = programme.events[i].what;
        if (std::holds_alternative<Sweep>(what) || std::holds_alternative<FileEvent>(what)) wide.push_back(i);
    }
    std::vector<std::optional<Result<Probe>>> found(wide.size());
    share_out(analysis_threads, wide.size(),
              [&](std::size_t k) { found[k] = probe_of(recording, programme, clock, orders, wide[k]); });
    std::vector<Probe> out;
    for (auto& probe : found) {
        if (!*probe) return probe->error();
        out.push_back(std::move(**probe));
    }
    return out;
}

std::vector<double> octave_grid(double low_hz, double high_hz, int per_octave) {
    std::vector<double> out;
    const int first = static_cast<int>(std::ceil(per_octave * std::log2(low_hz / 1000.0)));
    for (int k = first;; ++k) {
        const double f = 1000.0 * std::exp2(static_cast<double>(k) / per_octave);
        if (f > high_hz) return out;
        out.push_back(f);
    }
}

std::vector<double> reading_grid(const Probe& probe, int per_octave) {
    const double low_hz = 1.15 * probe.f1_hz, high_hz = 0.975 * probe.f2_hz;
    if (probe.sweep) return octave_grid(low_hz, high_hz, per_octave);
    auto out = octave_grid(std::max(low_hz, lowest_of_recorded_hz), high_hz, per_octave);
    std::erase_if(out, [&](double f) { return !probe.deconvolution->excites(f); });
    return out;
}

bool is_heard(const Probe& probe) {
    const auto grid = reading_grid(probe, 3);
    for (std::size_t y = 0; y < probe.captured.size(); ++y) {
        std::size_t clear = 0;
        for (const double f : grid) {
            const Estimate e = probe.deconvolution->transfer(y, f);
            clear += std::abs(e.value) > 3.0 * e.noise && std::abs(e.value) > 1e-6;
        }
        if (2 * clear >= grid.size()) return true;
    }
    return grid.empty();
}

double harmonic_systematic_db(const Probe& probe, int order, double f0_hz, double cycles) {
    if (f0_hz < 2.9 * probe.f1_hz) return 1.5;
    const double half_s = cycles / (order * f0_hz);
    const double to_fade = (probe.fade_out_hz - order * f0_hz) * half_s;
    const double of_fade =
        to_fade < 2.0 ? 0.08 * std::min(1.0, (probe.f2_hz - probe.fade_out_hz) * half_s) : 0.0;
    return std::hypot(0.01, 0.15 * std::pow(3.0 / cycles, 3), of_fade);
}

std::optional<MeasuredMatrix> matrix_at_1khz(const std::vector<Probe>& probes, double shift_samples,
                                             double rate_hz) {
    MeasuredMatrix out;
    PerSide<bool> driven{};
    double largest = 0.0;
    for (const Probe& probe : probes) {
        if (probe.drives[Side::left] == probe.drives[Side::right] || probe.captured.size() < 2) continue;
        const Side from = probe.drives[Side::left] ? Side::left : Side::right;
        out.frequency_hz =
            probe.f1_hz < 800.0 && probe.f2_hz > 1250.0 ? 1000.0 : std::sqrt(probe.f1_hz * probe.f2_hz);
        const auto turn = std::polar(1.0, 2.0 * pi * out.frequency_hz * shift_samples / rate_hz);
        for (const Side to : sides) {
            out.from[to][from] =
                probe.deconvolution->transfer_value(*probe.y_of(to), out.frequency_hz) * turn;
            largest = std::max(largest, std::abs(out.from[to][from]));
        }
        driven[from] = true;
    }
    if (!driven[Side::left] || !driven[Side::right] || largest <= 0.0) return std::nullopt;
    for (const Side to : sides)
        for (const Side from : sides) out.from[to][from] /= largest;
    return out;
}

}  // namespace fourpole
