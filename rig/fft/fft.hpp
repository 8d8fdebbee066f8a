// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace fourpole {

/// Real FFT of one fixed length n, in double. The only home of FFTW.
///
///     X[k] = sum_n x[n] exp(-j 2 pi k n / N),  k = 0 .. N/2     (inverse divides by N)
///
/// Not safe for use by two threads at once; make one per thread (they share their plans).
class RealFft {
public:
    explicit RealFft(std::size_t n);
    ~RealFft();
    RealFft(RealFft&&) noexcept;
    RealFft& operator=(RealFft&&) noexcept;

    std::size_t size() const;
    std::size_t bins() const { return size() / 2 + 1; }
    double* signal();                  ///< n values, in and out
    std::complex<double>* spectrum();  ///< bins() values, in and out
    void forward();                    ///< signal -> spectrum (signal is kept)
    void inverse();                    ///< spectrum -> signal (spectrum is destroyed)

private:
    struct Arrays;
    std::unique_ptr<Arrays> arrays_;
};

/// X of samples that lie elsewhere: no copy of them is made. The same to the last bit as RealFft's.
class SpectrumOf {
public:
    explicit SpectrumOf(std::span<const double> x);
    ~SpectrumOf();
    SpectrumOf(const SpectrumOf&) = delete;
    SpectrumOf& operator=(const SpectrumOf&) = delete;

    std::span<const std::complex<double>> bins() const;

private:
    std::size_t bins_;
    std::complex<double>* spectrum_;
};

/// The smallest 2^a 3^b 5^c >= n: lengths FFTW is fast at.
std::size_t fast_length(std::size_t n);

}  // namespace fourpole
