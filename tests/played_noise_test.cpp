// SPDX-License-Identifier: GPL-3.0-or-later
// Noise of the programme, drawn here: the analyzer knows its name and its level, never its samples.
#include "rig/analysis/cross_spectrum.hpp"
#include "rig/analysis/weighting.hpp"
#include "rig/fft/fft.hpp"
#include "rig/measure/noise_places.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double rate = 48000.0;
constexpr Side L = Side::left, R = Side::right;
constexpr PerSide<bool> on_left{{true, false}}, on_right{{false, true}}, on_both{{true, true}};

double db(double ratio) { return AmplitudeRatio{ratio}.decibels(); }

std::vector<double> white(std::size_t count, double rms, unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0.0, rms);
    std::vector<double> out(count);
    for (double& x : out) x = normal(random);
    return out;
}

/// Gaussian bins of 1/f from 10 Hz to half the rate: a mean square of rms^2 by that sum.
std::vector<double> pink(std::size_t count, double rms, unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0.0, 1.0);
    RealFft fft(count + count % 2);
    double power = 0.0;
    for (std::size_t k = 0; k < fft.bins(); ++k) {
        const double hz = static_cast<double>(k) * rate / static_cast<double>(fft.size());
        const double size = hz < 10.0 ? 0.0 : 1.0 / std::sqrt(hz);
        fft.spectrum()[k] = {size * normal(random), size * normal(random)};
        power += 4.0 * size * size;  // twice of mean square 2 size^2, on both sides of 0 Hz
    }
    const double scale = rms * static_cast<double>(fft.size()) / std::sqrt(power);
    fft.inverse();
    std::vector<double> out(fft.signal(), fft.signal() + count);
    for (double& x : out) x *= scale;
    return out;
}

Programme programme_of(std::vector<Event> events, double length_s) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = length_s;
    p.events = std::move(events);
    return p;
}

/// y[n] = 0.9 x[n] + 0.1 y[n - 1] and its gain.
std::vector<double> through_device(std::vector<double> x) {
    double y = 0.0;
    for (double& v : x) v = y = 0.9 * v + 0.1 * y;
    return x;
}
double device_gain(double hz) { return 0.9 / std::abs(1.0 - 0.1 * std::polar(1.0, -2.0 * pi * hz / rate)); }

/// Left from 0 to 3 s, right from 3.5 to 6.5 s, 0.37 s into a take of 7.5 s.
struct OneByOne {
    Noise::Spectrum spectrum = Noise::Spectrum::white;
    double leak = -0.01, input_noise = 1e-5;
    unsigned seed = 1;

    Programme programme() const {
        return programme_of(
            {{Noise{0.0, 3.0, 0.1, spectrum}, on_left}, {Noise{3.5, 3.0, 0.1, spectrum}, on_right}}, 6.5);
    }
    Measurement measured() const {
        const std::size_t frames = 360'000, length = 144'000;
        PerSide<std::vector<double>> own;
        for (const Side s : sides) {
            own[s].assign(frames, 0.0);
            const unsigned draw = 10 * seed + static_cast<unsigned>(s);
            const auto x = through_device(spectrum == Noise::Spectrum::pink ? pink(length, 0.1, draw)
                                                                            : white(length, 0.1, draw));
            std::copy(x.begin(), x.end(), own[s].begin() + (s == L ? 17'760 : 17'760 + 168'000));
        }
        Take take;
        take.rate_hz = rate;
        take.bits = 24;
        take.floating_point = true;
        for (const Side s : sides) {
            auto y = white(frames, input_noise, 1000 + 10 * seed + static_cast<unsigned>(s));
            for (std::size_t n = 0; n < frames; ++n) y[n] += own[s][n] + leak * own[other(s)][n];
            take.channels.push_back(std::move(y));
        }
        auto out = measure(take, programme(), false);
        REQUIRE(out.has_value());
        return std::move(*out);
    }
};

const Reading& of(const Measurement& m, std::string_view definition, Side side) {
    for (const Reading& r : m.readings)
        if (r.definition == definition && (r.side == side || r.from == side)) return r;
    FAIL("no reading " << definition);
    return m.readings.front();
}

/// Mean of |H|^2 over the third around a frequency, as decibels.
double mean_db(double centre_hz, auto&& gain, double end_hz = 0.4535 * rate) {
    const double from = centre_hz * std::pow(10.0, -0.05),
                 to = std::min(end_hz, centre_hz * std::pow(10.0, 0.05));
    double sum = 0.0;
    for (int i = 0; i < 200; ++i) sum += std::norm(gain(from + (to - from) * (i + 0.5) / 200.0));
    return db(std::sqrt(sum / 200.0));
}

}  // namespace

TEST_CASE("y = 0.1 j x and noise as strong: the ratio within its u, a coherence of one half") {
    double squares = 0.0, told = 0.0, coherence = 0.0;
    constexpr unsigned draws = 40;
    for (unsigned seed = 0; seed < draws; ++seed) {
        const auto x = white(9600, 1.0, 2 * seed + 1);
        auto y = white(9600, 0.1, 2 * seed + 2);
        for (std::size_t n = 0; n < y.size(); ++n) y[n] += 0.1 * x[n];
        const CrossBand band = CrossSpectrum(x, y, rate).band(1000.0, 2000.0);
        // 1000 Hz over 0.2 s are worth 18/35 of 200 values.
        CHECK(band.averages == Approx(18.0 / 35.0 * 200.0).epsilon(0.02));
        squares += std::norm(band.ratio().value - 0.1);
        told += std::pow(band.ratio().noise, 2);
        coherence += band.coherence() / draws;
    }
    // 0.1 / sqrt(102): 9.9e-3.
    CHECK(std::sqrt(told / draws) == Approx(0.1 / std::sqrt(102.9)).epsilon(0.05));
    CHECK(std::sqrt(squares / told) == Approx(1.0).epsilon(0.2));
    CHECK(coherence == Approx(0.5).margin(0.03));
}

TEST_CASE("segments: one noise a side, of a third of a second, and nothing beside it") {
    const Noise a{0.0, 2.0, 0.1, Noise::Spectrum::white}, b{1.0, 2.0, 0.1, Noise::Spectrum::pink};
    const auto segments =
        noise_segments(programme_of({{a, on_left}, {b, on_right}, {Silence{0.0, 5.0}, on_both}}, 5.0));
    REQUIRE(segments.size() == 3);
    CHECK(segments[0].only(L));
    CHECK(segments[1].plays[R]->spectrum == Noise::Spectrum::pink);
    CHECK(segments[2].only(R));
    CHECK(segments[2].end_s == Approx(3.0));
    const Event tone{Tones{0.5, 0.5, 0.0, {{1000.0, 0.1, 0.0}}}, on_right};
    CHECK(noise_segments(programme_of({{a, on_left}, tone}, 5.0)).size() == 2);
}

TEST_CASE("white noise of -17 dBFS, one side after the other: level, response and crosstalk of -40 dB") {
    const Measurement m = OneByOne{}.measured();
    REQUIRE(m.valid);
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(clock.scalar().state == State::not_measured);
    CHECK(detail<double>(clock, "start") == Approx(17'760.0).margin(480.0));
    CHECK(detail<std::string>(clock, "from").find("noise") != std::string::npos);
    for (const Side side : sides) {
        for (const Weighting w : all_weightings) {
            double share = 0.0;  // of the power of 24 kHz
            for (double f = 20.5; f < 20000.0; f += 1.0)
                share += std::pow(weight(w, f) * device_gain(f), 2) / 24000.0;
            const auto r = std::find_if(m.readings.begin(), m.readings.end(), [&](const Reading& x) {
                return x.definition == "level.noise@1" && x.side == side &&
                       detail<std::string>(x, "weighting") == name(w);
            });
            REQUIRE(r != m.readings.end());
            CHECK(std::abs(*r->scalar().value - db(0.1 * std::sqrt(2.0 * share))) < 4.0 * *r->scalar().u);
            // 4.34 / sqrt(19980 x 2.9), more where a curve makes the band narrower.
            if (w == Weighting::none) CHECK(*r->scalar().u == Approx(0.018).epsilon(0.05));
        }
        const Reading& response = of(m, "response.noise@1", side);
        REQUIRE(response.points.size() >= 29);
        CHECK(*response.points.back().at == Approx(19952.6).margin(0.1));
        for (const Point& p : response.points) {
            CHECK_FALSE(p.phase_deg.has_value());
            CHECK(std::abs(*p.value - mean_db(*p.at, device_gain)) < 4.0 * *p.u);
        }
        CHECK(*nearest(response, 1000.0).u == Approx(4.34 / std::sqrt(230.8 * 2.9)).epsilon(0.15));
        const Reading& leak = reading(m.readings, "crosstalk", side, other(side));
        CHECK(leak.definition == "crosstalk.noise_coherent@1");
        for (const Point& p : leak.points) {
            CHECK(p.state == State::exact);
            CHECK(std::abs(*p.value + 40.0) < 4.5 * *p.u + 1e-9);
            CHECK(std::abs(std::remainder(*p.phase_deg - 180.0, 360.0)) < 4.5 * *p.u * 6.6 + 1e-6);
        }
        const Point& power = of(m, "crosstalk.noise_power@1", side).scalar();
        CHECK(power.state == State::exact);
        // All of it follows the driven side: 1e-8 of input noise beside 1e-6 is all that chance has to say.
        CHECK(*power.u < 1e-3);
        CHECK(*power.value == Approx(-40.0).margin(4.0 * *power.u));
    }
    for (const Point& p : reading(m.readings, "balance", L, R).points) CHECK(std::abs(*p.value) < 4.5 * *p.u);
}

TEST_CASE("of 12 draws the response errs by its u, 4.34 / sqrt(B T), and crosstalk by its own",
          "[repeated]") {
    double response = 0.0, crosstalk = 0.0, balance = 0.0, points = 0.0, leaks = 0.0, balances = 0.0;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        OneByOne how;
        how.seed = seed;
        how.leak = -1e-4;
        const Measurement m = how.measured();
        for (const Side side : sides) {
            for (const Point& p : of(m, "response.noise@1", side).points)
                response += std::pow((*p.value - mean_db(*p.at, device_gain)) / *p.u, 2), ++points;
            for (const Point& p : reading(m.readings, "crosstalk", side, other(side)).points)
                if (p.state == State::exact) crosstalk += std::pow((*p.value + 80.0) / *p.u, 2), ++leaks;
        }
        for (const Point& p : reading(m.readings, "balance").points)
            balance += std::pow(*p.value / *p.u, 2), ++balances;
    }
    CHECK(std::sqrt(response / points) == Approx(1.0).margin(0.15));
    CHECK(leaks > 500.0);
    CHECK(std::sqrt(crosstalk / leaks) == Approx(1.0).margin(0.15));
    CHECK(std::sqrt(balance / balances) == Approx(1.0).margin(0.15));
}

TEST_CASE(
    "sides that share nothing but their inputs' noise of -97 dB: crosstalk is at most -75 dB, in words") {
    OneByOne how;
    how.leak = 0.0;
    const Measurement m = how.measured();
    for (const Side side : sides) {
        int bounds = 0;
        const Reading& leak = reading(m.readings, "crosstalk", side, other(side));
        for (const Point& p : leak.points) {
            bounds += p.state == State::at_most;
            // 1e-5 of noise re 0.1, less the root of as many values as the third holds, times 3.
            if (p.state == State::at_most) CHECK(*p.value < -75.0);
        }
        CHECK(bounds >= static_cast<int>(leak.points.size()) - 1);
        CHECK(of(m, "crosstalk.noise_power@1", side).scalar().state == State::at_most);
        CHECK(*of(m, "crosstalk.noise_power@1", side).scalar().value < -90.0);
    }
}

TEST_CASE("pink noise has a flat response re 1/f from 10 Hz, and falls by 3 dB an octave as levels do not") {
    OneByOne how;
    how.spectrum = Noise::Spectrum::pink;
    const Measurement m = how.measured();
    REQUIRE(m.valid);
    for (const Side side : sides) {
        for (const Point& p : of(m, "response.noise@1", side).points)
            CHECK(std::abs(*p.value - mean_db(*p.at, device_gain)) < 4.0 * *p.u);
        // A third of an octave holds ln 10 / 10 of ln 2400, 0.02958 of the power, wherever it lies.
        const Reading& levels = of(m, "level.noise_third_octave@1", side);
        for (const double hz : {100.0, 1000.0, 10000.0}) {
            const Point& p = nearest(levels, hz);
            const double truth = db(0.1 * std::sqrt(2.0 * 0.029584)) + mean_db(hz, device_gain);
            CHECK(std::abs(*p.value - truth) < 4.0 * *p.u);
        }
    }
}

TEST_CASE(
    "noise of both sides at once tells levels, balance of 2 dB to 1e-3 dB where it is one, no crosstalk") {
    const Programme programme =
        programme_of({{Noise{0.0, 4.0, 0.1, Noise::Spectrum::iec_programme}, on_both}}, 4.0);
    const auto x = white(192'000, 0.1, 7);
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    for (const Side s : sides) {
        auto y = white(x.size(), 1e-6, 8 + static_cast<unsigned>(s));
        for (std::size_t n = 0; n < y.size(); ++n)
            y[n] += (s == L ? AmplitudeRatio::from_decibels(2.0).count : 1.0) * x[n];
        take.channels.push_back(std::move(y));
    }
    const auto m = measure(take, programme, false);
    REQUIRE(m.has_value());
    INFO((m->reasons.empty() ? "" : m->reasons.front()));
    REQUIRE(m->valid);
    CHECK(find(m->readings, "crosstalk") == nullptr);
    // What its spectrum should be nobody here has read.
    CHECK(find(m->readings, "response") == nullptr);
    CHECK(detail<std::string>(of(*m, "level.noise@1", L), "driven") == "both sides");
    for (const Point& p : reading(m->readings, "balance").points) {
        CHECK(*p.value == Approx(2.0).margin(1e-3));
        CHECK(*p.u < 1e-3);
    }
}

TEST_CASE(
    "a leak that rises by 6 dB an octave is -63.9 dB of the power of white noise, and errs by u in 16 draws",
    "[repeated]") {
    double squares = 0.0;
    for (unsigned seed = 1; seed <= 16; ++seed) {
        const Programme programme =
            programme_of({{Noise{0.5, 3.0, 0.1, Noise::Spectrum::white}, on_left}}, 4.0);
        Take take;
        take.rate_hz = rate;
        take.bits = 24;
        take.floating_point = true;
        std::vector<double> x(192'000, 0.0);
        const auto played = white(144'000, 0.1, seed);
        std::copy(played.begin(), played.end(), x.begin() + 24'000);
        PerSide<std::vector<double>> y{
            {white(x.size(), 1e-6, 100 + seed), white(x.size(), 1e-6, 200 + seed)}};
        for (std::size_t n = 1; n < x.size(); ++n) y[L][n] += x[n], y[R][n] += 5e-4 * (x[n] - x[n - 1]);
        for (const Side s : sides) take.channels.push_back(std::move(y[s]));
        const auto m = measure(take, programme, false);
        REQUIRE(m.has_value());
        const Point& p = of(*m, "crosstalk.noise_power@1", L).scalar();
        // |1 - e^(-j w)|^2 = 2 - 2 cos w, from 20 Hz to 20 kHz.
        const double w1 = 2.0 * pi * 20.0 / rate, w2 = 2.0 * pi * 20000.0 / rate;
        const double mean = 2.0 - 2.0 * (std::sin(w2) - std::sin(w1)) / (w2 - w1);
        squares += std::pow((*p.value - db(5e-4 * std::sqrt(mean))) / *p.u, 2) / 16.0;
    }
    CHECK(std::sqrt(squares) == Approx(1.0).margin(0.5));
}

TEST_CASE("a take in which nothing grows louder holds no noise of the programme, and says so") {
    const Programme programme = programme_of({{Noise{1.0, 2.0, 0.1, Noise::Spectrum::white}, on_both}}, 4.0);
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    for (const Side s : sides) take.channels.push_back(white(192'000, 1e-4, 3 + static_cast<unsigned>(s)));
    const auto m = measure(take, programme, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    REQUIRE_FALSE(m->reasons.empty());
    CHECK(m->reasons.front().find("noise is not in this take") != std::string::npos);
}
