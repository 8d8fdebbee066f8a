// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"
#include "rig/profile/load.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <memory>
#include <string>
#include <vector>

namespace fourpole {

namespace {

struct CheckOptions {
    std::vector<std::string> files;
    bool json = false;
};

int check(const CheckOptions& options) {
    bool valid = true;
    Json all = Json::array();
    std::string text;
    for (const std::string& file : options.files) {
        const auto findings = check_file(file);
        valid = valid && findings.empty();
        all.push_back({{"file", file}, {"valid", findings.empty()}, {"findings", findings}});
        if (options.json) continue;
        for (const std::string& finding : findings) text += finding + "\n";
        if (findings.empty()) text += file + ": valid\n";
    }
    const auto printed = print_result(options.json ? dump_json(all) : text);
    if (!printed) return complain(printed.error());
    return valid ? 0 : exit_code(Fault::Kind::bad_input);
}

}  // namespace

void add_check(Verbs& verbs) {
    Verb verb = verbs.add("check", "Validates profiles, sessions, programmes, claims and flat circuits");
    const auto options = std::make_shared<CheckOptions>();
    verb.option("FILE", options->files, "One or more of our JSON files").required();
    verb.flag("--json", options->json, "Prints a JSON array: file, valid, findings");
    verb.footer(
        "Every finding is one line: file, place in it (JSON pointer), what was found, what is\n"
        "allowed, the nearest known key. A session is checked with everything it refers to.\n"
        "Exit code: 0 all valid, 2 otherwise.\n"
        "Example: fourpole check profiles/sessions/md_dr7_4pole_vs_3pole.json");
    verb.does([options] { return check(*options); });
}

}  // namespace fourpole
