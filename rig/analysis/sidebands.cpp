// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/sidebands.hpp"

#include "rig/analysis/tone_fit.hpp"
#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double hann_noise_bins = 1.5;  ///< power of noise in a Hann window's bin re a plain one's
constexpr double hann_scallop = 1.042;   ///< a quarter of a bin off: 1 / (sinc(1/4) / (1 - 1/16)) = 1.0413
constexpr std::size_t first_cell = 4;    ///< two bins: the tone's own fit has what is nearer
constexpr std::size_t apart_cells = 6;
constexpr std::size_t least_window = 256, most_window = 2048;
// Half bins of a Hann window: so many are worth one (2 for the halves, 35/18 for the fade); a median's
// relative variance is 1 / (ln 2)^2 = 2.08 of a mean's.
constexpr double cells_worth_one = 2.0 * 35.0 / 18.0 * 2.08;
constexpr std::size_t most_pairs = 64;
constexpr int steps_a_round = 4;
constexpr double beside_strongest = 0.02;  ///< of its power: a Hann window's side lobes reach 7e-4
constexpr double farthest_bins = 1.0;      ///< that an offset moves from the cell it was found in
constexpr double one_side_share = 0.25;
constexpr double two_sd = std::numbers::sqrt2;  ///< of an amplitude, re the rms of its complex error

/// Power of lines (peak squared) in cells of half a bin, and the noise's mean around each.
class Cells {
public:
    Cells(std::span<const double> series, const SidebandSearch& search) {
        RealFft fft(fast_length(2 * series.size()));
        std::fill_n(fft.signal(), fft.size(), 0.0);
        double sum = 0.0;
        for (std::size_t n = 0; n < series.size(); ++n) {
            const double place = (static_cast<double>(n) + 0.5) / static_cast<double>(series.size());
            const double w = 0.5 - 0.5 * std::cos(2.0 * pi * place);
            fft.signal()[n] = w * series[n];
            sum += w;
        }
        fft.forward();
        cell_hz_ = search.rate_hz / static_cast<double>(fft.size());
        const auto cell = [&](double hz) { return static_cast<std::size_t>(hz / cell_hz_) + 1; };
        const std::size_t count = std::min(fft.bins(), cell(search.to_hz));
        first_ = std::max(first_cell, search.slow_hz > 0.0 ? cell(search.slow_hz) : 0);
        noise_from_ = std::max(first_cell, search.slow_hz > 0.0 ? cell(search.from_hz) : 0);
        for (std::size_t i = 0; i < count; ++i) power_.push_back(std::norm(2.0 / sum * fft.spectrum()[i]));
        // The mean is known at few cells, each near enough to stand for those up to the next.
        for (std::size_t i = 0; i < count;) {
            const double mean = mean_around(i);
            const std::size_t next = std::min(count, i + std::clamp<std::size_t>(i / 16, 1, 256));
            for (; i < next; ++i) noise_.push_back(mean);
        }
    }
    std::size_t size() const { return power_.size(); }
    double cell_hz() const { return cell_hz_; }
    std::size_t first() const { return first_; }  ///< in which a line may be
    double power(std::size_t i) const { return power_[i]; }
    double over_noise(std::size_t i) const { return noise_[i] > 0.0 ? power_[i] / noise_[i] : 0.0; }
    double noise(std::size_t i) const { return noise_[std::min(i, noise_.size() - 1)]; }

    /// Cells that speak of the noise around one.
    std::pair<std::size_t, std::size_t> window(std::size_t i) const {
        const std::size_t count = power_.size();
        const std::size_t low = std::max({noise_from_, i / 2, i > most_window / 2 ? i - most_window / 2 : 0});
        const std::size_t width = std::clamp<std::size_t>(i + i / 2, least_window, most_window);
        const std::size_t end = std::min(count, low + width);
        return {end > width ? std::min(low, end - width) : 0, end};
    }

private:
    double mean_around(std::size_t i) const {
        const auto [from, to] = window(i);
        std::vector<double> sorted(power_.begin() + static_cast<std::ptrdiff_t>(from),
                                   power_.begin() + static_cast<std::ptrdiff_t>(to));
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        return *middle / std::numbers::ln2;  // of an exponential distribution
    }

    double cell_hz_ = 0.0;
    std::size_t first_ = first_cell, noise_from_ = first_cell;
    std::vector<double> power_, noise_;
};

double threshold(std::size_t i, const Cells& cells, double false_alarm) {
    const auto [from, to] = cells.window(i);
    const double nu = std::max(1.0, static_cast<double>(to - from) / cells_worth_one);
    return nu * std::expm1(std::log(static_cast<double>(cells.size()) / false_alarm) / nu);
}

/// Lines of phase and amplitude at common offsets, fitted.
struct Lines {
    std::vector<double> hz;
    std::size_t told = 0;  ///< the first ones
    std::optional<ToneFit> phase, amplitude;

    double strongest() const {
        double out = 0.0;
        for (const ToneFit* fit : {&*phase, &*amplitude})
            for (const auto& p : fit->phasors) out = std::max(out, std::norm(p));
        return out;
    }
};

/// sum rest t e^(-j w t) over a stretch whose middle is t = 0, seconds.
std::complex<double> slope(const ToneFit& fit, double hz, double rate_hz) {
    const std::size_t block = std::max<std::size_t>(1, fit.rest.size() / 1024);
    const double omega = 2.0 * pi * hz / rate_hz;
    const auto sums = demodulated(fit.rest, omega, block);
    std::complex<double> out = 0.0;
    for (std::size_t b = 0; b < sums.size(); ++b)
        out +=
            sums[b] * (static_cast<double>(b * block) + 0.5 * static_cast<double>(block - 1) - fit.centre());
    return out * std::polar(1.0, std::remainder(omega * fit.centre(), 2.0 * pi)) / rate_hz;
}

bool fit_once(const Modulation& m, double rate_hz, Lines& lines) {
    lines.phase = fit_tones(m.phase, rate_hz, lines.hz, 1.0, ToneClock::given);
    lines.amplitude = fit_tones(m.amplitude, rate_hz, lines.hz, 1.0, ToneClock::given);
    return lines.phase && lines.amplitude;
}

/// d/dw of Re(P e^(j w t)) is Re(j t P e^(j w t)), its energy |P|^2 / 2 N T^2 / 12.
bool fit_offsets(const Modulation& m, double rate_hz, Lines& lines) {
    if (!fit_once(m, rate_hz, lines)) return false;
    const auto n = static_cast<double>(m.phase.size());
    const double seconds = n / rate_hz, energy = n * seconds * seconds / 24.0;
    const std::vector<double> start = lines.hz;
    for (int step = 0; step < steps_a_round && lines.told < lines.hz.size(); ++step) {
        for (std::size_t k = lines.told; k < lines.hz.size(); ++k) {
            double along = 0.0, power = 0.0;
            for (const ToneFit* fit : {&*lines.phase, &*lines.amplitude}) {
                const std::complex<double> j(0.0, 1.0), p = fit->phasors[k];
                along += (j * p * std::conj(slope(*fit, lines.hz[k], rate_hz))).real();
                power += std::norm(p);
            }
            if (power > 0.0)
                lines.hz[k] =
                    std::clamp(lines.hz[k] + along / (power * energy) / (2.0 * pi),
                               start[k] - farthest_bins / seconds, start[k] + farthest_bins / seconds);
        }
        if (!fit_once(m, rate_hz, lines)) return false;
    }
    return true;
}

/// Adds what stands out of the rest; false: nothing does.
bool add_peaks(const Cells& phase, const Cells& amplitude, const SidebandSearch& search, Lines& lines) {
    const std::size_t count = phase.size();
    struct Peak {
        std::size_t cell;
        double over;
    };
    const double least = search.beside_fitted * lines.strongest();
    const auto over = [&](std::size_t i) { return std::max(phase.over_noise(i), amplitude.over_noise(i)); };
    std::vector<Peak> peaks;
    for (std::size_t i = phase.first(); i + 1 < count; ++i) {
        const double here = over(i);
        if (std::max(phase.power(i), amplitude.power(i)) < least) continue;
        // Either of the two may be the one that stands out.
        if (here > threshold(i, phase, 0.5 * search.false_alarm) && here >= over(i - 1) &&
            here >= over(i + 1))
            peaks.push_back({i, here});
    }
    std::sort(peaks.begin(), peaks.end(), [](const Peak& a, const Peak& b) { return a.over > b.over; });
    bool any = false;
    for (const Peak& peak : peaks) {
        const double hz = static_cast<double>(peak.cell) * phase.cell_hz();
        const double apart = static_cast<double>(apart_cells) * phase.cell_hz();
        const bool taken = std::any_of(lines.hz.begin(), lines.hz.end(),
                                       [&](double other) { return std::abs(other - hz) < apart; });
        if (taken || lines.hz.size() >= lines.told + most_pairs) continue;
        if (any && peak.over < beside_strongest * peaks.front().over) break;
        lines.hz.push_back(hz);
        any = true;
    }
    return any;
}

double largest_unseen(const Cells& phase, const SidebandSearch& search) {
    double most = 0.0;
    for (std::size_t i = phase.first(); i < phase.size(); ++i) {
        if (static_cast<double>(i) * phase.cell_hz() < search.from_hz) continue;
        const double least = std::sqrt(threshold(i, phase, 0.5 * search.false_alarm)) + two_sd;
        most = std::max(most, hann_scallop * least * std::sqrt(phase.noise(i)));
    }
    return most;
}

}  // namespace

std::complex<double> SidebandPair::upper() const {
    return 0.5 * (amplitude + std::complex(0.0, 1.0) * phase);
}
std::complex<double> SidebandPair::lower() const {
    return 0.5 * std::conj(amplitude - std::complex(0.0, 1.0) * phase);
}
bool SidebandPair::one_sided() const {
    const double a = std::abs(upper()), b = std::abs(lower());
    return std::min(a, b) < one_side_share * std::max(a, b);
}

Sidebands find_sidebands(const Modulation& modulation, const SidebandSearch& search) {
    Sidebands out;
    out.from_hz = search.from_hz, out.to_hz = search.to_hz;
    constexpr std::size_t least_samples = 1024;
    if (modulation.phase.size() < least_samples || search.to_hz <= search.from_hz) return out;
    const double rate_hz = search.rate_hz;
    Lines lines{search.told_hz, search.told_hz.size(), {}, {}};
    if (!fit_once(modulation, rate_hz, lines)) return out;
    std::optional<Cells> phase, amplitude;
    for (int round = 0;; ++round) {
        phase.emplace(lines.phase->rest, search);
        amplitude.emplace(lines.amplitude->rest, search);
        if (phase->size() <= least_window) return out;
        const Lines before = lines;
        if (!add_peaks(*phase, *amplitude, search, lines)) break;
        out.all = round + 1 < search.most_rounds && lines.hz.size() < lines.told + most_pairs;
        if (!fit_offsets(modulation, rate_hz, lines)) {
            lines = before, out.all = false;
            break;
        }
        if (!out.all) break;
    }
    out.least_phase = largest_unseen(*phase, search);
    for (std::size_t k = 0; k < lines.hz.size(); ++k) {
        const auto cell = static_cast<std::size_t>(std::lround(lines.hz[k] / phase->cell_hz()));
        out.pairs.push_back({lines.hz[k], lines.phase->phasors[k], lines.amplitude->phasors[k],
                             std::sqrt(phase->noise(cell) / hann_noise_bins),
                             std::sqrt(amplitude->noise(cell) / hann_noise_bins),
                             std::sqrt(threshold(cell, *phase, 0.5 * search.false_alarm)), k < lines.told});
    }
    std::sort(out.pairs.begin(), out.pairs.end(),
              [](const SidebandPair& a, const SidebandPair& b) { return a.offset_hz < b.offset_hz; });
    return out;
}

}  // namespace fourpole
