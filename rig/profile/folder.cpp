// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/folder.hpp"

#include "rig/files/read_text.hpp"
#include "rig/profile/load.hpp"
#include "rig/profile/snapshot.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#ifndef FOURPOLE_PROFILES_SOURCE
#define FOURPOLE_PROFILES_SOURCE "profiles"
#endif

namespace fourpole {

namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// Ids of one kind, told by what stands in the files, not by how they are called. An id that
/// is already there stays.
void add_files_by_id(const fs::path& folder, std::map<std::string, fs::path>& by_id) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());

    for (const auto& file : files) {
        std::string id = file.stem().string();
        if (const auto text = read_text(file, JsonLimits{}.bytes))
            if (const auto json = parse_json(*text, file.string());
                json && json->is_object() && json->contains("id"))
                if (const Json& named = json->at("id"); named.is_string()) id = named;
        by_id.emplace(id, file);
    }
}

/// Those of the own profiles folder, then the shipped ones: who adds one player need not copy
/// all plugs.
std::map<std::string, fs::path> files_by_id(const std::string& kind, const fs::path& root) {
    std::map<std::string, fs::path> by_id;
    const fs::path shipped = profiles_folder();
    std::error_code ignored;
    add_files_by_id(root / (kind + "s"), by_id);
    if (!fs::equivalent(root, shipped, ignored)) add_files_by_id(shipped / (kind + "s"), by_id);
    return by_id;
}

bool is_path(const std::string& word) {
    return word.find('/') != std::string::npos || fs::path(word).extension() == ".json";
}

/// What `word` names, or the ids that there are instead.
struct Found {
    std::optional<fs::path> file;
    std::vector<std::string> ids;
};
Found look_up(const std::string& kind, const std::string& word, const Base& base) {
    if (auto kept = kept_in_snapshot(base.root, kind, word)) return {std::move(kept), {}};
    if (is_path(word)) {
        const fs::path path = fs::path(word).is_absolute() ? fs::path(word) : base.folder / word;
        std::error_code ignored;
        return {fs::exists(path, ignored) ? std::optional(path) : std::nullopt, {}};
    }
    const auto by_id = files_by_id(kind, base.root);
    if (const auto it = by_id.find(word); it != by_id.end()) return {it->second, {}};
    Found nothing;
    for (const auto& [id, file] : by_id) nothing.ids.push_back(id);
    return nothing;
}

std::string choices_in_words(const std::string& kind, const std::string& word, const Found& found) {
    if (is_path(word)) return "the path of an existing file, or the id of a " + kind;
    if (found.ids.empty()) return "the path of a " + kind + " file (there are none in the profiles folder)";
    return in_words(found.ids) + ", or a path";
}

}  // namespace

fs::path profiles_folder() {
    if (const char* given = std::getenv("FOURPOLE_PROFILES"); given != nullptr && *given != '\0')
        return given;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const fs::path& beside : {program / ".." / "profiles", program / "profiles"})
        if (is_folder(beside / "schema")) return fs::weakly_canonical(beside, ignored);
    return FOURPOLE_PROFILES_SOURCE;
}

fs::path root_of(const fs::path& file) {
    std::error_code ignored;
    fs::path folder = fs::absolute(file, ignored).lexically_normal().parent_path();
    for (;; folder = folder.parent_path()) {
        if (is_folder(folder / "players")) return folder;
        if (folder == folder.parent_path()) return profiles_folder();
    }
}

Base base_of(const fs::path& file) { return {root_of(file), file.parent_path()}; }

Result<fs::path> find_profile(const std::string& kind, const std::string& word, const Base& base) {
    const Found found = look_up(kind, word, base);
    if (found.file) return *found.file;
    const std::string near = nearest(word, found.ids);
    return Fault{Fault::Kind::bad_input, "",
                 "there is no " + kind + " " + in_words(Json(word)) +
                     "; allowed: " + choices_in_words(kind, word, found) +
                     (near.empty() ? "" : " (nearest known id: " + near + ")")};
}

std::vector<std::string> profile_ids(const std::string& kind) {
    std::vector<std::string> ids;
    for (const auto& [id, file] : files_by_id(kind, profiles_folder())) ids.push_back(id);
    return ids;
}

std::optional<fs::path> follow(const std::string& kind, const std::string& word, const Base& base,
                               const std::string& pointer, Findings& findings) {
    const Found found = look_up(kind, word, base);
    if (!found.file) {
        const std::string near = nearest(word, found.ids);
        findings.add(
            pointer, "the unknown " + kind + " " + in_words(Json(word)),
            choices_in_words(kind, word, found) + (near.empty() ? "" : " (nearest known id: " + near + ")"));
    }
    return found.file;
}

}  // namespace fourpole
