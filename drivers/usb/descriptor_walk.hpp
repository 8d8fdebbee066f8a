// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace fourpole {

/// One USB descriptor: its bytes from bLength on. Reading beyond them gives nothing, never a neighbour's.
class UsbDescriptor {
public:
    explicit UsbDescriptor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    std::size_t length() const { return bytes_.size(); }
    int type() const { return bytes_[1]; }  ///< bDescriptorType
    /// Little-endian word of 1 to 4 bytes at an offset; nullopt where the descriptor is too short.
    std::optional<std::uint32_t> word(std::size_t offset, std::size_t bytes = 1) const;

private:
    std::span<const std::uint8_t> bytes_;
};

/// Walks a configuration descriptor (USB 2.0, 9.6.3) as the device sent it, descriptor by descriptor.
///
/// libusb 1.0.26 hands out interfaces with endpoints that are not there (libusb #1813), and every driver has
/// met a device whose lengths lie: here bLength of 0 or 1 ends the walk, one that reaches beyond the bytes
/// too, and `trouble()` says where. Cost: linear in the bytes, of which there are at most 65,535.
class DescriptorWalk {
public:
    explicit DescriptorWalk(std::span<const std::uint8_t> configuration) : rest_(configuration) {}

    /// The next one; nullopt at the end, or where the bytes make no sense any more.
    std::optional<UsbDescriptor> next();

    /// Why it ended before the bytes did; "" where it did not.
    const std::string& trouble() const { return trouble_; }

private:
    std::span<const std::uint8_t> rest_;
    std::size_t offset_ = 0;
    std::string trouble_;
};

}  // namespace fourpole
