// SPDX-License-Identifier: GPL-3.0-or-later
// What runs in the audio thread, and what watches it, without a device or a clock.
#include "drivers/audio/audio_callback.hpp"
#include "drivers/audio/frame_counter.hpp"
#include "drivers/audio/output_wave.hpp"
#include "drivers/audio/stream_watch.hpp"
#include "tests/catch.hpp"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <thread>

using namespace fourpole;

namespace {

// This program's allocator counts for a thread that says so.
thread_local bool counting = false;
thread_local int allocations = 0;

void* counted(std::size_t size) {
    if (counting) ++allocations;
    if (void* const p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}

AudioCallback::Plan small_plan(SampleWord word) {
    AudioCallback::Plan plan;
    plan.word = word;
    plan.outputs = plan.inputs = 2;
    plan.rate_hz = 48000.0;
    plan.frames = 100000;
    plan.ceiling = {0.5, 0.25};
    plan.ring_frames = 4096;
    return plan;
}

std::uint32_t word_of(double x, SampleWord word) {
    if (word == SampleWord::float32) return std::bit_cast<std::uint32_t>(static_cast<float>(x));
    return std::bit_cast<std::uint32_t>(static_cast<std::int32_t>(std::ldexp(x, 31)));
}

double value_of(std::uint32_t w, SampleWord word) {
    if (word == SampleWord::float32) return std::bit_cast<float>(w);
    return std::ldexp(std::bit_cast<std::int32_t>(w), -31);
}

/// A hundred frames through a callback whose outputs are to play `a` and `b`.
std::vector<std::uint32_t> block_of(AudioCallback& callback, double a, double b) {
    const SampleWord word = callback.plan().word;
    std::vector<std::uint32_t> out(200), in(200, word_of(0.125, word));
    for (int n = 0; n < 100; ++n) callback.to_play().put(std::vector{word_of(a, word), word_of(b, word)});
    callback.block(out.data(), in.data(), 100, false);
    return out;
}

std::string events_of(const CounterCheck& check) {
    std::string out;
    for (const FrameEvent& e : check.events()) out += in_words(e) + "\n";
    return out;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

TEST_CASE("the audio thread allocates nothing: playing, empty, full, too loud, fading, lost") {
    StreamTrouble trouble;
    AudioCallback plays(small_plan(SampleWord::int32), trouble),
        fades(small_plan(SampleWord::float32), trouble);
    AudioCallback loud(small_plan(SampleWord::int32), trouble), empty(small_plan(SampleWord::int32), trouble);
    fades.fade_out();
    std::vector<std::uint32_t> out(200), in(200), quiet(8000, 0U), shout(8000, 0x7fffffffU);
    for (AudioCallback* c : {&plays, &fades}) REQUIRE(c->to_play().put(quiet));
    REQUIRE(loud.to_play().put(shout));
    int seen = -1;
    std::thread([&] {
        counting = true;
        for (int k = 0; k < 60; ++k)
            for (AudioCallback* c : {&plays, &fades, &loud, &empty})
                c->block(out.data(), in.data(), 100, k == 7);
        trouble.tell("RtApiAlsa::callbackEvent: audio read error, No such device.", false);
        plays.block(out.data(), in.data(), 100, false);
        seen = allocations;
    }).join();
    CHECK(seen == 0);
    CHECK(plays.ran_empty());  // 4000 frames were ready, 6000 were called for
    CHECK(plays.captured() == 4000);
    CHECK(plays.flagged() == 1);
    CHECK(loud.breach().has_value());
    CHECK(empty.ran_empty());
    CHECK(fades.muted());
    CHECK(trouble.sentence() == "RtApiAlsa::callbackEvent: audio read error, No such device.");
}

TEST_CASE("a ring of 8 words gives back 100,000 in order, across its end, from one thread to another") {
    WordRing ring(7);
    CHECK(ring.room() == 8);
    std::thread other([&] {
        std::vector<std::uint32_t> three(3);
        for (std::uint32_t n = 0; n < 99999; n += 3) {
            three = {n, n + 1, n + 2};
            while (!ring.put(three)) std::this_thread::yield();
        }
    });
    std::size_t wrong = 0;
    for (std::uint32_t n = 0; n < 99995; n += 5) {
        std::vector<std::uint32_t> five(5);
        while (!ring.take(five)) std::this_thread::yield();
        for (std::uint32_t k = 0; k < 5; ++k) wrong += five[k] != n + k;
    }
    other.join();
    CHECK(wrong == 0);
    CHECK(ring.filled() == 4);
    std::vector<std::uint32_t> more(5);
    CHECK_FALSE(ring.take(more));
    CHECK_FALSE(ring.put(more));
}

TEST_CASE("a sample at the ceiling is played, one above it mutes the whole block, in both words") {
    for (const SampleWord word : {SampleWord::int32, SampleWord::float32}) {
        StreamTrouble trouble;
        AudioCallback callback(small_plan(word), trouble);
        const auto played = block_of(callback, -0.5, 0.25);
        CHECK(value_of(played[0], word) == -0.5);
        CHECK(value_of(played[199], word) == 0.25);
        CHECK_FALSE(callback.breach().has_value());
        const auto refused = block_of(callback, 0.1, -0.2500001);
        for (const std::uint32_t w : refused) REQUIRE(w == 0U);
        REQUIRE(callback.breach().has_value());
        CHECK(callback.breach()->output == 1);
        CHECK(callback.breach()->frame == 100);
        for (const std::uint32_t w : block_of(callback, 0.1, 0.1)) REQUIRE(w == 0U);
        CHECK(callback.captured() == 100);
    }
    StreamTrouble trouble;
    AudioCallback callback(small_plan(SampleWord::float32), trouble);
    for (const std::uint32_t w : block_of(callback, std::numeric_limits<double>::quiet_NaN(), 0.0))
        REQUIRE(w == 0U);
    CHECK(callback.breach().has_value());
}

TEST_CASE("a ceiling of 0.1 lets 0.1 pass, which is above it as a word of either kind by rounding") {
    for (const SampleWord word : {SampleWord::int32, SampleWord::float32}) {
        StreamTrouble trouble;
        AudioCallback::Plan plan = small_plan(word);
        plan.ceiling = {0.1, 0.1};
        AudioCallback callback(plan, trouble);
        block_of(callback, 0.1 + 1e-10, -0.1);
        CHECK_FALSE(callback.breach().has_value());
        block_of(callback, 0.1 + 2e-8, 0.1);
        CHECK(callback.breach().has_value());
    }
}

TEST_CASE("an output that is told to stop falls by a raised cosine of 5 ms, and stays silent") {
    StreamTrouble trouble;
    AudioCallback callback(small_plan(SampleWord::int32), trouble);
    callback.fade_out();
    std::vector<double> heard;
    for (int k = 0; k < 4; ++k) {
        const auto out = block_of(callback, 0.4, 0.2);
        for (int n = 0; n < 100; ++n)
            heard.push_back(value_of(out[2 * static_cast<std::size_t>(n)], SampleWord::int32));
    }
    // 5 ms are 240 frames; of 241 steps the 120th is half a step before the middle: 0.5 + pi / 2 / 241 / 2.
    CHECK(heard[119] == Approx(0.4 * (0.5 + 0.5 * std::cos(std::acos(-1.0) * 120.0 / 241.0))).margin(1e-6));
    for (std::size_t n = 1; n < heard.size(); ++n) {
        REQUIRE(heard[n] <= heard[n - 1]);
        REQUIRE(heard[n - 1] - heard[n] < 0.4 * 0.0066);  // pi / 2 / 241 a step at most
    }
    CHECK(heard[241] == 0.0);
    CHECK(callback.muted());
}

TEST_CASE("the counter finds what is lost, repeated, late and overwritten, through its turn at 4,000,000") {
    for (const SampleWord word : {SampleWord::int32, SampleWord::float32}) {
        CounterCheck check(word);
        const auto play = [&](std::uint64_t from, std::uint64_t to) {
            for (std::uint64_t n = from; n < to; ++n) check.hear(counter_word(n, word));
        };
        const auto nothing = [&](int frames) {
            for (int n = 0; n < frames; ++n) check.hear(0U);
        };
        nothing(50);         // frames 0 .. 49: the way back
        play(0, 100);        // 50 .. 149
        play(103, 203);      // 150 .. 249: three lost
        play(193, 293);      // 250 .. 349: ten repeated
        nothing(20);         // 350 .. 369
        play(293, 393);      // 370 .. 469: twenty late
        nothing(7);          // 470 .. 476
        play(400, 4000100);  // 477 ..: seven overwritten; then the turn
        nothing(4);          // 4000177 .. : the end is missing
        check.end();
        CHECK(check.delay() == 50);
        CHECK(events_of(check) ==
              "3 frames lost at frame 150\n10 frames repeated at frame 250\n20 frames late at frame 350\n"
              "7 frames lost at frame 470\n4 frames lost at frame 4000177\n");
    }
    CounterCheck noise(SampleWord::int32);
    for (const std::uint32_t w : {0x00001200U, 0x7f000000U, 0x00003400U, 0x80000000U, 0x00003433U})
        noise.hear(w);
    CHECK_FALSE(noise.heard());
}

TEST_CASE("a stream stands still after 1.5 s, and is too fast beyond 2 % and what is buffered") {
    using namespace std::chrono_literals;
    const StreamWatch::Clock::time_point zero;
    const auto at = [&](double s) {
        return zero +
               std::chrono::duration_cast<StreamWatch::Clock::duration>(std::chrono::duration<double>(s));
    };
    StreamWatch watch(48000.0, 480, true, zero);
    CHECK(watch.look(0, at(1.4)) == "");
    CHECK(watch.look(480, at(1.45)) == "");
    CHECK(watch.look(480, at(2.9)) == "");
    CHECK(watch.look(480, at(2.96)) == "stands still");
    // After 10 s: 10.2 s of frames, 50 ms and four blocks of 10 ms are 493,920 frames.
    StreamWatch fast(48000.0, 480, true, zero);
    CHECK(fast.look(493900, at(10.0)) == "");
    CHECK(fast.look(493950, at(10.0)).starts_with("runs faster than its clock, 0.29 s ahead"));
    StreamWatch made_up(48000.0, 480, false, zero);
    CHECK(made_up.look(48000000, at(10.0)) == "");
    CHECK(made_up.look(48000000, at(11.6)) == "stands still");
}

TEST_CASE("a stream of 0.97 of its rate is slow after 4 s, one that was late once by 0.4 s is not") {
    const StreamWatch::Clock::time_point zero;
    const auto at = [&](double s) {
        return zero +
               std::chrono::duration_cast<StreamWatch::Clock::duration>(std::chrono::duration<double>(s));
    };
    // Blocks of 10 ms from 0.5 s on, each as much later as the clock is slow; late: none from 2 s to 2.4 s.
    const auto told = [&](double pace, bool late, bool caught_up, bool real) {
        StreamWatch watch(48000.0, 480, real, zero);
        std::string said;
        std::uint64_t frames = 0;
        for (int n = 1; n <= 6000 && said.empty(); ++n) {
            const double t = 0.5 + 0.01 * n / pace;
            const bool silent = late && t > 2.0 && t < 2.4;
            if (!silent || caught_up) frames += 480;
            if (!silent) said = watch.look(frames, at(t));
        }
        return said;
    };
    CHECK(told(0.97, false, false, true) ==
          "runs slower than its clock: 3.88 s of frames came in 4.00 s, 0.97 of its rate");
    CHECK(told(0.9, false, false, true).find(" 0.9 of its rate") != std::string::npos);
    CHECK(told(0.97, true, true, true).starts_with("runs slower than its clock: "));
    CHECK(told(0.985, false, false, true) == "");
    CHECK(told(1.0, false, false, true) == "");
    CHECK(told(1.0, true, true, true) == "");
    CHECK(told(1.0, true, false, true) == "");
    CHECK(told(0.9, false, false, false) == "");
}

TEST_CASE("what goes out is silence, 20 ms up, the programme, 5 ms down, silence") {
    for (const SampleWord word : {SampleWord::int32, SampleWord::float32}) {
        OutputWave wave({word, 2, 48000.0, 100, 4800, 50, 1U},
                        [](std::uint64_t, std::span<double> s) { std::fill(s.begin(), s.end(), 0.5); });
        REQUIRE(wave.frames() == 4950);
        std::vector<std::uint32_t> all(9900);
        // In uneven pieces, as a ring has room.
        for (std::size_t done = 0, piece = 2; done < all.size(); done += piece, piece = 334)
            wave.next(std::span(all).subspan(done, std::min(piece, all.size() - done)));
        const auto out = [&](std::size_t n) { return value_of(all[2 * n], word); };
        for (std::size_t n = 0; n <= 100; ++n) REQUIRE(out(n) == 0.0);
        CHECK(out(100 + 480) == Approx(0.25).margin(1e-7));         // 10 ms: half way up
        CHECK(out(100 + 960) == 0.5);                               // 20 ms
        CHECK(out(100 + 4799 - 240) == 0.5);                        // 5 ms before the last
        CHECK(out(100 + 4799 - 120) == Approx(0.25).margin(1e-7));  // half way down
        for (std::size_t n = 100 + 4799; n < 4950; ++n) REQUIRE(out(n) == 0.0);
        for (std::size_t n = 0; n < 4950; ++n) REQUIRE(all[2 * n + 1] == counter_word(n, word));
    }
}

TEST_CASE("of all a library says in a stream, only what ends it is kept, and the first of it") {
    StreamTrouble trouble;
    trouble.tell("RtApiAlsa::getDeviceInfo: unable to synchronize input and output devices.", false);
    CHECK_FALSE(trouble.ended());
    CHECK(trouble.sentence().empty());
    trouble.tell("RtApiJack::callbackEvent(): JACK buffer size has changed ... cannot process!", false);
    CHECK(trouble.ended());
    trouble.tell(std::string(1000, 'x'), true);
    CHECK(trouble.sentence() ==
          "RtApiJack::callbackEvent(): JACK buffer size has changed ... cannot process!");
    StreamTrouble grave;
    grave.tell(std::string(1000, 'x'), true);
    CHECK(grave.sentence().size() == 239);
}

TEST_CASE("inputs that stand at 0.125 while nothing plays end it above 0.1, not above 0.2, in both words") {
    for (const SampleWord word : {SampleWord::float32, SampleWord::int32})
        for (const double most : {0.1, 0.2, -1.0}) {
            StreamTrouble trouble;
            AudioCallback::Plan plan = small_plan(word);
            plan.quiet = 800;  // looked at from 400 to 699
            if (most > 0.0) plan.most_dc = {1.0, most};
            AudioCallback callback(plan, trouble);
            for (int k = 0; k < 6; ++k) block_of(callback, 0.0, 0.0);
            CHECK_FALSE(callback.too_much_in().has_value());
            block_of(callback, 0.0, 0.0);
            const bool high = most == 0.1;
            CHECK(callback.too_much_in().has_value() == high);
            CHECK(callback.muted() == high);
            const auto played = block_of(callback, 0.0, 0.2);
            CHECK(value_of(played[1], word) == Approx(high ? 0.0 : 0.2));
            if (!high) continue;
            CHECK(callback.too_much_in()->input == 1);
            CHECK(callback.too_much_in()->is_dc);
            CHECK(callback.too_much_in()->value == Approx(0.125));
        }
}

TEST_CASE("an input of 0.125 is louder than 0.1 rms after 0.1 s ln(1 / 0.36) = 102 ms, and never than 0.13") {
    for (const SampleWord word : {SampleWord::float32, SampleWord::int32})
        for (const double most : {0.1, 0.13}) {
            StreamTrouble trouble;
            AudioCallback::Plan plan = small_plan(word);
            plan.most_rms = {1.0, most};
            AudioCallback callback(plan, trouble);
            std::vector<std::uint32_t> heard(200);
            int blocks = 0;
            for (; blocks < 100 && !callback.muted(); ++blocks) {
                block_of(callback, 0.2, 0.2);
                while (callback.recorded().filled() >= heard.size()) callback.recorded().take(heard);
            }
            CHECK(callback.too_much_in().has_value() == (most == 0.1));
            if (most == 0.13) continue;
            // s = 0.015625 (1 - e^(-t / 0.1 s)) reaches 0.01 after 0.10217 s: frame 4904, in block 50.
            CHECK(blocks == 50);
            CHECK_FALSE(callback.too_much_in()->is_dc);
            CHECK(callback.too_much_in()->input == 1);
            CHECK(callback.too_much_in()->value ==
                  Approx(std::sqrt(0.015625 * (1.0 - std::exp(-5000.0 / 4800.0)))).epsilon(1e-4));
            CHECK(value_of(block_of(callback, 0.2, 0.2)[0], word) == 0.0);
        }
}
