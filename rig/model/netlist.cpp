// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/netlist.hpp"

#include "rig/model/circuit.hpp"
#include "rig/model/impedance.hpp"
#include "rig/profile/findings.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

/// As many digits as bring the number back: ngspice reads the very circuit that is solved.
std::string digits(double value) { return in_words(value); }

std::string node(int n) { return n == 0 ? "0" : "n" + std::to_string(n); }

/// Writes elements between nodes; every name in it is used once.
class Writer {
public:
    /// A name out of a file stays a comment, whatever line breaks it has.
    void comment(std::string words) {
        std::replace_if(
            words.begin(), words.end(), [](unsigned char c) { return c < ' '; }, ' ');
        line("* " + words);
    }
    void line(const std::string& words) { text_ += words + '\n'; }

    void element(char kind, const std::string& name, const std::string& a, const std::string& b,
                 double value) {
        line(kind + name + ' ' + a + ' ' + b + ' ' + digits(value));
    }

    /// R, L and C in series; a wire is a source of 0 V.
    void chain(const std::string& name, std::string a, const std::string& b, const Chain& c) {
        int left_over = (c.ohm != 0.0) + (c.henry != 0.0) + (c.per_farad != 0.0);
        if (left_over == 0) element('v', name, a, b, 0.0);
        const auto part = [&](char kind, double value) {
            const std::string next = --left_over == 0 ? b : name + kind;
            element(kind, name, a, next, value);
            a = next;
        };
        if (c.ohm != 0.0) part('r', c.ohm);
        if (c.henry != 0.0) part('l', c.henry);
        if (c.per_farad != 0.0) part('c', 1.0 / c.per_farad);
    }

    std::string take() && { return std::move(text_); }

private:
    std::string text_;
};

std::string source_name(std::size_t branch) { return "emf" + std::to_string(branch); }

void write_branches(const Network& net, Writer& out) {
    for (std::size_t i = 0; i < net.branches.size(); ++i) {
        const Branch& b = net.branches[i];
        const std::string name = "b" + std::to_string(i);
        if (!b.output.empty()) out.comment("amplifier output " + b.output);
        if (!b.has_emf()) {
            out.chain(name, node(b.a), node(b.b), b.chain);
            continue;
        }
        const bool ideal = b.chain.is_wire();
        const std::string behind = ideal ? node(b.b) : source_name(i);
        out.line('v' + source_name(i) + ' ' + behind + ' ' + node(b.a) + " dc 0 ac 0");
        if (!ideal) out.chain(name, behind, node(b.b), b.chain);
    }
    for (std::size_t i = 0; i < net.couplings.size(); ++i) {
        const Coupling& c = net.couplings[i];
        std::string coils;
        double squared = 1.0;
        for (std::size_t k = 0; k < net.branches.size(); ++k)
            if (net.branches[k].coil == c.coil || net.branches[k].coil == c.other) {
                coils += " lb" + std::to_string(k);
                squared *= net.branches[k].chain.henry;
            }
        out.line("k" + std::to_string(i) + coils + ' ' + digits(c.henry / std::sqrt(squared)));
    }
    for (int n = 1; n < net.size(); ++n)
        if (const double leak = net.leak_siemens[static_cast<std::size_t>(n)]; leak > 0.0)
            out.element('r', "leak" + std::to_string(n), node(n), "0", 1.0 / leak);
}

/// One driver behind an ammeter, and what is read of it as voltages against ground.
void write_driver(const DriverImpedance& driver, const Terminals& at, const std::string& side, Writer& out) {
    const std::string plus = node(at.plus), minus = node(at.minus), top = side + "_0";
    out.comment(side + " driver");
    out.line("vcurrent_" + side + ' ' + plus + ' ' + top + " dc 0 ac 0");
    std::string from = top;
    const auto stage = [&](std::size_t k) {
        return k == driver.tanks().size() ? minus : side + '_' + std::to_string(k + 1);
    };
    out.chain(side + "_coil", from, stage(0), driver.coil());
    for (std::size_t k = 0; k < driver.tanks().size(); ++k) {
        const auto& tank = driver.tanks()[k];
        const std::string name = side + "_tank" + std::to_string(k);
        from = stage(k);
        out.element('r', name, from, stage(k + 1), 1.0 / tank.siemens);
        out.element('l', name, from, stage(k + 1), 1.0 / tank.per_henry);
        if (tank.farad > 0.0) out.element('c', name, from, stage(k + 1), tank.farad);
    }
    for (std::size_t k = 0; k < driver.across().size(); ++k)
        out.chain(side + "_across" + std::to_string(k), top, minus, driver.across()[k]);
    out.line("evoltage_" + side + " voltage_" + side + " 0 " + plus + ' ' + minus + " 1");
    out.line("ehalf_" + side + " half_" + side + " 0 " + plus + " 0 0.5");
    out.line("ecommon_" + side + " common_" + side + " half_" + side + ' ' + minus + " 0 0.5");
}

void write_run(const Network& net, const NetlistRun& run, Writer& out) {
    out.line(".control");
    out.line("set numdgt=16");
    out.line("set wr_singlescale");
    std::string vectors;
    for (const char* what : {"v(voltage_", "i(vcurrent_", "v(common_"})
        for (const Side s : sides) vectors += ' ' + std::string(what) + std::string(name(s)) + ')';
    const bool one = run.from_hz == run.to_hz;
    for (const Side driven : sides) {
        for (std::size_t i = 0; i < net.branches.size(); ++i)
            if (net.branches[i].has_emf())
                out.line("alter @v" + source_name(i) + "[acmag] = " + digits(net.branches[i].emf_v[driven]));
        out.line("ac " + (one ? std::string("lin 1") : "dec " + std::to_string(run.per_decade)) + ' ' +
                 digits(run.from_hz) + ' ' + digits(run.to_hz));
        out.line("wrdata " + run.stem + '_' + std::string(name(driven)) + ".txt" + vectors);
    }
    out.line("quit 0");
    out.line(".endc");
}

}  // namespace

Result<std::string> netlist_of(const Circuit& circuit, const NetlistRun& run) {
    const auto net = network_of(circuit);
    if (!net) return net.error();
    Writer out;
    out.comment(circuit.name + ": run with ngspice -b");
    for (int n = 1; n < net->size(); ++n)
        out.comment(node(n) + " = " + net->names[static_cast<std::size_t>(n)]);
    write_branches(*net, out);
    for (const Side s : sides) {
        const DriverImpedance driver(circuit.drivers[s]);
        if (driver.law() || driver.table())
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "ngspice has no element for the " + std::string(name(s)) + " driver's " +
                             (driver.table() ? "table" : "law of lossy inductance") +
                             "; a netlist takes drivers of R, L and C"};
        write_driver(driver, net->drivers[s], std::string(name(s)), out);
    }
    write_run(*net, run, out);
    out.line(".end");
    return std::move(out).take();
}

}  // namespace fourpole
