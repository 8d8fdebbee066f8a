// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/sound_header.hpp"
#include "rig/capture/take.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace fourpole {

/// A sound file that is read piece by piece, so that hours of it cost no more memory than a piece.
/// The header is judged before the sound library sees the file, see read_take().
class TakeReader {
public:
    /// Faults: as read_take(), but for what only the samples tell.
    static Result<TakeReader> open(const std::filesystem::path& file);

    const SoundHeader& header() const { return header_; }
    std::size_t frames() const { return static_cast<std::size_t>(header_.frames); }
    std::size_t channels() const { return static_cast<std::size_t>(header_.channels); }

    /// Frames first .. first + count - 1 of the `wanted` channels (counted from 0), one vector each. An
    /// integer of b bits is divided by 2^(b-1). All channels of these frames are looked at, wanted or not.
    /// Fault take_invalid: the file breaks off there, or holds what is no finite number.
    Result<std::vector<std::vector<double>>> read(std::size_t first, std::size_t count,
                                                  std::span<const std::size_t> wanted);

    /// Everything about the take but its samples: `channels` are as many, and empty. Reads the whole file for
    /// its hash; `told` hears how far that is, 0 .. 1.
    Result<Take> described(const std::function<void(double)>& told = {}) const;

private:
    struct Sound;  ///< the sound library's
    struct Closing {
        void operator()(Sound* sound) const;
    };
    TakeReader(std::filesystem::path file, SoundHeader header, std::unique_ptr<Sound, Closing> sound);
    Fault breaks_off(std::size_t at) const;

    std::filesystem::path file_;
    SoundHeader header_;
    std::unique_ptr<Sound, Closing> sound_;
    std::size_t at_ = 0;  ///< the frame that is decoded next
};

}  // namespace fourpole
