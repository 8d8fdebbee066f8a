// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace fourpole {

/// Where text is shown. Beyond a screen's edge nothing is seen; a file or a pipe has no edge.
struct Screen {
    static constexpr int endless_columns = 1'000'000;
    static constexpr std::size_t endless_lines = 1'000'000;

    int columns = 80;
    std::size_t lines = 24;
    bool colour = false;
    bool moves = false;  ///< a line may be written over: a terminal that is not dumb

    static constexpr Screen endless() { return {endless_columns, endless_lines, false, false}; }
    bool wraps() const { return columns < endless_columns; }
    /// Columns of a table or a title, which gain nothing from a wider screen.
    int table_columns() const { return columns < 80 ? columns : 80; }
};

/// The screen behind a file descriptor: its own size (80 x 24 where it tells none),
/// colours unless NO_COLOR or TERM=dumb ask for none. Endless where it is no terminal.
Screen screen_behind(int descriptor);

}  // namespace fourpole
