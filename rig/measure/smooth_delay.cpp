// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/smooth_delay.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourpole {

namespace {

constexpr std::size_t pieces_wanted = 12, least_pieces = 8;
constexpr std::size_t least_samples = 8;  ///< of a piece
constexpr double by_chance = 30.0;        ///< of chi-square with eight degrees of freedom: 1 in 5000
/// A step is the better one where it leaves so much less: what a reference fitted to a wandering tone is off
/// by, piece by piece, is in both.
constexpr double decisive = 4.0;

/// Weighted least squares by Gram-Schmidt: what is left of y, and its sum of squares.
class Residual {
public:
    Residual(std::vector<double> y, std::vector<double> weight)
        : y_(std::move(y)), weight_(std::move(weight)) {}

    /// Takes out of y what a function, itself made orthogonal to those before, explains.
    void take_out(std::vector<double> f) {
        for (const auto& g : taken_) subtract(f, g, dot(f, g));
        const double size = dot(f, f);
        if (size <= 0.0) return;
        for (double& v : f) v /= std::sqrt(size);
        subtract(y_, f, dot(y_, f));
        taken_.push_back(std::move(f));
    }
    double chi2() const { return dot(y_, y_); }
    const std::vector<double>& remaining() const { return y_; }

private:
    double dot(const std::vector<double>& a, const std::vector<double>& b) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += weight_[i] * a[i] * b[i];
        return sum;
    }
    static void subtract(std::vector<double>& from, const std::vector<double>& what, double share) {
        for (std::size_t i = 0; i < from.size(); ++i) from[i] -= share * what[i];
    }
    std::vector<double> y_, weight_;
    std::vector<std::vector<double>> taken_;
};

std::vector<double> powers(const std::vector<double>& at, int power) {
    std::vector<double> out;
    for (const double t : at) out.push_back(std::pow(t, power));
    return out;
}

/// The first piece behind t, and not the first of all.
std::size_t behind(const std::vector<double>& at, double t) {
    std::size_t i = 1;
    while (i + 1 < at.size() && at[i] <= t) ++i;
    return i;
}

double chi2_of_step(const DelayPieces& pieces, const std::vector<double>& weight) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < pieces.at.size(); ++k) {
        auto without = weight;
        without[k] = 0.0;
        Residual line(pieces.delay, without);
        std::vector<double> later(pieces.at.size(), 0.0);
        std::fill(later.begin() + static_cast<std::ptrdiff_t>(k), later.end(), 1.0);
        for (int power = 0; power <= 1; ++power) line.take_out(powers(pieces.at, power));
        line.take_out(std::move(later));
        least = std::min(least, line.chi2());
    }
    return least;
}

}  // namespace

DelayPieces delay_pieces(const Recording& recording, const ToneReference& reference, std::size_t from,
                         std::size_t to, const ToneState& state) {
    DelayPieces out;
    const std::size_t samples = (to - from) / pieces_wanted;
    if (samples < least_samples) return out;
    const double half = 0.5 * static_cast<double>(to - from);
    std::vector<ToneState> states(pieces_wanted, state);
    std::vector<double> middle;
    for (std::size_t k = 0; k < pieces_wanted; ++k) {
        middle.push_back((static_cast<double>(k) + 0.5) * static_cast<double>(samples) - half);
        states[k].delay += state.pace * middle[k];
        // The wave's slope is its own only near it: from where this match puts it once more.
        const ToneMatch m = match_tones(recording, reference, from + k * samples, samples, states[k]);
        if (m.u_delay < std::numeric_limits<double>::max()) states[k].delay += m.later;
    }
    for (std::size_t k = 0; k < pieces_wanted; ++k) {
        const std::size_t before = k > 0 ? k - 1 : 0, behind = std::min(k + 1, pieces_wanted - 1);
        states[k].pace = (states[behind].delay - states[before].delay) / (middle[behind] - middle[before]);
        const ToneMatch m = match_tones(recording, reference, from + k * samples, samples, states[k]);
        if (m.u_delay == std::numeric_limits<double>::max()) continue;
        out.at.push_back(middle[k] / half);
        out.delay.push_back(m.now.delay);
        out.u.push_back(m.u_delay);
        out.worst_rest = std::max(out.worst_rest, m.rest), out.worst_peak = std::max(out.worst_peak, m.peak);
        out.energy = std::max(out.energy, m.energy / static_cast<double>(m.samples));
        out.gain = m.now.gain;
    }
    return out;
}

std::optional<DelayCourse> smooth_course(const DelayPieces& pieces) {
    if (pieces.at.size() < least_pieces) return {};
    std::vector<double> weight;
    for (const double u : pieces.u) weight.push_back(1.0 / (u * u));
    Residual cubic(pieces.delay, weight);
    for (int power = 0; power <= 3; ++power) cubic.take_out(powers(pieces.at, power));
    if (cubic.chi2() > std::max(by_chance, decisive * chi2_of_step(pieces, weight))) return {};
    DelayCourse out{pieces.at, pieces.delay};
    for (std::size_t i = 0; i < out.delay.size(); ++i) out.delay[i] -= cubic.remaining()[i];
    return out;
}

double DelayCourse::slope_at(double t) const {
    const auto i = behind(at, t);
    return (delay[i] - delay[i - 1]) / (at[i] - at[i - 1]);
}

double DelayCourse::delay_at(double t) const {
    const auto i = behind(at, t);
    return delay[i] + slope_at(t) * (t - at[i]);
}

}  // namespace fourpole
