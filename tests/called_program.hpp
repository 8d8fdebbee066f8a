// SPDX-License-Identifier: GPL-3.0-or-later
// The program as it is called: words in, exit code and two streams out.
#pragma once

#include "rig/verbs/command_line.hpp"
#include "tests/scratch_run.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

namespace fourpole {

struct Ran {
    int code = -1;
    std::string out, err;
};

/// Calls the program in a child, so that its streams are its own.
inline Ran called(const Scratch& scratch, const std::vector<std::string>& words) {
    const fs::path out = scratch.path() / "stdout.txt", err = scratch.path() / "stderr.txt";
    // What the parent has not written yet would come out in the child a second time.
    std::fflush(nullptr);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int to_out = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        const int to_err = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (::dup2(to_out, STDOUT_FILENO) < 0 || ::dup2(to_err, STDERR_FILENO) < 0) ::_exit(99);
        std::vector<const char*> argv{"fourpole"};
        for (const std::string& word : words) argv.push_back(word.c_str());
        const int code = command_line(static_cast<int>(argv.size()), argv.data());
        std::fflush(stdout);
        std::fflush(stderr);
        ::_exit(code);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return {WEXITSTATUS(status), file_text(out), file_text(err)};
}

}  // namespace fourpole
