// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/guard_process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <initializer_list>
#include <set>
#include <sstream>
#include <thread>

namespace fourpole {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_orders = std::size_t{64} << 10U;
constexpr auto orders_within = 10s;
constexpr auto killed_within = 3s;  ///< a program that waits for a dead device may take longer to go
/// Whoever held the board lets go of it a little after its end, and a board may be plugged in anew.
constexpr auto rest_within = 10s;
constexpr auto between_tries = 100ms;

void say(const std::string& sentence) { std::fprintf(stderr, "fourpole: %s\n", sentence.c_str()); }

int until(Clock::time_point then) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(then - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(rest, 0, 1'000'000));
}

/// 1 something is there to read, 0 the time is over.
int wait_for(int file, int ms) {
    pollfd wait{file, POLLIN, 0};
    const int ready = ::poll(&wait, 1, ms);
    return ready < 0 && errno == EINTR ? wait_for(file, ms) : ready;
}

std::optional<GuardOrders> hear_orders() {
    std::string text;
    const auto over = Clock::now() + orders_within;
    while (!text.ends_with("\n\n") && text.size() < most_orders) {
        char c = 0;
        if (wait_for(STDIN_FILENO, until(over)) != 1 || ::read(STDIN_FILENO, &c, 1) != 1) return std::nullopt;
        text += c;
    }
    return guard_orders(text);
}

/// How the watch ended.
enum class End { dismissed, gone, hangs };

End watch(std::chrono::milliseconds heartbeat) {
    bool armed = false;
    auto heard = Clock::now();
    while (true) {
        if (wait_for(STDIN_FILENO, armed ? until(heard + heartbeat) : -1) == 0) return End::hangs;
        char word = 0;
        if (::read(STDIN_FILENO, &word, 1) != 1) return End::gone;
        heard = Clock::now();
        if (word == guard_word::dismiss) return End::dismissed;
        if (word == guard_word::arm) armed = true;
        if (word == guard_word::pause) armed = false;
        // A guard that stands still is told by its silence.
        if (armed)
            static_cast<void>(::send(STDIN_FILENO, &guard_word::ready, 1, MSG_NOSIGNAL | MSG_DONTWAIT));
    }
}

/// Those relays of one board that are meant.
using Which = std::vector<int> GuardedBoard::*;

/// Of those that open: also what no contact names.
std::vector<int> meant(const GuardedBoard& board, Which which, int relays) {
    std::vector<int> out = board.*which;
    if (which != &GuardedBoard::opening) return out;
    std::set<int> named(board.opening.begin(), board.opening.end());
    named.insert(board.closing.begin(), board.closing.end());
    for (int relay = 0; relay < relays; ++relay)
        if (!named.contains(relay)) out.push_back(relay);
    return out;
}

Result<Done> release(const GuardedBoard& board, Which which, UsbBus* bus) {
    if (which == &GuardedBoard::closing && board.closing.empty()) return Done{};
    const auto found = open_board(board.address, bus);
    if (!found) return found.error();
    Result<Done> out = Done{};
    for (const int relay : meant(board, which, found->link->relays()))
        if (const auto done = found->link->set(relay, false); !done && out) out = done;
    return out;
}

/// Of all boards, each tried again until it is done or the time is over.
bool release_all(std::vector<GuardedBoard> boards, Which which, UsbBus* bus) {
    const auto over = Clock::now() + rest_within;
    std::string why;
    while (true) {
        std::erase_if(boards, [&](const GuardedBoard& board) {
            const auto done = release(board, which, bus);
            if (!done) why = done.error().where + ": " + done.error().what;
            return done.has_value();
        });
        if (boards.empty()) return true;
        if (Clock::now() >= over) break;
        std::this_thread::sleep_for(between_tries);
    }
    for (const GuardedBoard& board : boards)
        say(fmt::format("the relays of {} may not be at rest: {}; unplug the board", board.address.device,
                        why));
    return false;
}

/// What opens at rest opens on every board before anything closes on one.
bool rest_all(const std::vector<GuardedBoard>& boards) {
    std::unique_ptr<UsbBus> bus;
    auto fall = 0ms;
    bool usb = false;
    for (const GuardedBoard& board : boards) {
        usb = usb || !board.address.by_path();
        fall = std::max(fall, board.fall);
    }
    if (usb)
        if (auto opened = UsbBus::open()) bus = std::move(*opened);
    const bool opened = release_all(boards, &GuardedBoard::opening, bus.get());
    std::this_thread::sleep_for(fall);
    const bool closed = release_all(boards, &GuardedBoard::closing, bus.get());
    return opened && closed;
}

/// What Ctrl-C, a closed terminal and a service manager send is the program's to answer, whose end we see.
void hear_no_signals() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE, SIGUSR1, SIGUSR2})
        std::signal(signal, SIG_IGN);
}

/// Who holds the other end; -1: nobody can tell, and this is no socket.
int program_behind() {
    ucred who{};
    socklen_t size = sizeof who;
    if (::getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return -1;
    // By the call itself: glibc 2.36 declares its functions for C alone.
    return static_cast<int>(::syscall(SYS_pidfd_open, who.pid, 0));
}

void end_program(int program) {
    ::syscall(SYS_pidfd_send_signal, program, SIGKILL, nullptr, 0);
    wait_for(program, static_cast<int>(std::chrono::milliseconds(killed_within).count()));
}

}  // namespace

std::string in_words(const GuardOrders& orders) {
    std::string out = fmt::format("{}\n", orders.heartbeat.count());
    for (const GuardedBoard& b : orders.boards)
        out += fmt::format("{}\n{} {} {} {} {}\n", in_words(b.address), b.fall.count(), b.opening.size(),
                           fmt::join(b.opening, " "), b.closing.size(), fmt::join(b.closing, " "));
    return out + "\n";
}

std::optional<GuardOrders> guard_orders(const std::string& text) {
    std::istringstream lines(text);
    GuardOrders out;
    std::string line;
    if (!std::getline(lines, line)) return std::nullopt;
    long ms = 0;
    if (!(std::istringstream(line) >> ms) || ms <= 0) return std::nullopt;
    out.heartbeat = std::chrono::milliseconds(ms);
    while (std::getline(lines, line) && !line.empty()) {
        const auto address = relay_address(line);
        if (!address || !std::getline(lines, line)) return std::nullopt;
        GuardedBoard board;
        board.address = *address;
        std::istringstream numbers(line);
        if (!(numbers >> ms)) return std::nullopt;
        board.fall = std::chrono::milliseconds(ms);
        for (auto* relays : {&board.opening, &board.closing}) {
            std::size_t count = 0;
            if (!(numbers >> count) || count > 64) return std::nullopt;
            relays->resize(count);
            for (int& relay : *relays)
                if (!(numbers >> relay)) return std::nullopt;
        }
        out.boards.push_back(std::move(board));
    }
    if (out.boards.empty()) return std::nullopt;
    return out;
}

int guard_relays() {
    hear_no_signals();
    const int program = program_behind();
    const auto orders = program < 0 ? std::nullopt : hear_orders();
    if (!orders) {
        say("guard-relays is started by the program itself, which tells it what to guard");
        return 2;
    }
    if (::write(STDIN_FILENO, &guard_word::ready, 1) != 1) return rest_all(orders->boards) ? 0 : 3;
    switch (watch(orders->heartbeat)) {
        case End::dismissed: return 0;
        case End::hangs:
            say(fmt::format(
                "nothing was heard from the program for {} ms while a take played: it is ended, and "
                "the relays go to rest",
                orders->heartbeat.count()));
            end_program(program);
            break;
        case End::gone: say("the program has ended and left its relays: they go to rest"); break;
    }
    return rest_all(orders->boards) ? 0 : 3;
}

}  // namespace fourpole
