// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/match.hpp"

#include "rig/fft/fft.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double block_s = 0.35;  // short enough for 20 of them in 4 s, and 20 Hz still is the seventh bin
constexpr int most_rounds = 8;
// Each round leaves a hundredth of the last one at most: what a block's window does to the slope.
constexpr double settled_samples = 1e-6;

using Three = std::array<double, 3>;
using Square = std::array<Three, 3>;

/// Inner products of one block over the heard band: b B itself, d its slope in time, a A.
struct Products {
    double bb = 0.0, bd = 0.0, dd = 0.0, ab = 0.0, ad = 0.0;
};

std::vector<Products> products(const Pair& pair, const Line& line, const Blocks& blocks, unsigned threads,
                               const Told& told) {
    std::vector<Products> out(blocks.count);
    const std::vector<double> window = sine_window(blocks.length);
    const Hearing hearing = hearing_of(pair);
    const double bin_hz = pair.rate_a_hz / static_cast<double>(blocks.length);
    const auto low = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(hearing.low_hz / bin_hz)));
    const auto high = static_cast<std::size_t>(std::floor(hearing.high_hz / bin_hz));
    each_section(pair, line, blocks, threads, told, [&](const Section& section) {
        RealFft fft(blocks.length);
        std::vector<std::complex<double>> a_bins(fft.bins());
        for (std::size_t k = 0; k < section.count; ++k) {
            const auto a = section.a_of(k, blocks.length), b = section.b_of(k, blocks.length);
            windowed(a, window, fft.signal());
            fft.forward();
            std::copy_n(fft.spectrum(), fft.bins(), a_bins.begin());
            windowed(b, window, fft.signal());
            fft.forward();
            Products& p = out[section.first_block + k];
            const double turn = 2.0 * std::numbers::pi / static_cast<double>(blocks.length);
            for (std::size_t n = low; n <= high; ++n) {
                const std::complex<double> bin = fft.spectrum()[n], cross = std::conj(bin) * a_bins[n];
                // Re conj(j w B) A = w Im conj(B) A; B and its slope are at right angles in each bin.
                const double w = turn * static_cast<double>(n), power = std::norm(bin);
                p.bb += power, p.dd += w * w * power;
                p.ab += cross.real(), p.ad += w * cross.imag();
            }
        }
    });
    return out;
}

/// The inverse of a symmetric positive 3 x 3; nullopt where it has none.
std::optional<Square> inverse(const Square& m) {
    Square out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            const std::size_t r0 = (k + 1) % 3, r1 = (k + 2) % 3, c0 = (i + 1) % 3, c1 = (i + 2) % 3;
            out[i][k] = m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
        }
    const double determinant = m[0][0] * out[0][0] + m[0][1] * out[1][0] + m[0][2] * out[2][0];
    if (!(std::abs(determinant) > 1e-30 * m[0][0] * m[1][1] * m[2][2])) return std::nullopt;
    for (Three& row : out)
        for (double& v : row) v /= determinant;
    return out;
}

Three times(const Square& m, const Three& x) {
    Three out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t k = 0; k < 3; ++k) out[i] += m[i][k] * x[k];
    return out;
}

/// Columns: B, its slope, its slope times the block's place x in -1 .. 1.
Square normal(const Products& p, double x) {
    return {{{p.bb, p.bd, x * p.bd}, {p.bd, p.dd, x * p.dd}, {x * p.bd, x * p.dd, x * x * p.dd}}};
}
Three against_a(const Products& p, double x) { return {p.ab, p.ad, x * p.ad}; }

struct Solved {
    Three value;
    Square covariance;
};

/// Least squares over all blocks, and the sandwich of their scores.
std::optional<Solved> solve(const std::vector<Products>& all, const std::vector<double>& places) {
    Square sum{};
    Three against{};
    for (std::size_t k = 0; k < all.size(); ++k) {
        const Square n = normal(all[k], places[k]);
        const Three r = against_a(all[k], places[k]);
        for (std::size_t i = 0; i < 3; ++i) {
            against[i] += r[i];
            for (std::size_t j = 0; j < 3; ++j) sum[i][j] += n[i][j];
        }
    }
    if (!(sum[0][0] > 0.0)) return std::nullopt;
    const auto bread = inverse(sum);
    if (!bread) return std::nullopt;
    Solved out{times(*bread, against), {}};
    std::vector<Three> scores;
    for (std::size_t k = 0; k < all.size(); ++k) {
        Three score = against_a(all[k], places[k]);
        const Three fitted = times(normal(all[k], places[k]), out.value);
        for (std::size_t i = 0; i < 3; ++i) score[i] -= fitted[i];
        scores.push_back(times(*bread, score));
    }
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            double own = 0.0, with_next = 0.0;
            for (std::size_t k = 0; k < scores.size(); ++k) {
                own += scores[k][i] * scores[k][j];
                if (k + 1 < scores.size())
                    with_next += scores[k][i] * scores[k + 1][j] + scores[k + 1][i] * scores[k][j];
            }
            // Three parameters are taken from the blocks' scatter; half of their number is independent.
            const double count = static_cast<double>(scores.size());
            const double taken = count / std::max(1.0, count - 6.0);
            out.covariance[i][j] = taken * (i == j ? std::max(own, own + with_next) : own + with_next);
        }
    return out;
}

}  // namespace

std::optional<Match> match(const Pair& pair, const Line& line, unsigned threads, const Told& told) {
    Match out;
    out.line = line;
    for (int round = 0; round < most_rounds; ++round) {
        const Blocks blocks = blocks_over(pair, out.line, block_s);
        if (blocks.count < 4) return std::nullopt;
        const double centre = 0.5 * (blocks.middle(0) + blocks.middle(blocks.count - 1));
        const double reach = blocks.middle(blocks.count - 1) - centre;
        std::vector<double> places;
        for (std::size_t k = 0; k < blocks.count; ++k) places.push_back((blocks.middle(k) - centre) / reach);
        const auto solved = solve(products(pair, out.line, blocks, threads, told), places);
        if (!solved || solved->value[0] == 0.0) return std::nullopt;
        const double h = solved->value[0];
        out.scale = h;
        // In samples of A; a positive value looks further ahead in B.
        const double shift = solved->value[1] / h, stretch = solved->value[2] / h / reach;
        const Square& c = solved->covariance;
        const double at_zero = -centre / reach;
        const double variance = c[1][1] + 2.0 * at_zero * c[1][2] + at_zero * at_zero * c[2][2];
        out.u_relative_scale = std::sqrt(c[0][0]) / std::abs(h);
        out.u_delay = out.line.step * std::sqrt(std::max(0.0, variance)) / std::abs(h);
        out.u_ppm = 1e6 * std::sqrt(c[2][2]) / std::abs(h) / reach;
        const double step = out.line.step;
        out.line.delay += step * (shift - stretch * centre);
        out.line.step += step * stretch;
        if (std::abs(shift) + std::abs(stretch) * reach < settled_samples) break;
    }
    return out;
}

}  // namespace fourpole
