// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings of real hardware by other people (pyfar gallery, CC BY 4.0).
#include "rig/fft/fft.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <numbers>

using namespace fourpole;

namespace {

const auto loopback = shared("captures/pyfar/pyfar_loopback_recorded_s16_44100.wav");
const auto programme_file =
    std::filesystem::path(FOURPOLE_SOURCE) / "profiles/programmes/pyfar_loopback.json";

/// A curve read at a frequency of its own, linear in log f between the points.
double value_at_hz(const Reading& r, double f) {
    for (std::size_t i = 1; i < r.points.size(); ++i) {
        const Point &a = r.points[i - 1], &b = r.points[i];
        if (*a.at <= f && f <= *b.at)
            return *a.value + (*b.value - *a.value) * std::log(f / *a.at) / std::log(*b.at / *a.at);
    }
    FAIL("outside the curve");
    return 0.0;
}

const Reading& harmonic(const Measurement& m, int order) {
    for (const Reading& r : m.readings)
        if (r.name == "harmonic" && r.order == order) return r;
    FAIL("no such harmonic");
    return m.readings.front();
}

/// Mean power of an impulse response's spectrum within +-6 % of f, dB.
double band_level(const std::vector<double>& ir, double rate_hz, double f) {
    RealFft fft(fast_length(1U << 17U));
    std::fill(std::copy(ir.begin(), ir.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
    fft.forward();
    double power = 0.0, count = 0.0;
    for (std::size_t k = 0; k < fft.bins(); ++k) {
        const double hz = static_cast<double>(k) * rate_hz / static_cast<double>(fft.size());
        if (hz > 0.94 * f && hz < 1.06 * f) power += std::norm(fft.spectrum()[k]), ++count;
    }
    return AmplitudeRatio{std::sqrt(power / count)}.decibels();
}

std::size_t peak_index(const std::vector<double>& ir) {
    std::size_t best = 0;
    for (std::size_t i = 0; i < ir.size(); ++i)
        if (std::abs(ir[i]) > std::abs(ir[best])) best = i;
    return best;
}

}  // namespace

TEST_CASE("a real loopback: latency 12,639.78 samples, flat to the published table", "[real]") {
    if (absent(loopback)) return;
    const Measurement m = measured(loopback, programme_file);
    REQUIRE(m.valid);
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(clock.scalar().state == State::not_measured);
    CHECK_FALSE(clock.scalar().value.has_value());
    CHECK(detail<double>(clock, "start") == Approx(12639.779).margin(0.02));

    const Reading& r = reading(m.readings, "response");
    CHECK(detail<std::string>(r, "polarity") == "+");
    const std::pair<double, double> table[] = {{63, -12.363},   {125, -12.330},  {250, -12.321},
                                               {500, -12.317},  {1000, -12.314}, {2000, -12.311},
                                               {4000, -12.306}, {8000, -12.297}, {12000, -12.311}};
    for (const auto& [f, db] : table) CHECK(value_at_hz(r, f) == Approx(db).margin(0.01));
    CHECK(value_at_hz(r, 16000.0) == Approx(-12.378).margin(0.03));
    // The published 20 kHz is a mean over +-3 % of a slope: exactly there it is -12.521 dB.
    CHECK(*nearest(r, 20000.0).value == Approx(-12.564).margin(0.03));
    CHECK(value_at_hz(r, 20000.0) == Approx(-12.521).margin(0.02));
}

TEST_CASE("a real loopback's H3 and H5 stand where they can, and are bounds where noise rules", "[real]") {
    if (absent(loopback)) return;
    const Measurement m = measured(loopback, programme_file);
    const Reading &h3 = harmonic(m, 3), &h5 = harmonic(m, 5);
    CHECK(*nearest(h3, 100.0).value == Approx(-59.3).margin(1.5));
    CHECK(*nearest(h3, 200.0).value == Approx(-77.5).margin(1.5));
    CHECK(*nearest(h3, 500.0).value == Approx(-89.3).margin(2.0));
    CHECK(*nearest(h5, 100.0).value == Approx(-74.3).margin(1.5));
    CHECK(*nearest(h5, 200.0).value == Approx(-84.8).margin(1.5));
    CHECK(nearest(h3, 200.0).state == State::exact);
    for (const Reading* h : {&h3, &h5}) {
        const auto bounds = std::count_if(h->points.begin(), h->points.end(),
                                          [](const Point& p) { return p.state == State::at_most; });
        CHECK(bounds > 10);
    }
    CHECK(nearest(h5, 1000.0).state == State::at_most);
}

TEST_CASE("one clock for both ends makes the loopback's offset zero", "[real]") {
    if (absent(loopback)) return;
    const Measurement m = measured(loopback, programme_file, true);
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(clock.scalar().state == State::exact);
    CHECK(*clock.scalar().value == 0.0);
    CHECK(detail<double>(clock, "start") == Approx(12639.779).margin(0.02));
}

TEST_CASE("a real room deconvolves to its authors' own impulse response within 0.02 dB", "[real]") {
    const auto mic = shared("captures/pyfar/pyfar_mic_recorded_s16_44100.wav");
    const auto authors_file = shared("captures/pyfar/authors_impulse_response.wav");
    if (absent(mic) || absent(authors_file)) return;
    Programme programme;
    programme.id = "the loopback as it was recorded";
    programme.sample_rate_hz = 44100.0;
    programme.events.push_back({FileEvent{0.0, loopback.string(), 1.0}, {{true, false}}});

    // Loopback and microphone were recorded together: time zero is the same for both.
    const auto take = read_take(mic);
    REQUIRE(take.has_value());
    auto room = impulse_response(*take, programme, 0.0, 26461.0 / 44100.0, 0.0);
    REQUIRE(room.has_value());
    const auto authors = read_take(authors_file);
    REQUIRE(authors.has_value());
    const std::vector<double>& theirs = authors->channels.front();
    const std::vector<double>& ours = room->samples[Side::left];
    CHECK(peak_index(theirs) == 436);
    CHECK(peak_index(ours) == 436);
    const double constant = band_level(theirs, 44100.0, 1000.0) - band_level(ours, 44100.0, 1000.0);
    for (const double f : {200.0, 500.0, 2000.0, 5000.0, 10000.0, 15000.0})
        CHECK(band_level(theirs, 44100.0, f) - band_level(ours, 44100.0, f) == Approx(constant).margin(0.02));
}
