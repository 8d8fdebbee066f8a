// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptors of an audio interface, written byte by byte after USB Audio 2.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace fourpole {

using Bytes = std::vector<std::uint8_t>;

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

inline Bytes interface(int number, int alternate, int endpoints, int subclass, int protocol) {
    return {9,
            4,
            static_cast<std::uint8_t>(number),
            static_cast<std::uint8_t>(alternate),
            static_cast<std::uint8_t>(endpoints),
            1,
            static_cast<std::uint8_t>(subclass),
            static_cast<std::uint8_t>(protocol),
            0};
}

/// How an interface differs from another one of its kind.
struct AudioShape {
    int outputs = 2;
    Bytes controls;          ///< of feature unit 10: 4 bytes for all channels together, 4 for each
    int packet_bytes = 0;    ///< of an output's microframe
    bool associated = true;  ///< its three interfaces are one function, without which the kernel takes none
};

/// Outputs with a feature unit, four inputs, one clock of 24 bits in 4 bytes.
inline Bytes an_interface(const AudioShape& shape) {
    const auto byte = [](std::size_t n) { return static_cast<std::uint8_t>(n & 255U); };
    const auto outputs = byte(static_cast<std::size_t>(shape.outputs));
    const auto packet = static_cast<std::size_t>(shape.packet_bytes);
    return joined({
        {9, 2, 0, 0, 3, 1, 0, 0x80, 50},  // configuration
        shape.associated ? Bytes{8, 0x0b, 0, 3, 1, 0, 0x20, 0} : Bytes{},
        interface(0, 0, 0, 1, 0x20),              // audio control, UAC2
        {9, 0x24, 1, 0x00, 0x02, 8, 0, 0, 0},     // header, 2.00
        {8, 0x24, 0x0a, 0x29, 0x03, 0x07, 0, 5},  // clock source 41, programmable
        {17, 0x24, 2, 1, 0x01, 0x01, 0, 0x29, outputs, 3, 0, 0, 0, 0, 0, 0, 0},  // USB stream in, id 1
        {byte(6 + shape.controls.size()), 0x24, 6, 10, 1},                       // feature 10
        shape.controls,
        {7},
        {12, 0x24, 3, 20, 0x01, 0x03, 0, 10, 0x29, 0, 0, 6},               // speaker out, id 20
        {17, 0x24, 2, 2, 0x01, 0x02, 0, 0x29, 4, 0, 0, 0, 0, 0, 0, 0, 0},  // microphone, id 2, 4 channels
        {12, 0x24, 3, 22, 0x01, 0x01, 0, 2, 0x29, 0, 0, 0},                // USB stream out, id 22
        interface(1, 0, 0, 2, 0x20),
        interface(1, 1, 2, 2, 0x20),
        {16, 0x24, 1, 1, 0, 1, 1, 0, 0, 0, outputs, 3, 0, 0, 0, 0},  // PCM
        {6, 0x24, 2, 1, 4, 24},
        {7, 5, 0x01, 0x05, byte(packet), byte(packet >> 8U), 1},  // out, isochronous, asynchronous
        {8, 0x25, 1, 0x00, 0, 0, 0, 0},
        {7, 5, 0x81, 0x11, 0x04, 0x00, 4},  // feedback
        interface(2, 0, 0, 2, 0x20),
        interface(2, 1, 1, 2, 0x20),
        {16, 0x24, 1, 22, 0, 1, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0},
        {6, 0x24, 2, 1, 4, 24},
        {7, 5, 0x82, 0x05, 0xd0, 0x08, 1},  // 208 bytes, twice in a microframe
        {8, 0x25, 1, 0x80, 0, 0, 0, 0},
    });
}

/// As a Scarlett is one.
inline Bytes two_out_four_in() {
    return an_interface({2, {0x0f, 0, 0, 0, 0x0c, 0, 0, 0, 0x04, 0, 0, 0}, 104, false});
}

/// A volume for channels 1 and 2, one mute for all, and two more outputs at their full level; 192 kHz.
inline Bytes four_out_four_in() {
    return an_interface(
        {4, {0x03, 0, 0, 0, 0x0c, 0, 0, 0, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 416, true});
}

}  // namespace fourpole
