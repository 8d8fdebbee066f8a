// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// While one exists, Ctrl-C, Ctrl-\, SIGTERM and a closed terminal only set a flag, so that the bench is left
/// quiet and what was taken is kept. A second one ends the program at once.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    static bool requested();
};

}  // namespace fourpole
