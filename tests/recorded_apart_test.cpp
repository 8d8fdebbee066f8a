// SPDX-License-Identifier: GPL-3.0-or-later
// Responses by short files beside each other, and by files of a clock that wanders: both sides are wires of
// known gains, and what is played is known at any time.
#include "rig/measure/recorded_apart.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi, rate = 8000.0, t0 = 8011.3, own_gain = 0.7, leak = 0.01;

struct Sine {
    double hz, amplitude, phase;
};

/// Lines at random between 60 Hz and 3 kHz, so many a hertz at any frequency that no hole is between them,
/// which swell and die away within the file.
struct Sound {
    double length_s;
    std::vector<Sine> lines;

    Sound(double seconds, std::size_t count, unsigned seed) : length_s(seconds) {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> any(0.0, 1.0);
        for (std::size_t i = 0; i < count; ++i)
            lines.push_back(
                {60.0 + 2940.0 * (static_cast<double>(i) + any(random)) / static_cast<double>(count),
                 0.4 / std::sqrt(static_cast<double>(count)), 7.0 * any(random)});
    }
    double at(double t) const {
        if (t <= 0.0 || t >= length_s) return 0.0;
        double sum = 0.0;
        for (const Sine& l : lines) sum += l.amplitude * std::sin(2.0 * pi * l.hz * t + l.phase);
        return sum * std::pow(std::sin(pi * t / length_s), 2);
    }
};

struct Played {
    Sound sound;
    double start_s;
    Side side;
};

Programme programme_of(const Scratch& scratch, const std::vector<Played>& all) {
    Programme out;
    out.sample_rate_hz = rate;
    for (const Played& p : all) {
        Take take;
        take.rate_hz = rate;
        take.bits = 32;
        take.floating_point = true;
        take.channels.resize(1);
        for (double n = 0.0; n < p.sound.length_s * rate; ++n)
            take.channels[0].push_back(p.sound.at(n / rate));
        const std::string path = (scratch.path() / (std::to_string(out.events.size()) + ".wav")).string();
        REQUIRE(write_atomic(path, *sound_bytes(take, SoundCoding::wav)).has_value());
        PerSide<bool> on{};
        on[p.side] = true;
        FileEvent event{p.start_s, path, 1.0};
        event.length_s = p.sound.length_s;
        out.events.push_back({event, on});
        out.length_s = p.start_s + p.sound.length_s + 1.0;
    }
    return out;
}

Recording recorded(const std::vector<Played>& all, double seconds,
                   const std::function<double(double)>& wander) {
    std::mt19937 random(3);
    std::normal_distribution<double> noise(0.0, 3e-5);
    Recording out;
    out.rate_hz = rate;
    for (double n = 0.0; n < seconds * rate; ++n) {
        const double u = (n - t0) / rate;
        PerSide<double> sum{{noise(random), noise(random)}};
        for (const Played& p : all) {
            const double x = own_gain * p.sound.at(u + wander(u) - p.start_s);
            sum[p.side] += x, sum[other(p.side)] += leak * x;
        }
        for (const Side side : sides) out.samples[side].push_back(sum[side]);
    }
    return out;
}

/// How far responses are off, in their own u, and in decibels.
struct Off {
    double rms = 0.0, worst = 0.0, worst_db = 0.0;
    std::size_t points = 0;
};

Off off_of(const std::vector<Probe>& probes) {
    Off out;
    for (const Probe& probe : probes) {
        const auto grid = reading_grid(probe, 24);
        const auto h = probe.deconvolution->transfers(grid);
        for (std::size_t y = 0; y < probe.captured.size(); ++y) {
            if (!probe.drives[probe.captured[y]]) continue;
            for (std::size_t i = 0; i < grid.size(); ++i, ++out.points) {
                const double size = std::abs(h[y][i].value), off = size / own_gain - 1.0;
                // Half of a complex error's power is along the amplitude.
                const double u =
                    std::hypot(std::sqrt(0.5) * h[y][i].noise / size, h[y][i].bias,
                               std::hypot(probe.unsettled.at(y, grid[i]), probe.smeared(grid[i])));
                out.rms += off / u * off / u;
                out.worst = std::max(out.worst, std::abs(off / u));
                out.worst_db = std::max(out.worst_db, std::abs(AmplitudeRatio{size / own_gain}.decibels()));
            }
        }
    }
    out.rms = std::sqrt(out.rms / static_cast<double>(out.points));
    return out;
}

Off read(const std::vector<Played>& all, double seconds, const std::function<double(double)>& wander) {
    const Scratch scratch;
    const Programme programme = programme_of(scratch, all);
    const Recording recording = recorded(all, seconds, wander);
    const Clock clock{rate, t0, 0.0};
    auto probes = probe_all(recording, programme, clock, 1);
    REQUIRE(probes.has_value());
    hear_files_apart(recording, programme, clock, false, *probes);
    return off_of(*probes);
}

double steady(double) { return 0.0; }

}  // namespace

TEST_CASE("two files of 0.8 s one behind the other: responses are off by 0.3 to 1.3 u rms, never by 6") {
    const Off off =
        read({{Sound(0.8, 1500, 1), 0.5, Side::left}, {Sound(0.8, 1500, 10), 1.3, Side::right}}, 4.5, steady);
    CAPTURE(off.rms, off.worst, off.worst_db, off.points);
    CHECK(off.points > 150);
    CHECK((off.rms > 0.3 && off.rms < 1.3));
    CHECK(off.worst < 6.0);
}

TEST_CASE("a clock that wanders by 60 us is followed in a file: its response is within 0.1 dB and 5 u") {
    const auto wander = [](double u) { return 6e-5 * std::numbers::sqrt2 * std::sin(2.0 * pi * 2.0 * u); };
    const Off off = read({{Sound(2.0, 1500, 5), 0.5, Side::left}}, 5.0, wander);
    CAPTURE(off.rms, off.worst, off.worst_db, off.points);
    CHECK(off.points > 100);
    CHECK(off.worst_db < 0.1);
    CHECK(off.worst < 5.0);
}

TEST_CASE("10 us of wander that nobody follows is a doubt of 1 - exp(-0.198^2 / 2) = 1.94 % at 3150 Hz") {
    Probe probe;
    probe.swing_s = 1e-5;
    CHECK(probe.smeared(3150.0) == Approx(0.019396).margin(1e-5));
}
