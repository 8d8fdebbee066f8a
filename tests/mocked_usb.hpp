// SPDX-License-Identifier: GPL-3.0-or-later
// USB devices that are not there: umockdev replaces /sys and /dev of this process, libusb is the real one,
// and what it asks of a device (the ioctls of usbfs) comes to a model.
#pragma once

#include "tests/catch.hpp"
#include "tests/mocked_facts.hpp"
#include "tests/mocked_urb.hpp"

#include <sys/ioctl.h>
#include <umockdev.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace fourpole {

/// One device and what libusb has going with it. umockdev calls from a thread of its own.
class MockedDevice {
public:
    using Model = std::function<MockedAnswer(const MockedRequest&)>;
    MockedDevice(MockedFacts facts, Model model) : facts_(std::move(facts)), model_(std::move(model)) {}
    /// One with isochronous endpoints, at this port.
    MockedDevice(UsbModel& model, const std::string& port, int address)
        : facts_(model.facts()),
          model_([&model](const MockedRequest& r) { return model.control(r); }),
          streams_(std::make_unique<MockedStreams>(model)) {
        facts_.port = port, facts_.address = address;
        facts_.kernel_driver = "snd-usb-audio";
    }

    const MockedFacts& facts() const { return facts_; }
    std::atomic<int> ioctls{0}, pending{0};
    std::atomic<bool> driver_holds{false};  ///< usbhid is bound
    std::atomic<bool> another_claims{false};
    MockedStreams& streams() { return *streams_; }

    /// From now on it is out. What is under way ends as the kernel ends it, and is waited for.
    void unplug() {
        {
            const std::lock_guard lock(mutex_);
            out_ = true;
            for (MockedUrb& u : urbs_) {
                if (u.done) continue;
                u.end(-ESHUTDOWN);
                --pending;
            }
        }
        for (int k = 0; k < 2000; ++k) {
            {
                const std::lock_guard lock(mutex_);
                if (urbs_.empty()) return;
            }
            g_usleep(5000);
        }
    }

    static gboolean called(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer self) {
        return static_cast<MockedDevice*>(self)->handle(client);
    }

private:
    gboolean handle(UMockdevIoctlClient* client) {
        const std::lock_guard lock(mutex_);
        ++ioctls;
        UMockdevIoctlData* arg = umockdev_ioctl_client_get_arg(client);
        const gulong request = umockdev_ioctl_client_get_request(client);
        const bool reaps = request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY;
        const int result = out_ && !(reaps && !urbs_.empty()) ? -ENODEV : answer(request, arg);
        umockdev_ioctl_client_complete(client, result < 0 ? -1 : result, result < 0 ? -result : 0);
        return TRUE;
    }

    int answer(gulong request, UMockdevIoctlData* arg) {
        switch (request) {
            case USBDEVFS_GET_CAPABILITIES:
                in<__u32>(resolved(arg, 0, sizeof(__u32))) = USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
                return 0;
            case USBDEVFS_GETDRIVER: {
                if (!driver_holds) return -ENODATA;
                const IoctlData data = resolved(arg, 0, sizeof(usbdevfs_getdriver));
                std::strncpy(in<usbdevfs_getdriver>(data).driver, facts_.kernel_driver.c_str(),
                             USBDEVFS_MAXDRIVERNAME);
                return 0;
            }
            case USBDEVFS_IOCTL: {
                const IoctlData data = resolved(arg, 0, sizeof(usbdevfs_ioctl));
                driver_holds = in<usbdevfs_ioctl>(data).ioctl_code == static_cast<int>(USBDEVFS_CONNECT);
                return driver_holds ? 1 : 0;
            }
            case USBDEVFS_CLAIMINTERFACE: return driver_holds || another_claims ? -EBUSY : 0;
            case USBDEVFS_RELEASEINTERFACE: return 0;
            case USBDEVFS_SETINTERFACE:
                if (!streams_) return -EINVAL;
                return streams_->alternate(
                    in<usbdevfs_setinterface>(resolved(arg, 0, sizeof(usbdevfs_setinterface))));
            case USBDEVFS_SUBMITURB: return submit(arg);
            case USBDEVFS_REAPURB:
            case USBDEVFS_REAPURBNDELAY: return reap(arg);
            case USBDEVFS_DISCARDURB: return discard(arg);
            default: return -ENOTTY;
        }
    }

    int submit(UMockdevIoctlData* arg) {
        MockedUrb u = submitted(arg);
        usbdevfs_urb& urb = u.words();
        if (urb.type == USBDEVFS_URB_TYPE_ISO && streams_) {
            if (const int refused = streams_->begins(u); refused != 0) return refused;
            ++pending;
            urbs_.push_back(std::move(u));
            pending -= streams_->run(urbs_);
            return 0;
        }
        if (urb.type != USBDEVFS_URB_TYPE_CONTROL) return -EINVAL;
        const guint8* b = u.buffer->data;
        MockedRequest request{
            b[0], b[1], b[2] + 256 * b[3], b[4] + 256 * b[5], {}, b[6] + std::size_t{256} * b[7]};
        const bool sends = (b[0] & 0x80) == 0;
        if (sends) request.data.assign(b + 8, b + 8 + request.wanted);
        const MockedAnswer told = model_(request);
        u.done = told.kind != MockedAnswer::Kind::silence;
        urb.status = told.kind == MockedAnswer::Kind::stall ? -EPIPE : 0;
        const std::size_t size = std::min(request.wanted, told.data.size());
        if (!sends) std::copy_n(told.data.begin(), size, u.buffer->data + 8);
        urb.actual_length = static_cast<int>(sends ? request.wanted : size);
        if (!u.done) ++pending;
        urbs_.push_back(std::move(u));
        return 0;
    }

    int reap(UMockdevIoctlData* arg) {
        for (auto at = urbs_.begin(); at != urbs_.end(); ++at) {
            if (!at->done) continue;
            const IoctlData pointer = resolved(arg, 0, sizeof(void*));
            umockdev_ioctl_data_set_ptr(pointer.get(), 0, at->urb.get());
            urbs_.erase(at);
            return 0;
        }
        g_usleep(1000);  // the node is a file: libusb is told again and again that something is there
        return -EAGAIN;
    }

    int discard(UMockdevIoctlData* arg) {
        const gulong client = *reinterpret_cast<gulong*>(arg->data);
        for (MockedUrb& u : urbs_) {
            if (u.client != client || u.done) continue;
            u.end(-ENOENT);
            --pending;
            return 0;
        }
        return -EINVAL;
    }

    MockedFacts facts_;
    Model model_;
    std::unique_ptr<MockedStreams> streams_;
    std::mutex mutex_;
    std::list<MockedUrb> urbs_;
    bool out_ = false;
};

/// The bus with its root hub. Made before anything asks for USB, ended behind it.
class MockedUsb {
public:
    MockedUsb() : testbed_(umockdev_testbed_new()) {
        add("P: " + root_ +
            "\nN: bus/usb/001/001\nE: DEVNAME=/dev/bus/usb/001/001\nE: SUBSYSTEM=usb\nE: "
            "DEVTYPE=usb_device\nE: BUSNUM=001\nE: DEVNUM=001\n"
            "A: busnum=1\\n\nA: devnum=1\\n\nA: idVendor=1d6b\\n\nA: idProduct=0002\\n\nA: "
            "bDeviceClass=09\\n\n"
            "A: bConfigurationValue=1\\n\nA: speed=480\\n\n"
            "H: "
            "descriptors="
            "12010002090001406b1d020006050302010109021900010100e0000904000001090000000705810304000c\n\n");
    }
    ~MockedUsb() {
        while (!plugged_.empty()) detach(*plugged_.front().device);
        g_object_unref(testbed_);
    }
    MockedUsb(const MockedUsb&) = delete;
    MockedUsb& operator=(const MockedUsb&) = delete;

    /// Plugs it in; the device must outlive its plugging.
    void plug(MockedDevice& device) {
        const MockedFacts& f = device.facts();
        device.driver_holds = !f.kernel_driver.empty();
        const std::string path = path_of(f);
        const auto attribute = [](const std::string& name, const std::string& value) {
            return value.empty() ? "" : "A: " + name + "=" + value + "\\n\n";
        };
        add("P: " + path + "\nN: " + node_of(f) + "\nE: DEVNAME=/dev/" + node_of(f) +
            "\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: BUSNUM=001\nE: DEVNUM=" + three(f.address) + "\n" +
            attribute("busnum", "1") + attribute("devnum", std::to_string(f.address)) +
            attribute("idVendor", hex4(f.vendor)) + attribute("idProduct", hex4(f.product)) +
            attribute("bcdDevice", "0100") + attribute("bDeviceClass", "00") +
            attribute("bConfigurationValue", "1") + attribute("speed", f.speed) +
            attribute("manufacturer", f.maker) + attribute("product", f.name) +
            attribute("serial", f.serial) + "H: descriptors=" + hex(descriptors_of(f)) + "\n\n");
        UMockdevIoctlBase* base = umockdev_ioctl_base_new();
        g_signal_connect(base, "handle-ioctl", G_CALLBACK(&MockedDevice::called), &device);
        REQUIRE(umockdev_testbed_attach_ioctl(testbed_, ("/dev/" + node_of(f)).c_str(), base, nullptr));
        plugged_.push_back({&device, base});
        umockdev_testbed_uevent(testbed_, ("/sys" + path).c_str(), "add");
    }

    /// Pulls it out as the kernel would tell it: libusb reads the node's name from the event, so that comes
    /// first. Who has it open may still close it: its node answers until the end.
    void unplug(MockedDevice& device) {
        const MockedFacts& f = device.facts();
        device.unplug();
        umockdev_testbed_uevent(testbed_, ("/sys" + path_of(f)).c_str(), "remove");
        umockdev_testbed_remove_device(testbed_, ("/sys" + path_of(f)).c_str());
        if (device.ioctls == 0) detach(device);
    }

    /// What the kernel has made of a device: "sound/card1", "tty/ttyACM0".
    void add_class_device(const MockedDevice& device, const std::string& of_class, const std::string& name,
                          const std::string& attributes) {
        const MockedFacts& f = device.facts();
        const std::string interface = path_of(f) + "/" + f.port + ":1.0";
        add("P: " + interface +
            "\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nA: bInterfaceNumber=00\\n\n\n");
        add("P: " + interface + "/" + of_class + "/" + name + "\nE: SUBSYSTEM=" + of_class +
            "\nL: device=../../../" + f.port + ":1.0\n" + attributes + "\n");
    }

private:
    struct Plugged {
        MockedDevice* device;
        UMockdevIoctlBase* base;
    };

    void detach(const MockedDevice& device) {
        for (auto at = plugged_.begin(); at != plugged_.end(); ++at) {
            if (at->device != &device) continue;
            umockdev_testbed_detach_ioctl(testbed_, ("/dev/" + node_of(device.facts())).c_str(), nullptr);
            g_object_unref(at->base);
            plugged_.erase(at);
            return;
        }
    }
    void add(const std::string& text) {
        GError* error = nullptr;
        umockdev_testbed_add_from_string(testbed_, text.c_str(), &error);
        if (error) FAIL(error->message << " in\n" << text);
    }
    std::string path_of(const MockedFacts& f) const { return root_ + "/" + f.port; }
    static std::string three(int n) {
        const std::string digits = std::to_string(n);
        return std::string(3 - digits.size(), '0') + digits;
    }
    static std::string node_of(const MockedFacts& f) { return "bus/usb/001/" + three(f.address); }
    static std::string hex(const Bytes& bytes) {
        constexpr const char* digits = "0123456789abcdef";
        std::string out;
        for (const std::uint8_t b : bytes) out += {digits[b >> 4], digits[b & 15]};
        return out;
    }
    static std::string hex4(int n) {
        return hex({static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n & 255)});
    }
    const std::string root_ = "/devices/pci0000:00/0000:00:14.0/usb1";
    UMockdevTestbed* testbed_;
    std::list<Plugged> plugged_;
};

}  // namespace fourpole
