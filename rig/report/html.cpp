// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/markup.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/page.hpp"
#include "rig/report/style.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/trouble.hpp"

#include <fmt/format.h>

namespace fourpole {
namespace {

std::string title_of(const RunRecord& run) {
    return run.session_name.empty() ? run.session_id.empty() ? "Run" : run.session_id : run.session_name;
}

}  // namespace

std::string head_section(const RunRecord& run) {
    std::string out = "<header>";
    if (run.simulated)
        out +=
            "<div class=\"badge\" title=\"No device was measured: the bench was a "
            "simulation\">SIMULATED</div>";
    out += fmt::format("<h1>{}</h1><p class=\"meta\">", isolated(title_of(run)));
    out += fmt::format("<span>{}, {}</span>", counted(run.arms.size(), "arm"),
                       counted(run.takes.size(), "take"));
    out += fmt::format("<span>bench: {}</span>", isolated(run.bench.empty() ? "unknown" : run.bench));
    out += fmt::format("<span>programme: {}</span>", isolated(run.programme_id));
    if (run.simulated) out += fmt::format("<span>seed {}</span>", run.seed);
    if (!run.fault.empty()) out += fmt::format("<span class=\"bad\">planted: {}</span>", isolated(run.fault));
    return out + "</p></header>";
}

std::string trouble_section(const RunRecord& run) {
    std::string alerts, items, notes;
    if (!run.valid) alerts += "<p><strong>This run is not valid.</strong> Its figures must not be used.</p>";
    if (!run.complete)
        alerts += fmt::format(
            "<p><strong>Stopped before every take was made.</strong> {}. What follows is what there is.</p>",
            isolated(stopped_text(run)));
    if (const std::size_t failed = failed_limits(run); failed > 0)
        alerts += fmt::format("<p><strong>{} failed.</strong></p>", counted(failed, "limit"));
    for (const auto& limit : run.limits)
        if (limit.tested && limit.failed)
            items +=
                fmt::format("<li><strong>outside limit</strong> {}</li>", typeset(isolated(limit.sentence)));
    for (const Remark& r : remarks(run)) {
        if (r.weight == Remark::Weight::note) {
            notes += fmt::format("<li>{}</li>", isolated(r.text));
            continue;
        }
        const char* word = r.weight == Remark::Weight::diagnosis        ? "diagnosis"
                           : r.weight == Remark::Weight::model_violated ? "model violated"
                                                                        : "not valid";
        items += fmt::format("<li><strong>{}</strong> {}</li>", word, isolated(r.text));
    }
    for (const auto& arm : run.arms)
        if (perhaps_another_arm(run, arm.id))
            items += fmt::format("<li><strong>perhaps another arm</strong>: {}</li>", isolated(arm.id));
        else if (wired_otherwise(run, arm.id))
            items += fmt::format("<li><strong>wired otherwise than predicted</strong>: arm {}</li>",
                                 isolated(arm.id));
    std::string out;
    if (!alerts.empty() || !items.empty())
        out += "<section class=\"alert\">" + alerts + (items.empty() ? "" : "<ul>" + items + "</ul>") +
               "</section>";
    if (!notes.empty()) out += "<section class=\"card note\">Worth knowing:<ul>" + notes + "</ul></section>";
    return out;
}

std::string reading_guide() {
    return "<section><h2>How to read this</h2><dl>"
           "<dt>u</dt><dd>Standard uncertainty of a figure (k = 1); about 95 % of the time the truth lies "
           "within "
           "two of them.</dd>"
           "<dt>model 95 %</dt><dd>What the player's and earphone's profiles predict, with the spread of "
           "their "
           "tolerances; computed before the first take.</dd>"
           "<dt>z</dt><dd>Distance of the measurement from the prediction in combined standard "
           "uncertainties; "
           "beyond 3.5 the model is violated.</dd>"
           "<dt>at most</dt><dd>The instrument's own floor rules here: the truth is there or lower. In plots "
           "a mark "
           "pointing down.</dd>"
           "<dt>undecided</dt><dd>The interval does not clear the smallest difference that matters; more "
           "takes, "
           "where they would help, are named.</dd></dl></section>";
}

std::string html(const RunRecord& record) {
    int plots = 0;
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        // The page can ask for nothing, whatever a profile's author wrote.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
        "style-src 'unsafe-inline';img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n";
    out += fmt::format("<title>{}{}</title>\n<style>{}</style></head>\n<body><main>\n",
                       record.simulated ? "SIMULATED: " : "", escaped(title_of(record)), page_style);
    out += head_section(record) + "\n";
    out += trouble_section(record) + "\n";
    out += claims_section(record) + "\n";
    out += overlay_section(record, plots) + "\n";
    out += arms_section(record, plots) + "\n";
    out += limits_section(record) + "\n";
    out += reading_guide() + "\n";
    out += evidence_section(record) + "\n";
    out += fmt::format(
        "<footer>fourpole {}, revision {}. The figures behind this page, with units and "
        "definitions, are in record.json beside it.</footer>\n",
        escaped(program_version()), escaped(program_revision()));
    return out + "</main></body></html>\n";
}

}  // namespace fourpole
