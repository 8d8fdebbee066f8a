// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/trouble.hpp"

#include "rig/measure/chirp_check.hpp"
#include "rig/measure/noise_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

// Probes of one stream agree on its time to a fraction of a sample; two sides of one
// earphone differ by less than one. More is a break where nothing played.
constexpr double largest_disagreement = 2.0;
constexpr double largest_side_delay_s = 1e-4;
// A chirp and a sweep through one device stand together to 1e-3 sample; a clock that wanders by
// 1e-8 in between makes 3e-3, one lost frame at least 0.2.
constexpr double largest_chirp_offset = 0.1, least_of_a_frame = 0.2;

constexpr std::size_t most_told = 3;

/// Segments of which a capture of this rate could hold something.
std::vector<ToneSegment> within_reach(const Programme& programme, double rate_hz) {
    std::vector<ToneSegment> out = tone_segments(programme);
    std::erase_if(out, [&](const ToneSegment& segment) {
        return std::none_of(segment.lines.begin(), segment.lines.end(),
                            [&](const PlayedLine& line) { return line.hz < 0.5 * rate_hz; });
    });
    return out;
}

bool has_chirps_of(const Programme& programme, Side side) {
    return std::any_of(programme.events.begin(), programme.events.end(), [&](const Event& e) {
        return std::holds_alternative<Chirp>(e.what) && e.on[side] && !e.on[other(side)];
    });
}

}  // namespace

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

std::string trouble_of_tones(const Programme& programme, const Timing& by_markers, const Timing& timing,
                             const HeardTones& tones, double rate_hz) {
    const bool any =
        std::any_of(tones.fitted.segments.begin(), tones.fitted.segments.end(), [](const FittedSegment& s) {
            return s.input[Side::left].has_value() || s.input[Side::right].has_value();
        });
    // What broke keeps tones from being steady; and those that no take can give a figure of are no segments,
    // and no fault of this one.
    const bool broke = !tones.breaks.events.empty() || !tones.breaks.clicks.empty();
    if (!any && !broke && !by_markers.has_markers && !within_reach(programme, rate_hz).empty())
        return "the programme's tones are not in this take: no input holds them steadily; a stopped player, "
               "another programme, or an open lead";
    // A break leads the clock of a whole tone astray.
    if (any && !by_markers.found && tones.breaks.events.empty() && std::abs(timing.clock.ppm) > largest_ppm)
        return fmt::format(
            "wrong rate: the tones run {:+.0f} ppm off the programme's; more than {:.0f} ppm is a wrong "
            "sample "
            "rate, not a clock",
            timing.clock.ppm, largest_ppm);
    return "";
}

std::vector<std::string> absent_tones(const Programme& programme, const HeardTones& tones, double rate_hz) {
    std::vector<std::string> out;
    for (const ToneSegment& segment : within_reach(programme, rate_hz)) {
        const bool heard = std::any_of(
            tones.fitted.segments.begin(), tones.fitted.segments.end(), [&](const FittedSegment& s) {
                return s.segment.start_s == segment.start_s &&
                       (s.input[Side::left].has_value() || s.input[Side::right].has_value());
            });
        if (heard) continue;
        if (out.size() == most_told) {
            out.emplace_back("there are more tones that no input holds steadily");
            break;
        }
        out.push_back(
            fmt::format("the {} from {:g} s to {:g} s of the programme is not in this take: no input holds "
                        "it steadily, and nothing is read of it",
                        segment.jtest ? "J-test" : "tone", segment.start_s, segment.end_s));
    }
    return out;
}

std::string trouble_of_noise(const Programme& programme, const Timing& by_markers, std::size_t found) {
    if (found > 0 || by_markers.has_markers || noise_segments(programme).empty()) return "";
    return "the programme's noise is not in this take: no input is louder while it plays; a stopped player, "
           "another programme, or an open lead";
}

}  // namespace fourpole
