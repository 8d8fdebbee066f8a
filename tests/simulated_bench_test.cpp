// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulated_bench.hpp"

#include "drivers/chance.hpp"
#include "drivers/drivers.hpp"
#include "drivers/replayed_bench.hpp"
#include "drivers/transfer_curve.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/model/model.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>
#include <set>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

Figure about(double value, double tolerance) {
    Figure figure;
    figure.value = value;
    figure.tolerance = tolerance;
    return figure;
}
Figure exactly(double value) { return about(value, 0.0); }

/// A shared-return earphone of 16 and 17 ohm on a 1 ohm player with 220 uF in each output.
Circuit circuit(double common_return_ohm = 0.3) {
    Circuit c;
    c.name = "by hand";
    c.stage.emf_v = 0.8;
    c.stage.output_resistance_ohm = exactly(1.0);
    c.stage.coupling_capacitance_f = exactly(220e-6);
    c.stage.ground_path_ohm = exactly(0.02);
    c.contacts = {exactly(0.03), exactly(0.03), exactly(0.03), exactly(0.03)};
    c.cable.common_return_ohm = exactly(common_return_ohm);
    for (const Side s : sides) {
        c.cable.signal_ohm[s] = exactly(0.25);
        c.cable.return_ohm[s] = exactly(0.05);
        Driver& d = c.drivers[s];
        d.coil_resistance_ohm = exactly(s == Side::left ? 16.0 : 17.0);
        d.coil_inductance_h = exactly(5e-5);
        Resonance& r = d.resonances.emplace_back();
        r.resistance_ohm = exactly(5.0);
        r.resonance_hz = exactly(s == Side::left ? 160.0 : 150.0);
        r.mechanical_q = exactly(2.0);
        r.by_q = true;
    }
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"S"}}};
    return c;
}

constexpr double tone_hz = 997.0, amplitude = 0.5;
constexpr PerSide<double> tone_start_s{{0.2, 1.4}};

/// One second of tone on each side in turn, then a sweep on the left.
Session session() {
    Session s;
    s.programme.id = "test";
    s.programme.sample_rate_hz = 44100.0;
    s.programme.length_s = 4.2;
    for (const Side side : sides) {
        PerSide<bool> on;
        on[side] = true;
        s.programme.events.push_back({Tones{tone_start_s[side], 1.0, 0.02, {{tone_hz, amplitude, 0.4}}}, on});
    }
    s.programme.events.push_back({Sweep{2.6, 20.0, 20000.0, 0.2, amplitude, 0.05, 0.005}, {{true, false}}});
    s.programme_text = "{}";
    for (const char* id : {"A", "B"}) {
        Arm arm;
        arm.id = id;
        arm.circuit = circuit(arm.id == "A" ? 0.3 : 0.01);
        arm.player.id = "player";
        arm.player.clock_offset_ppm = exactly(37.0);
        s.arms.push_back(arm);
    }
    s.interface.id = "interface";
    s.interface.full_scale_v = exactly(1.0);
    s.interface.crosstalk_db = exactly(-200.0);
    s.interface.noise_dbfs = exactly(0.0);  // none
    return s;
}

Take played(const Session& s, const std::string& fault = "", std::uint64_t seed = 5,
            const std::string& arm = "A", SimulatedBench::Truth* truth = nullptr) {
    auto bench = SimulatedBench::open(s, seed, fault);
    REQUIRE(bench.has_value());
    auto take = (*bench)->play_and_record({arm, 0}, {});
    REQUIRE(take.has_value());
    if (truth) *truth = (*bench)->truth(arm);
    return *take;
}

/// The phasor, re amplitude and phase as played, of the tone of `driven` in one channel:
/// least squares of sine and cosine over the middle 0.8 s.
Complex phasor(const Take& take, const Clock& clock, Side driven, std::size_t channel) {
    double ss = 0, sc = 0, cc = 0, sy = 0, cy = 0;
    const double from = clock.sample_at(tone_start_s[driven] + 0.1);
    for (auto n = static_cast<std::size_t>(from); n < static_cast<std::size_t>(from + 0.8 * clock.rate_hz);
         ++n) {
        const double v = clock.u_at(static_cast<double>(n)) - tone_start_s[driven];
        const double sine = std::sin(2.0 * pi * tone_hz * v + 0.4),
                     cosine = std::cos(2.0 * pi * tone_hz * v + 0.4);
        const double y = take.channels[channel][n];
        ss += sine * sine, sc += sine * cosine, cc += cosine * cosine, sy += sine * y, cy += cosine * y;
    }
    const double det = ss * cc - sc * sc;
    return Complex{(sy * cc - cy * sc) / det, (cy * ss - sy * sc) / det} / amplitude;
}

Clock clock_of(const SimulatedBench::Truth& truth) { return {48000.0, truth.start, truth.ppm}; }

Complex expected(const Circuit& c, double ppm, Side driven, Side driver) {
    const std::array frequency{tone_hz * (1.0 + 1e-6 * ppm)};
    return solve(c, frequency)->front().voltage[driven][driver];
}

double decibels(Complex a, Complex b) { return AmplitudeRatio{std::abs(a / b)}.decibels(); }

double rms(const std::vector<double>& x) {
    double sum = 0.0;
    for (const double v : x) sum += v * v;
    return std::sqrt(sum / static_cast<double>(x.size()));
}

}  // namespace

TEST_CASE("a captured tone is the circuit's |H| within 1e-4 dB, and its phase within 1e-3 deg") {
    const Session s = session();
    SimulatedBench::Truth truth;
    const Take take = played(s, "", 5, "A", &truth);
    CHECK(truth.ppm == Approx(37.0).epsilon(1e-9));
    for (const Side driven : sides)
        for (const Side driver : sides) {
            const Complex got = phasor(take, clock_of(truth), driven, static_cast<std::size_t>(driver));
            const Complex wanted = expected(circuit(), 37.0, driven, driver);
            CHECK(std::abs(decibels(got, wanted)) < (driven == driver ? 1e-4 : 1e-3));
            CHECK(std::abs(std::arg(got / wanted)) * degrees_per_radian < (driven == driver ? 1e-3 : 1e-2));
        }
    CHECK(take.rate_hz == 48000.0);
    CHECK(take.bits == 24);
    CHECK(take.facts.simulated);
    CHECK(take.facts.volts_per_full_scale == std::vector<double>{1.0, 1.0});
    CHECK(take.facts.programme_text == "{}");
}

TEST_CASE("between its knots the transfer curve errs by less than 1e-5 dB from 1 Hz to 24 kHz") {
    const auto curve = TransferCurve::of(circuit(), 24000.0);
    REQUIRE(curve.has_value());
    Chance chance(1);
    double worst = 0.0;
    for (int i = 0; i < 2000; ++i) {
        const std::array frequency{std::exp(chance.uniform() * std::log(24000.0))};
        const auto exact = solve(circuit(), frequency)->front().voltage;
        const auto got = curve->at(frequency[0]);
        for (const Side from : sides)
            for (const Side to : sides)
                worst = std::max(worst, std::abs(decibels(got[from][to], exact[from][to])));
    }
    INFO("worst " << worst << " dB");
    CHECK(worst < 1e-5);
    CHECK(curve->at(0.0)[Side::left][Side::left] == Complex{});  // the capacitor blocks DC
}

TEST_CASE("the same seed, arm and repeat give the same samples, whatever was played before") {
    Session s = session();
    s.interface.noise_dbfs = exactly(-100.0);
    s.arms[0].player.noise_dbfs = exactly(-90.0);
    s.fixture.replug_contact_ohm = exactly(0.005);
    auto bench = SimulatedBench::open(s, 9, "");
    REQUIRE(bench.has_value());
    const auto first = (*bench)->play_and_record({"A", 1}, {});
    const double tip = (*bench)->truth("A").plugged.contacts.tip_ohm.value;
    const auto second = (*bench)->play_and_record({"A", 2}, {});
    const double again = (*bench)->truth("A").plugged.contacts.tip_ohm.value;
    const auto repeated = (*bench)->play_and_record({"A", 1}, {});
    CHECK((first->channels == repeated->channels));
    CHECK((first->channels != second->channels));
    CHECK(tip != again);
    CHECK(tip == (*bench)->truth("A").plugged.contacts.tip_ohm.value);
    CHECK((*bench)->truth("A").unit.contacts.tip_ohm.value == 0.03);
    CHECK((played(s, "", 10).channels != first->channels));
    CHECK(first->facts.started.empty());
}

TEST_CASE("noise of -100 dBFS at the interface and -80 dBFS at the player come out as such") {
    Session s = session();
    s.programme.events.clear();
    s.interface.noise_dbfs = exactly(-100.0);
    // White to 23.1 kHz (the middle of the filter's flank) instead of 19.98: +0.63 dB for
    // what passes the filter; what is added behind it reaches 24 kHz: +0.80 dB.
    CHECK(AmplitudeRatio{rms(played(s).channels[0]) * std::sqrt(2.0)}.decibels() ==
          Approx(-99.20).margin(0.05));
    s.interface.noise_dbfs = exactly(0.0);
    s.arms[0].player.noise_dbfs = exactly(-80.0);
    const double through =
        AmplitudeRatio{std::abs(expected(circuit(), 0.0, Side::left, Side::left))}.decibels();
    const double got = AmplitudeRatio{rms(played(s).channels[0]) * std::sqrt(2.0)}.decibels();
    CHECK(got == Approx(-80.0 + 0.63 + through).margin(0.3));  // the coil's inductance tilts it
}

TEST_CASE("a cubic of 0.01 puts the third harmonic of a half-scale tone at -64.10 dB") {
    // x = A sin: A^3 a3 / 4 over A (1 + 3/4 a3 A^2): 0.000625 / 1.001875 = -64.10 dB.
    Session s = session();
    s.arms[0].player.third_order = exactly(0.01);
    SimulatedBench::Truth truth;
    const Take take = played(s, "", 5, "A", &truth);
    const Clock clock = clock_of(truth);
    Complex line{}, fundamental{};
    const auto from = static_cast<std::size_t>(clock.sample_at(0.4));
    for (std::size_t n = 0; n < 24000; ++n) {  // half a second, Hann: neighbours are 500 bins away
        const double window = 1.0 - std::cos(2.0 * pi * static_cast<double>(n) / 24000.0);
        const double turn = 2.0 * pi * tone_hz * (1.0 + 37e-6) * static_cast<double>(n) / 48000.0;
        line += window * take.channels[0][from + n] * std::polar(1.0, -3.0 * turn);
        fundamental += window * take.channels[0][from + n] * std::polar(1.0, -turn);
    }
    const std::array triple{3.0 * tone_hz * (1.0 + 37e-6)};
    const Complex at_triple = solve(circuit(), triple)->front().voltage[Side::left][Side::left];
    const Complex at_tone = expected(circuit(), 37.0, Side::left, Side::left);
    CHECK(decibels(line / at_triple, fundamental / at_tone) == Approx(-64.10).margin(0.01));
}

TEST_CASE("a stage that clips at 0.3 V lets no more than 0.3 V through") {
    Session s = session();
    s.arms[0].player.clip_v = exactly(0.3);
    SimulatedBench::Truth truth;
    const Take take = played(s, "", 5, "A", &truth);
    const double gain = std::abs(expected(circuit(), 37.0, Side::left, Side::left)) / 0.8;
    const Complex got = phasor(take, clock_of(truth), Side::left, 0);
    // 0.4 V clipped at 0.3: r = 3/4, fundamental 2/pi (asin r + r sqrt(1 - r^2)) = 0.855706.
    CHECK(std::abs(got) == Approx(gain * 0.8 * 0.855706).epsilon(1e-4));
}

TEST_CASE("each planted fault shows in its own way") {
    Session s = session();
    s.interface.noise_dbfs = exactly(-110.0);
    SimulatedBench::Truth truth, faulty;
    const Take clean = played(s, "", 5, "A", &truth);
    const Clock clock = clock_of(truth);
    const auto with = [&](const std::string& fault, const std::string& arm = "A") {
        return played(s, fault, 5, arm, &faulty);
    };
    const auto tone = [&](const Take& take, Side driven, std::size_t channel) {
        return phasor(take, clock_of(faulty), driven, channel);
    };
    const Complex own = phasor(clean, clock, Side::left, 0), leak = phasor(clean, clock, Side::left, 1);
    const auto middle = static_cast<std::ptrdiff_t>(clock.sample_at(2.6 + 0.5 * 0.2 * std::log(1000.0)));
    const auto tail = [](const std::vector<double>& x, std::ptrdiff_t from) {
        return std::vector<double>(x.begin() + from, x.end());
    };

    SECTION("open_return: the other driver carries the same current backwards") {
        const Take take = with("open_return");
        const Complex ratio = tone(take, Side::left, 1) / tone(take, Side::left, 0);
        CHECK(std::abs(ratio + 1.0) < 0.1);  // -Z_right / Z_left, 17 against 16 ohm
        CHECK(std::abs(tone(take, Side::left, 0) / own) == Approx(0.5).margin(0.05));
    }
    SECTION("swapped_sides: the left tone comes in at the right input") {
        const Take take = with("swapped_sides");
        CHECK(std::abs(tone(take, Side::left, 1) / own) == Approx(1.0).epsilon(1e-4));
        CHECK(std::abs(tone(take, Side::left, 0) / leak) == Approx(1.0).epsilon(1e-3));
    }
    SECTION("inverted_side: the right side turns by 180 degrees, the left stays") {
        const Take take = with("inverted_side");
        const Complex right = phasor(clean, clock, Side::right, 1);
        CHECK(std::abs(tone(take, Side::right, 1) / right + 1.0) < 1e-4);
        CHECK(std::abs(tone(take, Side::left, 0) / own - 1.0) < 1e-4);
    }
    SECTION("lost_frames: 64 frames are missing from the middle of the sweep on") {
        const Take take = with("lost_frames");
        CHECK(take.frames() == clean.frames() - 64);
        for (std::size_t c = 0; c < 2; ++c) {
            CHECK(take.channels[c][static_cast<std::size_t>(middle) - 1] ==
                  clean.channels[c][static_cast<std::size_t>(middle) - 1]);
            CHECK((tail(take.channels[c], middle) == tail(clean.channels[c], middle + 64)));
        }
    }
    SECTION("inserted_zeros: 37 zeros, then the rest") {
        const Take take = with("inserted_zeros");
        CHECK(take.frames() == clean.frames() + 37);
        const auto begin = take.channels[0].begin() + middle;
        CHECK(std::all_of(begin, begin + 37, [](double x) { return x == 0.0; }));
        CHECK((tail(take.channels[0], middle + 37) == tail(clean.channels[0], middle)));
    }
    SECTION("repeated_block: 256 frames come twice") {
        const Take take = with("repeated_block");
        CHECK(take.frames() == clean.frames() + 256);
        const auto begin = take.channels[0].begin() + middle;
        CHECK(std::equal(begin, begin + 256, begin + 256));
        CHECK((tail(take.channels[0], middle + 256) == tail(clean.channels[0], middle)));
    }
    SECTION("clipped_input: many samples stand at full scale") {
        const Take take = with("clipped_input");
        const double top = 1.0 - std::ldexp(1.0, -23);
        CHECK(std::count(take.channels[0].begin(), take.channels[0].end(), top) > 1000);
        CHECK(std::count(clean.channels[0].begin(), clean.channels[0].end(), top) == 0);
        CHECK(*std::min_element(take.channels[0].begin(), take.channels[0].end()) == -1.0);
        CHECK(take.facts.volts_per_full_scale[0] == 1.0);  // nobody told the bench
    }
    SECTION("dead_input: the right input is digital zero") {
        const Take take = with("dead_input");
        CHECK(rms(take.channels[1]) == 0.0);
        CHECK(take.channels[0] == clean.channels[0]);
    }
    SECTION("relay_stuck: arm B reads as arm A does") {
        const Complex b = expected(circuit(0.01), 37.0, Side::left, Side::right);
        const Complex a = expected(circuit(0.3), 37.0, Side::left, Side::right);
        const Take take = with("relay_stuck", "B");
        CHECK(decibels(tone(take, Side::left, 1), a) == Approx(0.0).margin(0.1));
        CHECK(decibels(tone(take, Side::left, 1), b) > 10.0);
        const Take right = with("", "B");
        CHECK(decibels(tone(right, Side::left, 1), b) == Approx(0.0).margin(0.1));
    }
    SECTION("hum: 0.0316 of full scale at 50 Hz") {
        const Take take = with("hum");
        Complex line{};
        for (std::size_t n = 0; n < 4800; ++n)  // five periods before the player starts
            line +=
                take.channels[0][n] * std::polar(1.0, -2.0 * pi * 50.0 * static_cast<double>(n) / 48000.0);
        CHECK(std::abs(line) / 2400.0 == Approx(0.0316228).epsilon(1e-3));
    }
    SECTION("dc: 0.1 of full scale") {
        const Take take = with("dc");
        double sum = 0.0;
        for (const double x : take.channels[1]) sum += x;
        CHECK(sum / static_cast<double>(take.frames()) == Approx(0.1).margin(1e-3));
    }
    SECTION("wrong_rate: the tone comes out 3000 ppm high") {
        const Take take = with("wrong_rate");
        CHECK(faulty.ppm == Approx(truth.ppm + 3000.0));
        CHECK(std::abs(tone(take, Side::left, 0) / own) == Approx(1.0).epsilon(1e-3));
        CHECK(std::abs(phasor(take, clock, Side::left, 0) / own) < 0.3);
    }
    SECTION("mono_bridge: both drivers play the same") {
        const Take take = with("mono_bridge");
        const Complex ratio = tone(take, Side::left, 1) / tone(take, Side::left, 0);
        CHECK(std::abs(ratio - 1.0) < 0.1);
    }
    SECTION("quiet_player: nothing but noise") {
        const Take take = with("quiet_player");
        CHECK(AmplitudeRatio{rms(take.channels[0])}.decibels() < -100.0);
    }
}

TEST_CASE("each of the 14 faults has a name and a sentence, and changes the take") {
    const Session s = session();
    const Take clean = played(s, "", 5, "B");
    std::set<std::string_view> names;
    for (const SimulatedFault& fault : SimulatedBench::faults()) {
        INFO(fault.name);
        CHECK(names.insert(fault.name).second);
        CHECK_FALSE(fault.does.empty());
        CHECK((played(s, std::string(fault.name), 5, "B").channels != clean.channels));
    }
    CHECK(names.size() == 14);
}

TEST_CASE("an unknown fault, arm or bench is answered with what is allowed") {
    const Session s = session();
    const auto bench = SimulatedBench::open(s, 1, "swaped");
    REQUIRE_FALSE(bench.has_value());
    CHECK(bench.error().kind == Fault::Kind::bad_input);
    CHECK(bench.error().what.find("nearest: swapped_sides") != std::string::npos);
    CHECK(bench.error().what.find("quiet_player") != std::string::npos);
    const auto arm = (*SimulatedBench::open(s, 1, ""))->play_and_record({"C", 0}, {});
    REQUIRE_FALSE(arm.has_value());
    CHECK(exit_code(arm.error().kind) == 2);
    for (const char* name : {"rtaudio", "", "/absent"}) {
        const auto other = open_bench(name, s, 1, "");
        REQUIRE_FALSE(other.has_value());
        CHECK(exit_code(other.error().kind) == 2);
        CHECK(other.error().what.find("\"simulated\"") != std::string::npos);
    }
    CHECK(open_bench("simulated", s, 1, "hum").has_value());
}

TEST_CASE("whoever says stop during a take gets exit 4 and no take") {
    const Session s = session();
    const auto bench = SimulatedBench::open(s, 1, "");
    const auto take = (*bench)->play_and_record({"A", 0}, [](double) { return false; });
    REQUIRE_FALSE(take.has_value());
    CHECK(exit_code(take.error().kind) == 4);
}

TEST_CASE("a stored take is replayed bit for bit, under the name of the bench that made it") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("fourpole Lauf " + std::to_string(getpid()));
    std::filesystem::create_directories(folder / "takes");
    const Session s = session();
    CHECK_FALSE(open_bench(folder.string(), s, 0, "").has_value());
    Take take = played(s);
    REQUIRE(write_take(take, take_path(folder, "A", 0)).has_value());
    REQUIRE(write_take(take, take_path(folder, "A", 1)).has_value());  // says repeat 0, lies at 1
    const auto bench = open_bench(folder.string(), s, 0, "");
    REQUIRE(bench.has_value());
    CHECK((*bench)->identity() == "simulated");
    CHECK((*bench)->simulated());
    const auto again = (*bench)->play_and_record({"A", 0}, {});
    REQUIRE(again.has_value());
    CHECK((again->channels == take.channels));
    CHECK(again->sha256 == take.sha256);
    CHECK(exit_code((*bench)->play_and_record({"A", 1}, {}).error().kind) == 3);
    CHECK(exit_code((*bench)->play_and_record({"B", 0}, {}).error().kind) == 2);
    CHECK_FALSE(open_bench(folder.string(), s, 0, "hum").has_value());
    std::filesystem::remove_all(folder);
}

TEST_CASE(
    "a 5 kHz tone played from a 44.1 kHz file arrives as the same tone in closed form, within -100 dB") {
    const auto file =
        std::filesystem::temp_directory_path() / ("fourpole Ton " + std::to_string(getpid()) + ".wav");
    Take source;
    source.rate_hz = 44100.0;
    source.bits = 64;
    source.floating_point = true;
    source.channels.resize(2);
    for (int n = 0; n < 44100; ++n) {
        const double x = amplitude * std::sin(2.0 * pi * 5000.0 * n / 44100.0);
        source.channels[0].push_back(x);
        source.channels[1].push_back(-x);
    }
    REQUIRE(write_take(source, file).has_value());
    Session s = session();
    s.programme.events = {{FileEvent{0.2, file.string(), 1.0}, {{true, true}}}};
    SimulatedBench::Truth truth;
    const Take played_file = played(s, "", 5, "A", &truth);
    s.programme.events = {{Tones{0.2, 1.0, 0.0, {{5000.0, amplitude, 0.0}}}, {{true, false}}},
                          {Tones{0.2, 1.0, 0.0, {{5000.0, amplitude, pi}}}, {{false, true}}}};
    const Take formula = played(s);
    double worst = 0.0;
    for (const std::size_t c : {0u, 1u})
        for (auto n = static_cast<std::size_t>(clock_of(truth).sample_at(0.3));
             n < static_cast<std::size_t>(clock_of(truth).sample_at(1.1)); ++n)
            worst = std::max(worst, std::abs(played_file.channels[c][n] - formula.channels[c][n]));
    CHECK(worst < 1e-5 * amplitude);
    std::filesystem::remove(file);
    std::filesystem::remove(std::filesystem::path(file).replace_extension(".json"));
    s.programme.events = {{FileEvent{0.2, "/absent/x.wav", 1.0}, {{true, true}}}};
    const auto missing = (*SimulatedBench::open(s, 1, ""))->play_and_record({"A", 0}, {});
    REQUIRE_FALSE(missing.has_value());
    CHECK(exit_code(missing.error().kind) == 2);
}

TEST_CASE("noise events play at their rms, and a spectrum that is not made yet is refused by name") {
    Session s = session();
    s.programme.events = {{Noise{0.2, 3.0, 0.1, Noise::Spectrum::pink}, {{true, true}}}};
    SimulatedBench::Truth truth;
    const Take take = played(s, "", 5, "A", &truth);
    const Clock clock = clock_of(truth);
    const auto at = [&](double u_s) {
        return take.channels[0].begin() + static_cast<long>(clock.sample_at(u_s));
    };
    // 0.8 V x 0.1 through about 16.3 of 17.6 ohm. Of ln(22050 / 10), 7.70, the player's filter takes what is
    // beyond 0.45 of its rate, 0.105, and the capacitor ln(1 + (41.1 / 10)^2) / 2, 1.44: 0.894 of the rms are
    // left.
    CHECK(rms({at(0.3), at(3.1)}) == Approx(0.08 * 0.926 * 0.894).epsilon(0.05));
    CHECK(rms({at(3.6), at(4.0)}) < 1e-4);
    s.programme.events = {{Noise{0.2, 1.0, 0.1, Noise::Spectrum::iec_programme}, {{true, true}}}};
    const auto refused = (*SimulatedBench::open(s, 1, ""))->play_and_record({"A", 0}, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().what.find("allowed: \"white\", \"pink\"") != std::string::npos);
}

TEST_CASE("200 units of one model spread over the whole tolerance, unit 0 in its middle") {
    Session s = session();
    s.interface.full_scale_v = about(1.0, 0.05);
    s.arms[0].player.clock_offset_ppm = about(0.0, 100.0);
    s.programme.events.clear();
    s.programme.length_s = 0.1;
    double lowest = 1e9, highest = -1e9, sum = 0.0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SimulatedBench::Truth truth;
        const Take take = played(s, "", seed, "A", &truth);
        CHECK(take.facts.volts_per_full_scale[0] == 1.0);  // the bench knows only the nominal one
        lowest = std::min(lowest, truth.full_scale_v);
        highest = std::max(highest, truth.full_scale_v);
        sum += truth.ppm;
    }
    CHECK(lowest < 0.955);
    CHECK(highest > 1.045);
    CHECK(lowest >= 0.95);
    CHECK(highest <= 1.05);
    CHECK(std::abs(sum / 200.0) < 5.0);
    SimulatedBench::Truth nominal;
    const Take take = played(s, "", 0, "A", &nominal);
    CHECK(nominal.full_scale_v == Approx(1.0).epsilon(1e-12));
    CHECK(nominal.ppm == Approx(0.0).margin(1e-9));
    CHECK(take.facts.volts_relative_u[0] == Approx(0.05 / std::sqrt(3.0)));  // uniform
}
