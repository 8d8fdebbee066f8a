// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/markup.hpp"
#include "rig/report/page.hpp"
#include "rig/report/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace fourpole {
namespace {

std::string take_row(const TakeRecord& take) {
    std::string reasons;
    for (const std::string& r : take.reasons) reasons += (reasons.empty() ? "" : "; ") + isolated(r);
    return fmt::format(
        "<tr><td>{}</td><td class=\"num\">{}</td><td class=\"{}\">{}</td><td class=\"num\">{:g} Hz</td>"
        "<td class=\"num\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        isolated(take.arm), take.repeat, take.valid ? "good" : "bad", take.valid ? "valid" : "not valid",
        take.rate_hz, take.frames, escaped(take.calibration), hash_text(take.take_sha256), reasons);
}

std::string hash_row(const std::string& what, const std::string& which, const std::string& sha256) {
    return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", what, isolated(which),
                       hash_text(sha256));
}

}  // namespace

std::string limits_section(const RunRecord& run) {
    if (run.limits.empty()) return "";
    std::string out =
        "<section><h2>Limits</h2><div class=\"scroll\"><table><thead><tr><th>result</th><th>arm</th>"
        "<th>reading</th><th>limit</th></tr></thead><tbody>";
    for (const auto& limit : limits_worst_first(run)) {
        const char* tone = !limit.tested ? "soft" : limit.failed ? "bad" : "good";
        const char* word = !limit.tested ? "not tested" : limit.failed ? "failed" : "inside";
        out += fmt::format("<tr><td class=\"{}\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", tone, word,
                           isolated(limit.arm), isolated(limit.reading), typeset(isolated(limit.sentence)));
    }
    return out + "</tbody></table></div></section>";
}

std::string evidence_section(const RunRecord& run) {
    std::string out = "<section><h2>Takes and hashes</h2>";
    if (!run.takes.empty()) {
        out +=
            "<div class=\"scroll\"><table><thead><tr><th>arm</th><th class=\"num\">take</th><th>state</th>"
            "<th class=\"num\">rate</th><th "
            "class=\"num\">frames</th><th>calibration</th><th>SHA-256</th><th>remarks</th>"
            "</tr></thead><tbody>";
        for (const TakeRecord& take : run.takes) out += take_row(take);
        out += "</tbody></table></div>";
    }
    out +=
        "<h3>What went in</h3><div "
        "class=\"scroll\"><table><thead><tr><th>file</th><th>id</th><th>SHA-256</th></tr>"
        "</thead><tbody>";
    out += hash_row("session", run.session_id, run.session_sha256);
    out += hash_row("programme", run.programme_id, run.programme_sha256);
    for (const auto& arm : run.arms) {
        out += hash_row("player of " + isolated(arm.id), arm.player, arm.player_sha256);
        out += hash_row("earphone of " + isolated(arm.id), arm.earphone, arm.earphone_sha256);
    }
    for (const ArmPrediction& p : run.predictions)
        out += hash_row("prediction for " + isolated(p.arm), "made before the first take", p.sha256);
    std::vector<std::string> shown;
    for (const Verdict& v : run.verdicts) {
        if (v.claim_sha256.empty() || std::find(shown.begin(), shown.end(), v.claim_id) != shown.end())
            continue;
        shown.push_back(v.claim_id);
        out += hash_row("claim", v.claim_id, v.claim_sha256);
    }
    return out + "</tbody></table></div></section>";
}

}  // namespace fourpole
