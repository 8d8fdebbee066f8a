// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace fourpole {

/// What one take is to be: which arm, which repetition.
struct TakeRequest {
    std::string arm;
    int repeat = 0;
    /// Where a real bench keeps what it captures until it is whole, and what is left of a take that
    /// broke off; "" = the system's folder for such things.
    std::filesystem::path folder{};
};

/// Plays the session's programme on one arm and captures what comes back.
/// [control thread] One blocking call; `progress` gets 0..1 and returns false to stop
/// (Fault::stopped). A real bench, a simulation and a replay are of equal rank.
class AudioPort {
public:
    using Progress = std::function<bool(double fraction)>;

    virtual ~AudioPort() = default;
    virtual std::string identity() const = 0;  ///< as the report prints it
    virtual bool simulated() const = 0;
    virtual Result<Take> play_and_record(const TakeRequest& request, const Progress& progress) = 0;
    /// Silent, and everything that switches at rest. The end of a bench does the same, but tells nobody what
    /// failed.
    virtual Result<Done> rest() { return Done{}; }
};

}  // namespace fourpole
