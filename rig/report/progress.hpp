// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace fourpole {

/// Tells a waiting person how far it is, on stderr. On a terminal one bar with the time
/// left, redrawn; else plain lines, at most one every few seconds. Silent for the first 2 s.
/// NO_COLOR leaves the bar without colour; TERM=dumb is not a terminal.
class Progress {
public:
    explicit Progress(std::string what);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(double fraction, const std::string& step);  ///< fraction 0..1 of the whole

private:
    std::string what_;
    std::chrono::steady_clock::time_point started_, shown_;
    bool drawn_ = false;
};

/// The bar as text of at most `width` columns:
///     measuring [########........]  50 %  0:12 left  A, take 2
/// Time left = elapsed (1 - fraction) / fraction, absent below 2 %.
std::string progress_bar(const std::string& what, double fraction, const std::string& step, double elapsed_s,
                         int width, bool colour);

/// The plain line: "measuring: 50 %, about 0:12 left (A, take 2)".
std::string progress_line(const std::string& what, double fraction, const std::string& step,
                          double elapsed_s);

}  // namespace fourpole
