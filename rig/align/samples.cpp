// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/samples.hpp"

#include <algorithm>

namespace fourpole {

namespace {

constexpr std::size_t piece_samples = std::size_t{1} << 18U;

}  // namespace

Samples::Samples(std::span<const double> x)
    : size_(x.size()), source_([x](std::size_t from, std::span<double> out) {
          std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(from), out.size(), out.begin());
      }) {}

void Samples::copy(std::ptrdiff_t from, std::span<double> out) const {
    const auto size = static_cast<std::ptrdiff_t>(size_), count = static_cast<std::ptrdiff_t>(out.size());
    const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(-from, 0, count);
    const std::ptrdiff_t last = std::clamp<std::ptrdiff_t>(size - from, first, count);
    std::fill(out.begin(), out.begin() + first, 0.0);
    std::fill(out.begin() + last, out.end(), 0.0);
    if (last > first)
        source_(static_cast<std::size_t>(from + first),
                out.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
}

std::vector<double> Samples::piece(std::size_t from, std::size_t count) const {
    std::vector<double> out(count);
    copy(static_cast<std::ptrdiff_t>(from), out);
    return out;
}

Samples Samples::part(std::size_t from, std::size_t count) const {
    return {count,
            [source = source_, from](std::size_t at, std::span<double> out) { source(from + at, out); }};
}

void Samples::each_piece(const std::function<void(std::span<const double>)>& work) const {
    for (std::size_t from = 0; from < size_; from += piece_samples)
        work(piece(from, std::min(piece_samples, size_ - from)));
}

}  // namespace fourpole
