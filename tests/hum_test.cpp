// SPDX-License-Identifier: GPL-3.0-or-later
// What stands beside hum: DC, noise, THD+N and level, each within its u of the closed form, whatever part of
// a period of the mains the stretch ends with.
#include "rig/analysis/weighting.hpp"
#include "tests/closed_form_take.hpp"

#include <algorithm>
#include <map>
#include <string>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi, constant = 1e-3, white = 1e-5;

/// Hum of three orders that drifts slightly, seconds of the capture.
struct Hum {
    double hz = 50.0, drift = 0.0, phase = 0.0;
    std::array<double, 3> size{};

    double at(double t) const {
        const double turn = 2.0 * pi * (hz * t + 0.5 * drift * t * t) + phase;
        double sum = 0.0;
        for (std::size_t k = 0; k < size.size(); ++k)
            sum += size[k] * std::sin(static_cast<double>(k + 1) * (turn + 0.7));
        return sum;
    }
    /// Squares of peaks with the white noise's own, 20 Hz to 20 kHz, weighted.
    double power(Weighting w, double t) const {
        double sum = 0.0;
        for (std::size_t k = 0; k < size.size(); ++k)
            sum += std::pow(size[k] * weight(w, static_cast<double>(k + 1) * (hz + drift * t)), 2);
        for (double f = 20.5; f < 20000.0; ++f)
            sum += 2.0 * white * white / 24000.0 * std::pow(weight(w, f), 2);
        return sum;
    }
};

/// |error| / u of each reading, over takes.
struct Covered {
    std::vector<double> z;
    double largest_error = 0.0;

    void add(const Point& p, double truth) {
        REQUIRE(p.value.has_value());
        REQUIRE(p.u.has_value());
        z.push_back(std::abs(*p.value - truth) / *p.u);
        largest_error = std::max(largest_error, std::abs(*p.value - truth));
    }
    double rms() const {
        double sum = 0.0;
        for (const double v : z) sum += v * v;
        return std::sqrt(sum / static_cast<double>(z.size()));
    }
    double most() const { return *std::max_element(z.begin(), z.end()); }
};

/// Readings by definition (and weighting) of takes that differ in all but their programme's kind.
std::map<std::string, Covered> over_takes(const std::function<Programme(double)>& programme_of, double dbfs) {
    std::map<std::string, Covered> out;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937_64 random(seed * 77);
        std::uniform_real_distribution<double> part(0.0, 1.0);
        const double seconds = 0.5 + part(random);
        Programme p = programme_of(seconds);
        p.analyses = {"noise", "dc", "thd_n", "level"};
        Hum hum{(seed % 2 ? 50.0 : 60.0) + 0.2 * (part(random) - 0.5), 0.02 * (part(random) - 0.5),
                2.0 * pi * part(random)};
        hum.size = {3e-4 * part(random), 1e-4 * part(random), 1e-4 * part(random)};
        Formula f;
        f.seconds = p.length_s + 0.1, f.start = 500.0, f.ppm = 20.0, f.noise = white, f.seed = seed;
        f.at_player_time = [&](Side s, double u) {
            double sum = 0.0;
            for (const Event& e : p.events)
                if (e.on[s]) sum += value_at(e, u);
            return sum;
        };
        f.at_capture_time = [&](double t) { return constant + hum.at(t); };
        const double amplitude = AmplitudeRatio::from_decibels(dbfs).count, middle = 0.5 * f.seconds;
        for (const Reading& r : measured(p, f).readings) {
            if (r.name == "dc") out[r.definition].add(r.scalar(), constant);
            if (r.side != Side::left) continue;
            if (r.name == "level") out[r.definition].add(r.scalar(), dbfs);
            if (r.name == "noise")
                for (const Weighting w : all_weightings)
                    if (std::get<std::string>(*r.detail("weighting")) == name(w))
                        out[r.definition + " " + std::string(name(w))].add(
                            r.scalar(), 10.0 * std::log10(hum.power(w, middle)));
            if (r.definition != "thd_n.exact_residual@1") continue;
            const double rest = hum.power(Weighting::none, middle);
            out[r.definition].add(r.scalar(), 10.0 * std::log10(rest / (amplitude * amplitude + rest)));
        }
    }
    return out;
}

void check(const std::map<std::string, Covered>& readings, const std::string& key, double largest_error) {
    INFO(key);
    REQUIRE(readings.count(key) == 1);
    const Covered& c = readings.at(key);
    CHECK(c.z.size() >= 12);
    CHECK(c.rms() < 1.6);
    CHECK(c.rms() > 0.4);
    CHECK(c.most() < 4.0);
    CHECK(c.largest_error < largest_error);
}

Programme beside_a_tone(double seconds, double dbfs) {
    Programme p = ladder(997.0, {dbfs}, seconds);
    return p;
}

}  // namespace

TEST_CASE(
    "beside hum of -70 dBFS DC is within 2e-7 FS, noise and THD+N of a tone within 0.05 dB, as u says") {
    const auto quiet = over_takes([](double s) { return beside_a_tone(s, -60.0); }, -60.0);
    check(quiet, "dc.beside_tones@1", 2e-7);
    check(quiet, "noise.beside_tone@1 none", 0.05);
    check(quiet, "noise.beside_tone@1 A", 0.12);
    check(quiet, "noise.beside_tone@1 ccir_rms", 0.2);
    const auto loud = over_takes([](double s) { return beside_a_tone(s, -6.0); }, -6.0);
    check(loud, "dc.beside_tones@1", 2e-7);
    check(loud, "thd_n.exact_residual@1", 0.05);
    check(loud, "level.fitted_tone@1", 1e-5);
}

TEST_CASE("noise of a silence with hum of -70 dBFS is within 0.05 dB and its DC within 2e-7 FS, as u says") {
    const auto idle = over_takes(
        [](double seconds) {
            Programme p;
            p.sample_rate_hz = 48000.0;
            p.length_s = seconds + 1.0;
            const auto chirp = [](double at) {
                return Event{Chirp{at, 0.15, 2000.0, 8000.0, 0.3, 0.01}, {{true, true}}};
            };
            p.events = {chirp(0.1), Event{Silence{0.35, seconds}, {{true, true}}}, chirp(0.4 + seconds)};
            return p;
        },
        0.0);
    check(idle, "dc.quiet_mean@1", 2e-7);
    check(idle, "noise.idle@1 none", 0.05);
    check(idle, "noise.idle@1 A", 0.12);
    check(idle, "noise.idle@1 ccir_rms", 0.2);
}

TEST_CASE("one tone alone has a clock with a u in 8 takes of 8, whatever rounding makes of its mean") {
    Programme p = ladder(997.0, {-6.0}, 1.0);
    p.analyses = {"level"};
    for (unsigned seed = 1; seed <= 8; ++seed) {
        Formula f;
        f.seconds = 1.2, f.start = 500.0, f.ppm = -149.2, f.noise = 1e-5, f.seed = seed;
        f.at_player_time = [](Side, double u) {
            return u >= 0.0 && u < 1.0 ? 0.5 * std::sin(2.0 * std::numbers::pi * 997.0 * u) : 0.0;
        };
        const Measurement m = measured(p, f);
        const Reading* clock = reading_named(m, "clock_offset");
        REQUIRE(clock);
        REQUIRE(clock->scalar().state == State::exact);
        REQUIRE(clock->scalar().u.has_value());
        CHECK(std::isfinite(*clock->scalar().u));
    }
}
