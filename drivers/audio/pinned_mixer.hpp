// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/alsa_mixer.hpp"
#include "rig/profile/mixer_pin.hpp"

#include <memory>
#include <string>
#include <vector>

namespace fourpole {

/// A card's mixer held still for a run: what is wanted is set and read back, all controls are remembered, and
/// whatever was set goes back to where it stood on every way out. Nothing else is ever written.
class PinnedMixer {
public:
    /// Faults: bad_input for a control that the card has not, that cannot be set, or a value that it does not
    /// take; bench_trouble where the card does not answer or does not keep what it was given. What was set
    /// till then is put back.
    static Result<std::unique_ptr<PinnedMixer>> pin(AlsaMixer mixer, const std::vector<MixerPin>& wanted);
    ~PinnedMixer();
    PinnedMixer(const PinnedMixer&) = delete;
    PinnedMixer& operator=(const PinnedMixer&) = delete;

    /// A sentence for each control that stands otherwise than when it was pinned, or is gone; what was
    /// measured since is void. Empty: all stand still. Faults: bench_trouble: the card does not answer
    Result<std::vector<std::string>> moved() const;

private:
    explicit PinnedMixer(AlsaMixer mixer) : mixer_(std::move(mixer)) {}
    Result<Done> set_all(const std::vector<MixerPin>& wanted);

    AlsaMixer mixer_;
    std::vector<MixerControl> before_;  ///< of those that were set, in the order of setting
    std::vector<MixerControl> pinned_;  ///< all
};

}  // namespace fourpole
