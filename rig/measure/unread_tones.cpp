// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/unread_tones.hpp"

#include "rig/measure/tone_segments.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <variant>

namespace fourpole {

namespace {

constexpr double same = 1e-9;
constexpr double hair_s = 1e-6;

/// One tone of one event.
struct Played {
    Tone tone;
    PerSide<bool> on;
    double from_s = 0.0, to_s = 0.0;  ///< without the edges
    double start_s = 0.0;             ///< that its phase counts from
};

std::vector<Played> played_tones(const Programme& programme) {
    std::vector<Played> out;
    for (const Event& e : programme.events)
        if (const auto* tones = std::get_if<Tones>(&e.what))
            for (const Tone& tone : tones->tones)
                out.push_back({tone, e.on, tones->start_s + tones->edge_s,
                               tones->start_s + tones->duration_s - tones->edge_s, tones->start_s});
    return out;
}

std::complex<double> phasor(const Played& p) {
    return std::polar(p.tone.amplitude,
                      p.tone.phase_rad - 2.0 * std::numbers::pi * p.tone.frequency_hz * p.start_s);
}

std::string alone(const Played& p) {
    const double seconds = p.to_s - p.from_s;
    if (p.tone.amplitude <= 0.0)
        return fmt::format(
            "tones: the programme plays {:g} Hz with no amplitude at {:g} s; nothing is there to read",
            p.tone.frequency_hz, p.from_s);
    if (seconds < shortest_tone_s - hair_s)
        return fmt::format(
            "tones: the programme plays {:g} Hz for {:.0f} ms at {:g} s; {:.0f} ms is the least that is read",
            p.tone.frequency_hz, 1e3 * seconds, p.from_s, 1e3 * shortest_tone_s);
    return "";
}

std::string together(const Played& a, const Played& b) {
    const double seconds = std::min(a.to_s, b.to_s) - std::max(a.from_s, b.from_s);
    if (seconds < shortest_tone_s - hair_s || a.tone.amplitude <= 0.0 || b.tone.amplitude <= 0.0) return "";
    const double f = a.tone.frequency_hz, apart = std::abs(f - b.tone.frequency_hz);
    if (apart <= same * f) {
        const bool one_side =
            (a.on[Side::left] && b.on[Side::left]) || (a.on[Side::right] && b.on[Side::right]);
        if (!one_side || std::abs(phasor(a) + phasor(b)) > same * a.tone.amplitude) return "";
        return fmt::format(
            "tones: the programme plays {:g} Hz twice at {:g} s, and the two cancel each other; nothing is "
            "there to read",
            f, std::max(a.from_s, b.from_s));
    }
    if (apart * seconds >= least_bins_apart) return "";
    return fmt::format(
        "tones: the programme plays {:.10g} and {:.10g} Hz together for {:.3g} s, which tells {:.3g} Hz "
        "apart and "
        "no less; nothing is read of these tones",
        std::min(f, b.tone.frequency_hz), std::max(f, b.tone.frequency_hz), seconds,
        least_bins_apart / seconds);
}

}  // namespace

std::vector<std::string> unread_tones(const Programme& programme) {
    std::vector<std::string> out;
    const auto add = [&](std::string words) {
        if (!words.empty() && std::find(out.begin(), out.end(), words) == out.end())
            out.push_back(std::move(words));
    };
    std::vector<Played> tones = played_tones(programme);
    for (const Played& p : tones) add(alone(p));
    // A comb has thousands of tones: only neighbours can be too near.
    std::stable_sort(tones.begin(), tones.end(), [](const Played& a, const Played& b) {
        return a.tone.frequency_hz < b.tone.frequency_hz;
    });
    for (std::size_t i = 0; i < tones.size(); ++i)
        for (std::size_t k = i + 1; k < tones.size(); ++k) {
            const double most = least_bins_apart / shortest_tone_s;
            if (tones[k].tone.frequency_hz - tones[i].tone.frequency_hz > most) break;
            add(together(tones[i], tones[k]));
        }
    return out;
}

}  // namespace fourpole
