// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/run_folder.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "rig/profile/load.hpp"
#include "rig/profile/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

/// null: the bench has none.
Result<Json> bench_profile(const RunFacts& facts) {
    if (facts.bench_profile.empty()) return Json();
    return parse_json(facts.bench_profile, "the bench's profile");
}

Json to_json_value(const Session& session, const RunFacts& facts, const Json& profile) {
    Json json;
    json["schema"] = "fourpole/run@1";
    json["session_sha256"] = session.sha256;
    json["inputs_sha256"] = inputs_sha256(session);
    json["bench"] = facts.bench;
    json["bench_profile"] = profile;
    json["simulated"] = facts.simulated;
    json["seed"] = facts.seed;
    json["fault"] = facts.fault;
    json["draws"] = facts.draws;
    return json;
}

/// Signs a run.json: "sha256" is of all that stands before it.
std::string seal(Json json) {
    json.erase("sha256");
    return sha256_hex(dump_json(json));
}

Fault changed(const fs::path& file, const std::string& against) {
    return {Fault::Kind::bad_input, "",
            fmt::format("{}: has been changed since the run (its SHA-256 differs from {})", file.string(),
                        against)};
}

Result<Json> read_run(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / "run.json", ignored))
        return Fault{Fault::Kind::bad_input, "",
                     folder.string() +
                         ": is no run folder (it has no run.json); give the folder that fourpole run "
                         "named with --out"};
    const auto text = read_text(folder / "run.json", JsonLimits{}.bytes);
    if (!text) return text.error();
    auto json = parse_json(*text, (folder / "run.json").string());
    if (!json) return json.error();
    for (const char* key : {"session_sha256", "inputs_sha256", "bench", "simulated", "seed", "fault", "draws",
                            "profiles_sha256", "sha256"})
        if (!json->is_object() || !json->contains(key))
            return Fault{Fault::Kind::bad_input, "",
                         fmt::format("{}: /{}: found nothing; it was not written by fourpole run",
                                     (folder / "run.json").string(), key)};
    if (!json->at("bench").is_string() || !json->at("simulated").is_boolean() ||
        !json->at("seed").is_number_unsigned() || !json->at("fault").is_string() ||
        !json->at("draws").is_number_unsigned())
        return Fault{Fault::Kind::bad_input, "",
                     (folder / "run.json").string() + ": a value is not what fourpole run writes there"};
    if (json->at("sha256") != seal(*json)) return changed(folder / "run.json", "the one it holds of itself");
    return json;
}

/// Where two values that are not alike differ first: "/audio/play_gain".
std::string first_difference(const Json& a, const Json& b) {
    if (!a.is_structured() || !b.is_structured()) return "";
    return Json::diff(a, b).front().at("path").get<std::string>();
}

std::string value_at(const Json& json, const std::string& pointer) {
    const Json::json_pointer at(pointer);
    return json.contains(at) ? json.at(at).dump() : "nothing";
}

/// A run that is resumed is the same as before: nothing that it was told is another.
Result<Done> same_as_before(const fs::path& file, const Json& there, const Json& wanted) {
    for (const auto& [key, value] : wanted.items()) {
        const Json before = there.contains(key) ? there.at(key) : Json();
        if (before == value) continue;
        const std::string at = first_difference(before, value);
        return Fault{
            Fault::Kind::bad_input, "",
            fmt::format("{}: /{}{}: found {}; to resume, the run must be the same as before, here {}",
                        file.string(), key, at, value_at(before, at), value_at(value, at))};
    }
    return Done{};
}

constexpr std::size_t most_record_bytes = std::size_t{1} << 30U;

/// record.json as the run left it; nullopt where there is none that can be read (it is rebuilt).
std::optional<Json> read_record(const fs::path& folder) {
    const auto text = read_text(folder / "record.json", most_record_bytes);
    if (!text) return std::nullopt;
    JsonLimits limits;
    limits.bytes = most_record_bytes;
    auto json = parse_json(*text, (folder / "record.json").string(), limits);
    if (!json || !json->is_object()) return std::nullopt;
    return std::move(*json);
}

Result<Done> record_agrees(const fs::path& folder, const Json& told) {
    const auto record = read_record(folder);
    if (!record) return Done{};
    for (const char* key : {"seed", "fault", "bench", "simulated"}) {
        if (!record->contains(key)) continue;
        const Json& says = record->at(key);
        const bool none = says.is_null() && told.at(key) == "";
        if (!none && says != told.at(key))
            return Fault{Fault::Kind::bad_input, "",
                         fmt::format("{}: /{}: found {}, record.json says {}; one of the two was changed",
                                     (folder / "run.json").string(), key, told.at(key).dump(), says.dump())};
    }
    return Done{};
}

bool empty_or_absent(const fs::path& folder) {
    std::error_code ignored;
    return !fs::exists(folder, ignored) ||
           (fs::is_directory(folder, ignored) && fs::is_empty(folder, ignored));
}

}  // namespace

Result<Done> open_run_folder(const fs::path& folder, const Session& session, const RunFacts& facts,
                             bool resume) {
    const auto profile = bench_profile(facts);
    if (!profile) return profile.error();
    Json wanted = to_json_value(session, facts, *profile);
    std::error_code ignored;
    if (resume) {
        const auto there = read_run(folder);
        return there ? same_as_before(folder / "run.json", *there, wanted) : Result<Done>(there.error());
    }
    if (!empty_or_absent(folder))
        return Fault{
            Fault::Kind::bad_input, "",
            folder.string() + (fs::is_directory(folder, ignored)
                                   ? ": is not empty; give a new folder with --out, or go on with --resume"
                                   : ": is not a folder; give a new folder with --out")};
    const auto made = make_folder(folder / "takes");
    if (!made) return made.error();
    const auto kept = snapshot_session(session, folder / "profiles");
    if (!kept) return kept.error();
    const auto profiles = sha256_of_file(folder / "profiles" / "snapshot.json");
    if (!profiles) return profiles.error();
    wanted["profiles_sha256"] = *profiles;
    wanted["sha256"] = seal(wanted);
    return write_atomic(folder / "run.json", dump_json(wanted));
}

Result<StoredRun> load_run_folder(const fs::path& folder) {
    const auto json = read_run(folder);
    if (!json) return json.error();
    const fs::path profiles = folder / "profiles";
    const auto snapshot = sha256_of_file(profiles / "snapshot.json");
    if (!snapshot) return snapshot.error();
    if (json->at("profiles_sha256") != *snapshot) return changed(profiles / "snapshot.json", "run.json's");
    if (const auto kept = snapshot_unchanged(profiles); !kept) return kept.error();
    const auto file = session_in_snapshot(profiles);
    if (!file) return file.error();
    auto session = load_session(*file);
    if (!session) return session.error();
    if (json->at("session_sha256") != session->sha256) return changed(*file, "run.json's");
    if (const auto agrees = record_agrees(folder, *json); !agrees) return agrees.error();
    RunFacts facts;
    facts.bench = json->at("bench").get<std::string>();
    if (json->contains("bench_profile") && json->at("bench_profile").is_object())
        facts.bench_profile = dump_json(json->at("bench_profile"));
    facts.simulated = json->at("simulated").get<bool>();
    facts.seed = json->at("seed").get<std::uint64_t>();
    facts.fault = json->at("fault").get<std::string>();
    facts.draws = std::clamp(json->at("draws").get<int>(), 1, 1 << 20);
    return StoredRun{std::move(*session), std::move(facts)};
}

std::string inputs_sha256(const Session& session) {
    Json all = Json::array(
        {session.sha256, session.programme.sha256, session.interface.sha256, session.fixture.sha256});
    for (const Arm& arm : session.arms) {
        all.push_back({arm.player.sha256, arm.earphone.sha256});
        all.push_back({arm.circuit.plug.segments, arm.circuit.jack.springs});
    }
    for (const ClaimUse& use : session.claims) all.push_back(use.claim.sha256);
    return sha256_hex(dump_json(all));
}

Result<std::optional<Take>> stored_take(const fs::path& folder, const TakeRequest& request,
                                        const RunFacts& facts) {
    const std::string& arm = request.arm;
    const int repeat = request.repeat;
    const fs::path file = take_path(folder, arm, repeat);
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return std::optional<Take>{};
    // A take's facts are written behind its samples: without them it was never finished.
    if (!was_made(folder, request)) return std::optional<Take>{};
    auto take = read_take(file);
    if (!take) return take.error();
    if (take->facts.arm != arm || take->facts.repeat != repeat)
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("{}: its facts say arm \"{}\", repeat {}; the run has arm \"{}\", repeat {} there",
                        file.string(), take->facts.arm, take->facts.repeat, arm, repeat)};
    if (take->facts.simulated != facts.simulated || take->facts.bench != facts.bench)
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("{}: its facts say bench \"{}\" ({}); the run's is \"{}\" ({})", file.string(),
                        take->facts.bench, take->facts.simulated ? "simulated" : "not simulated", facts.bench,
                        facts.simulated ? "simulated" : "not simulated")};
    return std::optional(std::move(*take));
}

namespace {

fs::path record_path(const fs::path& folder, const std::string& arm, int repeat) {
    return folder / "records" / fmt::format("{}-{}.json", arm, repeat);
}

}  // namespace

bool was_made(const fs::path& folder, const TakeRequest& request) {
    std::error_code ignored;
    const fs::path facts = take_path(folder, request.arm, request.repeat).replace_extension(".json");
    const fs::path record = record_path(folder, request.arm, request.repeat);
    if (fs::exists(facts, ignored) || fs::exists(record, ignored)) return true;
    const auto whole = read_record(folder);
    return whole && whole->contains("complete") && whole->at("complete") == true;
}

Result<Done> refuse_another_record(const fs::path& folder, const TakeRecord& record) {
    constexpr std::size_t most_bytes = std::size_t{64} << 20U;
    const fs::path file = record_path(folder, record.arm, record.repeat);
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return Done{};
    const auto stored = read_text(file, most_bytes);
    if (!stored) return stored.error();
    if (*stored == to_json(record)) return Done{};
    return Fault{Fault::Kind::take_invalid, "",
                 file.string() + ": is not what this program reads from that take and its facts (" +
                     take_path(folder, record.arm, record.repeat).string() +
                     "); one of them was changed. Nothing was rewritten"};
}

Result<Done> store_record(const fs::path& folder, const TakeRecord& record) {
    const auto same = refuse_another_record(folder, record);
    if (!same) return same.error();
    const auto made = make_folder(folder / "records");
    if (!made) return made.error();
    return write_atomic(record_path(folder, record.arm, record.repeat), to_json(record));
}

}  // namespace fourpole
