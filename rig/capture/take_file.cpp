// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_file.hpp"

#include "rig/capture/take_facts.hpp"
#include "rig/capture/take_reader.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>

namespace fourpole {

namespace {

using SoundFile = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

constexpr std::size_t frames_at_once = 16384;

// --- libsndfile's virtual file: writes into memory, so that the file appears in one piece ---

struct Memory {
    std::string bytes;
    std::size_t place = 0;
};

sf_count_t memory_size(void* user) {
    return static_cast<sf_count_t>(static_cast<Memory*>(user)->bytes.size());
}

sf_count_t memory_seek(sf_count_t offset, int whence, void* user) {
    auto& memory = *static_cast<Memory*>(user);
    const sf_count_t from = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? static_cast<sf_count_t>(memory.place)
                                                 : memory_size(user);
    memory.place = static_cast<std::size_t>(std::max<sf_count_t>(0, from + offset));
    return static_cast<sf_count_t>(memory.place);
}

sf_count_t memory_read(void* to, sf_count_t count, void* user) {
    auto& memory = *static_cast<Memory*>(user);
    const std::size_t there = memory.bytes.size() - std::min(memory.place, memory.bytes.size());
    const std::size_t taken = std::min(there, static_cast<std::size_t>(count));
    std::memcpy(to, memory.bytes.data() + memory.place, taken);
    memory.place += taken;
    return static_cast<sf_count_t>(taken);
}

sf_count_t memory_write(const void* from, sf_count_t count, void* user) {
    auto& memory = *static_cast<Memory*>(user);
    const std::size_t end = memory.place + static_cast<std::size_t>(count);
    if (memory.bytes.size() < end) memory.bytes.resize(end);
    std::memcpy(memory.bytes.data() + memory.place, from, static_cast<std::size_t>(count));
    memory.place = end;
    return count;
}

sf_count_t memory_tell(void* user) { return static_cast<sf_count_t>(static_cast<Memory*>(user)->place); }

/// The integer at the top of 32 bits. A sample at or beyond full scale is held there.
int top_of_32(double sample, int bits) {
    const double steps = std::ldexp(1.0, bits - 1);
    const double whole = std::clamp(std::nearbyint(sample * steps), -steps, steps - 1.0);
    return static_cast<int>(std::ldexp(whole, 32 - bits));
}

bool write_samples(SNDFILE* sound, const Take& take) {
    const std::size_t count = take.channels.size();
    std::vector<double> doubles;
    std::vector<int> integers;
    for (std::size_t first = 0; first < take.frames(); first += frames_at_once) {
        const std::size_t last = std::min(take.frames(), first + frames_at_once);
        doubles.clear();
        integers.clear();
        for (std::size_t n = first; n < last; ++n)
            for (std::size_t c = 0; c < count; ++c) {
                if (take.floating_point)
                    doubles.push_back(take.channels[c][n]);
                else
                    integers.push_back(top_of_32(take.channels[c][n], take.bits));
            }
        const auto frames = static_cast<sf_count_t>(last - first);
        const sf_count_t written = take.floating_point ? sf_writef_double(sound, doubles.data(), frames)
                                                       : sf_writef_int(sound, integers.data(), frames);
        if (written != frames) return false;
    }
    return true;
}

std::optional<int> coding(const Take& take) {
    if (take.floating_point)
        return take.bits == 32   ? std::optional(SF_FORMAT_FLOAT)
               : take.bits == 64 ? std::optional(SF_FORMAT_DOUBLE)
                                 : std::nullopt;
    switch (take.bits) {
        case 16: return SF_FORMAT_PCM_16;
        case 24: return SF_FORMAT_PCM_24;
        case 32: return SF_FORMAT_PCM_32;
        default: return std::nullopt;
    }
}

}  // namespace

Result<Take> read_take(const std::filesystem::path& file) {
    auto reader = TakeReader::open(file);
    if (!reader) return reader.error();
    if (reader->frames() > most_samples / reader->channels())
        return Fault{Fault::Kind::take_invalid, "",
                     fmt::format("{}: holds {} frames of {} channels, which is more than is read at once; "
                                 "allowed here: {} samples in all",
                                 file.string(), reader->frames(), reader->channels(), most_samples)};
    std::vector<std::size_t> all(reader->channels());
    std::iota(all.begin(), all.end(), std::size_t{0});
    auto samples = reader->read(0, reader->frames(), all);
    if (!samples) return samples.error();
    auto take = reader->described();
    if (take) take->channels = std::move(*samples);
    return take;
}

Result<std::string> sound_bytes(const Take& take, SoundCoding wanted) {
    const auto sub = coding(take);
    const std::string where = "writing a take";
    if (!sub || (wanted == SoundCoding::flac && (take.floating_point || take.bits == 32)))
        return Fault{Fault::Kind::bad_input, where,
                     fmt::format("{} bits cannot be written; allowed: WAV with 16, 24, 32 or floating point "
                                 "32, 64; FLAC with 16, 24",
                                 take.bits)};
    SF_INFO info{};
    info.samplerate = static_cast<int>(std::lround(take.rate_hz));
    info.channels = static_cast<int>(take.channels.size());
    info.format = (wanted == SoundCoding::flac ? SF_FORMAT_FLAC : SF_FORMAT_WAV) | *sub;
    SF_VIRTUAL_IO io{memory_size, memory_seek, memory_read, memory_write, memory_tell};
    Memory memory;
    memory.bytes.reserve(take.frames() * take.channels.size() * static_cast<std::size_t>(take.bits) / 8 +
                         256);
    {
        const SoundFile sound(sf_open_virtual(&io, SFM_WRITE, &info, &memory), &sf_close);
        if (!sound) return Fault{Fault::Kind::bad_input, where, sf_strerror(nullptr)};
        // The library stamps float files with the time of day; the same take is the same bytes.
        sf_command(sound.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
        if (!write_samples(sound.get(), take))
            return Fault{Fault::Kind::bad_input, where, sf_strerror(sound.get())};
    }
    return std::move(memory.bytes);
}

Result<Done> write_take(Take& take, const std::filesystem::path& file) {
    const auto bytes = sound_bytes(take, SoundCoding::wav);
    if (!bytes) return bytes.error();
    if (auto written = write_atomic(file, *bytes); !written) return written.error();
    take.sha256 = sha256_hex(*bytes);
    return write_facts(take, file);
}

std::filesystem::path take_path(const std::filesystem::path& run_folder, const std::string& arm, int repeat) {
    return run_folder / "takes" / (arm + "-" + std::to_string(repeat) + ".wav");
}

}  // namespace fourpole
