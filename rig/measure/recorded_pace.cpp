// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_pace.hpp"

#include "rig/fft/fft.hpp"
#include "rig/measure/recorded_device.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double block_s = 0.25, low_hz = 20.0, high_hz = 20000.0;
constexpr std::size_t least_block = 512, least_blocks = 4, blocks_wanted = 16;
// Of 22 takes of music and tones the errors were 1.4 rms of what some fifty blocks' scores say.
constexpr double widened = 1.4;
constexpr int most_rounds = 8;
constexpr double settled = 0.02;        ///< of u
constexpr double probe_samples = 0.01;  ///< by which the ends are moved for dx/de: its second order is 1e-5
constexpr std::size_t reach = 8;        ///< bins on either side over which what is left over is averaged
constexpr double least_of_loudest = 1e-9;  ///< power of a bin in which something plays
constexpr double quiet_block = 1e-6;       ///< power of a block, of the loudest, in which nothing does

using Bins = std::vector<std::complex<double>>;

/// What one block holds, by the roles it has.
struct BlockBins {
    Bins x, w, d, y;  ///< X, W = FFT(w' x), D, Y
};

/// The blocks of one path at one pace, as spectra.
class PathBlocks {
public:
    PathBlocks(const RecordedPath& path, const Clock& clock, std::size_t length, double pivot_u)
        : fft_(length), length_(length), window_(length), slope_(length) {
        for (std::size_t i = 0; i < length; ++i) {
            const double t = std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length);
            window_[i] = std::sin(t), slope_[i] = std::cos(t);
        }
        const double rate = clock.rate_hz, frames = static_cast<double>(path.captured.size());
        const double ends = static_cast<double>(path.played.size()) / rate;
        const double from = std::clamp(std::floor(clock.sample_at(0.0)), 0.0, frames);
        const double to = std::clamp(std::ceil(clock.sample_at(ends)), from, frames);
        first_ = static_cast<std::size_t>(from);
        const auto count = static_cast<std::size_t>(to - from);
        // About the pivot, so that a changed pace does not move the middle.
        const double half = std::max(1.0, 0.5 * (to - from));
        const double small = probe_samples / half;
        const auto evaluated = [&](double more) {
            const double step = (1.0 + 1e-6 * clock.ppm) * (1.0 + more), pivot = clock.sample_at(pivot_u);
            return between_samples(path.played, pivot_u * rate + step * (from - pivot), step, count);
        };
        x_ = evaluated(0.0);
        d_ = evaluated(small);
        for (std::size_t i = 0; i < count; ++i) d_[i] = (d_[i] - x_[i]) / small;
        y_ = path.captured.subspan(first_, count);
        if (count < length) return;
        double loudest = 0.0;
        std::vector<double> powers;
        for (std::size_t at = 0; at + length <= count; at += length / 2) {
            double power = 0.0;
            for (std::size_t i = 0; i < length; ++i) power += x_[at + i] * x_[at + i];
            powers.push_back(power), loudest = std::max(loudest, power);
        }
        for (std::size_t k = 0; k < powers.size(); ++k)
            if (powers[k] > quiet_block * loudest) starts_.push_back(k * (length / 2));
    }

    std::size_t count() const { return starts_.size(); }
    BlockBins bins_of(std::size_t b) {
        const auto of = [&](std::span<const double> x, const std::vector<double>& window) {
            return spectrum(x.subspan(starts_[b], length_), window);
        };
        return {of(x_, window_), of(x_, slope_), of(d_, window_), of(y_, window_)};
    }
    bool follows(std::size_t b) const { return b > 0 && starts_[b] == starts_[b - 1] + length_ / 2; }

private:
    Bins spectrum(std::span<const double> x, const std::vector<double>& window) {
        for (std::size_t i = 0; i < length_; ++i) fft_.signal()[i] = window[i] * x[i];
        fft_.forward();
        return {fft_.spectrum(), fft_.spectrum() + fft_.bins()};
    }

    RealFft fft_;
    std::size_t length_, first_ = 0;
    std::vector<double> window_, slope_, x_, d_;
    std::span<const double> y_;
    std::vector<std::size_t> starts_;
};

/// Of one bin: all that the blocks of one path say, and D and Y less their parts along X and W.
class Regression {
public:
    void add(std::complex<double> x, std::complex<double> w, std::complex<double> d, std::complex<double> y) {
        xx_ += std::norm(x), ww_ += std::norm(w), dd_ += std::norm(d), yy_ += std::norm(y);
        wx_ += w * std::conj(x), dx_ += d * std::conj(x), yx_ += y * std::conj(x);
        dw_ += d * std::conj(w), yw_ += y * std::conj(w);
    }
    void solve() {
        if (xx_ <= 0.0) return;
        // W first less its part along X.
        const std::complex<double> of_w = wx_ / xx_;
        const double ww = ww_ - std::norm(wx_) / xx_;
        const bool apart = ww > 1e-9 * ww_;
        d_w = apart ? (dw_ - dx_ * std::conj(of_w)) / ww : 0.0;
        y_w = apart ? (yw_ - yx_ * std::conj(of_w)) / ww : 0.0;
        d_x = dx_ / xx_ - d_w * of_w;
        y_x = yx_ / xx_ - y_w * of_w;
        d_rest = std::max(0.0, dd_ - std::norm(dx_) / xx_ - std::norm(d_w) * ww);
        y_rest = std::max(0.0, yy_ - std::norm(yx_) / xx_ - std::norm(y_w) * ww);
    }
    double power() const { return xx_; }

    std::complex<double> d_x, d_w, y_x, y_w;  ///< D = d_x X + d_w W + rest
    double d_rest = 0.0, y_rest = 0.0;

private:
    double xx_ = 0.0, ww_ = 0.0, dd_ = 0.0, yy_ = 0.0;
    std::complex<double> wx_, dx_, yx_, dw_, yw_;
};

std::vector<double> averaged(const std::vector<double>& in) {
    std::vector<double> out(in.size());
    for (std::size_t k = 0; k < in.size(); ++k) {
        const std::size_t from = k - std::min(k, reach), to = std::min(in.size(), k + reach + 1);
        double sum = 0.0;
        for (std::size_t i = from; i < to; ++i) sum += in[i];
        out[k] = sum / static_cast<double>(to - from);
    }
    return out;
}

/// One step of Gauss and Newton.
struct Step {
    double more = 0.0, information = 0.0, scatter = 0.0;
    double spread = 0.0;  ///< information times the variance of the times at which a frequency is heard, s^2
    std::size_t blocks = 0;
    std::vector<double> dd, xx;  ///< of all paths: D less its part along X and W, and X
};

void add_path(PathBlocks& path, std::size_t low, std::size_t high, double hz_per_bin, Step& out) {
    if (path.count() < least_blocks) return;
    const std::size_t bins = out.xx.size();
    std::vector<Regression> bin(bins);
    for (std::size_t b = 0; b < path.count(); ++b) {
        const BlockBins v = path.bins_of(b);
        for (std::size_t k = 0; k < bins; ++k) bin[k].add(v.x[k], v.w[k], v.d[k], v.y[k]);
    }
    double loudest = 0.0, most = 0.0;
    std::vector<double> over(bins, 0.0);
    for (std::size_t k = 0; k < bins; ++k) {
        bin[k].solve();
        loudest = std::max(loudest, bin[k].power());
        over[k] = bin[k].y_rest / static_cast<double>(path.count() - 2);
        out.dd[k] += bin[k].d_rest, out.xx[k] += bin[k].power();
        if (k >= low && k < high) most = std::max(most, over[k]);
    }
    if (loudest <= 0.0) return;
    over = averaged(over);
    // Rounding is no noise: without any, all bins would count by it alone.
    for (double& s : over) s = std::max(s, 1e-12 * most);
    const auto counts = [&](std::size_t k) {
        return over[k] > 0.0 && bin[k].power() > least_of_loudest * loudest;
    };
    for (std::size_t k = low; k < high; ++k) {
        if (!counts(k)) continue;
        const double information = 2.0 * std::norm(bin[k].y_x) * bin[k].d_rest / over[k];
        const double omega = 2.0 * std::numbers::pi * hz_per_bin * static_cast<double>(k);
        out.information += information;
        out.spread += information * bin[k].d_rest / (bin[k].power() * omega * omega);
    }
    double before = 0.0;
    for (std::size_t b = 0; b < path.count(); ++b) {
        const BlockBins v = path.bins_of(b);
        double score = 0.0;
        for (std::size_t k = low; k < high; ++k) {
            if (!counts(k)) continue;
            const Regression& r = bin[k];
            const auto y = v.y[k] - r.y_x * v.x[k] - r.y_w * v.w[k];
            const auto d = v.d[k] - r.d_x * v.x[k] - r.d_w * v.w[k];
            score += 2.0 * std::real(y * std::conj(r.y_x * d)) / over[k];
        }
        out.more += score;
        out.scatter += score * score + (path.follows(b) ? 2.0 * score * before : 0.0);
        before = score;
    }
    out.blocks += path.count();
}

}  // namespace

double PaceSpread::bias(double frequency_hz, double u_pace) const {
    if (v.empty() || hz_per_bin <= 0.0) return 0.0;
    const auto k = static_cast<std::size_t>(std::lround(frequency_hz / hz_per_bin));
    return 0.5 * u_pace * u_pace * v[std::min(k, v.size() - 1)];
}

std::optional<RecordedPace> recorded_pace(std::span<const RecordedPath> paths, const Clock& clock) {
    double seconds = 0.0;
    for (const RecordedPath& p : paths)
        seconds = std::max(seconds,
                           static_cast<double>(std::min(p.played.size(), p.captured.size())) / clock.rate_hz);
    // Of a file that plays behind the other side's only its own part holds blocks.
    double loud_s = 0.0;
    for (const RecordedPath& p : paths) {
        const auto [first, last] = loud_part(p.played);
        loud_s = std::max(loud_s, (last - first) / clock.rate_hz);
    }
    const double wanted_s =
        std::min(block_s, 2.0 * std::min(loud_s, seconds) / static_cast<double>(blocks_wanted));
    std::size_t length =
        fast_length(std::max<std::size_t>(least_block, static_cast<std::size_t>(wanted_s * clock.rate_hz)));
    length += length % 2;
    while (fast_length(length) != length) length += 2;
    const std::size_t bins = length / 2 + 1;
    const double hz_per_bin = clock.rate_hz / static_cast<double>(length);
    const auto low = static_cast<std::size_t>(std::max(1.0, std::ceil(low_hz / hz_per_bin)));
    const auto high = std::min(
        bins,
        static_cast<std::size_t>(std::min(high_hz, 0.5 * between_samples_band * clock.rate_hz) / hz_per_bin));
    RecordedPace out;
    Clock at = clock;
    const double pivot_u = 0.5 * seconds;
    for (int round = 0; round < most_rounds; ++round) {
        Step step;
        step.dd.assign(bins, 0.0), step.xx.assign(bins, 0.0);
        for (const RecordedPath& path : paths) {
            PathBlocks blocks(path, at, length, pivot_u);
            if (blocks.count() > 0) add_path(blocks, low, high, hz_per_bin, step);
        }
        if (step.blocks < least_blocks || step.information <= 0.0) return std::nullopt;
        const double more = step.more / step.information;
        const double u =
            widened * std::sqrt(std::max(step.scatter / step.information, 1.0) / step.information);
        const double kept = at.sample_at(pivot_u);
        at.ppm = 1e6 * ((1.0 + 1e-6 * at.ppm) * (1.0 + more) - 1.0);
        at.start += kept - at.sample_at(pivot_u);
        out.ppm = at.ppm, out.u_ppm = 1e6 * u;
        out.spread_s = std::sqrt(step.spread / step.information);
        out.block_s = static_cast<double>(length) / clock.rate_hz;
        out.spread = {hz_per_bin, std::vector<double>(bins, 0.0)};
        for (std::size_t k = 0; k < bins; ++k)
            if (step.xx[k] > 0.0) out.spread.v[k] = step.dd[k] / step.xx[k];
        if (std::abs(more) < settled * u) break;
    }
    if (!std::isfinite(out.ppm) || !std::isfinite(out.u_ppm)) return std::nullopt;
    return out;
}

}  // namespace fourpole
