// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/audio_api.hpp"

#include <fmt/format.h>

#include <regex>

namespace fourpole {

Result<AudioApi> audio_api_named(const std::string& word) {
    if (word == "alsa") return AudioApi::alsa;
    if (word == "jack") return AudioApi::jack;
    const char* const why = word.starts_with("pulse")
                                ? " (PulseAudio resamples without a word, its delay differs from run to run, "
                                  "and it drops samples that nobody is told of)"
                                : "";
    return Fault{Fault::Kind::bad_input, "",
                 fmt::format("\"{}\" is no way to measure{}; allowed: \"alsa\", \"jack\"", word, why)};
}

Result<std::vector<AudioDevice>> devices_matching(const std::string& pattern,
                                                  const std::vector<AudioDevice>& devices) {
    std::vector<AudioDevice> fitting;
    try {
        const std::regex wanted(pattern, std::regex::icase);
        for (const AudioDevice& d : devices)
            if (std::regex_search(d.name, wanted)) fitting.push_back(d);
    } catch (const std::regex_error&) {
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("\"{}\" is no pattern; allowed: a regular expression", pattern)};
    }
    return fitting;
}

Result<AudioDevice> device_matching(const std::string& pattern, const std::vector<AudioDevice>& devices) {
    const auto fitting = devices_matching(pattern, devices);
    if (!fitting) return fitting.error();
    if (fitting->size() == 1) return fitting->front();
    std::string there;
    for (const AudioDevice& d : devices) there += (there.empty() ? "" : ", ") + fmt::format("\"{}\"", d.name);
    return Fault{
        Fault::Kind::bench_trouble, "",
        fmt::format("{} device fits the pattern \"{}\"; there is: {}",
                    fitting->empty() ? "no" : "more than one", pattern,
                    there.empty() ? "nothing at all (no card, no right to use it, or no server)" : there)};
}

}  // namespace fourpole
