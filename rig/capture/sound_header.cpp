// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/sound_header.hpp"

#include <fmt/format.h>

#include <system_error>

namespace fourpole {

namespace {

constexpr std::uint64_t most_channels = 32;
constexpr double lowest_rate_hz = 8000.0, highest_rate_hz = 384000.0;
// A month of 32 channels at 48 kHz; whatever counts samples has room.
constexpr std::uint64_t most_samples_of_all = std::uint64_t{1} << 42;

std::string plain(double rate_hz) { return fmt::format("{:.10g}", rate_hz); }

/// The rules for every format, compressed or not.
std::optional<Broken> judge(const SoundHeader& h) {
    if (h.channels == 0) return Broken{"has zero channels; allowed: 1 to 32"};
    if (h.channels > most_channels)
        return not_allowed(fmt::format("says it has {} channels; allowed: 1 to 32", h.channels));
    if (!(h.rate_hz >= lowest_rate_hz && h.rate_hz <= highest_rate_hz)) {
        std::string words =
            fmt::format("says its rate is {} Hz; allowed: 8000 Hz to 384000 Hz", plain(h.rate_hz));
        // No rate at all is a broken header.
        return h.rate_hz > 0.0 ? not_allowed(std::move(words)) : Broken{std::move(words)};
    }
    const bool allowed =
        h.floating_point ? h.bits == 32 || h.bits == 64 : h.bits == 16 || h.bits == 24 || h.bits == 32;
    if (!allowed)
        return not_allowed(
            fmt::format("holds {}-bit {} samples; allowed: integers of 16, 24 or 32 bits, floating "
                        "point of 32 or 64",
                        h.bits, h.floating_point ? "floating-point" : "integer"));
    if (h.frames == 0) return Broken{"holds no samples"};
    if (h.frames > most_samples_of_all / h.channels)
        return Broken{fmt::format("says it holds {} frames of {} channels; allowed: {} samples in all",
                                  h.frames, h.channels, most_samples_of_all)};
    return std::nullopt;
}

HeaderOrBroken judged(SoundHeader header) {
    if (auto broken = judge(header)) return *broken;
    return header;
}

}  // namespace

FileBytes::FileBytes(const std::filesystem::path& file) : stream_(file, std::ios::binary) {
    std::error_code trouble;
    size_ = std::filesystem::file_size(file, trouble);
    if (trouble) size_ = 0;
}

std::optional<std::string> FileBytes::text(std::uint64_t offset, std::size_t count) {
    if (offset > size_ || size_ - offset < count) return std::nullopt;
    std::string bytes(count, '\0');
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(bytes.data(), static_cast<std::streamsize>(count));
    if (static_cast<std::size_t>(stream_.gcount()) != count) return std::nullopt;
    return bytes;
}

std::optional<std::uint64_t> FileBytes::big(std::uint64_t offset, std::size_t count) {
    const auto bytes = text(offset, count);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : *bytes) value = (value << 8) | static_cast<unsigned char>(c);
    return value;
}

std::optional<std::uint64_t> FileBytes::little(std::uint64_t offset, std::size_t count) {
    const auto bytes = text(offset, count);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = (value << 8) | static_cast<unsigned char>((*bytes)[i]);
    return value;
}

HeaderOrBroken check_pcm(SoundHeader header, std::uint64_t block_align, std::uint64_t data_bytes,
                         std::uint64_t there) {
    header.frames = 1;  // the rest of the header is judged first: its words are the clearer ones
    if (auto broken = judge(header)) return *broken;
    const std::uint64_t frame = header.channels * header.bits / 8;
    if (block_align != frame)
        return Broken{fmt::format("says a frame has {} bytes, but {} channels of {} bits have {}",
                                  block_align, header.channels, header.bits, frame)};
    if (data_bytes > there)
        return Broken{fmt::format("is truncated: its header promises {} bytes of samples, {} are missing",
                                  data_bytes, data_bytes - there)};
    if (data_bytes % frame != 0)
        return Broken{
            fmt::format("ends in the middle of a frame: {} bytes of samples are not a whole "
                        "number of {}-byte frames",
                        data_bytes, frame)};
    header.frames = data_bytes / frame;
    return judged(std::move(header));
}

HeaderOrBroken check_flac(FileBytes& bytes) {
    // "fLaC", then STREAMINFO: type 0 in 7 bits, length 34; rate, channels - 1, bits - 1 and
    // frames are 20 + 3 + 5 + 36 bits from byte 18 on (RFC 9639, 8.2).
    const auto kind = bytes.big(4, 1), length = bytes.big(5, 3), packed = bytes.big(18, 8);
    if (!kind || !length || !packed || !bytes.text(26, 16)) return Broken{"is truncated inside its header"};
    if ((*kind & 0x7f) != 0 || *length != 34) return Broken{"does not begin with its stream information"};
    SoundHeader header;
    header.format = "FLAC";
    header.rate_hz = static_cast<double>(*packed >> 44);
    header.channels = ((*packed >> 41) & 7) + 1;
    header.bits = ((*packed >> 36) & 31) + 1;
    header.frames = *packed & 0xfffffffffu;
    if (header.frames == 0)
        return Broken{
            "holds no samples, or was written into a pipe and does not say how many; decode it to a "
            "WAV file"};
    return judged(std::move(header));
}

Result<SoundHeader> check_sound_header(const std::filesystem::path& file) {
    const auto no_sound = [&file](const std::string& why) {
        return Fault{Fault::Kind::bad_input, "", fmt::format("{}: {}", file.string(), why)};
    };
    std::error_code trouble;
    if (std::filesystem::is_directory(file, trouble)) return no_sound("is a folder, not a sound file");
    if (!std::filesystem::exists(file, trouble)) return no_sound("no such file");
    if (!std::filesystem::is_regular_file(file, trouble)) return no_sound("is not a regular file");
    // Only now: a pipe that nobody writes to would be waited for.
    FileBytes bytes(file);
    if (!bytes.is_open()) return no_sound("cannot be opened for reading");
    if (bytes.size() == 0) return no_sound("is empty");

    const std::string magic = bytes.text(0, 4).value_or("");
    HeaderOrBroken found = Broken{};
    if (magic == "RIFF" && bytes.text(0, 12) && bytes.text(8, 4) != "WAVE")
        return no_sound("is a RIFF file, but not a WAVE one");
    if (magic == "RIFF" || magic == "RF64")
        found = check_riff(bytes);
    else if (magic == "riff")
        found = check_w64(bytes);
    else if (magic == "fLaC")
        found = check_flac(bytes);
    else if (magic == "FORM")
        found = check_aiff(bytes);
    else if (magic == "caff")
        found = check_caf(bytes);
    else
        return no_sound("is no sound file; allowed: WAV, RF64, W64, FLAC, AIFF, CAF");

    if (const auto* broken = std::get_if<Broken>(&found))
        return Fault{broken->kind, "", fmt::format("{}: {}", file.string(), broken->why)};
    return std::get<SoundHeader>(std::move(found));
}

}  // namespace fourpole
