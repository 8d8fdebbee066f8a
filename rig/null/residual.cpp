// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/residual.hpp"

#include "rig/analysis/median.hpp"
#include "rig/null/block_spectra.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fourpole {

namespace {

constexpr double block_s = 1.4;  // a twelfth of an octave at 20 Hz is 1.2 Hz, nearly two bins
constexpr std::size_t fine_per_third = 4;
// In a band where noise is a hundredth of the power, least squares take a hundredth of it for a filter.
constexpr double coherent = 0.99;
// A line leaks 30 dB less into the next twelfth of an octave, at that band's edge.
constexpr double leaked = 1e-3;
// Centres from 1 kHz down to 20 Hz and up to 20 kHz, and one more at either end for 20 Hz .. 20 kHz itself.
constexpr int lowest_third = -17, highest_third = 13;
constexpr std::size_t thirds_count = highest_third - lowest_third + 1;
constexpr std::size_t fine_count = thirds_count * fine_per_third;
constexpr double third_decade = 0.1;  // base 10: a third of an octave is a tenth of a decade

double third_centre(std::size_t third) {
    return 1000.0 * std::pow(10.0, third_decade * (lowest_third + static_cast<double>(third)));
}

/// Which twelfth of an octave each bin belongs to; fine_count = outside the heard band.
std::vector<std::size_t> band_of_bins(std::size_t bins, double bin_hz, const Hearing& hearing) {
    std::vector<std::size_t> out(bins, fine_count);
    std::vector<double> edges;
    for (std::size_t i = 0; i <= fine_count; ++i)
        edges.push_back(1000.0 * std::pow(10.0, third_decade * (lowest_third - 0.5 +
                                                                static_cast<double>(i) / fine_per_third)));
    for (std::size_t k = 1; k < bins; ++k) {
        const double f = bin_hz * static_cast<double>(k);
        if (f < hearing.low_hz || f > hearing.high_hz) continue;
        const auto above = std::upper_bound(edges.begin(), edges.end(), f) - edges.begin();
        out[k] = std::clamp<std::size_t>(static_cast<std::size_t>(above), 1, fine_count) - 1;
    }
    return out;
}

/// What one section adds up: per half of the blocks and band, and each block's powers.
struct Sums {
    std::array<std::vector<BandProducts>, 2> halves{std::vector<BandProducts>(fine_count),
                                                    std::vector<BandProducts>(fine_count)};
    Power samples;   ///< sum of squares, every sample once
    Power all_bins;  ///< of the windowed blocks
};

double rms_of(const Samples& x) {
    double sum = 0.0;
    x.each_piece([&](std::span<const double> piece) {
        for (const double v : piece) sum += v * v;
    });
    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, x.size())));
}

/// Sums of squares around the section's own mean.
Power squares(const Section& section, double scale, std::size_t samples) {
    Power out, sum;
    for (std::size_t i = 0; i < samples; ++i) {
        const double r = section.a[i] - scale * section.b[i];
        sum += {r, section.a[i]};
        out += {r * r, section.a[i] * section.a[i]};
    }
    const auto count = static_cast<double>(samples);
    return {std::max(0.0, out.residual - sum.residual * sum.residual / count),
            std::max(0.0, out.a - sum.a * sum.a / count)};
}

/// All sums of all blocks.
struct Everything {
    Sums sums;
    std::vector<Power> blocks;
    std::vector<Outlier> outliers;
    double rms_b = 0.0;
};

Everything add_up(const Pair& pair, const Match& match, const Blocks& blocks, unsigned threads,
                  const Told& told) {
    Everything out;
    out.rms_b = rms_of(pair.b);
    out.blocks.resize(blocks.count);
    std::vector<Sums> sections(blocks.sections());
    std::vector<std::vector<Outlier>> outliers(blocks.sections());
    const double bin_hz = pair.rate_a_hz / static_cast<double>(blocks.length);
    const auto bands = band_of_bins(blocks.length / 2 + 1, bin_hz, hearing_of(pair));
    // Runs of blocks belong to one half, so that few of them overlap blocks of the other one.
    const std::size_t run = std::clamp<std::size_t>(blocks.count / 16, 1, 8);
    each_section(pair, match.line, blocks, threads, told, [&](const Section& section) {
        BlockSpectra spectra(blocks.length);
        Sums& mine = sections[section.number];
        const bool last = section.number + 1 == blocks.sections();
        mine.samples = squares(section, match.scale, (section.count + (last ? 1 : 0)) * blocks.hop());
        outliers[section.number] = outliers_in(section.a, section.b, match.scale,
                                               static_cast<double>(blocks.start(section.first_block)));
        for (std::size_t k = 0; k < section.count; ++k) {
            const std::size_t block = section.first_block + k;
            spectra.read(section.a_of(k, blocks.length), section.b_of(k, blocks.length), match.scale,
                         1.0 / out.rms_b);
            for (std::size_t n = 0; n < bands.size(); ++n) {
                // All bins but the first and the last stand for two, of either sign of frequency.
                const double both_signs = n == 0 || n + 1 == bands.size() ? 0.5 : 1.0;
                mine.all_bins += spectra.power(n, both_signs);
                if (bands[n] == fine_count) continue;
                spectra.add_bin(n, bin_hz * static_cast<double>(n), mine.halves[block / run % 2][bands[n]]);
                out.blocks[block] += spectra.power(n, both_signs);
            }
        }
    });
    for (const Sums& s : sections) {
        for (std::size_t half = 0; half < 2; ++half)
            for (std::size_t band = 0; band < fine_count; ++band)
                out.sums.halves[half][band] += s.halves[half][band];
        out.sums.samples += s.samples, out.sums.all_bins += s.all_bins;
    }
    std::vector<Outlier> all_outliers;
    for (const auto& some : outliers) all_outliers.insert(all_outliers.end(), some.begin(), some.end());
    out.outliers = without_twins(std::move(all_outliers));
    return out;
}

/// Powers in the heard band over all samples: the ends, where windows fade, count as much as the rest.
Power whole_powers(const Everything& all, const Power& in_band) {
    const Sums& s = all.sums;
    const auto share = [](double part, double of) { return of > 0.0 ? part / of : 0.0; };
    return {s.samples.residual * share(in_band.residual, s.all_bins.residual),
            s.samples.a * share(in_band.a, s.all_bins.a)};
}

/// |sum conj(A) B|^2 / (sum |A|^2 sum |B|^2) of a band. A = R + scale B, and q_0 is B / rms.
double coherence(const BandProducts& p, double scale_q) {
    const double bb = p.gram[0][0].real();
    const std::complex<double> cross = p.with[0] + scale_q * bb;
    return bb > 0.0 && p.a > 0.0 ? std::norm(cross) / (bb * p.a) : 0.0;
}

/// Where the band's own lines are, and not only what its neighbours leak into it.
bool holds_its_own(const std::vector<BandProducts>& bands, std::size_t band) {
    const auto power = [&](std::size_t i) { return bands[i].gram[0][0].real(); };
    const double beside =
        std::max(band > 0 ? power(band - 1) : 0.0, band + 1 < fine_count ? power(band + 1) : 0.0);
    return power(band) > leaked * beside;
}

LinearPoint linear_point(const BandProducts& both, const Explained& by_filter, double scale_q) {
    const double bb = both.gram[0][0].real();
    const double noise = std::max(0.0, both.residual - by_filter.power) / static_cast<double>(both.count);
    return {both.frequency / bb, both.with[0] / bb / scale_q,
            std::sqrt(0.5 * noise / bb) / std::abs(scale_q)};
}

/// Where B has a tenth of its power or less from A, its lines are what it makes of A, and no filter's.
bool made_by_b(const BandProducts& p, double scale_q) {
    return p.a < 0.1 * scale_q * scale_q * p.gram[0][0].real();
}

/// What B's powers explain beyond B itself. B is taken out in each twelfth of an octave that A is heard in;
/// what is left of neighbouring ones counts together until a coefficient stands on ten bins.
Explained by_powers(const Sums& sums, const std::vector<BandProducts>& bands, double scale_q) {
    static constexpr std::size_t enough = 10 * BandProducts::most;
    Explained out;
    std::array<BandProducts, 2> group;
    for (std::size_t band = 0; band < fine_count; ++band) {
        const bool alone = made_by_b(bands[band], scale_q);
        for (std::size_t half = 0; half < 2; ++half) {
            const BandProducts& own = sums.halves[half][band];
            group[half] += alone ? own : without_first(own);
        }
        if (std::min(group[0].count, group[1].count) < enough) continue;
        const Explained some = explained(group[0], group[1], {1, 2, 3, 4});
        out.power += some.power, out.variance += some.variance;
        group = {};
    }
    return out;
}

void split(const Everything& all, const Match& match, double per_residual, Residual& out) {
    const double scale_q = match.scale * all.rms_b;  // A = R + scale_q q_0
    std::vector<BandProducts> bands;
    double residual = 0.0;
    for (std::size_t band = 0; band < fine_count; ++band) {
        bands.push_back(all.sums.halves[0][band]);
        bands.back() += all.sums.halves[1][band];
        residual += bands.back().residual;
    }
    Explained by_filter;
    for (std::size_t band = 0; band < fine_count; ++band) {
        if (bands[band].count == 0 || coherence(bands[band], scale_q) < coherent) continue;
        const Explained here = explained(all.sums.halves[0][band], all.sums.halves[1][band], {0});
        by_filter.power += here.power, by_filter.variance += here.variance;
        if (holds_its_own(bands, band)) out.difference.push_back(linear_point(bands[band], here, scale_q));
    }
    const Explained more = by_powers(all.sums, bands, scale_q);
    const auto share = [&](double power, double variance) {
        return Share{power * per_residual, std::sqrt(variance) * per_residual};
    };
    out.linear = share(by_filter.power, by_filter.variance);
    out.nonlinear = share(more.power, more.variance);
    out.noise = share(residual - std::max(0.0, by_filter.power) - std::max(0.0, more.power),
                      by_filter.variance + more.variance);
}

/// u of the sum of the blocks' powers by their scatter; neighbours overlap by half.
double u_of_sum(const std::vector<Power>& blocks) {
    const double n = static_cast<double>(blocks.size());
    double mean = 0.0, own = 0.0, with_next = 0.0;
    for (const Power& b : blocks) mean += b.residual / n;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        const double d = blocks[k].residual - mean;
        own += d * d;
        if (k + 1 < blocks.size()) with_next += 2.0 * d * (blocks[k + 1].residual - mean);
    }
    return std::sqrt(std::max(own, own + with_next) * n / std::max(1.0, n - 1.0));
}

}  // namespace

Residual residual_of(const Pair& pair, const Match& match, unsigned threads, const Told& told) {
    Residual out;
    const Blocks blocks = blocks_over(pair, match.line, block_s);
    const Everything all = add_up(pair, match, blocks, threads, told);
    Power in_band;
    for (const Power& b : all.blocks) in_band += b;
    const Power whole = whole_powers(all, in_band);
    if (!(whole.a > 0.0)) return out;
    out.total.power = whole.residual / whole.a;
    if (!(in_band.residual > 0.0)) return out;
    // What the blocks hold of the residual stands for all of it.
    const double per_residual = out.total.power / in_band.residual;
    out.total.u = u_of_sum(all.blocks) * per_residual;
    for (std::size_t third = 0; third < thirds_count; ++third) {
        ThirdOctave here{third_centre(third), {}, 0.0};
        double count = 0.0;
        for (std::size_t band = third * fine_per_third; band < (third + 1) * fine_per_third; ++band)
            for (const auto& half : all.sums.halves) {
                here.residual.power += half[band].residual * per_residual;
                here.a += half[band].a / in_band.a;
                count += static_cast<double>(half[band].count);
            }
        if (count == 0.0) continue;
        // Powers of bins scatter as much as they are; a third of what blocks share is counted twice.
        here.residual.u = here.residual.power * std::sqrt(1.2 / count);
        out.thirds.push_back(here);
    }
    split(all, match, per_residual, out);
    out.outliers = all.outliers;
    for (const Outlier& one : out.outliers)
        out.in_outliers += one.power / all.sums.samples.residual * out.total.power;
    std::vector<double> powers;
    for (const Power& b : all.blocks) powers.push_back(b.residual);
    const auto loudest = std::max_element(powers.begin(), powers.end());
    out.loudest_first = blocks.start(static_cast<std::size_t>(loudest - powers.begin()));
    out.loudest_length = blocks.length;
    if (const double typical = median(powers); typical > 0.0) out.loudest_over_median = *loudest / typical;
    return out;
}

}  // namespace fourpole
