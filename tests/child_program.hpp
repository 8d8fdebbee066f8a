// SPDX-License-Identifier: GPL-3.0-or-later
// A program beside the test, that is gone when the test is.
#pragma once

#include "tests/catch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace fourpole {

/// Its standard input ends with this object. What it says is heard by said(), if `heard`, else by nobody: a
/// JACK server has written 12 GB in ten minutes.
class ChildProgram {
public:
    explicit ChildProgram(std::vector<std::string> words, bool heard = false) {
        int in[2], out[2];
        REQUIRE(pipe2(in, O_CLOEXEC) == 0);
        REQUIRE(pipe2(out, O_CLOEXEC) == 0);
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        const int nobody = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        pid_ = fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            const rlimit most{std::size_t{100} << 20U, std::size_t{100} << 20U};
            setrlimit(RLIMIT_FSIZE, &most);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            dup2(in[0], STDIN_FILENO);
            dup2(heard ? out[1] : nobody, STDOUT_FILENO);
            if (!heard) dup2(nobody, STDERR_FILENO);
            execv(argv.front(), argv.data());
            _exit(127);
        }
        close(in[0]);
        close(out[1]);
        close(nobody);
        stdin_ = in[1];
        stdout_ = out[0];
    }
    ~ChildProgram() { end(); }
    ChildProgram(const ChildProgram&) = delete;
    ChildProgram& operator=(const ChildProgram&) = delete;

    /// The first line that it says, within 20 s; "" = it ended, or said none.
    std::string said() const {
        std::string line;
        char c = 0;
        pollfd from{stdout_, POLLIN, 0};
        while (poll(&from, 1, 20000) == 1 && read(stdout_, &c, 1) == 1 && c != '\n') line += c;
        return line;
    }

    void kill_at_once() { stop(SIGKILL, 5000); }

    /// Asked to go, and made to go when it has not within 3 s.
    void end() {
        if (stdin_ >= 0) {
            close(stdin_);
            close(stdout_);
            stdin_ = -1;
        }
        stop(SIGTERM, 3000);
        stop(SIGKILL, 5000);
    }

private:
    void stop(int signal, int ms) {
        if (pid_ <= 0) return;
        kill(pid_, signal);
        for (int waited = 0; waited < ms; waited += 5) {
            if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
                pid_ = -1;
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    pid_t pid_ = -1;
    int stdin_ = -1, stdout_ = -1;
};

}  // namespace fourpole
