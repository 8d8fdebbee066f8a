// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/recorded_track.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Two clocks are never farther apart: beyond is a wrong sample rate, or another programme.
inline constexpr double largest_ppm = 2000.0;

/// What is known of the player's time in one take.
struct Timing {
    Clock clock;                  ///< ppm = 0 where it could not be measured
    std::optional<double> u_ppm;  ///< nullopt: not measured
    double u_start = 0.0;         ///< samples
    std::string from;             ///< what the ppm comes from, or why there is none
    double mean_over_s = 0.0;     ///< that the ppm is the mean pace of; 0: not known
    /// What the wander that a tone of the take shows makes of u_ppm, ppm; nullopt: no tone tells.
    std::optional<double> u_wander_ppm;
    double wander_rms_s = 0.0;  ///< 0: noise explains it
    bool has_markers = false;   ///< the programme has something to find its start by
    bool found = false;         ///< ... and it was found
    bool has_start = true;      ///< false: the pace is known, not where u = 0 is
    /// What else is in the start, in words.
    std::string start_includes = "the device's own delay, as the envelope of a marker has it";
    /// First and last event of one shape: u on the player's clock, place in the capture.
    struct Mark {
        double u_s = 0.0, sample = 0.0;
    };
    std::optional<Mark> first, last;
    /// All that were found, group by group of alike ones, as they stand before any clock is believed.
    struct Found {
        Mark mark;
        double end_u_s = 0.0;
        std::size_t group = 0;
        bool sweep = false;
    };
    std::vector<Found> marks{};
    /// What the markers say where player and converter were said to share one clock.
    std::optional<double> told_ppm;
    /// Tones without a marker on both sides: a break by so many samples, or several times so many, leaves
    /// them as they are, and nothing else would tell it.
    std::optional<double> blind_to{};
    /// Two sweeps without chirps: fewer samples lost or inserted between them would not be told from a pace.
    std::optional<double> unseen_samples{};
    /// What the programme's files say, where it has any and they were found.
    std::optional<RecordedTrack> recorded{};
};

/// `Timing::from` where a file of the programme tells the pace.
inline constexpr const char* recorded_stimulus = "recorded stimulus";

/// Start and offset from chirps and sweeps (or a recorded stimulus), before breaks are looked for.
/// `least_step`: what counts as digital zero.
Result<Timing> coarse_timing(const Recording& recording, const Programme& programme, bool same_clock,
                             double least_step = 0.0);

/// Sharpens it by the probes: offset from two alike sweeps where no chirps gave it, start from
/// the phase of the response. Returns the probes at the final clock. `shift_samples` of the
/// readings is what is left between timing.clock.start and the clock the probes were made at.
struct FineTiming {
    Timing timing;
    std::vector<Probe> probes;
    double shift_samples = 0.0;
    double disagreement = 0.0;  ///< samples between the probes' own delays: a break shows here
    /// Where the pace is two sweeps' own: what was lost or inserted between them, by what each runs at.
    std::optional<Discontinuity> between_sweeps{};
};
Result<FineTiming> fine_timing(const Recording& recording, const Programme& programme, Timing timing,
                               bool same_clock, int orders);

/// `clock_offset` with `start`, as a reading.
Reading clock_reading(const Timing& timing);

}  // namespace fourpole
