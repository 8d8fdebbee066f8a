// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/replayed_bench.hpp"

#include "rig/capture/take_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

namespace fourpole {

Result<std::unique_ptr<ReplayedBench>> ReplayedBench::open(const std::filesystem::path& run_folder) {
    std::error_code trouble;
    std::vector<std::filesystem::path> takes;
    for (std::filesystem::directory_iterator entry(run_folder / "takes", trouble), end;
         !trouble && entry != end; entry.increment(trouble))
        if (entry->path().extension() == ".wav") takes.push_back(entry->path());
    if (takes.empty())
        return Fault{
            Fault::Kind::bad_input, "",
            fmt::format("{}: holds no takes to replay (takes/<arm>-<repeat>.wav)", run_folder.string())};
    // All takes of a run come from one bench; the first by name tells which.
    const auto first = read_take(*std::min_element(takes.begin(), takes.end()));
    if (!first) return first.error();
    return std::unique_ptr<ReplayedBench>(
        new ReplayedBench(run_folder, first->facts.bench, first->facts.simulated));
}

Result<Take> ReplayedBench::play_and_record(const TakeRequest& request, const Progress& progress) {
    if (progress && !progress(0.0))
        return Fault{Fault::Kind::stopped, identity_, "stopped by the operator before a take"};
    const std::filesystem::path file = take_path(folder_, request.arm, request.repeat);
    auto take = read_take(file);
    if (!take) return take.error();
    if (take->facts.arm != request.arm || take->facts.repeat != request.repeat)
        return Fault{
            Fault::Kind::take_invalid, "",
            fmt::format("{}: its facts say arm \"{}\", repeat {}; the run asks for arm \"{}\", repeat {}",
                        file.string(), take->facts.arm, take->facts.repeat, request.arm, request.repeat)};
    if (progress) progress(1.0);
    return take;
}

}  // namespace fourpole
