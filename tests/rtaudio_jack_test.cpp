// SPDX-License-Identifier: GPL-3.0-or-later
// The audio driver over the real RtAudio and a real JACK server; the card and the device under test are a
// client of ours.
#include "rig/capture/take_reader.hpp"
#include "tests/jack_bench.hpp"
#include "tests/noise_take.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

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

/// Holds every sample of a take of 8 channels against what was played, with nothing to go by but what the
/// report says became of the frames. Returns how many frames were compared, and how many were wrong.
std::pair<std::uint64_t, std::uint64_t> held_against(const DuplexOrder& order, const DuplexReport& report) {
    auto reader = TakeReader::open(order.part);
    REQUIRE(reader.has_value());
    auto delay = static_cast<std::int64_t>(*report.delay);
    auto event = report.events.begin();
    std::uint64_t compared = 0, wrong = 0, skip_to = 0;
    const std::array<std::size_t, 7> wanted{0, 1, 2, 3, 4, 5, 6};
    const auto same = [&](const std::vector<std::vector<double>>& x, std::size_t i, std::uint64_t at,
                          std::int64_t d) {
        const std::int64_t n = static_cast<std::int64_t>(at) - d - static_cast<std::int64_t>(order.lead);
        if (n < 1920 || n >= static_cast<std::int64_t>(order.programme) - 480)
            return true;  // silence, slopes
        for (unsigned c = 0; c + 1 < order.outputs; ++c)
            if (x[c][i] != noise_sample(static_cast<std::uint64_t>(n), c)) return false;
        return true;
    };
    for (std::uint64_t first = 0; first < reader->frames(); first += 96000) {
        const auto count = std::min<std::uint64_t>(96000, reader->frames() - first);
        const auto samples = reader->read(first, count, wanted);
        REQUIRE(samples.has_value());
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t at = first + i;
            for (; event != report.events.end() && event->at == at; ++event) {
                const auto frames = static_cast<std::int64_t>(event->frames);
                const bool silent =
                    event->kind == FrameEvent::Kind::late ||
                    (event->kind == FrameEvent::Kind::lost && !same(*samples, i, at, delay - frames));
                if (silent) skip_to = at + event->frames;  // lost in its place, or nothing was played in it
                if (event->kind == FrameEvent::Kind::lost && !silent) delay -= frames;
                if (event->kind != FrameEvent::Kind::lost) delay += frames;
            }
            if (at < skip_to) continue;
            ++compared;
            wrong += !same(*samples, i, at, delay);
        }
    }
    return {compared, wrong};
}

}  // namespace

TEST_CASE("20 s at 96 kHz x 4 channels over a JACK server that runs free come back bit for bit") {
    if (no_jack()) return;
    int times = 0;
    DuplexEnd end;
    do {
        // Real time again at 19.9 s of 20.15, before the stream is closed.
        const JackBench bench(96000, 512, {"freewheel", "1910400"});
        const DuplexOrder order = order_for(bench, 20.0, true);
        end = play_noise(order);
        if (!end.fault) CHECK(wrong_samples(order, 1024) == 0);
    } while (stood_still(why(end), times));
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.frames == 1934400);  // 0.05 + 20 + 0.1 s
    // RtAudio hears a block after it has played the next, and JACK breaks the circle by one more.
    CHECK(end.report.delay == 1024U);
    CHECK(end.report.event_count == 0);
}

TEST_CASE("1 s over JACK in real time comes back bit for bit") {
    if (no_jack()) return;
    int times = 0;
    DuplexEnd end;
    do {
        const JackBench bench(96000, 512, {});
        const DuplexOrder order = order_for(bench, 1.0);
        end = play_noise(order);
        if (!end.fault) CHECK(wrong_samples(order, 1024) == 0);
    } while (stood_still(why(end), times));
    REQUIRE(why(end) == "(no fault)");
    CHECK(end.report.frames == 110400);
    CHECK(end.report.delay == 1024U);
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

// By hand: rtaudio_jack_test '[by_hand]', with FOURPOLE_MINUTES for another length. The audio threads go
// before the busy processes where the system lets us (root, or rtprio); without, JACK stands still sooner or
// later.
TEST_CASE("10 min at 96 kHz x 8 channels beside 4 busy processes lose nothing, or say exactly what they lost",
          "[.][by_hand][repeated]") {
    if (no_jack()) return;
    const char* const told = std::getenv("FOURPOLE_MINUTES");
    const double minutes = told != nullptr ? std::atof(told) : 10.0;
    const JackBench bench(96000, 512, {"channels", "8", "counter", "8"});
    std::vector<std::unique_ptr<ChildProgram>> busy;
    for (int n = 0; n < 4; ++n)
        busy.push_back(
            std::make_unique<ChildProgram>(std::vector<std::string>{"/bin/sh", "-c", "while :; do :; done"}));
    DuplexOrder order = order_for(bench, 60.0 * minutes);
    order.outputs = order.inputs = 8;
    order.ceiling.assign(8, 0.1);
    order.ceiling[7] = 0.5;
    order.counter = CounterLoop{7, 7};
    const DuplexEnd end = play_noise(order);
    busy.clear();
    REQUIRE(end.report.delay.has_value());
    const auto [compared, wrong] = held_against(order, end.report);
    std::printf(
        "%s\n%llu frames came back, %llu compared, %llu wrong; %u blocks were flagged as late; %llu events\n",
        why(end).c_str(), static_cast<unsigned long long>(end.report.frames),
        static_cast<unsigned long long>(compared), static_cast<unsigned long long>(wrong), end.report.flagged,
        static_cast<unsigned long long>(end.report.event_count));
    CHECK(wrong == 0);
    CHECK((end.fault ||
           (end.report.event_count == 0 && end.report.frames == order.lead + order.programme + order.tail)));
}
