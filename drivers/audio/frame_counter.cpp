// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/frame_counter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace fourpole {

namespace {

constexpr std::int64_t turn = 4'000'000;
constexpr std::size_t most_events = 1000;
constexpr float steps = 8388608.0F;  // 2^23

/// The counter's number 0 .. turn - 1, or -1 for what is none.
std::int64_t number_in(std::uint32_t word, SampleWord kind) {
    std::int64_t value = 0;
    if (kind == SampleWord::float32) {
        const float scaled = std::bit_cast<float>(word) * steps;
        if (!(scaled >= 1.0F && scaled <= static_cast<float>(turn)) || scaled != std::floor(scaled))
            return -1;
        value = static_cast<std::int64_t>(scaled);
    } else {
        if ((word & 0xffU) != 0) return -1;
        value = std::bit_cast<std::int32_t>(word) / 256;
    }
    return value >= 1 && value <= turn ? value - 1 : -1;
}

}  // namespace

std::uint32_t counter_word(std::uint64_t frame, SampleWord word) {
    const auto value = static_cast<std::uint32_t>(frame % static_cast<std::uint64_t>(turn)) + 1U;
    if (word == SampleWord::float32) return std::bit_cast<std::uint32_t>(static_cast<float>(value) / steps);
    return value << 8U;
}

std::string in_words(const FrameEvent& event) {
    const char* const what = event.kind == FrameEvent::Kind::lost       ? "lost"
                             : event.kind == FrameEvent::Kind::repeated ? "repeated"
                                                                        : "late";
    return fmt::format("{} frames {} at frame {}", event.frames, what, event.at);
}

void CounterCheck::note(std::uint64_t at, FrameEvent::Kind kind, std::uint64_t frames) {
    ++count_;
    if (events_.size() < most_events) events_.push_back({at, kind, frames});
}

void CounterCheck::hear(std::uint32_t word) {
    const std::uint64_t here = frame_++;
    const std::int64_t number = number_in(word, word_);
    if (number < 0) {
        if (began_) ++hole_;
        next_ = began_ ? next_ : -1;
        return;
    }
    if (!began_) {
        // One sample of anything may look like a number; the next beside it does not.
        began_ = number == next_;
        if (began_) delay_ = here - std::min(here, static_cast<std::uint64_t>(number));
    } else {
        // How many numbers were left out, the shorter way round; negative: said again.
        std::int64_t ahead = (number - next_ + turn) % turn;
        if (ahead >= turn / 2) ahead -= turn;
        const auto hole = static_cast<std::int64_t>(hole_);
        if (hole > 0 && ahead != hole) note(here - hole_, FrameEvent::Kind::late, hole_);
        if (ahead > 0)
            note(here - (ahead == hole ? hole_ : 0), FrameEvent::Kind::lost,
                 static_cast<std::uint64_t>(ahead));
        if (ahead < 0) note(here, FrameEvent::Kind::repeated, static_cast<std::uint64_t>(-ahead));
        hole_ = 0;
    }
    next_ = (number + 1) % turn;
}

void CounterCheck::end() {
    if (hole_ > 0) note(frame_ - hole_, FrameEvent::Kind::lost, hole_);
    hole_ = 0;
}

}  // namespace fourpole
