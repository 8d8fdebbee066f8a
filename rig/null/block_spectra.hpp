// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/fft/fft.hpp"
#include "rig/null/pair.hpp"
#include "rig/null/regression.hpp"

#include <algorithm>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// Of a residual and of A.
struct Power {
    double residual = 0.0, a = 0.0;

    void operator+=(const Power& o) { residual += o.residual, a += o.a; }
};

/// Spectra of one block: A, R, and B's powers 1 .. 5.
class BlockSpectra {
public:
    explicit BlockSpectra(std::size_t length)
        : fft_(length),
          window_(sine_window(length)),
          a_(fft_.bins()),
          r_(fft_.bins()),
          q_(BandProducts::most, std::vector<std::complex<double>>(fft_.bins())) {}

    void read(std::span<const double> a, std::span<const double> b, double scale, double per_rms) {
        take(a, a_);
        std::vector<double> x(b.size());
        for (std::size_t i = 0; i < b.size(); ++i) x[i] = a[i] - scale * b[i];
        take(x, r_);
        std::fill(x.begin(), x.end(), 1.0);
        for (std::vector<std::complex<double>>& q : q_) {
            for (std::size_t i = 0; i < b.size(); ++i) x[i] *= per_rms * b[i];
            take(x, q);
        }
    }

    void add_bin(std::size_t n, double f, BandProducts& band) const {
        for (std::size_t i = 0; i < q_.size(); ++i) {
            const std::complex<double> q = std::conj(q_[i][n]);
            for (std::size_t k = i; k < q_.size(); ++k) band.gram[i][k] += q * q_[k][n];
            band.with[i] += q * r_[n];
        }
        band.residual += std::norm(r_[n]);
        band.a += std::norm(a_[n]);
        band.frequency += f * std::norm(q_[0][n]);
        ++band.count;
    }

    Power power(std::size_t n, double weight) const {
        return {weight * std::norm(r_[n]), weight * std::norm(a_[n])};
    }

private:
    void take(std::span<const double> x, std::vector<std::complex<double>>& into) {
        windowed(x, window_, fft_.signal());
        fft_.forward();
        std::copy_n(fft_.spectrum(), fft_.bins(), into.begin());
    }

    RealFft fft_;
    std::vector<double> window_;
    std::vector<std::complex<double>> a_, r_;
    std::vector<std::vector<std::complex<double>>> q_;
};

}  // namespace fourpole
