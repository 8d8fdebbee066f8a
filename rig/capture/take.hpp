// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What is known about a take besides its samples; written as JSON beside the WAV.
struct TakeFacts {
    std::string arm;  ///< "" outside a session
    int repeat = 0;
    std::string programme_text;  ///< the programme's JSON as played; "" = unknown
    std::string programme_path;  ///< folder that `file` events are relative to; not written
    std::string bench;           ///< identity of the bench: "simulated", "Scarlett 4i4, serial ..."
    bool simulated = false;
    bool same_clock = false;            ///< player and converter share one clock
    std::vector<std::string> channels;  ///< what each channel is: "left", "right"; empty = by order
    /// Volts (peak) at the fixture's tap per digital full scale, per channel; empty = raw.
    std::vector<double> volts_per_full_scale;
    std::vector<double> volts_relative_u;  ///< relative standard uncertainty of the above
    std::string calibration = "raw";       ///< raw | nominal | calibrated
    /// Of the prediction that was on disk before this take was made; "" = unknown, or none.
    std::string prediction_sha256;
    std::string started;  ///< ISO 8601 with offset; "" = unknown
    /// What every contact between player, earphone and interface was, and who says so; empty = nobody knows.
    std::vector<std::string> switch_states;
    std::vector<std::string> switch_writes;  ///< what relay boards were told since the take before, in order
    std::string invalid;  ///< why no figure may be made of it: what ended the take; "" = nothing known
};

/// One raw capture, never changed. Samples are full scale = 1.0: an integer of b bits
/// divided by 2^(b-1), which a double holds exactly.
struct Take {
    double rate_hz = 0.0;
    int bits = 0;
    bool floating_point = false;
    std::vector<std::vector<double>> channels;  ///< one that nobody needs may be empty
    std::string sha256;                         ///< of the sound file; "" until it has one
    TakeFacts facts;
    /// Of a long file `channels` may be a piece, from this frame on; the file has `frames_of_file`.
    std::size_t first_frame = 0;
    std::optional<std::size_t> frames_of_file;  ///< absent: all of it is here

    std::size_t frames() const {
        std::size_t most = 0;
        for (const auto& channel : channels) most = std::max(most, channel.size());
        return most;
    }
};

}  // namespace fourpole
