// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/measured_wiring.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <random>

namespace fourpole {
namespace {

constexpr int draws = 4096;
/// A bound was made from three times the noise.
constexpr double noise_share_of_bound = 1.0 / 3.0;

/// Two independent standard normals (Box and Muller), the same on every machine: what
/// std::normal_distribution gives is the library's own affair.
Complex normal_pair(std::mt19937_64& source) {
    const auto uniform = [&] { return (static_cast<double>(source() >> 11) + 0.5) * 0x1p-53; };
    const double radius = std::sqrt(-2.0 * std::log(uniform()));
    return std::polar(radius, 2.0 * std::numbers::pi * uniform());
}

double largest(const DriverMatrix& m) {
    double size = 0.0;
    for (const Side driver : sides)
        for (const Side channel : sides) size = std::max(size, std::abs(m.from[driver][channel]));
    return size;
}

DriverMatrix scaled_to_one(DriverMatrix m) {
    const double size = largest(m);
    if (size > 0.0)
        for (const Side driver : sides)
            for (const Side channel : sides) m.from[driver][channel] /= size;
    return m;
}

/// The amplitude of a transfer and its uncertainty, both in the transfer's own unit.
struct Amplitude {
    double size = 0.0;
    std::optional<double> u;
};
std::optional<Amplitude> transfer_at(const Readings& readings, Side from, Side to, double frequency_hz) {
    for (const Reading& r : readings) {
        if (r.name != "transfer" || r.from != from || r.to != to) continue;
        const Point* p = nearest_point(r, frequency_hz);
        if (!p || !p->value) return {};
        const double size = AmplitudeRatio::from_decibels(*p->value).count;
        if (p->state == State::at_most) return Amplitude{size, size * noise_share_of_bound};
        if (!p->u) return Amplitude{size, {}};
        return Amplitude{size, size * *p->u / db_per_relative};
    }
    return {};
}

/// Readings are named by the player's side: where the sides arrive crossed, what is called `to`
/// was captured on the other one.
bool crossed(const Reading& wiring) {
    const Detail* d = wiring.detail("outcome");
    const auto* words = d ? std::get_if<std::string>(d) : nullptr;
    return words && words->starts_with("channels swapped");
}

void add_u(const Readings& readings, bool cross, UncertainMatrix& out) {
    double reference = 0.0;
    PerSide<PerSide<std::optional<Amplitude>>> amplitude;
    for (const Side driver : sides)
        for (const Side channel : sides) {
            auto& a = amplitude[driver][channel];
            a = transfer_at(readings, channel, cross ? other(driver) : driver, out.frequency_hz);
            if (a) reference = std::max(reference, a->size);
        }
    if (!(reference > 0.0)) return;
    const double scale = largest(out.matrix) / reference;
    for (const Side driver : sides)
        for (const Side channel : sides)
            if (const auto& a = amplitude[driver][channel]; a && a->u) out.u[driver][channel] = *a->u * scale;
}

std::string between(const std::vector<MeasuredWords::Candidate>& candidates) {
    std::string text = "between ";
    const std::size_t said = std::min<std::size_t>(candidates.size(), 3);
    for (std::size_t i = 0; i < said; ++i)
        text += (i == 0 ? "" : i + 1 == said ? " and " : ", ") + ("\"" + candidates[i].outcome + "\"");
    return text + (candidates.size() > said ? " and others" : "");
}

}  // namespace

const Point* nearest_point(const Reading& curve, double frequency_hz) {
    const Point* best = nullptr;
    for (const Point& p : curve.points)
        if (p.at && (!best || std::abs(*p.at - frequency_hz) < std::abs(*best->at - frequency_hz))) best = &p;
    return best;
}

bool UncertainMatrix::has_all_u() const {
    return std::all_of(sides.begin(), sides.end(), [&](Side driver) {
        return u[driver][Side::left].has_value() && u[driver][Side::right].has_value();
    });
}

std::optional<UncertainMatrix> measured_matrix(const Readings& readings) {
    for (const Reading& r : readings) {
        if (r.name != "wiring") continue;
        UncertainMatrix out;
        for (const Side driver : sides)
            for (const Side channel : sides) {
                const Detail* d = r.detail(std::string(name(driver)) + "/from_" + std::string(name(channel)));
                const auto* value = d ? std::get_if<Complex>(d) : nullptr;
                if (!value) return {};
                out.matrix.from[driver][channel] = *value;
            }
        if (!r.points.empty() && r.points.front().at) out.frequency_hz = *r.points.front().at;
        add_u(readings, crossed(r), out);
        return out;
    }
    return {};
}

MeasuredWords words_with_doubt(const UncertainMatrix& measured) {
    MeasuredWords out;
    if (!measured.has_all_u()) {
        out.words = wiring_outcome(scaled_to_one(measured.matrix));
        out.candidates.push_back({out.words, 1.0});
        return out;
    }
    std::mt19937_64 source(1);
    std::map<std::string, int> count;
    for (int n = 0; n < draws; ++n) {
        DriverMatrix drawn = measured.matrix;
        for (const Side driver : sides)
            for (const Side channel : sides)
                drawn.from[driver][channel] += *measured.u[driver][channel] * normal_pair(source);
        ++count[wiring_outcome(scaled_to_one(drawn))];
    }
    for (const auto& [outcome, times] : count)
        if (const double p = static_cast<double>(times) / draws; p >= MeasuredWords::least_probability)
            out.candidates.push_back({outcome, p});
    std::stable_sort(out.candidates.begin(), out.candidates.end(),
                     [](const auto& a, const auto& b) { return a.probability > b.probability; });
    if (out.candidates.empty()) {  // noise alone: every word comes up now and then
        out.decided = false;
        out.words = "nothing that the uncertainties leave standing";
        return out;
    }
    out.decided = out.candidates.front().probability >= MeasuredWords::decided_from;
    out.words = *out.decided                ? out.candidates.front().outcome
                : out.candidates.size() > 1 ? between(out.candidates)
                                            : "perhaps \"" + out.candidates.front().outcome + "\"";
    return out;
}

}  // namespace fourpole
