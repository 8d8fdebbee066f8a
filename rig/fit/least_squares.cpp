// SPDX-License-Identifier: GPL-3.0-or-later
// The one file that sees Ceres (and Eigen's singular values, which Ceres brings along).
#include "rig/fit/least_squares.hpp"

#include <ceres/ceres.h>
#include <Eigen/SVD>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace fourpole {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// Steps of the differences, relative. Rounding costs 1e-16 / step, the fifth derivative step^4.
constexpr double step = 3e-4;

constexpr int most_iterations = 2000;

double value_at(const FitParameter& p, double x) {
    return p.positive ? p.start * std::exp(x) : p.start + p.scale * x;
}

double x_of(const FitParameter& p, double value) {
    return p.positive ? std::log(value / p.start) : (value - p.start) / p.scale;
}

double slope_at(const FitParameter& p, double x) { return p.positive ? value_at(p, x) : p.scale; }

/// A value that came far down from its start wants smaller steps; around 0 the scale decides.
double step_at(const FitParameter& p, double x) {
    return p.positive ? step : step * std::max(std::abs(value_at(p, x)) / p.scale, 1e-3);
}

/// The residuals of a problem as a function of x, its priors behind the data's own.
class Weighted final : public ceres::CostFunction {
public:
    enum class Leash { off, on };
    /// `softness`: by how much the data's u are taken for larger than they are.
    explicit Weighted(const FitProblem& problem, Leash leash = Leash::off, double softness = 1.0)
        : problem_(problem), leash_(leash), softness_(softness), values_(problem.parameters.size()) {
        mutable_parameter_block_sizes()->push_back(static_cast<int>(values_.size()));
        set_num_residuals(static_cast<int>(rows(problem, leash)));
    }

    /// Never fewer than unknowns: rows of zeros change no sum and spare every solver a case.
    static std::size_t rows(const FitProblem& problem, Leash leash = Leash::off) {
        std::size_t out = problem.residuals;
        for (const FitParameter& p : problem.parameters)
            out += (p.prior_u ? 1U : 0U) + (p.leash && leash == Leash::on ? 1U : 0U);
        return std::max(out, problem.parameters.size());
    }

    bool Evaluate(double const* const* x, double* residuals, double** jacobians) const override {
        const std::size_t n = values_.size(), m = rows(problem_, leash_);
        std::vector<double> at(x[0], x[0] + n);
        if (!residuals_at(at, {residuals, m})) return false;
        if (!jacobians || !jacobians[0]) return true;
        Eigen::Map<Matrix> jacobian(jacobians[0], static_cast<Eigen::Index>(m), static_cast<Eigen::Index>(n));
        std::vector<double> there(m);
        for (std::size_t i = 0; i < n; ++i) {
            // f' = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / (12 h) + O(h^4)
            const double here = at[i], h = step_at(problem_.parameters[i], here);
            auto column = jacobian.col(static_cast<Eigen::Index>(i));
            column.setZero();
            for (const auto& [steps, weight] :
                 {std::pair{1.0, 8.0}, {-1.0, -8.0}, {2.0, -1.0}, {-2.0, 1.0}}) {
                at[i] = here + steps * h;
                if (!residuals_at(at, there)) return false;
                column +=
                    weight / (12.0 * h) * Eigen::Map<Vector>(there.data(), static_cast<Eigen::Index>(m));
            }
            at[i] = here;
        }
        return jacobian.allFinite();
    }

private:
    bool residuals_at(std::span<const double> x, std::span<double> out) const {
        std::fill(out.begin(), out.end(), 0.0);
        for (std::size_t i = 0; i < x.size(); ++i) values_[i] = value_at(problem_.parameters[i], x[i]);
        if (!problem_.evaluate(values_, out.first(problem_.residuals))) return false;
        for (double& r : out.first(problem_.residuals)) r /= softness_;
        std::size_t row = problem_.residuals;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const FitParameter& p = problem_.parameters[i];
            if (p.prior_u) out[row++] = x[i] / *p.prior_u;
            if (p.leash && leash_ == Leash::on) out[row++] = x[i] / *p.leash;
        }
        return std::all_of(out.begin(), out.end(), [](double r) { return std::isfinite(r); });
    }

    const FitProblem& problem_;
    Leash leash_;
    double softness_;
    mutable std::vector<double> values_;
};

class Watch final : public ceres::IterationCallback {
public:
    explicit Watch(const FitProblem& problem) : problem_(problem) {}
    ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
        if (!problem_.go_on || problem_.go_on(summary.iteration)) return ceres::SOLVER_CONTINUE;
        stopped = true;
        return ceres::SOLVER_ABORT;
    }
    bool stopped = false;

private:
    const FitProblem& problem_;
};

/// How far the first step may go, and whether residuals are counted in units of those at the
/// start: what far too large residuals pull at is another thing then (Ceres bounds its damping
/// from below in absolute terms), and MGH17 of NIST falls into the right valley.
struct Attempt {
    double radius;
    bool in_units_of_start;
};
constexpr Attempt attempts[] = {{1e4, false}, {1e4, true}, {1.0, false}, {1e-4, true}};

constexpr double on_the_way = 1e-4;  ///< settled enough while the data are not yet taken in earnest

/// Chi-square per degree of freedom that needs no other attempt.
constexpr double good_enough = 2.0;

ceres::Solver::Options options_for(const Attempt& attempt, double settled, Watch& watch) {
    ceres::Solver::Options options;
    options.linear_solver_type = ceres::DENSE_QR;
    options.initial_trust_region_radius = attempt.radius;
    options.max_num_iterations = most_iterations;
    options.function_tolerance = settled;
    options.gradient_tolerance = 1e-16;
    options.parameter_tolerance = 1e-14;
    options.logging_type = ceres::SILENT;
    options.callbacks.push_back(&watch);
    return options;
}

/// Fills strengths, directions and covariance at x.
void add_covariance(ceres::Problem& problem, double* x, const Matrix& jacobian, LeastSquares& out) {
    const auto n = jacobian.cols();
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
    int unknown = 0;
    Matrix covariance = Matrix::Zero(n, n);
    for (Eigen::Index k = 0; k < n; ++k) {
        const double strength = svd.singularValues()[k];
        const Vector direction = svd.matrixV().col(k);
        out.strengths.push_back(strength);
        out.directions.insert(out.directions.end(), direction.data(), direction.data() + n);
        if (strength * farthest >= 1.0) continue;
        ++unknown;
        covariance += farthest * farthest * direction * direction.transpose();
    }
    if (unknown < n) {
        ceres::Covariance::Options options;
        options.algorithm_type = ceres::DENSE_SVD;
        options.null_space_rank = unknown;
        options.min_reciprocal_condition_number = 0.0;  // what is too weak was sorted out above
        ceres::Covariance known(options);
        Matrix kept(n, n);
        if (known.Compute(std::vector<const double*>{x}, &problem) &&
            known.GetCovarianceBlock(x, x, kept.data()))
            covariance += kept;
        else
            out.converged = false;
    }
    out.covariance.assign(covariance.data(), covariance.data() + n * n);
    out.dof -= static_cast<int>(n) - unknown;
}

LeastSquares describe(const FitProblem& fit, ceres::Problem& problem, double* x,
                      const ceres::Solver::Summary& summary) {
    LeastSquares out;
    const std::size_t n = fit.parameters.size(), m = Weighted::rows(fit);
    const auto rows = static_cast<Eigen::Index>(m), columns = static_cast<Eigen::Index>(n);
    std::vector<double> residuals(m);
    Matrix jacobian(rows, columns);
    double* blocks[] = {jacobian.data()};
    const Weighted weighted(fit);
    const double* at[] = {x};
    out.converged =
        weighted.Evaluate(at, residuals.data(), blocks) && summary.termination_type == ceres::CONVERGENCE;
    out.iterations = static_cast<int>(summary.iterations.size());
    for (std::size_t i = 0; i < n; ++i) {
        out.values.push_back(value_at(fit.parameters[i], x[i]));
        out.slope.push_back(slope_at(fit.parameters[i], x[i]));
        if (fit.parameters[i].prior_u) ++out.dof;
    }
    for (const double r : residuals) out.chi_square += r * r;
    out.dof += static_cast<int>(fit.residuals);
    out.jacobian.assign(jacobian.data(), jacobian.data() + fit.residuals * n);
    add_covariance(problem, x, jacobian, out);
    return out;
}

bool is_leashed(const FitProblem& fit) {
    return std::any_of(fit.parameters.begin(), fit.parameters.end(),
                       [](const FitParameter& p) { return p.leash.has_value(); });
}

struct Solved {
    ceres::Solver::Summary summary;
    bool stopped = false;
};

/// From x, and to x. Residuals are counted in units of sqrt(unit).
Solved solve(const FitProblem& fit, const Attempt& attempt, double softness, std::vector<double>& x,
             double unit = 1.0) {
    ceres::Problem problem;
    problem.AddResidualBlock(new Weighted(fit, Weighted::Leash::on, softness),
                             new ceres::ScaledLoss(nullptr, 1.0 / unit, ceres::TAKE_OWNERSHIP), x.data());
    Watch watch(fit);
    Solved out;
    ceres::Solve(options_for(attempt, softness > 1.0 ? on_the_way : fit.settled, watch), &problem,
                 &out.summary);
    out.stopped = watch.stopped;
    return out;
}

/// Takes out what the leash pulled x away from the minimum: Gauss-Newton steps along the directions
/// that the data determine, as long as chi-square falls.
void let_go(const FitProblem& fit, std::vector<double>& x) {
    constexpr int most_steps = 20, most_halvings = 8;
    constexpr double least_strength = 1.0;
    constexpr double settled_by = 1e-3;  ///< of chi-square: a thirtieth of a standard uncertainty
    const Weighted weighted(fit);
    const auto n = static_cast<Eigen::Index>(x.size());
    Matrix jacobian(static_cast<Eigen::Index>(Weighted::rows(fit)), n);
    Vector residuals(jacobian.rows());
    double* blocks[] = {jacobian.data()};
    for (int i = 0; i < most_steps; ++i) {
        const double* at[] = {x.data()};
        if (!weighted.Evaluate(at, residuals.data(), blocks)) return;
        const Eigen::JacobiSVD<Eigen::MatrixXd> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
        Vector path = Vector::Zero(n);
        for (Eigen::Index k = 0; k < n && svd.singularValues()[k] >= least_strength; ++k)
            path -= svd.matrixV().col(k) * svd.matrixU().col(k).dot(residuals) / svd.singularValues()[k];
        const Vector here = Eigen::Map<const Vector>(x.data(), n);
        const auto falls_by = [&](double share) {
            const Vector moved = here + share * path;
            Vector there(residuals.size());
            const double* to[] = {moved.data()};
            if (!weighted.Evaluate(to, there.data(), nullptr)) return -1.0;
            return residuals.squaredNorm() - there.squaredNorm();
        };
        double share = 1.0, fall = falls_by(share);
        for (int halving = 0; halving < most_halvings && !(fall > 0.0); ++halving)
            fall = falls_by(share *= 0.5);
        if (!(fall > 0.0)) return;
        Eigen::Map<Vector>(x.data(), n) += share * path;
        if (fall < settled_by) return;
    }
}

Fault stopped() { return {Fault::Kind::stopped, "", "the fit was stopped"}; }

}  // namespace

double LeastSquares::u_of(std::span<const double> gradient) const {
    const std::size_t n = values.size();
    assert(gradient.size() == n);
    double variance = 0.0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) variance += gradient[i] * covariance[i * n + j] * gradient[j];
    return std::sqrt(std::max(variance, 0.0));
}

double LeastSquares::u_of_x(std::size_t i) const { return std::sqrt(covariance[i * values.size() + i]); }

Result<LeastSquares> least_squares(const FitProblem& fit) {
    assert(!fit.parameters.empty());
    const std::size_t n = fit.parameters.size(), m = Weighted::rows(fit);
    std::vector<double> near, residuals(m);
    for (const FitParameter& p : fit.parameters) near.push_back(p.begin ? x_of(p, *p.begin) : 0.0);
    const double* at[] = {near.data()};
    if (!Weighted(fit).Evaluate(at, residuals.data(), nullptr))
        return Fault{Fault::Kind::bad_input, "", "the model has no answer at the start values"};
    double at_start = 0.0;
    for (const double r : residuals) at_start += r * r / static_cast<double>(m);

    int stages = 0;
    if (is_leashed(fit))
        // Of residuals of a thousand u the first step leads anywhere, and a figure that it makes
        // vanish never comes back: the data get their say by and by.
        for (double softness = std::sqrt(at_start); softness > 1.0; softness /= 10.0, ++stages)
            if (solve(fit, attempts[0], softness, near).stopped) return stopped();

    std::vector<double> best;
    ceres::Solver::Summary best_summary;
    double best_cost = std::numeric_limits<double>::infinity();
    for (const Attempt& attempt : attempts) {
        const double unit = attempt.in_units_of_start ? std::max(at_start, 1.0) : 1.0;
        std::vector<double> x = near;
        const Solved solved = solve(fit, attempt, 1.0, x, unit);
        if (solved.stopped) return stopped();
        const double cost = solved.summary.final_cost * unit;
        if (!solved.summary.IsSolutionUsable() || !(cost < best_cost)) continue;
        best_cost = cost;
        best = x;
        best_summary = solved.summary;
        // Ceres counts half the sum of squares.
        if (2.0 * cost <= good_enough * (static_cast<double>(m) - static_cast<double>(n))) break;
    }
    if (!std::isfinite(best_cost))
        return Fault{Fault::Kind::bad_input, "", "the fit found no minimum from the start values"};
    if (is_leashed(fit)) let_go(fit, best);
    ceres::Problem problem;
    problem.AddResidualBlock(new Weighted(fit), nullptr, best.data());
    LeastSquares out = describe(fit, problem, best.data(), best_summary);
    out.stages = stages;
    return out;
}

}  // namespace fourpole
