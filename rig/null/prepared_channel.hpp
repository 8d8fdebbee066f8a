// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/coarse_line.hpp"
#include "rig/null/correction.hpp"
#include "rig/null/null_capture.hpp"
#include "rig/null/zeroed.hpp"
#include "rig/signal.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// One channel, ready to be compared.
struct Channel {
    std::optional<Side> side;
    Samples samples;  ///< mean taken out
    LowRate low;
    bool silent = false;
    std::vector<ZeroRun> zeros;
    std::optional<double> zero;  ///< what a digital zero is there; nullopt: filtered, there are none
};

/// Channel `index` of a capture, through the correction's curve of its side where there is one. Of a silent
/// one nothing more is worked out. Goes over the whole channel three times, a piece at a time; `told` hears
/// how far the longest of these is.
Channel prepared_channel(const NullCapture& capture, std::size_t index, std::optional<Side> side,
                         const Correction& correction, const Told& told);

}  // namespace fourpole
