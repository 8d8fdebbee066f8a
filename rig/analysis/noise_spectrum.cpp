// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/noise_spectrum.hpp"

#include "rig/analysis/grouped_power.hpp"
#include "rig/analysis/median.hpp"
#include "rig/fft/fft.hpp"
#include "rig/fft/phasor.hpp"
#include "rig/share_out.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr std::size_t group = bins_of_group;
constexpr std::size_t worth_two_threads = 1 << 18;  ///< samples; a second transform needs its memory, too
constexpr std::size_t piece = 512 * group;          ///< bins that are summed by themselves
constexpr double beyond_chance = 4.0;               ///< standard deviations
constexpr double fade_scatter = 35.0 / 18.0;  ///< sum w^4 / (sum w^2)^2 N of a Hann window: variance re none

/// power = scale |X|^2 of whole bins, both sides of the spectrum in one.
FOURPOLE_WIDE void squares(const std::complex<double>* x, std::size_t count, double scale,
                           double* __restrict power) {
    const auto* parts = reinterpret_cast<const double*>(x);
    for (std::size_t k = 0; k < count; ++k)
        power[k] = scale * (parts[2 * k] * parts[2 * k] + parts[2 * k + 1] * parts[2 * k + 1]);
}

/// The same behind a Hann window over the whole transform, which is three bins wide:
/// X[k] / 2 - (turn X[k - 1] + conj(turn) X[k + 1]) / 4. Bins 1 .. count.
FOURPOLE_WIDE void faded_squares(const std::complex<double>* x, std::size_t count, std::complex<double> turn,
                                 double scale, double* __restrict power) {
    const auto* parts = reinterpret_cast<const double*>(x);
    const double c = turn.real(), s = turn.imag();
    for (std::size_t k = 1; k <= count; ++k) {
        const double before_re = parts[2 * k - 2], before_im = parts[2 * k - 1], behind_re = parts[2 * k + 2],
                     behind_im = parts[2 * k + 3];
        const double re =
            0.5 * parts[2 * k] - 0.25 * (c * (before_re + behind_re) + s * (behind_im - before_im));
        const double im =
            0.5 * parts[2 * k + 1] - 0.25 * (c * (before_im + behind_im) + s * (before_re - behind_re));
        power[k] = scale * (re * re + im * im);
    }
}

using Bins = std::span<const std::complex<double>>;

/// The first and the last bin of an even length stand for themselves alone.
void count_once(std::size_t length, std::vector<double>& power) {
    power.front() *= 0.5;
    if (length % 2 == 0) power.back() *= 0.5;
}

std::vector<double> periodogram(Bins x, std::size_t length, double scale) {
    std::vector<double> out(x.size());
    squares(x.data(), out.size(), 2.0 * scale, out.data());
    count_once(length, out);
    return out;
}

/// Of samples faded by a Hann window, from the transform of the samples as they stand, all of its length.
std::vector<double> faded_periodogram(Bins x, std::size_t length) {
    const auto n = static_cast<double>(length);
    const double scale = 1.0 / (0.375 * n * n);  // sum w^2 = 3 n / 8
    const std::size_t bins = x.size();
    const auto turn = std::polar(1.0, std::numbers::pi / n);
    std::vector<double> out(bins);
    faded_squares(x.data(), bins - 2, turn, 2.0 * scale, out.data());
    const auto bin = [&](std::complex<double> before, std::complex<double> here,
                         std::complex<double> behind) {
        return 2.0 * scale * std::norm(0.5 * here - 0.25 * (turn * before + std::conj(turn) * behind));
    };
    out.front() = bin(std::conj(x[1]), x[0], x[1]);
    // Beyond the last bin the spectrum comes back: of an odd length to that bin itself.
    out.back() = bin(x[bins - 2], x[bins - 1], std::conj(x[length % 2 == 0 ? bins - 2 : bins - 1]));
    count_once(length, out);
    return out;
}

/// Fades what the transform holds from the first sample on; the sum of the squared window.
double fade(RealFft& fft, std::size_t count) {
    constexpr std::size_t some_samples = 4096;
    std::array<double, some_samples> cosine, sine;
    const double turn = 2.0 * std::numbers::pi / static_cast<double>(count);
    double sum = 0.0;
    for (std::size_t from = 0; from < count; from += some_samples) {
        const std::size_t some = std::min(some_samples, count - from);
        turn_phasor(turn, turn * (static_cast<double>(from) + 0.5), std::span(cosine).first(some),
                    std::span(sine).first(some));
        for (std::size_t i = 0; i < some; ++i) {
            const double w = 0.5 - 0.5 * cosine[i];
            fft.signal()[from + i] *= w;
            sum += w * w;
        }
    }
    return sum;
}

/// Of a band, in pieces of whole groups: the same on any number of threads.
using Groups = std::vector<std::vector<GroupPower>>;

GroupPower total(const Groups& pieces) {
    GroupPower out;
    for (const auto& groups : pieces) {
        GroupPower sum;
        for (const GroupPower& g : groups) sum.power += g.power, sum.variance += g.variance;
        out.power += sum.power, out.variance += sum.variance;
    }
    return out;
}

/// What lines that are not steady make of the faded power, which looks at the middle: as much as both spectra
/// differ, in groups that hold a line of their own. Where they hold none it has leaked there.
double variance_of_unsteady(const Groups& plain, const Groups& faded) {
    double sum = 0.0;
    for (std::size_t p = 0; p < plain.size(); ++p)
        for (std::size_t i = 0; i < plain[p].size(); ++i)
            sum += std::pow(std::min(std::abs(plain[p][i].power - faded[p][i].power), faded[p][i].line), 2);
    return sum;
}

}  // namespace

NoiseSpectrum::NoiseSpectrum(std::span<const double> rest, double rate_hz) {
    assert(rest.size() >= 64);
    const std::size_t transform = fast_length(rest.size());
    const auto n = static_cast<double>(rest.size()), length = static_cast<double>(transform);
    const unsigned threads = rest.size() >= worth_two_threads ? 2 : 1;
    bin_hz_ = rate_hz / length;
    seconds_ = n / rate_hz;
    if (transform == rest.size()) {
        const SpectrumOf spectrum(rest);
        share_out(threads, 2, [&](std::size_t which) {
            if (which == 0)
                plain_ = periodogram(spectrum.bins(), transform, 1.0 / (n * length));
            else
                faded_ = faded_periodogram(spectrum.bins(), transform);
        });
        return;
    }
    // Of a length that no transform is fast at the window is not three bins wide: a transform of its own.
    share_out(threads, 2, [&](std::size_t which) {
        RealFft fft(transform);
        std::fill(std::copy(rest.begin(), rest.end(), fft.signal()), fft.signal() + transform, 0.0);
        const double squared = which == 0 ? n : fade(fft, rest.size());
        fft.forward();
        (which == 0 ? plain_ : faded_) =
            periodogram({fft.spectrum(), fft.bins()}, transform, 1.0 / (squared * length));
    });
}

BandPower NoiseSpectrum::band(double from_hz, double to_hz, const std::function<double(double)>& gain) const {
    const auto first = static_cast<std::size_t>(std::ceil(std::max(0.0, from_hz / bin_hz_ - 1e-9)));
    const auto end =
        std::min(plain_.size(), static_cast<std::size_t>(std::floor(to_hz / bin_hz_ + 1e-9)) + 1);
    if (end <= first) return {};
    const double turn_of_bin = 4.0 * std::numbers::pi * bin_hz_ * seconds_;
    const std::size_t pieces = (end - first + piece - 1) / piece;
    Groups plain_of(pieces), faded_of(pieces);
    share_out(end - first >= worth_two_threads / 8 ? 2 : 1, pieces, [&](std::size_t p) {
        const std::size_t from = first + p * piece, count = std::min(piece, end - from);
        std::vector<double> gains(count);
        for (std::size_t k = 0; k < count; ++k) {
            const double g = gain(static_cast<double>(from + k) * bin_hz_);
            gains[k] = g * g;
        }
        plain_of[p] = group_powers(std::span(plain_).subspan(from, count), gains, from, turn_of_bin);
        faded_of[p] = group_powers(std::span(faded_).subspan(from, count), gains, from, turn_of_bin);
    });
    const GroupPower plain = total(plain_of), faded = total(faded_of);
    const double variance = std::min(plain.variance, faded.variance);
    if (std::abs(plain.power - faded.power) <= beyond_chance * std::sqrt(variance))
        return {plain.power, std::sqrt(variance), false};
    const double unsteady = variance_of_unsteady(plain_of, faded_of);
    return {faded.power, std::sqrt(fade_scatter * variance + unsteady), true};
}

double NoiseSpectrum::median_around(const std::vector<double>& power, std::size_t bin) const {
    const std::size_t from = bin > group ? bin - group : 0, to = std::min(power.size(), bin + group);
    if (from >= to) return 0.0;
    const auto here = std::span(power).subspan(from, to - from);
    return median({here.begin(), here.end()}) / mean_of_median(to - from);
}

double NoiseSpectrum::density(double frequency_hz) const {
    const auto bin = static_cast<std::size_t>(std::lround(std::max(0.0, frequency_hz / bin_hz_)));
    return median_around(faded_, bin) / bin_hz_;
}

double NoiseSpectrum::leaked_density(double frequency_hz) const {
    const double nearest = 1.5 / seconds_, farthest = 8.5 / seconds_;
    std::vector<double> beside;
    const auto [from, to] = bins_around(frequency_hz, farthest);
    for (std::size_t k = std::max<std::size_t>(1, from); k < to; ++k)
        if (std::abs(static_cast<double>(k) * bin_hz_ - frequency_hz) >= nearest) beside.push_back(plain_[k]);
    if (beside.empty()) return 0.0;
    const double share = mean_of_median(beside.size());
    return median_in_place(beside) / share / bin_hz_;
}

std::pair<std::size_t, std::size_t> NoiseSpectrum::bins_around(double frequency_hz, double width_hz) const {
    const auto bin = [&](double hz) { return static_cast<std::size_t>(std::max(0.0, hz / bin_hz_)); };
    return {bin(frequency_hz - width_hz + bin_hz_),
            std::min(bin(frequency_hz + width_hz) + 1, faded_.size())};
}

double NoiseSpectrum::around(double frequency_hz, double width_hz) const {
    const auto [from, to] = bins_around(frequency_hz, width_hz);
    double sum = 0.0;
    for (std::size_t k = from; k < to; ++k) sum += faded_[k];
    return sum;
}

double NoiseSpectrum::most_around(double frequency_hz, double width_hz) const {
    const auto [from, to] = bins_around(frequency_hz, width_hz);
    double sum = 0.0;
    for (std::size_t k = from; k < to; ++k) sum += plain_[k];
    return std::max(sum, around(frequency_hz, width_hz));
}

double NoiseSpectrum::centre(double frequency_hz, double width_hz) const {
    const auto [from, to] = bins_around(frequency_hz, width_hz);
    double sum = 0.0, place = 0.0;
    for (std::size_t k = from; k < to; ++k) sum += faded_[k], place += faded_[k] * static_cast<double>(k);
    return sum > 0.0 ? bin_hz_ * place / sum : frequency_hz;
}

double NoiseSpectrum::variance_of_mean() const {
    double sum = 0.5 * density(0.0) / seconds_;
    // Without the fade: a line that drifts is left over by its fit at the ends, where the fade does not look.
    for (auto k = static_cast<std::size_t>(2.0 / (seconds_ * bin_hz_)) + 1; k < plain_.size(); ++k) {
        const double turns = std::numbers::pi * static_cast<double>(k) * bin_hz_ * seconds_;
        sum += 0.5 * plain_[k] / (turns * turns);
    }
    return sum;
}

}  // namespace fourpole
