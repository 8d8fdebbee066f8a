// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/predict_subjects.hpp"

#include "rig/model/fixture.hpp"
#include "rig/profile/compose.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/verbs/arguments.hpp"

#include <filesystem>
#include <utility>

namespace fourpole {
namespace {

/// The files that a session was read from.
std::vector<std::filesystem::path> files_of(const Session& session) {
    std::vector<std::filesystem::path> files;
    for (const Arm& arm : session.arms) {
        files.emplace_back(arm.player.path);
        files.emplace_back(arm.earphone.path);
    }
    return files;
}

}  // namespace

Result<Done> keep_inputs(const PredictOptions& options) {
    std::vector<std::filesystem::path> kept{options.session, options.circuit, options.frequencies};
    const auto keep = [&](const char* kind, const std::string& word) {
        if (word.empty()) return;
        if (auto file = find_profile(kind, word, {profiles_folder(), {}})) kept.push_back(std::move(*file));
    };
    keep("player", options.player);
    keep("earphone", options.earphone);
    keep("fixture", options.fixture);
    if (const auto safe = refuse_overwriting("--netlist", options.netlist, kept); !safe) return safe.error();
    kept.emplace_back(options.netlist);
    return refuse_overwriting("--record", options.record, kept);
}

Result<Done> keep_tables(const PredictOptions& options, const Circuit& circuit) {
    for (const Side s : sides)
        if (const auto& table = circuit.drivers[s].impedance_table)
            for (const auto& [option, output] :
                 {std::pair("--netlist", options.netlist), std::pair("--record", options.record)})
                if (auto safe = refuse_overwriting(option, output, {table->file()}); !safe) return safe;
    return Done{};
}

Result<std::vector<Subject>> subjects_of(const PredictOptions& options) {
    std::vector<Subject> subjects;
    if (!options.circuit.empty()) {
        auto circuit = load_circuit(options.circuit);
        if (!circuit) return circuit.error();
        subjects.push_back({"", std::move(*circuit), {}});
        return subjects;
    }
    if (!options.session.empty()) {
        auto session = load_session(options.session);
        if (!session) return session.error();
        if (auto safe = refuse_overwriting("--record", options.record, files_of(*session)); !safe)
            return safe.error();
        for (Arm& arm : session->arms)
            subjects.push_back(
                {arm.id, std::move(arm.circuit), drive_of(arm.player, arm.earphone, session->interface)});
        return subjects;
    }
    const auto player = load_player(options.player);
    if (!player) return player.error();
    const auto earphone = load_earphone(options.earphone);
    if (!earphone) return earphone.error();
    auto circuit = compose(*player, *earphone);
    if (!circuit) return circuit.error();
    if (!options.fixture.empty()) {
        const auto fixture = load_fixture(options.fixture);
        if (!fixture) return fixture.error();
        if (!fixture->circuit)
            return Fault{Fault::Kind::bad_input, options.fixture,
                         "says nothing of what the fixture puts into the circuit; needed: "
                         "its \"circuit\" with taps, relay_contacts ..."};
        *circuit = with_fixture(*circuit, *fixture->circuit);
    }
    subjects.push_back({"", std::move(*circuit), drive_of(*player, *earphone)});
    return subjects;
}

}  // namespace fourpole
