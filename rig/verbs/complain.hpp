// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/screen.hpp"
#include "rig/result.hpp"

#include <string>

namespace fourpole {

/// Tells the person on stderr, one line a finding, and gives the exit code that was promised.
int complain(const Fault& fault);

/// Results go to stdout. A reader that went away, or a full disk behind a redirection, is no
/// success: Fault bad_input.
Result<Done> print_result(const std::string& text);

/// Where results are shown.
Screen stdout_screen();

}  // namespace fourpole
