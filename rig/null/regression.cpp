// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/regression.hpp"

#include <algorithm>

namespace fourpole {

namespace {

using Complex = std::complex<double>;

Complex gram(const BandProducts& p, std::size_t i, std::size_t k) {
    return i <= k ? p.gram[i][k] : std::conj(p.gram[k][i]);
}

}  // namespace

void BandProducts::operator+=(const BandProducts& o) {
    for (std::size_t i = 0; i < most; ++i) {
        for (std::size_t k = i; k < most; ++k) gram[i][k] += o.gram[i][k];
        with[i] += o.with[i];
    }
    residual += o.residual, a += o.a, frequency += o.frequency, count += o.count;
}

BandProducts without_first(const BandProducts& p) {
    BandProducts out = p;
    const double own = p.gram[0][0].real();
    out.count = p.count - std::min<std::size_t>(p.count, 1);
    if (!(own > 0.0)) return out;
    for (std::size_t i = 0; i < BandProducts::most; ++i) {
        const Complex by_first = std::conj(p.gram[0][i]) / own;  // conj(q_i) q_0 / |q_0|^2
        for (std::size_t k = i; k < BandProducts::most; ++k) out.gram[i][k] -= by_first * p.gram[0][k];
        out.with[i] -= by_first * p.with[0];
    }
    out.residual = std::max(0.0, p.residual - std::norm(p.with[0]) / own);
    return out;
}

std::vector<Complex> coefficients(const BandProducts& p, const std::vector<std::size_t>& which) {
    // Cholesky, G = L L^H, row by row.
    const std::size_t n = which.size();
    std::vector<std::vector<Complex>> l(n, std::vector<Complex>(n));
    std::vector<Complex> y(n), c(n);
    std::vector<bool> used(n, false);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (!used[k]) continue;
            Complex sum = gram(p, which[i], which[k]);
            for (std::size_t m = 0; m < k; ++m) sum -= l[i][m] * std::conj(l[k][m]);
            l[i][k] = sum / l[k][k];
        }
        const double own = gram(p, which[i], which[i]).real();
        double left_over = own;
        for (std::size_t m = 0; m < i; ++m) left_over -= std::norm(l[i][m]);
        used[i] = left_over > 1e-9 * own;
        if (!used[i]) {
            std::fill(l[i].begin(), l[i].end(), Complex{});
            continue;
        }
        l[i][i] = std::sqrt(left_over);
        y[i] = p.with[which[i]];
        for (std::size_t m = 0; m < i; ++m) y[i] -= l[i][m] * y[m];
        y[i] /= l[i][i];
    }
    for (std::size_t i = n; i-- > 0;) {
        if (!used[i]) continue;
        c[i] = y[i];
        for (std::size_t m = i + 1; m < n; ++m) c[i] -= std::conj(l[m][i]) * c[m];
        c[i] /= l[i][i];
    }
    return c;
}

Explained explained(const BandProducts& first, const BandProducts& second,
                    const std::vector<std::size_t>& which) {
    Explained out;
    if (which.empty() || first.count == 0 || second.count == 0) return out;
    BandProducts both = first;
    both += second;
    const auto c1 = coefficients(first, which), c2 = coefficients(second, which);
    for (std::size_t i = 0; i < which.size(); ++i)
        for (std::size_t k = 0; k < which.size(); ++k)
            out.power += (std::conj(c1[i]) * gram(both, which[i], which[k]) * c2[k]).real();
    const double noise = std::max(0.0, both.residual - out.power) / static_cast<double>(both.count);
    out.variance =
        2.0 * static_cast<double>(which.size()) * noise * noise + 4.0 * noise * std::max(0.0, out.power);
    return out;
}

}  // namespace fourpole
