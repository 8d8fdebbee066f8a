// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/arm_switch.hpp"
#include "drivers/relays/manual_switch.hpp"
#include "rig/profile/profile.hpp"

#include <functional>
#include <vector>

namespace fourpole {

/// The operator puts the arms on, and is asked before every take: also before a second one of the same arm,
/// since repeats are there to show what plugging does. A session of a single take asks nothing.
class OperatorSwitch final : public ArmSwitch {
public:
    /// Puts a question and waits for the answer, asking `go_on` meanwhile. False: would not, or was stopped.
    /// Fault bad_input: there is nobody to ask.
    using Asks = std::function<Result<bool>(const std::string& question, const std::function<bool()>& go_on)>;

    explicit OperatorSwitch(const Session& session, Asks asks = on_terminal);

    Result<Done> put_on(const TakeRequest& request, const AudioPort::Progress& progress) override;
    std::optional<Fault> trouble() override { return std::nullopt; }
    std::optional<Fault> moved() override { return std::nullopt; }
    void take_is_over() override {}
    Result<Done> rest() override { return Done{}; }  ///< nobody is asked to tidy up
    std::vector<std::string> states() const override;
    std::vector<std::string> take_writes() override { return {}; }

    /// On the terminal that standard input is: Enter alone is yes, "q" is no, and so is the end of input;
    /// anything else is asked again.
    static Result<bool> on_terminal(const std::string& question, const std::function<bool()>& go_on);

private:
    struct Plugged {
        std::string arm;
        ManualSwitch by_hand;
    };
    Plugged* of(const std::string& arm);

    std::vector<Plugged> arms_;
    Asks asks_;
    std::function<bool()> go_on_;
    std::optional<Fault> nobody_;  ///< why the last question met nobody
    std::string on_;               ///< the arm that is plugged; "" = nobody knows
};

}  // namespace fourpole
