// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace fourpole {

Screen screen_behind(int descriptor) {
    if (isatty(descriptor) != 1) return Screen::endless();
    Screen out;
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 && size.ws_row > 0) {
        out.columns = size.ws_col;
        out.lines = size.ws_row;
    }
    const char *term = std::getenv("TERM"), *none = std::getenv("NO_COLOR");
    out.moves = term != nullptr && std::string_view(term) != "dumb";
    out.colour = out.moves && (none == nullptr || *none == '\0');
    return out;
}

}  // namespace fourpole
