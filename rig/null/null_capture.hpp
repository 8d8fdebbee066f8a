// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/samples.hpp"
#include "rig/capture/take.hpp"
#include "rig/capture/take_reader.hpp"
#include "rig/result.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// One of two captures that are held against each other: in memory, or read piece by piece.
struct NullCapture {
    double rate_hz = 0.0;
    double step = 0.0;                ///< of the converter; floating point: of 24 bits
    std::vector<std::string> called;  ///< channels, as the take's facts name them; may be empty
    std::vector<Samples> channels;

    std::size_t frames() const { return channels.empty() ? 0 : channels.front().size(); }
};

NullCapture in_memory(Take take);

/// The same figures bit for bit, and a few megabytes of the file at a time. What can no longer be read while
/// it is worked on is thrown as a Fault.
NullCapture on_disk(TakeReader reader, const Take& described);

}  // namespace fourpole
