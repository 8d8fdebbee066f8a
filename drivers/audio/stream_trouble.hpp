// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <string_view>

namespace fourpole {

/// What the library says while a stream runs, as far as it matters. It says so from any thread, the audio
/// thread included, so nothing here locks or allocates.
///
/// ALSA never reports that a device was pulled: its callbacks go on at the speed of the processor with the
/// last block again and again, and the only sign is a warning of a read that failed.
class StreamTrouble {
public:
    StreamTrouble();

    /// [any thread] `grave`: more than a warning. The first grave sentence is kept.
    void tell(std::string_view sentence, bool grave) noexcept;
    /// [any thread] The device is lost, or the stream can no longer be trusted.
    bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }
    /// [control thread] Why; "" while ended() is false.
    std::string sentence() const;

private:
    bool means_the_end(std::string_view sentence) const noexcept;

    std::string no_such_device_;  ///< as the system says it, in whatever language
    std::array<char, 240> kept_{};
    std::atomic<bool> taken_{false}, ended_{false};
};

}  // namespace fourpole
