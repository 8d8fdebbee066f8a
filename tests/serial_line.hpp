// SPDX-License-Identifier: GPL-3.0-or-later
// A serial line whose other end is a pseudo terminal, and an LCUS board of 2 relays, or more, on it.
#pragma once

#include "tests/catch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace fourpole {

/// The board's end. `board` gets what has come so far, takes from it what it understands, and answers.
class Line {
public:
    using Board = std::function<std::string(std::string& got)>;

    explicit Line(Board board)
        : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)), board_(std::move(board)) {
        REQUIRE(master_ >= 0);
        REQUIRE(::grantpt(master_) == 0);
        REQUIRE(::unlockpt(master_) == 0);
        path_ = ::ptsname(master_);
        termios line{};  // a terminal would repeat to the board what it says
        REQUIRE(::tcgetattr(master_, &line) == 0);
        ::cfmakeraw(&line);
        REQUIRE(::tcsetattr(master_, TCSANOW, &line) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~Line() { leave(); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    const std::string& path() const { return path_; }
    std::atomic<bool> byte_by_byte{false};
    std::atomic<int> late_ms{0};  ///< before the next answer

    void leave() {
        ending_ = true;
        if (!thread_.joinable()) return;
        thread_.join();
        ::close(master_);
    }
    /// What the line does not take within a second is lost: nobody reads it.
    void say(const std::string& text) const {
        int waits = 0;
        for (std::size_t n = 0; n < text.size() && waits < 1000;) {
            const ssize_t count = ::write(master_, text.data() + n, byte_by_byte ? 1 : text.size() - n);
            if (count > 0) n += static_cast<std::size_t>(count);
            if (count <= 0) ++waits;
            if (count <= 0 || byte_by_byte) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

private:
    void serve() {
        std::string got;
        while (!ending_) {
            pollfd wait{master_, POLLIN, 0};
            if (::poll(&wait, 1, 5) <= 0) continue;
            char bytes[256];
            const ssize_t count = ::read(master_, bytes, sizeof bytes);
            if (count <= 0) {  // nobody has opened the other end
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                continue;
            }
            got.append(bytes, static_cast<std::size_t>(count));
            const std::string told = board_(got);
            std::this_thread::sleep_for(std::chrono::milliseconds(late_ms.exchange(0)));
            say(told);
        }
    }

    int master_;
    Board board_;
    std::string path_;
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

/// An LCUS board.
struct Lcus {
    int relays = 2;
    std::atomic<int> closed{0}, stuck{0};  ///< bit n - 1: relay n
    std::atomic<bool> mute{false}, half{false}, garbled{false};

    /// What it was told since it was asked last: "1 on, 2 off".
    std::string told() {
        const std::lock_guard lock(mutex);
        return std::exchange(told_, "");
    }

    std::string operator()(std::string& got) {
        std::string out;
        while (!got.empty()) {
            if (static_cast<unsigned char>(got[0]) == 0xff) {
                got.erase(0, 1);
                if (mute) continue;
                std::string all;
                for (int n = 0; n < relays; ++n)
                    all += "CH" + std::to_string(n + 1) + ((closed >> n & 1) != 0 ? ": ON\r\n" : ": OFF\r\n");
                if (garbled) all[2] = '\x1b';
                out += half ? all.substr(0, 8) : all;
            } else {
                if (got.size() < 4) return out;
                const int bit = 1 << (got[1] - 1);
                note(std::to_string(got[1]) + (got[2] == 1 ? " on" : " off"));
                if ((stuck & bit) == 0) closed = got[2] == 1 ? closed | bit : closed & ~bit;
                got.erase(0, 4);
            }
        }
        return out;
    }

private:
    void note(const std::string& word) {
        const std::lock_guard lock(mutex);
        told_ += (told_.empty() ? "" : ", ") + word;
    }
    std::mutex mutex;
    std::string told_;
};

}  // namespace fourpole
