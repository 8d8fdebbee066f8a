// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/track_pack.hpp"

#include "drivers/chance.hpp"
#include "drivers/recorded_events.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace fourpole {

namespace {

// One realisation of dither and noise for all time: the same session gives the same bytes.
constexpr std::uint64_t seed = 1;

Fault refuse(std::string what) { return {Fault::Kind::bad_input, "", std::move(what)}; }

double highest_hz(const Chirp& e) { return std::max(e.f1_hz, e.f2_hz); }
double highest_hz(const Sweep& e) { return e.f2_hz; }
double highest_hz(const Tones& e) {
    double highest = 0.0;
    for (const Tone& tone : e.tones) highest = std::max(highest, tone.frequency_hz);
    return highest;
}
double highest_hz(const auto&) { return 0.0; }

/// What a track of this rate and depth cannot hold.
std::optional<Fault> misfit(const Programme& programme, double rate_hz, int bits) {
    for (const Event& event : programme.events) {
        const double hz = std::visit([](const auto& e) { return highest_hz(e); }, event.what);
        if (hz > 0.5 * rate_hz)
            return refuse(
                fmt::format("programme {}: {:.10g} Hz cannot be played at {:.10g} Hz; allowed: at most half",
                            programme.id, hz, rate_hz));
        const auto* words = std::get_if<JTest>(&event.what);
        if (words && (words->rate_hz != rate_hz || words->bits > bits))
            return refuse(
                fmt::format("programme {}: a {}-bit J-test of {:.10g} Hz needs a player of that rate and at "
                            "least that depth; found {:.10g} Hz, {} bits",
                            programme.id, words->bits, words->rate_hz, rate_hz, bits));
    }
    return std::nullopt;
}

/// Where a J-test plays, its least significant bit is the signal: no dither there.
bool plays_words(const Programme& programme, Side side, double u_s) {
    return std::any_of(programme.events.begin(), programme.events.end(), [&](const Event& event) {
        return std::holds_alternative<JTest>(event.what) && event.on[side] && u_s >= event_start(event) &&
               u_s < event_end(event);
    });
}

/// One side at the player's rate, rounded to its depth with TPDF dither of two steps peak to peak.
Result<std::vector<double>> side_of_track(const Programme& programme, Side side, double rate_hz, int bits) {
    const Clock clock{rate_hz, 0.0, 0.0};
    const auto frames = static_cast<std::size_t>(std::ceil(programme.length_s * rate_hz));
    std::vector<double> samples = render(programme, side, clock, frames);
    if (const auto added = add_recorded_events(programme, side, clock, seed, samples); !added)
        return added.error();
    const double steps = std::ldexp(1.0, bits - 1);
    Chance chance(hash_of({"stimulus dither", name(side)}, seed));
    for (std::size_t n = 0; n < frames; ++n) {
        const double u_s = clock.u_at(static_cast<double>(n));
        if (std::abs(samples[n]) > 1.0 + 1e-9)
            return refuse(
                fmt::format("programme {}: the {} side reaches {:.4g} of full scale at {:.4f} s; "
                            "allowed: at most 1",
                            programme.id, name(side), std::abs(samples[n]), u_s));
        const double dither = chance.uniform() - chance.uniform();
        const bool plain = plays_words(programme, side, u_s);
        samples[n] =
            std::clamp(std::nearbyint(samples[n] * steps + (plain ? 0.0 : dither)), -steps, steps - 1.0) /
            steps;
    }
    return samples;
}

Result<Track> write_track(const Session& session, double rate_hz, int bits,
                          const std::filesystem::path& folder, const std::string& format) {
    if (const auto fault = misfit(session.programme, rate_hz, bits)) return *fault;
    Take take;
    take.rate_hz = rate_hz;
    take.bits = bits;
    Track track{rate_hz, bits, session.programme.length_s, 0.0, "", ""};
    for (const Side side : sides) {
        auto samples = side_of_track(session.programme, side, rate_hz, bits);
        if (!samples) return samples.error();
        for (const double x : *samples) track.peak_fs = std::max(track.peak_fs, std::abs(x));
        take.channels.push_back(std::move(*samples));
    }
    const bool flac = format == "flac";
    const auto bytes = sound_bytes(take, flac ? SoundCoding::flac : SoundCoding::wav);
    if (!bytes) return bytes.error();
    track.name = fmt::format("{}_{:.10g}hz_{}bit.{}", session.programme.id, rate_hz, bits, format);
    track.sha256 = sha256_hex(*bytes);
    if (const auto written = write_atomic(folder / track.name, *bytes); !written) return written.error();
    return track;
}

}  // namespace

Result<std::vector<Track>> write_track_pack(const Session& session, const std::filesystem::path& folder,
                                            const std::string& format) {
    if (format != "wav" && format != "flac")
        return refuse(fmt::format("--format: found \"{}\"; allowed: wav, flac", format));
    std::set<std::pair<double, int>> kinds;
    for (const Arm& arm : session.arms) kinds.insert({arm.player.sample_rate_hz, arm.player.bits});
    std::error_code ignored;
    const bool ours = !std::filesystem::exists(folder, ignored);
    if (const auto made = make_folder(folder); !made) return made.error();
    const auto give_up = [&](const Fault& fault) {
        if (ours) std::filesystem::remove_all(folder, ignored);  // half a pack is no pack
        return fault;
    };
    std::vector<Track> tracks;
    for (const auto& [rate_hz, bits] : kinds) {
        auto track = write_track(session, rate_hz, bits, folder, format);
        if (!track) return give_up(track.error());
        tracks.push_back(std::move(*track));
    }
    if (const auto written = write_atomic(folder / "programme.json", session.programme_text); !written)
        return give_up(written.error());
    return tracks;
}

}  // namespace fourpole
