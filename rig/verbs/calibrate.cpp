// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_facts.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/flow/level_calibration.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/calibrate_loop.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <memory>

namespace fourpole {
namespace {

struct Options {
    std::string capture, out, applies_to, programme, calibration;
    InterfaceIdentity interface;
    std::vector<std::string> volts;
    double frequency_hz = 1000.0;
    std::optional<double> relative_u;
    bool loopback = false, json = false;
};

/// What a sine at an earphone's plug can be: from a millivolt's thousandth to the largest amplifier there is.
constexpr double least_v = 1e-6, most_v = 100.0;

/// "0.5012", "left=0.5012" or "right=498e-3".
Result<Done> read_volts(const std::string& word, MeterReading& meter) {
    const auto refused = [&] {
        return Fault{
            Fault::Kind::bad_input, "--volts",
            fmt::format("found \"{}\"; allowed: the rms volts that the meter showed, as 0.5012 for both "
                        "inputs or as left=0.5012 and right=0.4987, from {:g} to {:g} V",
                        word, least_v, most_v)};
    };
    const std::size_t equals = word.find('=');
    const std::string digits = equals == std::string::npos ? word : word.substr(equals + 1);
    double volts = 0.0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), volts);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || !(volts >= least_v) ||
        volts > most_v)
        return refused();
    if (equals == std::string::npos) {
        for (const Side side : sides) {
            if (meter.v_rms[side]) return refused();
            meter.v_rms[side] = volts;
        }
        return Done{};
    }
    const auto side = side_named(word.substr(0, equals));
    if (!side || meter.v_rms[*side]) return refused();
    meter.v_rms[*side] = volts;
    return Done{};
}

std::string in_words(const std::vector<InputScale>& scales) {
    std::string out;
    for (const InputScale& s : scales)
        out += fmt::format(
            "{:5}  {:.6g} V peak read full scale, u {:.2g} % (the sine at {:.2f} dBFS, {:.1f} dB beside "
            "it)\n",
            name(s.side), s.volts_per_full_scale, 100.0 * s.relative_u, s.level_dbfs, s.beside_db);
    return out;
}

std::string today() {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(now));
}

int work_on_loop(const Options& options) {
    if (const auto safe = refuse_overwriting(
            "--out", options.out,
            {options.capture, sidecar_of(options.capture), options.programme, options.calibration});
        !safe)
        return complain(safe.error());
    const auto text = loop_baseline_of({options.capture, options.programme, options.calibration, today(),
                                        options.applies_to, options.interface});
    if (!text) return complain(text.error());
    if (!options.out.empty())
        if (const auto written = write_atomic(options.out, *text); !written) return complain(written.error());
    const std::string words = options.out.empty()
                                  ? "the loop is a valid take; --out BASELINE.json keeps its figures\n"
                                  : fmt::format("{}: the loop of {}\n", options.out, options.interface.usb);
    const auto printed = print_result(options.json ? *text : words);
    return printed ? 0 : complain(printed.error());
}

/// Either a meter or a loop.
Result<Done> one_of_both(const Options& options) {
    const bool metered = !options.volts.empty() || options.relative_u;
    if (options.loopback && metered)
        return Fault{Fault::Kind::bad_input, "--loopback",
                     "found --volts or --relative-u beside it; allowed: one of them: a loop has no meter "
                     "(--calibration gives it volts)"};
    const InterfaceIdentity& of = options.interface;
    if (!options.loopback &&
        !(of.usb + of.serial + of.gain + options.programme + options.calibration).empty())
        return Fault{
            Fault::Kind::bad_input, "--loopback",
            "found nothing; allowed: --loopback, since --interface, --serial, --gain, --programme and "
            "--calibration are about a loop"};
    if (!options.loopback && (options.volts.empty() || !options.relative_u))
        return Fault{Fault::Kind::bad_input, options.volts.empty() ? "--volts" : "--relative-u",
                     "found nothing; allowed: both --volts and --relative-u, or --loopback"};
    return Done{};
}

int work(const Options& options) {
    if (const auto clear = one_of_both(options); !clear) return complain(clear.error());
    if (options.loopback) return work_on_loop(options);
    MeterReading meter;
    meter.frequency_hz = options.frequency_hz;
    meter.relative_u = *options.relative_u;
    for (const std::string& word : options.volts)
        if (const auto read = read_volts(word, meter); !read) return complain(read.error());
    if (const auto safe =
            refuse_overwriting("--out", options.out, {options.capture, sidecar_of(options.capture)});
        !safe)
        return complain(safe.error());
    const auto take = read_take(options.capture);
    if (!take) return complain(take.error());
    const auto scales = scales_by_meter(*take, meter);
    if (!scales)
        return complain({scales.error().kind,
                         scales.error().where.empty() ? options.capture : scales.error().where,
                         scales.error().what});
    const std::string text = calibration_file_text(*scales, today(), options.applies_to);
    if (!options.out.empty())
        if (const auto written = write_atomic(options.out, text); !written) return complain(written.error());
    const auto printed = print_result(options.json ? text : in_words(*scales));
    return printed ? 0 : complain(printed.error());
}

}  // namespace

void add_calibrate(Verbs& verbs) {
    Verb verb = verbs.add("calibrate",
                          "volts per full scale by a meter, or what the interface does by itself (loop)");
    auto options = std::make_shared<Options>();
    verb.option("capture", options->capture, "sound file of a steady sine on every input, or of the loop")
        .required();
    verb.option("--volts", options->volts,
                "rms volts that the meter showed: V for both inputs, or left=V, right=V")
        .comma_separated();
    verb.option("--relative-u", options->relative_u,
                "standard uncertainty of the meter, of its reading: 0.005 for one of +-0.86 % at the most")
        .between(1e-6, 0.2);
    verb.option("--frequency", options->frequency_hz, "of the sine, Hz").positive().shows_its_default();
    verb.option("--applies-to", options->applies_to, "interface, serial number and gain that it is good for");
    verb.flag("--loopback", options->loopback, "the capture is the interface's outputs at its own inputs");
    verb.option("--programme", options->programme, "loop: what was played");
    verb.option("--interface", options->interface.usb, "loop: vendor and product, as devices prints them");
    verb.option("--serial", options->interface.serial, "loop: serial number, as devices prints it");
    verb.option("--gain", options->interface.gain, "loop: where its gains stand, in your words");
    verb.option("--calibration", options->calibration, "loop: the volts of its inputs");
    verb.option("--out", options->out, "write the calibration, or the baseline, to this file");
    verb.flag("--json", options->json, "the calibration on stdout, nothing else");
    verb.footer(
        "Feed both inputs with one sine (50 Hz to 400 Hz where the meter is no good at 1 kHz), put a "
        "true-rms\n"
        "meter across them, note what it shows and record 2 s or more, at least -40 dBFS and not clipped. "
        "With\n"
        "an uncertainty of u, a meter's \"+-a %\" counts as a / sqrt 3.\n"
        "What stands beside the sine (hum, noise, harmonics) the meter reads too: it counts in u, and above\n"
        "-20 dB the capture is refused. The file is for analyze --calibration; figures then are in volts "
        "and\n"
        "say \"calibrated\".\n"
        "Example: fourpole calibrate sine.wav --volts left=0.5012,right=0.5009 --relative-u 0.003 --out "
        "cal.json\n"
        "A loop: wire each output to its input, play the programme that you will measure with, record, and\n"
        "keep what was read as a baseline. analyze --baseline puts it beside a capture of the same "
        "interface,\n"
        "rate, gain and programme: its noise, distortion and crosstalk are the floor under yours.\n"
        "Example: fourpole calibrate loop.wav --loopback --programme p.json --interface 07fd:000b --serial "
        "M4AB\n"
        "           --gain fixed --out loop.json\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
