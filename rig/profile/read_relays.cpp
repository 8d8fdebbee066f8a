// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/read_relays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fourpole {

namespace {

using Kind = RelayBoardSetup::Kind;

/// As many as a board of the kind can have: the protocols' own bounds (drivers/relays).
int most_relays(Kind kind) { return kind == Kind::numato ? 64 : 8; }

Kind kind_named(const std::string& word) {
    return word == "dcttech" ? Kind::dcttech : word == "numato" ? Kind::numato : Kind::lcus;
}

/// "output 12": a channel of the card, from 1 to 32.
bool channel_of_card(const std::string& point) {
    for (const char* way : {"output ", "input "}) {
        if (!point.starts_with(way)) continue;
        const std::string number = point.substr(std::string(way).size());
        if (number.empty() || number.size() > 2 || number.front() == '0') return false;
        return std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
               std::stoi(number) <= 32;
    }
    return false;
}

/// "A.T": a spring of the jack of arm A's player.
bool spring_of_arm(const std::string& point) {
    const std::size_t dot = point.rfind('.');
    if (dot == std::string::npos || dot == 0) return false;
    const std::string spring = point.substr(dot + 1);
    return spring == "T" || spring == "R1" || spring == "R2" || spring == "R3" || spring == "S";
}

class Reader {
public:
    explicit Reader(Findings& findings) : findings_(findings) {}

    RelaySetup read(const Json& json) {
        if (json.contains("heartbeat_s")) out_.heartbeat_s = json.at("heartbeat_s").get<double>();
        read_wires(json.value("wires", Json::array()));
        const Json& boards = json.at("boards");
        for (std::size_t n = 0; n < boards.size(); ++n)
            read_board(boards[n], pointer_to("/relays/boards", n));
        const Json wired = json.value("wired", Json::array());
        for (std::size_t n = 0; n < wired.size(); ++n)
            out_.wired.push_back(joined(wired[n], pointer_to("/relays/wired", n)));
        const Json& routes = json.at("routes");
        for (std::size_t n = 0; n < routes.size(); ++n)
            read_route(routes[n], pointer_to("/relays/routes", n));
        return std::move(out_);
    }

private:
    void read_wires(const Json& wires) {
        for (std::size_t n = 0; n < wires.size(); ++n) {
            const auto wire = wires[n].get<std::string>();
            const std::string at = pointer_to("/relays/wires", n);
            if (wire == "ground" || channel_of_card(wire) || spring_of_arm(wire))
                findings_.add(at, in_words(wires[n]),
                              "a name of the fixture's own: that one means a point already");
            once(names_of_wires_, wire, at, "a wire");
            out_.wires.push_back(wire);
        }
    }

    void once(std::set<std::string>& taken, const std::string& name, const std::string& at,
              const char* what) {
        if (!taken.insert(name).second)
            findings_.add(at, fmt::format("\"{}\" a second time", name),
                          fmt::format("a name of its own for each: {} has it already", what));
    }

    JoinedPoints joined(const Json& json, const std::string& at) {
        JoinedPoints out;
        for (std::size_t end = 0; end < out.size(); ++end) {
            out[end] = json.at(end).get<std::string>();
            if (out[end] == "ground" || channel_of_card(out[end]) || spring_of_arm(out[end]) ||
                std::find(out_.wires.begin(), out_.wires.end(), out[end]) != out_.wires.end())
                continue;
            findings_.add(
                pointer_to(at, end), in_words(json.at(end)),
                "a wire of /relays/wires, a spring of an arm's jack (\"A.T\"), \"ground\", \"output "
                "1\" or \"input 1\" to 32",
                nearest(out[end], out_.wires));
        }
        if (out[0] == out[1]) findings_.add(at, "one point twice", "two points that the contact joins");
        return out;
    }

    void read_board(const Json& json, const std::string& at) {
        RelayBoardSetup board;
        board.name = json.at("name").get<std::string>();
        board.kind = kind_named(json.at("kind").get<std::string>());
        board.device = json.at("device").get<std::string>();
        board.relays = json.at("relays").get<int>();
        if (json.contains("make_ms")) board.make_ms = json.at("make_ms").get<int>();
        if (json.contains("fall_ms")) board.fall_ms = json.at("fall_ms").get<int>();
        once(boards_, board.name, pointer_to(at, "name"), "a board");
        if (!devices_.insert(board.device).second)
            findings_.add(pointer_to(at, "device"), in_words(json.at("device")) + " a second time",
                          "another board: two alike are told apart by \"port=\"");
        if (board.relays > most_relays(board.kind))
            findings_.add(pointer_to(at, "relays"), in_words(json.at("relays")),
                          fmt::format("1 to {} relays of a board of this kind", most_relays(board.kind)));
        if (board.kind == Kind::dcttech && board.device.starts_with("/"))
            findings_.add(pointer_to(at, "device"), in_words(json.at("device")),
                          "a USB pattern, as \"16c0:05df port=1-2\": the board is no serial line");
        std::set<int> relays;
        const Json& contacts = json.at("contacts");
        for (std::size_t n = 0; n < contacts.size(); ++n)
            read_contact(contacts[n], pointer_to(pointer_to(at, "contacts"), n), board, relays);
        out_.boards.push_back(std::move(board));
    }

    void read_contact(const Json& json, const std::string& at, RelayBoardSetup& board,
                      std::set<int>& relays) {
        RelayContact contact;
        contact.name = json.at("name").get<std::string>();
        contact.relay = json.at("relay").get<int>() - 1;
        contact.closed_at_rest = json.value("at_rest", "open") == "closed";
        contact.joins = joined(json.at("joins"), pointer_to(at, "joins"));
        once(contacts_, contact.name, pointer_to(at, "name"), "a contact");
        names_.push_back(contact.name);
        if (contact.relay >= board.relays)
            findings_.add(pointer_to(at, "relay"), in_words(json.at("relay")),
                          fmt::format("1 to {}: the board has no more relays", board.relays));
        if (!relays.insert(contact.relay).second)
            findings_.add(pointer_to(at, "relay"), in_words(json.at("relay")) + " a second time",
                          "a relay of its own for each contact");
        board.contacts.push_back(std::move(contact));
    }

    void read_route(const Json& json, const std::string& at) {
        const auto arm = json.at("arm").get<std::string>();
        std::vector<std::string> closed;
        const Json& names = json.at("closed");
        for (std::size_t n = 0; n < names.size(); ++n) {
            const auto name = names[n].get<std::string>();
            const std::string here = pointer_to(pointer_to(at, "closed"), n);
            if (!contacts_.contains(name))
                findings_.add(here, in_words(names[n]), "the name of a contact of /relays/boards",
                              nearest(name, names_));
            if (std::find(closed.begin(), closed.end(), name) != closed.end())
                findings_.add(here, in_words(names[n]) + " a second time", "each contact once");
            closed.push_back(name);
        }
        if (!out_.routes.emplace(arm, std::move(closed)).second)
            findings_.add(pointer_to(at, "arm"), in_words(json.at("arm")) + " a second time",
                          "one route an arm");
    }

    Findings& findings_;
    RelaySetup out_;
    std::set<std::string> names_of_wires_, boards_, devices_, contacts_;
    std::vector<std::string> names_;
};

}  // namespace

RelaySetup read_relays(const Json& json, Findings& findings) { return Reader(findings).read(json); }

}  // namespace fourpole
