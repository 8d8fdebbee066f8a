// SPDX-License-Identifier: GPL-3.0-or-later
// `fourpole run` beside the test, to be ended in every way that there is.
#pragma once

#include "rig/verbs/command_line.hpp"
#include "tests/scratch_run.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fourpole {

/// The program in a session, and so a process group, of its own.
class Program {
public:
    /// @param begins  in the child: what its streams are  @param real  the program's file, as it is built and
    /// started; nullptr = as it is linked with this test
    Program(std::vector<std::string> words, const std::function<void()>& begins, const char* real = nullptr) {
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        std::fflush(nullptr);  // what the parent has not written yet would come out in the child too
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ != 0) return;
        ::setsid();
        begins();
        if (!real) ::_exit(command_line(static_cast<int>(words.size()), argv.data()));
        ::execv(real, argv.data());
        ::_exit(127);
    }
    ~Program() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// To its whole process group, as a terminal does.
    void gets(int signal) const { ::kill(-pid_, signal); }
    /// Its exit code, or minus the signal that ended it; nullopt: it runs.
    std::optional<int> ended() {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    /// The same; 999: it runs on after so many seconds.
    int ends(int within_s = 60) {
        for (int waited = 0; waited < 1000 * within_s; waited += 5) {
            if (const auto code = ended()) return *code;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return 999;
    }
    pid_t pid() const { return pid_; }

private:
    pid_t pid_ = -1;
};

inline std::vector<std::string> words_of_run(const fs::path& bench, const fs::path& out) {
    return {"fourpole", "run", session_file.string(), "--bench", bench.string(), "--out", out.string()};
}

/// In a program that begins: nobody to ask, and what it complains of goes to a file.
inline void complains_to(const fs::path& file) {
    const int err = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int nobody = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nobody, STDIN_FILENO);
    ::dup2(nobody, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    static_cast<void>(::open("/dev/zero", O_RDONLY));  // for whoever it starts, as a library might
}

}  // namespace fourpole
