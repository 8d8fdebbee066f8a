// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/long_tone.hpp"

#include "rig/compare/comparison.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/timing.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/measure/whereabouts.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace fourpole {

namespace {

constexpr double overlap_s = 0.1;
constexpr std::size_t most_reasons = 20, least_stretches = 3;
constexpr std::int64_t same_break = 64;  ///< samples; two stretches that overlap tell it alike

/// The same tones for as long as a stretch lasts, as if they began and ended with it.
Programme for_stretch(const Programme& programme, double seconds) {
    Programme out = programme;
    out.length_s = seconds;
    for (Event& event : out.events) {
        if (auto* tones = std::get_if<Tones>(&event.what)) {
            tones->start_s = 0.0, tones->duration_s = seconds, tones->edge_s = 0.0;
        } else if (auto* jtest = std::get_if<JTest>(&event.what)) {
            jtest->start_s = 0.0, jtest->duration_s = seconds;
        } else if (auto* silence = std::get_if<Silence>(&event.what)) {
            silence->start_s = 0.0, silence->duration_s = seconds;
        }
    }
    return out;
}

/// What the first stretch gave is asked of the others too, but for what is its alone.
std::vector<std::string> asked_again(const Readings& first) {
    std::set<std::string> out{"stream"};
    for (const Reading& r : first) {
        const bool none = r.definition.find(".none@") != std::string::npos;
        const bool of_the_stream = r.name == "clock_offset" || r.name == "clipping";
        if (!none && !of_the_stream && r.name != "jitter" && r.name != "wander")
            out.insert(r.name == "harmonic" ? "harmonics" : r.name);
    }
    return {out.begin(), out.end()};
}

const Reading* clock_of(const Readings& readings) {
    const auto found = std::find_if(readings.begin(), readings.end(),
                                    [](const Reading& r) { return r.name == "clock_offset"; });
    return found == readings.end() || !found->scalar().value ? nullptr : &*found;
}

/// Time by which the player is ahead of its mean pace at the end of each stretch but the last.
std::optional<Reading> wander_of(const std::vector<Readings>& stretches, double step_s, double first_s) {
    double sum = 0.0, squares = 0.0;
    std::vector<double> ppm;
    for (const Readings& readings : stretches) {
        const Reading* clock = clock_of(readings);
        if (!clock || !clock->scalar().u) return std::nullopt;
        ppm.push_back(*clock->scalar().value);
        sum += ppm.back(), squares += *clock->scalar().u * *clock->scalar().u;
    }
    if (ppm.size() < least_stretches) return std::nullopt;
    const auto n = static_cast<double>(ppm.size());
    const double mean = sum / n, u_s = 1e-6 * step_s * std::sqrt(squares / n);
    Reading r{.name = "wander", .unit = "s", .definition = "wander.stretches@1"};
    r.curve = true;
    r.axis = "time_s";
    double time = 0.0, square = 0.0, low = 0.0, high = 0.0, noise = 0.0;
    for (std::size_t i = 0; i + 1 < ppm.size(); ++i) {
        const auto k = static_cast<double>(i + 1);
        time += 1e-6 * step_s * (ppm[i] - mean);
        const double u = u_s * std::sqrt(k * (1.0 - k / n));
        r.points.push_back({.at = k * step_s, .value = time, .u = u});
        square += time * time, noise += u * u;
        low = std::min(low, time), high = std::max(high, time);
    }
    r.details.emplace_back("stretch_s", step_s);
    r.details.emplace_back("from_s", first_s);
    r.details.emplace_back("rms_s", std::sqrt(square / (n - 1.0)));
    r.details.emplace_back("peak_to_peak_s", high - low);
    r.details.emplace_back("noise_rms_s", std::sqrt(noise / (n - 1.0)));
    const auto [slowest, fastest] = std::minmax_element(ppm.begin(), ppm.end());
    r.details.emplace_back("slowest_ppm", *slowest);
    r.details.emplace_back("fastest_ppm", *fastest);
    r.details.emplace_back("reference", std::string("the interface's converter"));
    return r;
}

/// All breaks as one reading, those of an overlap once.
Reading breaks_of(const std::vector<Reading>& all) {
    Reading out = all.front();
    std::vector<Discontinuity> events;
    for (const Reading& one : all)
        for (const Discontinuity& d : std::get<std::vector<Discontinuity>>(*one.detail("events")))
            if (events.empty() || std::abs(d.at_sample - events.back().at_sample) > same_break)
                events.push_back(d);
    double sum = 0.0, u = 0.0;
    bool known = true;
    for (const Discontinuity& d : events)
        sum += static_cast<double>(d.count), u = std::hypot(u, d.u_count), known &= !d.modulo_samples;
    // As of a short take: up to its modulus a count says nothing of how much was lost in all.
    out.points = {{.value = sum,
                   .u = known ? std::optional(u) : std::nullopt,
                   .state = known ? State::exact : State::at_least}};
    for (auto& [key, value] : out.details)
        if (key == "events") value = events;
    return out;
}

/// From here on glibc gives pieces of a megabyte back to the system as soon as they are free. On its heap the
/// few figures that each stretch leaves would stand between them, and tear it into holes that fit nothing: 5
/// GB after two hours.
void return_large_pieces() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

/// Equal stretches that reach from the tone's first sample to its last, each overlapping the next. A short
/// one at the end would rule no mean, and a long one would not be held.
struct Stretches {
    std::size_t count = 1, steps = 0, overlap = 0;

    Stretches(std::size_t frames, std::size_t most_held, std::size_t shared) {
        overlap = std::min(frames, shared);
        steps = frames - overlap;
        const std::size_t longest_step = most_held - shared;
        count = std::max<std::size_t>(1, (steps + longest_step - 1) / longest_step);
    }
    std::size_t from(std::size_t i) const { return steps * i / count; }
    std::size_t to(std::size_t i) const { return from(i + 1) + overlap; }
    double step_s(double rate_hz) const {
        return static_cast<double>(steps) / static_cast<double>(count) / rate_hz;
    }
};

/// What the stretches said, put together.
struct Together {
    bool valid = true;
    std::vector<std::string> reasons;
    std::vector<Readings> stretches;
    std::vector<Reading> breaks;

    void add(Measurement measured) {
        valid = valid && measured.valid;
        for (std::string& reason : measured.reasons)
            if (reasons.size() < most_reasons &&
                std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
                reasons.push_back(std::move(reason));
        // One that has none says so where it was asked.
        for (const Reading& r : measured.readings)
            if (r.name == "discontinuity" && r.detail("events")) breaks.push_back(r);
        std::erase_if(measured.readings, [](const Reading& r) { return r.name == "wander"; });
        if (measured.valid) stretches.push_back(std::move(measured.readings));
    }

    Readings readings(const Programme& programme, double step_s, double first_s) const {
        Readings out;
        if (!valid) {
            if (!breaks.empty()) out.push_back(breaks_of(breaks));
            Timing nothing;
            nothing.from = "nothing: the take is invalid";
            out.push_back(clock_reading(nothing));
            return out;
        }
        for (const Repeated& r : over_repeats(stretches)) {
            out.push_back(r.mean);
            for (auto& [key, value] : out.back().details)
                if (key == "takes") key = "stretches";
            // Where a stretch begins is no start of the programme.
            std::erase_if(out.back().details,
                          [](const auto& detail) { return detail.first.rfind("start", 0) == 0; });
        }
        if (wanted(programme.analyses, "wander"))
            if (auto wander = wander_of(stretches, step_s, first_s)) out.push_back(std::move(*wander));
        return out;
    }
};

}  // namespace

std::optional<ToneSegment> only_segment(const Programme& programme) {
    const auto steady = [](const Event& e) {
        return std::holds_alternative<Tones>(e.what) || std::holds_alternative<JTest>(e.what) ||
               std::holds_alternative<Silence>(e.what);
    };
    if (!std::all_of(programme.events.begin(), programme.events.end(), steady)) return std::nullopt;
    auto segments = tone_segments(programme);
    if (segments.size() != 1) return std::nullopt;
    return std::move(segments.front());
}

bool is_long_tone(const Programme& programme, const TakeReader& reader) {
    return reader.frames() > most_frames_whole &&
           2 * frames_needed(programme, reader.header().rate_hz) >= reader.frames() &&
           only_segment(programme);
}

Result<TakeRecord> record_of_long_tone(TakeReader& reader, const Take& take, const Programme& programme,
                                       bool same_clock, const ReadProgress& progress, std::size_t most_held) {
    const auto channels = channels_needed(take, programme, nullptr);
    if (!channels) return channels.error();
    const auto place = steady_place(reader, *channels, *only_segment(programme),
                                    [&](double part) { progress(0.2 * part, "looking for the tone"); });
    if (!place) return place.error();
    const Stretches stretches(place->frames, most_held, static_cast<std::size_t>(overlap_s * take.rate_hz));
    return_large_pieces();
    Together all;
    Programme asked = programme;
    for (std::size_t i = 0; i < stretches.count; ++i) {
        const std::size_t at = stretches.from(i);
        auto samples = reader.read(place->first + at, stretches.to(i) - at, *channels);
        if (!samples) return samples.error();
        Take piece = take;
        piece.first_frame = place->first + at;
        for (std::size_t k = 0; k < channels->size(); ++k)
            piece.channels[(*channels)[k]] = std::move((*samples)[k]);
        const double seconds = static_cast<double>(piece.frames()) / take.rate_hz;
        auto measured = measure(piece, for_stretch(asked, seconds), same_clock);
        if (!measured) return measured.error();
        if (i == 0) asked.analyses = asked_again(measured->readings);
        all.add(std::move(*measured));
        // Of a take that is void nothing but its breaks is told.
        if (!all.valid) asked.analyses = {"stream", "level"};
        progress(0.2 + 0.8 * static_cast<double>(at) / static_cast<double>(place->frames), "readings");
    }
    TakeRecord out = facts_of(take, programme);
    out.frames = static_cast<std::int64_t>(reader.frames());
    out.valid = all.valid;
    out.reasons = all.reasons;
    out.reasons.insert(
        out.reasons.begin(),
        fmt::format("long tone: {:.1f} s of it from {:.2f} s on were read in stretches of {:.1f} s; "
                    "figures are means over them",
                    static_cast<double>(place->frames) / take.rate_hz,
                    static_cast<double>(place->first) / take.rate_hz,
                    stretches.step_s(take.rate_hz) + overlap_s));
    out.readings = all.readings(programme, stretches.step_s(take.rate_hz),
                                static_cast<double>(place->first) / take.rate_hz);
    return out;
}

}  // namespace fourpole
