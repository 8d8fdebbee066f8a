// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/sound_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace fourpole {

namespace {

const char* const cut = "is truncated inside its header";

/// AIFF's rate is an 80-bit extended float: 15-bit exponent (bias 16383), 64-bit mantissa
/// whose first bit is the whole part.
double extended(std::uint64_t sign_and_exponent, std::uint64_t mantissa) {
    if (sign_and_exponent & 0x8000) return 0.0;
    return std::ldexp(static_cast<double>(mantissa), static_cast<int>(sign_and_exponent) - 16383 - 63);
}

/// Codings of AIFF-C that are plain samples.
std::optional<Broken> coding(const std::string& name, SoundHeader& header) {
    for (const char* integer : {"NONE", "sowt", "twos", "in24", "in32", "42ni", "23ni"})
        if (name == integer) return std::nullopt;
    for (const char* floating : {"fl32", "FL32", "fl64", "FL64"})
        if (name == floating) {
            header.floating_point = true;
            return std::nullopt;
        }
    return not_allowed("is compressed; allowed: PCM and floating point");
}

}  // namespace

HeaderOrBroken check_aiff(FileBytes& bytes) {
    const std::string form = bytes.text(8, 4).value_or("");
    if (form.empty()) return Broken{cut};
    if (form != "AIFF" && form != "AIFC") return Broken{"is a FORM file, but not an AIFF one"};
    std::optional<SoundHeader> header;
    std::uint64_t promised = 0;
    std::optional<std::uint64_t> there;
    for (std::uint64_t at = 12; bytes.size() >= 8 && at <= bytes.size() - 8;) {
        const std::string chunk = bytes.text(at, 4).value_or("");
        const std::uint64_t size = bytes.big(at + 4, 4).value_or(0), body = at + 8;
        if (chunk == "COMM") {
            const auto channels = bytes.big(body, 2), frames = bytes.big(body + 2, 4);
            const auto bits = bytes.big(body + 6, 2), power = bytes.big(body + 8, 2);
            const auto mantissa = bytes.big(body + 10, 8);
            if (!channels || !frames || !bits || !power || !mantissa) return Broken{cut};
            header = SoundHeader{"AIFF", *channels, extended(*power, *mantissa), *bits, false, *frames};
            promised = *frames;
            if (form == "AIFC") {
                const auto name = bytes.text(body + 18, 4);
                if (!name) return Broken{cut};
                if (auto broken = coding(*name, *header)) return *broken;
            }
        } else if (chunk == "SSND") {
            const auto offset = bytes.big(body, 4);
            if (!offset || !bytes.text(body, 8)) return Broken{cut};
            const std::uint64_t samples = body + 8 + *offset;
            there = samples < bytes.size() ? bytes.size() - samples : 0;
        }
        if (size > bytes.size() - body) break;
        at = body + size + size % 2;
    }
    if (!header) return Broken{cut};
    const std::uint64_t frame = header->channels * header->bits / 8;
    if (!there && header->channels > 0) return Broken{"holds no samples: it ends before its sound chunk"};
    return check_pcm(*header, frame, promised * frame, there.value_or(0));
}

HeaderOrBroken check_caf(FileBytes& bytes) {
    std::optional<SoundHeader> header;
    std::uint64_t block_align = 0;
    for (std::uint64_t at = 8; bytes.size() >= 12 && at <= bytes.size() - 12;) {
        const std::string chunk = bytes.text(at, 4).value_or("");
        const std::uint64_t size = bytes.big(at + 4, 8).value_or(0), body = at + 12;
        const std::uint64_t there = bytes.size() - body;
        if (chunk == "desc") {
            const auto rate = bytes.big(body, 8), flags = bytes.big(body + 12, 4);
            const auto packet = bytes.big(body + 16, 4), channels = bytes.big(body + 24, 4);
            const auto bits = bytes.big(body + 28, 4);
            if (!rate || !flags || !packet || !channels || !bits) return Broken{cut};
            if (bytes.text(body + 8, 4) != "lpcm")
                return not_allowed("is compressed; allowed: PCM and floating point");
            header = SoundHeader{"CAF", *channels, std::bit_cast<double>(*rate), *bits, (*flags & 1) != 0, 0};
            block_align = *packet;
        } else if (chunk == "data") {
            if (!header) return Broken{"has samples before it says what they are"};
            if (there < 4) return Broken{cut};
            // Four bytes of edit count lead the samples; a size of -1 means "to the end".
            const bool unsaid = size == ~std::uint64_t{0};
            const std::uint64_t frame = std::max<std::uint64_t>(1, block_align);
            const std::uint64_t claimed = unsaid ? there - (there - 4) % frame : size;
            if (unsaid) header->unsaid_length = SoundHeader::Length{at + 4, claimed};
            if (claimed < 4) return Broken{fmt::format("has a data chunk of {} bytes", claimed)};
            return check_pcm(*header, block_align, claimed - 4, there - 4);
        }
        if (size > there) break;
        at = body + size;
    }
    return Broken{header ? "holds no samples: it ends before its data chunk" : cut};
}

}  // namespace fourpole
