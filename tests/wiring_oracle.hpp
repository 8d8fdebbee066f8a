// SPDX-License-Identifier: GPL-3.0-or-later
// What plug, jack and touch do, by other means than rig/model: real conductances, Gaussian
// elimination, and the table of words as it stands in the truth kit's README.
#pragma once

#include "rig/model/model.hpp"

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fourpole::oracle {

/// Volts at every node for the EMFs given; node "0" is ground.
class Conductances {
public:
    void resistor(const std::string& a, const std::string& b, double ohm) {
        const std::size_t i = index(a), k = index(b);
        add(i, i, 1.0 / ohm), add(k, k, 1.0 / ohm), add(i, k, -1.0 / ohm), add(k, i, -1.0 / ohm);
    }
    /// An EMF behind `ohm` from ground to `node`.
    void source(const std::string& node, double emf, double ohm) {
        resistor("0", node, ohm);
        current_[index(node)] += emf / ohm;
    }
    std::map<std::string, double> volts() {
        const std::size_t n = names_.size();
        std::vector<std::vector<double>> m(n, std::vector<double>(n + 1, 0.0));
        for (const auto& [at, g] : g_) m[at.first][at.second] = g;
        for (std::size_t i = 0; i < n; ++i) m[i][i] += 1e-9, m[i][n] = current_[i];
        for (std::size_t k = 0; k < n; ++k) m[index("0")][k] = k == index("0") ? 1.0 : 0.0;
        m[index("0")][n] = 0.0;
        for (std::size_t p = 0; p < n; ++p) {
            std::size_t best = p;
            for (std::size_t i = p; i < n; ++i)
                if (std::abs(m[i][p]) > std::abs(m[best][p])) best = i;
            std::swap(m[p], m[best]);
            for (std::size_t i = 0; i < n; ++i) {
                if (i == p) continue;
                const double f = m[i][p] / m[p][p];
                for (std::size_t k = p; k <= n; ++k) m[i][k] -= f * m[p][k];
            }
        }
        std::map<std::string, double> out;
        for (std::size_t i = 0; i < n; ++i) out[names_[i]] = m[i][n] / m[i][i];
        return out;
    }

private:
    std::size_t index(const std::string& name) {
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (names_[i] == name) return i;
        names_.push_back(name);
        current_.push_back(0.0);
        return names_.size() - 1;
    }
    void add(std::size_t i, std::size_t k, double g) { g_[{i, k}] += g; }

    std::vector<std::string> names_{"0"};
    std::vector<double> current_{0.0};
    std::map<std::pair<std::size_t, std::size_t>, double> g_;
};

struct Verdict {
    PerSide<PerSide<double>> from;          ///< [driver][channel]
    std::map<std::string, double> amperes;  ///< per output, the worst sign pattern, drivers removed
};

inline Verdict judge(const Plug& plug, const Jack& jack, const Touch& touch) {
    bool btl = false, common = false;
    for (const auto& [spring, carries] : jack.springs) btl |= carries.back() == '-';
    for (const auto& [segment, carries] : plug.segments) common |= carries == "C";
    const std::vector<std::string> outputs =
        btl ? std::vector<std::string>{"aL", "aR", "aL-", "aR-"} : std::vector<std::string>{"aL", "aR"};
    const auto emf = [&](const std::string& output, const std::array<double, 2>& channel) {
        const double e = channel[output[1] == 'L' ? 0 : 1];
        return btl ? (output.back() == '-' ? -0.5 : 0.5) * e : e;
    };
    const auto solve = [&](const std::array<double, 2>& channel, bool drivers) {
        Conductances net;
        for (const auto& o : outputs) net.source(o, emf(o, channel), 1.0);
        for (const auto& [spring, touched] : touch) {
            const std::string carries = spring[0] == '_' ? "bridge" : jack.springs.at(spring);
            for (const auto& s : touched)
                net.resistor(carries == "G" ? "0" : carries, "plug " + plug.segments.at(s), 0.05);
        }
        for (const auto& [spring, carries] : jack.springs)
            if (carries == "MIC" && touch.contains(spring)) net.resistor("MIC", "0", 2200.0);
        if (common) net.resistor("plug C", "end L", 0.01), net.resistor("plug C", "end R", 0.01);
        for (const auto& [segment, carries] : plug.segments)
            if (carries == "MIC" && common) net.resistor("plug MIC", "plug C", 2000.0);
        for (const char* s : {"L", "R"}) {
            const std::string plus = "plug " + std::string(s) + "+";
            const std::string minus = common ? "end " + std::string(s) : "plug " + std::string(s) + "-";
            if (drivers) net.resistor(plus, minus, 16.0);
        }
        return net.volts();
    };
    Verdict v;
    for (const Side channel : sides) {
        const auto volts =
            solve({channel == Side::left ? 1.0 : 0.0, channel == Side::right ? 1.0 : 0.0}, true);
        for (const Side s : sides) {
            const std::string own = s == Side::left ? "L" : "R";
            v.from[s][channel] =
                volts.at("plug " + own + "+") - volts.at(common ? "end " + own : "plug " + own + "-");
        }
    }
    for (const double sign : {1.0, -1.0}) {
        const auto volts = solve({1.0, sign}, false);
        for (const auto& o : outputs)
            v.amperes[o] = std::max(v.amperes[o], std::abs(emf(o, {1.0, sign}) - volts.at(o)));
    }
    return v;
}

/// The table, read row by row.
inline std::string label(double a, double b) {
    const double x = std::abs(a), y = std::abs(b);
    if (x < 1e-3 && y < 1e-3) return "silent";
    const std::string l = a < 0 ? "-L" : "+L", r = b < 0 ? "-R" : "+R";
    if (y < 0.15 * x) return l;
    if (x < 0.15 * y) return r;
    return l + r;
}

inline std::string outcome(const std::string& l, const std::string& r) {
    const auto is = [](const std::string& w, const char* a, const char* b) { return w == a || w == b; };
    const auto difference = [&](const std::string& w) { return is(w, "+L-R", "-L+R"); };
    const auto sum = [&](const std::string& w) { return is(w, "+L+R", "-L-R"); };
    const auto alone = [&](const std::string& w) {
        return difference(w) ? "difference signal" : sum(w) ? "sum" : "channel " + w;
    };
    if (l == "silent" && r == "silent") return "silence";
    if (r == "silent") return "left side only: " + alone(l);
    if (l == "silent") return "right side only: " + alone(r);
    const std::string turned = l == r ? "" : ", sides in antiphase";
    if (difference(l) && difference(r)) return "difference signal in both" + turned;
    if (l == "+L" && r == "+R") return "stereo";
    if (l == "-L" && r == "-R") return "stereo, both inverted";
    if (is(l, "+L", "-L") && is(r, "+R", "-R")) return "stereo, one side inverted";
    if (is(l, "+R", "-R") && is(r, "+L", "-L"))
        return l == "+R" && r == "+L" ? "channels swapped"
                                      : std::string("channels swapped, polarity ") + l[0] + r[0];
    if (is(l, "+L", "-L") && is(r, "+L", "-L")) return "mono: channel L in both" + turned;
    if (is(l, "+R", "-R") && is(r, "+R", "-R")) return "mono: channel R in both" + turned;
    if (sum(l) && sum(r)) return "mono: sum L+R in both" + turned;
    return "mixture: left plays " + l + ", right plays " + r;
}

}  // namespace fourpole::oracle
