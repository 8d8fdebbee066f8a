// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/correlate.hpp"
#include "rig/measure/excitation.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/recorded_wave.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/timing.hpp"

#include <cmath>
#include <optional>

namespace fourpole {

namespace {

/// The first sweep or recorded stimulus as samples at the capture's rate.
Result<std::vector<double>> stimulus_wave(const Programme& programme, const Clock& clock, double& start_s,
                                          bool& sweep) {
    for (const Event& event : programme.events) {
        start_s = event_start(event), sweep = std::holds_alternative<Sweep>(event.what);
        if (const auto* file = std::get_if<FileEvent>(&event.what))
            return recorded_wave(*file, event.on, clock.rate_hz);
        if (!sweep) continue;
        // At the player's clock, and on the capture's own samples from the nearest one on.
        const double first = std::round(clock.sample_at(start_s));
        std::vector<double> wave(
            static_cast<std::size_t>(clock.sample_at(event_end(event)) - clock.sample_at(start_s)) + 2);
        Clock whole = clock;
        whole.start += first - clock.sample_at(start_s);
        add_event(event, whole, first, wave);
        return wave;
    }
    return Fault{Fault::Kind::bad_input, "",
                 "an impulse response needs a sweep or a recorded stimulus; the programme has neither"};
}

}  // namespace

Result<Recording> impulse_response(const Take& take, const Programme& programme, double before_s,
                                   double seconds, std::optional<double> start) {
    const auto recording = recording_of(take, programme);
    if (!recording) return recording.error();
    auto timing = coarse_timing(*recording, programme, take.facts.same_clock || start);
    if (!timing) return timing.error();
    if (start) timing->clock.start = *start;
    if (!timing->found && !start)
        return Fault{Fault::Kind::take_invalid, "",
                     "the programme is not in this take; it has no impulse response"};
    double start_s = 0.0;
    bool sweep = false;
    const auto wave = stimulus_wave(programme, timing->clock, start_s, sweep);
    if (!wave) return wave.error();

    // A sweep stands at the player's clock already.
    Clock clock = timing->clock;
    if (sweep) clock.ppm = 0.0, clock.start += timing->clock.sample_at(start_s) - clock.sample_at(start_s);
    const PreparedEvent prepared = prepare_wave(*wave, clock, start_s, 0.0);
    const LagWindow window{-std::lround(before_s * recording->rate_hz),
                           static_cast<std::size_t>(std::lround(seconds * recording->rate_hz))};
    Recording out;
    out.rate_hz = recording->rate_hz;
    for (const Side side : sides)
        if (recording->has(side)) {
            const std::span<const double> y = recording->samples[side];
            out.samples[side] =
                std::move(correlate({&y, 1}, prepared.origin, prepared.inverse, {&window, 1})[0][0]);
        }
    return out;
}

}  // namespace fourpole
