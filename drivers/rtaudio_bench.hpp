// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/arm_switch.hpp"
#include "drivers/audio/audio_api.hpp"
#include "drivers/audio/duplex_take.hpp"
#include "drivers/audio/pinned_mixer.hpp"
#include "drivers/bound_interface.hpp"
#include "rig/bench/audio_port.hpp"
#include "rig/profile/profile.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fourpole {

/// A real sound card, through ALSA or JACK: it plays the programme and captures what comes back. Its outputs
/// may not exceed the session's ceiling at the earphone's plug, nor -20 dB of full scale where nobody knows
/// the volts. What is above that is refused, never turned down.
class RtaudioBench final : public AudioPort {
public:
    /// Faults: unsafe for a ceiling above 0.15 V rms with an earphone whose sensitivity nobody states;
    /// bad_input for an API that is no way to measure, or a pattern that is none; bench_trouble where
    /// not exactly one device fits, it has too few channels, another USB device is behind it than the setup
    /// says, or its mixer cannot be held as that says.
    static Result<std::unique_ptr<RtaudioBench>> open(const Session& session, const AudioSetup& setup,
                                                      std::uint64_t seed);

    std::string identity() const override;
    bool simulated() const override { return false; }
    const std::string& device() const { return device_.name; }  ///< as RtAudio lists it

    /// Faults: as play_and_record() of drivers/audio; unsafe where a probe 40 dB below says that the plug
    /// would have more than the session's ceiling; take_invalid where a control of the card's mixer stands
    /// otherwise than when the bench was opened, before the take (nothing is played) or behind it;
    /// bench_trouble where its USB device was pulled out or plugged in anew since. What was
    /// captured is kept as <arm>-<repeat>.part.w64, with facts that call it invalid.
    Result<Take> play_and_record(const TakeRequest& request, const Progress& progress) override;
    Result<Done> rest() override;

    /// From now on it puts the arm of every take on. Whatever ends a take badly leaves it at rest.
    void switched_by(std::unique_ptr<ArmSwitch> arms) { switch_ = std::move(arms); }

    /// So many seconds of the inputs while all outputs are silent. Faults: as play_and_record().
    Result<Take> listen(double seconds, const Progress& progress) const;
    /// What stands at the earphone while nothing plays, above which a take is refused: of each channel of a
    /// take, full scale = 1. Empty: nobody knows the volts.
    std::vector<double> most_dc() const;

private:
    using Sounds = PerSide<std::vector<double>>;

    RtaudioBench(const Session& session, AudioSetup setup, AudioApi api, AudioDevice device,
                 std::uint64_t seed)
        : session_(session), setup_(std::move(setup)), api_(api), device_(std::move(device)), seed_(seed) {}

    Result<Sounds> programme() const;
    double ceiling() const;
    std::optional<Fault> changed() const;  ///< the card's mixer, or the device behind it
    TakeFacts facts_of(const TakeRequest& request) const;
    /// As fourpole::play_and_record(), while the arm's switches are looked at.
    DuplexEnd played(const DuplexOrder& order, const Sounds& sounds, const Progress& progress);
    /// Before an arm's first take, and the first after one that was broken off: a LevelProbe. Without volts
    /// of the inputs there is no limit, and no probe. Faults: unsafe where the programme would be too loud.
    Result<Done> probed(const DuplexOrder& full, const Sounds& sounds, const TakeRequest& request,
                        const Progress& progress);
    void leave_at_rest(Fault& fault);  ///< what fails then is added to its words
    DuplexOrder order_for(const std::filesystem::path& part, std::size_t frames) const;
    Result<Take> whole(const DuplexOrder& order, const DuplexReport& report,
                       const TakeRequest& request) const;
    Fault broken_off(const DuplexOrder& order, const DuplexEnd& end, const TakeRequest& request) const;

    Session session_;
    AudioSetup setup_;
    AudioApi api_;
    AudioDevice device_;
    std::uint64_t seed_;
    std::unique_ptr<ArmSwitch> switch_;                       ///< nothing: the arms come by themselves
    std::vector<std::string> switch_states_, switch_writes_;  ///< of the take that is made
    std::set<std::string> probed_;                            ///< arms that may be played at full level
    BoundInterface interface_;
    std::unique_ptr<PinnedMixer> mixer_;  ///< nothing: JACK, and nobody says which card is behind it
};

}  // namespace fourpole
