// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/deconvolve.hpp"

#include "rig/analysis/gate_bias.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

// The gate's law. Above 3.3 kHz 12 ms hold any earphone's decay; below, a fixed number of
// cycles keeps the resolution constant in octaves, up to 0.35 s, where a coupling capacitor
// of 8 Hz has decayed to 4e-5.
constexpr double shortest_before_s = 0.003, longest_before_s = 0.15, cycles_before = 10.0;
constexpr double shortest_after_s = 0.009, longest_after_s = 0.2, cycles_after = 30.0;
constexpr double longest_lag_s = 0.5;  // up to where the noise is read

// Relative (6e-3 dB): what an event may leave in a gate that it begins in, or a capture that ends there.
constexpr double cut_short = 7e-4;

// Of the way to the next harmonic: the response keeps its gate clear of the second harmonic's
// pulse, two harmonics' gates never touch.
constexpr double share_to_second = 0.62, share_to_neighbour = 0.45;

// Of its own frequency, on either side, before a harmonic is told from its neighbours.
constexpr double least_cycles_of_harmonic = 3.0;

constexpr double ring_s = 0.5;

// Where harmonics of a sweep are seen beside its beginning: the first octave that has them whole.
constexpr double lowest_of_harmonics = 1.95;
constexpr int harmonics_above = 12;

constexpr int corrections = 3;
constexpr double least_to_correct = 10.0;  // of the noise
constexpr double least_late = 3.0;         // of the noise

// Of the band that a gate sees, the part that a recorded stimulus must fill.
constexpr double least_filled = 0.5;

// Half an octave beyond the ends of a grid, in steps of a 24th.
constexpr int guard_points = 12;
const double guard_step = std::exp2(1.0 / 24.0);

// 2^17 lags: their transform still fits the cache.
constexpr std::size_t most_lags_at_once = 1U << 17U;

// Lags on either side from which the noise of a recorded stimulus is read: seven of the longest gates. A
// place counts where the capture holds at least half of what is correlated there.
constexpr double longest_rest_s = 1.6, least_covered = 0.5;

// Gates that estimate the noise at one frequency; more would not sharpen it.
constexpr int most_noise_gates = 12;
constexpr std::size_t least_noise_gates = 3;

// A steady line (hum, a whistle) is in one point's gates and not in its neighbours'. Noise lifts one point in
// a few hundred so far, where few gates fit.
constexpr double line_over_noise = 2.0;

/// Mean of powers without those that a line makes; 0 of none. Reorders `power`.
double mean_without_lines(std::vector<double>& power) {
    if (power.empty()) return 0.0;
    const auto middle = power.begin() + static_cast<std::ptrdiff_t>(power.size() / 2);
    std::nth_element(power.begin(), middle, power.end());
    const double most = 2.0 * line_over_noise * line_over_noise * *middle;
    double sum = 0.0, count = 0.0;
    for (const double p : power)
        if (p <= most) sum += p, ++count;
    return sum / count;
}

}  // namespace

void pool_noise(std::vector<Estimate>& h) {
    constexpr std::ptrdiff_t reach = 6;
    const auto size = static_cast<std::ptrdiff_t>(h.size());
    std::vector<double> smooth, near;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        near.clear();
        for (std::ptrdiff_t k = std::max<std::ptrdiff_t>(0, i - reach); k <= std::min(size - 1, i + reach);
             ++k)
            if (const double noise = h[static_cast<std::size_t>(k)].noise; noise > 0.0)
                near.push_back(noise * noise);
        smooth.push_back(std::sqrt(mean_without_lines(near)));
    }
    for (std::size_t i = 0; i < h.size(); ++i)
        if (h[i].noise <= line_over_noise * smooth[i]) h[i].noise = smooth[i];
}

Deconvolution::Deconvolution(std::span<const std::span<const double>> ys, const Excitation& excitation,
                             int orders, double least_after_s)
    : excitation_(excitation), orders_(excitation.rate_s > 0.0 ? orders : 1) {
    const double fs = excitation.rate_hz;
    lag_end_s_ = std::max(longest_lag_s, least_after_s);
    const auto before = static_cast<std::ptrdiff_t>(std::ceil(longest_before_s * fs)) + 1;
    const auto after = static_cast<std::ptrdiff_t>(std::ceil(lag_end_s_ * fs)) + 1;
    const LagWindow around_zero{-before, static_cast<std::size_t>(before + after)};

    std::vector<LagWindow> windows{around_zero};
    for (int n = 2; n <= orders_; ++n) {
        const double centre = -excitation.rate_s * std::log(n) * fs;
        const auto half =
            static_cast<std::ptrdiff_t>(std::ceil(harmonic_gate(n, excitation.f1_hz).after_s * fs)) + 2;
        windows.push_back(
            {static_cast<std::ptrdiff_t>(std::floor(centre)) - half, static_cast<std::size_t>(2 * half + 1)});
    }
    // A fast sweep has its harmonics close by: one stretch then costs less than one each.
    const std::ptrdiff_t all_first = std::min(windows.back().first, around_zero.first);
    const auto all_count = static_cast<std::size_t>(after - all_first);
    if (all_count < most_lags_at_once) windows = {{all_first, all_count}};

    const std::size_t length = excitation.wave.size();
    const SampleSource self[] = {source_of(excitation.wave)};
    // The reference rings at its lowest frequency well before the gate; what the device makes
    // of that ringing falls into the gate, so transfers() needs it.
    const auto ring = static_cast<std::ptrdiff_t>(ring_s * fs);
    // ... and where its harmonics would stand, to see what it leaves there by itself.
    std::vector<LagWindow> self_windows = windows;
    self_windows[0].first = std::min(-before - ring, windows[0].first);
    self_windows[0].count = static_cast<std::size_t>(after - self_windows[0].first);
    auto r_self = correlate(self, 0, excitation.inverse, length, self_windows);
    reference_ = {self_windows[0].first, std::move(r_self[0][0])};
    for (std::size_t w = 1; w < windows.size(); ++w)
        reference_harmonics_.push_back({windows[w].first, std::move(r_self[0][w])});

    if (orders_ >= OnsetLeak::highest_order) onset_.emplace(excitation, around_zero);

    std::vector<SampleSource> captured;
    for (const auto& y : ys) captured.push_back(source_of(y));
    auto r = correlate(captured, excitation.origin, excitation.inverse, length, windows);
    harmonics_.resize(ys.size());
    for (std::size_t c = 0; c < ys.size(); ++c) {
        main_.push_back({windows[0].first, std::move(r[c][0])});
        for (std::size_t w = 1; w < windows.size(); ++w)
            harmonics_[c].push_back({windows[w].first, std::move(r[c][w])});
    }
    if (excitation.rests.empty()) return;
    std::vector<SampleSource> rests;
    for (const auto& rest : excitation.rests) rests.push_back(source_of(rest));
    rest_frames_ = static_cast<std::ptrdiff_t>(excitation.rests.front().size());
    const auto far = static_cast<std::ptrdiff_t>(longest_rest_s * fs);
    const LagWindow both_ways{-far, static_cast<std::size_t>(2 * far + 1)};
    auto remaining = correlate(rests, excitation.origin, excitation.inverse, length, {&both_ways, 1});
    for (auto& of_y : remaining) rests_.push_back({-far, std::move(of_y[0])});
}

Gate Deconvolution::gate(double frequency_hz) const {
    double most_before = longest_before_s;
    if (excitation_.rate_s > 0.0)
        most_before = std::min(most_before, share_to_second * excitation_.rate_s * std::numbers::ln2);
    return {std::clamp(cycles_before / frequency_hz, std::min(shortest_before_s, most_before), most_before),
            std::clamp(cycles_after / frequency_hz, shortest_after_s, longest_after_s)};
}

Gate Deconvolution::harmonic_gate(int order, double f0_hz) const {
    // Twelve cycles of the fundamental keep a twelfth of an octave apart; a shorter gate
    // averages over more frequency, which is what a noisy harmonic wants.
    const double spacing = excitation_.rate_s * std::log((order + 1.0) / order);
    const double most = share_to_neighbour * spacing;
    const double half = std::clamp(6.0 / f0_hz, std::min(0.0012, most), most);
    return {half, half};
}

double Deconvolution::heard_until_s(double frequency_hz) const {
    const double quiet_s = excitation_.quiet_after_s;
    return excitation_.rate_s > 0.0
               ? quiet_s + excitation_.rate_s * std::log(excitation_.f2_hz / frequency_hz)
               : quiet_s;
}

std::vector<double> Deconvolution::noise_beside(std::span<const Stretch> ys, double frequency_hz,
                                                const GatedDft& like, Gate gate, double from_s) const {
    // A recorded stimulus is correlated with all of itself at any lag: what begins behind it is heard as
    // noise.
    const double end = excitation_.rate_s > 0.0 ? heard_until_s(frequency_hz) : lag_end_s_;
    const double room = std::min(lag_end_s_, end) - from_s;
    if (room < 0.002) return std::vector<double>(ys.size(), 0.0);  // no place to look: noise unknown

    // Right behind the pulse stands what belongs to it (decay, clock jitter): a part of the
    // room is left out, and the median ignores the odd click or line.
    const double skipped = std::min(0.1, room / 3.0), used = room - skipped;
    const bool fits = gate.before_s + gate.after_s <= used / 2.0;
    const Gate g = fits ? gate : Gate{used / 4.0, used / 4.0};
    const GatedDft own(g, frequency_hz, excitation_.rate_hz);
    const double width = g.before_s + g.after_s;
    const int count = std::clamp(static_cast<int>((used - width) / (0.5 * width)) + 1, 1, most_noise_gates);
    const double step = count > 1 ? (used - width) / (count - 1) : 0.0;
    std::vector<double> out;
    for (const Stretch& y : ys) {
        std::vector<double> power;
        for (int i = 0; i < count; ++i) {
            const double centre = (from_s + skipped + g.before_s + i * step) * excitation_.rate_hz;
            power.push_back(std::norm(own.at(y, std::lround(centre))));
        }
        const auto middle = power.begin() + static_cast<std::ptrdiff_t>(power.size() / 2);
        std::nth_element(power.begin(), middle, power.end());
        double typical = *middle;
        if (power.size() % 2 == 0) typical = 0.5 * (typical + *std::max_element(power.begin(), middle));
        // |complex noise|^2 is exponential: its median is ln 2 of its mean.
        if (power.size() > 2) typical /= std::numbers::ln2;
        out.push_back(std::sqrt(typical * like.energy() / own.energy()));
    }
    return out;
}

/// From gates of the same kind beside the pulse's own, the nearest ones first.
std::vector<double> Deconvolution::noise_of_rests(double frequency_hz, const GatedDft& like,
                                                  Gate gate) const {
    const double fs = excitation_.rate_hz, width = gate.before_s + gate.after_s;
    const auto length = static_cast<double>(excitation_.wave.size());
    std::vector<std::vector<double>> power(rests_.size());
    for (int step = 2; power.front().size() < static_cast<std::size_t>(most_noise_gates); ++step) {
        const double away_s = 0.5 * step * width;
        if (away_s + std::max(gate.before_s, gate.after_s) > longest_rest_s) break;
        for (const double centre_s : {-away_s, away_s}) {
            const double first = static_cast<double>(excitation_.origin) + centre_s * fs;
            const double covered =
                (std::min(first + length, static_cast<double>(rest_frames_)) - std::max(first, 0.0)) / length;
            if (covered < least_covered) continue;
            for (std::size_t y = 0; y < rests_.size(); ++y)
                power[y].push_back(std::norm(like.at(rests_[y], std::lround(centre_s * fs))) / covered);
        }
    }
    std::vector<double> out;
    for (std::vector<double>& of_y : power) {
        if (of_y.size() < least_noise_gates)
            return noise_beside(main_, frequency_hz, like, gate, gate.after_s);
        const auto middle = of_y.begin() + static_cast<std::ptrdiff_t>(of_y.size() / 2);
        std::nth_element(of_y.begin(), middle, of_y.end());
        double typical = *middle;
        if (of_y.size() % 2 == 0) typical = 0.5 * (typical + *std::max_element(of_y.begin(), middle));
        out.push_back(std::sqrt(typical / std::numbers::ln2));
    }
    return out;
}

Deconvolution::Seen Deconvolution::look(std::span<const Stretch> ys, double frequency_hz) const {
    const Gate g = gate(frequency_hz);
    const GatedDft dft(g, frequency_hz, excitation_.rate_hz);
    Seen out;
    for (const Stretch& y : ys) out.numerator.push_back(dft.at(y, 0));
    out.denominator = dft.at(reference_, 0);
    out.noise = rests_.size() == ys.size() && !rests_.empty()
                    ? noise_of_rests(frequency_hz, dft, g)
                    : noise_beside(ys, frequency_hz, dft, g, g.after_s);
    return out;
}

/// What the same gate hears right behind itself, less what the estimate sent through `again` leaves there: a
/// device that rings on longer than the grid resolves is cut off by its gate. Relative to the value; 0 where
/// that is noise, or another event's.
double Deconvolution::late_in(std::size_t y, const Stretch& again, double frequency_hz, const GatedDft& dft,
                              const Seen& seen) const {
    const Gate g = gate(frequency_hz);
    const double centre_s = g.after_s + g.before_s;
    if (centre_s + g.after_s > std::min(lag_end_s_, heard_until_s(frequency_hz))) return 0.0;
    const auto lag = std::lround(centre_s * excitation_.rate_hz);
    const std::complex<double> in_gate = seen.numerator[y];
    const double late = std::abs(dft.at(main_[y], lag) - in_gate / dft.at(again, 0) * dft.at(again, lag));
    return late > least_late * seen.noise[y] ? late / std::abs(in_gate) : 0.0;
}

bool Deconvolution::excites(double frequency_hz) const {
    if (excitation_.rate_s > 0.0) return true;
    // The spectrum of r_xg is |X|^2 / (|X|^2 + least): 1 where enough plays, 0 where nothing does.
    const GatedDft dft(gate(frequency_hz), frequency_hz, excitation_.rate_hz);
    return std::abs(dft.at(reference_, 0)) > least_filled;
}

Estimate Deconvolution::transfer(std::size_t y, double frequency_hz) const {
    return look({&main_[y], 1}, frequency_hz).of(0);
}

std::complex<double> Deconvolution::transfer_value(std::size_t y, double frequency_hz) const {
    const GatedDft dft(gate(frequency_hz), frequency_hz, excitation_.rate_hz);
    return dft.at(main_[y], 0) / dft.at(reference_, 0);
}

std::vector<std::vector<Estimate>> Deconvolution::transfers(std::span<const double> frequency_hz) const {
    // A recorded stimulus may play on beyond the grid, and what it plays there is in the gates of its ends.
    std::vector<double> wider(frequency_hz.begin(), frequency_hz.end());
    std::size_t before = 0;
    if (excitation_.rate_s <= 0.0 && !wider.empty()) {
        const auto beyond = [&](double end_hz, double step) {
            std::vector<double> out;
            for (int k = 1; k <= guard_points; ++k)
                if (const double f = end_hz * std::pow(step, k); f < 0.5 * excitation_.rate_hz && excites(f))
                    out.push_back(f);
            return out;
        };
        const auto below = beyond(wider.front(), 1.0 / guard_step);
        const auto above = beyond(wider.back(), guard_step);
        wider.insert(wider.begin(), below.rbegin(), below.rend());
        wider.insert(wider.end(), above.begin(), above.end());
        before = below.size();
    }
    std::vector<Seen> seen;
    std::vector<std::vector<Estimate>> h(main_.size());
    for (const double f : wider) {
        seen.push_back(look(main_, f));
        for (std::size_t y = 0; y < h.size(); ++y) h[y].push_back(seen.back().of(y));
    }
    for (auto& of_y : h) pool_noise(of_y);
    if (frequency_hz.size() >= 4) take_bias_out(wider, seen, h);
    for (auto& of_y : h)
        for (std::size_t i = 0; i < wider.size(); ++i)
            if (heard_until_s(wider[i]) < gate(wider[i]).after_s)
                of_y[i].bias = std::max(of_y[i].bias, cut_short);
    if (onset_) add_onset_leak(wider, h);
    const auto first = static_cast<std::ptrdiff_t>(before);
    const auto count = static_cast<std::ptrdiff_t>(frequency_hz.size());
    for (auto& of_y : h) of_y = {of_y.begin() + first, of_y.begin() + first + count};
    return h;
}

void Deconvolution::take_bias_out(std::span<const double> frequency_hz, std::span<const Seen> seen,
                                  std::vector<std::vector<Estimate>>& h) const {
    RealFft fft(fast_length(2 * reference_.r.size()));
    std::fill(std::copy(reference_.r.begin(), reference_.r.end(), fft.signal()), fft.signal() + fft.size(),
              0.0);
    fft.forward();
    const std::vector<std::complex<double>> reference(fft.spectrum(), fft.spectrum() + fft.bins());
    const double hz_per_bin = excitation_.rate_hz / static_cast<double>(fft.size());

    std::vector<std::vector<Correction>> done(h.size(), std::vector<Correction>(frequency_hz.size()));
    for (int pass = 0; pass < corrections; ++pass) {
        std::vector<SmoothTransfer> smooth;
        std::vector<Stretch> again;
        for (const auto& of_y : h) {
            smooth.emplace_back(frequency_hz, of_y);
            fft.spectrum()[0] = 0.0;
            for (std::size_t k = 1; k < fft.bins(); ++k)
                fft.spectrum()[k] = reference[k] * smooth.back().at(static_cast<double>(k) * hz_per_bin);
            fft.inverse();
            again.push_back({reference_.first, {fft.signal(), fft.signal() + reference_.r.size()}});
        }
        for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
            const GatedDft dft(gate(frequency_hz[i]), frequency_hz[i], excitation_.rate_hz);
            for (std::size_t y = 0; y < h.size(); ++y) {
                Estimate& e = h[y][i];
                // Where noise rules there is nothing to correct, only noise to feed back.
                if (std::abs(e.value) < least_to_correct * e.noise) continue;
                const auto between = smooth[y].at(frequency_hz[i]);
                done[y][i].take(seen[i].numerator[y] / dft.at(again[y], 0) * between, between, e);
                if (pass + 1 == corrections) e.bias += late_in(y, again[y], frequency_hz[i], dft, seen[i]);
            }
        }
    }
    for (std::size_t y = 0; y < h.size(); ++y)
        for (std::size_t i = 0; i < frequency_hz.size(); ++i) h[y][i].bias += done[y][i].rest();
}

/// Into the bias: what the harmonics' onset leaves in the response (OnsetLeak), by their size above it.
void Deconvolution::add_onset_leak(std::span<const double> frequency_hz,
                                   std::vector<std::vector<Estimate>>& h) const {
    for (int order = OnsetLeak::lowest_order; order <= OnsetLeak::highest_order; ++order) {
        std::vector<double> power(h.size(), 0.0);
        int count = 0;
        for (double f0 = lowest_of_harmonics * excitation_.f1_hz;
             count < harmonics_above && f0 < 0.5 * excitation_.f2_hz; f0 *= guard_step * guard_step) {
            const auto seen = harmonic(order, f0);
            count += !seen.empty();
            for (std::size_t y = 0; y < seen.size(); ++y)
                power[y] += std::norm(seen[y].estimate.value) - std::pow(seen[y].estimate.noise, 2);
        }
        if (count == 0) continue;
        for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
            const double f = frequency_hz[i];
            if (excitation_.rate_s * std::log(f / excitation_.f1_hz) > onset_->until_s()) break;
            const GatedDft dft(gate(f), f, excitation_.rate_hz);
            const double leak = onset_->of_order(order, dft) / std::abs(dft.at(reference_, 0));
            for (std::size_t y = 0; y < h.size(); ++y)
                if (const double size = std::abs(h[y][i].value); size > 0.0)
                    h[y][i].bias =
                        std::hypot(h[y][i].bias, leak * std::sqrt(std::max(0.0, power[y] / count)) / size);
        }
    }
}

std::vector<Harmonic> Deconvolution::harmonic(int order, double f0_hz) const {
    const double f = order * f0_hz;
    if (order < 2 || order > orders_ || f > 0.97 * excitation_.f2_hz) return {};
    const auto nth = static_cast<std::size_t>(order - 2);
    const Gate g = harmonic_gate(order, f0_hz);
    if (g.before_s * f < least_cycles_of_harmonic) return {};
    const double centre = -excitation_.rate_s * std::log(order) * excitation_.rate_hz;
    const double whole = std::floor(centre);
    const GatedDft here(g, f, excitation_.rate_hz, centre - whole), at_zero(g, f, excitation_.rate_hz);
    const std::complex<double> unit = at_zero.at(reference_, 0);
    const auto quiet = noise_beside(main_, f, at_zero, g, gate(f).after_s);
    const auto lag = static_cast<std::ptrdiff_t>(whole);
    const Stretch& by_itself = reference_harmonics_.empty() ? reference_ : reference_harmonics_[nth];
    const double clutter = std::abs(here.at(by_itself, lag) / unit);
    std::vector<Harmonic> out;
    for (std::size_t y = 0; y < main_.size(); ++y) {
        const Stretch& stretch = harmonics_[y].empty() ? main_[y] : harmonics_[y][nth];
        out.push_back({{here.at(stretch, lag) / unit, quiet[y] / std::abs(unit)}, clutter, g.before_s * f});
    }
    return out;
}

std::vector<double> Deconvolution::impulse_response(std::size_t y, std::size_t before,
                                                    std::size_t after) const {
    const double peak = reference_.r[static_cast<std::size_t>(-reference_.first)];
    std::vector<double> out;
    for (std::ptrdiff_t lag = -static_cast<std::ptrdiff_t>(before); lag <= static_cast<std::ptrdiff_t>(after);
         ++lag) {
        const std::ptrdiff_t i = lag - main_[y].first;
        const bool there = i >= 0 && i < static_cast<std::ptrdiff_t>(main_[y].r.size());
        out.push_back(there ? main_[y].r[static_cast<std::size_t>(i)] / peak : 0.0);
    }
    return out;
}

}  // namespace fourpole
