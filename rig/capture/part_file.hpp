// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace fourpole {

/// A take while it is being made: a W64 of 32-bit words (hours of it: its lengths have 64 bits) whose header
/// is true after every piece, so that a power cut leaves a file that can be read up to there.
class PartFile {
public:
    /// Fault bad_input with one sentence: the folder is missing, no permission ...
    static Result<PartFile> create(const std::filesystem::path& file, double rate_hz, unsigned channels,
                                   bool floating_point);

    /// Samples, channel beside channel, whole frames. Fault bench_trouble: the disk takes no more.
    Result<Done> append(std::span<const std::uint32_t> words);
    /// Closes it. Fault bench_trouble: the last bytes could not be stored.
    Result<Done> close();

    const std::filesystem::path& path() const { return path_; }

private:
    struct Sound;
    struct Closing {
        void operator()(Sound* sound) const;
    };
    PartFile(std::filesystem::path path, std::unique_ptr<Sound, Closing> sound);

    std::filesystem::path path_;
    std::unique_ptr<Sound, Closing> sound_;
};

}  // namespace fourpole
