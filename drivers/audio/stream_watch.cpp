// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/stream_watch.hpp"

#include <fmt/format.h>

namespace fourpole {

namespace {

constexpr double longest_pause_s = 1.5, too_fast = 1.02;

double seconds(StreamWatch::Clock::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

StreamWatch::StreamWatch(double rate_hz, unsigned block, bool real, Clock::time_point now)
    : rate_hz_(rate_hz), slack_s_(0.05 + 4.0 * block / rate_hz), real_(real), began_(now), moved_(now) {}

std::string StreamWatch::look(std::uint64_t frames, Clock::time_point now) {
    if (frames != frames_) {
        frames_ = frames;
        moved_ = now;
    }
    if (seconds(now - moved_) >= longest_pause_s) return "stands still";
    const double due = too_fast * seconds(now - began_) + slack_s_;
    if (real_ && static_cast<double>(frames) / rate_hz_ > due)
        return fmt::format("runs faster than its clock, {:.2f} s ahead; was it unplugged?",
                           static_cast<double>(frames) / rate_hz_ - seconds(now - began_));
    return "";
}

}  // namespace fourpole
