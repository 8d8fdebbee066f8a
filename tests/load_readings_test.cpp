// SPDX-License-Identifier: GPL-3.0-or-later
// Two outputs behind a shared return, into known loads: what lies before the loads, and what goes into them.
#include "rig/measure/load_readings.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/json/json.hpp"
#include "rig/units.hpp"
#include "tests/called_program.hpp"
#include "tests/catch.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <limits>
#include <numbers>

using namespace fourpole;

namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;
constexpr double open = std::numeric_limits<double>::infinity();
constexpr Side L = Side::left, R = Side::right;
constexpr PerSide<bool> on_left{{true, false}}, on_right{{false, true}};

/// E ──Zout──[own]──┬──[silent]──Zout── 0 V, and Zc from the middle to 0 V.
struct Outputs {
    PerSide<double> output{{2.0, 2.5}};
    double shared = 0.15, capacitor = 0.0;

    Complex signal(Side side, double hz) const {
        return output[side] + (capacitor > 0.0 ? 1.0 / Complex(0.0, 2.0 * pi * hz * capacitor) : 0.0);
    }
    /// Volts across the loads of [own side, silent side] per volt of EMF on `driven`, by the node's equation.
    PerSide<Complex> volts(Side driven, const PerSide<double>& load, double hz) const {
        const Complex own = load[driven] + signal(driven, hz),
                      silent = load[other(driven)] + signal(other(driven), hz);
        const bool none = std::isinf(load[driven]), nothing = std::isinf(load[other(driven)]);
        const Complex node =
            none ? 0.0 : 1.0 / own / (1.0 / own + (nothing ? 0.0 : 1.0 / silent) + 1.0 / shared);
        PerSide<Complex> out;
        out[driven] = none ? 1.0 : (1.0 - node) * load[driven] / own;
        out[other(driven)] = nothing ? -node : -node * load[other(driven)] / silent;
        return out;
    }
};

/// Chirps that say the time, and 12 lines a side beside each other.
Programme lines() {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    p.analyses = {"output_impedance", "power"};
    for (const double at : {0.1, 1.7}) {
        p.events.push_back({Chirp{at, 0.12, 500.0, 12000.0, 0.25, 0.02}, on_left});
        p.events.push_back({Chirp{at + 0.13, 0.12, 12000.0, 500.0, 0.25, 0.02}, on_right});
    }
    for (const Side s : sides) {
        Tones tones{0.5, 1.0, 0.0, {}};
        for (int k = 0; k < 12; ++k)
            tones.tones.push_back({(s == L ? 40.3 : 47.9) * std::pow(1.7, k), 0.03, 0.7 * k * k});
        p.events.push_back({tones, s == L ? on_left : on_right});
    }
    return p;
}

/// Every tone by its own phasor; the chirps as a resistor of their size.
Take into(const Outputs& player, const PerSide<double>& load, const Programme& programme, double noise,
          unsigned seed) {
    Take take;
    take.rate_hz = 48000.0;
    take.bits = 24;
    take.floating_point = true;
    const Clock clock{take.rate_hz, 3000.25 + 17.3 * seed, 4.0 + 0.13 * seed};
    const auto frames = static_cast<std::size_t>((programme.length_s + 0.2) * take.rate_hz);
    PerSide<std::vector<double>> out;
    for (const Side s : sides) out[s].assign(frames, 0.0);
    for (const Event& event : programme.events) {
        const Side driven = event.on[L] ? L : R;
        const auto* tones = std::get_if<Tones>(&event.what);
        Programme one = programme;
        one.events = {event};
        const auto whole = tones ? std::vector<double>() : render(one, driven, clock, frames);
        for (const Side s : sides) {
            for (std::size_t n = 0; n < whole.size(); ++n)
                out[s][n] += player.volts(driven, load, 3000.0)[s].real() * whole[n];
            for (const Tone& t : tones ? tones->tones : std::vector<Tone>()) {
                const Complex v = t.amplitude * player.volts(driven, load, t.frequency_hz)[s];
                const double u0 = clock.u_at(0.0) - tones->start_s, step = clock.u_at(1.0) - clock.u_at(0.0);
                Complex turned = v * std::polar(1.0, 2.0 * pi * t.frequency_hz * u0 + t.phase_rad);
                const Complex turn = std::polar(1.0, 2.0 * pi * t.frequency_hz * step);
                for (std::size_t n = 0; n < frames; ++n, turned *= turn) {
                    const double u = u0 + step * static_cast<double>(n);
                    if (u >= 0.0 && u < tones->duration_s) out[s][n] += turned.imag();
                }
            }
        }
    }
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0.0, noise);
    for (const Side s : sides) {
        for (double& x : out[s]) x += normal(random);
        take.channels.push_back(std::move(out[s]));
    }
    return take;
}

PerSide<KnownOhms> known(const PerSide<double>& load, double u = 0.0) {
    return {{KnownOhms{load[L], u}, KnownOhms{load[R], u}}};
}

LoadedTake loaded(const Outputs& player, const PerSide<double>& load, const Programme& p, double noise,
                  unsigned seed) {
    return {{"cal.json: /loads/1", {}, into(player, load, p, noise, seed), {}, {}}, known(load)};
}

Measurement read(const Outputs& player, const std::vector<PerSide<double>>& loads, double noise,
                 unsigned seed, const Programme& p = lines()) {
    KnownLoads all;
    all.own = known(loads[0]);
    for (std::size_t i = 1; i < loads.size(); ++i)
        all.others.push_back(loaded(player, loads[i], p, noise, seed + 100 * static_cast<unsigned>(i)));
    const Take take = into(player, loads[0], p, noise, seed);
    auto out = measure(take, p, false);
    REQUIRE(out.has_value());
    REQUIRE(out->valid);
    if (const auto done = add_load_readings(all, take, p, false, *out); !done) FAIL(done.error().what);
    return std::move(*out);
}

const Reading& path(const Measurement& m, Side side, const std::string& name) {
    for (const Reading& r : m.readings)
        if (r.name == "output_impedance" && r.side == side && detail<std::string>(r, "path") == name)
            return r;
    FAIL("no path " << name);
    return m.readings.front();
}

Complex ohm(const Point& p) { return std::polar(*p.value, *p.phase_deg / degrees_per_radian); }

constexpr PerSide<double> of_33{{33.0, 33.2}}, of_16{{16.0, 15.9}}, of_nothing{{open, open}};

}  // namespace

TEST_CASE("2 and 2.5 ohm behind 0.15 ohm of return are told from 33 and 16 ohm, behind 100 uF too") {
    for (const double capacitor : {0.0, 1e-4}) {
        const Outputs player{.capacitor = capacitor};
        const Measurement m = read(player, {of_33, of_16}, 1e-8, 1);
        // A capacitor's phase is not just p / f, and takes some of the delay with it.
        const double within = capacitor > 0.0 ? 6e-3 : 3e-4;
        for (const Side side : sides) {
            REQUIRE(path(m, side, "signal").points.size() == 12);
            for (const Point& p : path(m, side, "signal").points)
                CHECK(std::abs(ohm(p) - player.signal(side, *p.at)) < within);
            for (const Point& p : path(m, side, "return").points) CHECK(std::abs(ohm(p) - 0.15) < 2e-4);
            for (const Point& p : path(m, side, "loop").points)
                CHECK(std::abs(ohm(p) - player.signal(side, *p.at) - 0.15) < within);
        }
    }
}

TEST_CASE("with three loads, one of them nothing, over 4 takes the loop errs by 1.0 u") {
    double z2 = 0.0;
    int n = 0;
    for (unsigned seed = 1; seed <= 4; ++seed) {
        const Measurement m = read({}, {of_33, of_16, of_nothing}, 3e-5, seed);
        for (const Side side : sides)
            for (const Point& p : path(m, side, "loop").points) {
                REQUIRE(p.u.has_value());
                z2 += std::pow((*p.value - std::abs(Outputs{}.signal(side, *p.at) + 0.15)) / *p.u, 2);
                ++n;
            }
    }
    CHECK(n == 96);
    CHECK(std::sqrt(z2 / n) == Approx(1.0).margin(0.25));
}

TEST_CASE("two loads of a side that plays alone tell its loop, and words what would tell the return") {
    Programme one_alone = lines();
    one_alone.events.pop_back();
    const Measurement m = read({}, {of_33, of_16}, 1e-8, 1, one_alone);
    CHECK(path(m, L, "loop").points.size() == 12);
    for (const char* name : {"return", "signal"}) {
        REQUIRE(path(m, L, name).points.size() == 1);
        CHECK(path(m, L, name).scalar().state == State::not_measured);
        CHECK(detail<std::string>(path(m, L, name), "why").find("both sides loaded") != std::string::npos);
    }
}

TEST_CASE(
    "tones in turn without a marker: 2.15 and 2.65 ohm of loop and 0.15 of return, over 4 takes 1.0 u") {
    Programme p = lines();
    p.events.clear();
    p.length_s = 2.3;
    for (const Side s : sides) {
        Tones tones{s == L ? 0.1 : 1.2, 1.0, 0.0, {}};
        for (const double hz : {40.0, 1003.0, 5003.0, 15013.0}) tones.tones.push_back({hz, 0.1, hz / 1e3});
        p.events.push_back({tones, s == L ? on_left : on_right});
    }
    for (const auto& loads : {std::vector{of_33, of_16, of_nothing}, std::vector{of_33, of_16}}) {
        double z2 = 0.0, back2 = 0.0;
        for (unsigned seed = 1; seed <= 4; ++seed) {
            const Measurement m = read({}, loads, 1e-6, seed, p);
            for (const Side side : sides) {
                CHECK(path(m, side, "loop").definition == "output_impedance.loop.sizes@1");
                REQUIRE(path(m, side, "loop").points.size() == 4);
                REQUIRE(path(m, side, "return").points.size() == 4);
                for (const Point& one : path(m, side, "loop").points) {
                    const double off = *one.value - (side == L ? 2.15 : 2.65);
                    CHECK(std::abs(off) < 5e-5);
                    CHECK_FALSE(one.phase_deg.has_value());
                    z2 += std::pow(off / *one.u, 2);
                }
                for (const Point& one : path(m, side, "return").points)
                    back2 += std::pow((*one.value - 0.15) / *one.u, 2);
            }
        }
        CHECK(std::sqrt(z2 / 32.0) == Approx(1.0).margin(0.35));
        CHECK(std::sqrt(back2 / 32.0) < 1.35);
    }
    // A reactance is not in it: 18 ohm of 220 uF at 40 Hz turn the return, and its u says so.
    const Measurement m = read({.capacitor = 2.2e-4}, {of_33, of_16}, 1e-6, 1, p);
    const Point& low = path(m, L, "return").points.front();
    CHECK((low.state == State::at_most || std::abs(*low.value - 0.15) < 2.0 * *low.u));
}

TEST_CASE("a load of 33 ohm known to 0.1 ohm makes 2.15 ohm known to 6.5 mohm") {
    const Programme p = lines();
    const Take take = into({}, of_33, p, 1e-7, 1);
    KnownLoads all;
    all.own = known(of_33, 0.1);
    all.others = {loaded({}, of_nothing, p, 1e-7, 2)};
    auto m = measure(take, p, false);
    REQUIRE(add_load_readings(all, take, p, false, *m).has_value());
    // Z = Z_load (E / V - 1): its relative u is the load's.
    for (const Point& one : path(*m, L, "loop").points)
        CHECK(*one.u == Approx(*one.value / 33.0 * 0.1).epsilon(0.02));
}

TEST_CASE("a bridged output has a return that nothing is seen of: at most, not 0") {
    const Measurement m = read({.shared = 1e-9}, {of_33, of_16}, 3e-5, 1);
    std::size_t bounds = 0;
    for (const Point& p : path(m, L, "return").points) bounds += p.state == State::at_most && *p.value > 0.0;
    CHECK(bounds == path(m, L, "return").points.size());
}

TEST_CASE(
    "a load that is wrong by 5 % is noticed beside two others, and one load alone is refused in words") {
    const Programme p = lines();
    Measurement wrong = read({}, {of_33, of_16, of_nothing}, 1e-6, 1);
    CHECK(wrong.reasons.empty() == false);  // channels that nobody calibrated
    const auto disagree = [](const Measurement& m) {
        for (const std::string& r : m.reasons)
            if (r.find("do not agree on one source") != std::string::npos) return true;
        return false;
    };
    CHECK_FALSE(disagree(wrong));
    KnownLoads all;
    all.own = known(of_33);
    all.others = {loaded({}, of_16, p, 1e-6, 3), loaded({}, of_nothing, p, 1e-6, 4)};
    all.others[0].load = known({{16.8, 16.8}});
    const Take take = into({}, of_33, p, 1e-6, 1);
    auto m = measure(take, p, false);
    REQUIRE(add_load_readings(all, take, p, false, *m).has_value());
    CHECK(disagree(*m));
    // 16 ohm called 16.8 leads 0.3 ohm astray: u says so, as far as one wrong load of three can tell.
    for (const Reading& r : m->readings)
        if (r.name == "output_impedance" && detail<std::string>(r, "path") == "loop")
            for (const Point& point : r.points) CHECK(point.u.value() > 0.03);
    all.others.pop_back();
    all.others[0].load = known(of_33);
    all.own = known(of_16);
    m = measure(take, p, false);
    REQUIRE(add_load_readings(all, take, p, false, *m).has_value());
    CHECK(m->reasons.back().find("negative resistance") != std::string::npos);
    for (const Reading& r : m->readings)
        if (r.name == "output_impedance" && detail<std::string>(r, "path") == "loop")
            for (const Point& point : r.points) CHECK(point.state == State::not_measured);
    all.own = known(of_33);
    all.others.clear();
    m = measure(take, p, false);
    REQUIRE(add_load_readings(all, take, p, false, *m).has_value());
    for (const Reading& r : m->readings)
        if (r.name == "output_impedance") {
            CHECK(r.scalar().state == State::not_measured);
            CHECK(detail<std::string>(r, "why").find("two or more") != std::string::npos);
        }
}

TEST_CASE(
    "analyze reads loop and power by a calibration: 0.5 V of a sweep at -6 dB into 33 ohm are 0.86 mW") {
    const Scratch scratch;
    const auto at = [&](const std::string& name) { return (scratch.path() / name).string(); };
    Programme p = sweep_pair();
    Json programme =
        *parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/programmes/sweep_pair.json"), "p");
    programme["analyses"] = {"output_impedance", "power"};
    REQUIRE(write_atomic(at("p.json"), dump_json(programme)).has_value());
    // No return, outputs of 3 ohm: each side is a divider. Full scale reads 0.8 V peak.
    const auto put = [&](const std::string& name, double ohm, double start) {
        Take take = played(p, 2.0, start);
        const Clock clock{48000.0, start, 2.0};
        for (const Side s : sides) {
            const auto own = render(p, s, clock, take.frames());
            auto& channel = take.channels[static_cast<std::size_t>(s)];
            std::mt19937_64 random(static_cast<unsigned>(start) + static_cast<unsigned>(s));
            std::normal_distribution<double> noise(0.0, 1e-6);
            for (std::size_t n = 0; n < channel.size(); ++n)
                channel[n] = own[n] * ohm / (ohm + 3.0) + noise(random);
        }
        take.bits = 32;
        take.floating_point = true;
        const auto bytes = sound_bytes(take, SoundCoding::wav);
        REQUIRE(bytes.has_value());
        REQUIRE(write_atomic(at(name), *bytes).has_value());
    };
    put("33.wav", 33.0, 4000.25);
    put("16.wav", 16.0, 5000.75);
    const std::string channels =
        R"("channels": [{"side": "left", "volts_per_full_scale": 0.8, "relative_u": 0.001},
                        {"side": "right", "volts_per_full_scale": 0.8, "relative_u": 0.001}])";
    const auto analyze = [&](const std::string& blocks, std::vector<std::string> more = {"--json"}) {
        REQUIRE(write_atomic(at("cal.json"), R"({"schema": "fourpole/calibration@1", )" + blocks + "}")
                    .has_value());
        more.insert(more.begin(),
                    {"analyze", at("33.wav"), "--programme", at("p.json"), "--calibration", at("cal.json")});
        return called(scratch, more);
    };
    const std::string loads =
        R"("loads": [{"ohm": 33, "u_ohm": 0.03}, {"ohm": 16, "u_ohm": 0.01, "capture": "16.wav"}])";
    const Ran ran = analyze(channels + ", " + loads);
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    const Json record = *parse_json(ran.out, "record");
    // 0.8 V / sqrt 2 x 33 / 36 x 0.5 of full scale.
    const double volts = 0.8 / std::numbers::sqrt2 * 33.0 / 36.0 * 0.5, mw = 1e3 * volts * volts / 33.0;
    int powers = 0, paths = 0;
    for (const Json& r : record.at("readings")) {
        if (r.at("name") != "power" && (r.at("name") != "output_impedance" || r.at("path") != "loop"))
            continue;
        const bool power = r.at("name") == "power";
        (power ? powers : paths)++;
        CHECK(r.at("unit") == (power ? "mW" : "ohm"));
        for (std::size_t i = 40; i < 200; ++i) {
            CHECK(r.at("value").at(i).get<double>() == Approx(power ? mw : 3.0).epsilon(2e-3));
            if (power)  // 2 x 0.1 % of the volts, 0.09 % of the resistor
                CHECK(r.at("u").at(i).get<double>() / mw ==
                      Approx(std::hypot(0.002, 0.03 / 33.0)).epsilon(0.02));
        }
    }
    CHECK(powers == 2);
    CHECK(paths == 2);
    // What is missing is told in the reading, what is wrong is refused.
    CHECK(analyze(loads).out.find("full scale is no volt") != std::string::npos);
    CHECK(analyze(channels).out.find("\\\"loads\\\" block") != std::string::npos);
    for (const auto& [block, says] :
         {std::pair{R"("loads": [])", "/loads: found no entry"},
          {R"("loads": [{"ohm": 33}, {"ohm": 16}])", "/loads/1: found a second entry without a capture"},
          {R"("loads": [{"ohm": 0}])", "/loads/0/ohm: found 0"},
          {R"("loads": [{"ohm": {"left": 33}}])", "/loads/0/ohm: found nothing"},
          {R"("loads": [{"ohm": 33}, {"ohm": "open", "capture": "none.wav"}])", "/loads/1/capture"},
          {R"("loads": [{"ohms": 33}])", "/loads/0/ohms: found an unknown key"}}) {
        const Ran bad = analyze(block);
        INFO(block << bad.err);
        CHECK(bad.code == 2);
        CHECK(bad.out.empty());
        CHECK(bad.err.find(says) != std::string::npos);
    }
    const std::string before = file_text(at("16.wav"));
    CHECK(analyze(loads, {"--record", at("16.wav")}).code == 2);
    CHECK(file_text(at("16.wav")) == before);
}
