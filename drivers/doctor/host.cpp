// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/doctor/host.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;
using Weight = Symptom::Weight;

/// What Debian's audio packages give the group audio; a stream needs 1 or more.
constexpr std::uint64_t least_priority = 1;
/// Rings, blocks and the program's own pages.
constexpr std::uint64_t least_locked = std::uint64_t{64} << 20U;

std::uint64_t limit(__rlimit_resource what) {
    rlimit now{};
    return getrlimit(what, &now) == 0 ? std::uint64_t{now.rlim_max} : 0;
}

std::optional<std::string> text_of(const fs::path& file) {
    std::ifstream in(file);
    if (!in) return std::nullopt;
    std::string out{std::istreambuf_iterator<char>(in), {}};
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    return out;
}

Symptom real_time(const HostFacts& host) {
    if (host.root || (host.real_time_priority >= least_priority && host.locked_memory >= least_locked))
        return {Weight::fine, "real time", "streams may run in real time", ""};
    return {
        Weight::worth_knowing, "real time",
        host.real_time_priority < least_priority
            ? "this user may not run anything in real time (rtprio 0): another program's burst can break a "
              "stream"
            : fmt::format("this user may keep only {} bytes in memory (memlock): a stream can wait for the "
                          "disk",
                          host.locked_memory),
        "as root write in /etc/security/limits.d/audio.conf\n  @audio - rtprio 95\n  @audio - memlock "
        "unlimited\nand `usermod -aG audio USER`, then log in again"};
}

Symptom governor(const HostFacts& host) {
    const auto slow = std::find_if(host.governors.begin(), host.governors.end(),
                                   [](const std::string& g) { return g != "performance"; });
    if (slow == host.governors.end())
        return {Weight::fine, "processors",
                host.governors.empty() ? "their clock is not governed from here" : "they run at full clock",
                ""};
    return {Weight::worth_knowing, "processors",
            fmt::format("{} of {} change their clock (governor {}): a short block may find them asleep",
                        std::count_if(host.governors.begin(), host.governors.end(),
                                      [](const std::string& g) { return g != "performance"; }),
                        host.governors.size(), *slow),
            "for the session, as root: `cpupower frequency-set -g performance`"};
}

Symptom cards(const HostFacts& host) {
    if (!host.cards)
        return {Weight::worth_knowing, "sound", "this kernel has no sound (there is no /proc/asound/cards)",
                "as root: `modprobe snd-usb-audio`"};
    if (host.cards->empty() || host.cards->find("no soundcards") != std::string::npos)
        return {Weight::worth_knowing, "sound", "the kernel knows no sound card",
                "plug the interface in; `fourpole devices` says whether USB sees it"};
    return {Weight::fine, "sound", "the kernel knows a sound card", ""};
}

}  // namespace

HostFacts host_facts(const fs::path& root) {
    HostFacts out;
    out.root = geteuid() == 0;
    out.real_time_priority = limit(RLIMIT_RTPRIO);
    out.locked_memory = limit(RLIMIT_MEMLOCK);
    for (int cpu = 0;; ++cpu) {
        const fs::path folder = root / fmt::format("sys/devices/system/cpu/cpu{}", cpu);
        std::error_code ignored;
        if (!fs::exists(folder, ignored)) break;
        if (const auto name = text_of(folder / "cpufreq/scaling_governor")) out.governors.push_back(*name);
    }
    out.cards = text_of(root / "proc/asound/cards");
    return out;
}

std::vector<Symptom> symptoms_of(const HostFacts& host) {
    return {real_time(host), governor(host), cards(host)};
}

}  // namespace fourpole
