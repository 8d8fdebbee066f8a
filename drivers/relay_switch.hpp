// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/arm_switch.hpp"
#include "drivers/relays/relay_address.hpp"
#include "drivers/relays/relay_board.hpp"
#include "drivers/relays/relay_guard.hpp"
#include "rig/profile/relay_setup.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Relays put the arms on: over all boards first everything opens, then, once that has settled, everything
/// that the arm's route wants closes. A guard watches from before the first command to after the last. What
/// the boards are told is in the facts of the next take, and at once, with the time, in the file switches.log
/// beside the takes.
class RelaySwitch final : public ArmSwitch {
public:
    /// The routes must have passed check_routes(). All relays are at rest when this returns. Faults: as
    /// open_board(), RelayBoard::open(), RelayGuard::start().
    static Result<std::unique_ptr<RelaySwitch>> open(const RelaySetup& setup);
    ~RelaySwitch() override;

    Result<Done> put_on(const TakeRequest& request, const AudioPort::Progress& progress) override;
    std::optional<Fault> trouble() override;
    std::optional<Fault> moved() override;
    void take_is_over() override;
    Result<Done> rest() override;
    std::vector<std::string> states() const override;
    std::vector<std::string> take_writes() override;

private:
    using State = SwitchPort::State;
    struct Board {
        RelayBoardSetup setup;
        std::optional<UsbDeparture> departure;
        std::unique_ptr<RelayBoard> relays;
    };

    explicit RelaySwitch(RelaySetup setup) : setup_(std::move(setup)) {}
    static bool gone(const Board& board);  ///< unplugged, as far as can be told without asking it
    Result<Done> add_board(const RelayBoardSetup& setup);
    Result<Done> position(const std::vector<std::string>& closed);
    void settle();
    void told(const RelayBoardSetup& board, int relay, bool on, bool done);
    void write_journal();

    RelaySetup setup_;
    std::unique_ptr<UsbBus> bus_;        ///< none where every board is a path
    std::unique_ptr<RelayGuard> guard_;  ///< before the boards: it outlives them
    std::vector<Board> boards_;
    std::vector<std::string> writes_;
    std::vector<std::string> unwritten_;  ///< not in the journal yet
    std::filesystem::path journal_;       ///< "" = no take has had a folder
};

}  // namespace fourpole
