// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_facts.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/capture/take_reader.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/flow/calibration_file.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/flow/long_tone.hpp"
#include "rig/flow/loop_baseline.hpp"
#include "rig/flow/read_capture.hpp"
#include "rig/measure/measure.hpp"
#include "rig/profile/findings.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/definitions.hpp"
#include "rig/report/progress.hpp"
#include "rig/report/summary.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/calibrate_loop.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

namespace {

struct Options {
    std::string capture, programme, calibration, baseline, record, impulse_response, explain;
    InterfaceIdentity interface;
    double seconds = 0.6;
    bool same_clock = false, interface_played = false, json = false;
};

/// The programme given, else the one that the take's own facts carry.
Result<Programme> programme_for(const Options& options, const Take& take) {
    if (!options.programme.empty()) return load_programme(options.programme);
    if (!take.facts.programme_text.empty()) return read_programme(take.facts.programme_text, options.capture);
    return Fault{Fault::Kind::bad_input, "",
                 options.capture +
                     ": nobody says what was played; give --programme P.json (a take made by fourpole "
                     "run carries its programme in the .json beside it)"};
}

// What stands before the arrival: room for what the stimulus' own band rings ahead.
constexpr double lead_s = 0.01;

/// The impulse responses as a 32-bit float WAV, one channel a captured side.
Result<Done> write_impulse_response(const Options& options, const Take& take, const Programme& programme) {
    auto response = impulse_response(take, programme, lead_s, options.seconds);
    if (!response) return response.error();
    Take out;
    out.rate_hz = response->rate_hz;
    out.bits = 32;
    out.floating_point = true;
    for (const Side side : sides)
        if (response->has(side)) out.channels.push_back(std::move(response->samples[side]));
    const auto bytes = sound_bytes(out, SoundCoding::wav);
    if (!bytes) return bytes.error();
    return write_atomic(options.impulse_response, *bytes);
}

/// Before any work: nothing that is read may be replaced, nor one result by the other.
Result<Done> keep_inputs(const Options& options, const KnownCircuit& circuit) {
    std::vector<std::filesystem::path> kept{options.capture, sidecar_of(options.capture), options.programme,
                                            options.calibration, options.baseline};
    const auto keep = [&](const StandardTake& standard) {
        for (const auto& file : standard.files) kept.insert(kept.end(), {file, sidecar_of(file)});
    };
    if (circuit.sense)
        for (const auto* standard :
             {&circuit.sense->reference, &circuit.sense->open, &circuit.sense->shorted})
            if (*standard) keep(**standard);
    if (circuit.loads)
        for (const LoadedTake& loaded : circuit.loads->others) keep(loaded.of);
    if (auto safe = refuse_overwriting("--record", options.record, kept); !safe) return safe;
    kept.emplace_back(options.record);
    return refuse_overwriting("--impulse-response", options.impulse_response, kept);
}

/// "the record has: crosstalk, response".
std::string names_measured(const Readings& readings) {
    std::vector<std::string> names;
    for (const Reading& r : readings)
        if (std::any_of(r.points.begin(), r.points.end(),
                        [](const Point& p) { return p.state != State::not_measured; }) &&
            std::find(names.begin(), names.end(), r.name) == names.end())
            names.push_back(r.name);
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "the record has: " : ", ") + name;
    return list.empty() ? "the record has no reading at all" : list;
}

bool has_a_definition(const std::string& name) {
    const auto all = definitions();
    return std::any_of(all.begin(), all.end(),
                       [&](const Definition& d) { return std::string(d.name).starts_with(name + "."); });
}

/// Every reading of that name in words. One that was not measured says so and which there are; a name that
/// means nothing is refused with those.
Result<std::string> explanations(const TakeRecord& record, const std::string& wanted) {
    std::string out;
    bool measured = false;
    std::vector<std::string> names;
    for (const Reading& reading : record.readings) {
        names.push_back(reading.name);
        if (reading.name != wanted) continue;
        out += (out.empty() ? "" : "\n") + explained(reading, record.readings);
        measured = measured || std::any_of(reading.points.begin(), reading.points.end(),
                                           [](const Point& p) { return p.state != State::not_measured; });
    }
    const std::string others = names_measured(record.readings);
    if (!out.empty()) return measured ? out : out + others + '\n';
    if (has_a_definition(wanted))
        return Fault{
            Fault::Kind::bad_input, "--explain",
            wanted +
                " was not measured: no event of this programme gives it, or its analyses leave it out; " +
                others};
    const std::string near = nearest(wanted, names);
    return Fault{Fault::Kind::bad_input, "--explain",
                 "there is no reading \"" + wanted + "\"" + (near.empty() ? "" : " (nearest: " + near + ")") +
                     "; " + others};
}

/// What was read, what was played, and what that says.
struct Analysed {
    Take take;
    Programme programme;
    TakeRecord record;
};

Result<Analysed> analysed(const Options& options) {
    if (const auto safe = keep_inputs(options, {}); !safe) return safe.error();
    Progress bar("analysing");
    const auto show = [&bar](double from, double to, double part, const std::string& step) {
        bar.update(from + (to - from) * part, step);
    };
    auto reader = TakeReader::open(options.capture);
    if (!reader) return reader.error();
    auto take = reader->described([&](double part) { show(0.0, 0.2, part, "reading"); });
    if (!take) return take.error();
    KnownCircuit circuit;
    if (!options.calibration.empty()) {
        auto applied = apply_calibration(options.calibration, *take);
        if (!applied) return applied.error();
        circuit = std::move(*applied);
        if (const auto safe = keep_inputs(options, circuit); !safe) return safe.error();
    }
    auto programme = programme_for(options, *take);
    if (!programme) return programme.error();
    const SenseCircuit* const sensed = circuit.sense ? &*circuit.sense : nullptr;
    if (!sensed && !circuit.loads && is_long_tone(*programme, *reader)) {
        const auto read = [&](double part, const std::string& step) { show(0.2, 1.0, part, step); };
        auto record = record_of_long_tone(*reader, *take, *programme, options.same_clock, read);
        if (!record) return record.error();
        return Analysed{std::move(*take), std::move(*programme), std::move(*record)};
    }
    const auto looked = [&](double part, const std::string& step) { show(0.2, 0.8, part, step); };
    if (auto read = read_needed(*reader, *programme, sensed, looked, *take); !read) return read.error();
    const auto measured = [&](double part) {
        show(0.8, 1.0, part, "readings");
        return true;
    };
    auto record = record_of(*take, *programme, options.same_clock, circuit, measured);
    if (!record) return record.error();
    return Analysed{std::move(*take), std::move(*programme), std::move(*record)};
}

/// Puts the interface's own figures beside the capture's.
Result<Done> with_baseline(const Options& options, const LoopBaseline& baseline, TakeRecord& record) {
    const auto of = identity_in(options.interface);
    if (!of) return of.error();
    auto put = put_beside(baseline, *of, options.interface_played, record);
    if (!put) return Fault{put.error().kind, options.baseline, put.error().what};
    return put;
}

int work(const Options& options) {
    const InterfaceIdentity& told = options.interface;
    if (options.baseline.empty() &&
        (options.interface_played || !(told.usb + told.serial + told.gain).empty()))
        return complain({Fault::Kind::bad_input, "--baseline",
                         "found nothing; allowed: a baseline, since --interface, --serial, --gain and "
                         "--interface-played say whether it applies"});
    std::optional<LoopBaseline> baseline;
    if (!options.baseline.empty()) {
        auto read = read_baseline(options.baseline);
        if (!read) return complain(read.error());
        baseline = std::move(*read);
    }
    auto done = analysed(options);
    if (!done) return complain(done.error());
    if (baseline)
        if (const auto put = with_baseline(options, *baseline, done->record); !put)
            return complain(put.error());
    const TakeRecord* const record = &done->record;
    const std::string text = to_json(*record);
    if (!options.record.empty()) {
        const auto written = write_atomic(options.record, text);
        if (!written) return complain(written.error());
    }
    if (!options.impulse_response.empty() && record->valid) {
        const auto written = write_impulse_response(options, done->take, done->programme);
        if (!written) return complain(written.error());
    }
    auto words = Result<std::string>(std::string());
    if (!options.explain.empty()) words = explanations(*record, options.explain);
    if (!words) return complain(words.error());
    const auto printed = print_result(options.json               ? text
                                      : !options.explain.empty() ? *words
                                                                 : summary(*record, stdout_screen()));
    if (!printed) return complain(printed.error());
    return record->valid ? 0 : exit_code(Fault::Kind::take_invalid);
}

}  // namespace

void add_analyze(Verbs& verbs) {
    Verb verb = verbs.add("analyze", "readings from any capture file (WAV, RF64, W64, FLAC, AIFF, CAF)");
    auto options = std::make_shared<Options>();
    verb.option("capture", options->capture, "sound file").required();
    verb.option("--programme", options->programme, "what was played; default: what the take's facts say");
    verb.option("--calibration", options->calibration,
                "volts per full scale of each channel, circuit of an impedance, known loads (JSON)");
    verb.flag("--same-clock", options->same_clock, "player and converter share one clock: offset 0");
    verb.option("--baseline", options->baseline, "what the interface does by itself (calibrate --loopback)");
    verb.option("--interface", options->interface.usb, "which it is: vendor and product, 07fd:000b");
    verb.option("--serial", options->interface.serial, "its serial number");
    verb.option("--gain", options->interface.gain, "where its gains stood, in the baseline's words");
    verb.flag("--interface-played", options->interface_played,
              "its own outputs played what was captured: the loop's response is taken out");
    verb.option("--record", options->record, "write the record to this file");
    verb.option("--impulse-response", options->impulse_response,
                "write the impulse response to this file (WAV, 32-bit float, 10 ms before the arrival)");
    verb.option("--seconds", options->seconds, "length of the impulse response")
        .between(0.001, 60.0)
        .shows_its_default();
    verb.option("--explain", options->explain,
                "what a reading means: its definition, its formula and the formula with this take's numbers");
    verb.flag("--json", options->json, "the record on stdout, nothing else");
    verb.footer(
        "A calibration says which peak volts read 1.0 in each channel, and how well that is known:\n"
        "{\"schema\": \"fourpole/calibration@1\", \"state\": \"calibrated\", \"channels\": [\n"
        "  {\"side\": \"left\", \"volts_per_full_scale\": 1.55, \"relative_u\": 0.001}, ...]}\n"
        "For an impedance one channel is before and one after a sense resistor, and the calibration holds\n"
        "\"impedance\": {\"sense_resistor_ohm\": {\"value\": 10.02, \"u\": 0.001}, (all that follows may be\n"
        "  left out) \"input_resistance_ohm\": 10000, \"before_channel\": 0, \"after_channel\": 1,\n"
        "  \"channel_ratio\": {\"value\": 0.962, \"u\": 0.001, \"delay_s\": 1.3e-6, \"u_delay_s\": 1e-8},\n"
        "  \"reference\": {\"ohm\": 33.0, \"u_ohm\": 0.003, \"capture\": \"cal.wav\", \"programme\": "
        "\"p.json\"},\n"
        "  \"open\": {\"capture\": \"open.wav\"}, \"short\": {\"capture\": \"short.wav\"}}\n"
        "Captures with a known resistor, nothing and a short at the plug take the channels' gain and\n"
        "delay, the input's resistance and the contact's out; paths are relative to the calibration.\n"
        "Without a reference or an open plug the channels' ratio (after re before, at one voltage) has to "
        "be\n"
        "stated, or nothing is measured; without its delay_s no phase is given.\n"
        "What the outputs were loaded with, here (the entry without a capture) and in further captures:\n"
        "\"loads\": [{\"ohm\": 33.0, \"u_ohm\": 0.003}, {\"ohm\": {\"left\": 16.01, \"right\": 15.98},\n"
        "  \"capture\": \"16ohm.wav\", \"programme\": \"p.json\"}, {\"ohm\": \"open\", \"capture\": "
        "\"open.wav\"}]\n"
        "Two or more give output_impedance (loop, signal and return of each side, against frequency); the\n"
        "own load and volts give power in mW, with a clipping knee power_max too. Ohms are what the\n"
        "output sees, the interface included.\n"
        "A baseline's figures stand beside those of the same quantity, each raw, nominal or calibrated as it "
        "was\n"
        "made. With --interface-played the response becomes the capture's re the loop's, in dB.\n"
        "Another interface, serial number, gain, rate or programme than the baseline's is refused.\n"
        "Of noise that the programme plays (white, pink, iec_programme) its levels, the power response in\n"
        "thirds of an octave (none of iec_programme), crosstalk and balance are read, and no clock.\n"
        "Two readings of our own: clipping_knee (level at which a ladder of tones, or one clipped tone, has "
        "1 %\n"
        "of THD or 0.1 dB of compression; with \"linearity\" or \"thd\") and interchannel_distortion "
        "(harmonics\n"
        "on the idle side re the driven side's tone; with \"harmonics\").\n"
        "A capture of more than 2.88 million frames (60 s at 48 kHz) may hold its programme anywhere:\n"
        "it is looked for, and the part around it is read. A programme of nothing but steady tones that\n"
        "fills such a capture is read in stretches; figures are then means over them, and wander is the\n"
        "pace of each re the mean.\n"
        "Exit code 3: the take is invalid (lost frames, clipped, dead input ...) and the record says why, or "
        "the\n"
        "file is no whole capture of this programme (cut off, no finite numbers, a side missing): no "
        "record.\n"
        "Exit code 2: the file is of a rate, a number of channels or a coding that is not read.\n"
        "Example: fourpole analyze capture.wav --programme profiles/programmes/sweep_pair.json\n"
        "         fourpole analyze capture.wav --programme tone.json --explain thd_n\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
