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
    CHECK(r.definition == "wander.blocks@2");
    CHECK(r.axis == "time_s");
    REQUIRE(r.points.size() > 985);
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
        // 1.1693 (the filter) sqrt(2 / 480) 3.151e-4 / 0.5 / (2 pi 10 kHz)
        CHECK(ns(*q.u) == Approx(0.757).epsilon(0.1));
    }
    CHECK(std::sqrt(squares / count) < 1.2);
    CHECK(std::sqrt(squares / count) == Approx(0.757).epsilon(0.1));
    CHECK(ns(detail<double>(r, "beyond_noise_s")) == Approx(50.0 / std::sqrt(2.0)).epsilon(0.1));
    CHECK(ns(detail<double>(r, "peak_to_peak_s")) == Approx(100.0).epsilon(0.15));
    CHECK(detail<std::string>(r, "says") == "the clock wanders");
    const Reading& j = reading(m.readings, "jitter");
    CHECK(j.scalar().state == State::at_most);
    CHECK(ns(detail<double>(j, "slow_wander_taken_out_s")) == Approx(50.0 / std::sqrt(2.0)).epsilon(0.01));
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
        step += (*r.points[496 + b].value - *r.points[396 + b].value) / 100.0;
    // The pace that is fitted takes 3/2 of the step over 10 s, 0.15 us a second. Noise: 61 ns in a block.
    CHECK(1e6 * step == Approx(0.85).margin(0.03));
    CHECK(1e9 * *r.points[0].u == Approx(72.0).epsilon(0.1));
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

TEST_CASE("the 10 kHz pilot at 60 dB shows the 0.85 ns rms of its noise in blocks of 10 ms and no wander",
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
    // 1.1693 sqrt(2 / 480) 3.5355e-4 / 0.5 / (2 pi 10 kHz) = 0.8494 ns
    CHECK(ns(*r.points[0].u) == Approx(0.8494).epsilon(0.1));
    CHECK(ns(detail<double>(r, "rms_s")) == Approx(0.8494).epsilon(0.1));
    CHECK(detail<double>(r, "beyond_noise_s") == 0.0);
    CHECK(detail<std::string>(r, "says") == "noise explains it");
}

TEST_CASE("wander of 200 ns peak from 3 to 45 Hz is read within 2 % of 141 ns rms") {
    for (const double hz : {3.0, 12.0, 22.0, 31.0, 45.0}) {
        Played p;
        p.seconds = 2.0;
        p.noise = 1e-6;
        p.late = sine(200e-9, hz, 0.9);
        const Measurement m = measured(tone(5000.0, 2.0, {"wander"}), p);
        const Reading& r = reading(m.readings, "wander");
        CHECK(ns(detail<double>(r, "rms_s")) == Approx(200.0 / std::sqrt(2.0)).epsilon(0.02));
        CHECK(detail<double>(r, "band_to_hz") == Approx(45.0));
    }
}

namespace {

/// Root mean square and largest of |error| / u of the clock over wanders of 0.6 to 8 Hz and any phase.
struct Covered {
    double rms = 0.0, most = 0.0;
};
Covered covered(const Programme& programme, double seconds, double ahead_s, double noise) {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> part(0.0, 1.0);
    double squares = 0.0;
    Covered out;
    constexpr int takes = 12;
    for (int take = 0; take < takes; ++take) {
        Played p;
        p.seconds = seconds + 0.2;
        p.start = 2000.0;
        p.ppm = 12.5;
        p.noise = noise;
        p.late = sine(ahead_s, 0.6 * std::pow(13.0, part(random)), 2.0 * pi * part(random));
        const Measurement m = measured(programme, clean(programme, p), p.noise, 40 + take);
        const Point& c = reading(m.readings, "clock_offset").scalar();
        const double z = std::abs(*c.value - 12.5) / *c.u;
        squares += z * z, out.most = std::max(out.most, z);
    }
    out.rms = std::sqrt(squares / takes);
    return out;
}

}  // namespace

TEST_CASE("u of a clock by a tone that wanders 100 ns holds the error of its mean pace") {
    const Covered wandering = covered(tone(4000.0, 2.0, {"wander"}), 2.0, 100e-9, 1e-5);
    CHECK(wandering.rms > 0.2);
    CHECK(wandering.rms < 1.5);
    CHECK(wandering.most < 4.0);
    const Covered steady = covered(tone(4000.0, 2.0, {"wander"}), 2.0, 0.0, 1e-5);
    CHECK(steady.rms > 0.5);
    CHECK(steady.rms < 1.5);
}

TEST_CASE("u of a clock by chirps holds the wander that the tone between them shows, else says it unknown") {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = 3.4;
    const Event chirp{Chirp{0.1, 0.15, 2000.0, 8000.0, 0.3}, {{true, false}}};
    p.events.push_back(chirp);
    p.events.push_back({Tones{0.5, 2.3, 0.01, {{3000.0, 0.5, 0.0}}}, {{true, false}}});
    p.events.push_back(chirp);
    std::get<Chirp>(p.events.back().what).start_s = 3.0;
    const Covered by_chirps = covered(p, 3.5, 100e-9, 1e-5);
    CHECK(by_chirps.rms > 0.2);
    CHECK(by_chirps.rms < 1.5);
    CHECK(by_chirps.most < 4.0);
    p.events.erase(p.events.begin() + 1);
    Played q;
    q.seconds = 3.5;
    q.noise = 1e-5;
    const Reading r = reading(measured(p, q).readings, "clock_offset");
    CHECK(detail<std::string>(r, "wander").find("unknown") == 0);
    CHECK(detail<double>(r, "mean_over_s") == Approx(2.9));
    CHECK(detail<std::string>(r, "not_in_u").find("than these 2.9 s is") != std::string::npos);
}

TEST_CASE(
    "under a wander of 20 s a tone of 2 s tells the pace of its 2 s, and says that no longer one is told") {
    Played p;
    p.seconds = 2.4, p.start = 4000.3, p.ppm = 37.0, p.noise = 1e-5;
    p.late = sine(5e-6, 0.05, 0.4);
    const Reading r = reading(measured(tone(3000.0, 2.0, {"wander"}), p).readings, "clock_offset");
    // The line of least squares through 5 us sin(2 pi 0.05 Hz t + 0.4), t = 0 .. 2 s: 12 / T^3 int (t - T /
    // 2) J.
    double along = 0.0;
    for (double t = 5e-4; t < 2.0; t += 1e-3) along += 1e-3 * (t - 1.0) * p.late(t);
    const double own = 37.0 + 1e6 * 12.0 / 8.0 * along;
    CHECK(own > 38.1);  // the long mean is 37.0
    CHECK(*r.scalar().value == Approx(own).margin(2.0 * *r.scalar().u));
    CHECK(*r.scalar().u < 0.2);
    CHECK(detail<double>(r, "mean_over_s") == Approx(2.0).margin(0.05));
    CHECK(detail<std::string>(r, "not_in_u").find("mean over longer may differ") != std::string::npos);
}
