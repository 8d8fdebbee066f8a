// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <string>

namespace fourpole {

/// Tells the person on stderr, one line a finding, and gives the exit code that was promised.
int complain(const Fault& fault);

/// Results go to stdout. A reader that went away, or a full disk behind a redirection, is no
/// success: Fault bad_input.
Result<Done> print_result(const std::string& text);

/// Colours only for a terminal whose owner did not ask for none (NO_COLOR, TERM=dumb).
bool stdout_wants_colour();

}  // namespace fourpole
