// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/fault_odds.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace fourpole {
namespace {

constexpr int n = static_cast<int>(coefficient_count);
// Their size is a variable to the compiler: unrolled loops of eight cost more to compile than they save.
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, n, 1>;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, n, n>;

constexpr double phase_rad = 0.1;
constexpr double not_modelled = 1e-4;
/// +-60 dB in nepers, 3 ln 10: a gain outside is no gain of an audio interface.
const double reach_neper = 3.0 * std::numbers::ln10;
constexpr double search_neper = 0.25;  ///< in ln g the likelihood has one peak, nepers wide at its foot
constexpr double step_neper = 0.05;
/// Below this a peak over ln g is narrower than Laplace's formula needs: 1/3 neper.
constexpr double least_sharpness = 3.0;
/// The 99.9 % point of chi-square with 8 - 1 degrees of freedom.
constexpr double chi_square_limit = 24.322;

Vector vector_of(const DriverMatrix& m) {
    const Coefficients c = coefficients_of(m);
    return Eigen::Map<const Vector>(c.data(), n);
}

/// One hypothesis against one measurement, as a function of the common gain.
class Fit {
public:
    Fit(const FaultHypothesis& hypothesis, const Vector& measured, const Vector& variance)
        : h_(vector_of(hypothesis.matrix)), m_(measured), variance_(variance), spread_(n, n) {
        for (int i = 0; i < n; ++i)
            for (int k = 0; k < n; ++k)
                spread_(i, k) =
                    hypothesis.covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
        // A common phase turns the nominal coefficients and what the unit deviates from them.
        Matrix quarter = Matrix::Zero(n, n);
        for (int k = 0; k < n; k += 2) quarter(k, k + 1) = -1.0, quarter(k + 1, k) = 1.0;
        const Matrix seen = spread_ + h_ * h_.transpose();
        spread_ += phase_rad * phase_rad * quarter * seen * quarter.transpose();
        const double floor = not_modelled * h_.cwiseAbs().maxCoeff();
        spread_.diagonal().array() += floor * floor;
    }

    struct At {
        double log_likelihood = 0.0, chi_square = 0.0;
        double sharpness = 0.0;  ///< g h over its error: 1 / standard deviation of ln g
    };
    At at(double log_gain) const {
        const double g = std::exp(log_gain);
        Matrix c = g * g * spread_;
        c.diagonal() += variance_;
        const Eigen::LLT<Matrix> llt(c);
        const Vector error = llt.matrixL().solve(m_ - g * h_);
        const Vector signal = llt.matrixL().solve(g * h_);
        const double log_det = 2.0 * llt.matrixLLT().diagonal().array().log().sum();
        At out;
        out.chi_square = error.squaredNorm();
        out.sharpness = signal.norm();
        out.log_likelihood = -0.5 * (out.chi_square + log_det + n * std::log(2.0 * std::numbers::pi));
        return out;
    }

    RankedFault best(std::size_t place) const {
        double top = -reach_neper, top_value = -std::numeric_limits<double>::infinity();
        for (double a = -reach_neper; a <= reach_neper; a += search_neper)
            if (const double value = at(a).log_likelihood; value > top_value) top_value = value, top = a;
        const double a = peak(top - search_neper, top + search_neper);
        const At there = at(a);
        const double integral = there.sharpness > least_sharpness ? laplace(there) : sum();
        return {place, integral, 0.0, std::exp(a), there.chi_square};
    }

private:
    /// Golden section: the likelihood has one peak between two points beside the best one.
    double peak(double low, double high) const {
        constexpr double ratio = 0.6180339887498949;
        double a = high - ratio * (high - low), b = low + ratio * (high - low);
        double at_a = at(a).log_likelihood, at_b = at(b).log_likelihood;
        for (int k = 0; k < 40; ++k) {  // 0.5 neper * 0.618^40 = 2e-9
            if (at_a > at_b) {
                high = b, b = a, at_b = at_a;
                at_a = at(a = high - ratio * (high - low)).log_likelihood;
            } else {
                low = a, a = b, at_a = at_b;
                at_b = at(b = low + ratio * (high - low)).log_likelihood;
            }
        }
        return 0.5 * (low + high);
    }

    /// Integral over ln g of a peak that is a Gaussian of width 1 / sharpness, over the prior.
    double laplace(const At& there) const {
        return there.log_likelihood +
               std::log(std::sqrt(2.0 * std::numbers::pi) / there.sharpness / (2.0 * reach_neper));
    }

    /// The same where the signal hardly stands out: any gain below the noise explains as well.
    double sum() const {
        std::vector<double> values;
        for (double a = -reach_neper; a <= reach_neper; a += step_neper)
            values.push_back(at(a).log_likelihood);
        const double top = *std::max_element(values.begin(), values.end());
        double total = 0.0;
        for (const double v : values) total += std::exp(v - top);
        return top + std::log(total * step_neper / (2.0 * reach_neper));
    }

    Vector h_, m_, variance_;
    Matrix spread_;
};

std::string odds_in_words(double log_odds) {
    const double odds = std::exp(std::min(log_odds, 50.0));
    if (odds >= 1e6) return "more than a million";
    const double digits = odds >= 100.0 ? 10.0 : 1.0;  // two or three figures are enough
    return std::to_string(static_cast<long>(std::round(odds / digits) * digits));
}

}  // namespace

Result<FaultRanking> rank_faults(std::span<const FaultHypothesis> hypotheses,
                                 const UncertainMatrix& measured) {
    const auto refuse = [](std::string what) {
        return Fault{Fault::Kind::bad_input, "measured matrix", std::move(what)};
    };
    if (!measured.has_all_u())
        return refuse("a coefficient has no uncertainty; faults can only be ranked against all four");
    const Vector m = vector_of(measured.matrix);
    const double size = m.cwiseAbs().maxCoeff();
    if (!(size > 0.0)) return refuse("every coefficient is zero; nothing was measured");
    Vector variance(n);
    int k = 0;
    for (const Side driver : sides)
        for (const Side channel : sides) {
            // Arithmetic alone leaves some 1e-12: a variance of zero has no inverse.
            const double u = std::max(*measured.u[driver][channel] / size, 1e-9);
            variance[k++] = u * u;
            variance[k++] = u * u;
        }
    FaultRanking out;
    for (std::size_t i = 0; i < hypotheses.size(); ++i)
        out.ranked.push_back(Fit(hypotheses[i], m / size, variance).best(i));
    std::stable_sort(out.ranked.begin(), out.ranked.end(), [](const RankedFault& a, const RankedFault& b) {
        return a.log_likelihood > b.log_likelihood;
    });
    if (out.ranked.empty()) return out;
    out.untold = 0;
    for (RankedFault& r : out.ranked) {
        r.gain *= size;
        r.log_odds = out.ranked.front().log_likelihood - r.log_likelihood;
        if (r.log_odds < std::log(FaultRanking::told_apart)) ++out.untold;
    }
    out.explained = out.ranked.front().chi_square < chi_square_limit;
    return out;
}

std::string ranking_in_words(std::span<const FaultHypothesis> hypotheses, const FaultRanking& ranking) {
    if (ranking.ranked.empty()) return "no hypothesis to compare with";
    const auto of = [&](const RankedFault& r) -> const FaultHypothesis& { return hypotheses[r.hypothesis]; };
    const auto sentence = [&](const RankedFault& r) { return of(r).kind + ": " + of(r).what; };
    const RankedFault& best = ranking.ranked.front();
    if (!ranking.explained) return "none of the known faults explains it (nearest: " + sentence(best) + ")";
    if (ranking.untold == 1) {
        std::string text = sentence(best);
        if (ranking.ranked.size() > 1)
            text += " (" + odds_in_words(ranking.ranked[1].log_odds) +
                    " times likelier than the next: " + of(ranking.ranked[1]).kind + ")";
        return text;
    }
    const auto untold = std::span(ranking.ranked).first(ranking.untold);
    if (std::any_of(untold.begin(), untold.end(), [&](const auto& r) { return of(r).kind == "as wired"; }))
        return "as wired; " + std::to_string(ranking.untold - 1) +
               " faults that nobody could tell from it are not excluded";
    std::string text = "one of these, which this measurement does not tell apart: ";
    const std::size_t said = std::min<std::size_t>(untold.size(), 3);
    for (std::size_t i = 0; i < said; ++i) text += (i == 0 ? "" : "; ") + sentence(untold[i]);
    return text + (untold.size() > said ? "; and " + std::to_string(untold.size() - said) + " more" : "");
}

}  // namespace fourpole
