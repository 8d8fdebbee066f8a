// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped programmes of tones: what their lines promise, and what is read of them beside a closed form.
#include "rig/profile/load.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <set>

using namespace fourpole;

namespace {

constexpr double ppm = 37.31, start = 15'210.37, rate = 48000.0;
using Complex = std::complex<double>;

Programme shipped(const char* name) {
    auto p = load_programme(profiles_folder() / "programmes" / name);
    REQUIRE(p.has_value());
    return std::move(*p);
}

double db(Complex ratio) { return AmplitudeRatio{std::abs(ratio)}.decibels(); }
double degrees(Complex ratio) { return std::arg(ratio) * degrees_per_radian; }

/// What a side makes of its own tone and of the other's, at a frequency of the capture.
Complex device(double f, Side side) {
    const Complex j(0.0, 1.0);
    return (side == Side::left ? 0.8 : -0.75) * (j * f / (10.0 + j * f)) / (1.0 + j * f / 60000.0);
}
Complex leak(double f, Side from) {
    return (from == Side::left ? -0.01 : -0.003) * (1.0 + Complex(0.0, 1.0) * f / 5000.0);
}

/// Every tone of `programme` as `side` holds it once it is steady, with H2 and H3 of its own.
Programme heard_by(const Programme& programme, Side side, double second, double third) {
    Programme out = programme;
    for (Event& e : out.events) {
        auto* tones = std::get_if<Tones>(&e.what);
        if (!tones) continue;
        const Side from = e.on[Side::left] ? Side::left : Side::right;
        e.on = {};
        e.on[side] = true;
        std::vector<Tone> heard;
        for (const Tone& t : tones->tones) {
            const double f = t.frequency_hz * (1.0 + 1e-6 * ppm);
            const Complex own = device(f, from), h = from == side ? own : own * leak(f, from);
            heard.push_back({t.frequency_hz, t.amplitude * std::abs(h), t.phase_rad + std::arg(h)});
            if (from != side) continue;
            for (const auto& [order, size] : {std::pair{2, second}, {3, third}})
                if (size > 0.0 && order * f < 0.45 * rate)
                    heard.push_back({order * t.frequency_hz, size * t.amplitude * std::abs(h), 0.3 * order});
        }
        tones->tones = std::move(heard);
    }
    return out;
}

Take take_of(const PerSide<Programme>& heard, double noise_rms, double seconds) {
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    std::mt19937_64 random(11);
    std::normal_distribution<double> noise(0.0, noise_rms);
    for (const Side side : sides) {
        auto x = render(heard[side], side, {rate, start, ppm}, static_cast<std::size_t>(seconds * rate));
        for (double& v : x) v += noise(random);
        take.channels.push_back(std::move(x));
    }
    return take;
}

/// rms of error / u over a curve's exact points: 1 where u is honest.
template <class Truth>
double rms_z(const Reading& r, Truth truth) {
    double sum = 0.0, count = 0.0;
    for (const Point& p : r.points)
        if (p.state == State::exact) sum += std::pow((*p.value - truth(*p.at)) / *p.u, 2), ++count;
    REQUIRE(count > 5.0);
    return std::sqrt(sum / count);
}

const Reading& curve_of(const Measurement& m, const char* definition, Side side,
                        std::optional<int> order = {}) {
    for (const Reading& r : m.readings)
        if (r.definition == definition && r.side == side && r.order == order) {
            CHECK(r.curve);
            return r;
        }
    FAIL("no reading " << definition);
    return m.readings.front();
}

}  // namespace

TEST_CASE(
    "48 interleaved lines: none on a harmonic to order 5, or a product of order 2 or 3, of the others") {
    const Programme p = shipped("interleaved_multitone.json");
    std::vector<std::int64_t> lines;  // in eighths of a hertz
    PerSide<double> sum{};
    for (const Event& e : p.events)
        if (const auto* tones = std::get_if<Tones>(&e.what))
            for (const Tone& t : tones->tones) {
                const double eighths = 8.0 * t.frequency_hz;
                REQUIRE(eighths == std::floor(eighths));
                lines.push_back(static_cast<std::int64_t>(eighths));
                sum[e.on[Side::left] ? Side::left : Side::right] += t.amplitude;
                // One eighth is at least one bin of what is steady.
                CHECK(tones->duration_s - 2.0 * tones->edge_s >= 8.0 - 1e-9);
            }
    REQUIRE(lines.size() == 48);
    for (const Side side : sides) CHECK(sum[side] <= 0.5);  // as loud as the shipped sweeps at worst
    const std::set<std::int64_t> taken(lines.begin(), lines.end());
    CHECK(taken.size() == 48);
    std::int64_t hits = 0, looked_at = 0;
    const auto look = [&](std::int64_t product) { hits += taken.contains(std::abs(product)), ++looked_at; };
    for (const auto a : lines) {
        for (std::int64_t order = 2; order <= 5; ++order) look(order * a);
        for (const auto b : lines) {
            look(a + b), look(a - b);
            for (const auto c : lines) {
                look(a + b + c);
                if (c != a && c != b) look(a + b - c);  // a + b - a is b itself
            }
        }
    }
    CHECK(hits == 0);
    CHECK(looked_at > 200'000);
}

TEST_CASE("left and right lines have turns: of two neighbours one is left, one right") {
    const Programme p = shipped("interleaved_multitone.json");
    std::vector<std::pair<double, bool>> lines;
    for (const Event& e : p.events)
        if (const auto* tones = std::get_if<Tones>(&e.what))
            for (const Tone& t : tones->tones) lines.emplace_back(t.frequency_hz, e.on[Side::left]);
    std::sort(lines.begin(), lines.end());
    for (std::size_t i = 1; i < lines.size(); ++i) CHECK(lines[i].second != lines[i - 1].second);
    CHECK(lines.front().first < 25.0);
    CHECK(lines.back().first > 18'000.0);
}

TEST_CASE("interleaved tones through x + 0.02 x^2 + 0.05 x^3: crosstalk of -40 dB to 0.01 dB all the same") {
    const Programme p = shipped("interleaved_multitone.json");
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    PerSide<std::vector<double>> own;
    const auto frames = static_cast<std::size_t>(10.8 * rate);
    for (const Side side : sides) {
        own[side] = render(p, side, {rate, start, ppm}, frames);
        for (double& x : own[side]) x += 0.02 * x * x + 0.05 * x * x * x;
    }
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-6);
    for (const Side side : sides) {
        std::vector<double> y(frames);
        for (std::size_t n = 0; n < frames; ++n)
            y[n] = own[side][n] - 0.01 * own[other(side)][n] + noise(random);
        take.channels.push_back(std::move(y));
    }
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    REQUIRE(m->valid);
    CHECK(*reading(m->readings, "clock_offset").scalar().value == Approx(ppm).margin(1e-4));
    // Of 24 lines of A each: 1 + 0.05 (3/4 A^2 + 3/2 x 23 A^2).
    const double gain = 1.0 + 0.05 * 0.0004 * (0.75 + 1.5 * 23.0);
    for (const Side from : sides) {
        const Reading& response = reading(m->readings, "response", from, from);
        REQUIRE(response.points.size() == 24);
        for (const Point& q : response.points) CHECK(*q.value == Approx(db(gain)).margin(3e-4));
        const Reading& x = reading(m->readings, "crosstalk", from, other(from));
        REQUIRE(x.points.size() == 24);
        for (const Point& q : x.points) {
            // A product of 8e-6 on a line of 2e-4 would be 0.34 dB. The nearest stand an eighth of a hertz
            // off, one bin, and leak where the ends of the segment are not as steady as its middle.
            CHECK(*q.value == Approx(-40.0).margin(0.01));
            CHECK(std::abs(std::remainder(*q.phase_deg - 180.0, 360.0)) < std::max(0.01, 30.0 * *q.u));
        }
    }
}

TEST_CASE(
    "stepped sines at +37 ppm and -90 dBFS: response, phase, crosstalk, H2, H3 and THD over frequency") {
    const Programme p = shipped("stepped_sines.json");
    // 2.2e-5 rms in 24 kHz.
    const Take take =
        take_of({heard_by(p, Side::left, 1e-3, 3e-4), heard_by(p, Side::right, 1e-3, 3e-4)}, 2.2e-5, 30.5);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    REQUIRE(m->valid);
    const Reading& clock = reading(m->readings, "clock_offset");
    CHECK(*clock.scalar().value == Approx(ppm).margin(1e-4));
    CHECK(detail<double>(clock, "start") == Approx(start).margin(1e-4));
    const auto at = [](double f) { return f * (1.0 + 1e-6 * ppm); };
    for (const Side side : sides) {
        const Reading& response = reading(m->readings, "response", side, side);
        REQUIRE(response.points.size() == 31);
        CHECK(rms_z(response, [&](double f) { return db(device(at(f), side)); }) == Approx(1.0).margin(0.3));
        for (const Point& q : response.points) {
            CHECK(*q.value == Approx(db(device(at(*q.at), side))).margin(2e-3));
            CHECK(std::abs(std::remainder(*q.phase_deg - degrees(device(at(*q.at), side)), 360.0)) < 0.05);
        }
        const Reading& x = reading(m->readings, "crosstalk", side, other(side));
        REQUIRE(x.points.size() == 31);
        CHECK(rms_z(x, [&](double f) { return db(leak(at(f), side)); }) == Approx(1.0).margin(0.35));
        for (const Point& q : x.points)
            CHECK(std::abs(std::remainder(*q.phase_deg - degrees(leak(at(*q.at), side)), 360.0)) <
                  30.0 * *q.u);
        const Reading& second = curve_of(*m, "harmonic.fitted_tone@1", side, 2);
        CHECK(second.points.size() == 28);  // of 12.5 kHz it lies beyond half the rate
        CHECK(rms_z(second, [](double) { return -60.0; }) == Approx(1.0).margin(0.3));
        const Reading& third = curve_of(*m, "harmonic.fitted_tone@1", side, 3);
        CHECK(rms_z(third, [](double) { return db(3e-4); }) == Approx(1.0).margin(0.35));
        const Reading& thd = curve_of(*m, "thd.fitted_harmonics@1", side);
        for (const Point& q : thd.points) {
            const double truth = db(*q.at > 6700.0 ? 1e-3 : std::hypot(1e-3, 3e-4));
            CHECK(std::abs(*q.value - truth) < 4.0 * *q.u);
        }
        const Reading& steps = curve_of(*m, "linearity.fitted_tone@1", side);
        CHECK(steps.points.size() == 10);
        CHECK(rms_z(steps, [&](double level) { return level + db(device(at(1000.0), side)); }) < 1.6);
    }
}
