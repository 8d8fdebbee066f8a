// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_api.hpp"
#include "drivers/audio/running_power.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace fourpole {

/// What comes in that must not, block by block:
///   DC    of the second half of the quiet frames, while nothing plays yet. A capacitor that leaks, a supply
///         that is on, a plug that joins what must not be joined show there, before a sound goes out
///   rms   at any time, the root of a RunningPower: an amplifier behind the outputs that nobody knew of, or
///         a player that is turned up, above what an ear or an earphone is to get
class InputCheck {
public:
    struct Plan {
        SampleWord word = SampleWord::int32;
        unsigned inputs = 0;
        double rate_hz = 0.0;
        std::uint64_t quiet = 0;  ///< frames at the start in which nothing plays
        /// Of each input, full scale = 1; fewer: the rest may hold anything.
        std::vector<double> most_dc, most_rms;
    };
    struct Found {
        bool is_dc = false;
        unsigned input = 0;
        double value = 0.0;  ///< full scale = 1
        std::uint64_t frame = 0;
    };

    /// [control thread]
    explicit InputCheck(Plan plan);

    /// [audio thread] Frames at .. at + frames - 1. True where an input holds too much: nothing may be played
    /// any more. Not a number is too much.
    bool is_too_much(const std::uint32_t* in, unsigned frames, std::uint64_t at) noexcept;

    /// [any thread]
    std::optional<Found> found() const noexcept;

private:
    bool stands_high(std::uint64_t at) noexcept;
    bool too_loud(std::uint64_t at) noexcept;
    void tell(bool is_dc, std::size_t input, double value, std::uint64_t frame) noexcept;

    Plan plan_;
    std::uint64_t first_, end_, counted_ = 0;
    std::vector<double> sums_;
    std::vector<RunningPower> powers_;
    bool judged_ = false;
    Found what_;
    std::atomic<bool> told_{false};
};

}  // namespace fourpole
