// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// D(w) = sum of e^(j w m) over m = -(N-1)/2 .. (N-1)/2 and its slopes: real, since the stretch is centred.
///
///     D = sin(N w / 2) / sin(w / 2),   D' = - sum m sin(w m),   D'' = - sum m^2 cos(w m)
///
/// What sines of a stretch have in common, in closed form. Accuracy: 1e-14 N, of D' and D'' 1e-12 of their
/// largest value.
double dirichlet(double w, double n);

struct DirichletSlopes {
    double first = 0.0, second = 0.0;
};
DirichletSlopes dirichlet_slopes(double w, double n);

}  // namespace fourpole
