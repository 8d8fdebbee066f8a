// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace fourpole {

/// Memory that was given back stays with the program: arrays of a million samples come and go, and the system
/// takes twice as long to clear fresh pages for them as their analysis takes. Up to 128 MB that nobody uses,
/// and of arrays up to 32 MB (glibc's own limit), so that what is longer goes back at once.
inline void keep_freed_memory() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 128 << 20);
#endif
}

}  // namespace fourpole
