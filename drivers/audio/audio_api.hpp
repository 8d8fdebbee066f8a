// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// Which of the system's ways to a sound card. Named, never left to the library: it would take the first that
/// has a device.
enum class AudioApi { alsa, jack };

/// What one sample is between us and the library. The library's 24-bit words have had three sizes in three
/// versions: they are never asked for.
enum class SampleWord { int32, float32 };

constexpr SampleWord word_of(AudioApi api) {
    return api == AudioApi::jack ? SampleWord::float32 : SampleWord::int32;
}
constexpr const char* name(AudioApi api) { return api == AudioApi::jack ? "jack" : "alsa"; }

/// "alsa" or "jack". Fault bad_input: another word; PulseAudio with the reason.
Result<AudioApi> audio_api_named(const std::string& word);

/// One device as the library lists it.
struct AudioDevice {
    std::string name;
    unsigned outputs = 0, inputs = 0;
    std::vector<unsigned> rates_hz;
};

/// Those whose name the pattern (ECMAScript, upper or lower case) fits somewhere. Fault bad_input: it is
/// none.
Result<std::vector<AudioDevice>> devices_matching(const std::string& pattern,
                                                  const std::vector<AudioDevice>& devices);
/// The one device that it fits.
/// Faults: bad_input for a pattern that is none; bench_trouble where no device fits, or several, with what
/// there is.
Result<AudioDevice> device_matching(const std::string& pattern, const std::vector<AudioDevice>& devices);

}  // namespace fourpole
