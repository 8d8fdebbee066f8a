// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/measure.hpp"
#include "rig/measure/tones.hpp"

namespace fourpole {

/// `mains` beside the tones: lines of 50 or 60 Hz, orders 1 to 9, in what the longest segment of a side holds
/// beside its tones, dB re full scale (peak), with the mains frequency fitted on the converter's clock.
///     least squares of the orders on one frequency, as in the pauses (rig/analysis/mains), on the rest of
///     the tones' fit at 3 kHz or more (rig/analysis/slowed), of 6 s at most
/// What the programme may leave there by itself (rig/measure/mains_lines_beside) is fitted beside the lines,
/// on the tones' clock; an order within 2 / T of one is left out, for nobody can tell them apart. A line that
/// has its like as far on the other side of a tone is what a swinging pace makes of that tone, and no hum.
/// Only for sides whose pauses showed no line; a bound of theirs stays where it is the lower one. A line is
/// one from 5 u on (a search over 1 % finds 3e-4 false ones a side), u = sqrt(S / T) by the noise beside it.
/// at_most: the fundamental, where no line is seen. Accuracy: 0.05 dB and 1e-4 Hz, or u. Faults: none in
/// segments of less than 0.4 s, of more than 100 lines, or where 300 products fit below 1440 Hz.
void read_mains_beside_tones(const ToneContext& context, Measurement& out);

}  // namespace fourpole
