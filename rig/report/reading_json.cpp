// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/reading_json.hpp"

#include "rig/report/record.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <type_traits>

namespace fourpole {
namespace {

Json json_of(const Discontinuity& d) {
    Json out{{"kind", std::string(name(d.kind))}, {"count", d.count}, {"at_sample", d.at_sample}};
    if (d.u_count > 0.0) out["u_count"] = finite(d.u_count);
    if (d.between) out["between_samples"] = {d.between->first, d.between->second};
    if (d.modulo_samples) out["count_modulo_samples"] = finite(*d.modulo_samples);
    return out;
}

Json json_of(const Detail& detail) {
    return std::visit(
        [](const auto& v) -> Json {
            using Kind = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<Kind, double>) {
                return finite(v);
            } else if constexpr (std::is_same_v<Kind, std::complex<double>>) {
                return {{"re", finite(v.real())}, {"im", finite(v.imag())}};
            } else if constexpr (std::is_same_v<Kind, std::vector<Discontinuity>>) {
                Json list = Json::array();
                for (const Discontinuity& d : v) list.push_back(json_of(d));
                return list;
            } else {
                return Json(v);
            }
        },
        detail);
}

/// One optional member of every point as an array.
template <class Member>
Json array_of(const std::vector<Point>& points, Member member) {
    Json out = Json::array();
    for (const Point& p : points) out.push_back(finite(p.*member));
    return out;
}

bool any(const std::vector<Point>& points, std::optional<double> Point::*member) {
    return std::any_of(points.begin(), points.end(),
                       [member](const Point& p) { return (p.*member).has_value(); });
}

Json states(const std::vector<Point>& points) {
    const auto same = [&](const Point& p) { return p.state == points.front().state; };
    if (points.empty()) return std::string(name(State::not_measured));
    if (std::all_of(points.begin(), points.end(), same)) return std::string(name(points.front().state));
    Json out = Json::array();
    for (const Point& p : points) out.push_back(std::string(name(p.state)));
    return out;
}

void put_scalar(const Reading& reading, Json& out) {
    // A reading without a single point is a quantity that was not measured.
    const Point p = reading.points.empty() ? Point{{}, {}, {}, {}, State::not_measured} : reading.scalar();
    if (p.at) out[reading.axis] = finite(p.at);
    out["value"] = finite(p.value);
    out["unit"] = reading.unit;
    if (p.phase_deg) out["phase_deg"] = finite(p.phase_deg);
    out["u"] = finite(p.u);
    out["state"] = std::string(name(p.state));
}

void put_curve(const Reading& reading, Json& out) {
    out[reading.axis] = array_of(reading.points, &Point::at);
    out["value"] = array_of(reading.points, &Point::value);
    out["unit"] = reading.unit;
    if (any(reading.points, &Point::phase_deg))
        out["phase_deg"] = array_of(reading.points, &Point::phase_deg);
    out["u"] = array_of(reading.points, &Point::u);
    out["state"] = states(reading.points);
}

}  // namespace

Json finite(std::optional<double> number) {
    if (!number) return nullptr;
    assert(std::isfinite(*number));
    if (!std::isfinite(*number)) return nullptr;
    return *number;
}

Json finite(const std::vector<double>& numbers) {
    Json out = Json::array();
    for (const double v : numbers) out.push_back(finite(v));
    return out;
}

Json finite(const std::vector<std::optional<double>>& numbers) {
    Json out = Json::array();
    for (const auto& v : numbers) out.push_back(finite(v));
    return out;
}

Json json_of(const Reading& reading) {
    Json out = Json::object();
    out["name"] = reading.name;
    if (reading.from) out["from"] = std::string(name(*reading.from));
    if (reading.to) out["to"] = std::string(name(*reading.to));
    const bool own = reading.from && reading.from == reading.to;  // a response belongs to its side
    if (reading.side || own) out["side"] = std::string(name(reading.side ? *reading.side : *reading.from));
    if (reading.order) out["order"] = *reading.order;
    if (reading.curve)
        put_curve(reading, out);
    else
        put_scalar(reading, out);
    out["definition"] = reading.definition;
    out["calibration"] = reading.calibration;
    // "left/from_right" stands in an object of its own: "left": {"from_right": ...}.
    for (const auto& [key, detail] : reading.details) {
        const auto slash = key.find('/');
        Json& into = slash == std::string::npos ? out : out[key.substr(0, slash)];
        const std::string last = slash == std::string::npos ? key : key.substr(slash + 1);
        if (!into.contains(last)) into[last] = json_of(detail);
    }
    return out;
}

Json record_head(const char* kind) {
    return {{"schema", "fourpole/record@1"},
            {"kind", kind},
            {"program_version", program_version()},
            {"git_revision", program_revision()}};
}

}  // namespace fourpole
