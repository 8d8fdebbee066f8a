// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/signal_chain.hpp"
#include "drivers/simulated_faults.hpp"
#include "rig/bench/audio_port.hpp"
#include "rig/profile/profile.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fourpole {

/// A bench made of arithmetic, of equal rank with a real one. Each arm is *one unit* out of
/// the population that its profile describes, so what is measured is never a copy of what is
/// predicted; each repeat pulls the plug and puts it back, which draws the four contacts anew.
/// The same seed, arm and repeat give the same samples, whatever was played before.
/// Unit 0 (seed 0) is the nominal one.
class SimulatedBench final : public AudioPort {
public:
    /// Faults: bad_input for an unknown `fault`, a singular circuit is reported by the take.
    static Result<std::unique_ptr<SimulatedBench>> open(const Session& session, std::uint64_t seed,
                                                        const std::string& fault);

    std::string identity() const override { return "simulated"; }
    bool simulated() const override { return true; }
    Result<Take> play_and_record(const TakeRequest& request, const Progress& progress) override;

    /// What is really there: for tests, never for the analysis.
    struct Truth {
        Circuit unit;     ///< the drawn unit of this arm, contacts as they came from the factory
        Circuit plugged;  ///< the same as it was in the last take: contacts drawn anew, defect in
        double ppm = 0.0;
        double start = 0.0;  ///< sample of the last take at which u = 0
        double full_scale_v = 0.0;
    };
    /// What a take is made of, whoever then plays it. Fault bad_input: the session has no such arm.
    Result<Scene> scene(const TakeRequest& request);

    /// Of an arm that has been played at least once.
    const Truth& truth(const std::string& arm) const { return truth_.at(arm); }

    static const std::vector<SimulatedFault>& faults() { return simulated_faults(); }

private:
    SimulatedBench(const Session& session, std::uint64_t seed, const SimulatedFault* fault)
        : session_(session), seed_(seed), fault_(fault) {}

    Scene scene_of(const Arm& arm, const TakeRequest& request, Truth& truth) const;

    Session session_;
    std::uint64_t seed_;
    const SimulatedFault* fault_;
    std::map<std::string, Truth> truth_;
};

}  // namespace fourpole
