// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/snapshot.hpp"

#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "rig/profile/folder.hpp"

#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes = std::size_t{1} << 30;  // a recorded stimulus is a sound file

Result<Json> read_json(const fs::path& file) {
    const auto text = read_text(file, JsonLimits{}.bytes);
    if (!text) return text.error();
    return parse_json(*text, file.string());
}

/// Copies files into the snapshot and remembers which reference led to which copy.
class Keeper {
public:
    explicit Keeper(fs::path folder) : folder_(std::move(folder)) {}

    /// nullopt: done.
    std::optional<Fault> keep(const std::string& kind, const std::string& reference, const Base& base) {
        const auto file = find_profile(kind, reference, base);
        if (!file) return file.error();
        std::error_code ignored;
        const fs::path original = fs::weakly_canonical(*file, ignored);
        const std::string key = kind + " " + reference;
        if (const auto it = originals_.find(key); it != originals_.end()) {
            if (it->second == original) return std::nullopt;
            return Fault{Fault::Kind::bad_input, "",
                         "two different files are called \"" + reference + "\" in this session: " +
                             it->second.string() + " and " + original.string() + "; give one another name"};
        }
        // Two files of one name from two folders must not overwrite each other.
        const std::string name = std::to_string(originals_.size()) + "-" + original.filename().string();
        const fs::path kept = fs::path(kind + "s") / name;
        if (auto fault = copy(original, kept)) return fault;
        originals_[key] = original;
        references_[key] = kept.string();
        return std::nullopt;
    }

    std::optional<Fault> copy(const fs::path& original, const fs::path& kept) {
        const auto bytes = read_text(original, most_bytes);
        if (!bytes) return bytes.error();
        const auto made = make_folder((folder_ / kept).parent_path());
        if (!made) return made.error();
        const auto written = write_atomic(folder_ / kept, *bytes);
        if (!written) return written.error();
        sha256_[kept.string()] = sha256_hex(*bytes);
        return std::nullopt;
    }

    /// The same where several profiles may name one file; two files for one place are refused.
    std::optional<Fault> copy_once(const fs::path& original, const fs::path& kept) {
        std::error_code ignored;
        const fs::path canonical = fs::weakly_canonical(original, ignored);
        const auto [it, is_new] = copied_.emplace(kept.string(), canonical);
        if (is_new) return copy(original, kept);
        if (it->second == canonical) return std::nullopt;
        return Fault{Fault::Kind::bad_input, "",
                     "two different files are called \"" + kept.filename().string() + "\" in this session: " +
                         it->second.string() + " and " + canonical.string() + "; give one another name"};
    }

    std::optional<Fault> finish(const std::string& session_file) {
        Json json;
        json["schema"] = "fourpole/snapshot@1";
        json["session"] = session_file;
        json["references"] = references_;
        json["sha256"] = sha256_;
        const auto written = write_atomic(folder_ / "snapshot.json", dump_json(json));
        if (!written) return written.error();
        return std::nullopt;
    }

    fs::path kept(const std::string& kind, const std::string& reference) const {
        return folder_ / references_.at(kind + " " + reference).get<std::string>();
    }

private:
    fs::path folder_;
    std::map<std::string, fs::path> originals_, copied_;
    Json references_ = Json::object(), sha256_ = Json::object();
};

/// The impedance tables of an earphone, beside its kept profile, which names them from there.
std::optional<Fault> keep_tables(Keeper& keeper, const Earphone& earphone) {
    const fs::path folder = fs::path(earphone.path).parent_path();
    for (const Side side : sides) {
        const auto& table = earphone.drivers[side].impedance_table;
        if (!table) continue;
        const fs::path from_profile = fs::path(table->file()).lexically_proximate(folder);
        const bool outside = from_profile.is_absolute() || *from_profile.begin() == "..";
        if (outside)
            return Fault{Fault::Kind::bad_input, "",
                         earphone.path + ": its table " + table->file() +
                             " cannot be kept with the run; put it beside or below the profile"};
        if (auto fault = keeper.copy_once(table->file(), fs::path("earphones") / from_profile)) return fault;
    }
    return std::nullopt;
}

}  // namespace

Result<fs::path> snapshot_session(const Session& session, const fs::path& folder) {
    const fs::path file = session.path;
    const auto json = read_json(file);
    if (!json) return json.error();
    const Base base = base_of(file);
    Keeper keeper(folder);
    const auto made = make_folder(folder / "players");  // what makes it a profiles folder
    if (!made) return made.error();

    const auto follow_key = [&](const Json& object, const char* key) {
        return object.contains(key) ? keeper.keep(key, object.at(key).get<std::string>(), base)
                                    : std::nullopt;
    };
    for (const char* key : {"programme", "interface", "fixture"})
        if (auto fault = follow_key(*json, key)) return *fault;
    for (const Json& arm : json->at("arms"))
        for (const char* key : {"player", "earphone"})
            if (auto fault = follow_key(arm, key)) return *fault;
    if (json->contains("claims"))
        for (const Json& use : json->at("claims"))
            if (auto fault = follow_key(use, "claim")) return *fault;
    for (const Arm& arm : session.arms) {
        if (auto fault = keeper.keep("jack", arm.player.jack, base_of(arm.player.path))) return *fault;
        if (auto fault = keeper.keep("plug", arm.earphone.plug, base_of(arm.earphone.path))) return *fault;
    }
    for (const Arm& arm : session.arms)
        if (auto fault = keep_tables(keeper, arm.earphone)) return *fault;
    // A recorded stimulus stays where its programme expects it.
    const fs::path programme = keeper.kept("programme", json->at("programme").get<std::string>());
    const auto text = read_json(programme);
    if (!text) return text.error();
    const auto original = find_profile("programme", json->at("programme").get<std::string>(), base);
    for (const Json& event : text->at("events"))
        if (event.contains("path")) {
            const fs::path path = event.at("path").get<std::string>();
            if (path.is_absolute()) continue;
            if (auto fault = keeper.copy(original->parent_path() / path, fs::path("programmes") / path))
                return *fault;
        }

    const fs::path kept = fs::path("sessions") / file.filename();
    if (auto fault = keeper.copy(file, kept)) return *fault;
    if (auto fault = keeper.finish(kept.string())) return *fault;
    return folder / kept;
}

Result<fs::path> session_in_snapshot(const fs::path& folder) {
    const auto json = read_json(folder / "snapshot.json");
    if (!json) return json.error();
    if (!json->is_object() || !json->contains("session") || !json->at("session").is_string())
        return Fault{Fault::Kind::bad_input, "",
                     (folder / "snapshot.json").string() + ": names no session; made by fourpole run only"};
    return folder / json->at("session").get<std::string>();
}

Result<Done> snapshot_unchanged(const fs::path& folder) {
    const auto json = read_json(folder / "snapshot.json");
    if (!json) return json.error();
    if (!json->is_object() || !json->contains("sha256") || !json->at("sha256").is_object())
        return Fault{Fault::Kind::bad_input, "",
                     (folder / "snapshot.json").string() + ": says no SHA-256; made by fourpole run only"};
    for (const auto& [kept, stored] : json->at("sha256").items()) {
        const auto now = sha256_of_file(folder / kept);
        if (!now) return now.error();
        if (stored != *now)
            return Fault{Fault::Kind::bad_input, "",
                         (folder / kept).string() +
                             ": has been changed since the run (its SHA-256 differs from snapshot.json's)"};
    }
    return Done{};
}

std::optional<fs::path> kept_in_snapshot(const fs::path& root, const std::string& kind,
                                         const std::string& reference) {
    std::error_code ignored;
    if (!fs::exists(root / "snapshot.json", ignored)) return std::nullopt;
    const auto json = read_json(root / "snapshot.json");
    if (!json || !json->is_object() || !json->contains("references")) return std::nullopt;
    const Json& references = json->at("references");
    const std::string key = kind + " " + reference;
    if (!references.is_object() || !references.contains(key) || !references.at(key).is_string())
        return std::nullopt;
    return root / references.at(key).get<std::string>();
}

}  // namespace fourpole
