// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/load.hpp"

#include "rig/profile/compose.hpp"
#include "rig/profile/device.hpp"
#include "rig/profile/document.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/read_programme.hpp"
#include "rig/profile/read_session.hpp"

namespace fourpole {

namespace {

namespace fs = std::filesystem;

/// From the command line ids come from the shipped folder and paths from where one stands.
template <class T>
Result<T> load(const char* kind, const std::string& id_or_path, Read<T> (*read)(const fs::path&)) {
    const auto file = find_profile(kind, id_or_path, {profiles_folder(), {}});
    if (!file) return file.error();
    return read(*file).result();
}

}  // namespace

Result<Session> load_session(const fs::path& file) { return read_session(file).result(); }
Result<Programme> load_programme(const fs::path& file) {
    return programme_with_files(read_document(file, "programme")).result();
}
Result<Programme> read_programme(const std::string& text, const fs::path& where) {
    return programme_from(parse_document(text, where, "programme")).result();
}
Result<BenchFile> load_bench(const fs::path& file) { return read_bench(file).result(); }
Result<Circuit> load_circuit(const fs::path& file) { return read_circuit(file).result(); }
Result<Player> load_player(const std::string& id_or_path) { return load("player", id_or_path, read_player); }
Result<Earphone> load_earphone(const std::string& id_or_path) {
    return load("earphone", id_or_path, read_earphone);
}
Result<Plug> load_plug(const std::string& id_or_path) { return load("plug", id_or_path, read_plug); }
Result<Jack> load_jack(const std::string& id_or_path) { return load("jack", id_or_path, read_jack); }
Result<Fixture> load_fixture(const std::string& id_or_path) {
    return load("fixture", id_or_path, read_fixture);
}

std::vector<std::string> check_file(const fs::path& file) {
    Document document = read_document(file);
    if (!document.usable()) return document.findings.lines();
    const auto& kind = document.kind;
    if (kind == "player") return read_player(file).findings.lines();
    if (kind == "earphone") return read_earphone(file).findings.lines();
    if (kind == "plug") return read_plug(file).findings.lines();
    if (kind == "jack") return read_jack(file).findings.lines();
    if (kind == "interface") return read_interface(file).findings.lines();
    if (kind == "fixture") return read_fixture(file).findings.lines();
    if (kind == "claim") return read_claim(file).findings.lines();
    if (kind == "session") return read_session(file).findings.lines();
    if (kind == "programme") return programme_with_files(read_document(file, "programme")).findings.lines();
    if (kind == "circuit") return read_circuit(file).findings.lines();
    return read_bench(file).findings.lines();
}

}  // namespace fourpole
