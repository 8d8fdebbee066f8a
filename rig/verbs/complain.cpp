// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/complain.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace fourpole {

int complain(const Fault& fault) {
    if (fault.what.empty()) return exit_code(fault.kind);
    const std::string text = (fault.where.empty() ? "" : fault.where + ": ") + fault.what + "\n";
    std::fputs(text.c_str(), stderr);
    return exit_code(fault.kind);
}

Result<Done> print_result(const std::string& text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
        return Done{};
    // Who reads stopped reading (head, a pager that was left): that is an end, and no complaint.
    if (errno == EPIPE) return Fault{Fault::Kind::stopped, "", ""};
    return Fault{Fault::Kind::bad_input, "",
                 "standard output could not be written; the result is incomplete"};
}

Screen stdout_screen() { return screen_behind(STDOUT_FILENO); }

}  // namespace fourpole
