// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_api.hpp"
#include "drivers/audio/stream_trouble.hpp"
#include "rig/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace fourpole {

/// RtAudio 5.2 and 6.x under one face; their header is seen by this file's .cpp alone. 5.2 throws, until it
/// has an error callback, and counts devices; 6 returns codes and gives them ids.
class RtaudioStream {
public:
    /// [audio thread] `out` has outputs x frames words, `in` inputs x frames, channel beside channel;
    /// `flagged`: the library says that something was late. Such flags come without a loss, and losses
    /// without a flag.
    using OnBlock = void (*)(void* user, void* out, const void* in, unsigned frames, bool flagged) noexcept;

    struct Order {
        AudioApi api = AudioApi::alsa;
        std::string device;  ///< its whole name
        unsigned outputs = 0, inputs = 0;
        unsigned rate_hz = 0, block = 0;
        bool realtime = true;  ///< the audio thread goes before all others, where the system allows it
    };

    /// [control thread, as all below] Fault bench_trouble: the library has not this API.
    static Result<std::vector<AudioDevice>> devices(AudioApi api);

    /// Opens and reads back. What `trouble` hears, it hears until this object is gone; one stream at a time.
    /// Fault bench_trouble: it does not open, or opens with another rate or block than was ordered.
    static Result<std::unique_ptr<RtaudioStream>> open(const Order& order, OnBlock on_block, void* user,
                                                       StreamTrouble& trouble);
    ~RtaudioStream();
    RtaudioStream(const RtaudioStream&) = delete;
    RtaudioStream& operator=(const RtaudioStream&) = delete;

    Result<Done> start();
    /// Without draining: what is still in the device's buffer is not played. May wait for a device that
    /// hangs.
    void abort_and_close() noexcept;

    static std::string version();  ///< "RtAudio 5.2.0"

private:
    struct Inside;
    explicit RtaudioStream(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace fourpole
