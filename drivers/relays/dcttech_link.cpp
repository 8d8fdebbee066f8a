// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/dcttech_link.hpp"

#include "drivers/relays/dcttech_report.hpp"
#include "drivers/relays/printable.hpp"

#include <fmt/format.h>

#include <thread>

namespace fourpole {

namespace {

/// HID class requests to interface 0 for feature report 0.
constexpr UsbRequest set_report{0x21, 0x09, 0x0300, 0}, get_report{0xa1, 0x01, 0x0300, 0};
constexpr std::chrono::milliseconds between_looks{10};

}  // namespace

Result<std::unique_ptr<RelayLink>> DcttechLink::open(UsbBus& bus, const UsbDevice& device,
                                                     Patience patience) {
    const auto relays = dcttech_relays(device.name);
    if (!relays)
        return Fault{Fault::Kind::bad_input, spoken(device),
                     fmt::format("the product string is \"{}\"; a relay board says USBRelay1 to USBRelay8",
                                 printable(device.name))};
    auto handle = bus.open_device(device);
    if (!handle) return handle.error();
    const auto claimed = handle->claim(0);
    if (!claimed) return claimed.error();
    std::unique_ptr<DcttechLink> link(new DcttechLink(std::move(*handle), *relays, patience));
    const auto state = link->ask();
    if (!state) return state.error();
    return std::unique_ptr<RelayLink>(std::move(link));
}

std::string DcttechLink::identity() const {
    return name_ && !name_->empty() ? fmt::format("{}, named {}", handle_.who(), *name_) : handle_.who();
}

Result<std::uint8_t> DcttechLink::ask() {
    const auto report = handle_.ask(get_report, 8, patience_.answer);
    if (!report) return report.error();
    const auto state = dcttech_state(*report, relays_);
    if (!state.value) return fault("the board sent " + state.why);
    if (name_ && *name_ != state.value->name)
        return fault(fmt::format("the board answers as \"{}\"; it was \"{}\"", state.value->name, *name_));
    name_ = state.value->name;
    return state.value->closed;
}

Result<Done> DcttechLink::set(int index, bool on) {
    const auto before = ask();
    if (!before) return before.error();
    const unsigned bit = 1U << static_cast<unsigned>(index);
    const unsigned wanted = on ? (*before | bit) : (*before & ~bit);
    const auto sent = handle_.send(set_report, dcttech_set(index + 1, on), patience_.answer);
    if (!sent) return sent.error();
    const auto over = std::chrono::steady_clock::now() + patience_.confirm;
    while (true) {
        const auto after = ask();
        if (!after) return after.error();
        if (*after == wanted) return Done{};
        if (const unsigned moved = (*after ^ wanted) & ~bit; moved != 0)
            return fault(
                fmt::format("relay {} was told {}, and others moved: the board went from {:#04x} to "
                            "{:#04x}",
                            index + 1, on ? "on" : "off", *before, *after));
        if (std::chrono::steady_clock::now() >= over)
            return fault(fmt::format("relay {} was told {} and is still {} after {} ms", index + 1,
                                     on ? "on" : "off", on ? "off" : "on", patience_.confirm.count()));
        std::this_thread::sleep_for(between_looks);
    }
}

Result<std::optional<std::vector<bool>>> DcttechLink::read() {
    const auto closed = ask();
    if (!closed) return closed.error();
    std::vector<bool> out;
    for (int k = 0; k < relays_; ++k) out.push_back((*closed >> k & 1) != 0);
    return std::optional(out);
}

}  // namespace fourpole
