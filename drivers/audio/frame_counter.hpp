// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_api.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fourpole {

/// The number of a frame, as a sample of the spare channel that leads straight back: what the library's flags
/// and clocks do not tell, this does, to the sample.
///
///     sample = (n mod 4,000,000 + 1) / 2^23        never 0, at most 0.48 of full scale
///
/// 23 bits survive a converter of 24 as they are; the way back must be digital (or inside the interface).
std::uint32_t counter_word(std::uint64_t frame, SampleWord word);

/// What became of the frames on their way.
struct FrameEvent {
    enum class Kind {
        lost,      ///< played, and never came back
        repeated,  ///< came back twice
        late,      ///< the stream stood still: nothing that was played is in these frames
    };
    std::uint64_t at = 0;  ///< frame of the take
    Kind kind = Kind::lost;
    std::uint64_t frames = 0;
};

/// "300 frames lost at frame 96000".
std::string in_words(const FrameEvent& event);

/// Follows the counter through what came back, frame after frame.
/// Exact for any run of losses and repeats below 2,000,000 frames.
class CounterCheck {
public:
    explicit CounterCheck(SampleWord word) : word_(word) {}

    void hear(std::uint32_t word);
    /// The take ends here: a silence at its end is a loss.
    void end();

    bool heard() const { return began_; }
    /// From the frame that is played to the frame it comes back in; only where heard().
    std::uint64_t delay() const { return delay_; }
    const std::vector<FrameEvent>& events() const { return events_; }  ///< the first 1000
    std::uint64_t count() const { return count_; }                     ///< all of them

private:
    void note(std::uint64_t at, FrameEvent::Kind kind, std::uint64_t frames);

    SampleWord word_;
    bool began_ = false;
    std::uint64_t frame_ = 0, delay_ = 0, hole_ = 0, count_ = 0;
    std::int64_t next_ = -1;  ///< what the counter should say; -1 = nothing was heard of it
    std::vector<FrameEvent> events_;
};

}  // namespace fourpole
