// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/read_capture.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/measure/whereabouts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace fourpole {

Result<std::vector<std::size_t>> channels_needed(const Take& take, const Programme& programme,
                                                 const SenseCircuit* circuit) {
    std::vector<std::size_t> out;
    if (circuit && wanted(programme.analyses, "impedance")) {
        for (const std::size_t c : {circuit->pair.before, circuit->pair.after})
            if (c < take.channels.size()) out.push_back(c);
        return out;
    }
    const auto of_side = side_channels(take, programme);
    if (!of_side) return of_side.error();
    for (const Side side : sides)
        if ((*of_side)[side]) out.push_back(*(*of_side)[side]);
    return out;
}

Result<Done> read_needed(TakeReader& reader, const Programme& programme, const SenseCircuit* circuit,
                         const ReadProgress& progress, Take& take, std::size_t most_frames) {
    const auto channels = channels_needed(take, programme, circuit);
    if (!channels) return channels.error();
    Piece piece{0, reader.frames()};
    const bool is_long = reader.frames() > most_frames &&
                         2 * frames_needed(programme, reader.header().rate_hz) < reader.frames();
    if (is_long) {
        const auto found = whereabouts(reader, *channels, programme,
                                       [&](double done) { progress(done, "looking for the programme"); });
        if (!found) return found.error();
        piece = *found;
        take.first_frame = piece.first;
        take.frames_of_file = reader.frames();
    }
    if (piece.frames > most_samples / std::max<std::size_t>(1, channels->size()))
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("the programme needs {} frames of {} channels of this capture at once; allowed: "
                        "{} samples in all",
                        piece.frames, channels->size(), most_samples)};
    auto samples = reader.read(piece.first, piece.frames, *channels);
    if (!samples) return samples.error();
    for (std::size_t k = 0; k < channels->size(); ++k)
        take.channels[(*channels)[k]] = std::move((*samples)[k]);
    return Done{};
}

Result<NullCapture> capture_for_null(const std::filesystem::path& file, const ReadProgress& progress,
                                     Take& described) {
    constexpr std::size_t most_in_memory = std::size_t{1} << 24U;
    auto reader = TakeReader::open(file);
    if (!reader) return reader.error();
    if (reader->frames() > most_in_memory / reader->channels()) {
        auto facts = reader->described([&](double part) { progress(0.02 * part, "reading"); });
        if (!facts) return facts.error();
        described = std::move(*facts);
        described.frames_of_file = reader->frames();
        return on_disk(std::move(*reader), described);
    }
    auto take = read_take(file);
    if (!take) return take.error();
    described.rate_hz = take->rate_hz, described.sha256 = take->sha256, described.facts = take->facts;
    described.frames_of_file = take->frames();
    return in_memory(std::move(*take));
}

}  // namespace fourpole
