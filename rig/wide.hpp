// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A loop over many doubles that runs as wide as the processor allows: compiled three times on x86, and the
// best that runs is taken. None fuses a product with a sum, so that all come out to the last bit. The
// sanitizers are not ready when that choice is made.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOURPOLE_WIDE __attribute__((target_clones("avx512f", "avx2", "default"), flatten))
#else
#define FOURPOLE_WIDE
#endif
