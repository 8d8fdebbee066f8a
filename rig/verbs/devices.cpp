// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/plugged.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/devices_text.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <memory>

namespace fourpole {

namespace {

struct DevicesOptions {
    bool json = false, all = false;
};

int devices(const DevicesOptions& options) {
    const auto found = plugged_devices();
    const auto printed = print_result(options.json ? dump_json(devices_json(found, options.all))
                                                   : devices_text(found, options.all));
    return printed ? 0 : complain(printed.error());
}

}  // namespace

void add_devices(Verbs& verbs) {
    Verb verb = verbs.add("devices", "Says what is plugged in: audio interfaces and relay boards");
    const auto options = std::make_shared<DevicesOptions>();
    verb.flag("--json", options->json, "Prints interfaces and relay_boards as JSON");
    verb.flag("--all", options->all, "USB devices that are neither, too");
    verb.footer(
        "Of each: USB identity (VID:PID, serial, bus and port, as a profile names it), and what its\n"
        "descriptors say: clocks, streams with channels and bits, the ways from terminal to terminal\n"
        "with their volume and mute. Rates are in the descriptors of USB Audio 1 only.\n"
        "A line with ! says why a device cannot be used as it is, and the fix; one with ? what in its\n"
        "descriptors makes no sense, one with * what is known of the model. No device is opened or asked: "
        "safe beside a running take.\n"
        "Exit code: 0, whatever is plugged in.\n"
        "Example: fourpole devices");
    verb.does([options] { return devices(*options); });
}

}  // namespace fourpole
