// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/sound_header.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fourpole {

namespace {

constexpr std::uint64_t pcm = 1, ieee_float = 3, extensible = 0xfffe;
constexpr std::uint64_t least_valid_bits = 16;
constexpr std::uint64_t see_ds64 = 0xffffffff;
const char* const cut = "is truncated inside its header";

struct Format {
    SoundHeader header;
    std::uint64_t block_align = 0;
};

/// The fmt chunk, the same in WAV, RF64 and W64.
std::variant<Format, Broken> format_chunk(FileBytes& bytes, std::uint64_t at, std::uint64_t size) {
    if (size < 16) return Broken{fmt::format("has a format chunk of {} bytes; it needs 16", size)};
    std::uint64_t valid = 0;
    auto tag = bytes.little(at, 2);
    const auto channels = bytes.little(at + 2, 2), rate = bytes.little(at + 4, 4);
    const auto align = bytes.little(at + 12, 2), bits = bytes.little(at + 14, 2);
    if (!tag || !channels || !rate || !align || !bits) return Broken{cut};
    if (*tag == extensible) {
        // WAVE_FORMAT_EXTENSIBLE: the true tag leads a GUID that ends 0000-0010-8000-00aa00389b71.
        const auto tail = bytes.text(at + 26, 14);
        if (!tail) return Broken{cut};
        if (size < 40 || *tail != std::string("\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 14))
            return Broken{"has an extensible format chunk that names no known coding"};
        valid = bytes.little(at + 18, 2).value_or(0);
        tag = bytes.little(at + 24, 2);
    }
    if (*tag != pcm && *tag != ieee_float)
        return not_allowed(
            fmt::format("is compressed (format tag {:#06x}); allowed: PCM and floating point", *tag));
    // The valid bits stand at the top of the container (Microsoft's WAVEFORMATEXTENSIBLE); 0 says nothing.
    if (valid > *bits || (valid > 0 && valid < (*tag == pcm ? least_valid_bits : *bits)))
        return not_allowed(fmt::format(
            "says that {} bits of {} are valid; allowed: {}", valid, *bits,
            *tag == pcm ? fmt::format("{} to {}", least_valid_bits, *bits) : std::string("all of them")));
    Format format;
    format.header.valid_bits = valid == *bits ? 0 : valid;
    format.header.channels = *channels;
    format.header.rate_hz = static_cast<double>(*rate);
    format.header.bits = *bits;
    format.header.floating_point = *tag == ieee_float;
    format.block_align = *align;
    return format;
}

/// What stands behind the samples without a chunk's name: padding, or the rest of them.
constexpr std::uint64_t most_padding = 4096, padding_share = 100;

/// A writer that cannot go back (into a pipe) leaves a length that stands for none: ffmpeg all ones, SoX
/// 0x7ffff000, arecord near 2^31; in W64 more than any disk holds. The samples then go on to the file's end.
bool stands_for_none(std::uint64_t bytes, std::size_t size_bytes) {
    constexpr std::uint64_t no_disk = std::uint64_t{1} << 62;
    if (size_bytes == 8) return bytes >= no_disk;
    return bytes >= 0xffffff00 || (bytes >= 0x7fffe000 && bytes <= 0x80001000);
}

bool is_name(const std::string& chunk) {
    return chunk.size() == 4 &&
           std::all_of(chunk.begin(), chunk.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// One walk over the chunks of either family; what differs is how wide their heads are.
struct Layout {
    const char* format;
    std::uint64_t first;      ///< offset of the first chunk
    std::size_t name_bytes;   ///< 4, or 16 of a W64 GUID, whose first 4 are the name
    std::size_t size_bytes;   ///< 4 or 8
    std::uint64_t size_at;    ///< offset of the length of the whole
    bool size_counts_head;    ///< W64: the size is that of the whole chunk
    std::uint64_t alignment;  ///< chunks start at multiples of this
};

HeaderOrBroken walk(FileBytes& bytes, const Layout& layout) {
    const std::uint64_t head = layout.name_bytes + layout.size_bytes;
    std::optional<Format> format;
    std::optional<std::uint64_t> large_data;  // RF64: the true size of the data chunk
    std::optional<HeaderOrBroken> found;
    std::uint64_t at = layout.first, sample_bytes = 0;
    while (bytes.size() >= head && at <= bytes.size() - head) {
        const std::string chunk = bytes.text(at, 4).value_or("");
        if (found && !is_name(chunk)) {
            const std::uint64_t rest = bytes.size() - at;
            if (rest <= std::max(most_padding, sample_bytes / padding_share)) break;
            return Broken{
                fmt::format("says that it has {} bytes of samples, and {} more follow that are no chunk; its "
                            "length is wrong",
                            sample_bytes, rest)};
        }
        std::uint64_t size = bytes.little(at + layout.name_bytes, layout.size_bytes).value_or(0);
        if (layout.size_counts_head) {
            if (size < head)
                return Broken{fmt::format("has a chunk of {} bytes; its head alone has {}", size, head)};
            size -= head;
        }
        const std::uint64_t body = at + head, there = bytes.size() - body;
        if (chunk == "ds64") {
            large_data = bytes.little(body + 8, 8);
        } else if (chunk == "fmt ") {
            if (format) return Broken{"has two format chunks"};
            auto read = format_chunk(bytes, body, size);
            if (const auto* broken = std::get_if<Broken>(&read)) return *broken;
            format = std::get<Format>(std::move(read));
            format->header.format = layout.format;
        } else if (chunk == "data") {
            if (!format) return Broken{"has samples before it says what they are"};
            if (found) return Broken{"has two chunks of samples"};
            const std::uint64_t whole = bytes.little(layout.size_at, layout.size_bytes).value_or(0);
            if (large_data && size == see_ds64)
                size = *large_data;
            else if (size > there && stands_for_none(size, layout.size_bytes) &&
                     stands_for_none(whole, layout.size_bytes))
                size = there - there % std::max<std::uint64_t>(1, format->block_align);
            sample_bytes = size;
            found = check_pcm(format->header, format->block_align, size, there);
            if (std::holds_alternative<Broken>(*found)) return *found;
        }
        if (size > there) break;  // what follows the samples may be cut off: nobody needs it
        at = body + size;
        at += (layout.alignment - at % layout.alignment) % layout.alignment;
    }
    if (found) return *found;
    return Broken{format ? "holds no samples: it ends before its data chunk" : cut};
}

}  // namespace

HeaderOrBroken check_riff(FileBytes& bytes) {
    if (bytes.text(8, 4) != "WAVE") return Broken{cut};
    return walk(bytes, {bytes.text(0, 4) == "RF64" ? "RF64" : "WAV", 12, 4, 4, 4, false, 2});
}

HeaderOrBroken check_w64(FileBytes& bytes) {
    // GUIDs of Sony's Wave64: "riff", 64-bit size, "wave"; then chunks on multiples of 8.
    if (bytes.text(24, 4) != "wave" || !bytes.text(24, 16)) return Broken{cut};
    return walk(bytes, {"W64", 40, 16, 8, 16, true, 8});
}

}  // namespace fourpole
