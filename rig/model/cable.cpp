// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/cable.hpp"

#include "rig/profile/cable_couplings.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace fourpole {
namespace {

/// One piece of wire that is there: which branch, and how many henries.
struct Piece {
    std::size_t branch = 0;
    double henry = 0.0;
};
using MaybePiece = std::optional<Piece>;

class Layer {
public:
    Layer(const Cable& cable, const Leads& leads, Junctions& junctions)
        : cable_(cable), leads_(leads), junctions_(junctions) {}

    void lay() {
        for (const Side side : sides)
            for (const bool minus : {false, true}) end_[side][minus] = junctions_.terminal(side, minus);
        for (const Side side : sides) junctions_.net.drivers[side] = {end_[side][false], end_[side][true]};
        if (is_shared())
            lay_shared();
        else
            lay_separate();
        add_capacitances();
        couple();
    }

private:
    bool is_shared() const { return cable_.kind == Cable::Kind::shared_return; }
    /// The part of a whole wire that lies before the split; all of it where no split is given.
    double before_split() const { return cable_.split ? cable_.split->shared() : 1.0; }

    MaybePiece piece(int a, int b, const Figure& ohm, const Figure& henry, double part) {
        const Chain chain{ohm.value * part, henry.value * part, 0.0};
        junctions_.join(a, b, chain);
        return Piece{junctions_.net.branches.size() - 1, chain.henry};
    }

    int split_node(Side side, bool minus) {
        return junctions_.node("the cable's split on " + lead_name(side, minus));
    }

    /// A wire from `from` to the driver, through the split if there is one: before it among all
    /// wires, behind it beside its own return only.
    void lay_wire(Side side, bool minus, int from, const Figure& ohm, const Figure& henry) {
        const int end = end_[side][minus];
        if (!cable_.split) {
            both_[side][minus] = piece(from, end, ohm, henry, 1.0);
            at_split_[side][minus] = end;
            return;
        }
        const int middle = split_node(side, minus);
        at_split_[side][minus] = middle;
        both_[side][minus] = piece(from, middle, ohm, henry, before_split());
        own_[side][minus] = piece(middle, end, ohm, henry, 1.0 - before_split());
    }

    void lay_signals() {
        for (const Side side : sides)
            if (const auto lead = leads_.signal(side))
                lay_wire(side, false, *lead, cable_.signal_ohm[side], cable_.signal_h[side]);
    }

    void lay_shared() {
        lay_signals();
        const auto lead = leads_.carrying("C");
        if (!lead) return;
        const int split = junctions_.node("the cable's split");
        common_ = piece(*lead, split, cable_.common_return_ohm, cable_.common_return_h, 1.0);
        for (const Side side : sides) {
            own_[side][true] =
                piece(split, end_[side][true], cable_.return_ohm[side], cable_.return_h[side], 1.0);
            at_split_[side][true] = split;
        }
    }

    void lay_separate() {
        lay_signals();
        for (const Side side : sides)
            if (const auto lead = leads_.returning(side))
                lay_wire(side, true, *lead, cable_.return_ohm[side], cable_.return_h[side]);
    }

    void add_capacitances() {
        const double to_return = cable_.signal_to_return_farad.value, before = before_split();
        for (const Side side : sides) {
            const double at_end = cable_.split ? to_return * (1.0 - before) : to_return;
            junctions_.capacitor(end_[side][false], end_[side][true], at_end);
            const auto signal = at_split_[side][false], back = at_split_[side][true];
            if (cable_.split && signal && back) junctions_.capacitor(*signal, *back, to_return * before);
        }
        const auto one = at_split_[Side::left][false], two = at_split_[Side::right][false];
        const double between = cable_.left_to_right_signal_farad.value;
        if (cable_.split && one && two)
            junctions_.capacitor(*one, *two, between);
        else
            junctions_.capacitor(end_[Side::left][false], end_[Side::right][false], between);
    }

    int coil_of(const Piece& p) {
        Branch& branch = junctions_.net.branches[p.branch];
        if (branch.coil < 0) branch.coil = coils_++;
        return branch.coil;
    }

    void couple(const MaybePiece& a, const MaybePiece& b, const Figure& k) {
        if (!a || !b) return;
        const double mutual = k.value * std::sqrt(a->henry * b->henry);
        if (mutual > 0.0) junctions_.net.couplings.push_back({coil_of(*a), coil_of(*b), mutual});
    }

    void couple() {
        for (const Side side : sides) {
            couple(both_[side][false], both_[side][true], cable_.signal_to_return_coupling);
            // Without a split the signal wire is one piece beside its shared cable's own return.
            const MaybePiece& beside = is_shared() && !cable_.split ? both_[side][false] : own_[side][false];
            couple(beside, own_[side][true], cable_.signal_to_return_coupling);
            couple(both_[side][false], common_, cable_.signal_to_common_coupling);
            couple(both_[side][false], both_[other(side)][true], cable_.signal_to_other_return_coupling);
        }
        for (const bool minus : {false, true})
            couple(both_[Side::left][minus], both_[Side::right][minus],
                   minus ? cable_.return_to_return_coupling : cable_.signal_to_signal_coupling);
    }

    const Cable& cable_;
    const Leads& leads_;
    Junctions& junctions_;
    PerSide<std::array<int, 2>> end_;                      ///< terminals: [side][minus]
    PerSide<std::array<std::optional<int>, 2>> at_split_;  ///< where the first part ends
    PerSide<std::array<MaybePiece, 2>> both_, own_;        ///< before and behind the split
    MaybePiece common_;
    int coils_ = 0;
};

}  // namespace

std::optional<std::string> lay_cable(const Cable& cable, const Leads& leads, Junctions& junctions) {
    if (cable.kind == Cable::Kind::shared_return)
        for (const Side side : sides)
            if (leads.carrying(lead_name(side, true)))
                return "a cable with a shared return cannot end in a plug with " + lead_name(side, true) +
                       "; it needs a C";
    if (!couplings_can_exist(cable))
        return "the couplings of the cable's wires cannot exist together: some currents would store "
               "less than no energy";
    Layer(cable, leads, junctions).lay();
    return {};
}

}  // namespace fourpole
