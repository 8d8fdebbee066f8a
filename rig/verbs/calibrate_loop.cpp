// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/calibrate_loop.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/flow/calibration_file.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/profile/load.hpp"

namespace fourpole {

Result<InterfaceIdentity> identity_in(InterfaceIdentity given) {
    if (given.usb.empty()) return given;
    auto usb = usb_identity(given.usb);
    if (!usb) return usb.error();
    given.usb = *usb;
    return given;
}

Result<std::string> loop_baseline_of(const LoopOrder& order) {
    if (order.interface.usb.empty())
        return Fault{
            Fault::Kind::bad_input, "--interface",
            "found nothing; allowed: vendor and product as fourpole devices prints them, 07fd:000b: a "
            "baseline is of one interface"};
    if (order.programme.empty())
        return Fault{Fault::Kind::bad_input, "--programme",
                     "found nothing; allowed: the programme that was played through the loop"};
    const auto of = identity_in(order.interface);
    if (!of) return of.error();
    const auto programme = load_programme(order.programme);
    if (!programme) return programme.error();
    auto take = read_take(order.capture);
    if (!take) return take.error();
    if (!order.calibration.empty())
        if (const auto applied = apply_calibration(order.calibration, *take); !applied)
            return applied.error();
    const auto record = record_of(*take, *programme, true, {}, {});
    if (!record) return record.error();
    auto text = baseline_text(*record, *of, order.made, order.applies_to);
    if (!text) return Fault{text.error().kind, order.capture, text.error().what};
    return text;
}

}  // namespace fourpole
