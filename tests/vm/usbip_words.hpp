// SPDX-License-Identifier: GPL-3.0-or-later
// USB/IP as the kernel's vhci_hcd speaks it (Documentation/usb/usbip_protocol.rst): 48 bytes of big-endian
// words, then the data, then 16 bytes for each isochronous packet.
#pragma once

#include "tests/audio_descriptors.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace fourpole {

/// A packet of an isochronous request: where it lies in the host's buffer, and what became of it.
struct UsbipPacket {
    std::uint32_t offset = 0, length = 0, actual = 0;
};

/// What the host wants.
struct UsbipRequest {
    bool unlink = false;
    std::uint32_t number = 0, unlinked = 0;
    bool in = false;
    int endpoint = 0;  ///< with 0x80 where it sends to the host
    std::uint32_t length = 0;
    std::array<std::uint8_t, 8> setup{};
    std::vector<UsbipPacket> packets;
    Bytes data;
    std::size_t served = 0;  ///< packets
};

/// Waits for a whole one; nothing: the other end is gone.
std::optional<UsbipRequest> read_usbip(int socket);

/// The answer to a request. @param status  0 or a negative errno. False: the other end is gone.
bool answer_usbip(int socket, const UsbipRequest& request, int status, const Bytes& data);
/// The answer to an unlink: was what it named still waiting?
bool answer_unlink(int socket, const UsbipRequest& request, bool found);

}  // namespace fourpole
