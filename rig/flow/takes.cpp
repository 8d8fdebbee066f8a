// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/takes.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/flow/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <future>
#include <optional>

namespace fourpole {

namespace {

using Pending = std::future<Result<TakeRecord>>;

/// Waits for the oldest measurement, stores its record.
std::optional<Fault> collect(std::deque<Pending>& pending, const std::filesystem::path& folder,
                             std::vector<TakeRecord>& out) {
    auto record = pending.front().get();
    pending.pop_front();
    if (!record) return record.error();
    const auto stored = store_record(folder, *record);
    if (!stored) return stored.error();
    out.push_back(std::move(*record));
    return std::nullopt;
}

std::string prediction_of(const std::string& arm, const std::vector<ArmPrediction>& predictions) {
    for (const ArmPrediction& p : predictions)
        if (p.arm == arm) return p.sha256;
    return "";
}

}  // namespace

std::vector<TakeRequest> take_order(const Session& session) {
    std::vector<TakeRequest> out;
    for (int repeat = 1; repeat <= session.repeats; ++repeat) {
        const std::size_t first = out.size();
        for (const Arm& arm : session.arms) out.push_back({arm.id, repeat});
        if (repeat % 2 == 0) std::reverse(out.begin() + static_cast<std::ptrdiff_t>(first), out.end());
    }
    return out;
}

Result<std::vector<TakeRecord>> take_all(const Session& session, AudioPort& bench,
                                         const std::filesystem::path& folder, const RunFacts& facts,
                                         const std::vector<ArmPrediction>& predictions,
                                         const std::function<bool(double, const std::string&)>& progress) {
    const auto order = take_order(session);
    std::vector<TakeRecord> out;
    std::deque<Pending> pending;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const TakeRequest& request = order[i];
        const std::string step =
            fmt::format("arm {}, take {} of {}", request.arm, request.repeat, session.repeats);
        const auto part = [&](double fraction) {
            return progress((static_cast<double>(i) + fraction) / static_cast<double>(order.size()), step);
        };
        if (!part(0.0))
            return Fault{
                Fault::Kind::stopped, "",
                fmt::format("stopped by the operator before {}; what was taken is kept, go on with --resume",
                            step)};
        auto stored = stored_take(folder, request, facts);
        if (!stored) return stored.error();
        std::optional<Take> take = std::move(*stored);
        if (!take) {
            TakeRequest asked = request;
            asked.folder = take_path(folder, request.arm, request.repeat).parent_path();
            auto played = bench.play_and_record(asked, part);
            if (!played) return played.error();
            // A take that has a hash lay on disk before: a replay, which this prediction did not precede.
            if (played->sha256.empty())
                played->facts.prediction_sha256 = prediction_of(request.arm, predictions);
            const auto written = write_take(*played, take_path(folder, request.arm, request.repeat));
            // Something was played: what went wrong now is no question of the input any more.
            if (!written)
                return Fault{Fault::Kind::bench_trouble, "",
                             written.error().what + "; what was taken before is kept, go on with --resume"};
            take = std::move(*played);
        }
        // One measurement beside the next take: two cores, and never more than two takes in memory.
        while (!pending.empty())
            if (auto fault = collect(pending, folder, out)) return *fault;
        pending.push_back(std::async(std::launch::async, [&session, t = std::move(*take)]() mutable {
            return record_of(t, session.programme, false);
        }));
    }
    while (!pending.empty())
        if (auto fault = collect(pending, folder, out)) return *fault;
    return out;
}

}  // namespace fourpole
