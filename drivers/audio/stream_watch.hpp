// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace fourpole {

/// Holds a stream's frames against the wall clock, since its own clocks and flags tell nothing. Time is
/// handed in, so that a test needs none.
class StreamWatch {
public:
    using Clock = std::chrono::steady_clock;

    /// A stream of so many frames a second, called in blocks; `real`: its clock is to be a real one.
    StreamWatch(double rate_hz, unsigned block, bool real, Clock::time_point now);

    /// So many frames have come. "" = all is well, else what is wrong:
    ///   nothing for 1.5 s: it stands still
    ///   more than 1.02 x the rate + 50 ms + 4 blocks since the start: what an unplugged ALSA device does,
    ///   whose callbacks go on as fast as the processor can. After a pause, a device may catch up.
    ///   less than 0.98 x the rate, all frames over all time from the first block on, once that is 4 s: a
    ///   card or a server whose clock is not what it says. The longest single pause is forgiven, so that a
    ///   busy machine that was late once is not a slow card; a loss is found by the counter.
    std::string look(std::uint64_t frames, Clock::time_point now);

private:
    std::string slow(Clock::time_point now) const;

    double rate_hz_, slack_s_;
    bool real_;
    Clock::time_point began_, moved_, first_;
    std::uint64_t frames_ = 0, first_frames_ = 0;
    double longest_gap_s_ = 0.0;  ///< between two blocks
};

}  // namespace fourpole
