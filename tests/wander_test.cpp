// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/displaced_take.hpp"

using namespace fourpole;

TEST_CASE("a wander of 50 ns at 0.7 Hz is tracked within 1.2 ns rms at 61 dB, and is no jitter") {
    Played p;
    p.seconds = 10.0;
    p.ppm = 37.31;
    p.noise = 0.5 / std::sqrt(2.0) * 8.9125e-4;  // 61 dB below the tone in 24 kHz
    p.late = sine(50e-9, 0.7, 1.0);
    const Measurement m = measured(tone(10000.0, 10.0, {"wander", "jitter"}), p);
    const Reading& r = reading(m.readings, "wander");
    CHECK(r.definition == "wander.blocks@1");
    CHECK(r.axis == "time_s");
    REQUIRE(r.points.size() > 990);
    // The fit takes the straight line that is in the truth for the clock's own.
    const double from = (1.0 + 37.31e-6) * static_cast<double>(detail<std::int64_t>(r, "from_sample")) / rate;
    const double middle = 0.5 * (*r.points.front().at + *r.points.back().at);
    const auto truth = [&](double t) { return 50.0 * std::sin(2.0 * pi * 0.7 * (from + t) + 1.0); };
    double sum = 0.0, slope = 0.0, energy = 0.0;
    for (const Point& q : r.points) {
        const double t = *q.at - middle;
        sum += truth(*q.at), slope += truth(*q.at) * t, energy += t * t;
    }
    double squares = 0.0;
    const auto count = static_cast<double>(r.points.size());
    for (const Point& q : r.points) {
        const double error = ns(*q.value) - (truth(*q.at) - sum / count - slope / energy * (*q.at - middle));
        squares += error * error;
        CHECK(ns(*q.u) == Approx(0.6474).epsilon(0.1));  // sqrt(2 / 480) 3.151e-4 / 0.5 / (2 pi 10 kHz)
    }
    CHECK(std::sqrt(squares / count) < 1.2);
    CHECK(std::sqrt(squares / count) == Approx(0.6474).epsilon(0.1));
    CHECK(ns(detail<double>(r, "beyond_noise_s")) == Approx(50.0 / std::sqrt(2.0)).epsilon(0.1));
    CHECK(ns(detail<double>(r, "peak_to_peak_s")) == Approx(100.0).epsilon(0.15));
    CHECK(detail<std::string>(r, "says") == "the clock wanders");
    const Reading& j = reading(m.readings, "jitter");
    CHECK(j.scalar().state == State::at_most);
    CHECK(detail<std::string>(j, "line_1/kind") == "wander");
}

TEST_CASE("a player that runs 1 us ahead from 5 s on shows a step up, in seconds of the capture") {
    Played p;
    p.seconds = 10.0;
    p.noise = 3e-3;
    p.late = [](double u) { return u < 5.0 ? 0.0 : 1e-6; };
    const Measurement m = measured(tone(1000.0, 10.0, {"wander"}), p);
    const Reading& r = reading(m.readings, "wander");
    double step = 0.0;
    for (std::size_t b = 0; b < 100; ++b)
        step += (*r.points[500 + b].value - *r.points[400 + b].value) / 100.0;
    // The pace that is fitted takes 3/2 of the step over 10 s, 0.15 us a second. Noise: 61 ns in a block.
    CHECK(1e6 * step == Approx(0.85).margin(0.03));
    CHECK(1e9 * *r.points[0].u == Approx(61.6).epsilon(0.1));
}

TEST_CASE("tones of less than 1 s or below 500 Hz tell no wander, and the record says so") {
    for (const Programme& programme : {tone(1000.0, 0.8, {"wander"}), tone(300.0, 3.0, {"wander"})}) {
        Played p;
        p.seconds = programme.length_s;
        p.noise = 1e-5;
        const Measurement m = measured(programme, p);
        CHECK(reading(m.readings, "wander").scalar().state == State::not_measured);
    }
}

TEST_CASE("the 10 kHz pilot at 60 dB shows the 0.73 ns rms of its noise in blocks of 10 ms and no wander",
          "[truth]") {
    const auto capture = shared("truth/captures/pilot_10s_60db.wav");
    if (absent(capture)) return;
    auto programme = load_programme(shared("truth/programmes/pilot_10s_60db.json"));
    REQUIRE(programme.has_value());
    programme->analyses = {"wander"};
    const auto take = read_take(capture);
    REQUIRE(take.has_value());
    const auto m = measure(*take, *programme, false);
    REQUIRE(m.has_value());
    const Reading& r = reading(m->readings, "wander");
    // sqrt(2 / 480) 3.5355e-4 / 0.5 / (2 pi 10 kHz) = 0.7264 ns
    CHECK(ns(*r.points[0].u) == Approx(0.7264).epsilon(0.1));
    CHECK(ns(detail<double>(r, "rms_s")) == Approx(0.7264).epsilon(0.1));
    CHECK(detail<double>(r, "beyond_noise_s") == 0.0);
    CHECK(detail<std::string>(r, "says") == "noise explains it");
}
