// SPDX-License-Identifier: GPL-3.0-or-later
// A USB Audio 2.0 interface that streams, through the real libusb and the modelled usbfs: isochronous
// transfers, what happens beside them, and a plug that is pulled while they are under way. The interface is
// the one that tests/vm has in the kernel's virtual hub. libusb stands for the kernel's driver here: the
// program itself claims no audio interface, and that is looked at too.
#ifndef FOURPOLE_UMOCKDEV
#include "tests/catch.hpp"

TEST_CASE("isochronous transfers of a device that is not there") {
    WARN("SKIPPED: umockdev is not installed");
}
#else

#include "drivers/relays/dcttech_link.hpp"
#include "drivers/usb/audio_function.hpp"
#include "drivers/usb/usb_bus.hpp"
#include "tests/catch.hpp"
#include "tests/mocked_relay_board.hpp"
#include "tests/mocked_usb.hpp"
#include "tests/vm/virtual_interface.hpp"

#include <libusb.h>

#include <algorithm>
#include <array>
#include <thread>

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

constexpr int channels = VirtualInterface::channels, frame_bytes = 4 * channels;
constexpr int frames_in_packet = 6;  // 48 kHz, 8000 packets a second
constexpr int packets_in_transfer = 64, transfers_each_way = 4;
constexpr int out_packet = frames_in_packet * frame_bytes, in_packet = 416;

/// What is played: 24 bits, each channel another ramp; silence on the counter's. Never 0 on channel 1.
std::int32_t played(std::size_t frame, int channel) {
    if (channel == 3) return 0;
    const std::uint32_t step = static_cast<std::uint32_t>(frame + 1) * (channel == 0 ? 1U : 7919U);
    return static_cast<std::int32_t>((step % 0x7fffffU + (channel == 0 ? 1U : 0U)) << 8U);
}

std::int32_t sample_at(const std::uint8_t* b) {
    return static_cast<std::int32_t>(b[0] | b[1] << 8U | b[2] << 16U |
                                     static_cast<std::uint32_t>(b[3]) << 24U);
}

/// An interface at port 1-1 and a relay board at 1-2.
struct Bench {
    VirtualInterface inside{PlayedSession(), {}, 0.0};
    MockedRelays relays;
    MockedDevice interface { inside, "1-1", 2 };
    MockedDevice board{relay_facts("1-2", 3), [this](const MockedRequest& r) { return relays.answer(r); }};
    MockedUsb usb;  ///< ends before the devices do

    Bench() {
        for (MockedDevice* d : {&interface, &board}) usb.plug(*d);
    }
};

UsbDevice at_port(const std::string& port) {
    for (const UsbDevice& d : usb_devices())
        if (d.port == port) return d;
    FAIL("nothing at port " << port);
    return {};
}

std::unique_ptr<UsbBus> opened_bus() {
    auto bus = UsbBus::open();
    if (!bus) FAIL(bus.error().what);
    return std::move(*bus);
}

/// What snd-usb-audio does, by libusb: takes the streams and keeps transfers under way both ways.
class Stream {
public:
    explicit Stream(const MockedFacts& facts) {
        REQUIRE(libusb_init(&context_) == LIBUSB_SUCCESS);
        handle_ = libusb_open_device_with_vid_pid(context_, static_cast<std::uint16_t>(facts.vendor),
                                                  static_cast<std::uint16_t>(facts.product));
        REQUIRE(handle_ != nullptr);
        REQUIRE(libusb_detach_kernel_driver(handle_, 0) == LIBUSB_SUCCESS);
        for (const int number : {0, 1, 2}) REQUIRE(libusb_claim_interface(handle_, number) == LIBUSB_SUCCESS);
    }
    ~Stream() {
        ending_ = true;
        for (Transfer& t : transfers_)
            if (t.under_way) libusb_cancel_transfer(t.transfer);
        hear([&] { return under_way() == 0; });
        for (Transfer& t : transfers_) libusb_free_transfer(t.transfer);
        libusb_close(handle_);
        libusb_exit(context_);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    libusb_device_handle* handle() const { return handle_; }
    std::size_t under_way() const {
        return static_cast<std::size_t>(std::count_if(transfers_.begin(), transfers_.end(),
                                                      [](const Transfer& t) { return t.under_way; }));
    }
    std::vector<int> ends() const { return ends_; }  ///< libusb's status of each that was not completed
    const std::vector<std::int32_t>& recorded() const { return recorded_; }
    std::size_t missed() const { return missed_; }  ///< packets with an error, or of no whole frame

    void begin() {
        for (const int number : {1, 2})
            REQUIRE(libusb_set_interface_alt_setting(handle_, number, 1) == LIBUSB_SUCCESS);
        for (std::size_t k = 0; k < transfers_.size(); ++k) {
            Transfer& t = transfers_[k];
            const bool out = k % 2 == 0;
            t.of = this;
            t.buffer.resize(static_cast<std::size_t>(packets_in_transfer * (out ? out_packet : in_packet)));
            t.transfer = libusb_alloc_transfer(packets_in_transfer);
            libusb_fill_iso_transfer(t.transfer, handle_, out ? 0x01 : 0x82, t.buffer.data(),
                                     static_cast<int>(t.buffer.size()), packets_in_transfer, &Stream::came,
                                     &t, 0);
            libusb_set_iso_packet_lengths(t.transfer, out ? out_packet : in_packet);
            give(t);
        }
    }
    /// Hears libusb until it is so; a limit of patience, not of speed.
    template <class Condition>
    bool hear(Condition condition) {
        for (int k = 0; k < 20000 && !condition(); ++k) {
            timeval beat{0, 1000};
            libusb_handle_events_timeout_completed(context_, &beat, nullptr);
        }
        return condition();
    }

private:
    struct Transfer {
        libusb_transfer* transfer = nullptr;
        Stream* of = nullptr;
        Bytes buffer;
        bool under_way = false;
    };

    void give(Transfer& t) {
        if (t.transfer->endpoint == 0x01)
            for (std::size_t at = 0; at < t.buffer.size(); at += frame_bytes, ++frame_)
                for (int c = 0; c < channels; ++c)
                    for (unsigned byte = 0; byte < 4; ++byte)
                        t.buffer[at + static_cast<std::size_t>(4 * c) + byte] = static_cast<std::uint8_t>(
                            static_cast<std::uint32_t>(played(frame_, c)) >> (8 * byte));
        const int given = libusb_submit_transfer(t.transfer);
        t.under_way = given == LIBUSB_SUCCESS;
        if (!t.under_way) ends_.push_back(given);
    }

    static void LIBUSB_CALL came(libusb_transfer* transfer) {
        auto& t = *static_cast<Transfer*>(transfer->user_data);
        Stream& stream = *t.of;
        t.under_way = false;
        if (transfer->status != LIBUSB_TRANSFER_COMPLETED) {
            stream.ends_.push_back(transfer->status);
            return;
        }
        if (transfer->endpoint == 0x82)
            for (unsigned k = 0; k < packets_in_transfer; ++k) stream.keep(*transfer, k);
        if (!stream.ending_) stream.give(t);
    }

    void keep(const libusb_transfer& transfer, unsigned k) {
        const libusb_iso_packet_descriptor& packet = transfer.iso_packet_desc[k];
        if (packet.status != LIBUSB_TRANSFER_COMPLETED || packet.actual_length % frame_bytes != 0) {
            ++missed_;
            return;
        }
        const std::uint8_t* from = transfer.buffer + static_cast<std::size_t>(k) * in_packet;
        for (unsigned at = 0; at < packet.actual_length; at += 4) recorded_.push_back(sample_at(from + at));
    }

    libusb_context* context_ = nullptr;
    libusb_device_handle* handle_ = nullptr;
    std::array<Transfer, 2 * transfers_each_way> transfers_{};
    std::size_t frame_ = 0, missed_ = 0;
    std::vector<std::int32_t> recorded_;
    std::vector<int> ends_;
    bool ending_ = false;
};

/// From the first frame that was played on: how many come back, and the samples among them that differ.
std::pair<std::size_t, std::size_t> compared(const std::vector<std::int32_t>& recorded) {
    std::size_t first = 0;
    while (first < recorded.size() && recorded[first] == 0) first += channels;
    std::size_t frames = 0, wrong = 0;
    for (std::size_t at = first; at + channels <= recorded.size(); at += channels, ++frames)
        for (int c = 0; c < channels; ++c)
            wrong += recorded[at + static_cast<std::size_t>(c)] != played(frames, c) ? 1U : 0U;
    return {frames, wrong};
}

}  // namespace

TEST_CASE("1 s at 48 kHz x 4 channels of isochronous packets comes back bit for bit") {
    Bench bench;
    Stream stream(bench.interface.facts());
    // Before a setting with endpoints is chosen there is nothing to send to.
    Bytes nowhere(out_packet);
    libusb_transfer* early = libusb_alloc_transfer(1);
    libusb_fill_iso_transfer(
        early, stream.handle(), 0x01, nowhere.data(), out_packet, 1, [](libusb_transfer*) {}, nullptr, 0);
    libusb_set_iso_packet_lengths(early, out_packet);
    CHECK(libusb_submit_transfer(early) != LIBUSB_SUCCESS);
    libusb_free_transfer(early);

    stream.begin();
    CHECK(stream.hear([&] { return stream.recorded().size() >= channels * 48000; }));
    CHECK(stream.ends().empty());
    CHECK(stream.missed() == 0);
    const auto [frames, wrong] = compared(stream.recorded());
    CHECK(frames > 47000);
    CHECK(wrong == 0);
}

TEST_CASE("the clock of the interface tells 6 rates, takes 96 kHz, and STALLs at 47 kHz and at no unit") {
    Bench bench;
    const Stream stream(bench.interface.facts());
    const auto asked = [&](int type, int request, int value, int index, Bytes& data) {
        return libusb_control_transfer(stream.handle(), static_cast<std::uint8_t>(type),
                                       static_cast<std::uint8_t>(request), static_cast<std::uint16_t>(value),
                                       static_cast<std::uint16_t>(index), data.data(),
                                       static_cast<std::uint16_t>(data.size()), 5000);
    };
    Bytes range(2 + 6 * 12);
    CHECK(asked(0xa1, 2, 0x0100, 0x2900, range) == 74);
    CHECK(range[0] == 6);
    CHECK(sample_at(&range[2]) == 44100);
    CHECK(sample_at(&range[2 + 5 * 12]) == 192000);
    Bytes rate{0x00, 0x77, 0x01, 0x00};  // 96000
    CHECK(asked(0x21, 1, 0x0100, 0x2900, rate) == 4);
    Bytes told(4);
    CHECK(asked(0xa1, 1, 0x0100, 0x2900, told) == 4);
    CHECK(told == rate);
    Bytes none{0x98, 0xb7, 0x00, 0x00};  // 47000
    CHECK(asked(0x21, 1, 0x0100, 0x2900, none) == LIBUSB_ERROR_PIPE);
    CHECK(asked(0xa1, 1, 0x0100, 0x6300, told) == LIBUSB_ERROR_PIPE);
}

TEST_CASE("40 words to a relay board, and a look at all devices, cost the stream beside them no packet") {
    Bench bench;
    Stream stream(bench.interface.facts());
    stream.begin();
    std::atomic<bool> over{false};
    std::string wrong;
    std::thread switching([&] {
        auto bus = UsbBus::open();
        auto link = bus ? DcttechLink::open(**bus, at_port("1-2"), {20s, 20s})
                        : Result<std::unique_ptr<RelayLink> >(bus.error());
        if (!link) wrong = link.error().what;
        for (int k = 0; link && k < 40; ++k) {
            if (const auto set = (*link)->set(k % 2, k % 4 < 2); !set) wrong = set.error().what;
            for (const UsbDevice& d : usb_devices()) static_cast<void>(read_audio_functions(d.configuration));
        }
        // An audio interface is nobody's but the kernel driver's: not one request may reach it.
        if (bus && (*bus)->open_device(at_port("1-1")).has_value()) wrong = "the interface was opened";
        over = true;
    });
    const bool heard = stream.hear([&] { return over && stream.recorded().size() >= channels * 24000; });
    switching.join();
    CHECK(heard);
    CHECK(wrong.empty());
    CHECK(bench.relays.sets == 40);
    CHECK(stream.ends().empty());
    CHECK(stream.missed() == 0);
    CHECK(compared(stream.recorded()).second == 0);
}

TEST_CASE(
    "an interface pulled out while 8 isochronous transfers are under way: all end, and it is told once") {
    Bench bench;
    const auto bus = opened_bus();
    const UsbDeparture departure = bus->departure_of(at_port("1-1")),
                       other = bus->departure_of(at_port("1-2"));
    {
        Stream stream(bench.interface.facts());
        stream.begin();
        CHECK(stream.hear([&] { return stream.recorded().size() >= channels * 4800; }));
        bench.interface.streams().stands = true;
        CHECK(stream.hear([&] { return bench.interface.pending == 2 * transfers_each_way; }));
        std::thread puller([&] { bench.usb.unplug(bench.interface); });
        CHECK(stream.hear([&] { return stream.under_way() == 0 && departure.has_left(); }));
        puller.join();
        CHECK(stream.ends() == std::vector<int>(2 * transfers_each_way, LIBUSB_TRANSFER_NO_DEVICE));
        Bytes told(4);
        CHECK(libusb_control_transfer(stream.handle(), 0xa1, 1, 0x0100, 0x2900, told.data(), 4, 5000) ==
              LIBUSB_ERROR_NO_DEVICE);
        // What had come before is whole.
        CHECK(compared(stream.recorded()).second == 0);
    }
    const auto events = bus->events(10s);
    REQUIRE(events.size() == 1);
    CHECK_FALSE(events[0].arrived);
    CHECK(events[0].port == "1-1");
    CHECK(events[0].vendor == 0x1209);
    CHECK_FALSE(other.has_left());
    for (const UsbDevice& d : usb_devices()) CHECK(d.port != "1-1");
}

TEST_CASE("an interface pulled out in the middle of a request ends it, and gives no rate") {
    Bench bench;
    VirtualInterface inside(PlayedSession(), {}, 0.0);
    MockedFacts facts = inside.facts();
    facts.port = "1-3", facts.address = 5, facts.product = 0x4f51;
    MockedDevice silent(facts, [](const MockedRequest&) {
        return MockedAnswer{MockedAnswer::Kind::silence, {}};
    });
    silent.driver_holds = true;
    bench.usb.plug(silent);
    libusb_context* context = nullptr;
    REQUIRE(libusb_init(&context) == LIBUSB_SUCCESS);
    libusb_device_handle* handle = libusb_open_device_with_vid_pid(context, 0x1209, 0x4f51);
    REQUIRE(handle != nullptr);
    std::thread puller([&] {
        for (int k = 0; k < 4000 && silent.pending == 0; ++k) std::this_thread::sleep_for(5ms);
        bench.usb.unplug(silent);
    });
    Bytes told(4);
    CHECK(libusb_control_transfer(handle, 0xa1, 1, 0x0100, 0x2900, told.data(), 4, 20000) ==
          LIBUSB_ERROR_NO_DEVICE);
    puller.join();
    CHECK(told == Bytes(4));
    libusb_close(handle);
    libusb_exit(context);
}

#endif
