// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/observed.hpp"

#include "rig/files/read_text.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

using Complex = std::complex<double>;

constexpr std::size_t most_record_bytes = std::size_t{256} << 20U;

/// A sweep's gate holds 0.35 s at most, its outer halves faded: 1 / 0.25 s of resolution.
constexpr double sweep_resolution_hz = 4.0;

Fault refuse(const std::string& where, std::string what) {
    return {Fault::Kind::bad_input, where, std::move(what)};
}

std::string text_in(const Json& json, const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::optional<double> number(const Json& json) {
    if (!json.is_number()) return {};
    return json.get<double>();
}

/// Member `key` of point i: of an array its entry, of a plain value itself (a scalar reading,
/// or one state for all points); null where it is not there.
const Json& at_point(const Json& reading, const char* key, std::size_t i) {
    static const Json none;
    const auto found = reading.find(key);
    if (found == reading.end()) return none;
    if (!found->is_array()) return *found;
    return i < found->size() ? (*found)[i] : none;
}

std::size_t points_of(const Json& reading) {
    const auto at = reading.find("frequency_hz");
    if (at == reading.end()) return 0;
    return at->is_array() ? at->size() : 1;
}

/// What one entry of `readings` is about; nothing where the fit has no use for it.
struct Subject {
    Observation::Kind kind = Observation::Kind::transfer;
    Side from = Side::left, to = Side::left;
    bool preferred = false;  ///< a transfer holds what response and crosstalk hold, and more
    bool operator==(const Subject&) const = default;

    bool same_volts(const Subject& o) const {
        return from == o.from && to == o.to && impedance() == o.impedance();
    }
    bool impedance() const {
        return kind == Observation::Kind::impedance_at_plug || kind == Observation::Kind::impedance_at_driver;
    }
};

std::optional<Subject> subject_of(const Json& reading) {
    const std::string name = text_in(reading, "name");
    const auto from = side_named(text_in(reading, "from")), to = side_named(text_in(reading, "to"));
    const auto side = side_named(text_in(reading, "side"));
    using Kind = Observation::Kind;
    if (name == "transfer" && from && to) return Subject{Kind::transfer, *from, *to, true};
    if (name == "response" && (side || (from && from == to)))
        return Subject{Kind::transfer, side ? *side : *from, side ? *side : *from, false};
    if (name == "crosstalk" && from && to && from != to) return Subject{Kind::crosstalk, *from, *to, false};
    if (name == "impedance" && side)
        return Subject{
            text_in(reading, "at") == "driver" ? Kind::impedance_at_driver : Kind::impedance_at_plug, *side,
            *side, true};
    return {};
}

/// Of a reading whose u allows for the interface's crosstalk: how large what leaks is where it leaks from, re
/// the largest share that may leak. Of a crosstalk that is the driven side itself; of a transfer what its
/// signal does at the other input.
class LeakedFrom {
public:
    LeakedFrom(const Json& reading, const Subject& subject, const std::vector<const Json*>& readings) {
        const auto at_most = reading.find("interface_crosstalk_at_most_db");
        if (at_most == reading.end() || !at_most->is_number()) return;
        ratio_ = AmplitudeRatio::from_decibels(at_most->get<double>()).count;
        if (subject.kind == Observation::Kind::crosstalk) return;
        const auto found = std::find_if(readings.begin(), readings.end(), [&](const Json* r) {
            const auto s = subject_of(*r);
            return s && text_in(*r, "name") == "transfer" && s->from == subject.from &&
                   s->to == other(subject.to);
        });
        source_ = found != readings.end() ? *found : nullptr;
        if (!source_) ratio_.reset();
    }
    std::optional<double> ratio() const { return ratio_; }
    /// Half of the largest leak at point i: its standard uncertainty in each component.
    double u(std::size_t i) const {
        if (!ratio_) return 0.0;
        if (!source_) return *ratio_ / 2.0;
        const auto db = number(at_point(*source_, "value", i));
        return db && at_point(*source_, "state", i) != "not_measured"
                   ? *ratio_ / 2.0 * AmplitudeRatio::from_decibels(*db).count
                   : 0.0;
    }

private:
    std::optional<double> ratio_;
    const Json* source_ = nullptr;
};

/// Reads the points of one reading into `out`.
class PointReader {
public:
    PointReader(const Json& reading, const Subject& subject, const std::vector<const Json*>& readings,
                Observed& out)
        : reading_(reading), subject_(subject), out_(out), leaked_(reading, subject, readings) {
        sweep_ = text_in(reading, "definition").find(".sweep@") != std::string::npos;
        if (const auto found = reading.find("calibration_u"); found != reading.end())
            common_db_ = number(*found);
        use_.name = text_in(reading, "name") + " " + std::string(name(subject.from));
        if (subject.from != subject.to) use_.name += " to " + std::string(name(subject.to));
        use_.points = points_of(reading);
    }

    void read() {
        for (std::size_t i = 0; i < use_.points; ++i) read_point(i);
        if (common_db_ && subject_.kind == Observation::Kind::transfer)
            out_.calibration_u[subject_.to] = *common_db_ / db_per_relative;
        if (const auto ratio = leaked_.ratio())
            out_.interface_crosstalk = std::max(*ratio, out_.interface_crosstalk.value_or(0.0));
        if (!common_db_ && !subject_.impedance() && out_.calibration != "raw" && use_.used > 0)
            out_.common_u_unknown = true;
        out_.uses.push_back(use_);
    }

private:
    void read_point(std::size_t i) {
        const auto f = number(at_point(reading_, "frequency_hz", i));
        const auto value = number(at_point(reading_, "value", i));
        const auto phase = number(at_point(reading_, "phase_deg", i));
        const auto u = number(at_point(reading_, "u", i));
        const Json& state = at_point(reading_, "state", i);
        const bool bound = state == "at_most" || state == "at_least";
        if (!f || !(*f > 0.0) || !value || state == "not_measured") {
            ++use_.unmeasured;
            return;
        }
        Observation o{subject_.kind, subject_.from, subject_.to, *f, {}, 0.0, !phase};
        const double size = subject_.impedance() ? *value : AmplitudeRatio::from_decibels(*value).count;
        o.value = std::polar(std::abs(size), phase.value_or(0.0) / degrees_per_radian);
        if (bound) {
            ++use_.bounds;
            if (state == "at_most") out_.bounds.push_back(o);
            return;
        }
        const auto own = u ? own_u(*u, db_per_relative * leaked_.u(i) / std::abs(size)) : std::nullopt;
        if (!own) {
            ++use_.without_u;
            return;
        }
        if (sweep_ && last_hz_ && *f < *last_hz_ + sweep_resolution_hz) {
            ++use_.overlapping;
            return;
        }
        last_hz_ = f;
        o.u = subject_.impedance() ? *own : *own / db_per_relative * std::abs(size);
        if (!(o.u > 0.0)) {
            ++use_.without_u;
            return;
        }
        ++use_.used;
        out_.points.push_back(o);
    }

    /// u without what the calibration and the interface's crosstalk add to every point alike.
    std::optional<double> own_u(double u, double leak_u) const {
        const double rest = u * u - common_db_.value_or(0.0) * common_db_.value_or(0.0) - leak_u * leak_u;
        if (!(u > 0.0) || !(rest > 0.0)) return {};
        return std::sqrt(rest);
    }

    const Json& reading_;
    const Subject& subject_;
    Observed& out_;
    LeakedFrom leaked_;
    ReadingUse use_;
    bool sweep_ = false;
    std::optional<double> common_db_, last_hz_;
};

/// The readings of a run that belong to one take of one arm, or all of a take's own record.
Result<std::vector<const Json*>> chosen(const Json& record, const std::string& where,
                                        const TakeChoice& choice) {
    std::vector<const Json*> all;
    const bool run = text_in(record, "kind") == "run";
    std::string arms;
    for (const Json& reading : record.at("readings")) {
        if (!reading.is_object() || reading.value("mean", false)) continue;
        const std::string arm = text_in(reading, "arm");
        if (run && arms.find("\"" + arm + "\"") == std::string::npos)
            arms += (arms.empty() ? "\"" : ", \"") + arm + "\"";
        if (run && (arm != choice.arm || number(at_point(reading, "take", 0)) != choice.take.value_or(1)))
            continue;
        all.push_back(&reading);
    }
    if (run && all.empty())
        return refuse(where, choice.arm.empty()
                                 ? "is the record of a run with several takes; choose one with --arm and "
                                   "--take (its arms: " +
                                       arms + ")"
                                 : fmt::format("has no take {} of arm \"{}\"; its arms: {}",
                                               choice.take.value_or(1), choice.arm, arms));
    return all;
}

std::string reasons_of(const Json& facts) {
    std::string all;
    if (const auto reasons = facts.find("reasons"); reasons != facts.end() && reasons->is_array())
        for (const Json& reason : *reasons)
            if (reason.is_string()) all += (all.empty() ? "" : "; ") + reason.get<std::string>();
    return all;
}

/// The facts of the take that the readings come from.
const Json& facts_of(const Json& record, const TakeChoice& choice) {
    if (const auto takes = record.find("takes"); takes != record.end() && takes->is_array())
        for (const Json& take : *takes)
            if (text_in(take, "arm") == choice.arm &&
                number(at_point(take, "repeat", 0)) == choice.take.value_or(1))
                return take;
    return record;
}

Result<Done> fit_to_use(const Json& record, const std::string& where) {
    const std::string kind = text_in(record, "kind");
    if (!record.is_object() || text_in(record, "schema") != "fourpole/record@1" ||
        !record.contains("readings") || !record.at("readings").is_array())
        return refuse(where, "is no record; allowed: schema \"fourpole/record@1\" with a list of readings");
    if (kind == "prediction")
        return refuse(where,
                      "is a prediction: its u are the tolerances of the profiles, not of a measurement");
    if (kind == "comparison") return refuse(where, "is a comparison: it holds differences, no measurement");
    return Done{};
}

}  // namespace

Result<Observed> observed_in(const Json& record, const std::string& where, const TakeChoice& choice) {
    if (const auto usable = fit_to_use(record, where); !usable) return usable.error();
    const auto readings = chosen(record, where, choice);
    if (!readings) return readings.error();
    const Json& facts = facts_of(record, choice);
    if (const auto valid = facts.find("valid"); valid != facts.end() && *valid == false)
        return Fault{Fault::Kind::take_invalid, where,
                     "the take is invalid, nothing is fitted to it: " + reasons_of(facts)};
    Observed out;
    out.simulated = record.value("simulated", false);
    out.arm = text_in(facts, "arm");
    out.take_sha256 = text_in(facts, "take_sha256");
    out.programme_sha256 = text_in(record, "programme_sha256");
    if (const std::string state = text_in(facts, "calibration"); !state.empty()) out.calibration = state;
    if (const auto repeat = number(at_point(facts, "repeat", 0)))
        out.take = static_cast<std::int64_t>(*repeat);

    std::vector<std::pair<Subject, const Json*>> subjects;
    for (const Json* reading : *readings) {
        if (const auto subject = subject_of(*reading)) {
            subjects.emplace_back(*subject, reading);
            continue;
        }
        const std::string name = text_in(*reading, "name");
        if (std::find(out.unread.begin(), out.unread.end(), name) == out.unread.end())
            out.unread.push_back(name);
    }
    std::sort(out.unread.begin(), out.unread.end());
    for (const auto& [subject, reading] : subjects) {
        const auto better = [&s = subject](const auto& other) {
            return other.first.preferred && !s.preferred && other.first.same_volts(s);
        };
        if (std::any_of(subjects.begin(), subjects.end(), better)) continue;
        for (const char* key : {"value", "phase_deg", "u", "state"}) {
            const auto found = reading->find(key);
            if (found == reading->end() || !found->is_array() || found->size() == points_of(*reading))
                continue;
            return refuse(where,
                          fmt::format("the reading {} has {} entries of {} for {} frequencies; allowed: "
                                      "one a frequency",
                                      text_in(*reading, "name"), found->size(), key, points_of(*reading)));
        }
        PointReader(*reading, subject, *readings, out).read();
    }
    if (!out.points.empty()) return out;
    std::string seen;
    for (const ReadingUse& use : out.uses)
        seen += fmt::format("; {}: {} points, {} bounds, {} without u, {} not measured", use.name, use.points,
                            use.bounds, use.without_u, use.unmeasured);
    return refuse(where,
                  "holds no usable reading; allowed: transfer, response, crosstalk or impedance with "
                  "points that are exact and have u" +
                      seen);
}

Result<Observed> observed_in(const std::filesystem::path& file, const TakeChoice& choice) {
    const auto text = read_text(file, most_record_bytes);
    if (!text) return text.error();
    JsonLimits limits;
    limits.bytes = most_record_bytes;
    const auto record = parse_json(*text, file.string(), limits);
    if (!record) return record.error();
    return observed_in(*record, file.string(), choice);
}

}  // namespace fourpole
