// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/vm/usbip_port.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace fourpole {

namespace {

using namespace std::chrono_literals;
constexpr auto microframe_length = 125us;
constexpr auto longest_hold = 20ms;

/// The kernel's enum usb_device_speed.
int speed_of(const MockedFacts& f) { return f.speed == "1.5" ? 1 : f.speed == "12" ? 2 : 3; }

Bytes string_descriptor(const std::string& text) {
    Bytes out{static_cast<std::uint8_t>(2 + 2 * text.size()), 3};
    for (const char c : text) {
        out.push_back(static_cast<std::uint8_t>(c));
        out.push_back(0);
    }
    return out;
}

}  // namespace

UsbipPort::~UsbipPort() {
    if (socket_ >= 0) ::close(socket_);
}

std::string UsbipPort::plug() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return std::strerror(errno);
    socket_ = ends[0];
    const int attach = ::open("/sys/devices/platform/vhci_hcd.0/attach", O_WRONLY | O_CLOEXEC);
    if (attach < 0) return std::string("vhci_hcd is not here: ") + std::strerror(errno);
    // Its device number is ours to choose.
    const std::string line = std::to_string(port_) + " " + std::to_string(ends[1]) + " " +
                             std::to_string(0x10000 + port_ + 2) + " " +
                             std::to_string(speed_of(model_.facts()));
    const bool taken = ::write(attach, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int error = errno;
    ::close(attach);
    ::close(ends[1]);
    return taken ? "" : std::string("vhci_hcd does not take it: ") + std::strerror(error);
}

void UsbipPort::serve(const volatile bool* stopped) {
    while (!*stopped && !model_.pulled_out()) {
        const bool runs =
            std::any_of(streams_.begin(), streams_.end(), [](const auto& s) { return s.second.runs; });
        pollfd in{socket_, POLLIN, 0};
        if (::poll(&in, 1, runs ? 1 : 100) < 0 && errno != EINTR) return;
        while ((in.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            if (!hear()) return;
            in.revents = 0;
            ::poll(&in, 1, 0);
        }
        if (!go_on()) return;
    }
}

bool UsbipPort::hear() {
    auto request = read_usbip(socket_);
    if (!request) return false;
    if (request->unlink) {
        const auto drop = [&](std::deque<UsbipRequest>& waiting) {
            const auto at = std::find_if(waiting.begin(), waiting.end(), [&](const UsbipRequest& r) {
                return r.number == request->unlinked;
            });
            if (at == waiting.end()) return false;
            waiting.erase(at);
            return true;
        };
        bool found = drop(interrupt_);
        for (auto& [endpoint, stream] : streams_)
            if (drop(stream.waiting)) {
                found = true;
                stream.runs = false;
            }
        return answer_unlink(socket_, *request, found);
    }
    if ((request->endpoint & 0x7f) == 0) return control(*request);
    if (model_.period(request->endpoint) == 0) {
        interrupt_.push_back(std::move(*request));
        return true;
    }
    Stream& stream = streams_[request->endpoint];
    stream.runs = true;
    stream.waiting.push_back(std::move(*request));
    return true;
}

bool UsbipPort::control(const UsbipRequest& r) {
    const auto& s = r.setup;
    const MockedRequest request{
        s[0], s[1], s[2] + 256 * s[3], s[4] + 256 * s[5], r.data, s[6] + std::size_t{256} * s[7]};
    MockedAnswer told = answer(request);
    if (told.kind == MockedAnswer::Kind::silence) return true;
    if (told.kind == MockedAnswer::Kind::stall) return answer_usbip(socket_, r, -EPIPE, {});
    if (told.data.size() > r.length) told.data.resize(r.length);
    return answer_usbip(socket_, r, 0, told.data);
}

Bytes UsbipPort::descriptor(int value) const {
    const MockedFacts& f = model_.facts();
    const Bytes all = descriptors_of(f);
    const int kind = value >> 8, index = value & 0xff;
    if (kind == 1) return {all.begin(), all.begin() + 18};
    if (kind == 2 && index == 0) return {all.begin() + 18, all.end()};
    if (kind == 3 && index == 0) return {4, 3, 0x09, 0x04};  // English
    const std::string* texts[] = {&f.maker, &f.name, &f.serial};
    if (kind == 3 && index <= 3 && !texts[index - 1]->empty()) return string_descriptor(*texts[index - 1]);
    return {};
}

/// What every device answers (USB 2.0, 9.4); the rest is the model's.
MockedAnswer UsbipPort::answer(const MockedRequest& r) {
    using Kind = MockedAnswer::Kind;
    if (r.type == 0x80 && r.request == 6) {
        Bytes told = descriptor(r.value);
        return {told.empty() ? Kind::stall : Kind::data, std::move(told)};
    }
    if ((r.type & 0xe0) == 0x80 && r.request == 0) return {Kind::data, {0, 0}};  // status
    if ((r.type == 0 && r.request == 9) || (r.type == 2 && r.request == 1)) return {};
    if (r.type == 1 && r.request == 11) {
        model_.alternate(r.index, r.value);
        return {};
    }
    return model_.control(r);
}

/// Is there a stream that waits for the host?
bool UsbipPort::holds(Clock::time_point now) {
    bool held = false;
    for (auto& [endpoint, stream] : streams_) {
        if (!stream.runs || !stream.waiting.empty()) continue;
        if (held_since_ == Clock::time_point{}) held_since_ = now;
        if (now - held_since_ < longest_hold)
            held = true;
        else
            stream.runs = false;
    }
    if (!held) held_since_ = {};
    return held;
}

bool UsbipPort::go_on() {
    const auto now = Clock::now();
    const std::int64_t due = (now - epoch_) / microframe_length;
    const auto runs = [&] {
        return std::any_of(streams_.begin(), streams_.end(), [](const auto& s) { return s.second.runs; });
    };
    while (microframe_ < due && runs() && !holds(now) && !model_.pulled_out()) {
        if (!microframe()) return false;
        ++microframe_;
    }
    if (!runs()) microframe_ = due;
    return true;
}

bool UsbipPort::microframe() {
    const auto all = [&](int direction) {
        for (auto& [endpoint, stream] : streams_)
            if ((endpoint & 0x80) == direction && microframe_ % model_.period(endpoint) == 0 &&
                !stream.waiting.empty() && !serve_packet(endpoint, stream))
                return false;
        return true;
    };
    if (!all(0)) return false;
    model_.tick();
    return all(0x80);
}

bool UsbipPort::serve_packet(int endpoint, Stream& stream) {
    UsbipRequest& request = stream.waiting.front();
    UsbipPacket& packet = request.packets[request.served++];
    if (request.in) {
        const Bytes sent = model_.in(endpoint);
        packet.actual = std::min(packet.length, static_cast<std::uint32_t>(sent.size()));
        request.data.insert(request.data.end(), sent.begin(), sent.begin() + packet.actual);
    } else {
        packet.actual = packet.length;
        model_.out(std::span<const std::uint8_t>(request.data).subspan(packet.offset, packet.length));
    }
    if (request.served < request.packets.size()) return true;
    const bool told = answer_usbip(socket_, request, 0, request.data);
    stream.waiting.pop_front();
    return told;
}

}  // namespace fourpole
