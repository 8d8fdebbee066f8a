// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/drivers.hpp"

#include "drivers/operator_switch.hpp"
#include "drivers/relay_switch.hpp"
#include "drivers/replayed_bench.hpp"
#include "drivers/rtaudio_bench.hpp"
#include "drivers/simulated_bench.hpp"
#include "rig/profile/load.hpp"
#include "rig/profile/relay_routes.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace fourpole {

namespace {

template <class Bench>
Result<std::unique_ptr<AudioPort>> as_port(Result<std::unique_ptr<Bench>> bench) {
    if (!bench) return bench.error();
    return std::unique_ptr<AudioPort>(std::move(*bench));
}

Result<Done> fits_session(const BenchFile& bench, const Session& session) {
    const auto other = [&](const char* key, const std::string& found, const std::string& wanted) {
        return Fault{
            Fault::Kind::bad_input, "",
            fmt::format("{}: /{}: found \"{}\"; the session is for \"{}\"", bench.path, key, found, wanted)};
    };
    if (!bench.interface.empty() && bench.interface != session.interface.id)
        return other("interface", bench.interface, session.interface.id);
    if (!bench.fixture.empty() && bench.fixture != session.fixture.id)
        return other("fixture", bench.fixture, session.fixture.id);
    if (bench.relays.none()) return Done{};
    const auto routes = check_routes(bench.relays, session);
    if (!routes) return Fault{routes.error().kind, "", bench.path + ": /relays: " + routes.error().what};
    return Done{};
}

/// The relays come first: their guard must not inherit what the sound card opens.
Result<std::unique_ptr<AudioPort>> open_rtaudio(const BenchFile& bench, const Session& session,
                                                std::uint64_t seed) {
    std::unique_ptr<ArmSwitch> arms;
    if (!bench.relays.none()) {
        auto relays = RelaySwitch::open(bench.relays);
        if (!relays) return relays.error();
        arms = std::move(*relays);
    } else if (bench.switches == BenchFile::Switches::operator_asked) {
        arms = std::make_unique<OperatorSwitch>(session);
    }
    auto opened = RtaudioBench::open(session, bench.audio, seed);
    if (!opened) return opened.error();
    (*opened)->switched_by(std::move(arms));
    return as_port(std::move(opened));
}

}  // namespace

Result<BenchFile> bench_named(const std::string& word, const Session& session) {
    BenchFile out;
    if (word == "simulated") return out;
    std::error_code trouble;
    if (std::filesystem::is_directory(word, trouble)) {
        out.kind = BenchFile::Kind::replayed;
        out.path = out.takes = word;
        return out;
    }
    if (!std::filesystem::exists(word, trouble))
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("there is no bench \"{}\"; allowed: \"simulated\", the folder of an earlier "
                                 "run to replay its takes, or a bench profile (.json)",
                                 word)};
    auto read = load_bench(word);
    if (!read) return read.error();
    const auto fits = fits_session(*read, session);
    if (!fits) return fits.error();
    return read;
}

Result<std::unique_ptr<AudioPort>> open_bench(const BenchFile& bench, const Session& session,
                                              std::uint64_t seed, const std::string& fault) {
    if (bench.kind == BenchFile::Kind::simulated) return as_port(SimulatedBench::open(session, seed, fault));
    if (!fault.empty())
        return Fault{Fault::Kind::bad_input, "", "a fault can only be planted in the simulated bench"};
    if (bench.kind == BenchFile::Kind::rtaudio) return open_rtaudio(bench, session, seed);
    return as_port(ReplayedBench::open(bench.takes));
}

Result<std::unique_ptr<AudioPort>> open_bench(const std::string& word, const Session& session,
                                              std::uint64_t seed, const std::string& fault) {
    const auto bench = bench_named(word, session);
    if (!bench) return bench.error();
    return open_bench(*bench, session, seed, fault);
}

}  // namespace fourpole
