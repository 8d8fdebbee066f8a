// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/duplex_take.hpp"

#include "drivers/audio/alsa_formats.hpp"
#include "drivers/audio/audio_callback.hpp"
#include "drivers/audio/rtaudio_stream.hpp"
#include "drivers/audio/stream_watch.hpp"
#include "drivers/audio/take_writer.hpp"
#include "rig/capture/part_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace fourpole {

namespace {

using namespace std::chrono_literals;
constexpr double ring_s = 2.0;  // on its way at most: what a busy disk may keep us waiting

/// What the audio thread holds. A device that hangs while it is closed keeps it for itself, muted.
struct Running {
    Running(AudioCallback::Plan plan) : callback(std::move(plan), trouble) {}
    StreamTrouble trouble;
    AudioCallback callback;
    std::unique_ptr<RtaudioStream> stream;
};

void on_block(void* user, void* out, const void* in, unsigned frames, bool flagged) noexcept {
    static_cast<AudioCallback*>(user)->block(out, in, frames, flagged);
}

/// Silent and closed on every way out. Closing waits for the audio thread, and that one may wait for a device
/// that never answers again: then it is left to itself, muted.
class Silence {
public:
    explicit Silence(std::shared_ptr<Running> running) : running_(std::move(running)) {}
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() {
        running_->callback.mute();
        std::promise<void> closed;
        auto waits = closed.get_future();
        std::thread closing([running = running_, done = std::move(closed)]() mutable {
            running->stream->abort_and_close();
            done.set_value();
        });
        if (waits.wait_for(400ms) == std::future_status::ready)
            closing.join();
        else
            closing.detach();
    }

private:
    std::shared_ptr<Running> running_;
};

AudioCallback::Plan callback_plan(const DuplexOrder& order) {
    AudioCallback::Plan plan;
    plan.word = word_of(order.api);
    plan.outputs = order.outputs;
    plan.inputs = order.inputs;
    plan.rate_hz = order.rate_hz;
    plan.frames = order.lead + order.programme + order.tail;
    plan.ceiling = order.ceiling;
    plan.quiet = order.lead;
    plan.most_dc = order.most_dc;
    plan.most_rms = order.most_rms;
    plan.waits = order.virtual_clock;
    plan.ring_frames =
        std::max<std::size_t>(static_cast<std::size_t>(ring_s * order.rate_hz), 16 * order.block);
    return plan;
}

std::optional<Fault> breach_of(const DuplexOrder& order, const AudioCallback& callback) {
    const auto breach = callback.breach();
    if (!breach) return std::nullopt;
    return Fault{Fault::Kind::unsafe, order.device,
                 fmt::format("output {} would have exceeded its ceiling of {:.4g} of full scale at frame {}; "
                             "the block was not played",
                             breach->output + 1, order.ceiling[breach->output], breach->frame)};
}

std::optional<Fault> too_much_in(const DuplexOrder& order, const AudioCallback& callback) {
    const auto found = callback.too_much_in();
    if (!found) return std::nullopt;
    const auto unsafe = [&](const std::string& what) {
        return Fault{Fault::Kind::unsafe, order.device, what};
    };
    if (found->is_dc)
        return unsafe(
            fmt::format("input {} stands at {:+.3g} of full scale of DC while nothing plays; at most {:.3g} "
                        "is allowed. Is "
                        "the right plug in, and nothing else wired to it? Nothing was played",
                        found->input + 1, found->value, order.most_dc[found->input]));
    return unsafe(
        fmt::format("input {} holds {:.3g} of full scale rms at frame {}; at most {:.3g} is allowed. "
                    "Turn down what stands between the outputs and it; nothing was played any more",
                    found->input + 1, found->value, found->frame, order.most_rms[found->input]));
}

/// What the audio thread and the disk found; nothing = all is well.
std::optional<Fault> found(const DuplexOrder& order, const AudioCallback& callback,
                           const TakeWriter& writer) {
    const auto bench = [&](const std::string& what) {
        return Fault{Fault::Kind::bench_trouble, order.device, what};
    };
    if (auto breach = breach_of(order, callback)) return breach;
    if (auto much = too_much_in(order, callback)) return much;
    if (callback.ran_full()) return bench("the disk was too slow for what came in; use a faster one");
    if (callback.ran_empty()) return bench("this machine was too slow to make what is played");
    if (writer.failed()) return bench("what came in could not be stored");
    return std::nullopt;
}

/// From the first block to the last, or to what ended it.
std::optional<Fault> watch(const DuplexOrder& order, Running& running, const TakeWriter& writer,
                           const std::function<bool(double)>& progress) {
    AudioCallback& callback = running.callback;
    StreamWatch clock(order.rate_hz, order.block, !order.virtual_clock, StreamWatch::Clock::now());
    const double all = static_cast<double>(callback.plan().frames);
    for (unsigned round = 0;; ++round) {
        const bool done = callback.done();  // asked first: what is told with the last block is still heard
        const std::uint64_t frames = callback.captured();
        // Before a ring that ran empty or full: with a device that runs away both do.
        const std::string wrong = running.trouble.ended()
                                      ? fmt::format("lost: {}", running.trouble.sentence())
                                      : clock.look(frames, StreamWatch::Clock::now());
        if (!wrong.empty() && !callback.breach())
            return Fault{Fault::Kind::bench_trouble, order.device,
                         fmt::format("{} (frame {})", wrong, frames)};
        if (auto fault = found(order, callback, writer)) return fault;
        if (done) return std::nullopt;
        if (round % 10 == 0 && progress && !progress(static_cast<double>(frames) / all)) {
            callback.fade_out();
            for (int wait = 0; wait < 100 && !callback.muted(); ++wait) std::this_thread::sleep_for(5ms);
            return Fault{Fault::Kind::stopped, order.device, "stopped by the operator during a take"};
        }
        std::this_thread::sleep_for(5ms);
    }
}

std::optional<Fault> counted(const DuplexOrder& order, const CounterCheck& counter) {
    if (!order.counter) return std::nullopt;
    const auto invalid = [&](const std::string& what) {
        return Fault{Fault::Kind::take_invalid, order.device, what};
    };
    if (!counter.heard())
        return invalid(
            fmt::format("the counter of output {} does not come back on input {}; is the way between "
                        "them there, digital, and at its full level?",
                        order.counter->output + 1, order.counter->input + 1));
    if (counter.count() == 0) return std::nullopt;
    std::string first;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, counter.events().size()); ++i)
        first += (i > 0 ? ", " : "") + in_words(counter.events()[i]);
    return invalid(fmt::format("the stream is broken {}: {}{}",
                               counter.count() == 1 ? "once" : fmt::format("{} times", counter.count()),
                               first, counter.count() > 3 ? " ..." : ""));
}

DuplexReport report_of(const AudioCallback& callback, const TakeWriter& writer) {
    DuplexReport out;
    out.frames = writer.stored();
    out.flagged = callback.flagged();
    if (writer.counter().heard()) out.delay = writer.counter().delay();
    out.events = writer.counter().events();
    out.event_count = writer.counter().count();
    if (callback.plan().word == SampleWord::int32)
        out.bits = (writer.bits_seen() & 0xffU) != 0 ? 32 : (writer.bits_seen() & 0xffffU) != 0 ? 24 : 16;
    return out;
}

}  // namespace

DuplexEnd play_and_record(const DuplexOrder& order, const OutputWave::Programme& programme,
                          const std::function<bool(double)>& progress) {
    DuplexEnd end;
    const auto give_up = [&](const Fault& fault) {
        end.fault = fault;
        return end;
    };
    if (order.api == AudioApi::alsa)
        if (auto safe = alsa_device_is_safe(order.device, order.bits); !safe) return give_up(safe.error());
    auto part =
        PartFile::create(order.part, order.rate_hz, order.inputs, word_of(order.api) == SampleWord::float32);
    if (!part) return give_up(part.error());

    const auto running = std::make_shared<Running>(callback_plan(order));
    AudioCallback& callback = running->callback;
    OutputWave wave(
        {callback.plan().word, order.outputs, callback.plan().rate_hz, order.lead, order.programme,
         order.tail, order.counter ? std::optional(order.counter->output) : std::nullopt},
        programme);
    TakeWriter writer(callback, wave, *part,
                      order.counter ? std::optional(order.counter->input) : std::nullopt);
    auto stream = RtaudioStream::open({order.api, order.device, order.outputs, order.inputs, order.rate_hz,
                                       order.block, !order.virtual_clock},
                                      &on_block, &callback, running->trouble);
    if (!stream) return give_up(stream.error());
    running->stream = std::move(*stream);
    writer.ready();
    {
        const Silence afterwards(running);
        if (auto started = running->stream->start(); !started)
            end.fault = started.error();
        else
            end.fault = watch(order, *running, writer, progress);
    }
    const auto stored = writer.finish();
    end.report = report_of(callback, writer);
    if (!stored) end.fault = stored.error();
    if (!end.fault) end.fault = counted(order, writer.counter());
    return end;
}

}  // namespace fourpole
