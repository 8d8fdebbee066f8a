// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/listening.hpp"

#include "rig/analysis/mains.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fourpole {

namespace {

using Weight = Symptom::Weight;

constexpr int orders = 5;
constexpr double no_limit = std::numeric_limits<double>::infinity();
constexpr double clipped_at = 0.999;
constexpr double least_over_u = 4.0;

constexpr const char* no_input =
    "another channel of the card (\"inputs\" of the bench), its capture switch, or its driver";

struct Bound {
    double dbfs;
    double amplitude() const { return AmplitudeRatio::from_decibels(dbfs).count; }
};
constexpr Bound loud_dc{-40.0}, most_hum{-70.0}, most_noise{-50.0};

double dbfs(double amplitude) { return AmplitudeRatio{amplitude}.decibels(); }

std::string input_of(const Take& take, std::size_t channel) {
    return channel < take.facts.channels.size() ? take.facts.channels[channel] + " input"
                                                : fmt::format("input {}", channel + 1);
}

void listen_to(const Take& take, std::size_t channel, double dc_limit, std::vector<Symptom>& out) {
    const std::vector<double>& x = take.channels[channel];
    const std::string about = input_of(take, channel);
    const auto add = [&](Weight weight, std::string found, std::string fix) {
        out.push_back({weight, about, std::move(found), std::move(fix)});
    };
    if (std::all_of(x.begin(), x.end(), [](double v) { return v == 0.0; }))
        return add(Weight::in_the_way, "digital silence: not even noise arrives", no_input);
    const auto clipped =
        std::count_if(x.begin(), x.end(), [](double v) { return std::abs(v) >= clipped_at; });
    if (clipped > 0)
        return add(Weight::in_the_way,
                   fmt::format("{} samples are at full scale though nothing plays", clipped),
                   "turn its gain down; phantom power off; look for an open or swapped lead");
    const std::size_t before = out.size();
    const double dc = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    if (std::abs(dc) > dc_limit)
        add(Weight::in_the_way,
            fmt::format("{:+.3g} of full scale of DC while nothing plays; at most {:.3g} is allowed, and a "
                        "run would end with exit code 5",
                        dc, dc_limit),
            "is the right plug in, and nothing else wired to it? phantom power off");
    if (std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); }))
        return add(Weight::in_the_way,
                   fmt::format("a constant of {:.1f} dBFS and nothing else: not even noise arrives",
                               dbfs(std::abs(dc))),
                   no_input);
    const QuietStretch whole{0, x.size()};
    const QuietContent content = quiet_content(x, {&whole, 1}, take.rate_hz, orders);
    if (out.size() == before && std::abs(content.dc) > loud_dc.amplitude())
        add(Weight::worth_knowing, fmt::format("a constant of {:.1f} dBFS", dbfs(std::abs(content.dc))),
            "phantom power off; a DC-coupled input shows the player's own offset");
    for (const MainsLine& line : content.lines)
        if (line.amplitude > std::max(most_hum.amplitude(), least_over_u * line.u))
            add(Weight::worth_knowing,
                fmt::format("hum of {:.1f} dBFS at {:.1f} Hz", dbfs(line.amplitude), line.frequency_hz),
                "one way to ground only: the player on its battery, the computer on its own, balanced leads, "
                "no "
                "supply beside the cable");
    if (content.rest_rms > most_noise.amplitude())
        add(Weight::worth_knowing, fmt::format("noise of {:.1f} dBFS rms", dbfs(content.rest_rms)),
            "turn its gain down, or plug the lead in: an open input picks up the room");
    if (out.size() == before)
        add(Weight::fine, fmt::format("quiet: {:.1f} dBFS rms", dbfs(content.rest_rms)), "");
}

}  // namespace

std::vector<Symptom> symptoms_of(const Take& silence, const std::vector<double>& most_dc) {
    std::vector<Symptom> out;
    for (std::size_t channel = 0; channel < silence.channels.size(); ++channel)
        listen_to(silence, channel, channel < most_dc.size() ? most_dc[channel] : no_limit, out);
    return out;
}

}  // namespace fourpole
