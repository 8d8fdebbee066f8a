// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/loop_baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double same_tone = 1e-3, same_line = 0.02, same_place = 1e-9;

Fault refused(std::string what) { return {Fault::Kind::bad_input, "", std::move(what)}; }

/// What the baseline states has to be told of the capture, and be the same.
Result<Done> same(const char* what, const char* option, const std::string& baseline,
                  const std::string& capture) {
    if (baseline.empty() || baseline == capture) return Done{};
    if (capture.empty())
        return refused(
            fmt::format("the baseline is of {} \"{}\", and nobody says which the capture was made "
                        "with: {}",
                        what, baseline, option));
    return refused(fmt::format("the baseline is of {} \"{}\", the capture of \"{}\": it does not apply", what,
                               baseline, capture));
}

Result<Done> applies(const LoopBaseline& baseline, const InterfaceIdentity& of, const TakeRecord& record) {
    const InterfaceIdentity& own = baseline.interface;
    for (const auto& judged : {same("the interface", "--interface VID:PID", own.usb, of.usb),
                               same("serial number", "--serial S", own.serial, of.serial),
                               same("gain", "--gain G", own.gain, of.gain)})
        if (!judged) return judged;
    if (baseline.rate_hz != record.rate_hz)
        return refused(
            fmt::format("the baseline was made at {:.10g} Hz, the capture at {:.10g} Hz: it does "
                        "not apply",
                        baseline.rate_hz, record.rate_hz));
    if (baseline.programme_sha256 != record.programme_sha256)
        return refused(
            fmt::format("the baseline was made with another programme ({}) than the capture ({}): "
                        "make one with this",
                        baseline.programme_id, record.programme_id));
    return Done{};
}

std::string text_in(const Reading& r, const char* key) {
    const Detail* detail = r.detail(key);
    const auto* text = detail ? std::get_if<std::string>(detail) : nullptr;
    return text ? *text : "";
}

bool near(const std::optional<double>& x, const std::optional<double>& y, double within) {
    if (!x || !y) return x.has_value() == y.has_value();
    return std::abs(*x - *y) <= within * std::max(std::abs(*x), std::abs(*y));
}

std::optional<double> number_in(const Reading& r, const char* key) {
    const Detail* detail = r.detail(key);
    const auto* number = detail ? std::get_if<double>(detail) : nullptr;
    return number ? std::optional(*number) : std::nullopt;
}

/// One programme was played: what is left to differ is which of its tones, weighted how.
bool counterparts(const Reading& a, const Reading& b) {
    if (!a.same_quantity(b) || a.definition != b.definition || a.unit != b.unit || a.curve != b.curve)
        return false;
    if (text_in(a, "weighting") != text_in(b, "weighting") ||
        !near(number_in(a, "tone_hz"), number_in(b, "tone_hz"), same_tone))
        return false;
    if (a.curve || a.points.empty() || b.points.empty()) return true;
    return near(a.scalar().at, b.scalar().at, same_line);
}

/// An angle between -180 and 180 degrees.
double wrapped(double deg) { return std::remainder(deg, 360.0); }

Point without(const Point& captured, const Point& loop) {
    Point out{.at = captured.at, .state = State::not_measured};
    const bool known = captured.state == State::exact && loop.state == State::exact && captured.value &&
                       loop.value && near(captured.at, loop.at, same_place);
    if (!known) return out;
    out.state = State::exact;
    out.value = *captured.value - *loop.value;
    if (captured.phase_deg && loop.phase_deg) out.phase_deg = wrapped(*captured.phase_deg - *loop.phase_deg);
    if (captured.u && loop.u) out.u = std::hypot(*captured.u, *loop.u);
    return out;
}

void take_out(const Reading& loop, Reading& response) {
    for (std::size_t k = 0; k < response.points.size(); ++k)
        response.points[k] = without(response.points[k], k < loop.points.size() ? loop.points[k] : Point{});
    response.unit = "dB";
    const std::string& by = response.definition;
    response.definition = by.substr(0, by.find('@')) + ".without_loop@1";
}

}  // namespace

Result<Done> put_beside(const LoopBaseline& baseline, const InterfaceIdentity& of, bool interface_played,
                        TakeRecord& record) {
    if (const auto judged = applies(baseline, of, record); !judged) return judged;
    TakeRecord::Loop loop{baseline.made,
                          baseline.interface.usb,
                          baseline.interface.serial,
                          baseline.interface.gain,
                          baseline.sha256,
                          false,
                          {}};
    for (Reading& own : record.readings) {
        const auto at = std::find_if(baseline.readings.begin(), baseline.readings.end(),
                                     [&](const Reading& r) { return counterparts(own, r); });
        // A clock and the places of breaks are the capture's alone.
        if (at == baseline.readings.end() || own.name == "clock_offset" || own.name == "wander" ||
            own.name == "discontinuities")
            continue;
        loop.readings.push_back(*at);
        if (!interface_played || own.name != "response" || !own.curve) continue;
        take_out(*at, own);
        loop.response_taken_out = true;
    }
    if (loop.readings.empty() && record.valid)
        return refused(
            "the baseline has no figure of a kind that the capture has: was one of them calibrated "
            "and the other not?");
    record.loop = std::move(loop);
    return Done{};
}

}  // namespace fourpole
