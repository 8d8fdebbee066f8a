// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/read_programme.hpp"

#include "rig/capture/sound_header.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace fourpole {

namespace {

// Decimal seconds of a whole number of samples end a hair beside them.
constexpr double hair_s = 1e-6;

/// Reads and checks one event after the other.
class EventReader {
public:
    EventReader(const std::filesystem::path& folder, double rate_hz, double length_s, Findings& findings)
        : folder_(folder), rate_hz_(rate_hz), length_s_(length_s), findings_(findings) {}

    Event read(const Json& json, const std::string& pointer) {
        json_ = &json;
        pointer_ = pointer;
        Event out;
        if (json.contains("sides")) {
            for (const Json& side : json.at("sides")) out.on[*side_named(side.get<std::string>())] = true;
        } else {
            for (const Side side : sides) out.on[side] = true;
        }
        const std::string kind = json.at("kind");
        if (kind == "chirp") out.what = chirp();
        if (kind == "sweep") out.what = sweep();
        if (kind == "tones") out.what = tones();
        if (kind == "silence") out.what = Silence{start(), duration()};
        if (kind == "file") out.what = file(folder_ / json.at("path").get<std::string>());
        if (kind == "noise") out.what = noise();
        if (kind == "jtest") out.what = JTest{start(), duration(), json.value("bits", 24), rate_hz_};
        return out;
    }

private:
    double number(const char* key, double otherwise = 0.0) const { return json_->value(key, otherwise); }
    double start() const { return number("start_s"); }
    /// Absent: to the end of the programme.
    double duration() {
        const double out = number("duration_s", length_s_ - start());
        ends_at(start() + out);
        return out;
    }

    void complain(const char* key, const std::string& found, const std::string& allowed) {
        findings_.add(pointer_to(pointer_, std::string(key)), found, allowed);
    }

    void ends_at(double end_s) {
        if (end_s > length_s_ + hair_s || start() > length_s_)
            findings_.add(pointer_, "an event that ends at " + rounded_in_words(end_s) + " s",
                          "an end within length_s = " + in_words(length_s_) + " s");
    }

    /// Below half the sample rate; a sweep may end there exactly.
    double frequency(const char* key) {
        const double f = number(key);
        if (f > rate_hz_ / 2.0)
            complain(key, in_words(f) + " Hz",
                     "at most half the sample rate, " + in_words(rate_hz_ / 2.0) + " Hz");
        return f;
    }

    Chirp chirp() {
        const Chirp out{
            start(),         duration(), frequency("f1_hz"), frequency("f2_hz"), number("amplitude"),
            number("edge_s")};
        if (out.f1_hz == out.f2_hz) complain("f2_hz", in_words(out.f2_hz), "a frequency that is not f1_hz");
        fits("edge_s", out.edge_s, out.duration_s / 2.0, "half the duration");
        return out;
    }

    Sweep sweep() {
        const bool farina = json_->value("law", std::string("synchronised")) == "farina";
        const Sweep out{start(),
                        frequency("f1_hz"),
                        frequency("f2_hz"),
                        number("rate_s"),
                        number("amplitude"),
                        number("fade_in_s"),
                        number("fade_out_s"),
                        farina ? Sweep::Law::farina : Sweep::Law::synchronised};
        if (out.f2_hz <= out.f1_hz) {
            complain("f2_hz", in_words(out.f2_hz), "a frequency > f1_hz = " + in_words(out.f1_hz));
            return out;
        }
        const double length = out.rate_s * std::log(out.f2_hz / out.f1_hz);
        ends_at(out.start_s + length);
        fits("fade_out_s", out.fade_in_s + out.fade_out_s, length, "both fades within the sweep");
        return out;
    }

    Tones tones() {
        Tones out{start(), duration(), number("edge_s"), {}};
        fits("edge_s", out.edge_s, out.duration_s / 2.0, "half the duration");
        const auto list = pointer_to(pointer_, "tones");
        for (const Json& one : json_->at("tones")) {
            const Tone tone{one.at("frequency_hz").get<double>(), one.at("amplitude").get<double>(),
                            one.value("phase_rad", 0.0)};
            if (tone.frequency_hz >= rate_hz_ / 2.0)
                findings_.add(pointer_to(pointer_to(list, out.tones.size()), "frequency_hz"),
                              in_words(tone.frequency_hz),
                              "less than half the sample rate, " + in_words(rate_hz_ / 2.0) + " Hz");
            out.tones.push_back(tone);
        }
        return out;
    }

    FileEvent file(const std::filesystem::path& path) const {
        FileEvent out{start(), path.string(), number("amplitude", 1.0)};
        // Whoever plays or reads it says what is wrong with it.
        if (const auto header = check_sound_header(path))
            out.length_s = static_cast<double>(header->frames) / header->rate_hz;
        return out;
    }

    Noise noise() {
        // -20 dBFS rms leaves 20 dB for the peaks of a Gaussian noise.
        Noise out{start(), duration(), number("amplitude", 0.1), Noise::Spectrum::white};
        const std::string spectrum = json_->at("spectrum");
        if (spectrum == "pink") out.spectrum = Noise::Spectrum::pink;
        if (spectrum == "iec_programme") out.spectrum = Noise::Spectrum::iec_programme;
        return out;
    }

    void fits(const char* key, double found_s, double most_s, const std::string& what) {
        if (found_s > most_s + hair_s)
            complain(key, rounded_in_words(found_s) + " s",
                     "at most " + rounded_in_words(most_s) + " s: " + what);
    }

    const std::filesystem::path& folder_;
    double rate_hz_, length_s_;
    Findings& findings_;
    const Json* json_ = nullptr;
    std::string pointer_;
};

/// From when to when an event sounds, and its highest peak.
struct Span {
    double from_s, to_s, peak;
};
Span span_of(const Chirp& e) { return {e.start_s, e.start_s + e.duration_s, e.amplitude}; }
Span span_of(const Sweep& e) {
    return {e.start_s, e.start_s + e.rate_s * std::log(e.f2_hz / e.f1_hz), e.amplitude};
}
Span span_of(const Tones& e) {
    double sum = 0.0;
    for (const Tone& tone : e.tones) sum += tone.amplitude;
    return {e.start_s, e.start_s + e.duration_s, sum};
}
Span span_of(const Silence& e) { return {e.start_s, e.start_s + e.duration_s, 0.0}; }
// Of a file that cannot be read nobody knows how long it lasts: it may sound to the end.
Span span_of(const FileEvent& e) {
    return {e.start_s, e.length_s > 0.0 ? e.start_s + e.length_s : std::numeric_limits<double>::max(),
            e.amplitude};
}
Span span_of(const Noise& e) {
    return {e.start_s, e.start_s + e.duration_s, e.amplitude * std::numbers::sqrt2};
}
Span span_of(const JTest& e) { return {e.start_s, e.start_s + e.duration_s, 0.5}; }

}  // namespace

Loudest loudest(const Programme& programme) {
    Loudest out;
    std::vector<Span> spans;
    for (const Event& event : programme.events)
        spans.push_back(std::visit([](const auto& e) { return span_of(e); }, event.what));
    // The sum can only rise where an event begins.
    for (const Side side : sides) {
        for (std::size_t i = 0; i < spans.size(); ++i) {
            if (!programme.events[i].on[side]) continue;
            double sum = 0.0;
            for (std::size_t k = 0; k < spans.size(); ++k)
                if (programme.events[k].on[side] && spans[k].from_s <= spans[i].from_s &&
                    spans[i].from_s < spans[k].to_s - hair_s)
                    sum += spans[k].peak;
            if (sum > out.amplitude) out = {sum, i};
        }
    }
    return out;
}

/// "sweep" or "file": what a response is read by. "": anything else, and a file of unknown length.
std::string wide_band(const Event& event) {
    const auto* file = std::get_if<FileEvent>(&event.what);
    if (file && file->length_s > 0.0) return "file";
    return std::holds_alternative<Sweep>(event.what) ? "sweep" : "";
}

/// Of two sweeps or files at once each is heard in the other's place. One and the same on both sides is one;
/// a file a side may be the two channels of one recording, which the analyzer has its own word on.
void refuse_sweeps_at_once(const Programme& programme, Findings& findings) {
    const auto& events = programme.events;
    for (std::size_t i = 0; i < events.size(); ++i)
        for (std::size_t k = 0; k < events.size(); ++k) {
            const std::string first = wide_band(events[i]), second = wide_band(events[k]);
            if (i == k || first.empty() || second.empty() || events[i].what == events[k].what) continue;
            const Span early = std::visit([](const auto& e) { return span_of(e); }, events[i].what);
            const Span late = std::visit([](const auto& e) { return span_of(e); }, events[k].what);
            const bool later = late.from_s > early.from_s || (late.from_s == early.from_s && k > i);
            if (!later || late.from_s >= early.to_s - hair_s) continue;
            findings.add(
                pointer_to(pointer_to("/events", k), "start_s"), rounded_in_words(late.from_s) + " s",
                "at least " + rounded_in_words(early.to_s) + " s, where the " + first + " of " +
                    pointer_to("/events", i) + " ends: of two " +
                    (first == second ? first + "s" : "sweeps or files") + " at once neither can be told");
        }
}

Read<Programme> programme_from(Document document) {
    if (!document.usable()) return {std::nullopt, std::move(document.findings)};
    const Json& json = document.json;
    Programme out;
    out.id = text_at(json, "id");
    out.sha256 = document.sha256();
    out.sample_rate_hz = json.at("sample_rate_hz").get<double>();
    out.length_s = json.at("length_s").get<double>();
    const auto folder = document.path.parent_path();
    EventReader reader(folder, out.sample_rate_hz, out.length_s, document.findings);
    for (const Json& event : json.at("events"))
        out.events.push_back(reader.read(event, pointer_to("/events", out.events.size())));
    if (document.usable()) refuse_sweeps_at_once(out, document.findings);
    if (json.contains("analyses")) out.analyses = json.at("analyses").get<std::vector<std::string>>();

    // 1e-9: tones of 1/3 each may add up to a hair more than 1.
    if (const Loudest most = loudest(out); document.usable() && most.amplitude > 1.0 + 1e-9)
        document.findings.add(
            pointer_to("/events", most.event),
            "amplitudes that add up to " + rounded_in_words(most.amplitude) + " where this event begins",
            "at most 1 (digital full scale) at any time");
    return {std::move(out), std::move(document.findings)};
}

Read<Programme> programme_with_files(Document document) {
    auto read = programme_from(std::move(document));
    if (!read.value) return read;
    for (std::size_t i = 0; i < read.value->events.size(); ++i) {
        const auto* event = std::get_if<FileEvent>(&read.value->events[i].what);
        std::error_code ignored;
        if (event != nullptr && !std::filesystem::is_regular_file(event->path, ignored))
            read.findings.add(pointer_to(pointer_to("/events", i), "path"), in_words(Json(event->path)),
                              "the path of an existing sound file, relative to the programme");
    }
    return read;
}

}  // namespace fourpole
