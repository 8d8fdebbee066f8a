// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/ohmmeter.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace fourpole {
namespace {

constexpr double conducts_below_ohm = 100e3;
constexpr double z95 = 1.959963984540054;  ///< half of a 95 % interval, in standard deviations
constexpr double contradiction_u = 3.0;

Fault refuse(std::string what) { return {Fault::Kind::bad_input, "ohmmeter", std::move(what)}; }

std::string pair_words(const std::string& a, const std::string& b) { return a + "-" + b; }

/// "0.100 ohm": never in the words of a locale.
std::string ohms(double value) {
    std::array<char, 48> text{};
    const int digits = std::abs(value) < 10.0 ? 3 : 2;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
    return std::string(text.data(), end.ptr) + " ohm";
}

/// A weighted sum of readings, kept apart so that covariances come out exactly.
struct Sum {
    std::vector<std::pair<const OhmmeterReading*, double>> parts;

    double value() const {
        double v = 0.0;
        for (const auto& [reading, weight] : parts) v += weight * *reading->ohm;
        return v;
    }
    Sum operator-(const Sum& o) const {
        Sum out = *this;
        for (const auto& [reading, weight] : o.parts) out.parts.emplace_back(reading, -weight);
        return out;
    }
    double weight_of(const OhmmeterReading* reading) const {
        double w = 0.0;
        for (const auto& part : parts)
            if (part.first == reading) w += part.second;
        return w;
    }
};

/// The readings of one plug by the leads of its segments.
class PlugReadings {
public:
    PlugReadings(const Plug& plug, const std::vector<OhmmeterReading>& all) : plug_(plug), all_(all) {}

    std::optional<Fault> check() const {
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const OhmmeterReading& r = all_[i];
            const std::string pair = pair_words(r.a, r.b);
            for (const std::string& segment : {r.a, r.b})
                if (!plug_.segments.contains(segment))
                    return refuse(pair + ": the plug \"" + plug_.id + "\" has no segment " + segment);
            if (r.a == r.b) return refuse(pair + ": found one segment twice; allowed: two segments");
            if (r.ohm && (!(*r.ohm >= 0.0) || !std::isfinite(*r.ohm)))
                return refuse(pair +
                              ": found a negative or infinite resistance; allowed: 0 or more, or open");
            if (!(r.u_ohm >= 0.0) || !std::isfinite(r.u_ohm))
                return refuse(pair + ": found a negative or infinite uncertainty; allowed: 0 ohm or more");
            for (std::size_t k = 0; k < i; ++k)
                if (same_pair(all_[k], r.a, r.b)) return refuse(pair + ": found two readings; allowed: one");
        }
        for (const auto& [x, y] : pairs_needed())
            if (!find(x, y))
                return refuse("found no reading " + pair_words(at(x), at(y)) + " (" + x + " to " + y +
                              "); needed: " + needed_in_words());
        return {};
    }

    bool common() const { return at("C") != ""; }
    std::string minus(Side s) const { return common() ? "C" : letter(s) + "-"; }
    std::string plus(Side s) const { return letter(s) + "+"; }

    const OhmmeterReading& of(const std::string& x, const std::string& y) const { return *find(x, y); }
    bool conducts(const std::string& x, const std::string& y) const {
        const OhmmeterReading& r = of(x, y);
        return r.ohm && *r.ohm < conducts_below_ohm;
    }
    /// Segment that carries `lead`; "" = none.
    std::string at(const std::string& lead) const {
        for (const auto& [segment, carries] : plug_.segments)
            if (carries == lead) return segment;
        return "";
    }
    const std::vector<OhmmeterReading>& all() const { return all_; }

    std::vector<std::pair<std::string, std::string>> across() const {
        if (common()) return {{"L+", "R+"}};
        return {{"L+", "R-"}, {"R+", "L-"}, {"L+", "R+"}, {"L-", "R-"}};
    }

private:
    static std::string letter(Side s) { return s == Side::left ? "L" : "R"; }
    static bool same_pair(const OhmmeterReading& r, const std::string& a, const std::string& b) {
        return (r.a == a && r.b == b) || (r.a == b && r.b == a);
    }
    const OhmmeterReading* find(const std::string& x, const std::string& y) const {
        for (const OhmmeterReading& r : all_)
            if (same_pair(r, at(x), at(y))) return &r;
        return nullptr;
    }
    std::vector<std::pair<std::string, std::string>> pairs_needed() const {
        auto out = across();
        for (const Side s : sides) out.emplace_back(plus(s), minus(s));
        return out;
    }
    std::string needed_in_words() const {
        std::string words;
        for (const auto& [x, y] : pairs_needed())
            words += (words.empty() ? "" : ", ") + pair_words(at(x), at(y));
        return words;
    }

    const Plug& plug_;
    const std::vector<OhmmeterReading>& all_;
};

Sum shared_of(const PlugReadings& r) {
    if (r.common()) return {{{&r.of("L+", "C"), 0.5}, {&r.of("R+", "C"), 0.5}, {&r.of("L+", "R+"), -0.5}}};
    return {{{&r.of("L+", "R-"), 0.5},
             {&r.of("R+", "L-"), 0.5},
             {&r.of("L+", "R+"), -0.5},
             {&r.of("L-", "R-"), -0.5}}};
}

void fill_covariance(const PlugReadings& readings, const std::array<Sum, 3>& sums, ReturnTest& out) {
    for (std::size_t i = 0; i < sums.size(); ++i)
        for (std::size_t k = 0; k < sums.size(); ++k)
            for (const OhmmeterReading& r : readings.all())
                out.covariance[i][k] += sums[i].weight_of(&r) * sums[k].weight_of(&r) * r.u_ohm * r.u_ohm;
}

/// A coil that does not conduct leaves nothing to say about returns.
std::optional<ReturnTest> open_coil(const PlugReadings& r) {
    for (const Side s : sides) {
        if (r.conducts(r.plus(s), r.minus(s))) continue;
        ReturnTest out;
        const Side o = other(s);
        if (r.conducts(r.plus(o), r.minus(o))) {
            out.driver_ohm[o] = r.of(r.plus(o), r.minus(o)).ohm;
            out.u_driver_ohm[o] = r.of(r.plus(o), r.minus(o)).u_ohm;
        }
        out.sentence = "not decided: nothing conducts between " + r.at(r.plus(s)) + " and " +
                       r.at(r.minus(s)) + ", so the " + std::string(name(s)) +
                       " driver or one of its wires is open";
        return out;
    }
    return {};
}

ReturnTest separate_by_insulation(const PlugReadings& r) {
    ReturnTest out;
    out.verdict = ReturnTest::Verdict::separate;
    out.shared_ohm = 0.0;
    out.u_shared_ohm = 0.0;
    for (const Side s : sides) {
        const OhmmeterReading& own = r.of(r.plus(s), r.minus(s));
        out.driver_ohm[s] = own.ohm;
        out.u_driver_ohm[s] = own.u_ohm;
        const std::size_t k = s == Side::left ? 1 : 2;
        out.covariance[k][k] = own.u_ohm * own.u_ohm;
    }
    out.sentence = "separate returns: nothing conducts from one side to the other";
    return out;
}

void judge(const PlugReadings& r, ReturnTest& out) {
    const double shared = *out.shared_ohm, reach = z95 * *out.u_shared_ohm;
    const std::string figure = ohms(shared) + " +- " + ohms(reach) + " (95 %)";
    if (shared - reach > separate_below_ohm) {
        out.verdict = ReturnTest::Verdict::shared;
        out.sentence = "shared return: both drivers' currents pass " + figure;
    } else if (shared + reach < separate_below_ohm) {
        out.verdict = ReturnTest::Verdict::separate;
        out.sentence =
            "separate returns down to the plug: what is shared is " + figure + ", less than a joint";
    } else {
        out.sentence = "not decided between a shared return and separate ones: " + figure +
                       " lies on both sides of " + ohms(separate_below_ohm) + "; read to a further digit";
    }
    if (!r.common()) {
        out.between_returns_ohm = r.of("L-", "R-").ohm;
        out.sentence += "; L- and R- are joined through " + ohms(*r.of("L-", "R-").ohm) +
                        ", which a bridge-tied output must never see";
    }
}

}  // namespace

Result<ReturnTest> test_returns(const Plug& plug, const std::vector<OhmmeterReading>& readings) {
    const PlugReadings r(plug, readings);
    for (const Side s : sides)
        if (r.at(r.plus(s)).empty() || r.at(r.minus(s)).empty())
            return refuse("the plug \"" + plug.id + "\" does not carry both ends of both drivers");
    if (const auto fault = r.check()) return *fault;
    if (const auto open = open_coil(r)) return *open;
    const auto across = r.across();
    const auto joined = std::count_if(across.begin(), across.end(),
                                      [&](const auto& pair) { return r.conducts(pair.first, pair.second); });
    if (joined == 0 && !r.common()) return separate_by_insulation(r);
    if (joined != static_cast<std::ptrdiff_t>(across.size()))
        return refuse(
            "both drivers conduct and the sides are joined, yet one reading across is open; "
            "measure again");

    const Sum shared = shared_of(r);
    std::array<Sum, 3> sums{shared, {}, {}};
    for (const Side s : sides)
        sums[s == Side::left ? 1 : 2] = Sum{{{&r.of(r.plus(s), r.minus(s)), 1.0}}} - shared;
    ReturnTest out;
    fill_covariance(r, sums, out);
    out.shared_ohm = shared.value();
    out.u_shared_ohm = std::sqrt(out.covariance[0][0]);
    // Sums of decimals miss zero by rounding; that is no contradiction.
    if (*out.shared_ohm < -contradiction_u * *out.u_shared_ohm - 1e-9)
        return refuse("the readings contradict each other: the shared part would be " +
                      ohms(*out.shared_ohm) + "; measure again, with the leads nulled");
    for (const Side s : sides) {
        const std::size_t k = s == Side::left ? 1 : 2;
        out.driver_ohm[s] = sums[k].value();
        out.u_driver_ohm[s] = std::sqrt(out.covariance[k][k]);
    }
    judge(r, out);
    for (const Side s : sides) {
        const double rc = *out.shared_ohm, own = *out.driver_ohm[s], silent = *out.driver_ohm[other(s)];
        if (rc > 0.0 && own > 0.0 && silent > 0.0) out.leak_ratio[s] = rc * silent / (rc + silent) / own;
    }
    return out;
}

}  // namespace fourpole
