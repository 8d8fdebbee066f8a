// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/nodal.hpp"

#include <algorithm>
#include <cassert>

namespace fourpole {

Eigen::Index Nodal::unknowns(const Network& net) {
    return net.size() - 1 + std::count_if(net.branches.begin(), net.branches.end(), has_own_current);
}

// Ground has no row: node k is row k - 1.
void Nodal::stamp(int a, int b, Complex admittance) {
    if (a != 0) y(a - 1, a - 1) += admittance;
    if (b != 0) y(b - 1, b - 1) += admittance;
    if (a == 0 || b == 0) return;
    y(a - 1, b - 1) -= admittance;
    y(b - 1, a - 1) -= admittance;
}

/// An EMF behind an impedance is a current beside it (Norton).
void Nodal::stamp_source(const Branch& b, Complex admittance) {
    for (const Side driven : sides) {
        const Complex i = b.emf_v[driven] * admittance;
        if (b.a != 0) rhs(b.a - 1, column(driven)) -= i;
        if (b.b != 0) rhs(b.b - 1, column(driven)) += i;
    }
}

void Nodal::stamp_current(const Branch& b, Eigen::Index row, double w) {
    if (b.a != 0) y(b.a - 1, row) += 1.0, y(row, b.a - 1) -= 1.0;
    if (b.b != 0) y(b.b - 1, row) -= 1.0, y(row, b.b - 1) += 1.0;
    y(row, row) += impedance_of(b.chain, w);
    for (const Side driven : sides) rhs(row, column(driven)) = b.emf_v[driven];
}

int Nodal::row_of_coil(const Network& net, int coil) {
    int row = net.size() - 1;
    for (const Branch& b : net.branches) {
        if (b.coil == coil) return row;
        if (has_own_current(b)) ++row;
    }
    assert(false && "a coupling without its coil");
    return row;
}

void Nodal::stamp_couplings(const Network& net, double w) {
    for (const Coupling& c : net.couplings) {
        const Eigen::Index one = row_of_coil(net, c.coil), two = row_of_coil(net, c.other);
        y(one, two) += Complex(0.0, w * c.henry);
        y(two, one) += Complex(0.0, w * c.henry);
    }
}

void Nodal::stamp_network(const Network& net, double w) {
    const Eigen::Index n = unknowns(net);
    y.setZero(n, n);
    rhs.setZero(n, 2);
    for (int k = 1; k < net.size(); ++k) y(k - 1, k - 1) += net.leak_siemens[static_cast<std::size_t>(k)];
    Eigen::Index row = net.size() - 1;
    for (const Branch& b : net.branches) {
        if (has_own_current(b)) {
            stamp_current(b, row++, w);
            continue;
        }
        const Complex admittance = reciprocal(impedance_of(b.chain, w));
        stamp(b.a, b.b, admittance);
        if (b.has_emf()) stamp_source(b, admittance);
    }
    if (!net.couplings.empty()) stamp_couplings(net, w);
}

bool Nodal::factorise_and_solve() {
    lu.compute(y);
    v = lu.solve(rhs);
    return v.allFinite();
}

std::string Nodal::undetermined_node(const Network& net) const {
    if (!y.allFinite()) return "";
    const Eigen::MatrixXcd blind = Eigen::FullPivLU<Eigen::MatrixXcd>(y).kernel();
    Eigen::Index node = 0;
    const double largest = blind.col(0).head(net.size() - 1).cwiseAbs().maxCoeff(&node);
    return largest > 0.0 ? net.names[static_cast<std::size_t>(node) + 1] : "";
}

}  // namespace fourpole
