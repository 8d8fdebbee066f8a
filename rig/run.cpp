// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/run.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/flow/predictions.hpp"
#include "rig/flow/run_folder.hpp"
#include "rig/flow/takes.hpp"

namespace fourpole {

// session -> predictions -> takes -> readings -> comparison -> verdicts: the table of contents.

Result<RunRecord> run(const Session& session, AudioPort& bench, const RunOrder& order,
                      const RunProgress& progress) {
    const auto safe = refuse_hazards(session);
    if (!safe) return safe.error();
    const auto opened = open_run_folder(order.folder, session, order.facts, order.resume);
    if (!opened) return opened.error();

    progress(0.0, "predicting");
    auto predictions = predict_arms(session, order.facts.draws);
    if (!predictions) return predictions.error();
    const auto stored = store_predictions(order.folder, *predictions);
    if (!stored) return stored.error();

    // Whoever notes these down before the first take need not trust the files afterwards.
    std::string hashes = "predictions stored, SHA-256";
    for (const ArmPrediction& p : *predictions) hashes += " " + p.arm + " " + p.sha256.substr(0, 16);
    progress(0.0, hashes);

    auto takes = take_all(session, bench, order.folder, order.facts, *predictions, progress);
    if (!takes) return takes.error();
    return conclude(session, order.facts, std::move(*predictions), std::move(*takes));
}

Result<RunRecord> run_again(const std::filesystem::path& folder, const RunProgress& progress) {
    const auto stored = load_run_folder(folder);
    if (!stored) return stored.error();
    auto predictions = predictions_again(folder, stored->session, stored->facts.draws);
    if (!predictions) return predictions.error();

    std::vector<TakeRecord> takes;
    const auto order = take_order(stored->session);
    for (const TakeRequest& request : order) {
        progress(static_cast<double>(takes.size()) / static_cast<double>(order.size()), "reading takes");
        auto take = stored_take(folder, request, stored->facts);
        if (!take) return take.error();
        if (!*take && was_made(folder, request))
            return Fault{Fault::Kind::take_invalid, "",
                         take_path(folder, request.arm, request.repeat).string() +
                             ": is missing, and the run had made it; put it back. Nothing was rewritten"};
        if (!*take) continue;  // a run that was stopped: the record names what it never made
        auto record = record_of(**take, stored->session.programme, false);
        if (!record) return record.error();
        const auto same = refuse_another_record(folder, *record);
        if (!same) return same.error();
        takes.push_back(std::move(*record));
    }
    return conclude(stored->session, stored->facts, std::move(*predictions), std::move(takes));
}

}  // namespace fourpole
