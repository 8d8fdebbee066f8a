// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/relay_guard.hpp"

#include "drivers/relays/guard_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

extern char** environ;

namespace fourpole {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds ready_within{10'000}, gone_within{3'000};
/// No guard needs to hear more often; but it has to answer, and that is asked for several times a second.
constexpr int beats_in_a_heartbeat = 10;
constexpr std::chrono::milliseconds longest_beat{200}, answers_within{1'000};

Fault trouble(const std::string& what) {
    return {Fault::Kind::bench_trouble, "the relays' guard",
            what + "; nobody would put the relays at rest if this program were killed"};
}

/// 0, or why not. Its standard input is the socket, its standard output nobody's, and it inherits no other
/// file but stderr: a sound card that it kept open would stay busy.
int spawn(int socket, pid_t& pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    if (const int failed = ::posix_spawn_file_actions_init(&files)) return failed;
    if (const int failed = ::posix_spawnattr_init(&how)) {
        ::posix_spawn_file_actions_destroy(&files);
        return failed;
    }
    sigset_t none;
    ::sigemptyset(&none);
    int failed = ::posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
    if (!failed) failed = ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!failed) failed = ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    if (!failed) failed = ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
    if (!failed) failed = ::posix_spawnattr_setsigmask(&how, &none);
    std::array<std::string, 2> words{"fourpole", "guard-relays"};
    std::array<char*, 3> argv{words[0].data(), words[1].data(), nullptr};
    if (!failed) failed = ::posix_spawn(&pid, guard_program().c_str(), &files, &how, argv.data(), environ);
    ::posix_spawnattr_destroy(&how);
    ::posix_spawn_file_actions_destroy(&files);
    return failed;
}

/// Whether it says that it is ready.
bool answers(int socket) {
    pollfd wait{socket, POLLIN, 0};
    int ready = 0;
    do ready = ::poll(&wait, 1, static_cast<int>(ready_within.count()));
    while (ready < 0 && errno == EINTR);
    char answer = 0;
    return ready == 1 && ::recv(socket, &answer, 1, 0) == 1 && answer == guard_word::ready;
}

}  // namespace

std::filesystem::path& guard_program() {
    static std::filesystem::path program = "/proc/self/exe";
    return program;
}

Result<std::unique_ptr<RelayGuard>> RelayGuard::start(const std::vector<GuardedBoard>& boards,
                                                      std::chrono::milliseconds heartbeat) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return trouble(std::string("no socket: ") + std::strerror(errno));
    pid_t pid = -1;
    const int failed = spawn(ends[1], pid);
    ::close(ends[1]);
    if (failed) {
        ::close(ends[0]);
        return trouble(std::string("it does not start: ") + std::strerror(failed));
    }
    std::unique_ptr<RelayGuard> guard(new RelayGuard(ends[0], pid, heartbeat));
    const std::string orders = in_words(GuardOrders{heartbeat, boards});
    if (::send(ends[0], orders.data(), orders.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(orders.size()) ||
        !answers(ends[0])) {
        ::kill(pid, SIGKILL);  // it has been told of no board that it understood
        return trouble("it does not say that it is ready");
    }
    return guard;
}

RelayGuard::~RelayGuard() {
    ::close(socket_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, WNOHANG);
}

Result<Done> RelayGuard::say(char word) {
    told_ = Clock::now();
    if (::send(socket_, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) return Done{};
    return trouble(errno == EAGAIN ? "it does not listen" : "it has ended");
}

Result<Done> RelayGuard::arm() {
    armed_ = true;
    ++owed_, looked_ = Clock::now();
    return say(guard_word::arm);
}

Result<Done> RelayGuard::pause() {
    armed_ = false;
    return say(guard_word::pause);
}

bool RelayGuard::stands_still() {
    const auto now = Clock::now();
    // What it may have answered while we did not look is in the socket; what it owes us has no other clock.
    silence_ += std::min<Clock::duration>(now - std::exchange(looked_, now), longest_beat);
    std::array<char, 64> answers{};
    for (ssize_t got = 0; (got = ::recv(socket_, answers.data(), answers.size(), MSG_DONTWAIT)) > 0;) {
        owed_ = std::max(0, owed_ - static_cast<int>(got));
        silence_ = {};
    }
    if (owed_ == 0) silence_ = {};
    return silence_ >= answers_within;
}

Result<Done> RelayGuard::beat() {
    pollfd other{socket_, 0, 0};
    if (::poll(&other, 1, 0) > 0 && (other.revents & (POLLHUP | POLLERR)) != 0)
        return trouble("it has ended");
    if (stands_still()) return trouble("it stands still and answers nothing");
    if (Clock::now() - told_ < std::min<Clock::duration>(heartbeat_ / beats_in_a_heartbeat, longest_beat))
        return Done{};
    if (armed_) ++owed_;
    return say(guard_word::beat);
}

void RelayGuard::dismiss() {
    if (pid_ <= 0) return;
    static_cast<void>(say(guard_word::dismiss));
    for (auto waited = silence_ >= answers_within ? gone_within : 0ms; waited < gone_within; waited += 2ms) {
        const pid_t gone = ::waitpid(pid_, nullptr, WNOHANG);
        if (gone == pid_ || (gone < 0 && errno == ECHILD)) {
            pid_ = -1;
            return;
        }
        std::this_thread::sleep_for(2ms);
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

}  // namespace fourpole
