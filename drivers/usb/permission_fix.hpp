// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// What helps a user who may not open a board.
constexpr const char* permission_fix =
    "copy scripts/60-fourpole.rules to /etc/udev/rules.d, run `udevadm control --reload` as root and plug "
    "the "
    "device again";

}  // namespace fourpole
