// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_api.hpp"
#include "drivers/audio/input_check.hpp"
#include "drivers/audio/stream_trouble.hpp"
#include "drivers/audio/word_ring.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// The only audio callback of the project: copies, counts and looks at levels; allocates, locks, logs and
/// throws nothing. Once it is muted, it plays zeros for as long as it is called.
///
/// The ceiling is held against the words that go to the device, after everything else. A block that exceeds
/// it is not played: refused, never clamped.
class AudioCallback {
public:
    struct Plan {
        SampleWord word = SampleWord::int32;
        unsigned outputs = 0, inputs = 0;
        double rate_hz = 0.0;
        std::uint64_t frames = 0;               ///< after these it is done, and muted
        std::vector<double> ceiling;            ///< of each output, peak, full scale = 1
        std::uint64_t quiet = 0;                ///< frames at the start in which nothing plays
        std::vector<double> most_dc, most_rms;  ///< of each input, as InputCheck has them
        bool waits = false;           ///< on a clock that is not real: for a ring, instead of losing samples
        std::size_t ring_frames = 0;  ///< room for samples on their way, each direction
    };
    struct Breach {
        std::uint64_t frame = 0;
        unsigned output = 0;
    };

    /// [control thread] Everything that is ever allocated is allocated here.
    AudioCallback(Plan plan, const StreamTrouble& trouble);

    /// [audio thread]
    void block(void* out, const void* in, unsigned frames, bool flagged) noexcept;

    /// [any thread, as all below] Falls silent within 5 ms, by a raised cosine.
    void fade_out() noexcept { fading_.store(true, std::memory_order_release); }
    /// Falls silent with the next block.
    void mute() noexcept { muted_.store(true, std::memory_order_release); }
    bool muted() const noexcept { return muted_.load(std::memory_order_acquire); }

    std::uint64_t captured() const noexcept { return captured_.load(std::memory_order_acquire); }
    bool done() const noexcept { return captured() >= plan_.frames; }
    unsigned flagged() const noexcept { return flagged_.load(); }
    bool ran_empty() const noexcept { return ran_empty_.load(); }  ///< nothing to play was ready
    bool ran_full() const noexcept { return ran_full_.load(); }    ///< no room for what came in
    std::optional<Breach> breach() const noexcept;
    /// An input that held what it must not: from there on nothing was played.
    std::optional<InputCheck::Found> too_much_in() const noexcept { return inputs_.found(); }

    WordRing& to_play() noexcept { return to_play_; }
    WordRing& recorded() noexcept { return recorded_; }
    const Plan& plan() const noexcept { return plan_; }

private:
    bool can_go_on(std::size_t out_words, std::size_t in_words) noexcept;
    void fade(std::uint32_t* out, unsigned frames) noexcept;
    std::optional<std::size_t> too_loud(const std::uint32_t* out, unsigned frames) const noexcept;

    Plan plan_;
    const StreamTrouble& trouble_;
    InputCheck inputs_;
    WordRing to_play_, recorded_;
    std::vector<std::int64_t> most_;  ///< the ceiling in steps of int32
    std::vector<double> fall_;        ///< the raised cosine, 1 .. 0
    std::size_t fallen_ = 0;
    std::atomic<bool> fading_{false}, muted_{false}, ran_empty_{false}, ran_full_{false}, breached_{false};
    std::atomic<std::uint64_t> captured_{0}, breach_frame_{0};
    std::atomic<unsigned> flagged_{0}, breach_output_{0};
};

}  // namespace fourpole
