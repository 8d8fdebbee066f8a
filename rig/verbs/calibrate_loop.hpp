// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/flow/loop_baseline.hpp"

#include <string>

namespace fourpole {

/// What `calibrate --loopback` is told.
struct LoopOrder {
    std::string capture, programme, calibration, made, applies_to;
    InterfaceIdentity interface;
};

/// The text of the baseline file of a capture of the interface's own outputs at its own inputs. Both share
/// one clock. Faults: as read_take(), load_programme(), apply_calibration(), record_of() and baseline_text().
Result<std::string> loop_baseline_of(const LoopOrder& order);

/// The options of an identity as they were given. Fault: as usb_identity().
Result<InterfaceIdentity> identity_in(InterfaceIdentity given);

}  // namespace fourpole
