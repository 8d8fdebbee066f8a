// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/stream_trouble.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace fourpole {

StreamTrouble::StreamTrouble() : no_such_device_(std::generic_category().message(ENODEV)) {}

bool StreamTrouble::means_the_end(std::string_view sentence) const noexcept {
    constexpr std::array<std::string_view, 6> signs{
        "No such device",           // ALSA, pulled
        "audio read error",         // ALSA, whatever it was: an overrun is told by a flag, not by words
        "audio write error",        // the same
        "buffer size has changed",  // JACK: from here on nothing is processed
        "disconnect",               // RtAudio 6
        "shut down",                // JACK
    };
    if (sentence.find(no_such_device_) != std::string_view::npos) return true;
    return std::any_of(signs.begin(), signs.end(),
                       [&](std::string_view sign) { return sentence.find(sign) != std::string_view::npos; });
}

void StreamTrouble::tell(std::string_view sentence, bool grave) noexcept {
    if (!grave && !means_the_end(sentence)) return;
    if (taken_.exchange(true)) return;
    const std::size_t length = std::min(sentence.size(), kept_.size() - 1);
    std::copy_n(sentence.begin(), length, kept_.begin());
    ended_.store(true, std::memory_order_release);
}

std::string StreamTrouble::sentence() const { return ended() ? std::string(kept_.data()) : std::string(); }

}  // namespace fourpole
