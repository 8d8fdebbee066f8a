// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/reduce.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace fourpole {
namespace {

std::size_t at(int node) { return static_cast<std::size_t>(node); }

/// Which nodes belong together, by their smallest member.
class Groups {
public:
    explicit Groups(int size) : of_(at(size)) { std::iota(of_.begin(), of_.end(), 0); }

    int of(int node) const { return of_[at(node)]; }
    void unite(int a, int b) {
        const int keep = std::min(of(a), of(b)), gone = std::max(of(a), of(b));
        std::replace(of_.begin(), of_.end(), gone, keep);
    }

private:
    std::vector<int> of_;
};

/// Renames every node; nodes that share a new name are one. The first keeps its words.
/// A leak is one a node, however many wires meet in it.
void rename(Network& net, const std::vector<int>& to, int size) {
    std::vector<std::string> names(at(size));
    std::vector<double> leaks(at(size), 0.0);
    for (std::size_t n = 0; n < to.size(); ++n) {
        if (to[n] < 0) continue;
        if (names[at(to[n])].empty()) names[at(to[n])] = std::move(net.names[n]);
        leaks[at(to[n])] = std::max(leaks[at(to[n])], net.leak_siemens[n]);
    }
    net.names = std::move(names);
    net.leak_siemens = std::move(leaks);
    for (Branch& b : net.branches) b.a = to[at(b.a)], b.b = to[at(b.b)];
    for (auto* ends : {&net.drivers, &net.taps})
        for (const Side s : sides) (*ends)[s] = {to[at((*ends)[s].plus)], to[at((*ends)[s].minus)]};
}

bool is_terminal(const Network& net, int node) {
    for (const auto* ends : {&net.drivers, &net.taps})
        for (const Side s : sides)
            if ((*ends)[s].plus == node || (*ends)[s].minus == node) return true;
    return false;
}

/// `second` appended to `first`, which ends where it begins at `through`.
Branch in_series(const Branch& first, const Branch& second, int through) {
    Branch sum = first;
    const auto reversed = [](Branch b) {
        std::swap(b.a, b.b);
        for (const Side s : sides) b.emf_v[s] = -b.emf_v[s];
        return b;
    };
    if (sum.a == through) sum = reversed(sum);
    const Branch next = second.b == through ? reversed(second) : second;
    sum.b = next.b;
    sum.chain.ohm += next.chain.ohm;
    sum.chain.henry += next.chain.henry;
    sum.chain.per_farad += next.chain.per_farad;
    for (const Side s : sides) sum.emf_v[s] += next.emf_v[s];
    if (sum.output.empty()) sum.output = next.output;
    return sum;
}

void move_leak(Network& net, int from, int to) {
    if (to != 0) net.leak_siemens[at(to)] += net.leak_siemens[at(from)];
    net.leak_siemens[at(from)] = 0.0;
}

/// Takes `node` out if it is the end of nothing or the middle of a chain.
bool remove_if_plain(Network& net, int node) {
    std::vector<std::size_t> meets;
    for (std::size_t i = 0; i < net.branches.size(); ++i)
        if (net.branches[i].a == node || net.branches[i].b == node) meets.push_back(i);
    if (meets.empty() || meets.size() > 2) return false;
    // A coupled coil hears the others even where no current can flow: its node stays.
    for (const std::size_t i : meets)
        if (net.branches[i].coil >= 0) return false;
    const auto far_end = [&](const Branch& b) { return b.a == node ? b.b : b.a; };
    move_leak(net, node, far_end(net.branches[meets[0]]));
    if (meets.size() == 2)
        net.branches[meets[0]] = in_series(net.branches[meets[0]], net.branches[meets[1]], node);
    const auto gone = static_cast<std::ptrdiff_t>(meets.back());
    net.branches.erase(net.branches.begin() + gone);
    return true;
}

void drop_loops(Network& net) {
    std::erase_if(net.branches, [](const Branch& b) { return b.a == b.b && b.coil < 0; });
}

}  // namespace

void join_wires(Network& net) {
    Groups groups(net.size());
    for (const Branch& b : net.branches)
        if (b.chain.is_wire() && !b.has_emf() && b.output.empty()) groups.unite(b.a, b.b);
    std::vector<int> to(at(net.size()), -1);
    int size = 0;
    for (int n = 0; n < net.size(); ++n) to[at(n)] = groups.of(n) == n ? size++ : to[at(groups.of(n))];
    std::erase_if(net.branches,
                  [&](const Branch& b) { return b.chain.is_wire() && !b.has_emf() && b.output.empty(); });
    rename(net, to, size);
    net.leak_siemens[0] = 0.0;
    // An output shorted to ground inside the plug still drives its own loop: it stays.
    std::erase_if(net.branches, [](const Branch& b) { return b.a == b.b && !b.has_emf() && b.coil < 0; });
}

void reduce_chains(Network& net) {
    for (bool changed = true; changed;) {
        changed = false;
        drop_loops(net);
        for (int n = 1; n < net.size(); ++n)
            if (!is_terminal(net, n)) changed = remove_if_plain(net, n) || changed;
    }
    std::vector<int> to(at(net.size()), -1);
    to[0] = 0;
    int size = 1;
    for (int n = 1; n < net.size(); ++n) {
        const bool used =
            is_terminal(net, n) || std::any_of(net.branches.begin(), net.branches.end(),
                                               [n](const Branch& b) { return b.a == n || b.b == n; });
        if (used) to[at(n)] = size++;
    }
    rename(net, to, size);
}

std::optional<std::string> floating_node(const Network& net, bool with_drivers) {
    Groups groups(net.size());
    for (const Branch& b : net.branches) groups.unite(b.a, b.b);
    if (with_drivers)
        for (const Side s : sides) groups.unite(net.drivers[s].plus, net.drivers[s].minus);
    for (int n = 0; n < net.size(); ++n)
        if (net.leak_siemens[at(n)] > 0.0) groups.unite(n, 0);
    for (int n = 1; n < net.size(); ++n)
        if (groups.of(n) != 0) return net.names[at(n)];
    return {};
}

}  // namespace fourpole
