// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/relay_address.hpp"
#include "drivers/usb/interface_quirks.hpp"
#include "drivers/usb/terminal_names.hpp"
#include "rig/verbs/devices_text.hpp"

namespace fourpole {

namespace {

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json identity(const Plugged& p) {
    const UsbDevice& d = p.usb;
    const auto text = [](const std::string& s) { return s.empty() ? Json(nullptr) : Json(s); };
    return {{"usb_id", vid_pid(d)},
            {"serial", text(d.serial)},
            {"port", d.port},
            {"maker", text(d.maker)},
            {"name", text(d.name)},
            {"bcd_device", d.bcd_device},
            {"speed_mbit_s", d.speed_mbit_s > 0.0 ? Json(d.speed_mbit_s) : Json(nullptr)},
            {"trouble", text(p.trouble)}};
}

Json unit_json(const AudioUnit& u) {
    Json out = {{"id", u.id}, {"kind", unit_name(u)}, {"sources", u.sources}};
    if (u.terminal_type != 0) out["terminal_type"] = u.terminal_type;
    if (u.channels) out["channels"] = *u.channels;
    if (u.clock) out["clock"] = *u.clock;
    if (u.kind == AudioUnit::Kind::clock_source) out["clock_type"] = clock_name(u);
    for (const FeatureControls& c : u.controls)
        out["controls"].push_back({{"volume", c.volume},
                                   {"volume_is_read_only", c.volume_is_read_only},
                                   {"mute", c.mute},
                                   {"mute_is_read_only", c.mute_is_read_only}});
    return out;
}

Json setting_json(const AudioFunction& f, const StreamSetting& s) {
    const AudioUnit* t = f.unit(s.terminal);
    Json out = {{"direction",
                 !t ? Json(nullptr) : Json(t->kind == AudioUnit::Kind::output_terminal ? "record" : "play")},
                {"terminal", s.terminal},
                {"channels", s.channels},
                {"bits", s.bits},
                {"subslot_bytes", s.subslot_bytes},
                {"rates_hz", f.uac == 1 ? Json(s.rates_hz) : Json(nullptr)}};
    if (s.rate_range_hz) out["rate_range_hz"] = {s.rate_range_hz->first, s.rate_range_hz->second};
    return out;
}

Json interface_json(const Plugged& p) {
    Json out = identity(p);
    out["alsa_card"] = p.card ? Json{{"number", p.card->number}, {"id", p.card->id}} : Json(nullptr);
    out["functions"] = Json::array();
    for (const AudioFunction& f : p.audio.functions) {
        Json units = Json::array(), settings = Json::array();
        for (const AudioUnit& u : f.units) units.push_back(unit_json(u));
        for (const StreamSetting& s : f.settings) settings.push_back(setting_json(f, s));
        out["functions"].push_back({{"uac", f.uac}, {"units", units}, {"settings", settings}});
    }
    out["descriptor_troubles"] = p.audio.troubles;
    out["quirks"] = Json::array();
    for (const InterfaceQuirk& q : quirks_of(p.usb))
        out["quirks"].push_back({{"model", q.model}, {"knows", q.knows}, {"advice", q.advice}});
    return out;
}

}  // namespace

Json devices_json(const std::vector<Plugged>& devices, bool all) {
    Json out = {{"interfaces", Json::array()}, {"relay_boards", Json::array()}};
    if (all) out["others"] = Json::array();
    for (const Plugged& p : devices) {
        if (p.is_interface()) {
            out["interfaces"].push_back(interface_json(p));
        } else if (p.board) {
            Json board = identity(p);
            board["kind"] = p.board->words;
            board["bench_kind"] = word_of(p.board->kind);
            board["bench_device"] = spoken(UsbPattern{p.usb.vendor, p.usb.product, std::nullopt, p.usb.port});
            board["certain"] = p.board->certain;
            board["relays"] = or_null(p.board->relays);
            board["serial_lines"] = p.lines;
            out["relay_boards"].push_back(std::move(board));
        } else if (all) {
            out["others"].push_back(identity(p));
        }
    }
    return out;
}

}  // namespace fourpole
