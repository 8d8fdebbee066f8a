// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/audio/audio_api.hpp"
#include "drivers/audio/frame_counter.hpp"
#include "drivers/audio/output_wave.hpp"
#include "rig/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A digital way from an output straight back to an input, which nothing else uses. Channels count from 0.
struct CounterLoop {
    unsigned output = 0, input = 0;
};

struct DuplexOrder {
    AudioApi api = AudioApi::alsa;
    std::string device;  ///< its whole name
    unsigned rate_hz = 0, block = 0, outputs = 0, inputs = 0;
    int bits = 24;                          ///< that the interface is to have
    std::vector<double> ceiling;            ///< of each output, peak, full scale = 1
    std::vector<double> most_dc, most_rms;  ///< of each input, full scale = 1: see InputCheck
    std::optional<CounterLoop> counter;
    std::uint64_t lead = 0, programme = 0, tail = 0;  ///< frames, see OutputWave
    /// The device's clock is none (a server that freewheels, a device made of arithmetic): the audio thread
    /// may wait for the disk, and nothing is too fast.
    bool virtual_clock = false;
    std::filesystem::path part;  ///< W64, all inputs; overwritten
};

struct DuplexReport {
    std::uint64_t frames = 0;            ///< stored in the part file
    unsigned flagged = 0;                ///< blocks of which the library said that something was late
    std::optional<std::uint64_t> delay;  ///< frames from output to input, by the counter
    std::vector<FrameEvent> events;      ///< the first of what the counter found
    std::uint64_t event_count = 0;
    int bits = 32;  ///< 16, 24 or 32: the fewest that hold every sample
};

/// How a take ended, and what there is of it.
struct DuplexEnd {
    DuplexReport report;
    std::optional<Fault> fault;  ///< nothing: it is whole
};

/// Plays and captures at once, on the control thread, until the last frame. Whatever ends it, the outputs are
/// silent before it returns, and what was captured lies in `part`.
///
/// Faults, each within 2 s of its cause:
///   bench_trouble  the device is lost (what the library says), stands still, runs faster than its clock
///                  (+2 %: what an unplugged device does), or the disk or this machine is too slow
///   unsafe         a block above the ceiling; it was not played. An input that stands above its most_dc
///                  while nothing plays yet; nothing was played. One that holds more than its most_rms;
///                  from that block on nothing was played
///   take_invalid   the counter did not come back, or frames were lost, repeated or late
///   stopped        `progress` (0..1) returned false; the output fell by a raised cosine of 5 ms
DuplexEnd play_and_record(const DuplexOrder& order, const OutputWave::Programme& programme,
                          const std::function<bool(double)>& progress);

}  // namespace fourpole
