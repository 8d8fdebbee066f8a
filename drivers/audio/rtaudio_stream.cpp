// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/rtaudio_stream.hpp"

#include "drivers/audio/alsa_name.hpp"

#include <RtAudio.h>
#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace fourpole {

namespace {

/// Who hears what the library says. Version 5.2 calls back without a word about which stream it is.
std::atomic<StreamTrouble*> listening{nullptr};

/// Streams that are not gone yet: one whose device hangs may be left behind, and what it says would be taken
/// for the next one's.
std::atomic<int> living{0};

bool alone_within_2_s() {
    for (int wait = 0; wait < 200 && living > 0; ++wait)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return living == 0;
}

using Listed = std::vector<std::pair<unsigned, RtAudio::DeviceInfo>>;  ///< beside the number that opens it

#if defined(RTAUDIO_VERSION_MAJOR) && RTAUDIO_VERSION_MAJOR >= 6

void hear(RtAudioErrorType type, const std::string& text) {
    if (StreamTrouble* const trouble = listening.load()) trouble->tell(text, type != RTAUDIO_WARNING);
}

struct Library {
    explicit Library(RtAudio::Api api) : audio(api, &hear) {}
    RtAudio audio;
};

Listed listed(RtAudio& audio) {
    Listed out;
    for (const unsigned id : audio.getDeviceIds()) {
        auto info = audio.getDeviceInfo(id);
        // ALSA and 5.2 call it "default", and so do the benches: one file serves both versions.
        if (info.name == "Default ALSA Device") info.name = "default";
        out.emplace_back(id, std::move(info));
    }
    return out;
}

/// What went wrong in `call`; "" = nothing.
template <class Call>
std::string trouble_of(RtAudio& audio, Call call) {
    return call() <= RTAUDIO_WARNING ? std::string() : audio.getErrorText();
}

template <class... Words>
auto open_stream(RtAudio& audio, Words... words) {
    return audio.openStream(words...);
}

#else

void hear(RtAudioError::Type type, const std::string& text) {
    const bool warning = type == RtAudioError::WARNING || type == RtAudioError::DEBUG_WARNING;
    if (StreamTrouble* const trouble = listening.load()) trouble->tell(text, !warning);
}

struct Library {
    explicit Library(RtAudio::Api api) : audio(api) { audio.showWarnings(false); }
    RtAudio audio;
};

Listed listed(RtAudio& audio) {
    Listed out;
    for (unsigned i = 0; i < audio.getDeviceCount(); ++i) try {
            if (auto info = audio.getDeviceInfo(i); info.probed) out.emplace_back(i, std::move(info));
        } catch (const RtAudioError&) {
            continue;  // one that cannot be asked is one that cannot be measured with
        }
    return out;
}

template <class Call>
std::string trouble_of(RtAudio&, Call call) {
    try {
        call();
    } catch (const RtAudioError& error) {
        return error.getMessage();
    }
    return "";
}

template <class... Words>
void open_stream(RtAudio& audio, Words... words) {
    audio.openStream(words..., &hear);
}

#endif

RtAudio::Api number_of(AudioApi api) {
    return api == AudioApi::jack ? RtAudio::UNIX_JACK : RtAudio::LINUX_ALSA;
}

Fault trouble(AudioApi api, const std::string& device, const std::string& what) {
    return {Fault::Kind::bench_trouble, device.empty() ? name(api) : fmt::format("{} {}", name(api), device),
            what};
}

Result<std::unique_ptr<Library>> library_of(AudioApi api) {
    quiet_alsa();  // whoever lists devices asks for mixers and cards that are not there
    std::vector<RtAudio::Api> compiled;
    RtAudio::getCompiledApi(compiled);
    for (const RtAudio::Api has : compiled)
        if (has == number_of(api)) return std::make_unique<Library>(has);
    return trouble(api, "", fmt::format("{} was built without it", RtaudioStream::version()));
}

}  // namespace

struct RtaudioStream::Inside {
    Order order;
    OnBlock on_block = nullptr;
    void* user = nullptr;
    StreamTrouble* trouble = nullptr;
    std::unique_ptr<Library> library;
};

RtaudioStream::RtaudioStream(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) { ++living; }

RtaudioStream::~RtaudioStream() {
    abort_and_close();
    StreamTrouble* mine = inside_->trouble;
    listening.compare_exchange_strong(mine, nullptr);
    --living;
}

std::string RtaudioStream::version() { return "RtAudio " + RtAudio::getVersion(); }

Result<std::vector<AudioDevice>> RtaudioStream::devices(AudioApi api) {
    auto library = library_of(api);
    if (!library) return library.error();
    std::vector<AudioDevice> out;
    for (auto& [number, info] : listed((*library)->audio))
        out.push_back({info.name,
                       info.outputChannels,
                       info.inputChannels,
                       {info.sampleRates.begin(), info.sampleRates.end()}});
    return out;
}

Result<std::unique_ptr<RtaudioStream>> RtaudioStream::open(const Order& order, OnBlock on_block, void* user,
                                                           StreamTrouble& hears) {
    auto library = library_of(order.api);
    if (!library) return library.error();
    const auto fault = [&](const std::string& what) { return trouble(order.api, order.device, what); };
    if (!alone_within_2_s())
        return fault("another device stood still and cannot be closed; unplug that one, and start again");
    RtAudio& audio = (*library)->audio;
    std::optional<unsigned> number;
    for (const auto& [n, info] : listed(audio))
        if (info.name == order.device) number = n;
    if (!number) return fault("is there no more");

    std::unique_ptr<RtaudioStream> stream(new RtaudioStream(
        std::make_unique<Inside>(Inside{order, on_block, user, &hears, std::move(*library)})));
    listening = &hears;
    RtAudio::StreamParameters out, in;
    out.deviceId = in.deviceId = *number;
    out.nChannels = order.outputs;
    in.nChannels = order.inputs;
    RtAudio::StreamOptions options;
    options.streamName = "fourpole";
    if (order.realtime) options.flags = RTAUDIO_SCHEDULE_REALTIME;
    unsigned block = order.block;
    const RtAudioCallback called = [](void* to, void* from, unsigned frames, double,
                                      RtAudioStreamStatus status, void* me) {
        const Inside& inside = *static_cast<const Inside*>(me);
        // libjack cancels its thread wherever that is when a server dies; to be unwound out of what throws
        // nothing would be the end of this program. It may be cancelled behind the block.
        int before = 0;
        ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
        inside.on_block(inside.user, to, from, frames, status != 0);
        ::pthread_setcancelstate(before, nullptr);
        return 0;
    };
    const RtAudioFormat format = word_of(order.api) == SampleWord::float32 ? RTAUDIO_FLOAT32 : RTAUDIO_SINT32;
    const std::string failed = trouble_of(audio, [&] {
        return open_stream(audio, order.outputs > 0 ? &out : nullptr, order.inputs > 0 ? &in : nullptr,
                           format, order.rate_hz, &block, called, static_cast<void*>(stream->inside_.get()),
                           &options);
    });
    if (!failed.empty() || !audio.isStreamOpen())
        return fault(fmt::format("cannot be opened with {} outputs and {} inputs at {} Hz: {}", order.outputs,
                                 order.inputs, order.rate_hz, failed.empty() ? hears.sentence() : failed));
    // ALSA takes the nearest rate and JACK the server's block, and neither says so.
    if (audio.getStreamSampleRate() != order.rate_hz)
        return fault(fmt::format("runs at {} Hz where {} Hz were asked for; choose a rate that it has",
                                 audio.getStreamSampleRate(), order.rate_hz));
    if (block != order.block)
        return fault(
            fmt::format("took blocks of {} frames where {} were asked for; write {} as \"block_frames\" of "
                        "the bench, or set the server to {}",
                        block, order.block, block, order.block));
    return stream;
}

Result<Done> RtaudioStream::start() {
    RtAudio& audio = inside_->library->audio;
    std::string failed = trouble_of(audio, [&] { return audio.startStream(); });
    if (failed.empty()) failed = inside_->trouble->sentence();
    if (!failed.empty())
        return trouble(inside_->order.api, inside_->order.device, "does not start: " + failed);
    return Done{};
}

void RtaudioStream::abort_and_close() noexcept {
    try {
        RtAudio& audio = inside_->library->audio;
        if (!audio.isStreamOpen()) return;
        if (audio.isStreamRunning()) (void)trouble_of(audio, [&] { return audio.abortStream(); });
        audio.closeStream();
    } catch (...) {
        return;  // a device that is gone cannot be closed any better
    }
}

}  // namespace fourpole
