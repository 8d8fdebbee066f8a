// SPDX-License-Identifier: GPL-3.0-or-later
// The audio driver over the real RtAudio and alsa-lib; the card and the device under test are a plugin of
// ours.
#include "tests/alsa_card.hpp"

#include <cmath>
#include <complex>
#include <numbers>

using namespace fourpole;

namespace {

/// Output to input: RtAudio hears a block after it has played the next, the card adds its own.
constexpr std::uint64_t delay_of(std::uint64_t latency) { return card_block + latency; }

std::string why(const DuplexEnd& end) { return end.fault ? end.fault->what : "(no fault)"; }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Turns of a tone of `hz` in the 0.1 s from `frame` on, against cos(2 pi hz frame / rate).
double turns(const std::vector<double>& x, std::size_t frame, double hz) {
    std::complex<double> sum;
    for (std::size_t n = frame; n < frame + 9600; ++n)
        sum += x[n] * std::polar(1.0, -2.0 * std::numbers::pi * hz * static_cast<double>(n) / card_rate);
    return std::arg(sum) / (2.0 * std::numbers::pi);
}

}  // namespace

TEST_CASE("5 s at 96 kHz x 4 channels come back bit for bit, 512 + 1031 frames later") {
    const AlsaCard card("channels 4 latency 1031 loop 3");
    const DuplexOrder order = order_for(card, 5.0);
    const DuplexEnd end = play_noise(order);
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.frames == 494400);  // 0.05 + 5 + 0.1 s
    CHECK(end.report.delay == delay_of(1031));
    CHECK(end.report.event_count == 0);
    CHECK(end.report.flagged == 0);
    CHECK(end.report.bits == 32);  // the slopes are no whole steps of 24 bits

    const Take take = part_of(order);
    REQUIRE(take.channels.size() == 4);
    REQUIRE(take.frames() == 494400);
    // Behind the slope up (1920 frames) and before the one down (480) nothing may differ at all.
    std::size_t wrong = 0;
    for (std::uint64_t n = 1920; n < order.programme - 480; ++n)
        for (unsigned c = 0; c < 3; ++c)
            wrong += take.channels[c][order.lead + n + delay_of(1031)] != noise_sample(n, c);
    CHECK(wrong == 0);
    // Silence before and behind, and no step: the first sample is 0, the middle of the slope is half.
    for (unsigned c = 0; c < 3; ++c) {
        std::size_t loud = 0;
        for (std::uint64_t n = 0; n <= order.lead + delay_of(1031); ++n) loud += take.channels[c][n] != 0.0;
        for (std::uint64_t n = order.lead + order.programme + delay_of(1031); n < take.frames(); ++n)
            loud += take.channels[c][n] != 0.0;
        CHECK(loud == 0);
        const std::uint64_t at = order.lead + 960 + delay_of(1031);
        CHECK(take.channels[c][at] == Approx(0.5 * noise_sample(960, c)).margin(1e-9));
    }
}

TEST_CASE("gain 0.5 and crosstalk 0.001 of the device under test arrive to half a step of 32 bits") {
    const AlsaCard card("channels 4 latency 1031 loop 3 gain 0.5 crosstalk 0.001");
    const DuplexOrder order = order_for(card, 0.5);
    const DuplexEnd end = play_noise(order);
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.delay == 1543);
    const Take take = part_of(order);
    double most = 0.0;
    for (std::uint64_t n = 1920; n < order.programme - 480; ++n)
        for (const unsigned c : {0U, 1U}) {
            const double expected = 0.5 * noise_sample(n, c) + 0.001 * noise_sample(n, c ^ 1U);
            most = std::max(most, std::abs(take.channels[c][order.lead + n + 1543] - expected));
        }
    CHECK(most <= 0.5 / 2147483648.0);
}

TEST_CASE("a flagged overrun repeats one block of 512, and the counter says where") {
    const AlsaCard card("channels 4 latency 1031 loop 3 xrun_at 96000");
    const DuplexEnd end = play_noise(order_for(card, 2.0));
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::take_invalid);
    CHECK(end.report.flagged == 1);
    // Read no. 188 (frame 96256) fails; what it was for is played with block 189.
    CHECK(why(end) == "the stream is broken once: 512 frames repeated at frame 96768");
}

TEST_CASE("300 frames lost without any flag are found at their frame") {
    const AlsaCard card("channels 4 latency 1031 loop 3 drop_at 96000 drop 300");
    const DuplexEnd end = play_noise(order_for(card, 2.0));
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::take_invalid);
    CHECK(end.report.flagged == 0);
    CHECK(why(end) == "the stream is broken once: 300 frames lost at frame 96512");
    CHECK(exit_code(end.fault->kind) == 3);
}

TEST_CASE("one lost frame is enough, and without a counter coming back nothing is valid") {
    {
        const AlsaCard card("channels 4 latency 1031 loop 3 drop_at 12345 drop 1");
        CHECK(has(why(play_noise(order_for(card, 0.3))), "1 frames lost at frame 12857"));
    }
    const AlsaCard card("channels 4 latency 1031 loop 3 gain 0.5");
    DuplexOrder order = order_for(card, 0.3);
    order.counter->input = 2;
    const DuplexEnd end = play_noise(order);
    CHECK(has(why(end), "the counter of output 4 does not come back on input 3"));
}

TEST_CASE("a device that is pulled ends the take with its last good block, and exit code 3") {
    const AlsaCard card("channels 4 latency 1031 loop 3 unplug_at 96000");
    const DuplexOrder order = order_for(card, 60.0);
    const DuplexEnd end = play_noise(order);
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(exit_code(end.fault->kind) == 3);
    CHECK(has(why(end), "No such device"));
    // 188 blocks were read; the write behind the last one fails, and of the stale blocks that RtAudio goes on
    // with not one is kept.
    CHECK(end.report.frames == 96256);
    CHECK(end.report.event_count == 0);
    CHECK(part_of(order).frames() == 96256);
}

TEST_CASE("a device that runs away from its clock ends the take, which says by how much") {
    const AlsaCard card("channels 4 latency 1031 loop 3 speed 1 free_run_at 9600");
    DuplexOrder order = order_for(card, 600.0);
    order.virtual_clock = false;
    const DuplexEnd end = play_noise(order);
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(has(why(end), "runs faster than its clock"));
    CHECK(part_of(order).frames() == end.report.frames);
}

TEST_CASE("at the speed of a real clock 0.3 s come back whole") {
    const AlsaCard card("channels 4 latency 1031 loop 3 speed 1");
    DuplexOrder order = order_for(card, 0.3);
    order.virtual_clock = false;
    const DuplexEnd end = play_noise(order);
    CHECK(why(end) == "(no fault)");
    CHECK(end.report.frames == 43200);
}

TEST_CASE("a device of 24 bits in 4 bytes is refused before RtAudio writes past its buffer") {
    const AlsaCard card("channels 4 format S24_LE");
    const DuplexEnd end = play_noise(order_for(card, 0.1));
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(has(why(end), "S24_LE"));
    CHECK(has(why(end), "type linear slave { pcm \"hw:0,0\" format S24_LE }"));
}

TEST_CASE("a device of 24 bits in 3 bytes is refused, and the way out that is told gives 24 bits exactly") {
    {
        const AlsaCard card("channels 4 format S24_3LE");
        CHECK(has(why(play_noise(order_for(card, 0.1))),
                  "type linear slave { pcm \"hw:0,0\" format S24_3LE }"));
    }
    const AlsaCard card("",
                        "pcm.hw0 { type fourpole_bench channels 4 latency 1031 loop 3 format S24_3LE }\n"
                        "pcm.!default { type linear slave { pcm hw0 format S24_3LE } }\n");
    const DuplexOrder order = order_for(card, 0.3);
    const DuplexEnd end = play_noise(order);
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.bits == 24);
    const Take take = part_of(order);
    std::size_t wrong = 0;
    for (std::uint64_t n = 1920; n < order.programme - 480; ++n)
        for (unsigned c = 0; c < 3; ++c)
            wrong += take.channels[c][order.lead + n + *end.report.delay] != noise_sample(n, c);
    CHECK(wrong == 0);
}

TEST_CASE("a device of 16 bits is refused where the profile says 24") {
    const AlsaCard card("channels 4 latency 1031 format S16_LE");
    CHECK(has(why(play_noise(order_for(card, 0.1))), "has 16 bits; the interface's profile says 24"));
}

TEST_CASE("another rate, block or number of channels than was asked for is an error, not a take") {
    {
        const AlsaCard card("channels 4 rate 48000");
        CHECK(has(why(play_noise(order_for(card, 0.1))), "runs at 48000 Hz where 96000 Hz were asked for"));
    }
    {
        const AlsaCard card("channels 4 period 256");
        CHECK(
            has(why(play_noise(order_for(card, 0.1))), "took blocks of 256 frames where 512 were asked for"));
    }
    const AlsaCard card("channels 2");
    const DuplexEnd end = play_noise(order_for(card, 0.1));
    CHECK(has(why(end), "cannot be opened with 4 outputs and 4 inputs at 96000 Hz"));
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
}

TEST_CASE("a device 37 ppm off its interface turns 1 kHz by 0.148 in 4 s, and nothing is lost") {
    const AlsaCard card("channels 4 latency 1031 loop 3 ppm 37");
    const DuplexOrder order = order_for(card, 4.5);
    const DuplexEnd end = play_and_record(
        order,
        [](std::uint64_t first, std::span<double> samples) {
            for (std::size_t i = 0; i < samples.size(); i += card_channels)
                samples[i] = 0.05 * std::sin(2.0 * std::numbers::pi * 1000.0 *
                                             static_cast<double>(first + i / card_channels) / card_rate);
        },
        {});
    REQUIRE(why(end) == "(no fault)");
    const Take take = part_of(order);
    // 1000 Hz x 37e-6 x 4 s.
    CHECK(turns(take.channels[0], 400000, 1000.0) - turns(take.channels[0], 16000, 1000.0) ==
          Approx(0.148).margin(1e-5));
}

TEST_CASE("a block above the ceiling of 0.04 is not played, nor is anything after it") {
    const AlsaCard card("channels 4 latency 1031 loop 3");
    DuplexOrder order = order_for(card, 1.0);
    order.ceiling[1] = 0.04;
    const DuplexEnd end = play_noise(order);
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::unsafe);
    CHECK(exit_code(end.fault->kind) == 5);
    CHECK(has(why(end), "output 2 would have exceeded its ceiling of 0.04 of full scale at frame "));
    const Take take = part_of(order);
    REQUIRE(take.frames() > order.lead);
    for (const double x : take.channels[1]) REQUIRE(std::abs(x) <= 0.04);
}

TEST_CASE("the operator stops a take, and what there is of it is kept") {
    const AlsaCard card("channels 4 latency 1031 loop 3 speed 1");
    DuplexOrder order = order_for(card, 3.0);
    order.virtual_clock = false;
    int asked = 0;
    const DuplexEnd end = play_noise(order, [&](double) { return ++asked < 4; });
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::stopped);
    CHECK(end.report.frames > 0);
    CHECK(part_of(order).frames() == end.report.frames);
}

TEST_CASE("a device that stands still ends the take, though closing it would wait for ever") {
    const AlsaCard card("channels 4 latency 1031 loop 3 stall_at 96000");
    const DuplexEnd end = play_noise(order_for(card, 60.0));
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(why(end) == "stands still (frame 96768)");
    CHECK(end.report.frames == 96768);
    // The next card wakes the thread that was left behind.
    const AlsaCard next("channels 4 latency 1031 loop 3");
    CHECK(why(play_noise(order_for(next, 0.1))) == "(no fault)");
}
