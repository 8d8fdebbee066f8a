// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/signal.hpp"

#include <cstddef>
#include <vector>

namespace fourpole {

/// Events that are alike but for their start: the same chirp, or the same sweep.
/// Sweeps are grouped whatever side plays them, chirps only with the same sides.
struct MarkerGroup {
    std::vector<std::size_t> events;  ///< indexes into Programme::events, by start
    bool sweep = false;
};

std::vector<MarkerGroup> marker_groups(const Programme& programme);

/// Where one event was found.
struct Arrival {
    std::size_t event = 0;
    double sample = 0.0;    ///< of the capture, where the event's start stands (envelope peak)
    double strength = 0.0;  ///< amplitude re the programme, root sum square over the sides
};

/// A search holds 8 bytes a frame. From 4 million frames on (95 s at 44.1 kHz) one takes both threads, and
/// two do not stand beside each other.
inline bool searched_alone(const Recording& recording) {
    return recording.frames() > (std::size_t{1} << 22U);
}

/// Looks for the events of one group in the whole capture by matched filter, envelope over
/// both quadratures (blind to polarity and phase) and summed over the captured sides.
/// Spacing may be off by 1 % and 0.2 s (a quarter of it where that is less): a wrong clock and lost frames
/// are to be found and named later, not to hide the programme. Empty when nothing stands out of the noise.
/// `samples_per_s`: samples of the capture a second of the programme lasts, its rate / (1 + offset).
/// Accuracy of `sample`: about 0.5 / bandwidth * fs / snr; refined elsewhere. A chirp of another
/// pace stands off: a rising one of 0.15 s from 500 Hz to 12 kHz by 0.75 samples for each 100 ppm. A sweep of
/// more than 20 s is looked for by 4 s of it, and stands off by what the clocks differ up to there. Time: n
/// log n. Memory: 8 bytes a frame.
std::vector<Arrival> find_arrivals(const Recording& recording, const Programme& programme,
                                   const MarkerGroup& group, double samples_per_s);

}  // namespace fourpole
