// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/plot.hpp"

#include "rig/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

// Drawing units; the page scales them.
constexpr double width = 620, height = 350;
constexpr double start_x = 58, end_x = 600, top_y = 12, bottom_y = 300;

struct Scale {
    Axis x, y;

    double across(double hz) const {
        return start_x + (end_x - start_x) * std::log(hz / x.low) / std::log(x.high / x.low);
    }
    double down(double level) const {
        return bottom_y - (bottom_y - top_y) * (level - y.low) / (y.high - y.low);
    }
};

bool drawable(const Point& p) {
    return p.at && *p.at > 0.0 && p.value && p.state != State::not_measured && std::isfinite(*p.value);
}

struct Extent {
    double low = 0.0, high = 0.0;
    bool any = false;

    void cover(double v) {
        low = any ? std::min(low, v) : v;
        high = any ? std::max(high, v) : v;
        any = true;
    }
};

/// A curve is thinned where neighbours would fall on the same spot of the paper.
std::string path(const Trace& trace, const Scale& scale) {
    std::string out;
    bool pen_down = false;
    double last_x = 0.0, last_y = 0.0;
    for (const Point& p : trace.points) {
        if (!drawable(p) || (p.state != State::exact && trace.kind == Trace::Kind::measured)) {
            pen_down = false;
            continue;
        }
        const double x = scale.across(*p.at), y = scale.down(*p.value);
        if (pen_down && std::abs(x - last_x) < 0.4 && std::abs(y - last_y) < 0.4) continue;
        out += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x, y);
        pen_down = true;
        last_x = x;
        last_y = y;
    }
    return out;
}

std::string band_path(const FilledBand& band, const Scale& scale) {
    std::string out;
    const std::size_t n = std::min({band.at.size(), band.low.size(), band.high.size()});
    for (std::size_t i = 0; i < n; ++i)
        out += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", scale.across(band.at[i]),
                           scale.down(band.high[i]));
    for (std::size_t i = n; i-- > 0;)
        out += fmt::format("L{:.1f} {:.1f}", scale.across(band.at[i]), scale.down(band.low[i]));
    return out.empty() ? out : out + "Z";
}

/// Bounds as small triangles towards the side where the truth may lie, no closer than their width.
std::string marks(const Trace& trace, const Scale& scale) {
    std::string out;
    double last_x = -100.0;
    for (const Point& p : trace.points) {
        if (!drawable(p) || (p.state != State::at_most && p.state != State::at_least)) continue;
        const double x = scale.across(*p.at), y = scale.down(*p.value);
        if (x - last_x < 9.0) continue;
        last_x = x;
        const double tip = p.state == State::at_most ? 7.0 : -7.0;
        out += fmt::format("M{:.1f} {:.1f}h8l-4 {:.0f}Z", x - 4.0, y, tip);
    }
    return out;
}

std::string grid(const Scale& scale, const std::string& unit_label) {
    std::string lines, labels;
    for (const double hz : scale.x.ticks) {
        const double x = scale.across(hz);
        lines += fmt::format("M{:.1f} {:.1f}V{:.1f}", x, top_y, bottom_y);
        const std::string text = hz >= 1000.0 ? fmt::format("{:g}k", hz / 1000.0) : fmt::format("{:g}", hz);
        labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x,
                              bottom_y + 19, text);
    }
    for (const double level : scale.y.ticks) {
        const double y = scale.down(level);
        lines += fmt::format("M{:.1f} {:.1f}H{:.1f}", start_x, y, end_x);
        labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", start_x - 7,
                              y + 4.5, typeset(fmt::format("{:g}", level)));
    }
    labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">frequency, Hz</text>",
                          0.5 * (start_x + end_x), height - 8);
    labels += fmt::format(
        "<text class=\"level\" transform=\"translate(15 {:.1f}) rotate(-90)\" "
        "text-anchor=\"middle\">{}</text>",
        0.5 * (top_y + bottom_y), escaped(unit_label));
    return fmt::format("<path class=\"grid\" d=\"{}\"/>{}", lines, labels);
}

std::string trace_svg(const Trace& trace, const Scale& scale) {
    static constexpr const char* kinds[] = {"measured", "predicted", "floor"};
    const std::string style = fmt::format("{} {}{}", trace.ink, kinds[static_cast<std::size_t>(trace.kind)],
                                          trace.dashed ? " dashed" : "");
    std::string out;
    if (const std::string d = path(trace, scale); !d.empty())
        out += fmt::format("<path class=\"{}\" d=\"{}\"/>", style, d);
    if (trace.kind != Trace::Kind::measured) return out;
    if (const std::string d = marks(trace, scale); !d.empty())
        out += fmt::format("<path class=\"{} bound\" d=\"{}\"/>", trace.ink, d);
    return out;
}

/// The vertical range covers what was measured and the floor; a band may widen it by at most
/// `most_beyond`, since a model may well say -250 dB.
std::optional<Scale> scale_of(const Plot& plot) {
    constexpr double most_beyond = 25.0;
    Extent x, y, all;
    for (const Trace& t : plot.traces)
        for (const Point& p : t.points) {
            if (!drawable(p)) continue;
            x.cover(*p.at);
            all.cover(*p.value);
            if (t.kind != Trace::Kind::predicted) y.cover(*p.value);
        }
    for (const FilledBand& b : plot.bands)
        for (std::size_t i = 0; i < std::min({b.at.size(), b.low.size(), b.high.size()}); ++i) {
            if (b.at[i] <= 0.0) continue;
            x.cover(b.at[i]);
            all.cover(b.low[i]);
            all.cover(b.high[i]);
        }
    if (!all.any || x.high <= x.low) return std::nullopt;
    if (!y.any) y = all;
    const double low = std::max(all.low, y.low - most_beyond),
                 high = std::min(all.high, y.high + most_beyond);
    return Scale{logarithmic_axis(x.low, x.high), linear_axis(low, high, 6.0)};
}

}  // namespace

Axis linear_axis(double low, double high, double least_span) {
    const double missing = std::max(0.0, least_span - (high - low)) / 2.0;
    low -= missing;
    high += missing;
    double step = 1e-3;
    // 1, 2, 5, 10, 20 ...: as fine as eight lines allow.
    for (int i = 0; (high - low) / step > 7.0; ++i) step *= i % 3 == 1 ? 2.5 : 2.0;
    Axis out;
    const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
    for (double k = first; k <= last; k += 1.0) out.ticks.push_back(k == 0.0 ? 0.0 : k * step);
    out.low = out.ticks.front();
    out.high = out.ticks.back();
    return out;
}

Axis logarithmic_axis(double low, double high) {
    Axis out;
    out.low = low;
    out.high = high;
    const auto inside = [&](double v) { return v >= low * (1.0 - 1e-6) && v <= high * (1.0 + 1e-6); };
    for (double decade = 1e-3; decade <= high; decade *= 10.0)
        for (const double digit : {1.0, 2.0, 5.0})
            if (inside(digit * decade)) out.ticks.push_back(digit * decade);
    return out;
}

std::string svg(const Plot& plot, int number) {
    const auto scale = scale_of(plot);
    if (!scale) return "";
    std::string out = fmt::format(
        "<svg viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-labelledby=\"t{} d{}\"><title id=\"t{}\">{}</title>"
        "<desc id=\"d{}\">{}</desc>",
        width, height, number, number, number, escaped(plot.title), number, escaped(plot.description));
    out += fmt::format(
        "<clipPath id=\"c{}\"><rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\"/></clipPath>",
        number, start_x, top_y, end_x - start_x, bottom_y - top_y);
    out += grid(*scale, plot.unit_label);
    out += fmt::format("<g clip-path=\"url(#c{})\">", number);
    for (const FilledBand& band : plot.bands)
        out += fmt::format("<path class=\"{} band\" d=\"{}\"/>", band.ink, band_path(band, *scale));
    // Thin lines first, so that what was measured lies on top.
    for (const auto kind : {Trace::Kind::floor, Trace::Kind::predicted, Trace::Kind::measured})
        for (const Trace& trace : plot.traces)
            if (trace.kind == kind) out += trace_svg(trace, *scale);
    return out + "</g></svg>";
}

}  // namespace fourpole
