// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_callback.hpp"
#include "drivers/audio/frame_counter.hpp"
#include "drivers/audio/output_wave.hpp"
#include "rig/capture/part_file.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

namespace fourpole {

/// The other end of both rings, on a thread of its own: makes what is played next, and puts what came in on
/// disk, looking at the counter on the way.
class TakeWriter {
public:
    TakeWriter(AudioCallback& callback, OutputWave& wave, PartFile& part, std::optional<unsigned> counter_on);
    ~TakeWriter();
    TakeWriter(const TakeWriter&) = delete;
    TakeWriter& operator=(const TakeWriter&) = delete;

    /// Waits until there is enough to begin with.
    void ready() const;
    bool failed() const { return failed_.load(); }
    /// Stores what is still on its way, and ends the thread. Fault bench_trouble: as PartFile.
    Result<Done> finish();

    // After finish():
    const CounterCheck& counter() const { return counter_; }
    std::uint64_t stored() const { return stored_; }
    /// Every bit that any sample had set: of 24-bit words the last 8 are never.
    std::uint32_t bits_seen() const { return bits_seen_; }

private:
    void work();
    bool feed();
    bool store();

    AudioCallback& callback_;
    OutputWave& wave_;
    PartFile& part_;
    std::optional<unsigned> counter_on_;
    CounterCheck counter_;
    std::vector<std::uint32_t> out_, in_;
    std::uint64_t fed_ = 0, stored_ = 0;
    std::uint32_t bits_seen_ = 0;
    std::optional<Fault> trouble_;
    std::atomic<bool> failed_{false}, ready_{false}, finishing_{false};
    std::thread thread_;
};

}  // namespace fourpole
