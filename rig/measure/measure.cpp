// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/measure.hpp"

#include "rig/analysis/health.hpp"
#include "rig/measure/crosstalk_causes.hpp"
#include "rig/measure/heard_tones.hpp"
#include "rig/measure/mains_beside_tones.hpp"
#include "rig/measure/noise_places.hpp"
#include "rig/measure/played_noise.hpp"
#include "rig/measure/recorded_wave.hpp"
#include "rig/measure/stopped_tones.hpp"
#include "rig/measure/stream_health.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/timing.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/trouble.hpp"
#include "rig/measure/unread_tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/measure/wiring_readings.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace fourpole {

namespace {

constexpr int highest_order = highest_harmonic;
constexpr double largest_sample = 64.0;  ///< of full scale; floating point files may exceed 1
constexpr const char* needs_a_circuit =
    "an impedance is read before and after a sense resistor, and the \"impedance\" block of a calibration "
    "file says which resistor that is (fourpole analyze --help)";

constexpr const char* needs_loads =
    "what lies before a load is told by loads that are known: the \"loads\" block of a calibration file "
    "(fourpole analyze --help)";

bool is_of_tones(std::string_view asked) {
    constexpr std::array of_tones{"level",     "thd",           "thd_n",         "harmonics", "linearity",
                                  "imd_smpte", "imd_md",        "imd_dfd",       "imd_ccif",  "jitter",
                                  "wander",    "dynamic_range", "effective_bits"};
    return std::find(of_tones.begin(), of_tones.end(), asked) != of_tones.end();
}

/// Why a reading that was asked for is not there.
std::string why_missing(const std::string& asked, const Programme& programme,
                        const std::vector<std::string>& unread) {
    if (asked == "impedance") return needs_a_circuit;
    if (asked == "output_impedance" || asked == "power") return needs_loads;
    if (!unread.empty() && is_of_tones(asked)) return unread.front();
    const bool recorded = std::any_of(programme.events.begin(), programme.events.end(), [](const Event& e) {
        return std::holds_alternative<FileEvent>(e.what);
    });
    if (recorded && (asked == "response" || asked == "crosstalk"))
        return "the stimulus file fills no band from 10 Hz up: single tones or nearly nothing play in it; "
               "write tones as events of the programme";
    return "this version reads nothing of that name from the programme's events";
}

/// Invalid, and the clock unbelieved.
void void_take(Measurement& out, Timing timing, const std::string& reason) {
    out.valid = false;
    if (!reason.empty()) out.reasons.push_back(reason);
    timing.u_ppm.reset();
    timing.found = false;
    timing.from = "nothing: the take is invalid";
    out.readings.push_back(clock_reading(timing));
}

/// "+" or "-" by the phase at 1 kHz (delay taken out); a device that turns it by more than
/// 45 degrees from both has no polarity.
std::string polarity(const Reading& response) {
    const Point* best = nullptr;
    for (const Point& p : response.points)
        if (p.phase_deg &&
            (!best || std::abs(std::log(*p.at / 1000.0)) < std::abs(std::log(*best->at / 1000.0))))
            best = &p;
    if (!best) return "not measured";
    const double along = std::cos(*best->phase_deg / degrees_per_radian);
    return along > 0.707 ? "+" : along < -0.707 ? "-" : "neither";
}

bool wants(const Programme& programme, std::string_view what) { return wanted(programme.analyses, what); }

void read_tones(const ToneContext& context, Readings& out) {
    if (context.tones.segments.empty()) return;
    read_levels(context, out);
    const bool swept =
        std::any_of(out.begin(), out.end(), [](const Reading& r) { return r.name == "transfer"; });
    if (!swept) read_tone_responses(context, out);
    read_distortion(context, out);
    read_interchannel(context, out);
    read_clipping_knee(context, out);
    read_intermodulation(context, out);
    read_dynamic_range(context, out);
    if (wanted(context.analyses, "jitter")) read_jitter(context, out);
    if (wanted(context.analyses, "wander")) read_wander(context, out);
}

/// Every analysis that the programme asks for leaves a reading, if only to say that it has none.
void add_what_is_missing(const Programme& programme, Measurement& out) {
    const auto unread = unread_tones(programme);
    constexpr std::size_t most_told = 4;
    out.reasons.insert(out.reasons.end(), unread.begin(),
                       unread.begin() + static_cast<std::ptrdiff_t>(std::min(unread.size(), most_told)));
    for (const std::string& asked : programme.analyses) {
        const std::string reading = asked == "harmonics" ? "harmonic"
                                    : asked == "stream"  ? "clock_offset"
                                                         : asked;
        const bool there = std::any_of(out.readings.begin(), out.readings.end(),
                                       [&](const Reading& r) { return r.name == reading; });
        if (there) continue;
        Reading r;
        r.name = reading;
        r.definition = reading + ".none@1";
        r.points.push_back({.state = State::not_measured});
        r.details.emplace_back("why", why_missing(asked, programme, unread));
        out.readings.push_back(std::move(r));
    }
}

/// The two channels are then before and after a sense resistor, and nothing of them as sides makes sense.
bool only_impedance(const Programme& programme) {
    return !programme.analyses.empty() &&
           std::all_of(programme.analyses.begin(), programme.analyses.end(),
                       [](const std::string& a) { return a == "impedance" || a == "stream"; });
}

/// Samples that no converter gives, and channels that nobody asked for.
void judge_channels(const Take& take, const Recording& recording, Measurement& out) {
    for (const Side side : sides)
        if (recording.has(side) && peak(recording.samples[side]) > largest_sample) {
            out.valid = false;
            out.reasons.push_back(
                fmt::format("the {} channel reaches {:.3g} times full scale; no converter does that, "
                            "the file is damaged or scaled in another unit",
                            name(side), peak(recording.samples[side])));
        }
    if (take.channels.size() > 2 && take.facts.channels.empty())
        out.reasons.push_back(
            fmt::format("{} channels: the first two are taken as left and right, the others are "
                        "not used",
                        take.channels.size()));
}

Fault stopped() { return {Fault::Kind::stopped, "", "stopped while a take was read"}; }

/// What was found in a take, before anything is read from it.
struct Heard {
    Timing by_markers;
    FineTiming fine;
    HeardTones tones;
    std::vector<NoiseStretch> noise;
};

/// Finds the programme in the take and judges the stream. Nothing where the take is void: `out` says why.
Result<std::optional<Heard>> hear(const Take& take, const Recording& recording, const Programme& programme,
                                  bool same_clock, const std::function<bool(double)>& tell,
                                  Measurement& out) {
    judge_channels(take, recording, out);
    if (!out.valid) {
        void_take(out, {}, "");
        return std::optional<Heard>();
    }
    const double step = converter_step(take);
    judge_levels(recording, programme, step, out);
    auto timing = coarse_timing(recording, programme, same_clock, 2.5 * step);
    if (!timing) return timing.error();
    if (!tell(0.3)) return stopped();
    const std::string trouble = judge_stream(take, recording, programme, *timing, out);
    if (!out.valid) {
        void_take(out, *timing, trouble);
        return std::optional<Heard>();
    }
    if (!tell(0.5)) return stopped();
    auto fine = fine_timing(recording, programme, *timing, same_clock, highest_order);
    if (!fine) return fine.error();
    if (fine->between_sweeps) {
        Breaks found;
        found.events = {*fine->between_sweeps};
        read_breaks(std::move(found), take.first_frame, out);
        void_take(out, *timing, "");
        return std::optional<Heard>();
    }
    if (const std::string words = trouble_of_probes(recording, programme, *fine, out); !words.empty()) {
        void_take(out, *timing, words);
        return std::optional<Heard>();
    }
    PerSide<double> grain{};
    for (const Side side : sides)
        if (recording.has(side)) grain[side] = grain_of(recording.samples[side], step);
    for (Probe& probe : fine->probes)
        if (const auto* sweep = std::get_if<Sweep>(&programme.events[probe.event].what))
            for (const Side side : sides) probe.grain[side] = grain[side] / sweep->amplitude;
    if (!tell(0.7)) return stopped();
    HeardTones tones = hear_tones(recording, programme, grain, same_clock, 2.5 * step, fine->timing);
    auto noise = place_noise(recording, programme, fine->timing);
    std::string odd = trouble_of_tones(programme, *timing, fine->timing, tones, recording.rate_hz);
    if (odd.empty()) odd = trouble_of_noise(programme, *timing, noise.size());
    if (odd.empty() && tones.breaks.events.empty())
        odd = stopped_tones(recording, tone_segments(programme), *timing);
    if (odd.empty()) read_breaks(tones.breaks, take.first_frame, out);
    if (!out.valid || !odd.empty()) {
        void_take(out, fine->timing, odd);
        return std::optional<Heard>();
    }
    for (std::string& absent : absent_tones(programme, tones, recording.rate_hz))
        out.reasons.push_back(std::move(absent));
    if (!noise.empty())
        out.reasons.emplace_back(
            "noise: frames lost or inserted while it plays are not looked for, its sequence is not known");
    return std::optional(Heard{std::move(*timing), std::move(*fine), std::move(tones), std::move(noise)});
}

/// Everything that the programme's events and analyses allow.
void read_all(const Take& take, const Recording& recording, const Programme& programme, const Heard& heard,
              Measurement& out) {
    const auto& [by_markers, fine, tones, noise] = heard;
    const Calibration calibration = calibration_of(take);
    const auto pauses = quiet_stretches(recording, programme, fine.timing.clock, fine.timing.u_start);
    const SideMap map = read_wiring(fine, tones, recording, out);
    read_sweeps(fine.probes, map, calibration, fine.shift_samples, recording.rate_hz, programme.analyses,
                highest_order, out.readings);
    const ToneContext context{tones.fitted, map, calibration, programme.analyses, tones.clock};
    read_tones(context, out.readings);
    split_crosstalk(out.readings);
    read_idle_noise(recording, programme, fine.timing.clock, converter_step(take), context, out.readings);
    read_played_noise(recording, programme.sample_rate_hz, noise, pauses, context, out.readings);
    for (Reading& r : out.readings)
        if (r.name == "response" && r.definition.find(".noise") == std::string::npos)
            r.details.emplace_back("polarity", polarity(r));
    if (wants(programme, "dc") || wants(programme, "mains"))
        read_quiet(recording, pauses, fine.timing.found, converter_step(take), out);
    read_dc_beside_tones(context, out.readings);
    read_mains_beside_tones(context, out);
}

/// measure() of samples that stand in `recording` already.
Result<Measurement> measure_recording(const Take& take, const Recording& recording, const Programme& given,
                                      bool same_clock, const MeasureProgress& told) {
    const Programme programme = with_file_lengths(given);
    const auto tell = [&told](double part) { return !told || told(part); };
    Measurement out;
    const auto heard = hear(take, recording, programme, same_clock || take.facts.same_clock, tell, out);
    if (!heard) return heard.error();
    if (!*heard) return out;
    const FineTiming& fine = (*heard)->fine;
    if ((*heard)->by_markers.has_markers || fine.timing.found || wants(programme, "stream"))
        out.readings.push_back(clock_reading(fine.timing));
    if (std::any_of(fine.probes.begin(), fine.probes.end(),
                    [](const Probe& p) { return p.drives[Side::left] && p.drives[Side::right]; }))
        out.reasons.emplace_back(
            "both sides play at once: a side's response holds what leaks into it from the other, and "
            "crosstalk cannot be told");
    if (!tell(0.9)) return stopped();
    if (only_impedance(programme))
        out.reasons.push_back(fmt::format("impedance: not measured; {}", needs_a_circuit));
    else
        read_all(take, recording, programme, **heard, out);
    add_what_is_missing(programme, out);
    return out;
}

}  // namespace

Result<Measurement> measure(const Take& take, const Programme& programme, bool same_clock,
                            const MeasureProgress& told) {
    const auto recording = recording_of(take, programme);
    if (!recording) return recording.error();
    return measure_recording(take, *recording, programme, same_clock, told);
}

Result<Measurement> measure_in_place(Take& take, const Programme& programme, bool same_clock,
                                     const MeasureProgress& told) {
    const auto channel = side_channels(take, programme);
    if (!channel) return channel.error();
    Recording recording;
    recording.rate_hz = take.rate_hz;
    const auto change_hands = [&] {
        for (const Side side : sides)
            if ((*channel)[side]) std::swap(recording.samples[side], take.channels[*(*channel)[side]]);
    };
    change_hands();
    auto out = measure_recording(take, recording, programme, same_clock, told);
    change_hands();
    return out;
}

}  // namespace fourpole
