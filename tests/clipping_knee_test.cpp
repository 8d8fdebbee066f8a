// SPDX-License-Identifier: GPL-3.0-or-later
// The knee of a level ladder, by the closed form of a clipped sine and by curves of known shape.
#include "rig/measure/clipping_knee.hpp"
#include "tests/closed_form_take.hpp"
#include "tests/shared_data.hpp"

#include <complex>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
/// A sine 0.2651 dB over its clip level has orders 3, 5, 7 and 9 of 1.000 % of its fundamental, which is then
/// 0.0543 dB below that of the whole sine (worked out with 40 digits from the integrals in PHYSICS 1.3).
constexpr double over_at_1_percent = 0.2651, lost_at_1_percent = 0.0543;

double db(double ratio) { return AmplitudeRatio{ratio}.decibels(); }

/// A rung behind a gain of 0.7, cut off at `clip` of the player's full scale, each order `filter` below the
/// one two before it.
struct Stage {
    double clip = 1.0, noise = 0.0, filter = 0.0;
    std::mt19937_64 random{3};

    Estimate noisy(double size) {
        std::normal_distribution<double> n(0.0, 1.0);
        return {size + noise / std::sqrt(2.0) * std::complex(n(random), n(random)), noise};
    }
    Rung rung(double played_db) {
        const double a = AmplitudeRatio::from_decibels(played_db).count, c = std::min(1.0, clip / a);
        Rung out{a, noisy(0.7 * a * (c < 1.0 ? clipped_harmonic(c, 1) : 1.0)), {}};
        for (int n = 2; n <= 10; ++n)
            out.harmonics.emplace_back(
                n, noisy(c < 1.0 ? 0.7 * a * clipped_harmonic(c, n) * std::pow(1.0 - filter, (n - 1) / 2)
                                 : 0.0));
        return out;
    }
    std::optional<Knee> knee(const std::vector<double>& levels_db) {
        std::vector<Rung> rungs;
        for (const double level : levels_db) rungs.push_back(rung(level));
        return clipping_knee(rungs);
    }
};

/// A gain of a (1 - k a^2) and a third harmonic of it that is known: any smooth stage near its knee.
Rung bent(double played_db, double compression, double third, double noise = 1e-7) {
    const double a = AmplitudeRatio::from_decibels(played_db).count;
    Rung out{a, {a * (1.0 - compression * a * a), noise}, {}};
    for (int n = 2; n <= 10; ++n)
        out.harmonics.emplace_back(n, Estimate{n == 3 ? third * a * a * a : 0.0, noise});
    return out;
}

}  // namespace

TEST_CASE("a stage that clips at -1.7 dB has 1 % of THD at -1.435 dB, told from one step at 0 dB") {
    Stage stage{AmplitudeRatio::from_decibels(-1.7).count, 1e-6, 0.0, std::mt19937_64{3}};
    const auto knee = stage.knee({-20.0, -10.0, -6.0, -3.0, 0.0});
    REQUIRE(knee.has_value());
    CHECK(knee->state == State::exact);
    CHECK(knee->law == "hard clip");
    CHECK(knee->criterion == "THD of 1 %");
    CHECK(knee->played_db == Approx(-1.7 + over_at_1_percent).margin(2e-4));
    CHECK(knee->level_db == Approx(-1.7 + over_at_1_percent - lost_at_1_percent + db(0.7)).margin(2e-4));
    REQUIRE(knee->clip_level.has_value());
    CHECK(db(*knee->clip_level) == Approx(-1.7 + db(0.7)).margin(2e-4));
}

TEST_CASE("200 noisy ladders: errors of the knee's level and of what was played are 0.6 to 1.3 u") {
    double played = 0.0, level = 0.0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        Stage stage{AmplitudeRatio::from_decibels(-1.0).count, 1e-4, 0.0, std::mt19937_64{seed}};
        const auto knee = stage.knee({-20.0, -4.0, 0.0});
        REQUIRE(knee.has_value());
        REQUIRE(knee->law == "hard clip");
        played += std::pow((knee->played_db + 1.0 - over_at_1_percent) / knee->u_played_db, 2) / 200.0;
        const double truth = -1.0 + over_at_1_percent - lost_at_1_percent + db(0.7);
        level += std::pow((knee->level_db - truth) / knee->u_level_db, 2) / 200.0;
    }
    CHECK(std::sqrt(played) > 0.6);
    CHECK(std::sqrt(played) < 1.3);
    CHECK(std::sqrt(level) > 0.6);
    CHECK(std::sqrt(level) < 1.3);
}

TEST_CASE("a filter of 2 % an order behind the clip moves the knee by no more than 2 u") {
    Stage stage{AmplitudeRatio::from_decibels(-1.0).count, 1e-6, 0.02, std::mt19937_64{3}};
    const auto knee = stage.knee({-20.0, -4.0, 0.0});
    REQUIRE(knee.has_value());
    CHECK(knee->law == "hard clip");
    CHECK(knee->u_played_db > 0.01);
    CHECK(std::abs(knee->played_db + 1.0 - over_at_1_percent) < 2.0 * knee->u_played_db);
}

TEST_CASE("a third harmonic alone is no hard clip: 1 % of 0.05 a^2 is at -6.99 dB, between steps of 1 dB") {
    std::vector<Rung> rungs;
    for (double level = -40.0; level <= 0.0; level += 1.0) rungs.push_back(bent(level, 0.0, 0.05));
    const auto knee = clipping_knee(rungs);
    REQUIRE(knee.has_value());
    CHECK(knee->law == "between steps");
    CHECK(knee->criterion == "THD of 1 %");
    CHECK_FALSE(knee->clip_level.has_value());
    CHECK(knee->played_db == Approx(10.0 * std::log10(0.2)).margin(1e-3));
    CHECK(knee->u_played_db < 0.02);
}

TEST_CASE("a limiter that compresses without distorting has its knee where 0.1 dB are gone") {
    // 1 - k a^2 = 10^(-0.1 / 20) with k = 0.05: a^2 = 0.22895
    std::vector<Rung> rungs;
    for (double level = -60.0; level <= 0.0; level += 2.0) rungs.push_back(bent(level, 0.05, 0.0));
    const auto knee = clipping_knee(rungs);
    REQUIRE(knee.has_value());
    CHECK(knee->criterion == "compression of 0.1 dB");
    CHECK(std::abs(knee->played_db - 10.0 * std::log10(0.22895)) < 2.0 * knee->u_played_db);
    CHECK(knee->u_played_db < 0.1);
    CHECK(std::abs(knee->level_db - knee->played_db + 0.1) < 0.01);
}

TEST_CASE("a ladder that stays clean knows a bound, one that never is knows the other, noise knows neither") {
    Stage clean{1.0, 1e-6, 0.0, std::mt19937_64{3}};
    const auto least = clean.knee({-20.0, -10.0, -3.0});
    REQUIRE(least.has_value());
    CHECK(least->state == State::at_least);
    CHECK(least->played_db == Approx(-3.0));
    const auto most = clipping_knee({bent(-6.0, 0.0, 0.2), bent(-3.0, 0.0, 0.2), bent(0.0, 0.0, 0.2)});
    REQUIRE(most.has_value());
    CHECK(most->state == State::at_most);
    CHECK(most->played_db == Approx(-6.0));
    Stage noisy{1.0, 0.05, 0.0, std::mt19937_64{3}};
    CHECK_FALSE(noisy.knee({-20.0, -18.0, -16.0}).has_value());
}

TEST_CASE("what distorts at -30 dBFS only is no knee, nor is a gain that is 3 dB higher at -100 dBFS") {
    const double a = AmplitudeRatio::from_decibels(-30.0).count;
    std::vector<Rung> rungs{bent(-100.0, -0.41e10, 0.0, 1e-9), bent(-30.0, 0.0, 0.05 / a / a)};
    for (const double level : {-20.0, -10.0, 0.0}) rungs.push_back(bent(level, 0.0, 0.0));
    const auto knee = clipping_knee(rungs);
    REQUIRE(knee.has_value());
    CHECK(knee->state == State::at_least);
    CHECK(knee->played_db == Approx(0.0).margin(1e-9));
}

TEST_CASE("a ladder played through a stage that clips at -1.7 dB reads -3.43 dBFS, and in volts -6.44 dBV") {
    const std::vector<double> levels{-30.0, -12.0, -6.0, -3.0, 0.0};
    const Programme p = ladder(997.0, levels, 0.3);
    Formula f;
    f.seconds = p.length_s + 0.2;
    f.start = 3000.4;
    f.ppm = 20.0;
    f.noise = 1e-5;
    f.at_player_time = [&](Side side, double u) {
        if (side == Side::right || u < 0.0 || u >= p.length_s) return 0.0;
        const auto i = static_cast<std::size_t>(u / 0.3);
        const double a = AmplitudeRatio::from_decibels(levels[i]).count;
        return clipped_sine(0.8 * a, 0.8 * AmplitudeRatio::from_decibels(-1.7).count,
                            2.0 * pi * 997.0 * (u - 0.3 * static_cast<double>(i)), 997.0);
    };
    Take take = take_of(f);
    for (const bool calibrated : {false, true}) {
        if (calibrated) {
            take.facts.channels = {"left", "right"};
            take.facts.volts_per_full_scale = {1.0, 1.0};
            take.facts.volts_relative_u = {0.01, 0.01};
            take.facts.calibration = "calibrated";
        }
        const auto m = measure(take, p, false);
        REQUIRE(m.has_value());
        REQUIRE(m->valid);
        const Reading* r = reading_named(*m, "clipping_knee", Side::left);
        REQUIRE(r != nullptr);
        CHECK(r->unit == (calibrated ? "dBV" : "dBFS"));
        const double truth =
            -1.7 + over_at_1_percent - lost_at_1_percent + db(0.8) - (calibrated ? db(std::sqrt(2.0)) : 0.0);
        CHECK(*r->scalar().value == Approx(truth).margin(1e-3));
        CHECK(detail<double>(*r, "played_dbfs") == Approx(-1.7 + over_at_1_percent).margin(1e-3));
        CHECK((*r->scalar().u > 0.05) == calibrated);
        CHECK(reading_named(*m, "clipping_knee", Side::right) == nullptr);
    }
}

TEST_CASE("one tone that clips by 1 dB knows its knee, one that is clean says nothing of it") {
    Programme p = ladder(997.0, {-6.0}, 0.5);
    for (const double over : {1.0, -1.0}) {
        Formula f;
        f.seconds = 0.7;
        f.start = 3000.4;
        f.noise = 1e-5;
        const double a = AmplitudeRatio::from_decibels(-6.0).count;
        f.at_player_time = [&](Side side, double u) {
            return side == Side::right || u < 0.0 || u >= 0.5
                       ? 0.0
                       : clipped_sine(a, a * AmplitudeRatio::from_decibels(-over).count, 2.0 * pi * 997.0 * u,
                                      997.0);
        };
        const Reading* r = nullptr;
        const Measurement m = measured(p, f);
        r = reading_named(m, "clipping_knee");
        REQUIRE((r != nullptr) == (over > 0.0));
        if (r) CHECK(detail<double>(*r, "played_dbfs") == Approx(-7.0 + over_at_1_percent).margin(1e-3));
    }
}
