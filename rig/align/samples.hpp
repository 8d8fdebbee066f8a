// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace fourpole {

/// Samples that are asked for by their place, whether they stand in memory or are read or worked out piece by
/// piece: what looks at hours of them holds a piece at a time. 0 outside themselves.
class Samples {
public:
    /// Fills `out` with the samples from `from` on, all of which are there. Called from several threads.
    using Source = std::function<void(std::size_t from, std::span<double> out)>;

    Samples() = default;
    Samples(std::span<const double> x);  ///< borrowed
    Samples(const std::vector<double>& x) : Samples(std::span<const double>(x)) {}
    Samples(std::size_t size, Source source) : size_(size), source_(std::move(source)) {}

    std::size_t size() const { return size_; }
    void copy(std::ptrdiff_t from, std::span<double> out) const;
    std::vector<double> piece(std::size_t from, std::size_t count) const;
    Samples part(std::size_t from, std::size_t count) const;
    /// Work(piece) on all of them in their order.
    void each_piece(const std::function<void(std::span<const double>)>& work) const;

private:
    std::size_t size_ = 0;
    Source source_;
};

}  // namespace fourpole
