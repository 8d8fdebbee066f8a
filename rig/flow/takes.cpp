// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/takes.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/flow/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace fourpole {

namespace {

constexpr std::chrono::milliseconds between_looks{100};

/// The measurement of a take on a thread of its own; it ends where the one that holds it does.
class Pending {
public:
    Pending(Take take, const Programme& programme, std::string step)
        : step_(std::move(step)),
          record_(std::async(std::launch::async, [this, &programme, t = std::move(take)]() mutable {
              return record_of(t, programme, false, {}, [this](double part) {
                  part_ = part;
                  return !stop_;
              });
          })) {}
    ~Pending() { stop_ = true; }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    /// Tells how far it is until it is done, or until nobody wants it.
    Result<TakeRecord> record(const std::function<bool(double, const std::string&)>& progress) {
        while (record_.wait_for(between_looks) != std::future_status::ready)
            if (!progress(part_, "reading " + step_))
                return Fault{Fault::Kind::stopped, "",
                             fmt::format("stopped by the operator while {} was read; what was taken is kept, "
                                         "go on with --resume",
                                         step_)};
        return record_.get();
    }

private:
    std::string step_;
    std::atomic<bool> stop_ = false;
    std::atomic<double> part_ = 0.0;
    std::future<Result<TakeRecord>>
        record_;  ///< the last: its end waits for the thread, which asks the others
};

/// Waits for the measurement, stores its record.
std::optional<Fault> collect(std::unique_ptr<Pending>& pending, const std::filesystem::path& folder,
                             const std::function<bool(double, const std::string&)>& progress,
                             std::vector<TakeRecord>& out) {
    auto record = pending->record(progress);
    pending.reset();
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
    std::unique_ptr<Pending> pending;
    // The last take is read when all are played: one part more.
    const auto whole = static_cast<double>(order.size() + 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const TakeRequest& request = order[i];
        const std::string step =
            fmt::format("arm {}, take {} of {}", request.arm, request.repeat, session.repeats);
        const auto part = [&](double fraction) {
            return progress((static_cast<double>(i) + fraction) / whole, step);
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
        const auto played = [&](double, const std::string& what) {
            return progress(static_cast<double>(i + 1) / whole, what);
        };
        if (pending)
            if (auto fault = collect(pending, folder, played, out)) return *fault;
        pending = std::make_unique<Pending>(std::move(*take), session.programme, step);
    }
    const auto at_last = [&](double part, const std::string& what) {
        return progress((static_cast<double>(order.size()) + part) / whole, what);
    };
    if (pending)
        if (auto fault = collect(pending, folder, at_last, out)) return *fault;
    return out;
}

}  // namespace fourpole
