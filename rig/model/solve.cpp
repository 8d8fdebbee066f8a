// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/solve.hpp"

#include <Eigen/Dense>
#include <Eigen/LU>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace fourpole {
namespace {

/// 4 springs, 4 segments, split, 4 terminals and a bridging spring are 14 nodes; 4 outputs
/// of 0 ohm add a current each.
constexpr int most_unknowns = 20;

using Square =
    Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, most_unknowns, most_unknowns>;
using TwoColumns = Eigen::Matrix<Complex, Eigen::Dynamic, 2, Eigen::ColMajor, most_unknowns, 2>;

Eigen::Index column(Side driven) { return driven == Side::left ? 0 : 1; }

/// Modified nodal analysis: node voltages, plus the current of every EMF without impedance.
struct Nodal {
    Square y;
    TwoColumns rhs, v;
    Eigen::PartialPivLU<Square> lu{most_unknowns};

    static Eigen::Index unknowns(const Network& net) {
        const auto ideal = std::count_if(net.branches.begin(), net.branches.end(),
                                         [](const Branch& b) { return b.chain.is_wire(); });
        return net.size() - 1 + ideal;
    }

    void clear(Eigen::Index n) {
        y.setZero(n, n);
        rhs.setZero(n, 2);
    }

    // Ground has no row: node k is row k - 1.
    void stamp(int a, int b, Complex admittance) {
        if (a != 0) y(a - 1, a - 1) += admittance;
        if (b != 0) y(b - 1, b - 1) += admittance;
        if (a == 0 || b == 0) return;
        y(a - 1, b - 1) -= admittance;
        y(b - 1, a - 1) -= admittance;
    }

    /// An EMF behind an impedance is a current beside it (Norton).
    void stamp_source(const Branch& b, Complex admittance) {
        for (const Side driven : sides) {
            const Complex i = b.emf_v[driven] * admittance;
            if (b.a != 0) rhs(b.a - 1, column(driven)) -= i;
            if (b.b != 0) rhs(b.b - 1, column(driven)) += i;
        }
    }

    void stamp_ideal(const Branch& b, Eigen::Index row) {
        if (b.a != 0) y(b.a - 1, row) += 1.0, y(row, b.a - 1) -= 1.0;
        if (b.b != 0) y(b.b - 1, row) -= 1.0, y(row, b.b - 1) += 1.0;
        for (const Side driven : sides) rhs(row, column(driven)) = b.emf_v[driven];
    }

    void stamp_network(const Network& net, double w) {
        clear(unknowns(net));
        for (int n = 1; n < net.size(); ++n) y(n - 1, n - 1) += net.leak_siemens[static_cast<std::size_t>(n)];
        Eigen::Index row = net.size() - 1;
        for (const Branch& b : net.branches) {
            if (b.chain.is_wire()) {
                stamp_ideal(b, row++);
                continue;
            }
            const Complex admittance = reciprocal(impedance_of(b.chain, w));
            stamp(b.a, b.b, admittance);
            if (b.has_emf()) stamp_source(b, admittance);
        }
    }

    bool factorise_and_solve() {
        lu.compute(y);
        v = lu.solve(rhs);
        return v.allFinite();
    }

    Complex voltage(int node, Side driven) const {
        return node == 0 ? Complex{} : v(node - 1, column(driven));
    }
};

std::string shortest(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

Fault unsolved(const Circuit& circuit, double frequency_hz) {
    return {Fault::Kind::bad_input, circuit.name,
            "the circuit has no single solution at " + shortest(frequency_hz) +
                " Hz: two outputs of 0 ohm are shorted together, or a resonance has no loss"};
}

std::optional<Fault> unfit(const Circuit& circuit, const Network& net) {
    if (Nodal::unknowns(net) <= most_unknowns) return {};
    return Fault{Fault::Kind::bad_input, circuit.name,
                 "the circuit has more than " + std::to_string(most_unknowns) + " nodes"};
}

}  // namespace

struct NodalSolver::Matrices : Nodal {};

NodalSolver::NodalSolver(const Network& network, const PerSide<Driver>& drivers)
    : network_(network),
      drivers_{{DriverImpedance(drivers[Side::left]), DriverImpedance(drivers[Side::right])}},
      m_(std::make_unique<Matrices>()) {}

NodalSolver::~NodalSolver() = default;

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
        for (const Side s : sides) {
            const Complex plus = m_->voltage(network_.drivers[s].plus, driven);
            const Complex minus = m_->voltage(network_.drivers[s].minus, driven);
            solved.voltage[driven][s] = plus - minus;
            solved.current[driven][s] = (plus - minus) * admittance[s];
            solved.common_mode[driven][s] = 0.5 * (plus + minus);
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
        const auto solved = solver.at(f);
        if (!solved) return unsolved(circuit, f);
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
    if (!m.factorise_and_solve()) return unsolved(circuit, frequency_hz);
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
