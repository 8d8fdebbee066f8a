// SPDX-License-Identifier: GPL-3.0-or-later
// Faults in one of two captures: clicks, single zeroed samples, what is lost at length, and where each of
// them is.
#include "rig/null/null.hpp"
#include "rig/null/outliers.hpp"
#include "tests/catch.hpp"
#include "tests/null_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <tuple>

using namespace fourpole;

namespace {

NullOutcome nulled(const Take& a, const Take& b) {
    auto out = null_of(a, b, {}, 2, {});
    REQUIRE(out.has_value());
    return std::move(*out);
}

bool says(const NullOutcome& null, const std::string& words) {
    return std::any_of(null.reasons.begin(), null.reasons.end(),
                       [&](const std::string& r) { return r.find(words) != std::string::npos; });
}

std::vector<Discontinuity> events_of(const NullOutcome& null) {
    for (const Reading& r : null.readings)
        if (const Detail* d = r.detail("events")) return std::get<std::vector<Discontinuity>>(*d);
    return {};
}

/// A, and B of which frame n is A's at (1 + 30 ppm) (n - 100.37).
struct Captures {
    Take a, b;
};
Captures captures(unsigned seed, double seconds) {
    const Music music(seed);
    return {capture(music, {.seconds = seconds, .seed = 1}),
            capture(music, {.seconds = seconds, .ppm = 30.0, .delay = 100.37, .gain = 0.7, .seed = 2})};
}

}  // namespace

TEST_CASE("a click of 3 samples in B, or of one in A, is a click there to the sample, and breaks nothing") {
    const Captures both = captures(31, 2.0);
    for (const bool in_a : {false, true}) {
        Captures with = both;
        auto& x = (in_a ? with.a : with.b).channels[0];
        for (std::size_t n = 0; n < (in_a ? 1U : 3U); ++n) x[51234 + n] += n == 1 ? -0.03 : 0.03;
        const NullOutcome null = nulled(with.a, with.b);
        for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
        CHECK(null.valid);
        CHECK(says(null, in_a ? "1 sample of A at sample" : "3 samples of B at sample 51234 of B"));
        // 51234 * (1 - 30e-6) + 100.37 = 51332.8 of B.
        if (in_a) CHECK(says(null, "at sample 51333 of B (sample 51234 of A"));
        CHECK(events_of(null).empty());
    }
}

TEST_CASE("one or two zeroed samples void the null, with index and count") {
    const Captures both = captures(32, 2.0);
    for (const std::size_t count : {1U, 2U}) {
        Take b = both.b;
        // Where the wave is far from 0.
        std::size_t at = 60000;
        while (std::abs(b.channels[0][at]) < 0.03 || std::abs(b.channels[0][at + 1]) < 0.03) ++at;
        std::fill_n(b.channels[0].begin() + static_cast<std::ptrdiff_t>(at), count, 0.0);
        const NullOutcome null = nulled(both.a, b);
        CHECK_FALSE(null.valid);
        const auto events = events_of(null);
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == Discontinuity::Kind::zeroed);
        CHECK(events[0].count == static_cast<std::int64_t>(count));
        CHECK(events[0].at_sample == static_cast<std::int64_t>(at));
    }
}

TEST_CASE("a tick that one of both makes duller is no click, one that only one of both holds is one") {
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-5);
    std::vector<double> a(8000), b(8000);
    // A low tone, of which nothing is left, is 90 dB above the noise.
    for (std::size_t n = 0; n < a.size(); ++n) {
        const double tone = 0.5 * std::sin(2.0 * std::numbers::pi * 60.0 * static_cast<double>(n) / 48000.0);
        a[n] = tone + noise(random), b[n] = tone + noise(random);
    }
    const double tick[] = {0.1, -0.15, 0.2, -0.1, 0.05};
    // One of both averages two samples of it.
    for (std::size_t n = 0; n < 5; ++n) a[4000 + n] += tick[n], b[4000 + n] += 0.5 * tick[n];
    for (std::size_t n = 0; n < 5; ++n) b[4001 + n] += 0.5 * tick[n];
    CHECK(outliers_in(a, b, 1.0, 0.0).empty());
    b[6001] += 0.001;
    const auto found = outliers_in(a, b, 1.0, 50000.0);
    REQUIRE(found.size() == 1);
    CHECK(std::abs(found[0].at_a - 56001.0) <= 4.0);
}

TEST_CASE("30,000, 48,000 and 60,000 of 240,000 samples lost are counted exactly and placed to the sample") {
    const Captures both = captures(33, 5.0);
    for (const auto& [lost, at] :
         {std::pair{30000, 94000}, std::pair{48000, 84000}, std::pair{60000, 65000}}) {
        INFO(lost << " lost at " << at);
        Take b = both.b;
        auto& x = b.channels[0];
        x.erase(x.begin() + at, x.begin() + at + lost);
        const NullOutcome null = nulled(both.a, b);
        for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
        CHECK_FALSE(null.valid);
        CHECK(null.reasons.size() == 1);
        const auto events = events_of(null);
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == Discontinuity::Kind::lost);
        CHECK(events[0].count == lost);
        CHECK(std::abs(events[0].at_sample - at) <= 2);
    }
}

TEST_CASE("1.5 s of another music are told where they begin, to 0.4 s, and 20 ms of noise to 5 ms") {
    const Captures both = captures(34, 4.0);
    Take b = both.b;
    const Take other = capture(Music(99), {.seconds = 1.5, .seed = 5});
    std::copy(other.channels[0].begin(), other.channels[0].end(), b.channels[0].begin() + 60000);
    const NullOutcome replaced = nulled(both.a, b);
    CHECK_FALSE(replaced.valid);
    REQUIRE_FALSE(replaced.reasons.empty());
    double at = 0.0;
    INFO(replaced.reasons[0]);
    REQUIRE(std::sscanf(replaced.reasons[0].c_str(), "B stops following A at sample %lf of B", &at) == 1);
    CHECK(std::abs(at - 60000.0) < 0.4 * 48000.0);
    b = both.b;
    std::mt19937_64 random(6);
    std::normal_distribution<double> hiss(0.0, 0.03);
    for (std::size_t n = 0; n < 960; ++n) b.channels[0][90000 + n] += hiss(random);
    const NullOutcome noisy = nulled(both.a, b);
    CHECK(noisy.valid);
    REQUIRE_FALSE(noisy.reasons.empty());
    const std::string& words = noisy.reasons[0];
    INFO(words);
    double from = 0.0, to = 0.0;
    const auto place = words.find("between samples ");
    REQUIRE(place != std::string::npos);
    REQUIRE(std::sscanf(words.c_str() + place, "between samples %lf and %lf", &from, &to) == 2);
    // A is 100 samples earlier.
    CHECK(std::abs(from - 89900.0) < 240.0);
    CHECK(std::abs(to - 90860.0) < 240.0);
}
