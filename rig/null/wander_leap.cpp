// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/wander_leap.hpp"

#include "rig/analysis/median.hpp"
#include "rig/null/wander_track.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

// Steps of a track that stand out of those around them are a break's, if they are of a fifth of a sample or
// more: where samples were lost it follows neither side all the way.
constexpr double breaks_off = 8.0, least_step = 0.2;
constexpr std::size_t around = 6;          // blocks to either side
constexpr std::size_t reach = 3 * around;  // what is lost at once is followed over so many to either side
// A block that leaves so many times what half of them leave at most was not followed.
constexpr double far_more = 10.0;

}  // namespace

std::optional<WanderLeap> leap_of(const std::vector<double>& delays, const Look& look) {
    std::vector<double> steps, off;
    for (std::size_t k = 2; k < delays.size(); ++k) steps.push_back(delays[k] - delays[k - 2]);
    // The ends, where the track is not used, do not count.
    for (std::size_t i = WanderTrack::unused; i + WanderTrack::unused < steps.size(); ++i) {
        const auto from = steps.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, around));
        const auto to = steps.begin() + static_cast<std::ptrdiff_t>(std::min(i + around + 1, steps.size()));
        off.push_back(steps[i] - median({from, to}));
    }
    std::vector<double> sizes;
    for (const double v : off) sizes.push_back(std::abs(v));
    const auto largest = std::max_element(sizes.begin(), sizes.end());
    if (largest == sizes.end()) return {};
    const auto at = static_cast<std::size_t>(largest - sizes.begin());
    if (!(*largest > std::max(least_step, breaks_off * median(sizes)))) return {};
    const std::size_t block = WanderTrack::unused + at + 1;
    double most = 0.0;
    std::vector<double> left_over;
    for (std::size_t k = 0; k < look.powers.size(); ++k) {
        left_over.push_back(look.residual_of_block(k));
        if (k + reach >= block && k <= block + reach) most = std::max(most, left_over.back());
    }
    if (!(most > far_more * median(std::move(left_over)))) return {};
    return WanderLeap{look.blocks.middle(block), off[at]};
}

double lost_in_places(const Look& look) {
    std::vector<double> left_over;
    for (std::size_t k = WanderTrack::unused; k + WanderTrack::unused < look.powers.size(); ++k)
        left_over.push_back(look.residual_of_block(k));
    const double usual = far_more * median(left_over);
    double sum = 0.0;
    for (const double power : left_over) sum += std::max(0.0, power - usual);
    return sum / look.aa();
}

}  // namespace fourpole
