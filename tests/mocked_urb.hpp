// SPDX-License-Identifier: GPL-3.0-or-later
// What libusb has given to a mocked usbfs and not got back yet, and the microframes that isochronous
// transfers run through.
#pragma once

#include "tests/vm/usb_model.hpp"

#include <linux/usbdevice_fs.h>
#include <umockdev.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <span>

namespace fourpole {

/// Memory of the program that asks, here and there; what is written here is there once its URB is reaped.
struct UnrefIoctlData {
    void operator()(UMockdevIoctlData* data) const { umockdev_ioctl_data_unref(data); }
};
using IoctlData = std::unique_ptr<UMockdevIoctlData, UnrefIoctlData>;

inline IoctlData resolved(UMockdevIoctlData* data, std::size_t offset, std::size_t size) {
    return IoctlData(umockdev_ioctl_data_resolve(data, offset, size, nullptr));
}

template <class T>
T& in(const IoctlData& data) {
    return *reinterpret_cast<T*>(data->data);
}

struct MockedUrb {
    IoctlData urb, buffer;
    gulong client = 0;  ///< where it is with whoever gave it
    bool done = false;
    int packet = 0, offset = 0;  ///< the next one of an isochronous URB, and where its bytes are

    usbdevfs_urb& words() const { return in<usbdevfs_urb>(urb); }
    /// Ended by the kernel: -ENOENT cancelled, -ESHUTDOWN unplugged.
    void end(int status) {
        done = true;
        words().status = status;
        words().actual_length = 0;
    }
};

/// What an ioctl of USBDEVFS_SUBMITURB brings. How long it is stands in it, and umockdev reads no memory
/// twice unless it is told to; the pointer that it then forgets is put back by hand.
inline MockedUrb submitted(UMockdevIoctlData* arg) {
    MockedUrb u;
    u.urb = resolved(arg, 0, sizeof(usbdevfs_urb));
    u.client = u.urb->client_addr;
    if (u.words().type == USBDEVFS_URB_TYPE_ISO) {
        const auto packets = static_cast<std::size_t>(u.words().number_of_packets);
        u.urb.reset();
        umockdev_ioctl_data_reload(arg, nullptr);
        *reinterpret_cast<gulong*>(arg->data) = u.client;
        u.urb = resolved(arg, 0, sizeof(usbdevfs_urb) + packets * sizeof(usbdevfs_iso_packet_desc));
    }
    u.buffer = resolved(u.urb.get(), offsetof(usbdevfs_urb, buffer),
                        static_cast<std::size_t>(u.words().buffer_length));
    return u;
}

/// The isochronous endpoints of a device. There is no clock: a microframe comes when every stream that has
/// begun has a packet for it, as for a host that is never late.
class MockedStreams {
public:
    explicit MockedStreams(UsbModel& model) : model_(model) {}

    std::atomic<bool> stands{false};  ///< no microframe comes: what is under way stays so

    int alternate(const usbdevfs_setinterface& wanted) {
        const auto interface = static_cast<int>(wanted.interface),
                   setting = static_cast<int>(wanted.altsetting);
        alternates_[interface] = setting;
        if (setting == 0)
            std::erase_if(runs_, [&](int endpoint) { return interface_of(endpoint) == interface; });
        model_.alternate(interface, setting);
        return 0;
    }

    /// 0, or as the kernel refuses it: an endpoint that the chosen setting has not.
    int begins(const MockedUrb& u) {
        const int endpoint = u.words().endpoint;
        if (model_.period(endpoint) == 0 || alternates_[interface_of(endpoint)] == 0) return -ENOENT;
        if (u.words().number_of_packets < 1) return -EINVAL;
        if (std::find(runs_.begin(), runs_.end(), endpoint) == runs_.end()) runs_.push_back(endpoint);
        return 0;
    }

    /// @return how many have ended
    int run(std::list<MockedUrb>& urbs) {
        int ended = 0;
        while (!stands && !runs_.empty()) {
            for (const int endpoint : runs_)
                if (due(endpoint) && !waiting(urbs, endpoint)) return ended;
            for (const int direction : {0, 0x80}) {
                if (direction != 0) model_.tick();
                for (const int endpoint : runs_)
                    if ((endpoint & 0x80) == direction && due(endpoint))
                        ended += served(*waiting(urbs, endpoint)) ? 1 : 0;
            }
            ++microframe_;
        }
        return ended;
    }

private:
    static int interface_of(int endpoint) { return (endpoint & 0x0f) == 1 ? 1 : 2; }
    bool due(int endpoint) const { return microframe_ % model_.period(endpoint) == 0; }
    static MockedUrb* waiting(std::list<MockedUrb>& urbs, int endpoint) {
        for (MockedUrb& u : urbs)
            if (!u.done && u.words().type == USBDEVFS_URB_TYPE_ISO && u.words().endpoint == endpoint)
                return &u;
        return nullptr;
    }
    /// Its next packet. @return it was the last
    bool served(MockedUrb& u) {
        usbdevfs_iso_packet_desc& packet = u.words().iso_frame_desc[u.packet++];
        const std::span bytes(u.buffer->data + u.offset, packet.length);
        u.offset += static_cast<int>(packet.length);
        packet.status = 0;
        packet.actual_length = packet.length;
        if ((u.words().endpoint & 0x80) == 0) {
            model_.out(bytes);
        } else {
            const Bytes sent = model_.in(u.words().endpoint);
            packet.actual_length = static_cast<unsigned>(std::min(bytes.size(), sent.size()));
            std::copy_n(sent.begin(), packet.actual_length, bytes.begin());
        }
        u.words().actual_length += static_cast<int>(packet.actual_length);
        if (u.packet < u.words().number_of_packets) return false;
        u.words().status = 0;
        u.done = true;
        return true;
    }

    UsbModel& model_;
    std::map<int, int> alternates_;  ///< of an interface; none = 0
    std::vector<int> runs_;          ///< endpoints
    std::int64_t microframe_ = 0;
};

}  // namespace fourpole
