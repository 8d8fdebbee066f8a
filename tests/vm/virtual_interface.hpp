// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/played/played_session.hpp"
#include "tests/vm/usb_model.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <string>

namespace fourpole {

/// A USB Audio 2.0 interface of 4 outputs and 4 inputs, 24 bits in 4 bytes, 44.1 to 192 kHz, with a volume on
/// outputs 1 and 2 and a mute on all; behind it what PlayedSession has. Its converters run on one clock: the
/// host learns from the feedback endpoint how much it wants.
///
///   packets -> FIFO of 2 ms -> volume -> blocks of 512 -> PlayedSession -> 24 bits -> packets
class VirtualInterface final : public UsbModel {
public:
    static constexpr std::size_t channels = 4;

    /// Defects, each at the first frame whose counter says so; -1 = never.
    struct Defects {
        long drop_at = -1;      ///< a packet of what is played is lost
        long unplug_at = -1;    ///< it is pulled out
        bool deaf = false;      ///< takes a volume, says that it has it, and plays on as before
        bool no_input = false;  ///< its descriptors have an input stream that says nothing of its format
    };

    VirtualInterface(PlayedSession played, Defects defects, double volume_db);

    const MockedFacts& facts() const override { return facts_; }
    MockedAnswer control(const MockedRequest& request) override;
    void alternate(int interface, int setting) override;
    void out(std::span<const std::uint8_t> packet) override;
    void tick() override;
    Bytes in(int endpoint) override;
    int period(int endpoint) const override;
    bool pulled_out() const override { return pulled_out_; }

private:
    using Frame = std::array<std::int32_t, channels>;

    MockedAnswer clock(const MockedRequest& request);
    MockedAnswer feature(const MockedRequest& request);
    void play_block();
    std::size_t level_wanted() const { return rate_ / 500; }

    MockedFacts facts_;
    PlayedSession played_;
    std::size_t told_take_ = 0;
    Defects defects_;
    std::uint32_t rate_ = 48000;
    std::array<std::int16_t, 3> volume_{};  ///< 1/256 dB, of channels 1 and 2 (0 is not there)
    bool muted_ = false, primed_ = false, pulled_out_ = false;
    std::uint64_t ticks_ = 0;
    std::deque<Frame> to_play_, captured_;
    std::array<std::array<float, PlayedScene::block>, channels> played_block_{}, heard_block_{};
    std::size_t in_block_ = 0;
    Bytes due_;  ///< of this microframe, for the host
};

}  // namespace fourpole
