// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/recorded_device.hpp"
#include "rig/null/pair.hpp"

#include <optional>
#include <span>

namespace fourpole {

/// The line as recorded_pace() has it, of all stands at once: the take's stands are first put back to where
/// the files' line has them, so that breaks between them do not turn it. `off`: relative change of the pace
/// from which it sets out, about `middle` (sample of the files), which stays where it is. A pace that is
/// found for a wrong one explains less: the caller judges.
///
/// nullopt: nothing tells a pace (too short, or each frequency heard but once, as in a sweep).
std::optional<Line> sharper_line(const Pair& pair, std::span<const double> played,
                                 std::span<const double> captured, const Line& line,
                                 std::span<const Stand> stands, double middle, double off);

}  // namespace fourpole
