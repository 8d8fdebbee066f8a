// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/document.hpp"
#include "rig/profile/findings.hpp"
#include "rig/programme.hpp"

namespace fourpole {

/// What a programme document plays. Checks what the schema cannot: events inside the
/// programme, frequencies below half the sample rate, edges that fit, no more than full scale
/// where events overlap.
Read<Programme> programme_from(Document document);

/// The same, and the sound files that it plays must be there.
Read<Programme> programme_with_files(Document document);

/// The highest peak that one side can reach where events overlap: the sum of the amplitudes
/// that sound together (noise: rms times sqrt 2, as if it were a sine of that rms).
struct Loudest {
    double amplitude = 0.0;
    std::size_t event = 0;  ///< the one that begins last of those that sound together
};
Loudest loudest(const Programme& programme);

}  // namespace fourpole
