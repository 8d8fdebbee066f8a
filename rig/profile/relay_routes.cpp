// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/relay_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fourpole {

namespace {

/// What a point is when nothing touches it.
struct Nature {
    enum class Kind { wire, output, ground };
    Kind kind = Kind::wire;
    std::string who;  ///< of an output: two springs of one name are one output
    bool btl = false;
};

Result<Nature> nature_of(const std::string& point, const Session& session) {
    using Kind = Nature::Kind;
    if (point == "ground") return Nature{Kind::ground, "", false};
    if (point.starts_with("output ")) return Nature{Kind::output, "the card's " + point, false};
    const std::size_t dot = point.rfind('.');
    if (dot == std::string::npos) return Nature{};
    const std::string arm = point.substr(0, dot), spring = point.substr(dot + 1);
    const auto found =
        std::find_if(session.arms.begin(), session.arms.end(), [&](const Arm& a) { return a.id == arm; });
    // Who plugs something in that nobody has described plugs in an amplifier.
    if (found == session.arms.end()) return Nature{Kind::output, point, false};
    const Poles& springs = found->circuit.jack.springs;
    const auto carries = springs.find(spring);
    if (carries == springs.end())
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("\"{}\": the jack of arm {}, {}, has no spring {}", point, arm,
                                 found->circuit.jack.id, spring)};
    if (carries->second == "G") return Nature{Kind::ground, "", false};
    if (carries->second == "MIC") return Nature{};
    return Nature{Kind::output, fmt::format("{} of arm {}", carries->second, arm),
                  found->circuit.stage.kind == OutputStage::Kind::btl};
}

/// Which points hang together.
class Net {
public:
    void join(const JoinedPoints& ends) { parent_[root(ends[0])] = root(ends[1]); }

    std::map<std::string, std::vector<std::string>> groups() {
        std::vector<std::string> points;
        for (const auto& [point, parent] : parent_) points.push_back(point);
        std::map<std::string, std::vector<std::string>> out;
        for (const std::string& point : points) out[root(point)].push_back(point);
        return out;
    }

private:
    std::string root(const std::string& point) {
        std::string at = point;
        for (auto up = parent_.emplace(at, at).first; up->second != at; up = parent_.find(at))
            at = up->second;
        return at;
    }
    std::map<std::string, std::string> parent_;
};

/// `position`: "arm A", "the relays at rest", for the sentence.
Result<Done> safe(Net net, const Session& session, const std::string& position) {
    for (const auto& [root, points] : net.groups()) {
        std::map<std::string, std::string> outputs;  // who -> point
        std::string ground;
        bool btl = false;
        for (const std::string& point : points) {
            const auto nature = nature_of(point, session);
            if (!nature) return nature.error();
            if (nature->kind == Nature::Kind::ground) ground = point;
            if (nature->kind != Nature::Kind::output) continue;
            outputs.emplace(nature->who, point);
            btl = btl || nature->btl;
        }
        const auto refused = [&](const std::string& one, const std::string& two) {
            return Fault{Fault::Kind::unsafe, "",
                         fmt::format("{} would join {} with {}{}; nothing was switched", position, one, two,
                                     btl ? " and short a bridge-tied output" : "")};
        };
        const auto spoken = [](const auto& output) {
            return fmt::format("{} (\"{}\")", output.first, output.second);
        };
        if (outputs.size() > 1) return refused(spoken(*outputs.begin()), spoken(*std::next(outputs.begin())));
        if (outputs.size() == 1 && !ground.empty())
            return refused(spoken(*outputs.begin()), fmt::format("ground (\"{}\")", ground));
    }
    return Done{};
}

Net wired(const RelaySetup& relays) {
    Net net;
    for (const JoinedPoints& ends : relays.wired) net.join(ends);
    return net;
}

}  // namespace

Result<Done> check_routes(const RelaySetup& relays, const Session& session) {
    Net rest = wired(relays);
    for (const RelayBoardSetup& board : relays.boards)
        for (const RelayContact& c : board.contacts)
            if (c.closed_at_rest) rest.join(c.joins);
    if (auto fine = safe(std::move(rest), session, "the relays at rest"); !fine) return fine;
    std::map<std::set<std::string>, std::string> seen;
    for (const Arm& arm : session.arms) {
        const auto route = relays.routes.find(arm.id);
        if (route == relays.routes.end())
            return Fault{Fault::Kind::bad_input, "",
                         fmt::format("the bench's relays have no route for arm {}", arm.id)};
        const std::set<std::string> closed(route->second.begin(), route->second.end());
        const auto [other, first] = seen.emplace(closed, arm.id);
        if (!first)
            return Fault{
                Fault::Kind::bad_input, "",
                fmt::format("the routes of arms {} and {} close the same contacts: both would be one",
                            other->second, arm.id)};
        Net net = wired(relays);
        for (const RelayBoardSetup& board : relays.boards)
            for (const RelayContact& c : board.contacts)
                if (closed.contains(c.name)) net.join(c.joins);
        if (auto fine = safe(std::move(net), session, "the route of arm " + arm.id); !fine) return fine;
    }
    return Done{};
}

}  // namespace fourpole
