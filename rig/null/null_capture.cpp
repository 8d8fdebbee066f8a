// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/null_capture.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

namespace fourpole {

namespace {

NullCapture facts_of(const Take& take) {
    NullCapture out;
    out.rate_hz = take.rate_hz;
    out.step = std::ldexp(1.0, take.floating_point ? -23 : 1 - take.bits);
    out.called = take.facts.channels;
    return out;
}

/// One reader for all channels and threads.
struct Shared {
    explicit Shared(TakeReader its) : reader(std::move(its)) {}
    std::mutex one_at_a_time;
    TakeReader reader;
};

}  // namespace

NullCapture in_memory(Take take) {
    NullCapture out = facts_of(take);
    for (std::vector<double>& channel : take.channels) {
        const auto kept = std::make_shared<const std::vector<double>>(std::move(channel));
        out.channels.emplace_back(kept->size(), [kept](std::size_t from, std::span<double> to) {
            std::copy_n(kept->begin() + static_cast<std::ptrdiff_t>(from), to.size(), to.begin());
        });
    }
    return out;
}

NullCapture on_disk(TakeReader reader, const Take& described) {
    NullCapture out = facts_of(described);
    const std::size_t frames = reader.frames(), channels = reader.channels();
    const auto shared = std::make_shared<Shared>(std::move(reader));
    for (std::size_t c = 0; c < channels; ++c)
        out.channels.emplace_back(frames, [shared, c](std::size_t from, std::span<double> to) {
            const std::lock_guard lock(shared->one_at_a_time);
            const auto samples = shared->reader.read(from, to.size(), {&c, 1});
            if (!samples) throw samples.error();
            std::copy(samples->front().begin(), samples->front().end(), to.begin());
        });
    return out;
}

}  // namespace fourpole
