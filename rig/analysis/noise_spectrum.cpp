// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/noise_spectrum.hpp"

#include "rig/analysis/median.hpp"
#include "rig/fft/fft.hpp"
#include "rig/fft/phasor.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr std::size_t group = 32;             ///< bins that one density is the median of
constexpr double beyond_chance = 4.0;         ///< standard deviations
constexpr double lines_beyond_chance = 6.0;   ///< ... of a group's power, whose values have long tails
constexpr double fade_scatter = 35.0 / 18.0;  ///< sum w^4 / (sum w^2)^2 N of a Hann window: variance re none

std::vector<double> periodogram(RealFft& fft, double scale) {
    fft.forward();
    std::vector<double> out(fft.bins());
    for (std::size_t k = 0; k < out.size(); ++k) {
        const bool once = k == 0 || 2 * k == fft.size();
        out[k] = (once ? 1.0 : 2.0) * scale * std::norm(fft.spectrum()[k]);
    }
    return out;
}

/// Of the upper median of `count` values of an exponential distribution of mean 1 (order statistics:
/// sums of 1/i and 1/i^2 over the values above it and itself).
struct MedianOfNoise {
    double mean = 0.0, rms = 0.0;
    explicit MedianOfNoise(std::size_t count) {
        double variance = 0.0;
        for (std::size_t i = count - count / 2; i <= count; ++i) {
            const double one = 1.0 / static_cast<double>(i);
            mean += one, variance += one * one;
        }
        rms = std::sqrt(mean * mean + variance);
    }
};

/// Of one group, or of all of them.
struct Sum {
    double power = 0.0, variance = 0.0;
    double line = 0.0;  ///< of the power, what is no noise; 0 where chance explains it
};

/// Group by group. @param turn_of_bin  2 w T of one bin;  @param first  bin that the spans begin at
std::vector<Sum> weighted(std::span<const double> power, std::span<const double> gain_squared,
                          double turn_of_bin, std::size_t first) {
    static const MedianOfNoise whole_group(group);
    std::array<double, group> here{};
    std::vector<Sum> out;
    for (std::size_t from = 0; from < power.size(); from += group) {
        const std::size_t count = std::min(group, power.size() - from);
        double gain = 0.0, gain2 = 0.0, sum = 0.0, place = 0.0;
        for (std::size_t k = from; k < from + count; ++k) {
            const double here_k = power[k] * gain_squared[k];
            sum += here_k, place += here_k * static_cast<double>(first + k);
            gain += gain_squared[k], gain2 += gain_squared[k] * gain_squared[k];
        }
        Sum& to = out.emplace_back(Sum{sum, 0.0, 0.0});
        std::copy_n(power.begin() + static_cast<std::ptrdiff_t>(from), count, here.begin());
        const MedianOfNoise of = count == group ? whole_group : MedianOfNoise(count);
        const double median = median_in_place(std::span(here).first(count)), density = median / of.rms;
        to.variance = gain2 * density * density;
        const double line = sum - median / of.mean * gain;
        if (line <= lines_beyond_chance * std::sqrt(to.variance) || place <= 0.0) continue;
        to.line = line;
        to.variance += std::pow(line / (turn_of_bin * place / sum), 2);
    }
    return out;
}

Sum total(const std::vector<Sum>& groups) {
    Sum out;
    for (const Sum& g : groups) out.power += g.power, out.variance += g.variance;
    return out;
}

/// What lines that are not steady make of the faded power, which looks at the middle: as much as both spectra
/// differ, in groups that hold a line of their own. Where they hold none it has leaked there.
double variance_of_unsteady(const std::vector<Sum>& plain, const std::vector<Sum>& faded) {
    double sum = 0.0;
    for (std::size_t i = 0; i < plain.size(); ++i)
        sum += std::pow(std::min(std::abs(plain[i].power - faded[i].power), faded[i].line), 2);
    return sum;
}

}  // namespace

NoiseSpectrum::NoiseSpectrum(std::span<const double> rest, double rate_hz) {
    assert(rest.size() >= 64);
    RealFft fft(fast_length(rest.size()));
    const auto n = static_cast<double>(rest.size()), length = static_cast<double>(fft.size());
    bin_hz_ = rate_hz / length;
    seconds_ = n / rate_hz;
    std::fill_n(fft.signal(), fft.size(), 0.0);
    std::copy(rest.begin(), rest.end(), fft.signal());
    plain_ = periodogram(fft, 1.0 / (n * length));
    double squares = 0.0;
    const double turn = 2.0 * std::numbers::pi / n;
    std::vector<double> cosine(rest.size()), sine(rest.size());
    turn_phasor(turn, 0.5 * turn, cosine, sine);
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const double w = 0.5 - 0.5 * cosine[i];
        fft.signal()[i] = w * rest[i];
        squares += w * w;
    }
    faded_ = periodogram(fft, 1.0 / (squares * length));
}

BandPower NoiseSpectrum::band(double from_hz, double to_hz, const std::function<double(double)>& gain) const {
    const auto first = static_cast<std::size_t>(std::ceil(std::max(0.0, from_hz / bin_hz_ - 1e-9)));
    const auto end =
        std::min(plain_.size(), static_cast<std::size_t>(std::floor(to_hz / bin_hz_ + 1e-9)) + 1);
    if (end <= first) return {};
    std::vector<double> gains(end - first);
    for (std::size_t k = first; k < end; ++k) {
        const double g = gain(static_cast<double>(k) * bin_hz_);
        gains[k - first] = g * g;
    }
    const double turn_of_bin = 4.0 * std::numbers::pi * bin_hz_ * seconds_;
    const auto plain_groups =
        weighted(std::span(plain_).subspan(first, end - first), gains, turn_of_bin, first);
    const auto faded_groups =
        weighted(std::span(faded_).subspan(first, end - first), gains, turn_of_bin, first);
    const Sum plain = total(plain_groups), faded = total(faded_groups);
    const double variance = std::min(plain.variance, faded.variance);
    if (std::abs(plain.power - faded.power) <= beyond_chance * std::sqrt(variance))
        return {plain.power, std::sqrt(variance), false};
    const double unsteady = variance_of_unsteady(plain_groups, faded_groups);
    return {faded.power, std::sqrt(fade_scatter * variance + unsteady), true};
}

double NoiseSpectrum::median_around(const std::vector<double>& power, std::size_t bin) const {
    const std::size_t from = bin > group ? bin - group : 0, to = std::min(power.size(), bin + group);
    if (from >= to) return 0.0;
    const auto here = std::span(power).subspan(from, to - from);
    return median({here.begin(), here.end()}) / MedianOfNoise(to - from).mean;
}

double NoiseSpectrum::density(double frequency_hz) const {
    const auto bin = static_cast<std::size_t>(std::lround(std::max(0.0, frequency_hz / bin_hz_)));
    return median_around(faded_, bin) / bin_hz_;
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
