// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/take_writer.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace fourpole {

namespace {

using namespace std::chrono_literals;
constexpr std::size_t frames_at_once = 4096;

}  // namespace

TakeWriter::TakeWriter(AudioCallback& callback, OutputWave& wave, PartFile& part,
                       std::optional<unsigned> counter_on)
    : callback_(callback),
      wave_(wave),
      part_(part),
      counter_on_(counter_on),
      counter_(callback.plan().word),
      thread_([this] { work(); }) {}

TakeWriter::~TakeWriter() { (void)finish(); }

void TakeWriter::ready() const {
    while (!ready_ && !failed_) std::this_thread::sleep_for(1ms);
}

bool TakeWriter::feed() {
    const auto& plan = callback_.plan();
    const std::size_t to_come = static_cast<std::size_t>(plan.frames - fed_);
    const std::size_t room = plan.outputs > 0 ? callback_.to_play().room() / plan.outputs : 0;
    const std::size_t now = std::min({to_come, room, frames_at_once});
    // In large pieces, but for the last one.
    if (now == 0 || (now < frames_at_once && now < to_come)) {
        ready_ = true;
        return false;
    }
    out_.resize(now * plan.outputs);
    wave_.next(out_);
    callback_.to_play().put(out_);
    fed_ += now;
    return true;
}

bool TakeWriter::store() {
    const unsigned inputs = callback_.plan().inputs;
    const std::size_t now = std::min(callback_.recorded().filled() / inputs, frames_at_once);
    if (now == 0) return false;
    in_.resize(now * inputs);
    callback_.recorded().take(in_);
    if (auto written = part_.append(in_); !written) {
        trouble_ = written.error();
        failed_ = true;
        return false;
    }
    for (const std::uint32_t word : in_) bits_seen_ |= word;
    if (counter_on_)
        for (std::size_t n = 0; n < now; ++n) counter_.hear(in_[n * inputs + *counter_on_]);
    stored_ += now;
    return true;
}

void TakeWriter::work() {
    try {
        while (!failed_) {
            const bool last =
                finishing_;  // asked before looking: what came in meanwhile is not to_come behind
            const bool fed = !last && feed();
            const bool stored = store();
            if (last && !stored) break;
            if (!fed && !stored) std::this_thread::sleep_for(1ms);
        }
    } catch (const std::exception& error) {
        trouble_ = Fault{Fault::Kind::bench_trouble, "", error.what()};
        failed_ = true;
    }
}

Result<Done> TakeWriter::finish() {
    finishing_ = true;
    if (thread_.joinable()) {
        thread_.join();
        counter_.end();
    }
    if (trouble_) return *trouble_;
    return part_.close();
}

}  // namespace fourpole
