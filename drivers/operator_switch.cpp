// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/operator_switch.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace fourpole {

namespace {

/// The terminal where the answer comes from, though standard error goes to a file.
void say(const std::string& text) {
    char name[64];
    const int terminal = ::isatty(STDERR_FILENO) == 1 || ::ttyname_r(STDIN_FILENO, name, sizeof name) != 0
                             ? -1
                             : ::open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) {
        std::fputs(text.c_str(), stderr);
        std::fflush(stderr);
        return;
    }
    static_cast<void>(::write(terminal, text.data(), text.size()) < 0);  // one that has left reads no answer
    ::close(terminal);
}

/// One line; nullopt: stopped meanwhile, Ctrl-D, or the terminal has been closed.
std::optional<std::string> typed(const std::function<bool()>& go_on) {
    std::string line;
    while (true) {
        if (!go_on()) return std::nullopt;
        pollfd wait{STDIN_FILENO, POLLIN, 0};
        if (::poll(&wait, 1, 100) <= 0) continue;
        char c = 0;
        const ssize_t count = ::read(STDIN_FILENO, &c, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count != 1) return std::nullopt;
        if (c == '\n') return line;
        if (line.size() < 80) line += c;
    }
}

enum class Answer { done, stop, none };

Answer answer_in(const std::string& line) {
    std::string word;
    for (const char c : line)
        if (c != ' ' && c != '\t' && c != '\r') word += c;
    if (word.empty()) return Answer::done;
    return word == "q" || word == "Q" ? Answer::stop : Answer::none;
}

}  // namespace

OperatorSwitch::OperatorSwitch(const Session& session, Asks asks) : asks_(std::move(asks)) {
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
    say(fmt::format("\n{}, then press Enter (q and Enter: stop)\n", question));
    while (true) {
        const auto line = typed(go_on);
        if (!line) return false;
        const Answer answer = answer_in(*line);
        if (answer != Answer::none) return answer == Answer::done;
        // Whoever types anything may mean no: nothing is played before it is clear.
        say(fmt::format("{}: Enter alone when it is done; q and Enter to stop\n", question));
    }
}

}  // namespace fourpole
