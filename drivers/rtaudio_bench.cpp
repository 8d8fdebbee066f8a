// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/rtaudio_bench.hpp"

#include "drivers/audio/alsa_formats.hpp"
#include "drivers/audio/alsa_name.hpp"
#include "drivers/audio/level_probe.hpp"
#include "drivers/audio/rtaudio_stream.hpp"
#include "drivers/recorded_events.hpp"
#include "drivers/take_facts.hpp"
#include "rig/capture/take_facts.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/capture/take_reader.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <system_error>

namespace fourpole {

namespace {

/// -20 dB of full scale, where nobody knows the volts.
constexpr double careful_ceiling = 0.1;
/// The session's own where it says nothing (EN 50332-2: what a player may put into an unknown earphone).
constexpr double ceiling_of_unknown_v_rms = 0.15;
/// The counter ends at 0.48 of full scale; no earphone hangs on its channel.
constexpr double counter_ceiling = 0.5;
/// What stands at an earphone while nothing plays: 20 mV is what makers of headphone amplifiers allow.
constexpr double most_dc_v = 0.02;
/// By which the volts at the plug may exceed the session's ceiling: 1 dB, what nobody knows of full scale.
constexpr double over_ceiling = 1.122;
/// Silence before the programme, and behind it for what comes back late or rings on.
constexpr double lead_s = 0.2, tail_s = 0.4;

/// Channels of the card that must be open for these.
unsigned needed(const PerSide<unsigned>& both, std::optional<unsigned> counter) {
    return 1U + std::max({both[Side::left], both[Side::right], counter.value_or(0)});
}

unsigned outputs_of(const AudioSetup& s) {
    return needed(s.outputs, s.counter ? std::optional(s.counter->output) : std::nullopt);
}
unsigned inputs_of(const AudioSetup& s) {
    return needed(s.inputs, s.counter ? std::optional(s.counter->input) : std::nullopt);
}

/// A ceiling above that of unknown ears: the operator has raised it, and each earphone must say how loud that
/// is.
Result<Done> may_be_loud(const Session& session) {
    if (session.ceiling_v_rms <= ceiling_of_unknown_v_rms) return Done{};
    for (const Arm& arm : session.arms)
        if (!arm.earphone.sensitivity_db_per_vrms)
            return Fault{
                Fault::Kind::unsafe, session.path,
                fmt::format(
                    "/ceiling_v_rms: found {:g}; at most {:g} is allowed while the earphone of arm {}, "
                    "{}, states no sensitivity_db_per_vrms: nobody knows how loud that is. Nothing was "
                    "played",
                    session.ceiling_v_rms, ceiling_of_unknown_v_rms, arm.id, arm.earphone.id)};
    return Done{};
}

/// Nothing where no card is known.
Result<std::unique_ptr<PinnedMixer>> pinned(const AudioSetup& setup, AudioApi api,
                                            const AudioDevice& device) {
    if (api != AudioApi::alsa && !setup.mixer.card) {
        if (setup.mixer.pins.empty()) return std::unique_ptr<PinnedMixer>();
        return Fault{
            Fault::Kind::bad_input, "audio/mixer",
            "controls to pin, and nobody says of which card: write its ALSA name as \"card\", hw:M4"};
    }
    auto mixer = AlsaMixer::open(setup.mixer.card.value_or(AlsaMixer::card_of(device.name)));
    if (!mixer) return mixer.error();
    return PinnedMixer::pin(std::move(*mixer), setup.mixer.pins);
}

/// nullopt: nobody says.
std::optional<int> card_behind(const AudioSetup& setup, AudioApi api, const AudioDevice& device) {
    if (setup.mixer.card) return alsa_card_number(*setup.mixer.card);
    if (api != AudioApi::alsa) return std::nullopt;
    return alsa_card_number(AlsaMixer::card_of(device.name));
}

/// Why no device fits: where none does, ALSA itself may know one that RtAudio does not list.
Fault not_found(const Session& session, const AudioSetup& setup, AudioApi api,
                const std::vector<AudioDevice>& listed, const Fault& fault) {
    const auto fitting = devices_matching(setup.device, listed);
    if (api != AudioApi::alsa || !fitting || !fitting->empty()) return fault;
    return why_not_listed(setup.device, session.interface.bits).value_or(fault);
}

/// Where a broken take goes: no later one takes its place.
std::filesystem::path free_name(const std::filesystem::path& folder, const TakeRequest& request) {
    std::filesystem::path file;
    int number = 0;
    std::error_code ignored;
    do file = folder / fmt::format("{}-{}.broken-{}.w64", request.arm, request.repeat, ++number);
    while (std::filesystem::exists(file, ignored));
    return file;
}

}  // namespace

Result<std::unique_ptr<RtaudioBench>> RtaudioBench::open(const Session& session, const AudioSetup& setup,
                                                         std::uint64_t seed) {
    if (const auto loud = may_be_loud(session); !loud) return loud.error();
    const auto api = audio_api_named(setup.api);
    if (!api) return api.error();
    const auto devices = RtaudioStream::devices(*api);
    if (!devices) return devices.error();
    auto device = device_matching(setup.device, *devices);
    if (!device) return not_found(session, setup, *api, *devices, device.error());
    if (device->outputs < outputs_of(setup) || device->inputs < inputs_of(setup))
        return Fault{Fault::Kind::bench_trouble, device->name,
                     fmt::format("has {} outputs and {} inputs; the bench needs {} and {}", device->outputs,
                                 device->inputs, outputs_of(setup), inputs_of(setup))};
    // Before anything of the card is touched: what would end the first take is told now.
    if (*api == AudioApi::alsa)
        if (auto safe = alsa_device_is_safe(device->name, session.interface.bits); !safe) return safe.error();
    auto interface = BoundInterface::find(setup.usb, card_behind(setup, *api, *device));
    if (!interface) return interface.error();
    auto mixer = pinned(setup, *api, *device);
    if (!mixer) return mixer.error();
    std::unique_ptr<RtaudioBench> out(new RtaudioBench(session, setup, *api, std::move(*device), seed));
    out->interface_ = std::move(*interface);
    out->mixer_ = std::move(*mixer);
    return out;
}

std::string RtaudioBench::identity() const {
    const std::string usb = interface_.identity();
    return fmt::format("{} {} ({}){}", name(api_), device_.name, RtaudioStream::version(),
                       usb.empty() ? "" : ", " + usb);
}

double RtaudioBench::ceiling() const {
    if (!setup_.full_scale_output_v) return careful_ceiling;
    return std::min(1.0, std::numbers::sqrt2 * session_.ceiling_v_rms / *setup_.full_scale_output_v);
}

Result<RtaudioBench::Sounds> RtaudioBench::programme() const {
    const double rate = session_.interface.sample_rate_hz;
    const double frames = std::ceil(session_.programme.length_s * rate);
    if (frames * static_cast<double>(sides.size()) > static_cast<double>(most_samples))
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("the programme has {:.0f} frames at {:.0f} Hz; a real bench plays up to {}",
                                 frames, rate, most_samples / sides.size())};
    const Clock clock{rate, 0.0, 0.0};
    Sounds out;
    for (const Side side : sides) {
        out[side] = render(session_.programme, side, clock, static_cast<std::size_t>(frames));
        if (auto added = add_recorded_events(session_.programme, side, clock, seed_, out[side]); !added)
            return added.error();
        double peak = 0.0;
        for (double& x : out[side]) peak = std::max(peak, std::abs(x *= setup_.play_gain));
        if (!(peak <= ceiling()))
            return Fault{
                Fault::Kind::unsafe, device_.name,
                fmt::format(
                    "the programme reaches {:.4g} of full scale on the {} output; the ceiling is {:.4g}, "
                    "{}. Lower \"play_gain\" of the bench{}; nothing was played",
                    peak, name(side), ceiling(),
                    setup_.full_scale_output_v ? "the session's ceiling_v_rms as a sine's peak"
                                               : "since nobody has measured the card's volts",
                    setup_.full_scale_output_v ? "" : ", or measure \"full_scale_output_v\"")};
    }
    return out;
}

DuplexOrder RtaudioBench::order_for(const std::filesystem::path& part, std::size_t frames) const {
    DuplexOrder order;
    order.api = api_;
    order.device = device_.name;
    order.rate_hz = static_cast<unsigned>(std::lround(session_.interface.sample_rate_hz));
    order.block = setup_.block;
    order.outputs = outputs_of(setup_);
    order.inputs = inputs_of(setup_);
    order.bits = session_.interface.bits;
    order.ceiling.assign(order.outputs, 0.0);
    for (const Side side : sides) order.ceiling[setup_.outputs[side]] = ceiling();
    if (const auto& full_scale_v = session_.interface.full_scale_v) {
        order.most_dc.assign(order.inputs, std::numeric_limits<double>::infinity());
        order.most_rms = order.most_dc;
        for (const Side side : sides) {
            order.most_dc[setup_.inputs[side]] = most_dc_v / full_scale_v->value;
            order.most_rms[setup_.inputs[side]] = over_ceiling * session_.ceiling_v_rms / full_scale_v->value;
        }
    }
    if (setup_.counter) {
        order.ceiling[setup_.counter->output] = counter_ceiling;
        order.counter = CounterLoop{setup_.counter->output, setup_.counter->input};
    }
    order.lead = static_cast<std::uint64_t>(lead_s * order.rate_hz);
    order.programme = frames;
    order.tail = static_cast<std::uint64_t>(tail_s * order.rate_hz);
    order.virtual_clock = setup_.virtual_clock;
    order.part = part;
    return order;
}

Result<Take> RtaudioBench::whole(const DuplexOrder& order, const DuplexReport& report,
                                 const TakeRequest& request) const {
    auto reader = TakeReader::open(order.part);
    if (!reader) return reader.error();
    std::vector<std::size_t> wanted;
    for (const Side side : sides) wanted.push_back(setup_.inputs[side]);
    auto samples = reader->read(0, reader->frames(), wanted);
    if (!samples) return samples.error();
    Take take;
    take.rate_hz = order.rate_hz;
    take.floating_point = word_of(api_) == SampleWord::float32;
    take.bits = take.floating_point ? 32 : std::max(report.bits, session_.interface.bits > 24 ? 32 : 24);
    take.channels = std::move(*samples);
    take.facts = facts_of(request);
    return take;
}

Fault RtaudioBench::broken_off(const DuplexOrder& order, const DuplexEnd& end,
                               const TakeRequest& request) const {
    Fault fault = *end.fault;
    std::error_code ignored;
    if (end.report.frames == 0) {
        std::filesystem::remove(order.part, ignored);
        return fault;
    }
    std::filesystem::path kept = free_name(order.part.parent_path(), request);
    std::filesystem::rename(order.part, kept, ignored);
    if (ignored) kept = order.part;
    Take facts;
    facts.facts = facts_of(request);
    facts.facts.channels.clear();  // all inputs are in it, in the card's order
    facts.facts.volts_per_full_scale.clear();
    facts.facts.volts_relative_u.clear();
    facts.facts.calibration = "raw";
    facts.facts.invalid = fault.what;
    if (const auto hash = sha256_of_file(kept)) facts.sha256 = *hash;
    const auto written = write_facts(facts, kept);
    fault.what += fmt::format("; what was captured, {} frames, is kept as {}{}", end.report.frames,
                              kept.string(), written ? "" : ", without its facts");
    return fault;
}

std::optional<Fault> RtaudioBench::changed() const {
    if (auto gone = interface_.changed()) return gone;
    if (!mixer_) return std::nullopt;
    const auto moved = mixer_->moved();
    if (!moved) return moved.error();
    if (moved->empty()) return std::nullopt;
    return Fault{
        Fault::Kind::take_invalid, device_.name,
        fmt::format("somebody turned the card's mixer while the run held it: {}", fmt::join(*moved, "; "))};
}

Result<Take> RtaudioBench::play_and_record(const TakeRequest& request, const Progress& progress) {
    const auto& arms = session_.arms;
    if (std::none_of(arms.begin(), arms.end(), [&](const Arm& a) { return a.id == request.arm; }))
        return Fault{Fault::Kind::bad_input, identity(),
                     fmt::format("the session has no arm \"{}\"", request.arm)};
    const auto sounds = programme();
    if (!sounds) return sounds.error();
    if (auto moved = changed()) return *moved;
    const std::filesystem::path folder =
        request.folder.empty() ? std::filesystem::temp_directory_path() : request.folder;
    if (auto made = make_folder(folder); !made) return made.error();
    if (switch_) {
        if (auto on = switch_->put_on(request, progress); !on) return on.error();
        switch_states_ = switch_->states();
        switch_writes_ = switch_->take_writes();
    }
    const DuplexOrder order = order_for(folder / fmt::format("{}-{}.part.w64", request.arm, request.repeat),
                                        (*sounds)[Side::left].size());
    if (auto loud = probed(order, *sounds, request, progress); !loud) {
        Fault fault = loud.error();
        if (switch_) switch_->take_is_over();
        leave_at_rest(fault);
        return fault;
    }
    DuplexEnd end = played(order, *sounds, progress);
    if (switch_) {
        switch_->take_is_over();
        if (!end.fault) end.fault = switch_->moved();
    }
    if (!end.fault) end.fault = changed();
    if (end.fault) {
        probed_.erase(request.arm);
        leave_at_rest(*end.fault);
        return broken_off(order, end, request);
    }
    auto take = whole(order, end.report, request);
    if (!take) return take;
    std::error_code ignored;
    std::filesystem::remove(order.part, ignored);
    return take;
}

DuplexEnd RtaudioBench::played(const DuplexOrder& order, const Sounds& sounds, const Progress& progress) {
    const auto samples = [&](std::uint64_t first, std::span<double> to) {
        for (const Side side : sides)
            for (std::size_t n = 0; n < to.size() / order.outputs; ++n)
                to[n * order.outputs + setup_.outputs[side]] = sounds[side][first + n];
    };
    if (!switch_) return fourpole::play_and_record(order, samples, progress);
    std::optional<Fault> fault;
    DuplexEnd end = fourpole::play_and_record(order, samples, [&](double done) {
        fault = switch_->trouble();
        return !fault && (!progress || progress(done));
    });
    if (fault) end.fault = fault;  // a take that we stopped ourselves was not stopped by the operator
    return end;
}

Result<Done> RtaudioBench::probed(const DuplexOrder& full, const Sounds& sounds, const TakeRequest& request,
                                  const Progress& progress) {
    if (full.most_rms.empty() || probed_.contains(request.arm)) return Done{};
    const LevelProbe probe(full.rate_hz, sounds);
    DuplexOrder order = order_for(full.part, probe.sounds()[Side::left].size());
    order.counter.reset();  // a take begins with the counter's first number
    const DuplexEnd end = played(order, probe.sounds(), [&](double) { return !progress || progress(0.0); });
    const auto heard = end.fault ? Result<Take>(*end.fault) : whole(order, end.report, request);
    std::error_code ignored;
    std::filesystem::remove(order.part, ignored);
    if (!heard) return heard.error();
    for (std::size_t c = 0; c < heard->channels.size(); ++c) {
        const unsigned input = setup_.inputs[sides[c]];
        const double most = probe.most_rms(std::span(heard->channels[c]).subspan(order.lead));
        if (most <= full.most_rms[input]) continue;
        return Fault{
            Fault::Kind::unsafe, device_.name,
            fmt::format("input {} would hold {:.3g} of full scale rms, by a probe of arm {} that is 40 "
                        "dB below the programme; at most {:.3g} is allowed. Turn down what stands "
                        "between the outputs and it; nothing but the probe was played",
                        input + 1, most, request.arm, full.most_rms[input])};
    }
    probed_.insert(request.arm);
    return Done{};
}

void RtaudioBench::leave_at_rest(Fault& fault) {
    if (!switch_) return;
    if (const auto rested = switch_->rest(); !rested)
        fault.what += fmt::format("; and what switches may not be at rest: {}: {}", rested.error().where,
                                  rested.error().what);
    // The states stay those that the take was made in.
    for (std::string& write : switch_->take_writes()) switch_writes_.push_back(std::move(write));
}

TakeFacts RtaudioBench::facts_of(const TakeRequest& request) const {
    TakeFacts facts = facts_of_take(session_, request, *this);
    facts.switch_states = switch_states_;
    facts.switch_writes = switch_writes_;
    return facts;
}

Result<Done> RtaudioBench::rest() { return switch_ ? switch_->rest() : Result<Done>(Done{}); }

std::vector<double> RtaudioBench::most_dc() const {
    const auto& full_scale_v = session_.interface.full_scale_v;
    if (!full_scale_v) return {};
    return std::vector<double>(sides.size(), most_dc_v / full_scale_v->value);
}

Result<Take> RtaudioBench::listen(double seconds, const Progress& progress) const {
    const auto part = std::filesystem::temp_directory_path() /
                      fmt::format("fourpole-listening-{}.w64", static_cast<long>(::getpid()));
    const TakeRequest nothing{"silence", 1, part.parent_path()};
    DuplexOrder order =
        order_for(part, static_cast<std::size_t>(seconds * session_.interface.sample_rate_hz));
    std::fill(order.ceiling.begin(), order.ceiling.end(), 0.0);
    order.most_dc.clear(), order.most_rms.clear();  // what stands there is what was asked
    order.counter.reset();
    const DuplexEnd end = fourpole::play_and_record(
        order, [](std::uint64_t, std::span<double> to) { std::fill(to.begin(), to.end(), 0.0); }, progress);
    auto take = end.fault ? Result<Take>(*end.fault) : whole(order, end.report, nothing);
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    // What an input does when it is opened is not what stands there.
    if (take)
        for (auto& x : take->channels)
            x.erase(x.begin(),
                    x.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(order.lead, x.size())));
    return take;
}

}  // namespace fourpole
