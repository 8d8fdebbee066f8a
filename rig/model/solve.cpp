// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/solve.hpp"

#include "rig/model/nodal.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace fourpole {
namespace {

std::string shortest(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

/// Why `m` has no solution: the node that floats, or the loop without resistance.
Fault unsolved(const Circuit& circuit, const Network& net, const Nodal& m, double frequency_hz) {
    const std::string node = m.undetermined_node(net);
    return {Fault::Kind::bad_input, circuit.name,
            "the circuit has no single solution at " + shortest(frequency_hz) + " Hz: " +
                (node.empty() ? "two outputs of 0 ohm are shorted together, or a part is 0 ohm there"
                              : node + " floats there: nothing with a loss leads from it to ground")};
}

/// The driver whose table ends before this frequency.
std::optional<Fault> beyond_table(const Circuit& circuit, double frequency_hz) {
    for (const Side s : sides) {
        const auto& table = circuit.drivers[s].impedance_table;
        if (table && !table->reaches(frequency_hz))
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "the " + std::string(name(s)) + " driver's table " + table->file() +
                             " says nothing at " + shortest(frequency_hz) + " Hz; allowed: " +
                             shortest(table->first_hz()) + " to " + shortest(table->last_hz()) + " Hz"};
    }
    return {};
}

std::optional<Fault> unfit(const Circuit& circuit, const Network& net) {
    if (Nodal::unknowns(net) <= most_unknowns) return {};
    return Fault{Fault::Kind::bad_input, circuit.name,
                 "the circuit has more than " + std::to_string(most_unknowns) + " nodes"};
}

}  // namespace

NodalSolver::NodalSolver(const Network& network, const PerSide<Driver>& drivers)
    : network_(network),
      drivers_{{DriverImpedance(drivers[Side::left]), DriverImpedance(drivers[Side::right])}},
      m_(std::make_unique<Nodal>()) {
    for (std::size_t b = 0; b < network.branches.size(); ++b)
        for (const Side s : sides)
            for (const bool minus : {false, true})
                if (network.branches[b].output == output_name(s, minus))
                    outputs_.push_back({b, output_index(s, minus)});
}

NodalSolver::~NodalSolver() = default;

Complex NodalSolver::current_of(const Branch& branch, Side driven, double w) const {
    if (Nodal::has_own_current(branch)) {
        Eigen::Index row = network_.size() - 1;
        for (const Branch& b : network_.branches) {
            if (&b == &branch) break;
            if (Nodal::has_own_current(b)) ++row;
        }
        return m_->v(row, Nodal::column(driven));
    }
    return (branch.emf_v[driven] + m_->voltage(branch.a, driven) - m_->voltage(branch.b, driven)) *
           reciprocal(impedance_of(branch.chain, w));
}

std::optional<CircuitAt> NodalSolver::at(double frequency_hz) {
    const double w = 2.0 * std::numbers::pi * frequency_hz;
    m_->stamp_network(network_, w);
    PerSide<Complex> admittance;
    for (const Side s : sides) {
        admittance[s] = reciprocal(drivers_[s].at(w));
        m_->stamp(network_.drivers[s].plus, network_.drivers[s].minus, admittance[s]);
    }
    if (!m_->factorise_and_solve()) return {};
    CircuitAt solved;
    for (const Side driven : sides)
        for (const Output& o : outputs_) {
            const Branch& branch = network_.branches[o.branch];
            // Joined with another part a branch may run the other way; a current limit knows no sign.
            solved.output[driven][o.index] = current_of(branch, driven, w);
        }
    for (const Side driven : sides)
        for (const Side s : sides) {
            const Complex plus = m_->voltage(network_.drivers[s].plus, driven);
            const Complex minus = m_->voltage(network_.drivers[s].minus, driven);
            solved.voltage[driven][s] = plus - minus;
            solved.current[driven][s] = (plus - minus) * admittance[s];
            solved.common_mode[driven][s] = 0.5 * (plus + minus);
            solved.tap[driven][s] =
                m_->voltage(network_.taps[s].plus, driven) - m_->voltage(network_.taps[s].minus, driven);
        }
    return solved;
}

Result<std::vector<CircuitAt>> solve(const Circuit& circuit, std::span<const double> frequency_hz) {
    const auto net = network_of(circuit);
    if (!net) return net.error();
    if (const auto fault = unfit(circuit, *net)) return *fault;
    NodalSolver solver(*net, circuit.drivers);
    std::vector<CircuitAt> all;
    all.reserve(frequency_hz.size());
    for (const double f : frequency_hz) {
        if (!(f > 0.0) || !std::isfinite(f))
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "a frequency of " + shortest(f) + " Hz; allowed: above 0"};
        if (auto fault = beyond_table(circuit, f)) return *fault;
        const auto solved = solver.at(f);
        if (!solved) return unsolved(circuit, *net, solver.matrices(), f);
        all.push_back(*solved);
    }
    return all;
}

Result<std::vector<OutputCurrent>> unloaded_currents(const Circuit& circuit, double frequency_hz) {
    const auto net = unloaded_network_of(circuit);
    if (!net) return net.error();
    if (const auto fault = unfit(circuit, *net)) return *fault;
    const double w = 2.0 * std::numbers::pi * frequency_hz;
    Nodal m;
    m.stamp_network(*net, w);
    if (!m.factorise_and_solve()) return unsolved(circuit, *net, m, frequency_hz);
    const double leak = circuit.leakage_ohm > 0.0 ? 1.0 / circuit.leakage_ohm : 0.0;
    std::vector<OutputCurrent> currents;
    for (const Branch& b : net->branches) {
        if (b.output.empty()) continue;
        OutputCurrent out{b.output, {}};
        const Complex admittance = reciprocal(impedance_of(b.chain, w));
        for (const Side driven : sides)
            out.ampere[driven] =
                (b.emf_v[driven] + m.voltage(b.a, driven) - m.voltage(b.b, driven)) * admittance +
                b.emf_v[driven] * leak;
        currents.push_back(out);
    }
    return currents;
}

}  // namespace fourpole
