// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace fourpole {

/// What a sound file's own header says, checked against the size of the file.
struct SoundHeader {
    std::string format;  ///< "WAV", "RF64", "W64", "FLAC", "AIFF", "CAF"
    std::uint64_t channels = 0;
    double rate_hz = 0.0;
    std::uint64_t bits = 0;  ///< of one sample as stored
    bool floating_point = false;
    std::uint64_t frames = 0;
    /// Bits from the top on that say something, where a header says less than all; 0: all of them.
    std::uint64_t valid_bits = 0;
    /// Where 8 bytes of length, the first the highest, say "to the end", and what they stand for.
    struct Length {
        std::uint64_t at = 0, bytes = 0;
    };
    std::optional<Length> unsaid_length{};
};

/// Reads and judges the header of any allowed format, told by its content. Nothing is taken
/// on trust: the sound library sees the file only after this says yes, since its decoders of
/// rare formats have been attackable.
/// Faults: bad_input (no sound file, or one of a rate, a number of channels or a coding that is not allowed),
/// take_invalid (a sound file that is broken).
Result<SoundHeader> check_sound_header(const std::filesystem::path& file);

// --- for the readers of the single formats ---

/// Bytes of a file at any place; absent where the file ends before.
class FileBytes {
public:
    explicit FileBytes(const std::filesystem::path& file);

    bool is_open() const { return stream_.is_open(); }
    std::uint64_t size() const { return size_; }
    std::optional<std::string> text(std::uint64_t offset, std::size_t count);
    std::optional<std::uint64_t> little(std::uint64_t offset, std::size_t count);  ///< count <= 8 bytes
    std::optional<std::uint64_t> big(std::uint64_t offset, std::size_t count);

private:
    std::ifstream stream_;
    std::uint64_t size_ = 0;
};

/// What is wrong, as the rest of a sentence about the file; becomes a Fault with its name.
struct Broken {
    std::string why;
    Fault::Kind kind = Fault::Kind::take_invalid;
};
/// Whole, for all that is known, and of a kind that is not read: another file is wanted, not another take.
inline Broken not_allowed(std::string why) { return {std::move(why), Fault::Kind::bad_input}; }
using HeaderOrBroken = std::variant<SoundHeader, Broken>;

HeaderOrBroken check_riff(FileBytes& bytes);  ///< WAV, RF64
HeaderOrBroken check_w64(FileBytes& bytes);
HeaderOrBroken check_flac(FileBytes& bytes);
HeaderOrBroken check_aiff(FileBytes& bytes);
HeaderOrBroken check_caf(FileBytes& bytes);

/// The rules that hold for every uncompressed format. `data_bytes` is what the data chunk
/// claims, `there` what the file holds from the data's beginning on.
HeaderOrBroken check_pcm(SoundHeader header, std::uint64_t block_align, std::uint64_t data_bytes,
                         std::uint64_t there);

}  // namespace fourpole
