// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "tests/catch.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace fourpole;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone at the end. Its name has a space and letters beyond ASCII.
class Scratch {
public:
    Scratch() : path_(fs::temp_directory_path() / ("rig files \u00e4\u03a9 " + std::to_string(::getpid()))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Scratch() { fs::remove_all(path_); }
    fs::path operator/(const char* name) const { return path_ / name; }
    int entries() const { return static_cast<int>(std::distance(fs::directory_iterator(path_), {})); }

private:
    fs::path path_;
};

void put(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

/// One sentence on one line that names the file.
void check_sentence(const Fault& fault, const fs::path& file) {
    CHECK(fault.kind == Fault::Kind::bad_input);
    CHECK(fault.what.find(file.string()) == 0);
    CHECK(fault.what.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("SHA-256 of nothing, of abc and of a million a are those of FIPS 180-2", "[files]") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const Scratch scratch;
    put(scratch / "million", std::string(1000000, 'a'));
    const auto of_file = sha256_of_file(scratch / "million");
    REQUIRE(of_file);
    CHECK(*of_file == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK_FALSE(sha256_of_file(scratch / "nothing here"));
}

TEST_CASE("a pipe is read to its end, and one that nobody writes to is empty", "[files]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const int writer_end = ends[1];
    std::jthread writer([writer_end] {
        for (const char* word : {"slow ", "words"}) {
            std::this_thread::sleep_for(std::chrono::milliseconds(30));
            if (::write(writer_end, word, 5) != 5) break;
        }
        ::close(writer_end);
    });
    const auto text = read_text("/dev/fd/" + std::to_string(ends[0]), 100);
    writer.join();
    ::close(ends[0]);
    REQUIRE(text);
    CHECK(*text == "slow words");

    const Scratch scratch;
    REQUIRE(::mkfifo((scratch / "nobody").c_str(), 0600) == 0);
    const auto nothing = read_text(scratch / "nobody", 100);
    CHECK((!nothing || nothing->empty()));
}

TEST_CASE("a text is read whole up to the limit of 5 bytes and refused with 6", "[files]") {
    const Scratch scratch;
    put(scratch / "five", std::string("a\0\xff"
                                      "bc",
                                      5));
    put(scratch / "six", "abcdef");
    const auto five = read_text(scratch / "five", 5);
    REQUIRE(five);
    CHECK(*five == std::string("a\0\xff"
                               "bc",
                               5));
    const auto six = read_text(scratch / "six", 5);
    REQUIRE_FALSE(six);
    check_sentence(six.error(), scratch / "six");
    CHECK(six.error().what.find("larger than 5 bytes") != std::string::npos);
}

TEST_CASE("a missing file, a folder and an endless device are one sentence each", "[files]") {
    const Scratch scratch;
    for (const fs::path& file : {scratch / "missing", scratch / "", fs::path("/dev/zero")}) {
        const auto text = read_text(file, 1000);
        REQUIRE_FALSE(text);
        check_sentence(text.error(), file);
    }
}

TEST_CASE("writing replaces the old file and leaves nothing else behind", "[files]") {
    const Scratch scratch;
    put(scratch / "out.json", "old");
    REQUIRE(write_atomic(scratch / "out.json", "new"));
    CHECK(*read_text(scratch / "out.json", 100) == "new");
    CHECK(scratch.entries() == 1);
}

TEST_CASE("a write that breaks off after 1000 of 5000 bytes leaves the old file and no other",
          "[files][planted]") {
    const Scratch scratch;
    put(scratch / "out.wav", "old");
    // The nearest thing to a full disk that needs no disk of its own.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit tight{1000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const auto written = write_atomic(scratch / "out.wav", std::string(5000, 'x'));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);

    REQUIRE_FALSE(written);
    check_sentence(written.error(), scratch / "out.wav");
    CHECK(*read_text(scratch / "out.wav", 100) == "old");
    CHECK(scratch.entries() == 1);
}

TEST_CASE("writing where nothing can be written is refused with the reason", "[files]") {
    const Scratch scratch;
    put(scratch / "file", "x");
    const auto refused = [](const fs::path& file) {
        const auto written = write_atomic(file, "x");
        REQUIRE_FALSE(written);
        check_sentence(written.error(), file);
        return written.error().what;
    };
    CHECK(refused(scratch / "no folder/out").find("its folder does not exist") != std::string::npos);
    CHECK(refused(scratch / "file/out").find("a file stands where a folder is needed") != std::string::npos);
    CHECK(refused("/dev/full").find("not an ordinary file") != std::string::npos);
    CHECK(fs::is_character_file("/dev/full"));
    refused("/sys/kernel/fourpole");
}

TEST_CASE("a folder is made with its parents, once and again, and never in place of a file", "[files]") {
    const Scratch scratch;
    CHECK(make_folder(scratch / "a/b/c"));
    CHECK(make_folder(scratch / "a/b/c"));
    CHECK(fs::is_directory(scratch / "a/b/c"));
    put(scratch / "file", "x");
    for (const char* name : {"file", "file/below"}) {
        const auto made = make_folder(scratch / name);
        REQUIRE_FALSE(made);
        check_sentence(made.error(), scratch / name);
    }
    CHECK_FALSE(make_folder("/proc/fourpole"));
}
