// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/elimination.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourpole {
namespace {

constexpr double pivot_threshold = 0.1;  ///< of the largest element in the column

/// The matrix while it is eliminated. Rows and columns that are done are no longer `open`.
class Eliminated {
public:
    Eliminated(std::size_t n, std::vector<std::complex<double>> y, std::vector<bool> pattern)
        : n_(n), y_(std::move(y)), there_(std::move(pattern)), row_open_(n_, true), column_open_(n_, true) {}

    std::optional<Elimination> run(const std::vector<std::size_t>& asked) {
        Elimination out;
        out.row_place.resize(n_);
        out.column_place.resize(n_);
        std::vector<bool> late(n_, false);
        for (const std::size_t c : asked) late[c] = true;
        out.first_asked = static_cast<std::size_t>(std::count(late.begin(), late.end(), false));
        std::vector<std::vector<std::size_t>> rows, columns;
        for (std::size_t k = 0; k < n_; ++k) {
            const std::size_t column = emptiest_column(late, k >= out.first_asked);
            const auto row = pivot_in(column);
            if (!row) return {};
            row_open_[*row] = column_open_[column] = false;
            out.row_place[*row] = out.column_place[column] = k;
            rows.push_back(open_rows(column));
            columns.push_back(open_columns(*row));
            eliminate(*row, column, rows.back(), columns.back());
        }
        for (std::size_t k = 0; k < n_; ++k) {
            out.steps.push_back({rows[k], columns[k]});
            for (std::size_t& r : out.steps[k].rows) r = out.row_place[r];
            for (std::size_t& c : out.steps[k].columns) c = out.column_place[c];
        }
        return out;
    }

private:
    bool there(std::size_t r, std::size_t c) const { return there_[r * n_ + c]; }
    double size(std::size_t r, std::size_t c) const { return std::abs(y_[r * n_ + c]); }
    std::vector<std::size_t> open_rows(std::size_t column) const {
        std::vector<std::size_t> out;
        for (std::size_t r = 0; r < n_; ++r)
            if (row_open_[r] && there(r, column)) out.push_back(r);
        return out;
    }
    std::vector<std::size_t> open_columns(std::size_t row) const {
        std::vector<std::size_t> out;
        for (std::size_t c = 0; c < n_; ++c)
            if (column_open_[c] && there(row, c)) out.push_back(c);
        return out;
    }

    std::size_t emptiest_column(const std::vector<bool>& late, bool of_the_late) const {
        std::size_t best = n_, fewest = n_ + 1;
        for (std::size_t c = 0; c < n_; ++c) {
            if (!column_open_[c] || late[c] != of_the_late) continue;
            const std::size_t count = open_rows(c).size();
            if (count < fewest) best = c, fewest = count;
        }
        return best;
    }

    std::optional<std::size_t> pivot_in(std::size_t column) const {
        const auto candidates = open_rows(column);
        double largest = 0.0;
        for (const std::size_t r : candidates) largest = std::max(largest, size(r, column));
        if (!(largest > 0.0) || !std::isfinite(largest)) return {};
        std::optional<std::size_t> best;
        std::size_t fewest = n_ + 1;
        for (const std::size_t r : candidates) {
            if (size(r, column) < pivot_threshold * largest) continue;
            const std::size_t count = open_columns(r).size();
            if (count < fewest) best = r, fewest = count;
        }
        return best;
    }

    void eliminate(std::size_t row, std::size_t column, const std::vector<std::size_t>& rows,
                   const std::vector<std::size_t>& columns) {
        for (const std::size_t r : rows) {
            const std::complex<double> factor = y_[r * n_ + column] / y_[row * n_ + column];
            for (const std::size_t c : columns) {
                y_[r * n_ + c] -= factor * y_[row * n_ + c];
                there_[r * n_ + c] = true;
            }
        }
    }

    std::size_t n_;
    std::vector<std::complex<double>> y_;
    std::vector<bool> there_, row_open_, column_open_;
};

}  // namespace

std::optional<Elimination> Elimination::of(std::size_t n, std::vector<std::complex<double>> y,
                                           std::vector<bool> pattern, const std::vector<std::size_t>& asked) {
    return Eliminated(n, std::move(y), std::move(pattern)).run(asked);
}

}  // namespace fourpole
