// SPDX-License-Identifier: GPL-3.0-or-later
// Captures whose content is known exactly (closed-form signals, independent solvers).
#include "rig/model/model.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

using namespace fourpole;

namespace {

using Complex = std::complex<double>;

// The device of the sweep captures, as manifest.json describes it: high-pass 8 Hz, a 3 dB
// peak at 3 kHz, low-pass 40 kHz, right gain 0.98; the polynomial's fundamental gain 1.0003.
Complex device(double f, Side side) {
    const Complex j(0.0, 1.0), s = j * f / 3000.0;
    const double a = std::pow(10.0, 3.0 / 40.0), q = 1.2;
    const Complex high = j * f / 8.0 / (1.0 + j * f / 8.0), low = 1.0 / (1.0 + j * f / 40000.0);
    const Complex peak = (s * s + s * a / q + 1.0) / (s * s + s / (a * q) + 1.0);
    return high * low * peak * (side == Side::right ? 0.98 : 1.0) * 1.0003;
}

Complex leak(double f, Side from) {
    const Complex j(0.0, 1.0);
    return from == Side::left ? -0.015848931924611134 * (1.0 + j * f / 15000.0) / (1.0 + j * f / 90000.0)
                              : -0.01778279410038923 * (1.0 + j * f / 18000.0) / (1.0 + j * f / 90000.0);
}

double db(Complex h) { return AmplitudeRatio{std::abs(h)}.decibels(); }
double degrees_apart(double a, double b) { return std::abs(std::remainder(a - b, 360.0)); }

/// Largest error of a curve in dB over a band.
template <class Truth>
double worst(const Reading& r, double low, double high, Truth truth) {
    double out = 0.0;
    int points = 0;
    for (const Point& p : r.points) {
        if (*p.at < low || *p.at > high || p.state != State::exact) continue;
        out = std::max(out, std::abs(*p.value - truth(*p.at)));
        ++points;
    }
    CHECK(points > 20);
    return out;
}

/// rms of error / u: 1 where the stated uncertainty is the true one.
template <class Truth>
double rms_z(const Reading& r, Truth truth) {
    double sum = 0.0, count = 0.0;
    for (const Point& p : r.points)
        if (p.state == State::exact && p.u) {
            const double z = (*p.value - truth(*p.at)) / *p.u;
            sum += z * z, ++count;
        }
    REQUIRE(count > 50.0);
    return std::sqrt(sum / count);
}

Measurement sweep_capture(const std::string& name) {
    return measured(shared("truth/captures/" + name + ".wav"), shared("truth/programmes/" + name + ".json"));
}

void check_linear(const Measurement& m, double mid_db, double edge_db, double crosstalk_db,
                  double crosstalk_deg) {
    for (const Side side : sides) {
        const auto response = [&](double f) { return db(device(f, side)); };
        const auto crosstalk = [&](double f) { return db(leak(f, side)); };
        const Reading& r = reading(m.readings, "response", side, side);
        CHECK(worst(r, 100.0, 18000.0, response) < mid_db);
        CHECK(worst(r, 31.0, 19500.0, response) < edge_db);
        const Reading& x = reading(m.readings, "crosstalk", side, other(side));
        CHECK(worst(x, 100.0, 18000.0, crosstalk) < crosstalk_db);
        double phase = 0.0;
        for (const Point& p : x.points)
            if (*p.at > 100.0 && *p.at < 18000.0)
                phase = std::max(
                    phase, degrees_apart(*p.phase_deg, std::arg(leak(*p.at, side)) * degrees_per_radian));
        CHECK(phase < crosstalk_deg);
    }
}

}  // namespace

TEST_CASE("a noiseless sweep gives the response within 3e-4 dB and crosstalk within 1e-3 dB", "[truth]") {
    if (absent(shared("truth/captures/sweep_ref_0ppm.wav"))) return;
    const Measurement m = sweep_capture("sweep_ref_0ppm");
    REQUIRE(m.valid);
    check_linear(m, 3e-4, 1e-3, 1e-3, 0.01);
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(std::abs(*clock.scalar().value) < 2e-5);
    // The start is the device's own delay late: 40 kHz low-pass 0.19, peak and high-pass the rest.
    CHECK(detail<double>(clock, "start") == Approx(9600.0).margin(0.5));
    CHECK(detail<std::string>(reading(m.readings, "response", Side::left), "polarity") == "+");
}

TEST_CASE("at 37.31 ppm and -90 dBFS of noise the clock is found within 2e-5 ppm", "[truth]") {
    if (absent(shared("truth/captures/sweep_p37_noise90.wav"))) return;
    const Measurement m = sweep_capture("sweep_p37_noise90");
    REQUIRE(m.valid);
    check_linear(m, 3e-4, 1e-3, 0.01, 0.05);
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(*clock.scalar().value == Approx(37.31).margin(2e-5));
    // Cramer-Rao: 6.1e-6 ppm for this pair of chirps; the stated u is neither boast nor excuse.
    CHECK(*clock.scalar().u > 4e-6);
    CHECK(*clock.scalar().u < 9.2e-6);
    for (const Side side : sides) {
        const auto truth = [&](double f) { return db(leak(f, side)); };
        const double z = rms_z(reading(m.readings, "crosstalk", side, other(side)), truth);
        CHECK(z > 0.6);
        CHECK(z < 1.5);
    }
}

TEST_CASE("harmonics of a sweep: H2 at -60 dB within 0.08 dB, H3 at -80 dB within 0.8 dB", "[truth]") {
    if (absent(shared("truth/captures/sweep_p37_noise90.wav"))) return;
    const Measurement m = sweep_capture("sweep_p37_noise90");
    for (const Reading& r : m.readings) {
        if (r.name != "harmonic" || *r.order > 3) continue;
        // Polynomial 1 + 0.004 x + 0.0016 x^2 at 0.5: 0.0005 and 0.00005 of amplitude, each
        // through the device at its own frequency.
        const double amplitude = *r.order == 2 ? 0.0005 : 0.00005;
        const auto truth = [&](double f) {
            const double own = std::abs(device(f, *r.side)) * 0.5;
            return AmplitudeRatio{amplitude * std::abs(device(*r.order * f, *r.side)) / 1.0003 / own}
                .decibels();
        };
        CHECK(worst(r, 60.0, 20000.0, truth) < (*r.order == 2 ? 0.08 : 0.8));
    }
}

TEST_CASE("swapped and half inverted taps are named, and the figures keep the player's sides", "[truth]") {
    if (absent(shared("truth/captures/sweep_swap_polarity_p5.wav"))) return;
    const Measurement m = sweep_capture("sweep_swap_polarity_p5");
    REQUIRE(m.valid);
    check_linear(m, 3e-4, 1e-3, 0.01, 180.0 + 0.05);
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(5.0).margin(2e-5));
    CHECK(detail<std::string>(reading(m.readings, "wiring"), "outcome") == "channels swapped, polarity +-");
    CHECK(detail<std::string>(reading(m.readings, "response", Side::left), "polarity") == "-");
    CHECK(detail<std::string>(reading(m.readings, "response", Side::right), "polarity") == "+");
}

TEST_CASE("end to end: a 220 uF 3-pole circuit is measured as the model predicts it", "[truth]") {
    if (absent(shared("truth/captures/e2e_r07_p37.wav"))) return;
    const Measurement m = sweep_capture("e2e_r07_p37");
    REQUIRE(m.valid);
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(37.31).margin(2e-5));
    const auto circuit = load_circuit(shared("truth/rigs/r07_cap220u_3pole_32ohm.json"));
    REQUIRE(circuit.has_value());
    for (const Side from : sides)
        for (const Side to : sides) {
            const Reading& r = reading(m.readings, "transfer", from, to);
            std::vector<double> f;
            for (const Point& p : r.points) f.push_back(*p.at);
            const auto solved = solve(*circuit, f);
            REQUIRE(solved.has_value());
            double error = 0.0;
            for (std::size_t i = 0; i < f.size(); ++i)
                if (f[i] > 100.0 && f[i] < 18000.0)
                    error = std::max(
                        error, std::abs(*r.points[i].value - db((*solved)[i].voltage[from][to] * 1.0003)));
            CHECK(error < (from == to ? 3e-4 : 0.01));
        }
}

TEST_CASE("64 lost, 37 inserted and 1 lost sample are placed and counted exactly, and void the take",
          "[truth]") {
    if (absent(shared("truth/captures/sweep_drops_p37.wav"))) return;
    const Measurement m = sweep_capture("sweep_drops_p37");
    CHECK_FALSE(m.valid);
    CHECK(find(m.readings, "response") == nullptr);
    CHECK(find(m.readings, "crosstalk") == nullptr);
    CHECK(reading(m.readings, "clock_offset").scalar().state == State::not_measured);
    const auto events = detail<std::vector<Discontinuity>>(reading(m.readings, "discontinuity"), "events");
    REQUIRE(events.size() == 3);
    const Discontinuity expected[] = {{Discontinuity::Kind::lost, 64, 118321},
                                      {Discontinuity::Kind::inserted, 37, 220943},
                                      {Discontinuity::Kind::lost, 1, 259973}};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(events[i].kind == expected[i].kind);
        CHECK(events[i].count == expected[i].count);
        CHECK(events[i].at_sample == expected[i].at_sample);
    }
}
