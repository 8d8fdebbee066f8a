// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/fft.hpp"

#include <fftw3.h>

#include <mutex>

namespace fourpole {

namespace {
// FFTW's planner is the one part of it that is not re-entrant.
std::mutex& planner() {
    static std::mutex mutex;
    return mutex;
}
}  // namespace

struct RealFft::Plans {
    std::size_t n;
    double* signal;
    fftw_complex* spectrum;
    fftw_plan forward, inverse;
};

RealFft::RealFft(std::size_t n) : plans_(std::make_unique<Plans>()) {
    auto& p = *plans_;
    p.n = n;
    p.signal = fftw_alloc_real(n);
    p.spectrum = fftw_alloc_complex(n / 2 + 1);
    const std::scoped_lock lock(planner());
    const int length = static_cast<int>(n);
    p.forward = fftw_plan_dft_r2c_1d(length, p.signal, p.spectrum, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    p.inverse = fftw_plan_dft_c2r_1d(length, p.spectrum, p.signal, FFTW_ESTIMATE);
}

RealFft::~RealFft() {
    if (!plans_) return;
    const std::scoped_lock lock(planner());
    fftw_destroy_plan(plans_->forward);
    fftw_destroy_plan(plans_->inverse);
    fftw_free(plans_->signal);
    fftw_free(plans_->spectrum);
}

RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

std::size_t RealFft::size() const { return plans_->n; }
double* RealFft::signal() { return plans_->signal; }

std::complex<double>* RealFft::spectrum() {
    // std::complex<double> and fftw_complex share their layout by both their definitions.
    return reinterpret_cast<std::complex<double>*>(plans_->spectrum);
}

void RealFft::forward() { fftw_execute(plans_->forward); }

void RealFft::inverse() {
    fftw_execute(plans_->inverse);
    const double scale = 1.0 / static_cast<double>(plans_->n);
    for (std::size_t i = 0; i < plans_->n; ++i) plans_->signal[i] *= scale;
}

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
