// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/signal.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fourpole {

// What is played, exactly enough to be evaluated in closed form. All times are seconds
// of the player's own clock, u; amplitude 1.0 is digital full scale (peak). With
// v = u - start the formulas are in rig/stimulus/evaluate.hpp.

struct Chirp {
    double start_s = 0.0, duration_s = 0.0;
    double f1_hz = 0.0, f2_hz = 0.0;  ///< f2 < f1: a falling chirp
    double amplitude = 0.0;
    double edge_s = 0.0;  ///< raised cosine at both ends
    bool operator==(const Chirp&) const = default;
};

struct Sweep {
    enum class Law { synchronised, farina };
    double start_s = 0.0;
    double f1_hz = 0.0, f2_hz = 0.0;
    double rate_s = 0.0;  ///< L: the frequency grows by e in L seconds
    double amplitude = 0.0;
    double fade_in_s = 0.0, fade_out_s = 0.0;
    Law law = Law::synchronised;
    bool operator==(const Sweep&) const = default;
};

struct Tone {
    double frequency_hz = 0.0, amplitude = 0.0, phase_rad = 0.0;
    bool operator==(const Tone&) const = default;
};

struct Tones {
    double start_s = 0.0, duration_s = 0.0, edge_s = 0.0;
    std::vector<Tone> tones;
    bool operator==(const Tones&) const = default;
};

struct Silence {
    double start_s = 0.0, duration_s = 0.0;
    bool operator==(const Silence&) const = default;
};

/// A recorded stimulus: music, or a sweep somebody else made.
struct FileEvent {
    double start_s = 0.0;
    std::string path;  ///< as resolved against the programme's own folder
    double amplitude = 1.0;
    double length_s = 0.0;  ///< as the file's header has it; 0: not read yet
    bool operator==(const FileEvent&) const = default;
};

/// The realisation is unknown to the analyzer.
struct Noise {
    enum class Spectrum { white, pink, iec_programme };
    double start_s = 0.0, duration_s = 0.0, amplitude = 0.0;  ///< amplitude: rms, 1.0 = full scale
    Spectrum spectrum = Spectrum::white;
    bool operator==(const Noise&) const = default;
};

struct JTest {
    double start_s = 0.0, duration_s = 0.0;
    int bits = 24;
    double rate_hz = 0.0;  ///< of the words: the player's
    bool operator==(const JTest&) const = default;
};

struct Event {
    std::variant<Chirp, Sweep, Tones, Silence, FileEvent, Noise, JTest> what;
    PerSide<bool> on{};  ///< the sides that play it
};

struct Programme {
    std::string id;
    double sample_rate_hz = 0.0;  ///< of the player
    double length_s = 0.0;
    std::vector<Event> events;
    std::vector<std::string> analyses;  ///< empty: everything the events allow
    std::string sha256;                 ///< of the file it came from
};

}  // namespace fourpole
