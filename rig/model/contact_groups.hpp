// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What the contacts of plug and jack make one conductor of: everything in a group is joined by
/// contacts alone, without a driver, a wire of the cable or the amplifier between.
///
///     spring aR- --o-- R2 (L-)          springs  {"R2", "S"}    outputs {"aL-", "aR-"}
///     spring aL- --o-- R2, S            segments {"R2", "S"}    leads   {"L-", "R-"}
struct ContactGroup {
    std::vector<std::string> springs;   ///< of the jack; one that begins with "_" leads nowhere
    std::vector<std::string> segments;  ///< of the plug, from the tip on
    std::vector<std::string> outputs;   ///< "aL", "aR-", "G" ..., each once
    std::vector<std::string> leads;     ///< "L+", "C" ...

    /// Two outputs, or an output and ground, in one group. A microphone's input is no output.
    bool joins_outputs() const;
    bool has_segment(const std::string& segment) const;
    bool has_lead(const std::string& lead) const;
};

/// Springs that carry the same output are one conductor inside the player, and so are all springs
/// that lead nowhere. A segment that nothing touches is a group of its own, without outputs.
/// Precondition: `touch` names springs of the jack (or "_...") and segments of the plug only.
std::vector<ContactGroup> contact_groups(const Plug& plug, const Jack& jack, const Touch& touch);

/// T first, then the rings, the sleeve last: the order in which a person sees them.
std::vector<std::string> poles_from_the_tip(const Poles& poles);

/// "tip", "ring 2", "sleeve".
std::string pole_in_words(const std::string& pole);

}  // namespace fourpole
