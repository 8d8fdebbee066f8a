// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/progress.hpp"

#include "rig/report/screen.hpp"
#include "rig/report/terminal_text.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fourpole {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double silent_s = 2.0;      // nobody needs a bar for less
constexpr double line_every_s = 2.0;  // a log file is not an animation
constexpr double bar_every_s = 0.1;

double seconds_since(Clock::time_point t) { return std::chrono::duration<double>(Clock::now() - t).count(); }

/// "0:12", "1:02:03"; "" while too little is done to tell.
std::string time_left(double fraction, double elapsed_s) {
    if (fraction < 0.02) return "";
    const auto rest =
        static_cast<long>(std::lround(std::min(elapsed_s * (1.0 - fraction) / fraction, 360000.0)));
    if (rest >= 3600) return fmt::format("{}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    return fmt::format("{}:{:02}", rest / 60, rest % 60);
}

int percent(double fraction) { return static_cast<int>(std::lround(100.0 * std::clamp(fraction, 0.0, 1.0))); }

}  // namespace

std::string progress_bar(const std::string& what, double fraction, const std::string& step, double elapsed_s,
                         int width, bool colour) {
    const double done = std::clamp(fraction, 0.0, 1.0);
    const int bar_columns = std::clamp(width / 4, 8, 30);
    const auto filled = static_cast<std::size_t>(std::lround(done * bar_columns));
    const std::string bar =
        std::string(filled, '#') + std::string(static_cast<std::size_t>(bar_columns) - filled, '.');
    std::string tail = fmt::format("] {:3} %", percent(done));
    if (const std::string time = time_left(done, elapsed_s); !time.empty()) tail += "  " + time + " left";
    const std::string head = cut(harmless(what), std::max(4, width - bar_columns - columns(tail) - 3)) + " [";
    const int room = width - columns(head) - bar_columns - columns(tail) - 2;
    if (room >= 4 && !step.empty()) tail += "  " + cut(harmless(step), room);
    return head + inked(bar, Ink::good, colour) + tail;
}

std::string progress_line(const std::string& what, double fraction, const std::string& step,
                          double elapsed_s) {
    const double done = std::clamp(fraction, 0.0, 1.0);
    std::string out = fmt::format("{}: {} %", harmless(what), percent(done));
    if (const std::string time = time_left(done, elapsed_s); !time.empty())
        out += fmt::format(", about {} left", time);
    if (!step.empty()) out += fmt::format(" ({})", harmless(step));
    return out;
}

Progress::Progress(std::string what) : what_(std::move(what)), started_(Clock::now()), shown_(started_) {}

Progress::~Progress() {
    if (drawn_ && screen_behind(STDERR_FILENO).moves) std::fputs("\r\x1b[K", stderr);
}

void Progress::update(double fraction, const std::string& step) {
    const double elapsed = seconds_since(started_);
    if (elapsed < silent_s) return;
    const Screen screen = screen_behind(STDERR_FILENO);
    if (drawn_ && seconds_since(shown_) < (screen.moves ? bar_every_s : line_every_s)) return;
    shown_ = Clock::now();
    drawn_ = true;
    if (screen.moves) {
        const std::string bar =
            progress_bar(what_, fraction, step, elapsed, screen.columns - 1, screen.colour);
        std::fputs(("\r" + bar + "\x1b[K").c_str(), stderr);
    } else {
        std::fputs((progress_line(what_, fraction, step, elapsed) + "\n").c_str(), stderr);
    }
    std::fflush(stderr);
}

}  // namespace fourpole
