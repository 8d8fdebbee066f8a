// SPDX-License-Identifier: GPL-3.0-or-later
// The clock, the start and the stream.
#pragma once

#include "tests/conformance_takes.hpp"
#include "tests/made_take.hpp"

namespace fourpole::conformance {

inline std::optional<double> pilot_ppm() {
    return worst_of(3, [](unsigned seed) {
        Played p;
        p.seconds = 10.0, p.ppm = 37.31, p.start = 0.0;
        static const auto samples = clean(tone(10000.0, 10.0, {"stream"}), p);
        const Measurement m =
            fourpole::measured(tone(10000.0, 10.0, {"stream"}), samples, 0.5 * rms_of(-60.0), seed);
        return *reading(m.readings, "clock_offset").scalar().value - 37.31;
    });
}

/// Two chirps on both sides, 6.2 s apart.
struct ByChirps {
    double ppm = 0.0, start = 0.0;
};
inline ByChirps by_chirps(double dbfs, unsigned seed) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = 6.6;
    for (const double at : {0.1, 6.3})
        p.events.push_back({Chirp{at, 0.15, 500.0, 12000.0, 0.25, 0.02}, {{true, true}}});
    const How how{.seconds = 7.0, .noise = rms_of(dbfs), .seed = seed};
    const Measurement m = read(p, how);
    const Reading& r = reading(m.readings, "clock_offset");
    return {*r.scalar().value - how.ppm, detail<double>(r, "start") - how.start};
}
inline std::optional<double> chirps_ppm_70() {
    return worst_of(3, [](unsigned seed) { return by_chirps(-70.0, seed).ppm; });
}
inline std::optional<double> chirps_ppm_90() {
    return worst_of(3, [](unsigned seed) { return by_chirps(-90.0, seed).ppm; });
}
inline std::optional<double> chirps_start() {
    return worst_of(3, [](unsigned seed) { return by_chirps(-90.0, seed).start; });
}

/// rms of the track's error; the straight line in the truth is the clock's own.
inline std::optional<double> time_track() {
    Played p;
    p.seconds = 10.0, p.ppm = 37.31;
    p.noise = 0.5 * rms_of(-61.0);
    p.late = sine(50e-9, 0.7, 1.0);
    const Measurement m = fourpole::measured(tone(10000.0, 10.0, {"wander"}), p);
    const Reading& r = reading(m.readings, "wander");
    const double from = (1.0 + 37.31e-6) * static_cast<double>(detail<std::int64_t>(r, "from_sample")) / rate;
    const double middle = 0.5 * (*r.points.front().at + *r.points.back().at);
    const auto truth = [&](double t) { return 50.0 * std::sin(2.0 * pi * 0.7 * (from + t) + 1.0); };
    double sum = 0.0, slope = 0.0, energy = 0.0, squares = 0.0;
    for (const Point& q : r.points) {
        const double t = *q.at - middle;
        sum += truth(*q.at), slope += truth(*q.at) * t, energy += t * t;
    }
    const auto count = static_cast<double>(r.points.size());
    for (const Point& q : r.points)
        squares += std::pow(ns(*q.value) - truth(*q.at) + sum / count + slope / energy * (*q.at - middle), 2);
    return std::sqrt(squares / count);
}

/// Samples by which the places and counts of one break are off, together; 1000 where it is not that one.
inline double off_by(Take take, const Programme& programme, Discontinuity::Kind kind, std::int64_t count,
                     std::int64_t at) {
    const Measurement m = read(take, programme);
    const Reading* r = find(m.readings, "discontinuity");
    if (!r || m.valid) return 1000.0;
    const auto events = detail<std::vector<Discontinuity>>(*r, "events");
    if (events.size() != 1 || events[0].kind != kind) return 1000.0;
    return static_cast<double>(std::abs(events[0].count - count) + std::abs(events[0].at_sample - at));
}
inline std::optional<double> breaks() {
    const Programme programme = sweep_pair();
    const Take whole = played(programme, 37.31, 9000.5);
    Take lost = whole, inserted = whole, one = whole;
    lose(lost, 118'321, 64), insert_zeros(inserted, 220'943, 37), lose(one, 259'973, 1);
    return off_by(lost, programme, Discontinuity::Kind::lost, 64, 118'321) +
           off_by(inserted, programme, Discontinuity::Kind::inserted, 37, 220'943) +
           off_by(one, programme, Discontinuity::Kind::lost, 1, 259'973);
}

inline std::optional<double> kit_pilot() {
    if (!kit()) return {};
    return std::abs(*reading(of_kit("pilot_10s_60db").readings, "clock_offset").scalar().value - 37.31);
}
inline std::optional<double> kit_chirps() {
    if (!kit()) return {};
    return std::abs(*reading(of_kit("sweep_p37_noise90").readings, "clock_offset").scalar().value - 37.31);
}
inline std::optional<double> kit_breaks() {
    if (!kit()) return {};
    const Measurement m = of_kit("sweep_drops_p37");
    const auto events = detail<std::vector<Discontinuity>>(reading(m.readings, "discontinuity"), "events");
    const std::pair<std::int64_t, std::int64_t> truth[] = {{64, 118'321}, {37, 220'943}, {1, 259'973}};
    if (events.size() != std::size(truth)) return 1000.0;
    std::int64_t off = 0;
    for (std::size_t i = 0; i < events.size(); ++i)
        off += std::abs(events[i].count - truth[i].first) + std::abs(events[i].at_sample - truth[i].second);
    return static_cast<double>(off);
}

}  // namespace fourpole::conformance
