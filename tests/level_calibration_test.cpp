// SPDX-License-Identifier: GPL-3.0-or-later
// Volts per full scale, from sines whose volts are known.
#include "rig/flow/level_calibration.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/flow/calibration_file.hpp"
#include "tests/called_program.hpp"
#include "tests/closed_form_take.hpp"

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

/// 2 s of a sine of 1 kHz, 37 ppm fast: 0.5 on the left, 0.25 on the right, with so much of 50 Hz beside
/// them.
Take sine(double hum, double size = 1.0) {
    Take take;
    take.rate_hz = 48000.0;
    take.bits = 32;
    take.floating_point = true;
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-5);
    for (const double a : {0.5, 0.25}) {
        std::vector<double> x(96000);
        for (std::size_t n = 0; n < x.size(); ++n) {
            const double t = static_cast<double>(n) / 48000.0;
            x[n] = size * a * std::sin(2.0 * pi * 1000.037 * t + a) + hum * std::sin(2.0 * pi * 50.0 * t) +
                   noise(random);
        }
        take.channels.push_back(std::move(x));
    }
    return take;
}

MeterReading meter(double volts, double relative_u = 0.003) {
    return {1000.0, {{volts, 2.0 * volts}}, relative_u};
}

std::string refusal(const Take& take, const MeterReading& read) {
    const auto scales = scales_by_meter(take, read);
    return scales ? "(not refused)" : scales.error().what;
}

bool says(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("0.7 V rms that read half of full scale are 1.9799 V peak a full scale, u that of the meter") {
    const auto scales = scales_by_meter(sine(0.0), meter(0.7));
    REQUIRE(scales.has_value());
    REQUIRE(scales->size() == 2);
    CHECK((*scales)[0].side == Side::left);
    CHECK((*scales)[0].volts_per_full_scale == Approx(1.979899).epsilon(1e-5));
    CHECK((*scales)[1].volts_per_full_scale == Approx(7.919596).epsilon(1e-5));
    CHECK((*scales)[0].relative_u == Approx(0.003).epsilon(1e-3));
    CHECK((*scales)[0].level_dbfs == Approx(-6.0206).margin(1e-4));
}

TEST_CASE("hum of -20.9 dB re the sine counts 0.4 % in u, and hum of -15 dB is refused") {
    // 0.045 of 0.5: r = 0.09, r^2 / 2 = 0.00405
    const auto scales = scales_by_meter(sine(0.045), {1000.0, {{1.0, 1.0}}, 0.0});
    const auto one = scales_by_meter(sine(0.0225), {1000.0, {{1.0, 1.0}}, 0.0});
    INFO(refusal(sine(0.045), meter(1.0)));
    CHECK(says(refusal(sine(0.045), meter(1.0)), "right: noise, hum and harmonics are -14.9 dB re the sine"));
    REQUIRE(one.has_value());
    CHECK((*one)[1].relative_u == Approx(0.00405).epsilon(0.01));
    CHECK_FALSE(scales.has_value());
}

TEST_CASE(
    "a sine that halves midway is refused, one that fades by 2 % counts 0.49 % in u, pauses do not count") {
    Take halved = sine(0.0), faded = sine(0.0), late = sine(0.0);
    for (auto& c : halved.channels)
        for (std::size_t n = c.size() / 2; n < c.size(); ++n) c[n] *= 0.5;
    for (auto& c : faded.channels)
        for (std::size_t n = 0; n < c.size(); ++n)
            c[n] *= 1.0 - 0.02 * static_cast<double>(n) / static_cast<double>(c.size());
    for (auto& c : late.channels) c.insert(c.begin(), 20000, 0.0);
    CHECK(says(refusal(halved, meter(1.0)), "moves by 33.3 % to either side"));
    const auto slow = scales_by_meter(faded, {1000.0, {{1.0, 1.0}}, 0.0});
    REQUIRE(slow.has_value());
    // From the middle of the second block of twenty to that of the last but one: 0.85 % to either side,
    // over sqrt 3.
    CHECK((*slow)[0].relative_u == Approx(0.00491).epsilon(0.03));
    INFO(refusal(late, meter(0.7)));
    const auto same = scales_by_meter(late, meter(0.7));
    REQUIRE(same.has_value());
    CHECK((*same)[0].volts_per_full_scale == Approx(1.979899).epsilon(1e-5));
}

TEST_CASE(
    "no sine there, one that is too weak, too short or clipped, and volts that nobody tells are refused") {
    CHECK(says(refusal(sine(0.0), {997.0, {{1.0, 1.0}}, 0.01}), "no steady sine of 997 Hz (within 0.2 %)"));
    CHECK(says(refusal(sine(0.0, 0.01), meter(1.0)), "above -40 dBFS"));
    Take brief = sine(0.0);
    for (auto& c : brief.channels) c.resize(40000);
    CHECK(says(refusal(brief, meter(1.0)), "the capture holds 0.83 s"));
    Take clipped = sine(0.0, 3.0);
    for (auto& c : clipped.channels)
        for (double& v : c) v = std::clamp(v, -1.0, 1.0);
    CHECK(says(refusal(clipped, meter(1.0)), "clipp"));
    CHECK(says(refusal(sine(0.0), {1000.0, {{1.0, std::nullopt}}, 0.01}), "--volts right=V"));
    CHECK(says(refusal(sine(0.0), {30000.0, {{1.0, 1.0}}, 0.01}), "allowed: 20 Hz to 21600 Hz"));
}

TEST_CASE("the verb writes a calibration by which analyze reads the sine's 0.7 V: -3.098 dBV") {
    const Scratch scratch;
    const std::string capture = (scratch.path() / "sine.wav").string(),
                      file = (scratch.path() / "volts.json").string();
    REQUIRE(write_atomic(capture, *sound_bytes(sine(0.0), SoundCoding::wav)).has_value());
    const Ran ran = called(scratch, {"calibrate", capture, "--volts", "left=0.7,right=0.35", "--relative-u",
                                     "0.001", "--applies-to", "gain 3", "--out", file});
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK(says(ran.out, "left   1.9799 V peak read full scale, u 0.1 %"));
    auto take = read_take(capture);
    REQUIRE(take.has_value());
    REQUIRE(apply_calibration(file, *take).has_value());
    CHECK(take->facts.calibration == "calibrated");
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    p.events = {Event{Tones{0.0, 2.0, 0.0, {{1000.0, 1.0, 0.0}}}, {{true, true}}}};
    p.analyses = {"level"};
    const auto m = measure(*take, p, false);
    REQUIRE(m.has_value());
    const Reading* level = reading_named(*m, "level", Side::left);
    REQUIRE(level);
    CHECK(level->unit == "dBV");
    CHECK(*level->scalar().value == Approx(-3.09804).margin(1e-3));
    // 0.1 % of an amplitude
    CHECK(*level->scalar().u == Approx(0.008686).epsilon(0.02));

    for (const char* volts :
         {"0.7,0.8", "left=0", "left=0.7,left=0.7", "up=1", "0,7", "nan", "1e-300", "999"}) {
        const Ran wrong = called(scratch, {"calibrate", capture, "--volts", volts, "--relative-u", "0.001"});
        CHECK(wrong.code == 2);
        CHECK(says(wrong.err, "allowed: the rms volts that the meter showed"));
    }
    for (const char* u : {"0", "nan", "0.3"})
        CHECK(called(scratch, {"calibrate", capture, "--volts", "0.7", "--relative-u", u}).code == 2);
    for (const char* hz : {"0", "nan", "inf"})
        CHECK(called(scratch,
                     {"calibrate", capture, "--volts", "0.7", "--relative-u", "0.001", "--frequency", hz})
                  .code == 2);
}
