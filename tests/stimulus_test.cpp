// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/stimulus/evaluate.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/json/json.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr PerSide<bool> both{{true, true}};

const std::filesystem::path shared = FOURPOLE_SHARED;

Json json_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return *parse_json(text.str(), file.string(), {.bytes = 64 << 20});
}

}  // namespace

TEST_CASE("a 500 to 12000 Hz chirp of 0.15 s has turned 253.125 times at half time") {
    // f1 D / 2 + (f2 - f1) D / 8 = 37.5 + 215.625 at half time: 253.125 turns.
    const Event chirp{Chirp{0.1, 0.15, 500.0, 12000.0, 0.25, 0.02}, both};
    CHECK(value_at(chirp, 0.1 + 0.075) == Approx(0.25 * std::sin(2.0 * pi * 253.125)).margin(1e-12));
    // A quarter into the edge: (1 - cos 45 deg) / 2 of the amplitude, after 3.458333 turns.
    CHECK(value_at(chirp, 0.1 + 0.005) ==
          Approx(0.25 * 0.14644661 * std::sin(2.0 * pi * 3.4583333333)).epsilon(1e-6));
    CHECK(value_at(chirp, 0.0999) == 0.0);
    CHECK(value_at(chirp, 0.2501) == 0.0);
    CHECK(event_end(chirp) == Approx(0.25));
}

TEST_CASE(
    "a sweep of L = 0.35 s from 20 Hz lasts 0.35 ln 1000 = 2.417714 s and passes 200 Hz after 0.805905 s") {
    const Sweep sweep{0.5, 20.0, 20000.0, 0.35, 0.5, 0.1, 0.005};
    CHECK(duration_s(sweep) == Approx(2.417714).epsilon(1e-6));
    const Event event{sweep, both};
    const double u = 0.5 + 0.805905;  // L ln 10: sin(2 pi 20 0.35 10) = sin(140 pi)
    CHECK(std::abs(value_at(event, 0.5 + 0.35 * std::log(10.0))) < 1e-12);
    // One period there is 5 ms: a quarter of it later the sine is at its top.
    CHECK(value_at(event, u + 0.00125) == Approx(0.5).epsilon(1e-3));
    Sweep farina = sweep;  // begins at phase 0, and is 7 whole turns behind: the same here
    farina.law = Sweep::Law::farina;
    CHECK(value_at({farina, both}, 1.7) == Approx(value_at(event, 1.7)).margin(1e-9));
    farina.f1_hz = 20.5;  // 7.175 turns are not whole
    Sweep novak = sweep;
    novak.f1_hz = 20.5;
    CHECK(value_at({farina, both}, 1.7) != Approx(value_at({novak, both}, 1.7)).margin(1e-3));
}

TEST_CASE("ppm > 0 is a player that runs fast: at 1000 ppm u = 1 s comes 48 samples early") {
    const Clock clock{48000.0, 100.0, 1000.0};
    CHECK(clock.sample_at(1.0) == Approx(100.0 + 48000.0 / 1.001));
    CHECK(clock.u_at(clock.sample_at(1.0)) == Approx(1.0).epsilon(1e-15));
    Programme programme;
    programme.events = {{Tones{0.0, 1.0, 0.0, {{1000.0, 0.5, 0.0}}}, {{true, false}}}};
    const auto left = render(programme, Side::left, clock, 48100);
    CHECK(left[99] == 0.0);
    CHECK(left[100 + 12] == Approx(0.5 * std::sin(2.0 * pi * 1001.0 * 12.0 / 48000.0)));
    CHECK(left[100 + 47952] != 0.0);  // 48000 / 1.001 = 47952.05
    CHECK(left[100 + 47953] == 0.0);
    CHECK(render(programme, Side::right, clock, 48100) == std::vector<double>(48100, 0.0));
}

TEST_CASE("the J-test passes through all 192 words of Dunn's cycle, 24 bits at 48 kHz") {
    const auto file = shared / "truth" / "vectors" / "jtest_words.json";
    if (!std::filesystem::exists(file)) {
        WARN("SKIPPED: ../shared absent");
        return;
    }
    const Json words = json_of(file)["words"];
    REQUIRE(words.size() == 192);
    const Event event{JTest{0.25, 1.0, 24, 48000.0}, both};
    for (std::size_t n = 0; n < 48000; ++n) {
        const long word = std::stol(words[n % 192].get<std::string>(), nullptr, 16);
        const double wanted = static_cast<double>(word >= 0x800000 ? word - 0x1000000 : word) / 8388608.0;
        REQUIRE(std::abs(value_at(event, 0.25 + static_cast<double>(n) / 48000.0) - wanted) < 1e-10);
    }
    CHECK(value_at(event, 0.2499) == 0.0);
    CHECK(value_at(event, 1.25) == 0.0);
}

TEST_CASE(
    "the J-test's square of one 16-bit step has its line at rate / 192 at 1 / (96 sin(pi / 192)) steps") {
    // Evaluated off the words' instants: the closed form is a signal, not a list of words.
    const double rate = 44100.0;
    const Event event{JTest{0.0, 1.0, 16, rate}, both};
    std::complex<double> line{};
    for (int i = 0; i < 960; ++i) {
        const double n = 192.0 + 0.2 * i;  // five points a word over one whole cycle
        line += value_at(event, n / rate) * std::polar(1.0, -2.0 * pi * n / 192.0);
    }
    const double amplitude = 2.0 * std::abs(line) / 960.0 * 32768.0;  // in steps; half a square of +-1
    CHECK(amplitude == Approx(1.0 / (96.0 * std::sin(pi / 192.0))).epsilon(1e-9));
    CHECK(amplitude == Approx(2.0 / pi).epsilon(1e-4));
}

TEST_CASE(
    "chirps of a truth capture recorded at +37.31 ppm sit at t0 + u / (1 + ppm), not before or behind") {
    const auto file = shared / "truth" / "captures" / "sweep_p37_noise90.wav";
    if (!std::filesystem::exists(file)) {
        WARN("SKIPPED: ../shared absent");
        return;
    }
    const auto take = read_take(file);
    REQUIRE(take.has_value());
    const Json truth = json_of(shared / "truth" / "manifest.json")["files"]["sweep_p37_noise90.wav"];
    const double ppm = truth["ppm"], start = truth["t0_samples"];
    // Correlation with the closed form must be highest at the true clock: the device filters,
    // but the same way for both chirps, so their common delay cancels in the difference.
    const auto peak = [&](double chirp_s, double wrong_ppm) {
        const Event chirp{Chirp{chirp_s, 0.15, 500.0, 12000.0, 0.25, 0.02}, both};
        const Clock clock{48000.0, start, ppm + wrong_ppm};
        double best = -1.0, at = 0.0;
        for (double shift = -5.0; shift <= 5.0; shift += 0.05) {
            std::vector<double> reference(take->frames(), 0.0);
            const Clock moved{clock.rate_hz, clock.start + shift, clock.ppm};
            add_event(chirp, moved, 0.0, reference);
            double sum = 0.0;
            const auto from = static_cast<std::size_t>(moved.sample_at(chirp_s)) - 10;
            for (std::size_t n = from; n < from + 7300; ++n) sum += reference[n] * take->channels[0][n];
            if (sum > best) best = sum, at = shift;
        }
        return at;
    };
    CHECK(peak(6.3, 0.0) - peak(0.1, 0.0) == Approx(0.0).margin(0.051));
    // 10 ppm over 6.2 s are 2.976 samples.
    CHECK(peak(6.3, 10.0) - peak(0.1, 10.0) == Approx(2.98).margin(0.1));
}
