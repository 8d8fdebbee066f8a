// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/resample.hpp"

#include "rig/fft/fft.hpp"
#include "rig/fft/phasor.hpp"

#include <soxr.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <complex>
#include <memory>
#include <new>
#include <numbers>

namespace fourpole {

namespace {

using Soxr = std::unique_ptr<soxr, decltype(&soxr_delete)>;

constexpr std::size_t outputs_at_once = 1U << 17U;

// A filter that falls by 28 bits (170 dB) over 3 % of the Nyquist frequency has, by Kaiser's formula,
// (170 - 8) / (2.285 * 0.03 pi) = 752 taps: half of them reach over each end. The other half of this
// lead is where the piece is faded in, so that its ends do not ring.
constexpr double lead_samples = 2048.0;
constexpr double passband_end = 0.97;

// soxr takes a step within 1e-10 of 1 for 1, which is 7e-6 samples over a piece: -100 dB at 20 kHz.
// So near 1 a line is enough: its second order is (2.6 rad * 7e4 samples * 2e-10)^2 / 2, -183 dB.
constexpr double nearly_one = 2e-10;

/// 0 to 1 with three continuous derivatives at either end: what it spreads falls by 24 dB an octave.
double edge(double t) { return t - std::sin(2.0 * std::numbers::pi * t) / (2.0 * std::numbers::pi); }

/// x[from + i], faded in and out over `faded` samples, zero outside x.
void copy_faded(const Samples& x, std::ptrdiff_t from, std::size_t count, std::size_t faded, double* out) {
    x.copy(from, {out, count});
    for (std::size_t i = 0; i < faded; ++i) {
        const double w = edge((static_cast<double>(i) + 0.5) / static_cast<double>(faded));
        out[i] *= w;
        out[count - 1 - i] *= w;
    }
}

/// The signal in `fft` moved ahead by a fraction of a sample.
void advance(RealFft& fft, double fraction) {
    fft.forward();
    const double turn = 2.0 * std::numbers::pi * fraction / static_cast<double>(fft.size());
    std::vector<double> real(fft.bins()), imaginary(fft.bins());
    turn_phasor(turn, 0.0, real, imaginary);
    std::complex<double>* bins = fft.spectrum();
    for (std::size_t k = 0; k < fft.bins(); ++k) bins[k] *= std::complex<double>(real[k], imaginary[k]);
    fft.inverse();
}

/// The signal in `fft` with its sample n taken at n + stretch (n - middle), for the least of stretches.
void stretch(RealFft& fft, double stretched, double middle) {
    fft.forward();
    const std::vector<double> kept(fft.signal(), fft.signal() + fft.size());
    const double turn = 2.0 * std::numbers::pi / static_cast<double>(fft.size());
    std::complex<double>* bins = fft.spectrum();
    for (std::size_t k = 0; k < fft.bins(); ++k)
        bins[k] *= std::complex<double>(0.0, turn * static_cast<double>(k));
    fft.inverse();
    for (std::size_t n = 0; n < kept.size(); ++n)
        fft.signal()[n] = kept[n] + stretched * (static_cast<double>(n) - middle) * fft.signal()[n];
}

/// Every `step`-th sample of `in` from its first on: `wanted` of them, fewer at its end.
std::vector<double> stepped(std::span<const double> in, double step, std::size_t wanted) {
    soxr_error_t error = nullptr;
    const soxr_io_spec_t doubles = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
    soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, SOXR_HI_PREC_CLOCK | SOXR_ROLLOFF_NONE);
    quality.passband_end = passband_end;
    const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    const Soxr own(soxr_create(step, 1.0, 1, &error, &doubles, &quality, &one_thread), &soxr_delete);
    if (error != nullptr || !own) throw std::bad_alloc();
    std::vector<double> out(wanted);
    std::size_t taken = 0, made = 0, more = 0;
    if (soxr_process(own.get(), in.data(), in.size(), &taken, out.data(), wanted, &made) != nullptr)
        throw std::bad_alloc();
    if (soxr_process(own.get(), nullptr, 0, nullptr, out.data() + made, wanted - made, &more) != nullptr)
        throw std::bad_alloc();
    return out;
}

void resample_piece(const Samples& x, double first, double step, std::span<double> out) {
    const double lead_in = lead_samples * std::max(1.0, step);
    const auto lead = static_cast<std::size_t>(std::ceil(lead_in / step));
    const double start = first - static_cast<double>(lead) * step;
    const double whole = std::floor(start);
    const std::size_t wanted = out.size() + 2 * lead;
    const auto inputs = static_cast<std::size_t>(std::ceil(static_cast<double>(wanted) * step)) + 2;
    RealFft fft(fast_length(inputs));
    copy_faded(x, static_cast<std::ptrdiff_t>(whole), inputs, static_cast<std::size_t>(lead_in / 2.0),
               fft.signal());
    std::fill(fft.signal() + inputs, fft.signal() + fft.size(), 0.0);
    const double stretched = step - 1.0, middle = std::floor(0.5 * static_cast<double>(inputs));
    const bool near = std::abs(stretched) < nearly_one;
    const double fraction = start - whole + (near ? stretched * middle : 0.0);
    if (fraction != 0.0) advance(fft, fraction);
    if (near) {
        if (stretched != 0.0) stretch(fft, stretched, middle);
        std::copy_n(fft.signal() + lead, out.size(), out.begin());
        return;
    }
    const std::vector<double> made = stepped({fft.signal(), inputs}, step, wanted);
    std::copy_n(made.begin() + static_cast<std::ptrdiff_t>(lead), out.size(), out.begin());
}

}  // namespace

std::vector<double> resampled(const Samples& x, double first, double step, std::size_t count) {
    assert(step >= 1.0 / 64.0 && step <= 64.0 && std::isfinite(first));
    std::vector<double> out(count);
    for (std::size_t at = 0; at < count; at += outputs_at_once) {
        const std::size_t some = std::min(outputs_at_once, count - at);
        resample_piece(x, first + step * static_cast<double>(at), step, std::span(out).subspan(at, some));
    }
    return out;
}

}  // namespace fourpole
