// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/vm/usbip_words.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fourpole {

namespace {

constexpr std::uint32_t submit = 1, unlink_it = 2, submitted = 3, unlinked = 4;
constexpr std::size_t header_bytes = 48, packet_bytes = 16;
constexpr std::uint32_t most_bytes = 1U << 20U, most_packets = 1024;

bool read_all(int socket, std::uint8_t* to, std::size_t bytes) {
    while (bytes > 0) {
        const ssize_t n = ::read(socket, to, bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        to += n;
        bytes -= static_cast<std::size_t>(n);
    }
    return true;
}

bool write_all(int socket, const Bytes& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t n = ::write(socket, bytes.data() + at, bytes.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += static_cast<std::size_t>(n);
    }
    return true;
}

std::uint32_t word(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24U | std::uint32_t{at[1]} << 16U | std::uint32_t{at[2]} << 8U | at[3];
}

void put(Bytes& to, std::uint32_t word) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) to.push_back(static_cast<std::uint8_t>(word >> shift));
}

Bytes header(std::uint32_t command, const UsbipRequest& request, int status) {
    Bytes out;
    out.reserve(header_bytes + packet_bytes * request.packets.size() + request.length);
    for (const std::uint32_t w : {command, request.number, 0U, 0U, 0U, static_cast<std::uint32_t>(status)})
        put(out, w);
    return out;
}

}  // namespace

std::optional<UsbipRequest> read_usbip(int socket) {
    std::array<std::uint8_t, header_bytes> h{};
    if (!read_all(socket, h.data(), h.size())) return std::nullopt;
    UsbipRequest out;
    out.number = word(&h[4]);
    out.in = word(&h[12]) == 1;
    out.endpoint = static_cast<int>(word(&h[16])) | (out.in ? 0x80 : 0);
    if (word(h.data()) == unlink_it) {
        out.unlink = true;
        out.unlinked = word(&h[20]);
        return out;
    }
    out.length = word(&h[24]);
    const std::uint32_t packets = word(&h[32]) == 0xffffffffU ? 0 : word(&h[32]);
    if (word(h.data()) != submit || out.length > most_bytes || packets > most_packets) return std::nullopt;
    std::copy_n(&h[40], out.setup.size(), out.setup.begin());
    if (!out.in) {
        out.data.resize(out.length);
        if (!read_all(socket, out.data.data(), out.data.size())) return std::nullopt;
    }
    Bytes tail(packets * packet_bytes);
    if (!read_all(socket, tail.data(), tail.size())) return std::nullopt;
    for (std::size_t p = 0; p < packets; ++p) {
        const std::uint8_t* at = &tail[p * packet_bytes];
        out.packets.push_back({word(at), word(at + 4), 0});
        if (!out.in && std::uint64_t{word(at)} + word(at + 4) > out.length) return std::nullopt;
    }
    return out;
}

bool answer_usbip(int socket, const UsbipRequest& request, int status, const Bytes& data) {
    Bytes out = header(submitted, request, status);
    std::uint32_t actual = request.in ? static_cast<std::uint32_t>(data.size()) : request.length;
    if (!request.packets.empty() && !request.in) {
        actual = 0;
        for (const UsbipPacket& p : request.packets) actual += p.actual;
    }
    for (const std::uint32_t w : {actual, 0U, static_cast<std::uint32_t>(request.packets.size()), 0U, 0U, 0U})
        put(out, w);
    if (request.in) out.insert(out.end(), data.begin(), data.end());
    for (const UsbipPacket& p : request.packets)
        for (const std::uint32_t w : {p.offset, p.length, p.actual, 0U}) put(out, w);
    return write_all(socket, out);
}

bool answer_unlink(int socket, const UsbipRequest& request, bool found) {
    Bytes out = header(unlinked, request, found ? -ECONNRESET : 0);
    out.resize(header_bytes);
    return write_all(socket, out);
}

}  // namespace fourpole
