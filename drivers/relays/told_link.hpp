// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_link.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace fourpole {

/// A board whose every command is heard by somebody else too: a record, a watchdog.
class ToldLink final : public RelayLink {
public:
    /// `done`: false where the board did not take it.
    using Hears = std::function<void(int index, bool on, bool done)>;

    ToldLink(std::unique_ptr<RelayLink> link, Hears hears)
        : link_(std::move(link)), hears_(std::move(hears)) {}

    std::string identity() const override { return link_->identity(); }
    int relays() const override { return link_->relays(); }
    Result<Done> set(int index, bool on) override {
        auto done = link_->set(index, on);
        hears_(index, on, done.has_value());
        return done;
    }
    Result<std::optional<std::vector<bool>>> read() override { return link_->read(); }
    bool present() override { return link_->present(); }

private:
    std::unique_ptr<RelayLink> link_;
    Hears hears_;
};

}  // namespace fourpole
