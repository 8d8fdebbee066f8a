// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/record.hpp"

#include "rig/report/reading_json.hpp"
#include "rig/report/record_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

Json band_end(const Reading& reading, const std::vector<double>& ends) {
    if (reading.curve) return finite(ends);
    return ends.empty() ? Json(nullptr) : finite(ends.front());
}

Json profiles_of(const RunRecord& run) {
    Json out = Json::array();
    for (const auto& arm : run.arms)
        out.push_back({{"arm", arm.id},
                       {"label", arm.label},
                       {"player", arm.player},
                       {"player_sha256", arm.player_sha256},
                       {"earphone", arm.earphone},
                       {"earphone_sha256", arm.earphone_sha256},
                       {"wiring", arm.wiring}});
    return out;
}

/// Every reading of the run in one list: of each take, then the means over the takes.
Json all_readings(const RunRecord& run) {
    Json out = Json::array();
    for (const TakeRecord& take : run.takes)
        for (const Reading& reading : take.readings) {
            Json one = json_of(reading);
            one["arm"] = take.arm;
            one["take"] = take.repeat;
            out.push_back(std::move(one));
        }
    for (std::size_t i = 0; i < run.means.size(); ++i) {
        Json one = json_of(run.means[i].mean);
        one["arm"] = i < run.mean_arms.size() ? Json(run.mean_arms[i]) : Json(nullptr);
        one["mean"] = true;
        out.push_back(std::move(one));
    }
    return out;
}

Json limits_of(const RunRecord& run) {
    Json out = Json::array();
    for (const auto& limit : run.limits)
        out.push_back({{"reading", limit.reading},
                       {"arm", limit.arm},
                       {"tested", limit.tested},
                       {"failed", limit.failed},
                       {"sentence", limit.sentence}});
    return out;
}

Json told(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class T>
Json list_of(const std::vector<T>& all) {
    Json out = Json::array();
    for (const T& one : all) out.push_back(json_of(one));
    return out;
}

Json json_of(const TakeRecord::Loop& loop) {
    return {{"made", loop.made},
            {"interface", {{"usb", loop.usb}, {"serial", told(loop.serial)}, {"gain", told(loop.gain)}}},
            {"sha256", loop.sha256},
            {"response_taken_out", loop.response_taken_out},
            {"readings", list_of(loop.readings)}};
}

}  // namespace

bool Diagnosis::names(const std::string& arm) const {
    return arms.empty() || std::find(arms.begin(), arms.end(), arm) != arms.end();
}

Json facts_of(const TakeRecord& take) {
    Json out = Json::object();
    out["valid"] = take.valid;
    out["reasons"] = take.reasons;
    out["simulated"] = take.simulated;
    out["bench"] = take.bench;
    out["arm"] = take.arm;
    out["repeat"] = take.repeat;
    out["take_sha256"] = take.take_sha256;
    out["programme"] = take.programme_id;
    out["programme_sha256"] = take.programme_sha256;
    out["calibration"] = take.calibration;
    if (!take.prediction_sha256.empty()) out["prediction_sha256"] = take.prediction_sha256;
    if (!take.switch_states.empty()) out["switch_states"] = take.switch_states;
    if (!take.switch_writes.empty()) out["switch_writes"] = take.switch_writes;
    out["rate_hz"] = finite(take.rate_hz);
    out["frames"] = take.frames;
    return out;
}

Json readings_of(const ArmPrediction& prediction) {
    Json out = Json::array();
    for (std::size_t i = 0; i < prediction.readings.size(); ++i) {
        Json one = json_of(prediction.readings[i]);
        // Neither end where no band was drawn: a lone curve is no band of width 0.
        if (i < prediction.low.size() && !prediction.low[i].empty())
            one["low"] = band_end(prediction.readings[i], prediction.low[i]);
        if (i < prediction.high.size() && !prediction.high[i].empty())
            one["high"] = band_end(prediction.readings[i], prediction.high[i]);
        const auto put = [&](const char* key, const std::vector<Band>& bands) {
            if (i < bands.size() && !bands[i].low.empty())
                one[key] = {{"low", finite(bands[i].low)}, {"high", finite(bands[i].high)}};
        };
        put("simultaneous", prediction.simultaneous);
        put("three_sigma", prediction.three_sigma);
        out.push_back(std::move(one));
    }
    return out;
}

Json json_of(const Consistency& c) {
    // Infinite where a point without any uncertainty differs: no number, and never 0.
    const bool finite_part = std::isfinite(c.chi_square.impossible);
    return {{"chi_square", finite(c.chi_square.value)},
            {"points", c.chi_square.points},
            {"degrees_of_freedom", c.chi_square.degrees_of_freedom},
            {"p", finite(c.chi_square.p)},
            {"impossible", finite_part ? finite(c.chi_square.impossible) : Json(nullptr)},
            {"largest_en", finite(c.largest_en)}};
}

Json json_of(const Beside& beside) {
    Json out = Json::object();
    out["arm"] = beside.arm;
    out["state"] = beside.state;
    out["inside"] = finite(beside.inside);
    out["z"] = finite(beside.z);
    out["consistency"] = beside.consistency ? json_of(*beside.consistency) : Json(nullptr);
    out["low"] = finite(beside.low);
    out["high"] = finite(beside.high);
    out["measured"] = json_of(beside.measured);
    out["predicted"] = json_of(beside.predicted);
    return out;
}

std::string to_json(const TakeRecord& record) {
    Json out = record_head("take");
    out.update(facts_of(record));
    out["readings"] = list_of(record.readings);
    if (record.loop) out["baseline"] = json_of(*record.loop);
    return dump_json(out);
}

Json origins_of(const ArmPrediction& prediction) {
    Json out = Json::array();
    for (const auto& o : prediction.origins) {
        out.push_back({{"kind", o.kind}, {"id", o.id}, {"sha256", o.sha256}});
        if (!prediction.arm.empty()) out.back()["arm"] = prediction.arm;
    }
    return out;
}

std::string to_json(const ArmPrediction& prediction) {
    Json out = record_head("prediction");
    out["valid"] = true;
    if (!prediction.origins.empty()) {
        out["simulated"] = false;
        out["profiles"] = origins_of(prediction);
    }
    out["arm"] = prediction.arm;
    out["draws"] = prediction.draws;
    out["end_error_db"] = finite(prediction.end_error_db);
    // No hash in here: it is taken over this very text.
    out["readings"] = readings_of(prediction);
    return dump_json(out);
}

std::string to_json(const RunRecord& record) {
    Json out = record_head("run");
    out["valid"] = record.valid;
    out["complete"] = record.complete;
    out["reasons"] = record.reasons;
    out["diagnoses"] = Json::array();
    for (const Diagnosis& d : record.diagnoses) out["diagnoses"].push_back(d.sentence);
    out["simulated"] = record.simulated;
    out["bench"] = record.bench;
    out["seed"] = record.seed;
    out["fault"] = record.fault.empty() ? Json(nullptr) : Json(record.fault);
    out["session"] = record.session_id;
    out["session_name"] = record.session_name;
    out["session_sha256"] = record.session_sha256;
    out["programme"] = record.programme_id;
    out["programme_sha256"] = record.programme_sha256;
    out["arms"] = profiles_of(record);
    out["takes"] = Json::array();
    for (const TakeRecord& take : record.takes) {
        Json facts = facts_of(take);
        const auto before = take.predicted_before;
        facts["predicted_before_capture"] = before ? Json(*before) : Json(nullptr);
        out["takes"].push_back(std::move(facts));
    }
    out["verdicts"] = list_of(record.verdicts);
    out["limits"] = limits_of(record);
    out["predictions"] = Json::array();
    for (const ArmPrediction& p : record.predictions)
        out["predictions"].push_back({{"arm", p.arm}, {"sha256", p.sha256}, {"readings", readings_of(p)}});
    out["beside"] = list_of(record.beside);
    out["readings"] = all_readings(record);
    return dump_json(out);
}

}  // namespace fourpole
