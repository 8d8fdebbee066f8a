// SPDX-License-Identifier: GPL-3.0-or-later
// The whole program in the middle of a take, ended in every way that there is: the relays go to rest.
#include "tests/relay_bench.hpp"
#include "tests/started_program.hpp"

using namespace fourpole;
using namespace std::chrono_literals;

namespace {

const std::string real_time = "channels 4 latency 1031 loop 3 gain 0.5 speed 1";

struct InATake {
    RelayBench rig{real_time};
    fs::path out = rig.card.folder.path() / "run";
    fs::path err = rig.card.folder.path() / "stderr.txt";
    std::unique_ptr<Program> program;
    pid_t guard = -1;

    std::string said() const { return file_text(err); }

    /// Within 30 s.
    bool guard_goes() const {
        for (int waited = 0; waited < 30000 && is_guard(guard); waited += 5) std::this_thread::sleep_for(5ms);
        return !is_guard(guard);
    }

    /// The next test's line may have this one's name, and its guard would go there.
    ~InATake() {
        program.reset();
        guard_goes();
    }
    InATake(const InATake&) = delete;
    InATake& operator=(const InATake&) = delete;

    explicit InATake(int heartbeat_s = 60, bool real = false) {
        rig.write(false, heartbeat_s);
        program = std::make_unique<Program>(
            words_of_run(rig.file(), out), [this] { complains_to(err); }, real ? FOURPOLE_PROGRAM : nullptr);
        const bool on = rig.comes_to(1, 60);
        INFO(said());
        REQUIRE(on);
        // Not before the sound card plays: its part file grows.
        std::error_code none;
        const fs::path part = out / "takes/A-1.part.w64";
        for (int k = 0; k < 6000 && (!fs::exists(part, none) || fs::file_size(part, none) < 10000); ++k)
            std::this_thread::sleep_for(5ms);
        const auto guards = guards_of(program->pid());
        REQUIRE(guards.size() == 1);
        guard = guards[0];
    }
};

}  // namespace

TEST_CASE("kill -9 in the middle of a take: the guard puts the relays at rest and is gone") {
    InATake now;
    now.rig.board.told();
    now.program->gets(SIGKILL);
    CHECK(now.program->ends() == -SIGKILL);
    CHECK(now.rig.comes_to(0, 10));
    CHECK(now.guard_goes());
    CHECK(now.rig.board.told() == "1 off, 2 off, 3 off, 4 off");
    CHECK(now.said().find("the program has ended and left its relays: they go to rest") != std::string::npos);
}

TEST_CASE("kill -9 of the program as it is started by its name does the same to 3 relays", "[repeated]") {
    InATake now(60, true);
    now.program->gets(SIGKILL);
    CHECK(now.program->ends() == -SIGKILL);
    CHECK(now.rig.comes_to(0, 10));
    CHECK(now.guard_goes());
}

TEST_CASE("a program that stands still for 2 s in a take is ended by its guard, the relays go to rest") {
    InATake now(2);
    now.program->gets(SIGSTOP);
    CHECK(now.program->ends(12) == -SIGKILL);
    CHECK(now.rig.comes_to(0, 10));
    CHECK(now.guard_goes());
    CHECK(now.said().find("nothing was heard from the program for 2000 ms") != std::string::npos);
}

TEST_CASE(
    "Ctrl-C and SIGTERM to the whole group: exit code 4, relays at rest, no guard, nothing said by it") {
    const int signal = GENERATE(SIGINT, SIGTERM);
    InATake now;
    now.program->gets(signal);
    CHECK(now.program->ends() == 4);
    CHECK(now.rig.board.closed == 0);  // at once: nobody but the program itself
    CHECK_FALSE(is_guard(now.guard));
    CHECK(now.said().find("guard") == std::string::npos);
    CHECK(now.said().find("left its relays") == std::string::npos);
}

TEST_CASE("two times Ctrl-C ends the program at once, and its guard outlives it to put 3 relays at rest") {
    InATake now;
    now.program->gets(SIGSTOP);  // both signals wait until it goes on, and come as one
    now.program->gets(SIGINT);
    now.program->gets(SIGTERM);
    now.program->gets(SIGCONT);
    CHECK(now.program->ends() < 0);
    CHECK(now.rig.comes_to(0, 10));
    CHECK(now.guard_goes());
}

TEST_CASE("a guard inherits no sound card, no board and no file but its 3 streams") {
    const InATake now;
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(now.guard) + "/fd"))
        files.push_back(fs::read_symlink(entry.path()).string());
    INFO(files.size());
    REQUIRE(files.size() == 4);  // and the program that it watches
    for (const std::string& file : files) {
        INFO(file);
        CHECK((file.starts_with("socket:") || file == "/dev/null" || file.ends_with("stderr.txt") ||
               file == "anon_inode:[pidfd]"));
    }
}

TEST_CASE("a board that is unplugged in the middle of a take ends the run with exit code 3 and no guard") {
    InATake now(60, true);  // a child of ours would keep our end of the line
    now.rig.line.leave();
    CHECK(now.program->ends() == 3);
    CHECK(now.guard_goes());
    INFO(now.said());
    CHECK(now.said().find("the board has been unplugged while a take played") != std::string::npos);
}

TEST_CASE("routes that would join two outputs are exit code 5, and the board hears no byte") {
    RelayBench rig(real_time);
    auto json = parse_json(file_text(rig.file()), "bench");
    REQUIRE(json.has_value());
    (*json)["relays"]["routes"][0]["closed"].push_back("B tip");
    REQUIRE(write_atomic(rig.file(), dump_json(*json)).has_value());
    rig.board.closed = 6;
    const fs::path err = rig.card.folder.path() / "stderr.txt";
    Program program(words_of_run(rig.file(), rig.card.folder.path() / "run"), [&] { complains_to(err); });
    CHECK(program.ends() == 5);
    CHECK(file_text(err).find("the route of arm A would join ") != std::string::npos);
    CHECK(rig.board.told().empty());
    CHECK(rig.board.closed == 6);
}

TEST_CASE("the guard's word without orders is exit code 2 and a sentence") {
    const std::string program = FOURPOLE_PROGRAM;
    const int status = std::system(("'" + program + "' guard-relays < /dev/null 2> /dev/null").c_str());
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 2);
}
