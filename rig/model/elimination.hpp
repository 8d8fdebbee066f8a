// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// In which order one matrix is eliminated, and which of its elements are ever anything but 0: worked
/// out once, and good for every matrix of the same pattern whose elements are about as large.
///
/// Row r of the matrix stands in place row_place[r], column c in place column_place[c]; the pivots are
/// then the diagonal. Pivots: the column with the fewest elements left, and in it, of the rows within
/// a tenth of the largest, the one with the fewest (Markowitz, threshold pivoting). The columns that
/// are asked for come last, so that the others need no back substitution.
struct Elimination {
    struct Step {
        std::vector<std::size_t> rows;     ///< places below the pivot that hold something
        std::vector<std::size_t> columns;  ///< places behind it, in the pivot's row
    };
    std::vector<std::size_t> row_place, column_place;
    std::vector<Step> steps;
    std::size_t first_asked = 0;  ///< place of the first column that is asked for

    /// `pattern[r * n + c]` where an element can be, `y` the values of one such matrix, `asked` its
    /// last columns. nullopt where y is singular.
    static std::optional<Elimination> of(std::size_t n, std::vector<std::complex<double>> y,
                                         std::vector<bool> pattern, const std::vector<std::size_t>& asked);
};

}  // namespace fourpole
