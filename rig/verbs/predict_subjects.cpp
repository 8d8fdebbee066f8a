// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/predict_subjects.hpp"

#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
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

constexpr std::size_t most_circuit_bytes = std::size_t{16} << 20U;

std::vector<ArmPrediction::Origin> origins_of(const Player& player, const Earphone& earphone) {
    return {{"player", player.id, player.sha256}, {"earphone", earphone.id, earphone.sha256}};
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
        // A flat circuit's EMF is that of digital full scale; of the stage's limits it says nothing.
        Drive drive;
        drive.full_scale_emf_v = Figure{};
        drive.full_scale_emf_v->value = circuit->stage.emf_v;
        const auto text = read_text(options.circuit, most_circuit_bytes);
        if (!text) return text.error();
        std::string id = circuit->name;
        subjects.push_back({"", std::move(*circuit), drive, {{"circuit", std::move(id), sha256_hex(*text)}}});
        return subjects;
    }
    if (!options.session.empty()) {
        auto session = load_session(options.session);
        if (!session) return session.error();
        if (auto safe = refuse_overwriting("--record", options.record, files_of(*session)); !safe)
            return safe.error();
        for (Arm& arm : session->arms)
            subjects.push_back({arm.id, std::move(arm.circuit),
                                drive_of(arm.player, arm.earphone, session->interface),
                                origins_of(arm.player, arm.earphone)});
        return subjects;
    }
    const auto player = load_player(options.player);
    if (!player) return player.error();
    const auto earphone = load_earphone(options.earphone);
    if (!earphone) return earphone.error();
    auto circuit = compose(*player, *earphone);
    if (!circuit) return circuit.error();
    auto origins = origins_of(*player, *earphone);
    if (!options.fixture.empty()) {
        const auto fixture = load_fixture(options.fixture);
        if (!fixture) return fixture.error();
        if (!fixture->circuit)
            return Fault{Fault::Kind::bad_input, options.fixture,
                         "says nothing of what the fixture puts into the circuit; needed: "
                         "its \"circuit\" with taps, relay_contacts ..."};
        *circuit = with_fixture(*circuit, *fixture->circuit);
        origins.push_back({"fixture", fixture->id, fixture->sha256});
    }
    subjects.push_back({"", std::move(*circuit), drive_of(*player, *earphone), std::move(origins)});
    return subjects;
}

}  // namespace fourpole
