// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verdict/sentence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

std::string spoken(std::string reading) {
    std::replace(reading.begin(), reading.end(), '_', ' ');
    return reading;
}

std::string capital(std::string words) {
    if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
        words[0] = static_cast<char>(words[0] - 'a' + 'A');
    return words;
}

/// As many decimals as the uncertainty deserves, between 1 and 4.
std::string number(double value, double u) {
    int decimals = 2;
    if (u > 0.0) {
        decimals = 1;
        for (double place = u; place < 1.0 && decimals < 4; place *= 10.0) ++decimals;
    }
    return fmt::format("{:.{}f}", value, decimals);
}

std::string in_band(const Claim& claim) {
    const auto hertz = [](double f) {
        return f >= 1000.0 ? fmt::format("{:g} kHz", f / 1000.0) : fmt::format("{:g} Hz", f);
    };
    if (claim.band_from_hz && claim.band_to_hz)
        return fmt::format(", mean from {} to {}", hertz(*claim.band_from_hz), hertz(*claim.band_to_hz));
    if (claim.band_from_hz) return fmt::format(", mean above {}", hertz(*claim.band_from_hz));
    if (claim.band_to_hz) return fmt::format(", mean below {}", hertz(*claim.band_to_hz));
    return "";
}

std::string counted(int takes) { return takes == 1 ? "1 take" : fmt::format("{} takes", takes); }

/// "3 takes of each", "3 takes of A and 2 takes of B"; and what was refused.
std::string takes_of(const Difference& d, const ArmTakes& a, const ArmTakes& b) {
    std::string out = d.a.takes == d.b.takes ? counted(d.a.takes) + " of each"
                                             : fmt::format("{} of {} and {} of {}", counted(d.a.takes), a.arm,
                                                           counted(d.b.takes), b.arm);
    if (const std::size_t refused = a.refused.size() + b.refused.size(); refused > 0)
        out += fmt::format(" ({} more not valid)", refused);
    return out;
}

/// One take has an uncertainty of its own, but nobody saw what the next insertion would give.
std::string rests_on_one(int takes_a, int takes_b, const ArmTakes& a, const ArmTakes& b) {
    if (takes_a == 1 && takes_b == 1) return " This rests on one take of each (n = 1): no scatter is known.";
    if (takes_a != 1 && takes_b != 1) return "";
    const std::string& alone = takes_a == 1 ? a.arm : b.arm;
    return fmt::format(" Of {} this rests on one take (n = 1): its scatter is not known.", alone);
}

/// "all points are", "3 % of the points are".
std::string share_of_points(const ArmFigure& f) {
    return f.bounds > 0.995 ? "all points are" : fmt::format("{:.2g} % of the points are", 100.0 * f.bounds);
}

std::string value_of(const ArmFigure& f) {
    const std::string text = number(*f.value, f.u) + " " + f.unit;
    if (f.state == State::at_most)
        return fmt::format("at most {} ({} at the instrument's floor)", text, share_of_points(f));
    if (f.state == State::at_least) return "at least " + text;
    return text;
}

struct ImprovementWords {
    std::string value, low, high;
};

/// The difference and its interval in numbers, turned where lower is better.
ImprovementWords improvement_words(const Difference& d, bool turned) {
    return {number(turned ? -*d.value : *d.value, d.u), number(turned ? -d.high : d.low, d.u),
            number(turned ? -d.low : d.high, d.u)};
}

/// What follows from the answer, after the numbers.
std::string conclusion(const Verdict& v, const std::string& unit) {
    const std::string wanted = fmt::format("{:g} {}", v.smallest_difference, unit);
    switch (v.answer) {
        case Verdict::Answer::supported: return fmt::format("That clears the {} the claim needs.", wanted);
        case Verdict::Answer::refuted: return fmt::format("The claim needs {}.", wanted);
        case Verdict::Answer::not_measured:
        case Verdict::Answer::undecided: break;
    }
    if (v.difference->state != State::exact)
        return fmt::format(
            "Against the {} the claim needs that bound decides nothing; more takes would not, a lower "
            "floor could.",
            wanted);
    if (v.n_that_would_decide)
        return fmt::format(
            "The interval straddles the {} the claim needs; about {} takes per arm would decide.", wanted,
            *v.n_that_would_decide);
    return fmt::format(
        "The interval straddles the {} the claim needs, and more takes alone would not decide.", wanted);
}

}  // namespace

std::string unit_of_difference(const std::string& unit) { return unit.starts_with("dB") ? "dB" : unit; }

std::string called(const ArmTakes& arm) {
    return arm.label.empty() ? arm.arm : fmt::format("{} ({})", arm.arm, arm.label);
}

std::string difference_sentence(const Claim& claim, const Verdict& verdict, const ArmTakes& a,
                                const ArmTakes& b) {
    const Difference& d = *verdict.difference;
    const std::string what = capital(spoken(claim.reading));
    const std::string figures = fmt::format("{}{}: {} {}, {} {}.", what, in_band(claim), called(a),
                                            value_of(d.a), called(b), value_of(d.b));
    if (!d.value)
        return fmt::format(
            "{} Both are bounds only ({}), so their difference is unknown; a lower floor is needed.", figures,
            takes_of(d, a, b));

    // Said the way the claim says it: how much better the first arm is.
    const bool worse = (claim.lower_is_better ? -*d.value : *d.value) < 0.0;
    const bool turned = claim.lower_is_better != worse;
    const auto [better, low, high] = improvement_words(d, turned);
    const std::string unit = unit_of_difference(d.a.unit);
    const std::string percent = fmt::format("{:g} %", 100.0 * d.confidence);
    const std::string takes = takes_of(d, a, b);
    std::string advantage;
    if (d.state == State::exact)
        advantage = fmt::format("by {} {} ({} interval {} to {} {}, {})", better, unit, percent, low, high,
                                unit, takes);
    else if ((d.state == State::at_least) != turned)
        advantage = fmt::format("by at least {} {} ({} confidence, {})", low, unit, percent, takes);
    else
        advantage = fmt::format("by at most {} {} ({} confidence, {})", high, unit, percent, takes);
    return fmt::format("{} {} is {} {}. {}{}", figures, a.arm, worse ? "worse" : "better", advantage,
                       conclusion(verdict, unit), rests_on_one(d.a.takes, d.b.takes, a, b));
}

std::string words_sentence(const Claim& claim, const ArmTakes& arm, const std::vector<std::string>& words) {
    std::vector<std::string> different;
    for (const std::string& w : words)
        if (std::find(different.begin(), different.end(), w) == different.end()) different.push_back(w);
    std::string heard;
    for (const std::string& w : different) {
        const auto times = std::count(words.begin(), words.end(), w);
        if (!heard.empty()) heard += "; ";
        heard += "\"" + w + "\"";
        if (different.size() > 1) heard += fmt::format(" in {}", counted(static_cast<int>(times)));
    }
    std::string wanted;
    for (const std::string& prefix : claim.outcomes)
        wanted += (wanted.empty() ? "\"" : ", \"") + prefix + "\"";
    std::string takes = counted(static_cast<int>(words.size()));
    if (!arm.refused.empty()) takes += fmt::format(", {} more not valid", arm.refused.size());
    return fmt::format("{} of {}: {} ({}). The claim needs {}{}.{}", capital(spoken(claim.reading)),
                       called(arm), heard, takes, claim.outcomes.size() > 1 ? "one of " : "", wanted,
                       words.size() == 1
                           ? " This rests on one take (n = 1): whether the next gives the same is not known."
                           : "");
}

std::string difference_brief(const Verdict& verdict) {
    const Difference& d = *verdict.difference;
    // A single point at the floor makes its arm's mean a bound.
    if (!d.value)
        return fmt::format("both means are bounds only: {} at the instrument's floor in {}, {} in {}",
                           share_of_points(d.a), verdict.arms.front(), share_of_points(d.b),
                           verdict.arms.back());
    const bool worse = (verdict.lower_is_better ? -*d.value : *d.value) < 0.0;
    const bool turned = verdict.lower_is_better != worse;
    const auto [by, low, high] = improvement_words(d, turned);
    const char* word = worse ? "worse" : "better";
    const std::string unit = unit_of_difference(d.a.unit);
    const std::string wanted = fmt::format("needs {:g}", verdict.smallest_difference);
    const std::string more =
        verdict.n_that_would_decide ? fmt::format(" (n = {})", *verdict.n_that_would_decide) : "";
    if (d.state == State::exact)
        return fmt::format("{} {} {} ({} to {}), {}{}", by, unit, word, low, high, wanted, more);
    const bool at_least = (d.state == State::at_least) != turned;
    return fmt::format("{} {} {} {}, {}", at_least ? "at least" : "at most", at_least ? low : high, unit,
                       word, wanted);
}

std::string words_brief(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (std::find(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i), words[i]) ==
            words.begin() + static_cast<std::ptrdiff_t>(i))
            out += (out.empty() ? "" : "; ") + words[i];
    return out;
}

std::string missing_sentence(const Claim& claim, const ArmTakes& arm) {
    if (arm.takes.empty() && !arm.otherwise.empty())
        return fmt::format("{} cannot be judged: {}", called(arm), arm.otherwise);
    if (arm.takes.empty() && !arm.refused.empty())
        return fmt::format("No take of {} is valid: {}", called(arm), arm.refused.front());
    if (arm.takes.empty()) return fmt::format("There is no take of {}.", called(arm));
    return fmt::format("{} of {} was not measured in every take{}.", capital(spoken(claim.reading)),
                       called(arm), in_band(claim));
}

}  // namespace fourpole
