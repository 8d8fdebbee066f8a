// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/devices_text.hpp"
#include "drivers/relays/relay_address.hpp"
#include "drivers/usb/interface_quirks.hpp"
#include "drivers/usb/terminal_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fourpole {

namespace {

using Kind = AudioUnit::Kind;

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
    return out;
}

/// 9.5 and 480: no zeros behind.
std::string number(double value) { return fmt::format("{:g}", value); }

std::string speed(const UsbDevice& d) {
    if (d.speed_mbit_s == 1.5) return "low speed";
    if (d.speed_mbit_s == 12.0) return "full speed (12 Mbit/s)";
    if (d.speed_mbit_s == 480.0) return "high speed (480 Mbit/s)";
    return d.speed_mbit_s > 0.0 ? number(d.speed_mbit_s) + " Mbit/s" : "speed unknown";
}

/// "Scarlett 4i4 USB by Focusrite, 1235:8212, serial D8A1, version 1.23".
std::string title(const UsbDevice& d) {
    return fmt::format("{}{}, {}{}, version {:x}.{:02x}", d.name.empty() ? "(no name)" : d.name,
                       d.maker.empty() ? "" : " by " + d.maker, vid_pid(d),
                       d.serial.empty() ? ", no serial" : ", serial " + d.serial, d.bcd_device >> 8,
                       d.bcd_device & 0xff);
}

/// What is known of the model, a line each.
std::string quirks(const Plugged& p) {
    std::string out;
    for (const InterfaceQuirk& q : quirks_of(p.usb))
        out += fmt::format("    * {}: {}{}{}\n", q.model, q.knows, *q.advice ? "; " : "", q.advice);
    return out;
}

std::string trouble(const Plugged& p) { return p.trouble.empty() ? "" : "    ! " + p.trouble + "\n"; }

/// " (volume of all, 1 to 2; mute of all)" of a feature unit.
std::string controls(const AudioUnit& unit) {
    const auto who = [&](bool FeatureControls::*has) {
        std::vector<std::string> out;
        const auto& c = unit.controls;
        if (!c.empty() && c.front().*has) out.emplace_back("all");
        for (std::size_t k = 1; k < c.size(); ++k) {
            if (!(c[k].*has)) continue;
            std::size_t last = k;
            while (last + 1 < c.size() && c[last + 1].*has) ++last;
            out.push_back(last == k ? fmt::format("{}", k) : fmt::format("{} to {}", k, last));
            k = last;
        }
        return joined(out, ", ");
    };
    std::vector<std::string> parts;
    if (const auto volume = who(&FeatureControls::volume); !volume.empty())
        parts.push_back("volume of " + volume);
    if (const auto mute = who(&FeatureControls::mute); !mute.empty()) parts.push_back("mute of " + mute);
    return parts.empty() ? "" : " (" + joined(parts, "; ") + ")";
}

/// "USB stream 1 > feature unit 10 (volume of 1 to 2) > speaker 20", in the direction of the sound.
std::string way(const AudioFunction& f, const AudioUnit& end) {
    std::vector<std::string> out;
    for (const int id : path_to_source(f, end.id)) {
        const AudioUnit& u = *f.unit(id);
        out.push_back(fmt::format("{} {}{}", unit_name(u), u.id, controls(u)));
    }
    std::reverse(out.begin(), out.end());
    return joined(out, " > ");
}

std::string rates(const AudioFunction& f, const StreamSetting& s) {
    if (f.uac != 1) return "";
    std::vector<std::string> khz;
    for (const int hz : s.rates_hz) khz.push_back(number(hz / 1000.0));
    if (s.rate_range_hz)
        khz.push_back(number(s.rate_range_hz->first / 1000.0) + " to " +
                      number(s.rate_range_hz->second / 1000.0));
    return khz.empty() ? ", rates not said" : ", " + joined(khz, ", ") + " kHz";
}

std::string sync_of(const StreamSetting& s) {
    for (const UsbEndpoint& e : s.endpoints) {
        if (e.usage == UsbEndpoint::Usage::feedback) continue;
        switch (e.sync) {
            case UsbEndpoint::Sync::none: return "";
            case UsbEndpoint::Sync::asynchronous: return ", asynchronous";
            case UsbEndpoint::Sync::adaptive: return ", adaptive";
            case UsbEndpoint::Sync::synchronous: return ", synchronous";
        }
    }
    return "";
}

std::string function_text(const AudioFunction& f) {
    std::string out = fmt::format("    USB Audio {:x}.{:02x}", f.version_bcd >> 8, f.version_bcd & 0xff);
    if (f.uac > 2) return out + ": its descriptors are not read\n";
    out += "\n";
    for (const AudioUnit& u : f.units)
        if (u.kind == Kind::clock_source) out += fmt::format("    clock {}: {}\n", u.id, clock_name(u));
    for (const StreamSetting& s : f.settings) {
        const AudioUnit* t = f.unit(s.terminal);
        const bool records = t && t->kind == Kind::output_terminal;
        out += fmt::format("    {}: {} channels, {} bits{}{}{}\n",
                           !t        ? "streams"
                           : records ? "records"
                                     : "plays",
                           s.channels, s.bits, s.floating_point ? " floating point" : "", rates(f, s),
                           sync_of(s));
    }
    for (const AudioUnit& u : f.units)
        if (u.kind == Kind::output_terminal) out += "    way: " + way(f, u) + "\n";
    return out;
}

std::string interface_text(const Plugged& p) {
    std::string out = fmt::format("  {}\n    port {}, {}", title(p.usb), p.usb.port, speed(p.usb));
    out += p.card ? fmt::format(", ALSA card {} \"{}\"\n", p.card->number, p.card->id) : ", no ALSA card\n";
    for (const AudioFunction& f : p.audio.functions) out += function_text(f);
    for (const std::string& t : p.audio.troubles) out += "    ? " + t + "\n";
    return out + quirks(p) + trouble(p);
}

std::string board_text(const Plugged& p) {
    return fmt::format(
        "  {}\n    port {}: {}{}{}{}\n    in a bench: \"kind\": \"{}\", \"device\": \"{}\"\n{}", title(p.usb),
        p.usb.port, p.board->certain ? "" : "perhaps: ", p.board->words,
        p.board->relays ? fmt::format(", {} relays", *p.board->relays) : "",
        p.lines.empty() ? "" : ", /dev/" + joined(p.lines, ", /dev/"), word_of(p.board->kind),
        spoken(UsbPattern{p.usb.vendor, p.usb.product, std::nullopt, p.usb.port}), trouble(p));
}

}  // namespace

std::string devices_text(const std::vector<Plugged>& devices, bool all) {
    std::string interfaces, boards, others;
    int rest = 0;
    for (const Plugged& p : devices) {
        if (p.is_interface())
            interfaces += interface_text(p);
        else if (p.board)
            boards += board_text(p);
        else
            ++rest, others += fmt::format("  {}\n    port {}, {}\n{}", title(p.usb), p.usb.port, speed(p.usb),
                                          quirks(p));
    }
    std::string out =
        interfaces.empty() ? "No audio interface is plugged in.\n" : "Audio interfaces\n" + interfaces;
    out += boards.empty() ? "No relay board is plugged in.\n" : "Relay boards\n" + boards;
    if (all && rest > 0) return out + "Other devices\n" + others;
    if (rest > 0) out += fmt::format("{} other devices (--all)\n", rest);
    return out;
}

}  // namespace fourpole
