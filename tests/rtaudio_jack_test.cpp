// SPDX-License-Identifier: GPL-3.0-or-later
// The audio driver over the real RtAudio and a real JACK server; the card and the device under test are a
// client of ours.
#include "tests/jack_bench.hpp"
#include "tests/noise_take.hpp"

#include <algorithm>

using namespace fourpole;

namespace {

std::string why(const DuplexEnd& end) { return end.fault ? end.fault->what : "(no fault)"; }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

DuplexOrder order_for(const JackBench& bench, double seconds, bool freewheels = false) {
    DuplexOrder order = noise_order(AudioApi::jack, "modelled_device", bench.folder.path(), seconds);
    order.virtual_clock = freewheels;
    return order;
}

/// Samples of the noise that are not what was played, behind the slope up (20 ms) and before the one down.
std::size_t wrong_samples(const DuplexOrder& order, std::uint64_t delay) {
    const Take take = part_of(order);
    std::size_t wrong = 0;
    for (std::uint64_t n = 1920; n < order.programme - 480; ++n)
        for (unsigned c = 0; c < 3; ++c)
            wrong += take.channels[c][order.lead + n + delay] != noise_sample(n, c);
    return wrong;
}

}  // namespace

TEST_CASE("20 s at 96 kHz x 4 channels over a JACK server that runs free come back bit for bit") {
    if (no_jack()) return;
    // Real time again at 19.9 s of 20.15, before the stream is closed.
    const JackBench bench(96000, 512, {"freewheel", "1910400"});
    const DuplexOrder order = order_for(bench, 20.0, true);
    const DuplexEnd end = play_noise(order);
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.frames == 1934400);  // 0.05 + 20 + 0.1 s
    // RtAudio hears a block after it has played the next, and JACK breaks the circle by one more.
    CHECK(end.report.delay == 1024U);
    CHECK(end.report.event_count == 0);
    CHECK(wrong_samples(order, 1024) == 0);
}

TEST_CASE("1 s over JACK in real time comes back bit for bit") {
    if (no_jack()) return;
    const JackBench bench(96000, 512, {});
    const DuplexOrder order = order_for(bench, 1.0);
    const DuplexEnd end = play_noise(order);
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.frames == 110400);
    CHECK(end.report.delay == 1024U);
    CHECK(wrong_samples(order, 1024) == 0);
}

TEST_CASE("a JACK server that dies ends the take with exit code 3, and what came in is kept") {
    if (no_jack()) return;
    JackBench bench(96000, 512, {});
    const DuplexOrder order = order_for(bench, 600.0);
    const DuplexEnd end = play_noise(order, [&](double done) {
        if (done > 48000.0 / 57600000.0) bench.server->kill_at_once();
        return true;
    });
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(exit_code(end.fault->kind) == 3);
    CHECK(end.report.frames >= 48000);
    CHECK(end.report.event_count == 0);
    CHECK(part_of(order).frames() == end.report.frames);
}

TEST_CASE("a JACK server that changes its block ends the take, which says so") {
    if (no_jack()) return;
    const JackBench bench(96000, 512, {"block", "256", "block_at", "48000"});
    const DuplexOrder order = order_for(bench, 600.0);
    const DuplexEnd end = play_noise(order);
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(has(why(end), "buffer size has changed"));
    CHECK(end.report.frames >= 48000);
    CHECK(part_of(order).frames() == end.report.frames);
}

TEST_CASE("a JACK server of another rate or block, or too few channels, gives an error and no take") {
    if (no_jack()) return;
    const JackBench bench(48000, 512, {});
    CHECK(has(why(play_noise(order_for(bench, 0.1))),
              "cannot be opened with 4 outputs and 4 inputs at 96000 Hz"));
    DuplexOrder order = order_for(bench, 0.1);
    order.rate_hz = 48000;
    order.block = 256;
    CHECK(has(why(play_noise(order)), "took blocks of 512 frames where 256 were asked for"));
    order.block = 512;
    order.outputs = 5;
    order.ceiling.push_back(0.1);
    const DuplexEnd end = play_noise(order);
    CHECK(has(why(end), "cannot be opened with 5 outputs and 4 inputs at 48000 Hz"));
    REQUIRE(end.fault.has_value());
    CHECK(end.fault->kind == Fault::Kind::bench_trouble);
    CHECK(end.report.frames == 0);
}
