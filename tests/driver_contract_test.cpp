// SPDX-License-Identifier: GPL-3.0-or-later
// What every bench promises to whoever measures, asked of every driver through the one port they share.
#include "drivers/replayed_bench.hpp"
#include "drivers/rtaudio_bench.hpp"
#include "drivers/simulated_bench.hpp"
#include "tests/alsa_card.hpp"
#include "tests/jack_bench.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

using namespace fourpole;

namespace {

/// One driver, and what only its own world can do to it.
struct UnderContract {
    std::function<Result<std::unique_ptr<AudioPort>>(const Session&)> open;
    std::function<void()>
        to_be_lost;               ///< before a take in which its device, or its store, goes; none = it cannot
    std::function<void()> loses;  ///< in the middle of that take
    std::function<double()>
        at_rest;         ///< the last sample that its device heard before silence; none = nobody knows
    bool plays = false;  ///< it has an output that may be too loud
    bool simulated = false;
};

/// The shipped session of one repeat, 1 s of it: a take in real time takes 1.6 s.
Session short_session() {
    Session session = session_with(1);
    session.programme.length_s = 1.0;
    return session;
}

/// Nothing that lies in the folder may become a figure.
void holds_no_valid_take(const fs::path& folder) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        if (entry.path().extension() == ".json") continue;
        const auto take = read_take(entry.path());
        INFO(entry.path());
        REQUIRE_FALSE(take);
        CHECK(take.error().kind == Fault::Kind::take_invalid);
        CHECK(take.error().what.find("no figure may be made of this take: ") != std::string::npos);
    }
}

void is_whole(const Take& take, const Session& session, const AudioPort& bench) {
    CHECK(take.facts.arm == "A");
    CHECK(take.facts.repeat == 1);
    CHECK(take.facts.bench == bench.identity());
    CHECK(take.facts.simulated == bench.simulated());
    CHECK(take.facts.invalid.empty());
    CHECK(take.facts.programme_text == session.programme_text);
    CHECK(take.facts.channels == std::vector<std::string>{"left", "right"});
    CHECK(take.facts.volts_per_full_scale.size() == 2);
    CHECK(take.facts.calibration == "nominal");
    CHECK(take.rate_hz == session.interface.sample_rate_hz);
    REQUIRE(take.channels.size() == 2);
    for (const auto& channel : take.channels) {
        CHECK(static_cast<double>(channel.size()) >= session.programme.length_s * take.rate_hz);
        CHECK(std::all_of(channel.begin(), channel.end(), [](double x) { return std::abs(x) <= 1.0; }));
        CHECK(std::any_of(channel.begin(), channel.end(), [](double x) { return std::abs(x) > 1e-3; }));
    }
}

struct StoodStill {};  ///< see stood_still()

/// The take, which must be whole.
Take whole_take(Result<Take> take, const UnderContract& driver) {
    if (!take && driver.at_rest && take.error().what.find("stands still") != std::string::npos)
        throw StoodStill();
    if (!take) FAIL(take.error().what);
    return std::move(*take);
}

void keeps_its_promises(const UnderContract& driver) {
    const Scratch scratch;
    const Session session = short_session();
    auto opened = driver.open(session);
    if (!opened) FAIL(opened.error().what);
    AudioPort& bench = **opened;
    CHECK_FALSE(bench.identity().empty());
    CHECK(bench.simulated() == driver.simulated);
    const TakeRequest request{"A", 1, scratch.path() / "takes"};

    // A whole take, told from 0 to 1, which leaves nothing behind: storing it is not the bench's.
    std::vector<double> told;
    const auto listens = [&](double done) {
        told.push_back(done);
        return true;
    };
    is_whole(whole_take(bench.play_and_record(request, listens), driver), session, bench);
    CHECK_FALSE(told.empty());
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK((told.front() >= 0.0 && told.back() <= 1.0));
    if (driver.at_rest) CHECK(driver.at_rest() == 0.0);
    std::error_code none;
    CHECK((!fs::exists(request.folder) || fs::is_empty(request.folder, none)));

    // An arm that nobody knows is refused, not guessed.
    const auto unknown = bench.play_and_record({"Z", 1, request.folder}, {});
    REQUIRE_FALSE(unknown);
    CHECK(exit_code(unknown.error().kind) == 2);
    CHECK(unknown.error().what.find('Z') != std::string::npos);
    CHECK((!fs::exists(request.folder) || fs::is_empty(request.folder, none)));

    // Whoever stops gets exit code 4 and no take; a device falls silent by a slope, and can go on.
    const auto stopped =
        bench.play_and_record(request, [&](double done) { return driver.plays && done < 0.55; });
    REQUIRE_FALSE(stopped);
    CHECK(exit_code(stopped.error().kind) == 4);
    holds_no_valid_take(request.folder);
    if (driver.at_rest) CHECK(std::abs(driver.at_rest()) < 1e-6);
    is_whole(whole_take(bench.play_and_record(request, {}), driver), session, bench);
    if (driver.at_rest) CHECK(driver.at_rest() == 0.0);

    // What is too loud is refused with exit code 5, never turned down, and nothing is played.
    if (driver.plays) {
        Session quiet = session;
        quiet.ceiling_v_rms = 1e-3;
        auto careful = driver.open(quiet);
        if (!careful) FAIL(careful.error().what);
        bool began = false;
        const auto loud =
            (*careful)->play_and_record({"A", 2, request.folder}, [&](double) { return began = true; });
        REQUIRE_FALSE(loud);
        CHECK(exit_code(loud.error().kind) == 5);
        CHECK_FALSE(began);
    }

    // A device that is lost: exit code 3, a sentence, and no valid take; the same when it is asked again.
    if (!driver.to_be_lost) return;
    driver.to_be_lost();
    const auto lost = bench.play_and_record(request, [&](double done) {
        if (done > 0.3 && driver.loses) driver.loses();
        return true;
    });
    for (const auto& end : {lost, bench.play_and_record(request, {})}) {
        REQUIRE_FALSE(end);
        CHECK(exit_code(end.error().kind) == 3);
        CHECK(end.error().what.size() > 10);
    }
    holds_no_valid_take(request.folder);
}

/// The shipped bench profile of that name, of a card that plays 1 V at full scale.
AudioSetup setup_of(const std::string& name) {
    auto bench = load_bench(fs::path(FOURPOLE_SOURCE) / "profiles/benches" / (name + ".json"));
    REQUIRE(bench.has_value());
    bench->audio.full_scale_output_v = 1.0;
    bench->audio.virtual_clock = false;
    return bench->audio;
}

UnderContract real(const AudioSetup& setup) {
    UnderContract driver;
    driver.plays = true;
    driver.open = [setup](const Session& session) -> Result<std::unique_ptr<AudioPort>> {
        auto bench = RtaudioBench::open(session, setup, 1);
        if (!bench) return bench.error();
        return std::unique_ptr<AudioPort>(std::move(*bench));
    };
    return driver;
}

}  // namespace

TEST_CASE("the simulated bench keeps what every bench promises") {
    UnderContract driver;
    driver.simulated = true;
    driver.open = [](const Session& session) -> Result<std::unique_ptr<AudioPort>> {
        auto bench = SimulatedBench::open(session, 1, "");
        if (!bench) return bench.error();
        return std::unique_ptr<AudioPort>(std::move(*bench));
    };
    keeps_its_promises(driver);
}

TEST_CASE("a replay keeps what every bench promises, and a stored take that was cut off is exit code 3") {
    const Scratch run;
    const Session session = short_session();
    auto bench = SimulatedBench::open(session, 1, "");
    REQUIRE(bench.has_value());
    auto take = (*bench)->play_and_record({"A", 1}, {});
    REQUIRE(take.has_value());
    const fs::path file = take_path(run.path(), "A", 1);
    fs::create_directories(file.parent_path());
    REQUIRE(write_take(*take, file).has_value());
    UnderContract driver;
    driver.simulated = true;  // what it replays was
    driver.open = [&](const Session&) -> Result<std::unique_ptr<AudioPort>> {
        auto replay = ReplayedBench::open(run.path());
        if (!replay) return replay.error();
        return std::unique_ptr<AudioPort>(std::move(*replay));
    };
    driver.to_be_lost = [&] { fs::resize_file(file, 1000); };
    keeps_its_promises(driver);
}

TEST_CASE("a sound card through ALSA keeps what every bench promises") {
    const AlsaCard card("channels 4 latency 1031 loop 3 speed 1");
    UnderContract driver = real(setup_of("alsa_four_channels"));
    std::optional<AlsaCard> pulled;
    driver.to_be_lost = [&] { pulled.emplace("channels 4 latency 1031 loop 3 speed 1 unplug_at 24000"); };
    keeps_its_promises(driver);
}

TEST_CASE("a sound card through JACK keeps what every bench promises") {
    if (no_jack()) return;
    for (int times = 0; times < most_starts; ++times) try {
            JackBench jack(48000, 512, {"tells_rest", "1"});
            UnderContract driver = real(setup_of("jack_dummy"));
            driver.at_rest = [&] { return std::atof(jack.client->said().c_str()); };
            driver.to_be_lost = [] {};
            driver.loses = [&] { jack.server->kill_at_once(); };
            return keeps_its_promises(driver);
        } catch (const StoodStill&) {
            continue;
        }
    FAIL("the server stood still every time");
}
