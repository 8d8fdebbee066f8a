// SPDX-License-Identifier: GPL-3.0-or-later
// The whole program on a terminal (a pseudo terminal, which is one to it): the operator's answers, and every
// way of giving none.
#include "drivers/relays/guard_process.hpp"
#include "tests/german_locale.hpp"
#include "tests/relay_bench.hpp"
#include "tests/started_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>

#include <mutex>
#include <utility>

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

/// A limit of patience, 60 s, not of speed.
template <class Condition>
bool comes_true(Condition condition) {
    for (int k = 0; k < 12000; ++k) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

/// A terminal and whoever sits at it. What the program writes is read at once, as a window does.
class Terminal {
public:
    Terminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        REQUIRE(master_ >= 0);
        REQUIRE(::grantpt(master_) == 0);
        REQUIRE(::unlockpt(master_) == 0);
        path_ = ::ptsname(master_);
        kept_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);  // there before and behind the program
        REQUIRE(kept_ >= 0);
        reader_ = std::thread([this] { read_all(); });
    }
    ~Terminal() { close(); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    void types(const std::string& keys) const {
        REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    }
    /// Within 60 s, what was shown has it so many times.
    bool shows(const std::string& words, int times = 1) {
        return comes_true([&] { return count(words) >= times; });
    }
    int count(const std::string& words) {
        const std::string all = shown();
        int found = 0;
        for (std::size_t at = all.find(words); at != std::string::npos; at = all.find(words, at + 1)) ++found;
        return found;
    }
    std::string shown() {
        const std::lock_guard lock(mutex_);
        return shown_;
    }
    /// Its window is closed.
    void close() {
        if (!reader_.joinable()) return;
        ending_ = true;
        reader_.join();
        ::close(kept_);
        ::close(master_);
    }

    /// In a program that begins: this is its terminal, and nobody holds the other end for it.
    void is_its_own() const {
        ::close(master_);
        ::close(kept_);
        const int line = ::open(path_.c_str(), O_RDWR);  // the first one of a session is its terminal
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(line, stream);
        ::close(line);
    }

private:
    void read_all() {
        while (!ending_) {
            pollfd wait{master_, POLLIN, 0};
            if (::poll(&wait, 1, 5) <= 0) continue;
            char bytes[512];
            const ssize_t count = ::read(master_, bytes, sizeof bytes);
            if (count <= 0) continue;
            const std::lock_guard lock(mutex_);
            shown_.append(bytes, static_cast<std::size_t>(count));
        }
    }

    int master_, kept_ = -1;
    std::string path_, shown_;
    std::mutex mutex_;
    std::atomic<bool> ending_{false};
    std::thread reader_;
};

const std::string card_settings = "channels 4 latency 1031 loop 3 gain 0.5";
const std::string first = "arm A, MD-DR7, 4-pole: connect it, then press Enter (q and Enter: stop)";

/// The shipped session over a card whose arms nobody but the operator puts on.
struct ByHand {
    AlsaCard card{card_settings};
    fs::path bench = card.folder.path() / "bench.json", out = card.folder.path() / "run";
    Terminal terminal;

    ByHand() {
        auto json = parse_json(
            file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"), "bench");
        REQUIRE(json.has_value());
        (*json)["audio"]["virtual_clock"] = true;
        REQUIRE(write_atomic(bench, dump_json(*json)).has_value());
    }
    Program begun() {
        return Program(words_of_run(bench, out), [this] { terminal.is_its_own(); });
    }
    /// Its exit code; 998: it asks for something else instead, 999: it does neither.
    int ends_unasked(Program& program) {
        int code = 999;
        comes_true([&] {
            if (const auto ended = program.ended()) code = *ended;
            if (terminal.count("connect it, then press") > 1) code = 998;
            return code != 999;
        });
        return code;
    }
    /// Whole takes, or parts of some.
    int takes() const {
        int found = 0;
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(out / "takes", none))
            found += entry.path().extension() != ".json" && entry.path().extension() != ".log" ? 1 : 0;
        return found;
    }
};

}  // namespace

TEST_CASE(
    "Enter plays the arm that was asked for and asks for the next, q then ends with 1 take, exit code 4") {
    ByHand rig;
    Program program = rig.begun();
    REQUIRE(rig.terminal.shows(first));
    rig.terminal.types("\r");
    REQUIRE(rig.terminal.shows(": disconnect it, then press Enter"));
    CHECK(rig.takes() == 1);
    CHECK(fs::exists(rig.out / "takes/A-1.wav"));
    rig.terminal.types("q\r");
    CHECK(program.ends() == 4);
    CHECK(rig.takes() == 1);
    INFO(rig.terminal.shown());
    CHECK(rig.terminal.shows("the operator did not do it"));
}

TEST_CASE("q, Q, Ctrl-C, Ctrl-D and Ctrl-D behind a word end with exit code 4, and 0 takes are played") {
    const std::string keys = GENERATE("q\r", " Q \r", "\x03", "\x04", "what\x04\x04");
    ByHand rig;
    Program program = rig.begun();
    REQUIRE(rig.terminal.shows(first));
    rig.terminal.types(keys);
    const int code = rig.ends_unasked(program);
    INFO(rig.terminal.shown());
    CHECK(code == 4);
    CHECK(rig.takes() == 0);
}

TEST_CASE("a terminal that is closed while it asks ends with exit code 4, and 0 takes are played") {
    ByHand rig;
    Program program = rig.begun();
    REQUIRE(rig.terminal.shows(first));
    rig.terminal.close();
    CHECK(program.ends() == 4);
    CHECK(rig.takes() == 0);
}

TEST_CASE("yes, no and quit are asked again: only Enter alone plays, and 0 takes are played") {
    ByHand rig;
    Program program = rig.begun();
    REQUIRE(rig.terminal.shows(first));
    int asked = 0;
    for (const char* words : {"yes\r", "no\r", "quit\r", "\xc3\xbc\r"}) {
        rig.terminal.types(words);
        REQUIRE(rig.terminal.shows("connect it", ++asked + 1));  // or "disconnect it", and it has played
        REQUIRE(rig.terminal.count("connect it: Enter alone when it is done; q and Enter to stop") == asked);
    }
    rig.terminal.types("q\r");
    CHECK(program.ends() == 4);
    CHECK(rig.takes() == 0);
}

TEST_CASE("what was typed before the question is no answer to it: 3 times Enter play 0 takes") {
    ByHand rig;
    rig.terminal.types("\r\r\r");
    Program program = rig.begun();
    REQUIRE(rig.terminal.shows(first));
    rig.terminal.types("q\r");
    CHECK(program.ends() == 4);
    CHECK(rig.takes() == 0);
}

TEST_CASE("with what it complains of in a file the question is on the terminal all the same, exit code 4") {
    ByHand rig;
    const fs::path err = rig.card.folder.path() / "stderr.txt";
    Program program(words_of_run(rig.bench, rig.out), [&] {
        rig.terminal.is_its_own();
        ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), STDERR_FILENO);
    });
    const auto asked = [](const std::string& text) { return text.find("press Enter") != std::string::npos; };
    REQUIRE(comes_true([&] {
        std::error_code none;
        return asked(rig.terminal.shown()) || (fs::exists(err, none) && asked(file_text(err)));
    }));
    CHECK(rig.terminal.count(first) == 1);
    rig.terminal.types("q\r");
    CHECK(program.ends() == 4);
    CHECK_FALSE(asked(file_text(err)));
    CHECK(file_text(err).find("the operator did not do it") != std::string::npos);
}

TEST_CASE("where a comma stands in numbers the question and its answers are the same, exit code 4") {
    const GermanLocale german;
    if (!german.there) {
        WARN("SKIPPED: no German locale here (package locales)");
        return;
    }
    ByHand rig;
    Program program = rig.begun();
    REQUIRE(rig.terminal.shows(first));
    rig.terminal.types("\r");
    REQUIRE(rig.terminal.shows(": disconnect it, then press Enter"));
    rig.terminal.types("Q\r");
    CHECK(program.ends() == 4);
    CHECK(rig.takes() == 1);
}

TEST_CASE("Enter out of a pipe is nobody's: exit code 2, a sentence that says what to do, and 0 takes") {
    ByHand rig;
    const fs::path err = rig.card.folder.path() / "stderr.txt";
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    REQUIRE(::write(ends[1], "\n\n\n", 3) == 3);
    Program program(words_of_run(rig.bench, rig.out), [&] {
        complains_to(err);
        ::dup2(ends[0], STDIN_FILENO);
    });
    CHECK(program.ends() == 2);
    CHECK(rig.takes() == 0);
    const std::string told = file_text(err);
    INFO(told);
    CHECK(told.find("(\"arm A, MD-DR7, 4-pole: connect it\"), and there is no terminal: run it on one, or "
                    "give the bench \"relays\", or \"switching\": \"itself\"") != std::string::npos);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a terminal that is closed, and Ctrl-C, in the middle of a take: exit code 4, 3 relays at rest") {
    const bool closes = GENERATE(true, false);
    RelayBench rig(card_settings + " speed 1");
    rig.write(false);
    Terminal terminal;
    const fs::path out = rig.card.folder.path() / "run", part = out / "takes/A-1.part.w64";
    Program program(words_of_run(rig.file(), out), [&] { terminal.is_its_own(); });
    std::error_code none;
    const bool plays =
        comes_true([&] { return fs::exists(part, none) && fs::file_size(part, none) > 10000; });
    INFO(terminal.shown());
    REQUIRE(plays);
    REQUIRE(rig.board.closed == 1);
    REQUIRE(guards_of(program.pid()).size() == 1);
    if (closes)
        terminal.close();
    else
        terminal.types("\x03");
    CHECK(program.ends() == 4);
    CHECK(rig.board.closed == 0);
    CHECK(terminal.count("press Enter") == 0);
}
