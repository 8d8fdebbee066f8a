// SPDX-License-Identifier: GPL-3.0-or-later
// Quiet of minutes, in fits of seconds: what they have in common, and no more memory than one of them takes.
#include "rig/analysis/long_quiet.hpp"

#include "rig/analysis/mains.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double beyond_chance = 9.0;  ///< variances
constexpr double seen_from_u = 4.0;    ///< as the readings have it

/// One fit, and the samples that it is of.
struct Part {
    QuietContent content;
    double count = 0.0, share = 0.0;

    double power(std::size_t line) const { return std::pow(content.lines[line].amplitude, 2); }
    /// Of the frequency: an order tells it as many times better.
    double says() const {
        double out = 0.0;
        for (const MainsLine& l : content.lines) out += std::pow(l.order * l.amplitude, 2);
        return out * count;
    }
    double mains_hz() const { return content.lines.front().frequency_hz; }
    bool of_60_hz() const { return mains_hz() > 55.0; }
};

std::vector<std::vector<QuietStretch>> in_groups(std::size_t most, std::span<const QuietStretch> quiet) {
    std::vector<std::vector<QuietStretch>> out(1);
    std::size_t held = 0;
    for (const QuietStretch& q : cut_to(most, quiet)) {
        if (held + q.count > most && held > 0) out.emplace_back(), held = 0;
        out.back().push_back(q);
        held += q.count;
    }
    return out;
}

/// Both kinds of mains are noise to each other: all parts on the one that is more in all of them.
void agree_on_mains(std::span<const double> x, const std::vector<std::vector<QuietStretch>>& groups,
                    double rate_hz, int orders, std::vector<Part>& parts) {
    double of_50 = 0.0, of_60 = 0.0;
    for (const Part& p : parts)
        if (!p.content.lines.empty()) (p.of_60_hz() ? of_60 : of_50) += p.says();
    const bool is_60 = of_60 > of_50;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!parts[i].content.lines.empty() && parts[i].of_60_hz() != is_60)
            parts[i].content = quiet_fit(x, groups[i], rate_hz, orders, is_60 ? 60.0 : 50.0);
}

/// Root of the parts' mean power, without what noise of variance v lifts it by: 2 u^2, u^2 = 2 v / n.
///
///     P = sum share (a^2 - 2 u^2),   var P = sum share^2 (4 a^2 u^2 + 4 u^4)
MainsLine together(const std::vector<Part>& parts, std::size_t k, double mains_hz) {
    double power = 0.0, noise = 0.0, of_line = 0.0, least = 1e300, most = 0.0, u_part = 0.0;
    bool steady = true;
    for (const Part& p : parts) {
        const MainsLine& l = p.content.lines[k];
        power += p.share * (p.power(k) - 2.0 * l.u * l.u);
        of_line += p.share * p.share * 4.0 * p.power(k) * l.u * l.u;
        noise += p.share * p.share * 4.0 * std::pow(l.u, 4);
        least = std::min(least, l.amplitude), most = std::max(most, l.amplitude);
        u_part = std::max(u_part, l.u);
        steady = steady && (l.amplitude > 0.0 || l.u <= 0.0);
    }
    const int order = static_cast<int>(k) + 1;
    MainsLine out{order, order * mains_hz, std::sqrt(std::max(power, 0.0)), std::pow(noise, 0.25)};
    // As the pieces of one fit: what comes and goes is no hum.
    if (!steady || most - least > 0.5 * out.amplitude + 6.0 * u_part) out.amplitude = 0.0;
    if (out.amplitude > seen_from_u * out.u) out.u = 0.5 * std::sqrt(of_line + noise) / out.amplitude;
    return out;
}

QuietContent together(const std::vector<Part>& parts) {
    QuietContent out;
    double within = 0.0, between = 0.0, power = 0.0;
    for (const Part& p : parts) out.dc += p.share * p.content.dc;
    for (const Part& p : parts) {
        within += std::pow(p.share * p.content.dc_u, 2);
        between += std::pow(p.share * (p.content.dc - out.dc), 2);
        power += p.share * std::pow(p.content.rest_rms, 2);
    }
    out.dc_u = std::sqrt(between > beyond_chance * within ? between : within);
    out.rest_rms = std::sqrt(power);
    return out;
}

}  // namespace

std::vector<QuietStretch> cut_to(std::size_t most, std::span<const QuietStretch> quiet) {
    std::vector<QuietStretch> out;
    for (const QuietStretch& q : quiet) {
        const std::size_t pieces = std::max<std::size_t>(1, (q.count + most - 1) / most);
        for (std::size_t i = 0; i < pieces; ++i) {
            const std::size_t from = q.count * i / pieces, to = q.count * (i + 1) / pieces;
            out.push_back({q.from + from, to - from});
        }
    }
    return out;
}

QuietContent quiet_content(std::span<const double> x, std::span<const QuietStretch> quiet, double rate_hz,
                           int orders) {
    return quiet_in_parts(x, quiet, rate_hz, orders, most_quiet_at_once);
}

QuietContent quiet_in_parts(std::span<const double> x, std::span<const QuietStretch> quiet, double rate_hz,
                            int orders, std::size_t most) {
    std::size_t samples = 0;
    for (const QuietStretch& q : quiet) samples += q.count;
    if (samples <= most) return quiet_fit(x, quiet, rate_hz, orders);
    const auto groups = in_groups(most, quiet);
    std::vector<Part> parts;
    for (const auto& group : groups) {
        Part part{quiet_fit(x, group, rate_hz, orders)};
        for (const QuietStretch& q : group) part.count += static_cast<double>(q.count);
        part.share = part.count / static_cast<double>(samples);
        parts.push_back(std::move(part));
    }
    agree_on_mains(x, groups, rate_hz, orders, parts);
    QuietContent out = together(parts);
    // A last part of a few periods has no lines of its own.
    std::erase_if(parts, [](const Part& p) { return p.content.lines.empty(); });
    double said = 0.0, hz = 0.0, lined = 0.0;
    std::size_t lines = parts.empty() ? 0 : parts.front().content.lines.size();
    for (const Part& p : parts) {
        said += p.says(), hz += p.says() * p.mains_hz(), lined += p.share;
        lines = std::min(lines, p.content.lines.size());
    }
    if (parts.empty()) return out;
    hz = said > 0.0 ? hz / said : parts.front().mains_hz();
    for (Part& p : parts) p.share /= lined;
    for (std::size_t k = 0; k < lines; ++k) out.lines.push_back(together(parts, k, hz));
    return out;
}

}  // namespace fourpole
