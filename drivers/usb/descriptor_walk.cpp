// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/descriptor_walk.hpp"

#include <fmt/format.h>

namespace fourpole {

std::optional<std::uint32_t> UsbDescriptor::word(std::size_t offset, std::size_t bytes) const {
    if (offset > bytes_.size() || bytes > bytes_.size() - offset) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = (value << 8U) | bytes_[offset + i];
    return value;
}

std::optional<UsbDescriptor> DescriptorWalk::next() {
    if (rest_.empty() || !trouble_.empty()) return std::nullopt;
    const std::size_t length = rest_[0];
    if (rest_.size() < 2 || length < 2)
        trouble_ = fmt::format("byte {}: a descriptor of {} bytes; the shortest has 2", offset_,
                               rest_.size() < 2 ? rest_.size() : length);
    else if (length > rest_.size())
        trouble_ = fmt::format("byte {}: a descriptor of {} bytes, of which {} are there", offset_, length,
                               rest_.size());
    if (!trouble_.empty()) return std::nullopt;
    const UsbDescriptor found(rest_.first(length));
    rest_ = rest_.subspan(length);
    offset_ += length;
    return found;
}

}  // namespace fourpole
