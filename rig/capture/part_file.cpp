// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/part_file.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <bit>
#include <cmath>
#include <utility>
#include <vector>

namespace fourpole {

struct PartFile::Sound {
    SNDFILE* file = nullptr;
    bool floating_point = false;
    unsigned channels = 0;
    std::vector<int> integers;
    std::vector<float> floats;
};

void PartFile::Closing::operator()(Sound* sound) const {
    if (sound->file != nullptr) sf_close(sound->file);
    delete sound;
}

PartFile::PartFile(std::filesystem::path path, std::unique_ptr<Sound, Closing> sound)
    : path_(std::move(path)), sound_(std::move(sound)) {}

Result<PartFile> PartFile::create(const std::filesystem::path& file, double rate_hz, unsigned channels,
                                  bool floating_point) {
    SF_INFO info{};
    info.samplerate = static_cast<int>(std::lround(rate_hz));
    info.channels = static_cast<int>(channels);
    info.format = SF_FORMAT_W64 | (floating_point ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_32);
    SNDFILE* const opened = sf_open(file.c_str(), SFM_WRITE, &info);
    if (opened == nullptr)
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("{}: cannot be written: {}", file.string(), sf_strerror(nullptr))};
    sf_command(opened, SFC_SET_UPDATE_HEADER_AUTO, nullptr, SF_TRUE);
    return PartFile(file,
                    std::unique_ptr<Sound, Closing>(new Sound{opened, floating_point, channels, {}, {}}));
}

Result<Done> PartFile::append(std::span<const std::uint32_t> words) {
    Sound& sound = *sound_;
    const auto frames = static_cast<sf_count_t>(words.size() / sound.channels);
    sf_count_t written = 0;
    if (sound.floating_point) {
        sound.floats.clear();
        for (const std::uint32_t w : words) sound.floats.push_back(std::bit_cast<float>(w));
        written = sf_writef_float(sound.file, sound.floats.data(), frames);
    } else {
        sound.integers.clear();
        for (const std::uint32_t w : words) sound.integers.push_back(std::bit_cast<std::int32_t>(w));
        written = sf_writef_int(sound.file, sound.integers.data(), frames);
    }
    if (written == frames) return Done{};
    return Fault{Fault::Kind::bench_trouble, "",
                 fmt::format("{}: the disk takes no more: {}", path_.string(), sf_strerror(sound.file))};
}

Result<Done> PartFile::close() {
    SNDFILE* const file = std::exchange(sound_->file, nullptr);
    if (file == nullptr || sf_close(file) == 0) return Done{};
    return Fault{Fault::Kind::bench_trouble, "",
                 fmt::format("{}: its last samples could not be stored", path_.string())};
}

}  // namespace fourpole
