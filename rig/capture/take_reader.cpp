// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_reader.hpp"

#include "rig/capture/mended_file.hpp"
#include "rig/capture/take_facts.hpp"
#include "rig/files/sha256.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace fourpole {

namespace {

constexpr std::size_t frames_at_once = 16384;
constexpr std::size_t most_on_trust = std::size_t{1} << 26U;

Fault broken(const std::filesystem::path& file, const std::string& why) {
    return {Fault::Kind::take_invalid, "", fmt::format("{}: {}", file.string(), why)};
}

/// The library takes the padding behind a W64's samples (to 8 bytes) for frames.
bool agrees_on_frames(const SoundHeader& header, const SF_INFO& info) {
    const auto frames = static_cast<std::uint64_t>(info.frames);
    return frames == header.frames || (header.format == "W64" && frames > header.frames &&
                                       (frames - header.frames) * header.channels * header.bits / 8 < 8);
}

bool agrees(const SoundHeader& header, const SF_INFO& info) {
    const int coding = info.format & SF_FORMAT_SUBMASK;
    const bool floating = coding == SF_FORMAT_FLOAT || coding == SF_FORMAT_DOUBLE;
    const bool same_bits = (coding == SF_FORMAT_PCM_16 && header.bits == 16) ||
                           (coding == SF_FORMAT_PCM_24 && header.bits == 24) ||
                           (coding == SF_FORMAT_PCM_32 && header.bits == 32) ||
                           (coding == SF_FORMAT_FLOAT && header.bits == 32) ||
                           (coding == SF_FORMAT_DOUBLE && header.bits == 64);
    return floating == header.floating_point && same_bits &&
           static_cast<std::uint64_t>(info.channels) == header.channels &&
           info.samplerate == static_cast<int>(std::lround(header.rate_hz)) && agrees_on_frames(header, info);
}

/// What a file name promises; "" where it promises nothing.
std::string promised_by(const std::filesystem::path& file) {
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (ending == ".wav" || ending == ".wave") return "WAV";
    if (ending == ".rf64") return "RF64";
    if (ending == ".w64") return "W64";
    if (ending == ".flac") return "FLAC";
    if (ending == ".aif" || ending == ".aiff" || ending == ".aifc") return "AIFF";
    if (ending == ".caf") return "CAF";
    return "";
}

/// Some frames as the library gives them, channel beside channel. An integer stands at the top of 32 bits, so
/// integer / 2^31 is exact for every depth.
class Interleaved {
public:
    Interleaved(std::size_t channels, bool floating)
        : channels_(channels),
          doubles_(floating ? frames_at_once * channels : 0),
          integers_(floating ? 0 : frames_at_once * channels) {}

    /// Frames that were read; 0 at the end, and where the file is broken.
    std::size_t read(SNDFILE* sound, std::size_t wanted) {
        const auto most = static_cast<sf_count_t>(std::min(wanted, frames_at_once));
        const sf_count_t got = doubles_.empty() ? sf_readf_int(sound, integers_.data(), most)
                                                : sf_readf_double(sound, doubles_.data(), most);
        return static_cast<std::size_t>(std::max<sf_count_t>(0, got));
    }

    double at(std::size_t frame, std::size_t channel) const {
        constexpr double step = 1.0 / 2147483648.0;
        const std::size_t i = frame * channels_ + channel;
        return doubles_.empty() ? step * integers_[i] : doubles_[i];
    }

    /// The first of the first `frames` samples that is no finite number, channel beside channel.
    std::optional<std::size_t> not_finite(std::size_t frames) const {
        for (std::size_t i = 0; i < std::min(frames * channels_, doubles_.size()); ++i)
            if (!std::isfinite(doubles_[i])) return i;
        return std::nullopt;
    }

private:
    std::size_t channels_;
    std::vector<double> doubles_;
    std::vector<int> integers_;
};

}  // namespace

struct TakeReader::Sound {
    std::unique_ptr<MendedFile> mended;  ///< that `file` is read through, if any
    SNDFILE* file = nullptr;
};

namespace {

/// With the length that it does not say (CAF's -1), for the library takes such a file for a broken one.
std::unique_ptr<MendedFile> mended(const std::filesystem::path& file, const SoundHeader& header) {
    if (!header.unsaid_length) return nullptr;
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(header.unsaid_length->bytes >> (56 - 8 * i) & 0xff);
    return std::make_unique<MendedFile>(file, header.unsaid_length->at, bytes);
}

SNDFILE* open_through(MendedFile& file, SF_INFO& info) {
    SF_VIRTUAL_IO io{[](void* user) -> sf_count_t { return static_cast<MendedFile*>(user)->size(); },
                     [](sf_count_t offset, int whence, void* user) -> sf_count_t {
                         auto& mended = *static_cast<MendedFile*>(user);
                         return mended.go_to(offset + (whence == SEEK_SET   ? 0
                                                       : whence == SEEK_CUR ? mended.place()
                                                                            : mended.size()));
                     },
                     [](void* to, sf_count_t count, void* user) -> sf_count_t {
                         return static_cast<MendedFile*>(user)->read(static_cast<char*>(to), count);
                     },
                     [](const void*, sf_count_t, void*) -> sf_count_t { return 0; },
                     [](void* user) -> sf_count_t { return static_cast<MendedFile*>(user)->place(); }};
    return sf_open_virtual(&io, SFM_READ, &info, &file);
}

}  // namespace

void TakeReader::Closing::operator()(Sound* sound) const {
    sf_close(sound->file);
    delete sound;
}

TakeReader::TakeReader(std::filesystem::path file, SoundHeader header, std::unique_ptr<Sound, Closing> sound)
    : file_(std::move(file)), header_(std::move(header)), sound_(std::move(sound)) {}

Result<TakeReader> TakeReader::open(const std::filesystem::path& file) {
    const auto header = check_sound_header(file);
    if (!header) return header.error();
    // RF64 is how a long WAV goes on; every other disagreement means that a file was renamed or
    // overwritten by something else, and somebody should look before it becomes a figure.
    const std::string promised = promised_by(file);
    const bool long_wav = promised == "WAV" && header->format == "RF64";
    if (!promised.empty() && promised != header->format && !long_wav)
        return broken(file,
                      fmt::format("is a {} file with the name of a {}; give it the right ending, or look "
                                  "what has happened to it",
                                  header->format, promised));
    SF_INFO info{};
    auto through = mended(file, *header);
    SNDFILE* const opened = through ? open_through(*through, info) : sf_open(file.c_str(), SFM_READ, &info);
    if (!opened) return broken(file, fmt::format("cannot be decoded: {}", sf_strerror(nullptr)));
    std::unique_ptr<Sound, Closing> sound(new Sound{std::move(through), opened});
    if (!agrees(*header, info)) return broken(file, "its header contradicts itself");
    return TakeReader(file, *header, std::move(sound));
}

Fault TakeReader::breaks_off(std::size_t at) const {
    return broken(file_, fmt::format("breaks off: {} of {} frames can be decoded", at, header_.frames));
}

Result<std::vector<std::vector<double>>> TakeReader::read(std::size_t first, std::size_t count,
                                                          std::span<const std::size_t> wanted) {
    if (first != at_ && sf_seek(sound_->file, static_cast<sf_count_t>(first), SEEK_SET) < 0)
        return breaks_off(at_);
    at_ = first;
    Interleaved piece(channels(), header_.floating_point);
    std::vector<std::vector<double>> out(wanted.size());
    // A header may promise more than there is: beyond this it is believed as it comes true.
    for (auto& channel : out) channel.reserve(std::min(count, most_on_trust));
    while (at_ < first + count) {
        const std::size_t got = piece.read(sound_->file, first + count - at_);
        if (got == 0) return breaks_off(at_);
        if (const auto bad = piece.not_finite(got))
            return broken(file_, fmt::format("sample {} of channel {} is not a finite number",
                                             at_ + *bad / channels(), *bad % channels() + 1));
        for (std::size_t k = 0; k < wanted.size(); ++k)
            for (std::size_t i = 0; i < got; ++i) out[k].push_back(piece.at(i, wanted[k]));
        at_ += got;
    }
    return out;
}

Result<Take> TakeReader::described(const std::function<void(double)>& told) const {
    Take take;
    take.rate_hz = header_.rate_hz;
    take.bits = static_cast<int>(header_.valid_bits > 0 ? header_.valid_bits : header_.bits);
    take.floating_point = header_.floating_point;
    take.channels.resize(channels());
    auto hash = sha256_of_file(file_, told);
    if (!hash) return hash.error();
    take.sha256 = std::move(*hash);
    auto facts = read_facts(file_, take.sha256);
    if (!facts) return facts.error();
    take.facts = std::move(*facts);
    return take;
}

}  // namespace fourpole
