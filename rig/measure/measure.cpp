// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/measure.hpp"

#include "rig/analysis/health.hpp"
#include "rig/measure/chirp_check.hpp"
#include "rig/measure/crosstalk_causes.hpp"
#include "rig/measure/heard_tones.hpp"
#include "rig/measure/mains_beside_tones.hpp"
#include "rig/measure/noise_places.hpp"
#include "rig/measure/played_noise.hpp"
#include "rig/measure/stream_health.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/timing.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/measure/wiring_readings.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr int highest_order = highest_harmonic;
constexpr double largest_sample = 64.0;  ///< of full scale; floating point files may exceed 1
// Probes of one stream agree on its time to a fraction of a sample; two sides of one
// earphone differ by less than one. More is a break where nothing played.
constexpr double largest_disagreement = 2.0;
constexpr double largest_side_delay_s = 1e-4;
// A chirp and a sweep through one device stand together to 1e-3 sample; a clock that wanders by
// 1e-8 in between makes 3e-3, one lost frame at least 0.2.
constexpr double largest_chirp_offset = 0.1, least_of_a_frame = 0.2;

constexpr const char* needs_a_circuit =
    "an impedance is read before and after a sense resistor, and the \"impedance\" block of a calibration "
    "file says which resistor that is (fourpole analyze --help)";

constexpr const char* needs_loads =
    "what lies before a load is told by loads that are known: the \"loads\" block of a calibration file "
    "(fourpole analyze --help)";

/// Why a reading that was asked for is not there.
std::string why_missing(const std::string& asked) {
    if (asked == "impedance") return needs_a_circuit;
    if (asked == "output_impedance" || asked == "power") return needs_loads;
    return "this version reads nothing of that name from the programme's events";
}

constexpr const char* noise_is_nowhere =
    "the programme's noise is not in this take: no input is louder while it plays; a stopped player, another "
    "programme, or an open lead";

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

bool has_chirps_of(const Programme& programme, Side side) {
    return std::any_of(programme.events.begin(), programme.events.end(), [&](const Event& e) {
        return std::holds_alternative<Chirp>(e.what) && e.on[side] && !e.on[other(side)];
    });
}

/// What is wrong with the probes, in words; "" where nothing is. A side of which nothing arrives at
/// all is a reading (one side only), not a fault.
std::string trouble_of_probes(const Recording& recording, const Programme& programme, const FineTiming& fine,
                              Measurement& out) {
    const auto nowhere = std::string(
        "the programme is not in this take where its markers say: a sweep was not found in its place");
    bool any = fine.probes.empty();
    for (const Probe& probe : fine.probes) any = any || probe.heard;
    if (!any) return nowhere;
    for (const Probe& probe : fine.probes) {
        if (probe.heard) continue;
        if (probe.drives[Side::left] == probe.drives[Side::right]) return nowhere;
        const Side side = probe.drives[Side::left] ? Side::left : Side::right;
        if (hears_chirp_of(recording, programme, fine, side)) return nowhere;
        out.reasons.push_back(fmt::format(
            "silent side: nothing of what the player's {} side plays arrives at any input; unplugged, muted, "
            "or a contact that is open",
            name(side)));
    }
    const auto off = chirp_offset(recording, programme, fine);
    // One side may come later than the other by itself: then the chirps of each stand with its sweep.
    const bool each_with_its_chirps = off && std::abs(off->samples) <= largest_chirp_offset &&
                                      has_chirps_of(programme, Side::left) &&
                                      has_chirps_of(programme, Side::right);
    // Beyond that, words of a phase at 1 kHz would be words of the delay.
    if (each_with_its_chirps && fine.disagreement > largest_side_delay_s * recording.rate_hz)
        return fmt::format(
            "side delay: nothing broke, yet what one side plays comes more than {:.1g} ms after the other "
            "side's; the two are no pair to be measured together",
            1e3 * largest_side_delay_s);
    if (fine.disagreement > largest_disagreement && !each_with_its_chirps)
        return fmt::format(
            "lost or inserted frames: the programme's events stand {:.0f} samples or more apart "
            "from each other's time, with no break while they play; the stream broke in a pause",
            fine.disagreement);
    if (off && std::abs(off->samples) > std::max(largest_chirp_offset, 6.0 * off->u) &&
        std::abs(off->samples) < least_of_a_frame)
        return fmt::format(
            "the time wanders: a chirp stands {:+.2f} samples from where the sweeps put it, with no break "
            "while "
            "they play; a clock that drifts, or the rest of a frame that was lost in a pause",
            off->samples);
    if (off && std::abs(off->samples) > std::max(largest_chirp_offset, 6.0 * off->u))
        return fmt::format(
            "lost or inserted frames: a chirp stands {:+.2f} samples from where the sweeps put it, "
            "with no break while they play; the stream broke in a pause or the player's clock wanders",
            off->samples);
    return "";
}

/// What is wrong with the tones, in words; "" where nothing is.
std::string trouble_of_tones(const Programme& programme, const Timing& by_markers, const Timing& timing,
                             const HeardTones& tones) {
    const bool any =
        std::any_of(tones.fitted.segments.begin(), tones.fitted.segments.end(), [](const FittedSegment& s) {
            return s.input[Side::left].has_value() || s.input[Side::right].has_value();
        });
    const bool plays = std::any_of(programme.events.begin(), programme.events.end(),
                                   [](const Event& e) { return std::holds_alternative<Tones>(e.what); });
    if (plays && !any && !by_markers.has_markers)
        return "the programme's tones are not in this take: no input holds them steadily; a stopped player, "
               "another programme, or an open lead";
    if (any && !by_markers.found && std::abs(timing.clock.ppm) > largest_ppm)
        return fmt::format(
            "wrong rate: the tones run {:+.0f} ppm off the programme's; more than {:.0f} ppm is a wrong "
            "sample "
            "rate, not a clock",
            timing.clock.ppm, largest_ppm);
    return "";
}

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
        r.details.emplace_back("why", why_missing(asked));
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

}  // namespace

Result<Measurement> measure(const Take& take, const Programme& programme, bool same_clock,
                            const MeasureProgress& told) {
    const auto tell = [&told](double part) {
        if (told) told(part);
    };
    Measurement out;
    auto recording = recording_of(take, programme);
    if (!recording) return recording.error();
    judge_channels(take, *recording, out);
    if (!out.valid) {
        void_take(out, {}, "");
        return out;
    }
    judge_levels(*recording, programme, converter_step(take), out);
    auto timing = coarse_timing(*recording, programme, same_clock || take.facts.same_clock);
    if (!timing) return timing.error();
    tell(0.3);
    const std::string trouble = judge_stream(take, *recording, programme, *timing, out);
    if (!out.valid) {
        void_take(out, *timing, trouble);
        return out;
    }

    tell(0.5);
    auto fine =
        fine_timing(*recording, programme, *timing, same_clock || take.facts.same_clock, highest_order);
    if (!fine) return fine.error();
    if (const std::string words = trouble_of_probes(*recording, programme, *fine, out); !words.empty()) {
        void_take(out, *timing, words);
        return out;
    }
    PerSide<double> grain{};
    for (const Side side : sides)
        if (recording->has(side)) grain[side] = grain_of(recording->samples[side], converter_step(take));
    tell(0.7);
    const HeardTones tones = hear_tones(*recording, programme, grain, same_clock || take.facts.same_clock,
                                        2.5 * converter_step(take), fine->timing);
    const auto noise = place_noise(*recording, programme, fine->timing);
    std::string odd = trouble_of_tones(programme, *timing, fine->timing, tones);
    if (odd.empty() && noise.empty() && !timing->has_markers && !noise_segments(programme).empty())
        odd = noise_is_nowhere;
    if (odd.empty()) read_breaks(tones.breaks, take.first_frame, out);
    if (!out.valid || !odd.empty()) {
        void_take(out, fine->timing, odd);
        return out;
    }
    if (timing->has_markers || fine->timing.found || wants(programme, "stream"))
        out.readings.push_back(clock_reading(fine->timing));
    if (std::any_of(fine->probes.begin(), fine->probes.end(),
                    [](const Probe& p) { return p.drives[Side::left] && p.drives[Side::right]; }))
        out.reasons.emplace_back(
            "both sides play at once: a side's response holds what leaks into it from the other, and "
            "crosstalk cannot be told");
    for (Probe& probe : fine->probes)
        if (const auto* sweep = std::get_if<Sweep>(&programme.events[probe.event].what))
            for (const Side side : sides) probe.grain[side] = grain[side] / sweep->amplitude;
    if (only_impedance(programme)) {
        out.reasons.push_back(fmt::format("impedance: not measured; {}", needs_a_circuit));
        add_what_is_missing(programme, out);
        return out;
    }
    tell(0.9);
    const SideMap map = read_wiring(*fine, tones, *recording, out);
    read_sweeps(fine->probes, map, calibration_of(take), fine->shift_samples, recording->rate_hz,
                programme.analyses, highest_order, out.readings);
    const Calibration calibration = calibration_of(take);
    const ToneContext context{tones.fitted, map, calibration, programme.analyses, tones.clock};
    read_tones(context, out.readings);
    split_crosstalk(out.readings);
    read_idle_noise(*recording, programme, fine->timing.clock, context, out.readings);
    read_played_noise(*recording, programme.sample_rate_hz, noise,
                      quiet_stretches(*recording, programme, fine->timing.clock), context, out.readings);
    for (Reading& r : out.readings)
        if (r.name == "response" && r.definition.find(".noise") == std::string::npos)
            r.details.emplace_back("polarity", polarity(r));
    if (wants(programme, "dc") || wants(programme, "mains"))
        read_quiet(*recording, quiet_stretches(*recording, programme, fine->timing.clock), fine->timing.found,
                   out);
    read_dc_beside_tones(context, out.readings);
    read_mains_beside_tones(context, out);
    add_what_is_missing(programme, out);
    return out;
}

}  // namespace fourpole
