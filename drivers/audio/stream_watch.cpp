// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/stream_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fourpole {

namespace {

constexpr double longest_pause_s = 1.5, too_fast = 1.02, too_slow = 0.98;
/// From the first block on, before anybody may call a stream slow.
constexpr double least_look_s = 4.0;

double seconds(StreamWatch::Clock::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

StreamWatch::StreamWatch(double rate_hz, unsigned block, bool real, Clock::time_point now)
    : rate_hz_(rate_hz), slack_s_(0.05 + 4.0 * block / rate_hz), real_(real), began_(now), moved_(now) {}

std::string StreamWatch::look(std::uint64_t frames, Clock::time_point now) {
    if (frames != frames_) {
        if (frames_ > 0)
            longest_gap_s_ = std::max(longest_gap_s_, seconds(now - moved_));
        else
            first_ = now, first_frames_ = frames;
        frames_ = frames;
        moved_ = now;
    }
    if (seconds(now - moved_) >= longest_pause_s) return "stands still";
    if (!real_) return "";
    const double due = too_fast * seconds(now - began_) + slack_s_;
    if (static_cast<double>(frames) / rate_hz_ > due)
        return fmt::format("runs faster than its clock, {:.2f} s ahead; was it unplugged?",
                           static_cast<double>(frames) / rate_hz_ - seconds(now - began_));
    return frames_ > 0 ? slow(now) : "";
}

std::string StreamWatch::slow(Clock::time_point now) const {
    const double passed = seconds(now - first_);
    if (passed < least_look_s) return "";
    const double heard = static_cast<double>(frames_ - first_frames_) / rate_hz_;
    const double gap = std::max(longest_gap_s_, seconds(now - moved_));
    if (heard + gap >= too_slow * passed) return "";
    return fmt::format("runs slower than its clock: {:.2f} s of frames came in {:.2f} s, {:.3g} of its rate",
                       heard, passed, heard / passed);
}

}  // namespace fourpole
