// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One control of a sound card as it stands: of a USB interface a feature unit's gain or mute, a clock
/// source, a monitor switch.
struct MixerControl {
    enum class Kind { level, flag, choice };
    std::string name;
    unsigned index = 0;  ///< of several of one name
    Kind kind = Kind::level;
    std::vector<long> values;          ///< one a channel; of a choice the number of its name
    long least = 0, most = 0;          ///< level
    std::vector<std::string> choices;  ///< by number
    std::vector<double> gain_db;       ///< level: of each value, where the card says it
    bool writable = false;

    /// "PCM Playback Volume", or "Mic Capture Volume,1".
    std::string called() const;
    /// "100 of 0 to 127 (-13.50 dB)", "on", "Internal"; channels that differ side by side.
    std::string in_words() const;
};

/// The controls of one card, through the kernel's driver: an interface that plays is asked nothing over USB
/// beside it.
class AlsaMixer {
public:
    /// @param card  as ALSA calls it: hw:0, hw:M4, default
    /// Faults: bench_trouble where it does not open
    static Result<AlsaMixer> open(const std::string& card);
    /// All that the kernel knows: hw:0, hw:1 ...
    static std::vector<std::string> cards();
    /// ALSA's name of the card that an audio device, as RtAudio lists it, belongs to.
    static std::string card_of(const std::string& device);

    const std::string& card() const;
    /// All that can be read and does not move by itself (meters do).
    /// Faults: bench_trouble: the card does not answer, so it has left
    Result<std::vector<MixerControl>> controls() const;
    /// Sets the values of a control that controls() gave. Faults: bench_trouble, with what the card said
    Result<Done> set(const MixerControl& control) const;

private:
    struct Handle;
    explicit AlsaMixer(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
    std::shared_ptr<Handle> handle_;
};

}  // namespace fourpole
