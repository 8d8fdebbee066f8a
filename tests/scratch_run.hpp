// SPDX-License-Identifier: GPL-3.0-or-later
// The main job in a scratch folder, for the tests that walk the whole journey.
#pragma once

#include "drivers/drivers.hpp"
#include "rig/files/read_text.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/profile/load.hpp"
#include "rig/run.hpp"
#include "tests/shared_data.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace fourpole {

namespace fs = std::filesystem;

inline const fs::path session_file =
    fs::path(FOURPOLE_SOURCE) / "profiles/sessions/md_dr7_4pole_vs_3pole.json";

/// A folder of its own for each test, with a space and letters beyond ASCII in its name.
class Scratch {
public:
    Scratch() {
        std::string name = (fs::temp_directory_path() / "four pole Prüfstand XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

inline std::string file_text(const fs::path& file) {
    auto text = read_text(file, std::size_t{64} << 20U);
    REQUIRE(text.has_value());
    return std::move(*text);
}

/// The shipped session with another number of repeats: a file of its own, since a run keeps a
/// copy of the file and a report reads that again.
inline Session session_with(int repeats) {
    static const Scratch kept;
    std::string text = file_text(session_file);
    const std::string shipped = "\"repeats\": 3";
    const auto at = text.find(shipped);
    REQUIRE(at != std::string::npos);
    text.replace(at, shipped.size(), "\"repeats\": " + std::to_string(repeats));
    const fs::path file = kept.path() / ("repeats_" + std::to_string(repeats) + ".json");
    REQUIRE(write_atomic(file, text).has_value());
    auto session = load_session(file);
    if (!session) FAIL(session.error().what);
    return std::move(*session);
}

inline RunOrder order_in(const fs::path& folder, std::uint64_t seed, const std::string& fault = "") {
    return {folder, {"simulated", true, seed, fault, 256}, false};
}

inline bool go_on(double, const std::string&) { return true; }

inline RunRecord record_of_run(const Session& session, const RunOrder& order) {
    auto bench = open_bench("simulated", session, order.facts.seed, order.facts.fault);
    REQUIRE(bench.has_value());
    auto record = run(session, **bench, order, go_on);
    if (!record) FAIL(record.error().what);
    return std::move(*record);
}

inline const Verdict& verdict(const RunRecord& record, std::string_view claim) {
    for (const Verdict& v : record.verdicts)
        if (v.claim_id == claim) return v;
    FAIL("no verdict on " << claim);
    return record.verdicts.front();
}

inline std::string all_reasons(const RunRecord& record) {
    std::string out;
    for (const auto& r : record.reasons) out += r + "\n";
    return out;
}

}  // namespace fourpole
