// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/usb_bus.hpp"

#include "drivers/usb/usb_trouble.hpp"

#include <fmt/format.h>
#include <libusb.h>
#include <sys/time.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace fourpole {

namespace {

/// A bench that changes more often than that without being asked has another trouble; the oldest go.
constexpr std::size_t most_events = 1000;
/// How long the end of the bus may wait for its thread.
constexpr int beat_us = 100'000;

std::string port_of(libusb_device* device) {
    std::array<std::uint8_t, 8> ports{};
    const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
    std::string out = std::to_string(libusb_get_bus_number(device));
    for (int k = 0; k < count; ++k)
        out += (k == 0 ? "-" : ".") + std::to_string(ports[static_cast<std::size_t>(k)]);
    return out;
}

using Place = std::pair<int, int>;  ///< bus and address

Place place_of(libusb_device* device) {
    return {libusb_get_bus_number(device), libusb_get_device_address(device)};
}

/// The libusb device of that bus and address, counted up; nullptr where it has gone.
libusb_device* find(libusb_context* context, Place place) {
    libusb_device** list = nullptr;
    const ssize_t count = libusb_get_device_list(context, &list);
    libusb_device* found = nullptr;
    for (ssize_t k = 0; k < count && !found; ++k)
        if (place_of(list[k]) == place) found = libusb_ref_device(list[k]);
    if (list) libusb_free_device_list(list, 1);
    return found;
}

}  // namespace

struct UsbBus::Inside {
    libusb_context* context = nullptr;
    libusb_hotplug_callback_handle callback = 0;
    bool listens = false;
    std::atomic<bool> ending{false};
    std::thread thread;

    std::mutex mutex;
    std::condition_variable news;
    std::deque<UsbEvent> events;
    bool counts = false;  ///< false while libusb tells what is plugged in already
    struct Present {
        libusb_device* device;  ///< to be compared only
        std::shared_ptr<std::atomic<bool>> gone;
    };
    std::map<Place, Present> present;

    void note(libusb_device* device, bool arrived) {
        libusb_device_descriptor d{};
        libusb_get_device_descriptor(device, &d);  // libusb holds it; nothing is asked of the device
        if (d.bDeviceClass == LIBUSB_CLASS_HUB) return;
        const Place place = place_of(device);
        const std::lock_guard lock(mutex);
        if (const auto was = present.find(place); was != present.end()) {
            if (arrived && was->second.device == device) return;  // told twice, at the start
            was->second.gone->store(true, std::memory_order_release);
            present.erase(was);
        }
        if (arrived) present[place] = {device, std::make_shared<std::atomic<bool>>(false)};
        if (!counts) return;
        if (events.size() == most_events) events.pop_front();
        events.push_back({arrived, d.idVendor, d.idProduct, place.first, place.second, port_of(device)});
        news.notify_all();
    }

    static int LIBUSB_CALL called(libusb_context*, libusb_device* device, libusb_hotplug_event event,
                                  void* self) {
        static_cast<Inside*>(self)->note(device, event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED);
        return 0;  // 1 would end it
    }

    void hear() {
        while (!ending.load(std::memory_order_acquire)) {
            timeval beat{0, beat_us};
            // An error that stays must not turn this into a loop without a pause.
            if (libusb_handle_events_timeout_completed(context, &beat, nullptr) != LIBUSB_SUCCESS)
                std::this_thread::sleep_for(std::chrono::microseconds(beat_us));
        }
    }

    ~Inside() {
        if (listens) libusb_hotplug_deregister_callback(context, callback);
        ending.store(true, std::memory_order_release);
        if (thread.joinable()) {
            libusb_interrupt_event_handler(context);
            thread.join();
        }
        if (context) libusb_exit(context);
    }
};

UsbBus::UsbBus(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
UsbBus::~UsbBus() = default;

Result<std::unique_ptr<UsbBus>> UsbBus::open() {
    auto inside = std::make_unique<Inside>();
    const int begun = libusb_init(&inside->context);
    if (begun != LIBUSB_SUCCESS) {
        inside->context = nullptr;
        return usb_trouble(begun, "", "starting libusb");
    }
    if (!libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG))
        return Fault{Fault::Kind::bench_trouble, "", "this libusb cannot tell when a device leaves"};
    const int heard = libusb_hotplug_register_callback(
        inside->context, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
        LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
        LIBUSB_HOTPLUG_MATCH_ANY, &Inside::called, inside.get(), &inside->callback);
    if (heard != LIBUSB_SUCCESS) return usb_trouble(heard, "", "listening for devices that come and leave");
    inside->listens = true;
    {
        const std::lock_guard lock(inside->mutex);
        inside->counts = true;
    }
    inside->thread = std::thread([all = inside.get()] { all->hear(); });
    return std::unique_ptr<UsbBus>(new UsbBus(std::move(inside)));
}

std::vector<UsbEvent> UsbBus::events(std::chrono::milliseconds within) {
    std::unique_lock lock(inside_->mutex);
    inside_->news.wait_for(lock, within, [&] { return !inside_->events.empty(); });
    std::vector<UsbEvent> out(inside_->events.begin(), inside_->events.end());
    inside_->events.clear();
    return out;
}

UsbDeparture UsbBus::departure_of(const UsbDevice& device) {
    const std::lock_guard lock(inside_->mutex);
    const auto found = inside_->present.find({device.bus, device.address});
    if (found == inside_->present.end()) return UsbDeparture(std::make_shared<std::atomic<bool>>(true));
    return UsbDeparture(found->second.gone);
}

Result<UsbHandle> UsbBus::open_device(const UsbDevice& device) {
    const std::string who = spoken(device);
    if (device.has_audio())
        return Fault{Fault::Kind::bad_input, who,
                     "an audio interface is the kernel driver's: its gain goes through the ALSA mixer, and a "
                     "request beside a stream would stop the stream"};
    libusb_device* found = find(inside_->context, {device.bus, device.address});
    if (!found) return usb_trouble(LIBUSB_ERROR_NO_DEVICE, who, "opening it");
    libusb_device_handle* handle = nullptr;
    const int opened = libusb_open(found, &handle);
    libusb_unref_device(found);
    if (opened != LIBUSB_SUCCESS) return usb_trouble(opened, who, "opening it");
    return UsbHandle(handle, who);
}

}  // namespace fourpole
