// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/consistency.hpp"

#include "rig/compare/symmetric_parts.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace fourpole {
namespace {

constexpr double rank_cut = 1e-10;
constexpr double negative_cut = 1e-9;
constexpr double least_own_db = 2e-3;

std::optional<double> over_root(double difference, double variance) {
    if (!(variance > 0.0)) return {};
    return difference / std::sqrt(variance);
}

/// ln of x^a e^-x / Gamma(a).
double log_weight(double a, double x) { return a * std::log(x) - x - std::lgamma(a); }

/// What moves the whole measured curve at once.
double common_u(const Reading& measured, double smallest_u) {
    if (const Detail* detail = measured.detail("systematic_u"))
        if (const auto* u = std::get_if<double>(detail)) return std::min(*u, smallest_u);
    return measured.calibration == "raw" ? 0.0 : smallest_u;
}

/// Differences and standard deviations of the points that vary at all.
struct Scaled {
    std::vector<double> difference;
    std::vector<double> correlation;  ///< of each pair of them, row by row
    double impossible = 0.0;
    bool covariance = true;  ///< false: a negative variance
};

Scaled scaled(std::span<const double> differences, std::span<const double> covariance) {
    const std::size_t n = differences.size();
    Scaled out;
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < n; ++i) {
        const double variance = covariance[i * n + i];
        if (variance > 0.0) kept.push_back(i);
        if (!(variance >= 0.0)) out.covariance = false;
        if (variance == 0.0 && differences[i] != 0.0)
            out.impossible = std::numeric_limits<double>::infinity();
    }
    for (const std::size_t a : kept) {
        const double u_a = std::sqrt(covariance[a * n + a]);
        out.difference.push_back(differences[a] / u_a);
        for (const std::size_t b : kept)
            out.correlation.push_back(covariance[a * n + b] / u_a / std::sqrt(covariance[b * n + b]));
    }
    return out;
}

}  // namespace

std::optional<double> z_score(double a, double u_a, double b, double u_b, double covariance) {
    return over_root(a - b, u_a * u_a + u_b * u_b - 2.0 * covariance);
}

std::optional<double> en_number(double a, double expanded_a, double b, double expanded_b, double covariance,
                                double k) {
    return over_root(a - b, expanded_a * expanded_a + expanded_b * expanded_b - 2.0 * k * k * covariance);
}

double chi_square_exceeded(double value, double degrees_of_freedom) {
    assert(degrees_of_freedom > 0.0);
    const double a = 0.5 * degrees_of_freedom, x = 0.5 * value;
    if (!(x > 0.0)) return 1.0;
    if (x < a + 1.0) {  // series of P(a, x)
        double term = 1.0 / a, sum = term;
        for (int n = 1; n < 100'000 && term > 1e-17 * sum; ++n) {
            term *= x / (a + n);
            sum += term;
        }
        return 1.0 - sum * std::exp(log_weight(a, x));
    }
    // Continued fraction of Q(a, x) by the modified method of Lentz.
    constexpr double tiny = 1e-300;
    double b = x + 1.0 - a, c = 1.0 / tiny, d = 1.0 / b, h = d;
    for (int n = 1; n < 100'000; ++n) {
        const double factor = -n * (n - a);
        b += 2.0;
        d = factor * d + b;
        d = 1.0 / (std::abs(d) < tiny ? tiny : d);
        c = b + factor / c;
        if (std::abs(c) < tiny) c = tiny;
        h *= d * c;
        if (std::abs(d * c - 1.0) < 1e-16) break;
    }
    return h * std::exp(log_weight(a, x));
}

std::optional<ChiSquare> chi_square(std::span<const double> differences, std::span<const double> covariance) {
    assert(covariance.size() == differences.size() * differences.size());
    const Scaled in = scaled(differences, covariance);
    if (!in.covariance || in.difference.empty()) return {};
    const auto parts = symmetric_parts(in.correlation);
    if (!parts) return {};
    const double largest = parts->values.back();
    if (parts->values.front() < -negative_cut * largest) return {};

    ChiSquare out;
    out.points = static_cast<int>(differences.size());
    double outside = 0.0;
    for (std::size_t k = 0; k < parts->values.size(); ++k) {
        const std::span<const double> direction = parts->direction(k);
        const double along =
            std::inner_product(direction.begin(), direction.end(), in.difference.begin(), 0.0);
        if (parts->values[k] <= rank_cut * largest) {
            outside += along * along;
            continue;
        }
        out.value += along * along / parts->values[k];
        ++out.degrees_of_freedom;
    }
    out.impossible = std::max(in.impossible, std::sqrt(outside));
    out.p = chi_square_exceeded(out.value, out.degrees_of_freedom);
    return out;
}

std::optional<Consistency> consistency(const Reading& measured, const Reading& predicted,
                                       std::span<const double> model) {
    const std::size_t all = predicted.points.size();
    assert(model.size() == all * all);
    std::vector<std::size_t> place;  // of each point in `predicted`
    std::vector<double> own, differences;
    for (const Point& p : measured.points) {
        if (!p.at || !p.value || !p.u || p.state != State::exact) continue;
        const auto there =
            std::find_if(predicted.points.begin(), predicted.points.end(), [&](const Point& q) {
                return q.at && q.value && q.state == State::exact && std::abs(*q.at - *p.at) <= 1e-9 * *p.at;
            });
        if (there == predicted.points.end()) continue;
        place.push_back(static_cast<std::size_t>(there - predicted.points.begin()));
        own.push_back(*p.u);
        differences.push_back(*p.value - *there->value);
    }
    const std::size_t n = place.size();
    if (n == 0) return {};
    const double common = common_u(measured, *std::min_element(own.begin(), own.end()));
    std::vector<double> covariance(n * n);
    Consistency out;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j)
            covariance[i * n + j] = model[place[i] * all + place[j]] + common * common;
        covariance[i * n + i] += std::max(own[i] * own[i] - common * common, least_own_db * least_own_db);
        const double u = std::sqrt(std::max(0.0, model[place[i] * all + place[i]]));
        if (const auto en = en_number(differences[i], 2.0 * own[i], 0.0, 2.0 * u))
            out.largest_en = std::max(out.largest_en, std::abs(*en));
    }
    const auto whole = chi_square(differences, covariance);
    if (!whole) return {};
    out.chi_square = *whole;
    return out;
}

}  // namespace fourpole
