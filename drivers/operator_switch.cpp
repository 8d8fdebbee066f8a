// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/operator_switch.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace fourpole {

OperatorSwitch::OperatorSwitch(const Session& session, Asks asks)
    : asks_at_all_(session.arms.size() > 1 || session.repeats > 1), asks_(std::move(asks)) {
    for (const Arm& arm : session.arms)
        arms_.push_back({arm.id, ManualSwitch(fmt::format("arm {}, {}", arm.id, arm.label),
                                              [this](const std::string& question) {
                                                  const auto answer = asks_(question, go_on_);
                                                  if (!answer) nobody_ = answer.error();
                                                  return answer && *answer;
                                              })});
}

OperatorSwitch::Plugged* OperatorSwitch::of(const std::string& arm) {
    for (Plugged& p : arms_)
        if (p.arm == arm) return &p;
    return nullptr;
}

Result<Done> OperatorSwitch::put_on(const TakeRequest& request, const AudioPort::Progress& progress) {
    if (!asks_at_all_) return Done{};
    go_on_ = [&progress] { return !progress || progress(0.0); };
    nobody_.reset();
    const auto set = [&](const std::string& arm, SwitchPort::State state) -> Result<Done> {
        Plugged* const plugged = of(arm);
        if (!plugged) return Done{};
        const auto done = plugged->by_hand.set(state);
        if (!done && nobody_) return *nobody_;
        return done;
    };
    const std::string before = std::exchange(on_, "");
    if (!before.empty())
        if (auto off = set(before, SwitchPort::State::open); !off) return off;
    if (auto on = set(request.arm, SwitchPort::State::closed); !on) return on;
    on_ = request.arm;
    return Done{};
}

std::vector<std::string> OperatorSwitch::states() const {
    if (on_.empty()) return {};
    return {fmt::format("arm {}: plugged, as the operator says", on_)};
}

Result<bool> OperatorSwitch::on_terminal(const std::string& question, const std::function<bool()>& go_on) {
    if (::isatty(STDIN_FILENO) != 1)
        return Fault{
            Fault::Kind::bad_input, "",
            fmt::format("the operator has to be asked (\"{}\"), and there is no terminal: run it on "
                        "one, or give the bench \"relays\", or \"switching\": \"itself\" where what is "
                        "behind the card needs nobody",
                        question)};
    ::tcflush(STDIN_FILENO, TCIFLUSH);  // what was typed before is no answer
    std::fprintf(stderr, "\n%s, then press Enter (q and Enter: stop)\n", question.c_str());
    std::fflush(stderr);
    std::string line;
    while (true) {
        if (!go_on()) return false;
        pollfd typed{STDIN_FILENO, POLLIN, 0};
        if (::poll(&typed, 1, 100) <= 0) continue;
        char c = 0;
        if (::read(STDIN_FILENO, &c, 1) != 1) return false;
        if (c == '\n') return line != "q";
        line += c;
    }
}

}  // namespace fourpole
