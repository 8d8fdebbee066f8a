// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/beside.hpp"
#include "rig/compare/comparison.hpp"
#include "rig/report/record.hpp"
#include "rig/verdict/judge.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace fourpole {

// A believable run made of closed forms: arm A has separate returns (crosstalk through the
// contacts only), arm B shares one (crosstalk 28 dB higher), with ripple where takes differ.

inline constexpr int points = 121;
inline double hz(int i) { return 20.0 * std::pow(1000.0, i / double(points - 1)); }

inline double response_db(int i) {
    return -1.2 + 1.6 * std::exp(-std::pow(std::log(hz(i) / 90.0), 2)) - std::pow(hz(i) / 30e3, 2);
}

inline double crosstalk_db(int i, bool shared) {
    const double floor_of_contacts = -67.0 + 7.0 * std::log(hz(i) / 1000.0) / 3.0;
    return shared ? -36.0 + 1.5 * std::exp(-std::pow(std::log(hz(i) / 90.0), 2)) : floor_of_contacts;
}

inline Reading curve(const std::string& name, Side from, Side to) {
    Reading r;
    r.name = name;
    r.unit = "dB";
    r.definition = name + ".sweep@1";
    r.from = from;
    r.to = to;
    r.curve = true;
    r.calibration = "nominal";
    return r;
}

inline Readings readings_of_take(bool shared, int take, double model_error_db) {
    Readings out;
    for (const Side from : sides) {
        Reading response = curve("response", from, from), crosstalk = curve("crosstalk", from, other(from));
        Reading floor = curve("crosstalk_floor", from, other(from));
        for (int i = 0; i < points; ++i) {
            const double wobble = 0.02 * std::sin(3.7 * i + take) + (from == Side::left ? 0.1 : -0.1);
            response.points.push_back(
                {hz(i), response_db(i) + wobble, 3.0 * std::sin(0.1 * i), 0.01, State::exact});
            const double floor_db = -88.0 + 22.0 * std::exp(-(hz(i) - 20.0) / 90.0);
            const double level = crosstalk_db(i, shared) + 8.0 * wobble + 0.3 * take + model_error_db;
            const bool buried = level < floor_db + 6.0;
            crosstalk.points.push_back({hz(i), buried ? floor_db + 6.0 : level, 170.0, buried ? 3.0 : 0.05,
                                        buried ? State::at_most : State::exact});
            floor.points.push_back({hz(i), floor_db, std::nullopt, std::nullopt, State::exact});
        }
        out.push_back(response);
        out.push_back(crosstalk);
        out.push_back(floor);
    }
    Reading ppm;
    ppm.name = "clock_offset";
    ppm.unit = "ppm";
    ppm.definition = "clock_offset.chirps@1";
    ppm.points = {{std::nullopt, 37.0021 + 0.0004 * take, std::nullopt, 0.0008, State::exact}};
    out.push_back(ppm);
    Reading wiring;
    wiring.name = "wiring";
    wiring.definition = "wiring.matrix@1";
    wiring.points = {Point{}};
    wiring.details = {{"outcome", std::string("stereo")}, {"from_left", std::complex<double>(0.87, -0.01)}};
    out.push_back(wiring);
    return out;
}

inline ArmPrediction predicted(const std::string& arm, bool shared) {
    ArmPrediction p;
    p.arm = arm;
    p.sha256 = std::string(64, arm == "A" ? 'a' : 'b');
    for (const Reading& r : readings_of_take(shared, 0, 0.0)) {
        if (r.name != "response" && r.name != "crosstalk") continue;
        Reading nominal = r;
        std::vector<double> low, high;
        for (int i = 0; i < points; ++i) {
            Point& q = nominal.points[static_cast<std::size_t>(i)];
            const double half = r.name == "response" ? 0.5 : 3.0 + hz(i) / 8000.0;
            q.value = r.name == "response" ? response_db(i) : crosstalk_db(i, shared);
            q.u = half / 1.96;
            q.state = State::exact;
            low.push_back(*q.value - half);
            high.push_back(*q.value + half);
        }
        p.readings.push_back(nominal);
        p.low.push_back(low);
        p.high.push_back(high);
    }
    return p;
}

inline ClaimUse separation_claim() {
    ClaimUse use;
    use.claim.id = "separation";
    use.claim.statement = "Four poles keep the two sides further apart than three.";
    use.claim.quote = "with the extra pole the stereo image simply opens up";
    use.claim.quote_where = "a forum post of 2003";
    use.claim.reading = "crosstalk";
    use.claim.band_from_hz = 200.0;
    use.claim.band_to_hz = 10000.0;
    use.claim.lower_is_better = true;
    use.claim.smallest_difference = 10.0;
    use.a = "A";
    use.b = "B";
    return use;
}

inline ClaimUse mating_claim() {
    ClaimUse use;
    use.claim.id = "mating";
    use.claim.statement = "An ordinary plug in the four-pole jack still plays stereo.";
    use.claim.reading = "wiring";
    use.claim.rule = Claim::Rule::outcome_is_one_of;
    use.claim.outcomes = {"stereo"};
    use.a = "B";
    return use;
}

inline void add_arm(RunRecord& run, const std::string& id, const std::string& label, bool shared,
                    std::vector<ArmTakes>& all) {
    run.arms.push_back({id, label, "sharp_md_dr7", std::string(64, 'c'),
                        shared ? "mx300_3pole" : "mx300_4pole", std::string(64, 'd'), "stereo"});
    run.predictions.push_back(predicted(id, shared));
    ArmTakes judged{id, label, {}, {}};
    for (int take = 1; take <= 3; ++take) {
        TakeRecord record;
        record.arm = id;
        record.repeat = take;
        record.take_sha256 = std::string(62, 'e') + id + std::to_string(take);
        record.programme_id = run.programme_id;
        record.programme_sha256 = run.programme_sha256;
        record.bench = run.bench;
        record.simulated = run.simulated;
        record.calibration = "nominal";
        record.rate_hz = 48000.0;
        record.frames = 336000;
        record.readings = readings_of_take(shared, take, shared ? 0.9 : -0.8);
        judged.takes.push_back(record.readings);
        run.takes.push_back(record);
    }
    for (const Repeated& mean : over_repeats(judged.takes)) {
        run.means.push_back(mean);
        run.mean_arms.push_back(id);
        const ArmPrediction& p = run.predictions.back();
        for (std::size_t i = 0; i < p.readings.size(); ++i)
            if (p.readings[i].same_quantity(mean.mean))
                run.beside.push_back(beside(id, mean.mean, p.readings[i], p.low[i], p.high[i]));
    }
    all.push_back(judged);
}

inline RunRecord believable_run(const std::string& name = "Sharp MD-DR7: four poles against three") {
    RunRecord run;
    run.session_id = "md_dr7_4pole_vs_3pole";
    run.session_name = name;
    run.session_sha256 = std::string(64, '1');
    run.programme_id = "sweep-v1";
    run.programme_sha256 = std::string(64, '2');
    run.bench = "simulated";
    run.simulated = true;
    run.seed = 7;
    std::vector<ArmTakes> arms;
    add_arm(run, "A", "MD-DR7, 4-pole plug, separate returns", false, arms);
    add_arm(run, "B", "MD-DR7, 3-pole plug, shared return", true, arms);
    run.verdicts = {judge(separation_claim(), arms), judge(mating_claim(), arms)};
    run.limits.push_back(
        {"crosstalk", "A", "crosstalk of A at 1 kHz is -67.4 dB, at most -60 dB allowed", false, true});
    run.limits.push_back({"response", "B", "response of B at 15 kHz was not measured", false, false});
    return run;
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace fourpole
