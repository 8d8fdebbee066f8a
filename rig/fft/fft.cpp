// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/fft.hpp"

#include <fftw3.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

namespace fourpole {

namespace {

struct Plans {
    Plans(std::size_t n, double* signal, fftw_complex* spectrum)
        : forward(fftw_plan_dft_r2c_1d(static_cast<int>(n), signal, spectrum,
                                       FFTW_ESTIMATE | FFTW_PRESERVE_INPUT)),
          inverse(fftw_plan_dft_c2r_1d(static_cast<int>(n), spectrum, signal, FFTW_ESTIMATE)) {}
    Plans(const Plans&) = delete;
    Plans& operator=(const Plans&) = delete;
    ~Plans() {
        fftw_destroy_plan(forward);
        fftw_destroy_plan(inverse);
    }

    fftw_plan forward, inverse;
};

/// Planned once per length and kept: twiddles take as long as a transform. ESTIMATE does not touch
/// the arrays, and the plans hold for all that fftw_alloc has aligned alike.
const Plans& plans_for(std::size_t n, double* signal, fftw_complex* spectrum) {
    // FFTW's planner is the one part of it that is not re-entrant.
    static std::mutex planner;
    static std::map<std::size_t, Plans> known;
    const std::scoped_lock lock(planner);
    return known.try_emplace(n, n, signal, spectrum).first->second;
}

}  // namespace

struct RealFft::Arrays {
    explicit Arrays(std::size_t length)
        : n(length),
          signal(fftw_alloc_real(n)),
          spectrum(fftw_alloc_complex(n / 2 + 1)),
          plans(plans_for(n, signal, spectrum)) {}
    Arrays(const Arrays&) = delete;
    Arrays& operator=(const Arrays&) = delete;
    ~Arrays() {
        fftw_free(signal);
        fftw_free(spectrum);
    }

    std::size_t n;
    double* signal;
    fftw_complex* spectrum;
    const Plans& plans;
};

RealFft::RealFft(std::size_t n) : arrays_(std::make_unique<Arrays>(n)) {}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

std::size_t RealFft::size() const { return arrays_->n; }
double* RealFft::signal() { return arrays_->signal; }

std::complex<double>* RealFft::spectrum() {
    // std::complex<double> and fftw_complex share their layout by both their definitions.
    return reinterpret_cast<std::complex<double>*>(arrays_->spectrum);
}

void RealFft::forward() { fftw_execute_dft_r2c(arrays_->plans.forward, arrays_->signal, arrays_->spectrum); }

void RealFft::inverse() {
    fftw_execute_dft_c2r(arrays_->plans.inverse, arrays_->spectrum, arrays_->signal);
    const double scale = 1.0 / static_cast<double>(arrays_->n);
    for (std::size_t i = 0; i < arrays_->n; ++i) arrays_->signal[i] *= scale;
}

SpectrumOf::SpectrumOf(std::span<const double> x) : bins_(x.size() / 2 + 1), spectrum_(nullptr) {
    fftw_complex* out = fftw_alloc_complex(bins_);
    spectrum_ = reinterpret_cast<std::complex<double>*>(out);
    // The plan keeps its input (FFTW_PRESERVE_INPUT).
    auto* in = const_cast<double*>(x.data());
    if (fftw_alignment_of(in) == 0) {
        fftw_execute_dft_r2c(plans_for(x.size(), in, out).forward, in, out);
        return;
    }
    const std::unique_ptr<double, decltype(&fftw_free)> copy(fftw_alloc_real(x.size()), &fftw_free);
    std::copy(x.begin(), x.end(), copy.get());
    fftw_execute_dft_r2c(plans_for(x.size(), copy.get(), out).forward, copy.get(), out);
}

SpectrumOf::~SpectrumOf() { fftw_free(spectrum_); }

std::span<const std::complex<double>> SpectrumOf::bins() const { return {spectrum_, bins_}; }

std::size_t fast_length(std::size_t n) {
    std::size_t best = 1;
    while (best < n) best *= 2;
    for (std::size_t five = 1; five < best; five *= 5)
        for (std::size_t three = five; three < best; three *= 3) {
            std::size_t m = three;
            while (m < n) m *= 2;
            if (m < best) best = m;
        }
    return best;
}

}  // namespace fourpole
