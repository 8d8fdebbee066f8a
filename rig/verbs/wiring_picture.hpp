// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

#include <string>

namespace fourpole {

/// Plug, jack and who touches whom, as text of at most 79 columns, plain ASCII:
///
///   plug    trrs_l+r+l-r-
///               tip    ring 1    ring 2    sleeve
///           .---------+---------+---------+---------.
///           <   L+    |   R+    |   L-    |   R-    )====
///           '---------+---------+---------+---------'
///    T  aL  -----o
///    R1 aR  ---------------o
///    S  G   -------------------------o---------o
///   jack    3-contact single-ended
///
/// One row a spring, an `o` where it touches a segment; `colour` paints those red that are part of
/// a short. Any number of poles that fits the width (6).
std::string wiring_picture(const Plug& plug, const Jack& jack, const Touch& touch, const Wiring& wiring,
                           bool colour);

}  // namespace fourpole
