// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace fourpole {

/// Plays nothing: hands out the takes that an earlier run stored.
class ReplayedBench final : public AudioPort {
public:
    /// Fault bad_input: the folder holds no takes.
    static Result<std::unique_ptr<ReplayedBench>> open(const std::filesystem::path& run_folder);

    std::string identity() const override { return identity_; }  ///< of the bench that made the takes
    bool simulated() const override { return simulated_; }
    /// Faults: as read_take; bad_input when the run has no such take, take_invalid when the
    /// stored one says that it is another.
    Result<Take> play_and_record(const TakeRequest& request, const Progress& progress) override;

private:
    ReplayedBench(std::filesystem::path folder, std::string identity, bool simulated)
        : folder_(std::move(folder)), identity_(std::move(identity)), simulated_(simulated) {}

    std::filesystem::path folder_;
    std::string identity_;
    bool simulated_;
};

}  // namespace fourpole
