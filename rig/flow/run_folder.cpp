// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/run_folder.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/files/read_text.hpp"
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

Json to_json_value(const Session& session, const RunFacts& facts) {
    Json json;
    json["schema"] = "fourpole/run@1";
    json["session_sha256"] = session.sha256;
    json["bench"] = facts.bench;
    json["simulated"] = facts.simulated;
    json["seed"] = facts.seed;
    json["fault"] = facts.fault;
    json["draws"] = facts.draws;
    return json;
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
    for (const char* key : {"session_sha256", "bench", "simulated", "seed", "fault", "draws"})
        if (!json->is_object() || !json->contains(key))
            return Fault{Fault::Kind::bad_input, "",
                         fmt::format("{}: /{}: found nothing; it was not written by fourpole run",
                                     (folder / "run.json").string(), key)};
    if (!json->at("bench").is_string() || !json->at("simulated").is_boolean() ||
        !json->at("seed").is_number_unsigned() || !json->at("fault").is_string() ||
        !json->at("draws").is_number_unsigned())
        return Fault{Fault::Kind::bad_input, "",
                     (folder / "run.json").string() + ": a value is not what fourpole run writes there"};
    return json;
}

bool empty_or_absent(const fs::path& folder) {
    std::error_code ignored;
    return !fs::exists(folder, ignored) ||
           (fs::is_directory(folder, ignored) && fs::is_empty(folder, ignored));
}

}  // namespace

Result<Done> open_run_folder(const fs::path& folder, const Session& session, const RunFacts& facts,
                             bool resume) {
    const Json wanted = to_json_value(session, facts);
    std::error_code ignored;
    if (resume) {
        const auto there = read_run(folder);
        if (!there) return there.error();
        for (const auto& [key, value] : wanted.items())
            if (there->at(key) != value)
                return Fault{
                    Fault::Kind::bad_input, "",
                    fmt::format("{}: /{}: found {}; to resume, the run must be the same as before, here {}",
                                (folder / "run.json").string(), key, there->at(key).dump(), value.dump())};
        return Done{};
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
    return write_atomic(folder / "run.json", dump_json(wanted));
}

Result<StoredRun> load_run_folder(const fs::path& folder) {
    const auto json = read_run(folder);
    if (!json) return json.error();
    const auto file = session_in_snapshot(folder / "profiles");
    if (!file) return file.error();
    auto session = load_session(*file);
    if (!session) return session.error();
    if (Json(session->sha256) != json->at("session_sha256"))
        return Fault{
            Fault::Kind::bad_input, "",
            file->string() + ": has been changed since the run (its SHA-256 differs from run.json's)"};
    return StoredRun{std::move(*session),
                     {json->at("bench").get<std::string>(), json->at("simulated").get<bool>(),
                      json->at("seed").get<std::uint64_t>(), json->at("fault").get<std::string>(),
                      std::clamp(json->at("draws").get<int>(), 1, 1 << 20)}};
}

Result<std::optional<Take>> stored_take(const fs::path& folder, const std::string& arm, int repeat) {
    const fs::path file = take_path(folder, arm, repeat);
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return std::optional<Take>{};
    auto take = read_take(file);
    if (!take) return take.error();
    if (take->facts.arm != arm || take->facts.repeat != repeat)
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("{}: its facts say arm \"{}\", repeat {}; the run has arm \"{}\", repeat {} there",
                        file.string(), take->facts.arm, take->facts.repeat, arm, repeat)};
    return std::optional(std::move(*take));
}

Result<Done> store_record(const fs::path& folder, const TakeRecord& record) {
    const auto made = make_folder(folder / "records");
    if (!made) return made.error();
    return write_atomic(folder / "records" / fmt::format("{}-{}.json", record.arm, record.repeat),
                        to_json(record));
}

}  // namespace fourpole
