// SPDX-License-Identifier: GPL-3.0-or-later
// Takes that are not what the programme says: each is named, none becomes a figure.
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <numbers>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

Measurement measured(const Take& take, const Programme& programme) {
    auto out = measure(take, programme, false);
    REQUIRE(out.has_value());
    return std::move(*out);
}

std::string all_reasons(const Measurement& m) {
    std::string out;
    for (const std::string& r : m.reasons) out += r + "\n";
    return out;
}

bool says(const Measurement& m, const std::string& words) {
    return all_reasons(m).find(words) != std::string::npos;
}

/// Void, for that reason, and without a figure.
void check_void(const Measurement& m, const std::string& words) {
    INFO(all_reasons(m));
    CHECK_FALSE(m.valid);
    CHECK(says(m, words));
    CHECK(find(m.readings, "response") == nullptr);
    CHECK(find(m.readings, "crosstalk") == nullptr);
}

}  // namespace

TEST_CASE("a take that begins 0.15 s after the programme or ends 0.5 s before its end is void",
          "[odd][repeated]") {
    const Programme p = sweep_pair();
    check_void(measured(played(p, 10.0, -0.15 * 48000.0), p), "the take begins 0.05 s after");
    Take cut = played(p, 10.0, 3000.0);
    const double last = 3000.0 + 6.75 * 48000.0;
    for (auto& c : cut.channels) c.resize(static_cast<std::size_t>(last - 0.5 * 48000.0));
    check_void(measured(cut, p), "the take ends 0.50 s before");
}

TEST_CASE("a click of 5 % of full scale in a sweep is placed to the sample and voids the take", "[odd]") {
    const Programme p = sweep_pair();
    for (const std::size_t at : {std::size_t{60'321}, std::size_t{200'007}}) {
        Take take = played(p, 20.0, 7000.25);
        for (auto& c : take.channels) c[at] += 0.05;
        const Measurement m = measured(take, p);
        INFO(at);
        check_void(m, "click: the wave is disturbed at sample " + std::to_string(at));
        CHECK(find(m.readings, "discontinuity") == nullptr);
    }
}

TEST_CASE("one frame and two frames of nothing in a sweep are zeroed, with their place", "[odd]") {
    const Programme p = sweep_pair();
    for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
        Take take = played(p, 20.0, 7000.25);
        // Where the sweep is far from a crossing.
        std::size_t at = 60'000;
        while (std::abs(take.channels[0][at]) < 0.3) ++at;
        blank(take, at, count);
        const Measurement m = measured(take, p);
        INFO(all_reasons(m) << " at " << at);
        CHECK_FALSE(m.valid);
        const auto events =
            detail<std::vector<Discontinuity>>(reading(m.readings, "discontinuity"), "events");
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == Discontinuity::Kind::zeroed);
        CHECK(events[0].count == static_cast<std::int64_t>(count));
        CHECK(events[0].at_sample == static_cast<std::int64_t>(at));
    }
}

TEST_CASE("a sweep that was never played voids the take, whatever its chirps say", "[odd]") {
    Programme p = sweep_pair();
    Programme without = p;
    std::erase_if(without.events,
                  [](const Event& e) { return std::holds_alternative<Sweep>(e.what) && e.on[Side::right]; });
    check_void(measured(played(without, 10.0, 7000.25), p), "a sweep was not found in its place");
}

TEST_CASE("samples of 100 times full scale are no converter's", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    for (double& x : take.channels[1]) x *= 500.0;
    check_void(measured(take, p), "the right channel reaches 200 times full scale");
}

TEST_CASE("something that plays in the pauses is no noise, DC or hum", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    std::mt19937_64 random(7);
    std::normal_distribution<double> music(0.0, 0.03);
    for (auto& c : take.channels)
        for (std::size_t n = c.size() - 48'000; n < c.size(); ++n) c[n] += music(random);
    const Measurement m = measured(take, p);
    CHECK(says(m, "no quiet: the left channel"));
    for (const char* name : {"dc", "mains"})
        CHECK(reading(m.readings, name).scalar().state == State::not_measured);
}

TEST_CASE("a side that hears nothing has its quiet all the same", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    for (std::size_t n = 0; n < take.frames(); ++n) take.channels[0][n] *= 1e-4;
    std::mt19937_64 random(8);
    std::normal_distribution<double> noise(0.0, 1e-4);  // louder than -30 dB of all there is on it
    for (double& x : take.channels[0]) x += 0.002 + noise(random);
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    CHECK_FALSE(says(m, "no quiet"));
    for (const Reading& r : m.readings)
        if (r.name == "dc" && r.side == Side::left)
            CHECK(*r.scalar().value == Approx(0.002).margin(4.0 * *r.scalar().u));
}

TEST_CASE("a third channel is not used, and that is said", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    take.channels.push_back(take.channels[0]);
    const Measurement m = measured(take, p);
    CHECK(m.valid);
    CHECK(says(m, "3 channels: the first two are taken as left and right"));
}

TEST_CASE("what a programme asks for and its events cannot give is not measured, and says why", "[odd]") {
    Programme p = sweep_pair();
    p.analyses.emplace_back("imd_dfd");
    const Measurement m = measured(played(p, 0.0, 7000.0), p);
    const Reading& r = reading(m.readings, "imd_dfd");
    CHECK(r.scalar().state == State::not_measured);
    CHECK_FALSE(r.scalar().value.has_value());
    CHECK_FALSE(detail<std::string>(r, "why").empty());
}

TEST_CASE("a device without harmonics has bounds for them, never a figure", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    for (const Side s : sides)
        take.channels[s == Side::left ? 0 : 1] = render(p, s, {48000.0, 7000.0, 0.0}, take.frames());
    const Measurement m = measured(take, p);
    std::size_t points = 0;
    for (const Reading& r : m.readings)
        if (r.name == "harmonic")
            for (const Point& point : r.points) {
                INFO("order " << r.order.value_or(0) << " at " << *point.at << " Hz: " << *point.value);
                CHECK(point.state == State::at_most);
                CHECK(*point.value < (*point.at < 45.0 ? -60.0 : *point.at < 60.0 ? -70.0 : -80.0));
                ++points;
            }
    CHECK(points > 100);
}

TEST_CASE("sides that play at once have no crosstalk to tell", "[odd]") {
    Programme p = sweep_pair();
    Event both = p.events[2];
    both.on[Side::right] = true;
    std::erase_if(p.events, [](const Event& e) { return std::holds_alternative<Sweep>(e.what); });
    Event single = both;
    single.on[Side::right] = false;
    p.events.push_back(single);
    std::swap(single.on[Side::left], single.on[Side::right]);
    p.events.push_back(single);  // the same time, the other side
    const Measurement m = measured(played(p, 0.0, 7000.0), p);
    INFO(all_reasons(m));
    if (const Reading* r = find(m.readings, "crosstalk"))
        for (const Point& point : r->points) CHECK(point.state == State::not_measured);
    // With what leaks in from the other side it is another quantity than a response.
    CHECK(reading(m.readings, "response", Side::left, Side::left).definition ==
          "response.sweep_both_driven@1");
    CHECK(says(m, "both sides play at once"));
}

TEST_CASE("what a decay leaves in the pauses is no hum, and steady hum beside it is", "[odd]") {
    const Programme p = sweep_pair();
    const auto decaying = [&](double from) {
        Take take = played(p, 0.0, 7000.0);
        const auto end = static_cast<std::size_t>(7000.0 + 6.95 * 48000.0);
        for (auto& c : take.channels)
            for (std::size_t n = end; n < c.size(); ++n) {
                const double t = static_cast<double>(n - end) / 48000.0;
                c[n] += from * std::exp(-t / 0.05) * std::sin(2.0 * pi * 50.0 * t);
            }
        return take;
    };
    CHECK_FALSE(says(measured(decaying(0.04), p), "hum:"));
    Take take = decaying(0.01);
    CHECK_FALSE(says(measured(take, p), "hum:"));
    for (auto& c : take.channels)
        for (std::size_t n = 0; n < c.size(); ++n)
            c[n] += 0.004 * std::sin(2.0 * pi * 50.0 * static_cast<double>(n) / 48000.0);
    CHECK(says(measured(take, p), "hum: 50.0"));
}

TEST_CASE("tops cut off at 0.3, on both sides or on one, void a sweep and are told to the sample", "[odd]") {
    const Programme p = sweep_pair();
    const double top = std::round(std::ldexp(0.3, 23)) / std::ldexp(1.0, 23);
    for (const double bottom : {-top, -1.0}) {
        Take take = played(p, 0.0, 7000.0);
        std::int64_t cut = 0;
        for (double& x : take.channels[1]) {
            cut += x >= top || x <= bottom;
            x = std::clamp(x, bottom, top);
        }
        const Measurement m = measured(take, p);
        INFO(all_reasons(m));
        check_void(m, "clipped before the converter");
        CHECK_FALSE(says(m, "disturbed"));
        const Reading& r = reading(m.readings, "clipping");
        CHECK(*r.scalar().value == top);
        CHECK(detail<std::int64_t>(r, "count") == cut);
        CHECK(find(m.readings, "discontinuity") == nullptr);
    }
}

TEST_CASE("a sweep that crackles in 400 places is torn, not broken 400 times", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    for (auto& c : take.channels)
        for (std::size_t n = 40'000; n < 140'000; n += 250) c[n] += 0.1;
    check_void(measured(take, p), "disturbed: the programme is torn in ");
}

TEST_CASE("a sweep to 20 kHz captured at 16 kHz is read to 7 kHz and not beyond", "[odd]") {
    const Programme p = sweep_pair();
    // Three times the rate through a converter's filter (Blackman's sinc to 7.4 kHz), each third kept.
    constexpr int reach = 150;
    std::vector<double> filter;
    for (int k = -reach; k <= reach; ++k) {
        const double x = pi * k, window = 0.42 + 0.5 * std::cos(x / reach) + 0.08 * std::cos(2.0 * x / reach);
        filter.push_back(window * (k == 0 ? 1.0 : std::sin(x * 7400.0 / 24'000.0) / (x * 7400.0 / 24'000.0)) *
                         7400.0 / 24'000.0);
    }
    Take take;
    take.rate_hz = 16'000.0;
    take.bits = 24;
    for (const Side s : sides) {
        const auto fast = render(p, s, {48'000.0, 6000.0, 15.0}, 390'000);
        take.channels.emplace_back();
        for (std::size_t n = reach; n + reach < fast.size(); n += 3) {
            double sum = 0.0;
            for (std::size_t k = 0; k < filter.size(); ++k) sum += filter[k] * fast[n + k - reach];
            take.channels.back().push_back(std::round(std::ldexp(0.5 * sum, 23)) / std::ldexp(1.0, 23));
        }
    }
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    REQUIRE(m.valid);
    for (const Side s : sides) {
        const Reading& r = reading(m.readings, "response", s, s);
        CHECK(*r.points.back().at < 7200.0);
        for (const Point& point : r.points)
            if (*point.at > 30.0 && *point.at < 6000.0) {
                INFO(*point.at);
                CHECK(*point.value == Approx(-6.0206).margin(0.01));
            }
    }
}

TEST_CASE("a sweep without a fade in front of a linear device shows no harmonic above its own ringing",
          "[odd]") {
    const auto p = load_programme(FOURPOLE_SOURCE "/profiles/programmes/pyfar_loopback.json");
    REQUIRE(p.has_value());
    Take take;
    take.rate_hz = 44100.0;
    take.bits = 24;
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-5);
    take.channels.push_back(render(*p, Side::left, {take.rate_hz, 9000.0, 0.0}, 120'000));
    for (double& x : take.channels[0]) x = 0.25 * x + noise(random);
    const Measurement m = measured(take, *p);
    std::size_t points = 0;
    for (const Reading& r : m.readings)
        if (r.name == "harmonic")
            for (const Point& point : r.points) {
                INFO("order " << r.order.value_or(0) << " at " << *point.at << " Hz: " << *point.value);
                CHECK(point.state == State::at_most);
                ++points;
            }
    CHECK(points > 100);
}

TEST_CASE("one frame lost in a pause is no clock of 3.6 ppm more, wherever the pause is", "[odd][repeated]") {
    const Programme p = sweep_pair();
    for (const double at_s : {0.5, 3.3, 6.3})
        for (const bool lost : {true, false}) {
            Take take = played(p, -12.5, 7000.25);
            const auto at = static_cast<std::size_t>(7000.0 + at_s * 48'000.0);
            if (lost)
                lose(take, at, 1);
            else
                for (auto& c : take.channels) c.insert(c.begin() + static_cast<std::ptrdiff_t>(at), c[at]);
            INFO(at_s << " s");
            const Measurement m = measured(take, p);
            check_void(m, "the stream broke in a pause");
            CHECK(reading(m.readings, "clock_offset").scalar().state == State::not_measured);
        }
}

TEST_CASE("chirps that cancel in a plug wired as a difference break no stream", "[odd]") {
    Programme p = sweep_pair();
    for (Event& e : p.events)  // alike on both sides, so that their difference is nothing
        if (auto* chirp = std::get_if<Chirp>(&e.what)) {
            chirp->start_s = chirp->start_s > 3.0 ? 6.4 : 0.1;
            chirp->f1_hz = 500.0, chirp->f2_hz = 12'000.0;
        }
    const Take both = played(p, 25.0, 7000.5);
    Take take = both;
    std::mt19937_64 random(9);
    std::normal_distribution<double> noise(0.0, 2e-5);
    for (std::size_t n = 0; n < take.frames(); ++n) {
        take.channels[1][n] = both.channels[1][n] - both.channels[0][n];
        take.channels[0][n] = noise(random);
    }
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    CHECK(m.valid);
    CHECK(detail<std::string>(reading(m.readings, "wiring"), "outcome") ==
          "right side only: difference signal");
}

TEST_CASE("a side of which nothing arrives is silent, and the other is measured all the same", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 25.0, 7000.5);
    std::mt19937_64 random(10);
    std::normal_distribution<double> noise(0.0, 2e-5);
    Programme only = p;
    std::erase_if(only.events, [](const Event& e) { return e.on[Side::right]; });
    take.channels[0] = render(only, Side::left, {48'000.0, 7000.5, 25.0}, take.frames());
    for (double& x : take.channels[0]) x = 0.8 * x + noise(random);
    for (double& x : take.channels[1]) x = noise(random);
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    REQUIRE(m.valid);
    CHECK(says(m, "silent side: nothing of what the player's right side plays"));
    CHECK(detail<std::string>(reading(m.readings, "wiring"), "outcome") == "left side only: channel +L");
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(std::abs(*clock.scalar().value - 25.0) < 4.0 * *clock.scalar().u);
    CHECK(detail<double>(clock, "start") == Approx(7000.5).margin(1e-3));
    CHECK(*nearest(reading(m.readings, "response", Side::left, Side::left), 1000.0).value ==
          Approx(-1.9382).margin(0.001));
    for (const Point& point : reading(m.readings, "response", Side::right, Side::right).points)
        CHECK(point.state != State::exact);
}

TEST_CASE("a side that is heard by the interface's own leak alone has no crosstalk of +40 dB", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 25.0, 7000.5);
    Programme only = p;
    std::erase_if(only.events, [](const Event& e) { return e.on[Side::right]; });
    const auto first = render(only, Side::left, {48'000.0, 7000.5, 25.0}, take.frames());
    std::mt19937_64 random(12);
    std::normal_distribution<double> noise(0.0, 2e-5);
    // The left driver is off; what is meant for it reaches the right one through a common return.
    for (std::size_t n = 0; n < take.frames(); ++n) {
        take.channels[1][n] += 0.1 * first[n];
        take.channels[0][n] = 1e-3 * first[n] + 1e-5 * take.channels[1][n] + noise(random);
    }
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    REQUIRE(m.valid);
    for (const Point& point : reading(m.readings, "crosstalk", Side::left, Side::right).points)
        CHECK(point.state == State::not_measured);
    CHECK(nearest(reading(m.readings, "response", Side::right, Side::right), 1000.0).state == State::exact);
}

TEST_CASE("three clicks between which a sweep is slow are clicks, no lost frames and no wrong rate",
          "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, -73.0, 15057.6);
    for (const std::size_t at : {84'088U, 153'757U, 189'015U})
        for (auto& channel : take.channels) channel[at] += 0.2;
    const Measurement m = measured(take, p);
    check_void(m, "click: the wave is disturbed at sample 153757");
    CHECK_FALSE(says(m, "frames"));
    CHECK_FALSE(says(m, "wrong rate"));
    CHECK(reading(m.readings, "clock_offset").detail("start") == nullptr);  // of a void take nothing is told
}

TEST_CASE("an offset of 0.2 and hum of -12 dB of full scale are noted, and no other programme", "[odd]") {
    const Programme p = sweep_pair();
    for (const bool hum : {false, true}) {
        Take take = played(p, -73.0, 15057.6);
        for (auto& channel : take.channels)
            for (double& x : channel) x *= 0.5;
        for (std::size_t n = 0; n < take.frames(); ++n)
            take.channels[1][n] +=
                hum ? 0.25 * std::sin(2.0 * pi * 50.03 * static_cast<double>(n) / 48'000.0 + 1.0) : 0.2;
        const Measurement m = measured(take, p);
        INFO(all_reasons(m));
        CHECK(m.valid);
        CHECK(says(m, hum ? "hum: 50.0" : "dc: the right channel stands at 0.2000 FS"));
    }
}

TEST_CASE("a sweep that noise drowns is no other programme", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 20.0, 7000.0);
    std::mt19937_64 random(21);
    std::normal_distribution<double> noise(0.0, 0.2);
    const std::size_t from = 7000 + 3 * 48'000;
    for (std::size_t n = from; n < from + 4 * 48'000 && n < take.frames(); ++n)
        for (auto& channel : take.channels) channel[n] = noise(random);
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    CHECK_FALSE(m.valid);
    CHECK_FALSE(says(m, "another programme"));
}

TEST_CASE("a side that comes 4 samples later is measured, one that comes 3 ms later is named", "[odd]") {
    const Programme p = sweep_pair();
    const auto late_by = [&](std::size_t samples) {
        Take take = played(p, 12.5, 15000.0);
        auto& right = take.channels[1];
        right.insert(right.begin(), samples, 0.0);
        right.resize(take.channels[0].size());
        return measured(take, p);
    };
    const Measurement near = late_by(4);
    INFO(all_reasons(near));
    CHECK(near.valid);
    CHECK(detail<std::string>(reading(near.readings, "wiring"), "outcome") == "stereo");
    check_void(late_by(144), "side delay: nothing broke");
}

TEST_CASE("a header of 44.1 kHz over 48 kHz of samples is a wrong rate, not lost frames", "[odd][repeated]") {
    const Programme p = sweep_pair();
    Take take = played(p, 20.0, 7000.0);
    take.rate_hz = 44'100.0;
    check_void(measured(take, p),
               "wrong rate: the programme is there at 48000 Hz, and the file says 44100 Hz");
    // Under this one the first chirps have their place and the sweeps would lie behind the end.
    take.rate_hz = 96'000.0;
    check_void(measured(take, p),
               "wrong rate: the programme is there at 48000 Hz, and the file says 96000 Hz");
}

TEST_CASE("another sweep than the programme's is another programme, not lost frames", "[odd]") {
    const Programme p = sweep_pair();
    Programme other = p;
    for (Event& e : other.events)
        if (auto* sweep = std::get_if<Sweep>(&e.what)) sweep->rate_s = 0.34;
    check_void(measured(played(other, 20.0, 7000.0), p), "another programme");
    Programme moved = p;
    for (Event& e : moved.events)
        if (auto* sweep = std::get_if<Sweep>(&e.what)) sweep->start_s += 0.2;
    check_void(measured(played(moved, 20.0, 7000.0), p), "another programme");
}

TEST_CASE("a take without its first chirps begins too late, it does not end too early", "[odd]") {
    const Programme p = sweep_pair();
    Take take = played(p, 20.0, 7000.0);
    lose(take, 0, static_cast<std::size_t>(7000.0 + 0.5 * 48'000.0));
    check_void(measured(take, p), "the take begins 0.40 s after");
}

TEST_CASE("a tone between chirps without its first second begins 0.85 s too late, without its last it ends",
          "[odd]") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 5.3;
    for (const double at : {0.1, 4.6}) {
        p.events.push_back({Chirp{at, 0.15, 500.0, 12000.0, 0.25, 0.02}, {{true, false}}});
        p.events.push_back({Chirp{at + 0.2, 0.15, 12000.0, 500.0, 0.25, 0.02}, {{false, true}}});
    }
    p.events.push_back({Tones{0.6, 3.5, 0.02, {{997.0, 0.4, 0.0}}}, {{true, true}}});
    Take late = played(p, 20.0, 2400.0), early = late;
    // u = 0 stands at 2400: 48000 + 2400 frames less leave u = 1 s at the first, 0.9 s behind the first
    // chirp.
    lose(late, 0, 50400);
    check_void(measured(late, p), "the take begins 0.90 s after");
    // The last chirp ends at u = 4.95 s.
    const auto end = static_cast<std::size_t>(2400 + 4.0 * 48000.0);
    lose(early, end, early.frames() - end);
    check_void(measured(early, p), "the take ends 0.95 s before");
}

TEST_CASE("16 bits without dither or noise are known to the steps they have", "[odd]") {
    const Programme p = sweep_pair();
    Take take;
    take.rate_hz = 48'000.0;
    take.bits = 16;
    const Clock clock{take.rate_hz, 7000.25, 20.0};
    const auto frames = static_cast<std::size_t>((p.length_s + 0.5) * take.rate_hz);
    PerSide<std::vector<double>> own;
    for (const Side s : sides) own[s] = render(p, s, clock, frames);
    for (const Side s : sides) {
        take.channels.emplace_back(frames);
        for (std::size_t n = 0; n < frames; ++n)
            take.channels.back()[n] =
                std::round(32'768.0 * 0.1 * (own[s][n] + 0.007 * own[other(s)][n])) / 32'768.0;
    }
    const Measurement m = measured(take, p);
    INFO(all_reasons(m));
    REQUIRE(m.valid);
    const double truth = 20.0 * std::log10(0.007);
    for (const Side from : sides)
        for (const Point& point : reading(m.readings, "crosstalk", from, other(from)).points) {
            if (point.state == State::at_most) CHECK(*point.value > truth);
            if (point.state != State::exact) continue;
            INFO(*point.at << " Hz: " << *point.value << " u " << *point.u);
            CHECK(std::abs(*point.value - truth) < 4.0 * *point.u);
        }
    // It has no harmonics: what a quantiser makes of it is no figure of the device.
    for (const Reading& r : m.readings)
        if (r.name == "harmonic")
            for (const Point& point : r.points) CHECK(point.state != State::exact);
}

TEST_CASE("in noise as loud as its chirps the clock is off by what its u says", "[odd][repeated]") {
    const Programme p = sweep_pair();
    const Take clean = played(p, 25.0, 7000.25);
    double squares = 0.0;
    constexpr int takes = 8;
    for (unsigned seed = 1; seed <= takes; ++seed) {
        Take take = clean;
        std::mt19937_64 random(seed);
        std::normal_distribution<double> noise(0.0, 0.2);
        for (auto& c : take.channels)
            for (double& v : c) v += noise(random);
        const Measurement m = measured(take, p);
        INFO(all_reasons(m));
        const Reading& clock = reading(m.readings, "clock_offset");
        if (!clock.scalar().value) continue;
        const double z = (*clock.scalar().value - 25.0) / *clock.scalar().u;
        INFO("seed " << seed << ": " << z << " u, u " << *clock.scalar().u);
        CHECK(std::abs(z) < 4.0);
        squares += z * z;
    }
    CHECK(std::sqrt(squares / takes) < 2.0);
}
