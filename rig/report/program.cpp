// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/record.hpp"

// The build says which program this is; a compiler called by hand does not know.
#ifndef FOURPOLE_VERSION
#define FOURPOLE_VERSION "unknown"
#endif
#ifndef FOURPOLE_REVISION
#define FOURPOLE_REVISION "unknown"
#endif

namespace fourpole {

std::string program_version() { return FOURPOLE_VERSION; }
std::string program_revision() { return FOURPOLE_REVISION; }

}  // namespace fourpole
