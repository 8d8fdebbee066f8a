// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/clipping_knee.hpp"

#include "rig/measure/points.hpp"
#include "rig/model/clipping.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace fourpole {

namespace {

constexpr double most_over_db = 26.0;   ///< beyond, any wave is a square
constexpr double clearly = 10.0;        ///< times its u: a sum of harmonics (powers)
constexpr double largest_misfit = 0.1;  ///< of the sum of harmonics
constexpr double well_known_gain_db = 0.01;
constexpr double quietest_rung = 0.0099;  ///< -40 dBFS: below, a gain is the converter's linearity

double db(double ratio) { return AmplitudeRatio{ratio}.decibels(); }
double clip_of(double over_db) { return AmplitudeRatio::from_decibels(-over_db).count; }

std::vector<int> orders_of(const Rung& rung) {
    std::vector<int> out;
    for (const auto& [order, e] : rung.harmonics) out.push_back(order);
    return out;
}

/// Sum of a hard clip's harmonics of these orders re its fundamental.
double law_thd(double c, const std::vector<int>& orders) {
    double sum = 0.0;
    for (const int n : orders) sum += std::pow(clipped_harmonic(c, n), 2);
    return std::sqrt(sum) / clipped_harmonic(c, 1);
}

/// The overdrive that has this THD; the end of the range where none does.
double law_over_db(double thd, const std::vector<int>& orders) {
    double low = 0.0, high = most_over_db;
    for (int halving = 0; halving < 50; ++halving) {
        const double middle = 0.5 * (low + high);
        (law_thd(clip_of(middle), orders) < thd ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// A figure that rises towards the knee, with its standard uncertainty.
struct Rising {
    double value = 0.0, u = 0.0;
    bool beyond(double limit) const { return value >= limit && value > 3.0 * u; }
    bool below(double limit) const { return value + 2.0 * u < limit; }
};

Rising thd_of(const Rung& rung) {
    PowerSum power;
    for (const auto& [order, e] : rung.harmonics) power.add(e);
    const double size = std::abs(rung.fundamental.value), u_power = std::sqrt(power.variance);
    const double thd = std::sqrt(std::max(power.sum, 0.0));
    return {thd / size, std::min(std::sqrt(u_power), 0.5 * u_power / std::max(thd, 1e-300)) / size};
}

double u_level_db(const Rung& rung) {
    return db_per_relative * rung.fundamental.noise / std::abs(rung.fundamental.value) / std::numbers::sqrt2;
}

/// What a rung says of both criteria; nothing where it cannot.
struct Judged {
    const Rung* rung = nullptr;
    std::optional<Rising> thd, compression_db;
    double played_db = 0.0, level_db = 0.0;

    bool beyond() const {
        return (thd && thd->beyond(knee_thd)) ||
               (compression_db && compression_db->beyond(knee_compression_db));
    }
    bool clean() const {
        return (thd || compression_db) && (!thd || thd->below(knee_thd)) &&
               (!compression_db || compression_db->below(knee_compression_db));
    }
};

std::vector<Judged> judged(const std::vector<Rung>& rungs) {
    std::vector<Judged> out;
    const Rung* quietest = nullptr;
    for (const Rung& rung : rungs) {
        Judged j{&rung, {}, {}, db(rung.played), db(std::abs(rung.fundamental.value))};
        if (!rung.harmonics.empty()) j.thd = thd_of(rung);
        const double u = u_level_db(rung);
        if (!quietest && u < well_known_gain_db) quietest = &rung;
        if (quietest)
            j.compression_db = Rising{
                db(std::abs(quietest->fundamental.value) / quietest->played) - (j.level_db - j.played_db),
                std::hypot(u, u_level_db(*quietest))};
        out.push_back(j);
    }
    return out;
}

/// The closed form's way from one clipped rung to its 1 %.
Knee by_law(const Judged& at, const HardClip& clip) {
    const auto orders = orders_of(*at.rung);
    const double over = law_over_db(knee_thd, orders), c = clip_of(over);
    const auto flat_top = [&](double over_db) {
        return std::abs(at.rung->fundamental.value) * clip_of(over_db) /
               clipped_harmonic(clip_of(over_db), 1);
    };
    Knee out;
    out.law = "hard clip";
    out.criterion = "THD of 1 %";
    out.clip_level = flat_top(clip.over_db);
    out.played_db = at.played_db - clip.over_db + over;
    out.u_played_db = clip.u_over_db;
    out.level_db = db(*out.clip_level * clipped_harmonic(c, 1) / c);
    const double moved = db(flat_top(clip.over_db + clip.u_over_db) / *out.clip_level);
    out.u_level_db = std::hypot(moved, u_level_db(*at.rung));
    return out;
}

/// How far of the way from one rung to the next a figure reaches its limit.
struct Way {
    double share = 1.0, u = 0.0;
};

Way way_to(const Rising& from, const Rising& to, double limit) {
    const double straight = (limit - from.value) / (to.value - from.value);
    if (from.value <= 2.0 * from.u) {
        // How it rises is unknown: somewhere between the straight line and the rung itself.
        return {0.5 * (straight + 1.0), (1.0 - straight) / std::sqrt(12.0)};
    }
    const double rise = std::log(to.value / from.value);
    const double curved = std::log(limit / from.value) / rise;
    return {curved, std::hypot(0.5 * (curved - straight), to.u / to.value / rise)};
}

Knee between(const Judged& below, const Judged& beyond) {
    Knee out;
    out.law = "between steps";
    std::optional<Way> way;
    const auto consider = [&](const std::optional<Rising>& from, const std::optional<Rising>& to,
                              double limit, const char* criterion) {
        if (!from || !to || !to->beyond(limit) || from->value >= limit) return;
        const Way one = way_to(*from, *to, limit);
        if (way && way->share <= one.share) return;
        way = one;
        out.criterion = criterion;
    };
    consider(below.thd, beyond.thd, knee_thd, "THD of 1 %");
    consider(below.compression_db, beyond.compression_db, knee_compression_db, "compression of 0.1 dB");
    if (!way) way = Way{0.5, 1.0 / std::sqrt(12.0)};
    const double step_db = beyond.played_db - below.played_db, rise_db = beyond.level_db - below.level_db;
    out.played_db = below.played_db + way->share * step_db;
    out.level_db = below.level_db + way->share * rise_db;
    out.u_played_db = way->u * step_db;
    out.u_level_db = std::hypot(way->u * std::abs(rise_db), u_level_db(*beyond.rung));
    return out;
}

Knee bound(const Judged& at, State state) {
    Knee out;
    out.state = state;
    out.law = "between steps";
    out.played_db = at.played_db;
    out.level_db = at.level_db;
    out.u_level_db = u_level_db(*at.rung);
    return out;
}

}  // namespace

std::optional<HardClip> hard_clip(const Rung& rung) {
    const auto orders = orders_of(rung);
    if (std::count_if(orders.begin(), orders.end(), [](int n) { return n % 2 != 0; }) < 2) return {};
    const double one = std::abs(rung.fundamental.value);
    const Rising thd = thd_of(rung);
    if (thd.value <= 0.0 || thd.value < 0.5 * clearly * thd.u) return {};
    HardClip out;
    out.over_db = law_over_db(thd.value, orders);
    if (out.over_db > 0.99 * most_over_db) return {};
    const double c = clip_of(out.over_db);
    double misfit = 0.0, noise = 0.0;
    for (const auto& [order, e] : rung.harmonics) {
        const double law = std::abs(clipped_harmonic(c, order)) / clipped_harmonic(c, 1);
        misfit += std::pow((std::abs(e.value) / one - law) / thd.value, 2);
        noise += std::pow(e.noise / one / thd.value, 2);
    }
    if (misfit > largest_misfit * largest_misfit + 4.0 * noise) return {};
    // A filter that falls over the orders moves their sum 1.2 to 1.6 times as far as their pattern.
    // How much of the misfit is noise is known to a fiftieth of it.
    const double of_shape = std::max(0.0, misfit - noise) + 0.02 * noise;
    const double relative = std::hypot(thd.u / thd.value, 1.4 * std::sqrt(of_shape));
    out.u_over_db = law_over_db(thd.value * (1.0 + relative), orders) - out.over_db;
    return out;
}

std::optional<Knee> clipping_knee(std::vector<Rung> rungs) {
    const auto quieter = [](const Rung& a, const Rung& b) { return a.played < b.played; };
    std::stable_sort(rungs.begin(), rungs.end(), quieter);
    rungs.erase(std::unique(rungs.begin(), rungs.end(),
                            [](const Rung& a, const Rung& b) { return a.played == b.played; }),
                rungs.end());
    std::erase_if(rungs, [](const Rung& r) { return r.played < quietest_rung; });
    const auto all = judged(rungs);
    // From above: what distorts at low levels only (a crossover, a coarse converter) is no knee.
    auto first = all.end();
    while (first != all.begin() && std::prev(first)->beyond()) --first;
    const Judged* last_clean = nullptr;
    for (auto j = all.begin(); j != first; ++j)
        if (j->clean()) last_clean = &*j;
    if (first == all.end())
        return last_clean ? std::optional(bound(*last_clean, State::at_least)) : std::nullopt;
    if (const auto clip = hard_clip(*first->rung); clip && first->thd->beyond(knee_thd)) {
        Knee knee = by_law(*first, *clip);
        // A stage that clips by itself where a quieter rung was clean is no such stage.
        if (!last_clean || knee.played_db > last_clean->played_db - 3.0 * knee.u_played_db) return knee;
    }
    if (!last_clean) return bound(*first, State::at_most);
    return between(*last_clean, *first);
}

}  // namespace fourpole
