// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/vm/virtual_interface.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>

namespace fourpole {

namespace {

using Kind = MockedAnswer::Kind;
constexpr std::uint32_t microframes = 8000;
constexpr std::array<std::uint32_t, 6> rates{44100, 48000, 88200, 96000, 176400, 192000};
constexpr int least_volume = -96 * 256, most_volume = 0, volume_step = 128;  // -96 to 0 dB by 0.5
constexpr int stream_out = 0x01, feedback = 0x81, stream_in = 0x82;

void put(Bytes& to, std::uint32_t value, int bytes) {
    for (int k = 0; k < bytes; ++k) to.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
}

std::uint32_t number(std::span<const std::uint8_t> bytes) {
    std::uint32_t out = 0;
    for (std::size_t k = 0; k < bytes.size() && k < 4; ++k) out |= std::uint32_t{bytes[k]} << (8 * k);
    return out;
}

/// As drivers/audio/frame_counter.hpp has it; -1 = no counter.
long counter_of(std::int32_t sample) { return sample > 0 && (sample & 0xff) == 0 ? (sample >> 8) - 1L : -1; }

/// Uptime, as the machine's own /proc/uptime has it.
double uptime() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::int32_t to_24_bits(float sample) {
    const double full = 8388608.0;
    const double word = std::clamp(std::round(static_cast<double>(sample) * full), -full, full - 1.0);
    return static_cast<std::int32_t>(word) * 256;
}

}  // namespace

VirtualInterface::VirtualInterface(PlayedSession played, Defects defects, double volume_db)
    : played_(std::move(played)), defects_(defects) {
    facts_.vendor = 0x1209, facts_.product = 0x4f50;
    facts_.maker = "fourpole", facts_.name = "Modelled interface", facts_.serial = "VM-1";
    facts_.configuration = four_out_four_in();
    facts_.configuration[5] = 1;
    if (defects.no_input) {
        const Bytes format{6, 0x24, 2, 1, 4, 24};
        const auto at = std::find_end(facts_.configuration.begin(), facts_.configuration.end(),
                                      format.begin(), format.end());
        at[4] = 0;
    }
    volume_.fill(static_cast<std::int16_t>(std::lround(volume_db * 256.0)));
    captured_.assign(PlayedScene::block, Frame{});
}

int VirtualInterface::period(int endpoint) const {
    if (endpoint == feedback) return 8;
    return endpoint == stream_out || endpoint == stream_in ? 1 : 0;
}

void VirtualInterface::alternate(int interface, int /*setting*/) {
    if (interface != 1) return;  // the outputs': a stream begins or has ended
    to_play_.clear();
    primed_ = false;
}

MockedAnswer VirtualInterface::control(const MockedRequest& r) {
    // Class requests to interface 0: wIndex has the entity, wValue the control and its channel.
    if ((r.type & 0x7f) != 0x21 || (r.index & 0xff) != 0) return {Kind::stall, {}};
    const int entity = r.index >> 8;
    return entity == 0x29 ? clock(r) : entity == 10 ? feature(r) : MockedAnswer{Kind::stall, {}};
}

MockedAnswer VirtualInterface::clock(const MockedRequest& r) {
    const bool asks = (r.type & 0x80) != 0;
    const int control = r.value >> 8;
    Bytes told;
    if (control == 2 && asks && r.request == 1) return {Kind::data, {1}};  // valid
    if (control != 1) return {Kind::stall, {}};
    if (r.request == 2 && asks) {
        put(told, rates.size(), 2);
        for (const std::uint32_t rate : rates)
            for (const std::uint32_t word : {rate, rate, 0U}) put(told, word, 4);
        return {Kind::data, told};
    }
    if (r.request != 1) return {Kind::stall, {}};
    if (asks) {
        put(told, rate_, 4);
        return {Kind::data, told};
    }
    const std::uint32_t rate = number(r.data);
    if (std::find(rates.begin(), rates.end(), rate) == rates.end()) return {Kind::stall, {}};
    rate_ = rate;
    return {};
}

MockedAnswer VirtualInterface::feature(const MockedRequest& r) {
    const bool asks = (r.type & 0x80) != 0;
    const int control = r.value >> 8;
    const auto channel = static_cast<std::size_t>(r.value & 0xff);
    Bytes told;
    if (control == 1 && channel == 0 && r.request == 1) {
        if (asks) return {Kind::data, {static_cast<std::uint8_t>(muted_)}};
        muted_ = number(r.data) != 0;
        return {};
    }
    if (control != 2 || channel < 1 || channel >= volume_.size()) return {Kind::stall, {}};
    if (asks && r.request == 2) {
        put(told, 1, 2);
        for (const int word : {least_volume, most_volume, volume_step})
            put(told, static_cast<std::uint32_t>(word), 2);
        return {Kind::data, told};
    }
    if (r.request != 1) return {Kind::stall, {}};
    if (asks) {
        put(told, static_cast<std::uint16_t>(volume_[channel]), 2);
        return {Kind::data, told};
    }
    volume_[channel] = static_cast<std::int16_t>(number(r.data));
    std::printf("volume %zu %.1f dB\n", channel, volume_[channel] / 256.0);
    std::fflush(stdout);
    return {};
}

void VirtualInterface::out(std::span<const std::uint8_t> packet) {
    constexpr std::size_t frame_bytes = 4 * channels;
    const auto sample = [&](std::size_t frame, std::size_t c) {
        return static_cast<std::int32_t>(number(packet.subspan(frame * frame_bytes + 4 * c, 4)));
    };
    const std::size_t frames = packet.size() / frame_bytes;
    if (frames > 0) {
        const long count = counter_of(sample(0, played_.counter));
        if (defects_.drop_at >= 0 && count >= defects_.drop_at) {
            defects_.drop_at = -1;
            return;
        }
        if (defects_.unplug_at >= 0 && count >= defects_.unplug_at) {
            pulled_out_ = true;
            std::printf("unplugged %.2f\n", uptime());
            std::fflush(stdout);
        }
    }
    for (std::size_t n = 0; n < frames; ++n) {
        Frame frame{};
        for (std::size_t c = 0; c < channels; ++c) frame[c] = sample(n, c);
        to_play_.push_back(frame);
    }
}

void VirtualInterface::tick() {
    const std::uint64_t frames = (ticks_ + 1) * rate_ / microframes - ticks_ * rate_ / microframes;
    ++ticks_;
    due_.clear();
    if (to_play_.size() >= level_wanted()) primed_ = true;
    for (std::uint64_t n = 0; n < frames; ++n) {
        Frame frame{};
        if (primed_ && !to_play_.empty()) {
            frame = to_play_.front();
            to_play_.pop_front();
        }
        for (std::size_t c = 0; c < channels; ++c)
            played_block_[c][in_block_] = static_cast<float>(frame[c]) / 2147483648.0F;
        if (++in_block_ == PlayedScene::block) play_block();
        for (std::size_t c = 0; c < channels; ++c)
            put(due_, static_cast<std::uint32_t>(captured_.front()[c]), 4);
        captured_.pop_front();
    }
}

void VirtualInterface::play_block() {
    std::array<const float*, channels> in{};
    std::array<float*, channels> out{};
    for (std::size_t c = 0; c < channels; ++c) {
        const double volume = c + 1 < volume_.size() && !defects_.deaf
                                  ? AmplitudeRatio::from_decibels(volume_[c + 1] / 256.0).count
                                  : 1.0;
        if (muted_ || volume != 1.0)
            for (float& x : played_block_[c])
                x = muted_ ? 0.0F : static_cast<float>(volume * static_cast<double>(x));
        in[c] = played_block_[c].data();
        out[c] = heard_block_[c].data();
    }
    const long number = played_.play(in, out, PlayedScene::block);
    if (number >= 0 && played_.take() != told_take_) {
        told_take_ = played_.take();
        std::printf("take %zu\n", told_take_ + 1);
        std::fflush(stdout);
    }
    for (std::size_t n = 0; n < PlayedScene::block; ++n) {
        Frame frame{};
        for (std::size_t c = 0; c < channels; ++c) frame[c] = to_24_bits(heard_block_[c][n]);
        captured_.push_back(frame);
    }
    in_block_ = 0;
}

Bytes VirtualInterface::in(int endpoint) {
    if (endpoint == stream_in) return due_;
    // 16.16 frames a microframe; what is too much or too little in the FIFO is made good within half a
    // second.
    const double away = static_cast<double>(level_wanted()) - static_cast<double>(to_play_.size());
    const double wanted = (static_cast<double>(rate_) + (primed_ ? 2.0 * away : 0.0)) / microframes;
    Bytes told;
    put(told, static_cast<std::uint32_t>(std::lround(wanted * 65536.0)), 4);
    return told;
}

}  // namespace fourpole
