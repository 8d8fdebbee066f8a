// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

// Every loader reads through the bounded reader, validates against the published schema,
// then checks what a schema cannot say. A Fault lists *all* findings, one line each:
//   FILE: /json/pointer: found X; allowed: Y (nearest known key: Z)

Result<Session> load_session(const std::filesystem::path& file);
Result<Programme> load_programme(const std::filesystem::path& file);
/// The same from text already read (a take's sidecar carries its programme).
Result<Programme> read_programme(const std::string& text, const std::filesystem::path& where);
Result<Circuit> load_circuit(const std::filesystem::path& file);  ///< the truth kit's flat form
Result<BenchFile> load_bench(const std::filesystem::path& file);

/// `id_or_path`: an id of the profiles folder, or the path of a file.
Result<Player> load_player(const std::string& id_or_path);
Result<Earphone> load_earphone(const std::string& id_or_path);
Result<Plug> load_plug(const std::string& id_or_path);
Result<Jack> load_jack(const std::string& id_or_path);
Result<Fixture> load_fixture(const std::string& id_or_path);

/// Player + earphone -> one circuit; `touch` empty = the natural contact of the two
/// (each spring on the segment that lies under it).
Result<Circuit> compose(const Player& player, const Earphone& earphone, const Touch& touch = {});

/// The same circuit with a fixture between jack and plug. A load bank in place of the earphone
/// becomes the drivers. The fixture's own plug is like the earphone's and touches the jack as
/// that would; the earphone's sits fully in the fixture.
Circuit with_fixture(const Circuit& circuit, const FixtureCircuit& fixture);

/// What stands on the bench for an arm: its circuit, with the fixture's own where that says one.
Circuit circuit_on_bench(const Arm& arm, const Fixture& fixture);

/// The touch of a fully inserted plug: each spring on the segment that lies under it.
Touch natural_touch(const Plug& plug, const Jack& jack);

/// Any of our JSON files; the kind is told by its "schema". One line per finding; empty = valid.
std::vector<std::string> check_file(const std::filesystem::path& file);

/// Where the shipped profiles are: $FOURPOLE_PROFILES, else beside the program, else the
/// source tree it was built from.
std::filesystem::path profiles_folder();

}  // namespace fourpole
