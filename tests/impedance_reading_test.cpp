// SPDX-License-Identifier: GPL-3.0-or-later
// Impedances from captures of a sense-resistor circuit: made by closed form, and the truth kit's.
#include "rig/json/json.hpp"
#include "rig/measure/impedance_readings.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "tests/sense_take.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <fstream>

using namespace fourpole;

namespace {

using Complex = std::complex<double>;

Complex z_of(const Point& p) { return std::polar(*p.value, *p.phase_deg / 57.29577951308232); }

/// Rms of the errors of size and phase, in u.
struct Misfit {
    double size = 0.0, phase = 0.0, worst_size = 0.0, worst_deg = 0.0, worst_u = 0.0;
};
template <class Load>
Misfit misfit(const Reading& r, Load truth) {
    Misfit out;
    for (const Point& p : r.points) {
        REQUIRE(p.state == State::exact);
        const Complex error = z_of(p) / truth(*p.at) - 1.0;
        out.size += std::pow(error.real() * *p.value / *p.u, 2);
        out.phase += std::pow(error.imag() * *p.value / *p.u, 2);
        out.worst_u = std::max(out.worst_u, std::abs(error) * *p.value / *p.u);
        out.worst_size = std::max(out.worst_size, std::abs(error.real()));
        out.worst_deg = std::max(out.worst_deg, std::abs(error.imag()) * 57.29577951308232);
    }
    out.size = std::sqrt(out.size / static_cast<double>(r.points.size()));
    out.phase = std::sqrt(out.phase / static_cast<double>(r.points.size()));
    return out;
}

Programme sweep_for_impedance() {
    Programme out;
    out.id = "sweep";
    out.sample_rate_hz = 48000.0;
    out.length_s = 4.0;
    out.analyses = {"impedance"};
    out.events.push_back({Sweep{0.2, 20.0, 20000.0, 0.45, 0.5, 0.1, 0.005}, {{false, true}}});
    return out;
}
/// The sweep before, and what `behind` makes of it, later by `delay` samples.
template <class Behind>
Take swept(double rms, unsigned seed, Behind behind, double delay = 0.42) {
    Take out;
    out.rate_hz = 48000.0;
    out.bits = 32;
    out.floating_point = true;
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0.0, rms);
    for (const double later : {0.0, delay}) {
        auto x = render(sweep_for_impedance(), Side::right, {48000.0, 90.0 + later, 0.0}, 200000);
        for (double& v : x) v = (out.channels.empty() ? v : behind(v)) + noise(random);
        out.channels.push_back(std::move(x));
    }
    return out;
}

}  // namespace

TEST_CASE("48 tones through 10.02 ohm give an earphone's 30 to 43 ohm to 0.01 % and 0.005 degrees",
          "[repeated]") {
    const auto load = shared("truth/captures/impedance_load.wav");
    if (absent(load)) return;
    std::ifstream file(shared("truth/manifest.json"));
    const auto manifest = parse_json({std::istreambuf_iterator<char>(file), {}}, "manifest.json");
    REQUIRE(manifest.has_value());
    std::vector<std::pair<double, Complex>> truth;
    for (const Json& entry : {manifest->at("files").at("impedance_load.wav")})
        for (std::size_t i = 0; i < entry.at("tones_hz").size(); ++i) {
            const Json& z = entry.at("true_impedance_ohm_[re,im]").at(i);
            truth.emplace_back(entry.at("tones_hz").at(i).get<double>(),
                               Complex(z.at(0).get<double>(), z.at(1).get<double>()));
        }
    const auto take = read_take(load), known = read_take(shared("truth/captures/impedance_cal_33ohm.wav"));
    const auto programme = load_programme(shared("truth/programmes/impedance_load.json"));
    REQUIRE((take && known && programme));
    SenseCircuit circuit;
    circuit.sense = {10.02, 0.0};
    circuit.input = {1e4, 0.0};
    circuit.reference = standard(*known, 33.0);
    const Measurement m = read(*take, *programme, circuit);
    REQUIRE(m.valid);
    const Reading& r = reading(m.readings, "impedance");
    REQUIRE(r.points.size() == 48);
    CHECK(r.side == Side::left);
    const auto at = [&](double hz) {
        return std::min_element(truth.begin(), truth.end(),
                                [&](const auto& a, const auto& b) {
                                    return std::abs(a.first - hz) < std::abs(b.first - hz);
                                })
            ->second;
    };
    const Misfit off = misfit(r, at);
    INFO("worst " << 100 * off.worst_size << " %, " << off.worst_deg << " deg; rms z " << off.size << ", "
                  << off.phase);
    CHECK(off.worst_size < 1e-4);
    CHECK(off.worst_deg < 0.005);
    // The rms of 48 scatters by 10 %.
    CHECK(off.size == Approx(1.0).margin(0.3));
    CHECK(off.phase == Approx(1.0).margin(0.3));
}

TEST_CASE(
    "a reactive load through 47 ohm, 1 Mohm beside it: 24 tones err by 1.0 u, whatever the start and clock") {
    const Programme programme = tones_for_impedance({{true, false}}, 3.0);
    SenseBench bench{.noise = 3e-6, .ppm = 37.0, .start = 0.3, .seed = 5};
    SenseBench other = bench;
    other.ppm = -12.0, other.start = 7.9, other.seed = 6;
    SenseCircuit circuit = circuit_of(bench);
    circuit.reference = standard(sensed(other, programme, 68.0), 68.0);
    const Measurement m = read(sensed(bench, programme, reactive_load), programme, circuit);
    REQUIRE(m.valid);
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(37.0).margin(0.01));
    const Reading& r = reading(m.readings, "impedance");
    CHECK(r.definition == "impedance.sense_resistor@1");
    CHECK(r.unit == "ohm");
    CHECK(r.calibration == "calibrated");
    CHECK(detail<std::string>(r, "at") == "plug");
    REQUIRE(r.points.size() == 24);
    const Misfit off = misfit(r, reactive_load);
    INFO("rms z " << off.size << ", " << off.phase);
    // The rms of 24 scatters by 14 %.
    CHECK(off.size == Approx(1.0).margin(0.42));
    CHECK(off.phase == Approx(1.0).margin(0.42));
    for (const char* nonsense : {"response", "transfer", "crosstalk", "wiring", "harmonic"})
        CHECK(find(m.readings, nonsense) == nullptr);
}

TEST_CASE("open, short and 33 ohm take a contact of 0.25 ohm and an unknown input of 3 kohm out to 1e-8") {
    const Programme programme = tones_for_impedance();
    const SenseBench bench{.sense = 47.0, .input = 3000.0, .contact = 0.25};
    SenseCircuit circuit;
    circuit.sense = {50.0, 0.0};  // told wrong: nothing rests on it
    circuit.reference = standard(sensed(bench, programme, 33.0), 33.0, 0.033);
    circuit.open = standard(sensed(bench, programme, open_plug));
    circuit.shorted = standard(sensed(bench, programme, 0.0));
    const Measurement m = read(sensed(bench, programme, reactive_load), programme, circuit);
    const Reading& r = reading(m.readings, "impedance");
    REQUIRE(r.points.size() == 24);
    for (const Point& p : r.points) {
        CHECK(std::abs(z_of(p) / reactive_load(*p.at) - 1.0) < 1e-8);
        // Z goes with R: 0.1 % of it, and no noise to speak of.
        CHECK(*p.u / *p.value == Approx(1e-3).epsilon(1e-3));
    }
    CHECK(detail<double>(r, "u_common_relative") == Approx(1e-3).epsilon(1e-3));
    CHECK(detail<std::string>(r, "input_removed_by") == "an open plug's capture");
    CHECK(detail<std::string>(r, "contact_removed_by") == "a shorted plug's capture");
}

TEST_CASE("noise of 1e-5 in both channels, tones of 0.02 over 2 s: u of the ratio 0.96 is 4.5e-6") {
    const Programme programme = tones_for_impedance();
    const SenseBench bench{.sense = 1.0, .input = 1e9, .noise = 1e-5, .seed = 8};
    const auto heard = hear_pair(sensed(bench, programme, 100.0), programme, {}, false);
    REQUIRE(heard.has_value());
    REQUIRE(heard->ratios.size() == 24);
    double sum = 0.0;
    for (const ChannelRatio& r : heard->ratios) {
        CHECK(std::abs(r.ratio.value - bench.ratio(r.hz, 100.0)) < 4.0 * r.ratio.noise);
        sum += r.ratio.noise / 24.0;
    }
    // 2 s / sqrt(N) of each, over 0.02, and 0.9604 of the one before.
    const double each = 2.0 * 1e-5 / std::sqrt(96000.0) / 0.02;
    CHECK(sum == Approx(each * std::hypot(1.0, 0.97 / 1.01)).epsilon(0.08));
}

TEST_CASE(
    "without a reference 47 ohm are not measured, with a gain of 0.97 known to 0.1 % they have u of 0.2 %") {
    const Programme programme = tones_for_impedance();
    const SenseBench bench;
    SenseCircuit circuit = circuit_of(bench);
    const Take take = sensed(bench, programme, 47.0);
    const Measurement none = read(take, programme, circuit);
    const Reading& unknown = reading(none.readings, "impedance");
    CHECK(unknown.calibration == "raw");
    REQUIRE(unknown.points.size() == 24);
    for (const Point& p : unknown.points) {
        CHECK(p.state == State::not_measured);
        CHECK_FALSE(p.value.has_value());
    }
    CHECK(says(none, "impedance: not measured; nothing says what the channel after"));
    CHECK(detail<std::string>(unknown, "why").find("channel_ratio") != std::string::npos);
    CHECK(detail<std::string>(unknown, "channels_from") == "nothing");

    circuit.channels = {.ratio = 0.97, .u = 0.00097};
    const Measurement m = read(take, programme, circuit);
    const Reading& r = reading(m.readings, "impedance");
    CHECK(r.calibration == "calibrated");
    CHECK(detail<std::string>(r, "channels_from") == "their stated ratio");
    // dZ/Z = (1 + 47/47) 0.1 %; 0.42 samples later stay in the phase, which is not given.
    CHECK(*r.points.front().u == Approx(47.0 * 0.002).epsilon(0.01));
    // Half a sample either way is 0.13 rad at 3.4 kHz, a third of the way to an open plug a little above.
    for (const Point& p : r.points) {
        CHECK_FALSE(p.phase_deg.has_value());
        if (*p.at < 3500.0) REQUIRE(p.state == State::exact);
        if (p.state == State::exact)
            CHECK(std::abs(*p.value - 47.0) < 3.0 * *p.u);
        else
            CHECK((p.state == State::at_least && *p.value < 47.0));
    }
    circuit.channels->delay_s = 0.42 / 48000.0;
    const Measurement known = read(take, programme, circuit);
    for (const Point& p : reading(known.readings, "impedance").points) CHECK(std::abs(z_of(p) - 47.0) < 1e-3);
}

TEST_CASE("five sines in turn on left, then on right, give a curve of 30 ohm for each side") {
    Programme programme = tones_for_impedance({{true, false}}, 5.0);
    programme.events.clear();
    for (const Side side : sides)
        for (const double hz : {40.0, 201.0, 1003.0, 4001.0, 15013.0}) {
            Tones one;
            one.start_s = 0.5 * static_cast<double>(programme.events.size());
            one.duration_s = 0.5;
            one.tones.push_back({hz, 0.1, 0.0});
            programme.events.push_back({one, {{side == Side::left, side == Side::right}}});
        }
    SenseBench bench{.noise = 1e-6};
    SenseCircuit circuit = circuit_of(bench);
    circuit.reference = standard(sensed(bench, programme, 68.0), 68.0);
    bench.seed = 2;
    const Measurement m = read(sensed(bench, programme, 30.0), programme, circuit);
    REQUIRE(m.valid);
    for (const Side side : sides) {
        const auto r = std::find_if(m.readings.begin(), m.readings.end(), [&](const Reading& x) {
            return x.name == "impedance" && x.side == side;
        });
        REQUIRE(r != m.readings.end());
        REQUIRE(r->points.size() == 5);
        for (const Point& p : r->points) CHECK(std::abs(*p.value - 30.0) < 4.0 * *p.u);
        CHECK(*r->points.front().u < 0.01);
    }
}

TEST_CASE("a sweep through 47 ohm gives 100 ohm to 0.01 % from 50 Hz to 15 kHz, side right") {
    SenseCircuit circuit;
    circuit.sense = {47.0, 0.0};
    circuit.input = {1e9, 0.0};
    const auto curve = [&](double noise) {
        const auto behind = [](double ohm) {
            return [ohm](double x) { return 0.97 * ohm / (47.0 + ohm) * x; };
        };
        circuit.reference = standard(swept(noise, 2, behind(33.0)), 33.0);
        const Measurement m = read(swept(noise, 1, behind(100.0)), sweep_for_impedance(), circuit);
        REQUIRE(m.valid);
        return reading(m.readings, "impedance");
    };
    const Reading r = curve(1e-5);
    CHECK(r.side == Side::right);
    CHECK(r.points.size() > 200);
    for (const Point& p : r.points) {
        if (*p.at < 50.0 || *p.at > 15000.0) continue;
        CHECK(*p.value == Approx(100.0).epsilon(1e-4));
        CHECK(std::abs(*p.phase_deg) < 0.006);
    }
    // Where noise is most of u, the errors are as large as it says.
    const Misfit off = misfit(curve(3e-3), [](double) { return 100.0; });
    INFO("rms z " << off.size << ", " << off.phase);
    CHECK(off.size == Approx(0.95).margin(0.3));
    CHECK(off.phase == Approx(0.95).margin(0.3));
}

TEST_CASE(
    "a sweep into a capacitor, 0.9 and a pole at 500 Hz: no point errs by 4 u, their rms is 1 u or less") {
    // y += a (x - y): H = a / (1 - (1 - a) e^(-j w)), exactly.
    const double a = 1.0 - std::exp(-2.0 * std::numbers::pi * 500.0 / 48000.0);
    double y = 0.0;
    SenseCircuit circuit;
    circuit.sense = {47.0, 0.0};
    circuit.channels = {.ratio = 1.0, .u = 0.0, .delay_s = 0.0};
    const Take take = swept(
        1e-6, 3, [&](double x) { return 0.9 * (y += a * (x - y)); }, 0.0);
    const Measurement m = read(take, sweep_for_impedance(), circuit);
    const Misfit off = misfit(reading(m.readings, "impedance"), [&](double hz) {
        const Complex q =
            0.9 * a / (1.0 - (1.0 - a) * std::polar(1.0, -2.0 * std::numbers::pi * hz / 48000.0));
        return 47.0 * q / (1.0 - q);
    });
    INFO("rms z " << off.size << ", " << off.phase);
    CHECK(off.size < 1.0);
    CHECK(off.phase < 1.0);
    CHECK(off.worst_u < 4.0);
}

TEST_CASE("an open plug reads at least 1 Mohm and a short at most 1 mohm, never infinity or 0") {
    const Programme programme = tones_for_impedance();
    SenseBench bench{.sense = 47.0, .input = 1e6, .noise = 1e-6, .seed = 3};
    SenseCircuit circuit = circuit_of(bench);
    circuit.reference = standard(sensed(bench, programme, 68.0), 68.0);
    bench.seed = 4;
    const auto open = read(sensed(bench, programme, open_plug), programme, circuit);
    const Reading& infinite = reading(open.readings, "impedance");
    std::size_t bounds = 0;
    for (const Point& p : infinite.points)
        if (p.state == State::at_least) {
            ++bounds;
            CHECK(*p.value > 1e4);
            CHECK_FALSE(p.phase_deg.has_value());
        }
    CHECK(bounds > 18);
    const auto shorted = read(sensed(bench, programme, 0.0), programme, circuit);
    bounds = 0;
    for (const Point& p : reading(shorted.readings, "impedance").points)
        if (p.state == State::at_most) {
            ++bounds;
            CHECK(*p.value < 0.05);
        }
    CHECK(bounds > 18);
}

TEST_CASE("a programme that asks for impedance alone says nothing of sides where no circuit is known") {
    const Programme programme = tones_for_impedance();
    const auto m = measure(sensed(SenseBench{.noise = 1e-6}, programme, 68.0), programme, false);
    REQUIRE(m.has_value());
    for (const char* nonsense : {"response", "transfer", "crosstalk", "level", "wiring"})
        CHECK(find(m->readings, nonsense) == nullptr);
    const Reading& none = reading(m->readings, "impedance");
    CHECK(none.scalar().state == State::not_measured);
    CHECK(detail<std::string>(none, "why").find("\"impedance\" block") != std::string::npos);
    CHECK(says(*m, "impedance: not measured; an impedance is read before and after"));
}
