// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fourpole {

/// What can be set of one channel of a feature unit, and whether the host may.
struct FeatureControls {
    bool mute = false, volume = false;                            ///< the unit has it
    bool mute_is_read_only = false, volume_is_read_only = false;  ///< UAC2 tells them apart
};

/// A terminal, unit or clock of an audio function: a node of its graph.
struct AudioUnit {
    enum class Kind {
        input_terminal,
        output_terminal,
        mixer,
        selector,
        feature,
        effect,
        processing,
        extension,
        rate_converter,
        clock_source,
        clock_selector,
        clock_multiplier,
    };
    Kind kind = Kind::feature;
    int id = 0;
    int terminal_type = 0;        ///< 0x0101 USB streaming, 0x0201 microphone, 0x0302 headphones ...
    std::vector<int> sources;     ///< ids that feed it, in the order of its pins
    std::optional<int> clock;     ///< of a terminal (UAC2): id of its clock
    std::optional<int> channels;  ///< of an input terminal
    std::vector<FeatureControls> controls;  ///< of a feature unit: [0] the master, then the channels
    int name_index = 0;                     ///< of its string; 0 = it has none
    /// Of a clock source (UAC2): what makes it, and whether it follows the bus.
    enum class Clock { external, internal_fixed, internal_variable, internal_programmable };
    Clock clock_type = Clock::external;
    bool follows_frames = false;
};

struct UsbEndpoint {
    enum class Transfer { control, isochronous, bulk, interrupt };
    enum class Sync { none, asynchronous, adaptive, synchronous };
    enum class Usage { data, feedback, implicit_feedback, reserved };
    int number = 0;
    bool to_host = false;
    Transfer transfer = Transfer::isochronous;
    Sync sync = Sync::none;
    Usage usage = Usage::data;
    int max_packet_bytes = 0;        ///< in one microframe, additional transactions included
    int interval = 0;                ///< bInterval: a packet every 2^(interval - 1) (micro)frames
    bool full_packets_only = false;  ///< MaxPacketsOnly
};

/// One alternate setting that streams.
struct StreamSetting {
    int interface_number = 0, alternate = 0;
    int terminal = 0;  ///< id of the USB streaming terminal it is linked to
    bool pcm = false, floating_point = false;
    int channels = 0, subslot_bytes = 0, bits = 0;
    /// UAC1 says its rates here; of UAC2 the clock is asked.
    std::vector<int> rates_hz;
    std::optional<std::pair<int, int>> rate_range_hz;
    std::vector<UsbEndpoint> endpoints;
};

/// One audio function of a device, as its descriptors have it.
struct AudioFunction {
    int uac = 0;          ///< 1 or 2; of 3 nothing but this is read
    int version_bcd = 0;  ///< bcdADC
    int control_interface = 0;
    std::vector<AudioUnit> units;
    std::vector<StreamSetting> settings;

    const AudioUnit* unit(int id) const;
};

/// What a configuration says of audio, and what in it makes no sense: sentences for a person. A descriptor
/// that is too short, names an id twice or a setting without channels is left out, and the rest is read.
struct AudioDescription {
    std::vector<AudioFunction> functions;
    std::vector<std::string> troubles;
};

/// Reads USB Audio 1.0 and 2.0 (class specific descriptors of their sections A and 4.7 to 4.10) from the
/// bytes of a configuration descriptor. An audio streaming interface belongs to the audio control interface
/// before it. Never reads beyond the bytes; never fails: at worst there is no function and a trouble.
AudioDescription read_audio_functions(std::span<const std::uint8_t> configuration);

/// Ids on the way from a terminal or unit back to what feeds it (first pins), itself first: ends at an input
/// terminal, at an id that is not there, or where the graph runs in a circle.
std::vector<int> path_to_source(const AudioFunction& function, int id);

}  // namespace fourpole
