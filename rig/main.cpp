// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/guard_process.hpp"
#include "rig/kept_memory.hpp"
#include "rig/verbs/command_line.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <initializer_list>

namespace {

/// Where stdout was closed, the next file opened would become it and take our results in. A
/// place that can only be read keeps the number, and writing to it is an error as it should be.
void hold_closed_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) == -1 && ::open("/dev/null", O_RDONLY) != stream) return;
}

}  // namespace

int main(int argc, char* argv[]) {
    // Not for people: what a bench with relays starts beside itself (drivers/relays/relay_guard.hpp).
    if (argc == 2 && std::strcmp(argv[1], "guard-relays") == 0) return fourpole::guard_relays();
    // A reader that goes away (`fourpole ... | head`) and a file that reaches the size limit end
    // a write with an error, not the program.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    hold_closed_streams();
    fourpole::keep_freed_memory();
    return fourpole::command_line(argc, argv);
}
