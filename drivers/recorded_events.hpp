// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/result.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstdint>
#include <span>

namespace fourpole {

/// Adds what the programme plays that no formula gives: `file` events and noise, as a
/// converter would reconstruct them between their samples (Kaiser-windowed sinc, 64 taps,
/// beta 12: images below -110 dB up to 0.45 of the file's rate). out[i] is sample i of `clock`.
/// Faults: the file cannot be read; noise of the IEC programme spectrum is not made here.
Result<Done> add_recorded_events(const Programme& programme, Side side, const Clock& clock,
                                 std::uint64_t seed, std::span<double> out);

}  // namespace fourpole
