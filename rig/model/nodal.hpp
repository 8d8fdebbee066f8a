// SPDX-License-Identifier: GPL-3.0-or-later
// From a Network to its matrices, and nothing else: whoever wants to solve many circuits of one
// shape at once begins here.
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/model/impedance.hpp"
#include "rig/model/model.hpp"

#include <Eigen/Dense>
#include <Eigen/LU>

#include <optional>
#include <string>

namespace fourpole {

/// 4 springs, 4 segments of a fixture's plug, 4 taps, 4 segments, 5 splits, 4 terminals, a
/// bridging spring and the interface's ground are 27 nodes, fewer once chains are one branch; 8
/// coupled wires and 4 outputs of 0 ohm add a current each.
inline constexpr int most_unknowns = 40;

/// Modified nodal analysis of one network at one angular frequency, for both driven sides:
///     y x = rhs,   x = node voltages (node k in row k - 1), then branch currents.
/// A branch has its own current as an unknown where its admittance alone does not say it: an
/// EMF without impedance, and a coil that others are coupled to. Its row is
///     v_b - v_a + Z i + sum over couplings of jw M i' = emf.
struct Nodal {
    using Square =
        Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, most_unknowns, most_unknowns>;
    using TwoColumns = Eigen::Matrix<Complex, Eigen::Dynamic, 2, Eigen::ColMajor, most_unknowns, 2>;

    Square y;
    TwoColumns rhs, v;
    Eigen::PartialPivLU<Square> lu{most_unknowns};

    static bool has_own_current(const Branch& b) { return b.chain.is_wire() || b.coil >= 0; }
    static Eigen::Index unknowns(const Network& net);
    /// Row of a coupled coil's own current.
    static int row_of_coil(const Network& net, int coil);
    static Eigen::Index column(Side driven) { return driven == Side::left ? 0 : 1; }

    void stamp_network(const Network& net, double w);
    void stamp(int a, int b, Complex admittance);

    /// False where there is no single solution.
    bool factorise_and_solve();
    /// The name of the node that y leaves undetermined: the largest in the direction in which
    /// every equation is blind. To be asked after factorise_and_solve() failed.
    std::string undetermined_node(const Network& net) const;

    Complex voltage(int node, Side driven) const {
        return node == 0 ? Complex{} : v(node - 1, column(driven));
    }

private:
    void stamp_source(const Branch& b, Complex admittance);
    void stamp_current(const Branch& b, Eigen::Index row, double w);
    void stamp_couplings(const Network& net, double w);
};

}  // namespace fourpole
