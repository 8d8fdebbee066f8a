// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/circuit_fit.hpp"

#include "rig/fit/chi_square.hpp"
#include "rig/fit/circuit_model.hpp"
#include "rig/fit/combinations.hpp"
#include "rig/fit/elements.hpp"
#include "rig/profile/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

/// What a step of 1 in x is for the figures that may have either sign. Where the data do not
/// tell, they may go to `farthest` steps: more than any device, so that nothing else is called
/// known because of that.
constexpr double leak_scale = 1.0, crosstalk_scale = 1.0, delay_scale_s = 1e-3;

/// Wires in series make a curved valley in logarithms, along whose bottom Levenberg and Marquardt
/// crawl: the last part of the way is left to the steps of let_go().
constexpr double settled = 1e-4;
/// Near enough to see which directions the data determine.
constexpr double roughly_settled = 1e-3;

constexpr double outside = 0.005;  ///< of chi-square, on either side of its 99 % band

Fault refuse(std::string what) { return {Fault::Kind::bad_input, "", std::move(what)}; }

/// One unknown with the number that it moves.
struct Knob {
    Unknown unknown;
    FitParameter parameter;
    double* target = nullptr;
};

Knob knob_of(const Element& e, bool use_priors) {
    Knob knob;
    knob.unknown = {e.name, e.words, e.unit, e.figure->value,   0.0,
                    0.0,    false,   true,   e.impedance_power, false};
    knob.parameter = {e.name, e.figure->value, !e.either_sign, leak_scale, std::nullopt};
    if (!use_priors) knob.parameter.leash = farthest;
    if (use_priors && e.figure->tolerance > 0.0) {
        const double relative = relative_u_of(*e.figure);
        knob.parameter.prior_u = e.either_sign ? std::abs(e.figure->value) * relative / leak_scale : relative;
    }
    knob.target = &e.figure->value;
    return knob;
}

/// Everything that may be named, and what of it is free.
class Choice {
public:
    Choice(const FitOrder& order, const Observed& observed, CircuitModel& model)
        : order_(order), observed_(observed), model_(model) {}

    Result<std::vector<Knob>> knobs() {
        if (auto fault = check_words("--free", order_.free)) return *fault;
        if (auto fault = check_words("--fix", order_.fixed)) return *fault;
        std::vector<Knob> out;
        for (const Element& e : model_.elements()) {
            if (!is_free(e)) continue;
            if (!e.either_sign && !(e.figure->value > 0.0))
                return refuse(
                    fmt::format("--free: {} starts at {}; allowed: a figure above 0 in the profile "
                                "(the fit moves it by factors)",
                                e.name, e.figure->value));
            out.push_back(knob_of(e, order_.use_priors));
        }
        if (out.empty())
            return refuse(
                "nothing is free: no figure of these profiles has a tolerance, or all are fixed; "
                "name some with --free");
        add_bench(out);
        return out;
    }

private:
    static bool any_means(const std::vector<std::string>& words, const std::string& name) {
        return std::any_of(words.begin(), words.end(), [&](const auto& w) { return means(w, name); });
    }

    bool is_free(const Element& e) const {
        if (any_means(order_.fixed, e.name)) return false;
        if (!order_.free.empty()) return any_means(order_.free, e.name);
        return e.figure->tolerance > 0.0 && (e.either_sign || e.figure->value > 0.0);
    }

    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const Element& e : model_.elements()) all.push_back(e.name);
        for (const Side s : sides) all.push_back("gain." + std::string(name(s)));
        all.insert(all.end(), {"delay_s", "interface.crosstalk", "interface.crosstalk_capacitive"});
        return all;
    }

    std::optional<Fault> check_words(const char* option, const std::vector<std::string>& words) const {
        const auto all = names();
        for (const std::string& word : words) {
            if (std::any_of(all.begin(), all.end(), [&](const auto& n) { return means(word, n); })) continue;
            std::vector<std::string> known = all;  // the last parts are words as well
            for (const std::string& n : all)
                for (auto dot = n.find('.'); dot != std::string::npos; dot = n.find('.', dot + 1))
                    known.push_back(n.substr(dot + 1));
            const std::string near = nearest(word, known);
            std::string list;
            for (const std::string& n : all) list += (list.empty() ? "" : ", ") + n;
            return refuse(fmt::format("{}: \"{}\" is no figure of this circuit{}; allowed: {}", option, word,
                                      near.empty() ? "" : " (nearest: " + near + ")", list));
        }
        return {};
    }

    bool records(Observation::Kind kind, std::optional<Side> to = {}) const {
        return std::any_of(observed_.points.begin(), observed_.points.end(),
                           [&](const Observation& o) { return o.kind == kind && (!to || o.to == *to); });
    }

    void add(std::vector<Knob>& out, const std::string& name, const std::string& words, const char* unit,
             double& target, FitParameter parameter) const {
        if (any_means(order_.fixed, name)) return;
        Knob knob;
        knob.unknown = {name, words, unit, target, 0.0, 0.0, false, true, 0, true};
        knob.parameter = std::move(parameter);
        knob.parameter.name = name;
        knob.parameter.start = target;
        knob.target = &target;
        out.push_back(std::move(knob));
    }

    void add_gain(std::vector<Knob>& out, Side s, bool anchored) const {
        using Kind = Observation::Kind;
        const bool calibrated = observed_.calibration == "calibrated";
        if (!records(Kind::transfer, s) && !records(Kind::crosstalk)) return;
        if (anchored && !calibrated) return;
        FitParameter gain{"", 1.0, true, 1.0, std::nullopt};
        if (calibrated) {
            // A calibration that says nothing about itself counts as exact, like one of u = 0.
            if (observed_.calibration_u[s].value_or(0.0) <= 0.0) return;
            gain.prior_u = observed_.calibration_u[s];
        }
        const std::string side(name(s));
        if (!calibrated && !any_means(order_.fixed, "gain." + side)) model_.guess_gain(s);
        add(out, "gain." + side, "gain of the " + side + " channel", "", model_.bench.gain[s], gain);
    }

    void add_bench(std::vector<Knob>& out) {
        using Kind = Observation::Kind;
        // Ratios alone do not know a gain, only that of one channel re the other.
        bool anchored = !records(Kind::transfer);
        for (const Side s : sides) {
            add_gain(out, s, anchored);
            anchored = false;
        }
        const auto has_phase = [](const Observation& o) {
            return o.kind == Kind::transfer && !o.magnitude_only;
        };
        if (std::any_of(observed_.points.begin(), observed_.points.end(), has_phase))
            add(out, "delay_s", "delay left over", "s", model_.bench.delay_s,
                {"", 0.0, false, delay_scale_s, std::nullopt});
        const auto crosses = [](const Observation& o) { return o.from != o.to; };
        if (std::none_of(observed_.points.begin(), observed_.points.end(), crosses)) return;
        FitParameter leak{"", 0.0, false, crosstalk_scale, std::nullopt};
        if (observed_.interface_crosstalk) leak.prior_u = *observed_.interface_crosstalk / 2.0;
        add(out, "interface.crosstalk", "crosstalk of the interface", "", model_.bench.crosstalk, leak);
        // Without a bound it would pass for the cable's own capacitance.
        if (leak.prior_u)
            add(out, "interface.crosstalk_capacitive", "the same through a capacitance, at 20 kHz", "",
                model_.bench.capacitive_crosstalk, leak);
    }

    const FitOrder& order_;
    const Observed& observed_;
    CircuitModel& model_;
};

Result<LeastSquares> solve_for(std::vector<Knob>& knobs, CircuitModel& model, const FitOrder& order,
                               double enough) {
    FitProblem problem;
    for (const Knob& knob : knobs) problem.parameters.push_back(knob.parameter);
    problem.residuals = model.residual_count();
    problem.settled = enough;
    problem.evaluate = [&](std::span<const double> values, std::span<double> residuals) {
        for (std::size_t i = 0; i < knobs.size(); ++i) *knobs[i].target = values[i];
        return model.residuals(residuals);
    };
    problem.go_on = order.go_on;
    auto numbers = least_squares(problem);
    if (!numbers) return numbers;
    for (std::size_t i = 0; i < knobs.size(); ++i) *knobs[i].target = numbers->values[i];
    return numbers;
}

/// Value, u and how much they are worth.
void describe(std::vector<Knob>& knobs, const LeastSquares& numbers) {
    const std::size_t n = knobs.size();
    for (std::size_t i = 0; i < n; ++i) {
        Unknown& unknown = knobs[i].unknown;
        unknown.value = numbers.values[i];
        unknown.u = numbers.u_of_x(i) * std::abs(numbers.slope[i]);
        unknown.known = numbers.u_of_x(i) < most_relative_u;
        double squared = 0.0;
        for (std::size_t k = i; k < numbers.jacobian.size(); k += n)
            squared += numbers.jacobian[k] * numbers.jacobian[k];
        unknown.seen = std::sqrt(squared) * most_relative_u > 1.0;
    }
}

/// The rough solution, brought to the scale at which the reference stands where it started.
void begin_at(const LeastSquares& rough, std::optional<std::size_t> reference, std::vector<Knob>& knobs) {
    const double scale = reference ? knobs[*reference].parameter.start / rough.values[*reference] : 1.0;
    for (std::size_t i = 0; i < knobs.size(); ++i)
        knobs[i].parameter.begin = rough.values[i] * std::pow(scale, knobs[i].unknown.impedance_power);
}

std::vector<Unknown> unknowns_of(const std::vector<Knob>& knobs) {
    std::vector<Unknown> out;
    for (const Knob& knob : knobs) out.push_back(knob.unknown);
    return out;
}

std::size_t broken_bounds(const CircuitModel& model, const Observed& observed) {
    const auto predicted = model.predicted();
    if (!predicted) return 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < observed.bounds.size(); ++i)
        if (std::abs((*predicted)[observed.points.size() + i]) > std::abs(observed.bounds[i].value)) ++count;
    return count;
}

}  // namespace

Result<CircuitFit> fit_circuit(const FitOrder& order, const Observed& observed) {
    CircuitModel model(order.circuit, observed);
    auto knobs = Choice(order, observed, model).knobs();
    if (!knobs) return knobs.error();
    if (!model.predicted()) {
        const auto solved = solve(order.circuit, std::vector<double>{1000.0});
        return solved ? refuse("the circuit has no solution at some frequency of the record")
                      : solved.error();
    }
    CircuitFit out;
    // Ratios of volts do not know how large an ohm is: then one impedance stays where it is.
    if (!order.use_priors) {
        const auto rough = solve_for(*knobs, model, order, roughly_settled);
        if (!rough) return rough.error();
        describe(*knobs, *rough);
        const auto reference = reference_of(unknowns_of(*knobs), *rough);
        for (Knob& knob : *knobs) *knob.target = knob.parameter.start;
        begin_at(*rough, reference, *knobs);
        if (reference) {
            out.reference = (*knobs)[*reference].unknown.name;
            out.reference_value = (*knobs)[*reference].unknown.start;
            knobs->erase(knobs->begin() + static_cast<std::ptrdiff_t>(*reference));
        }
    }
    auto numbers = solve_for(*knobs, model, order, settled);
    if (!numbers) return numbers.error();
    describe(*knobs, *numbers);
    out.unknowns = unknowns_of(*knobs);
    out.numbers = std::move(*numbers);
    out.combinations = combinations_of(out.unknowns, out.numbers);
    out.circuit = model.circuit();
    out.complex_points = observed.points.size();
    out.residuals = model.residual_count();
    out.bounds_broken = broken_bounds(model, observed);
    if (out.numbers.dof > 0) {
        out.low = chi_square_quantile(outside, out.numbers.dof);
        out.high = chi_square_quantile(1.0 - outside, out.numbers.dof);
    }
    return out;
}

}  // namespace fourpole
