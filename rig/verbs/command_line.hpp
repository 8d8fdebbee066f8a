// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// The whole program behind main(): chooses the verb, does its work, gives the exit code.
int command_line(int argc, const char* const* argv);

}  // namespace fourpole
