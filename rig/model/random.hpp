// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace fourpole {

/// Philox4x32-10: 128 random bits for a counter and a key, so that number k of a sequence is had
/// without the k - 1 before it, by any thread, on any machine.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A random point in the open interval (0, 1), on a grid of 2^-52, for the axis `axis` of the
/// trial `trial` of the sequence `seed`. Independent for different triples.
double random_point(std::uint64_t seed, std::uint64_t trial, std::uint32_t axis);

/// (k + 1/2) / 2^52 with k the upper 52 bits: half a line of the grid keeps every point inside
/// (0, 1). A 53rd bit would not: the largest would round to 1.
double to_open_unit_interval(std::uint64_t x);

}  // namespace fourpole
