// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <string>

namespace fourpole {

/// Which interface, at which gain. "" = not told.
struct InterfaceIdentity {
    std::string usb;     ///< "07fd:000b"
    std::string serial;  ///< as `fourpole devices` prints it
    std::string gain;    ///< in the operator's words: "line 3 and 4, fixed"
};

/// What an interface does whose outputs are wired to its own inputs:
///     {"schema": "fourpole/baseline@1", "made": "2026-11-28", "applies_to": "...",
///      "interface": {"usb": "07fd:000b", "serial": "M4AB", "rate_hz": 48000, "gain": "fixed"},
///      "programme": "sweep_pair", "programme_sha256": "...", "take_sha256": "...", "readings": [...]}
struct LoopBaseline {
    InterfaceIdentity interface;
    double rate_hz = 0.0;
    std::string made;        ///< date, ISO 8601
    std::string applies_to;  ///< for people
    std::string programme_id, programme_sha256, take_sha256, sha256;
    Readings readings;
};

/// "07FD:000B" as "07fd:000b". Fault bad_input: anything but four hexadecimal digits, a colon and four more.
Result<std::string> usb_identity(const std::string& word);

/// The file of a loop that was read. Fault take_invalid: the record is not valid.
/// @param of  with a `usb`; what it does not tell, nobody will be asked
Result<std::string> baseline_text(const TakeRecord& loop, const InterfaceIdentity& of,
                                  const std::string& made, const std::string& applies_to);

/// Reads one back. Fault bad_input, a sentence with the place: another schema, an unknown key, no identity,
/// no rate, no date, a broken reading.
Result<LoopBaseline> read_baseline(const std::filesystem::path& file);

/// Puts the loop's own readings beside those of `record` that they are a floor or a response of: the same
/// quantity by the same definition, in the same unit. They were the interface's and stay unchanged.
///
/// Where the interface also played what was captured, the loop's response is in the capture's, and is taken
/// out of it, point by point:
///     response = response_capture - response_loop (dB, degrees),  u = hypot of both
/// exact while what the interface's output feeds in the loop and in the capture loads it alike. Such a
/// response is in dB, by "response.sweep.without_loop@1" and so on; a point that one of the two does not know
/// exactly is not_measured. Where a player played, nobody knows which part of the loop's response was the
/// output's, and the response stays.
///
/// Fault bad_input, a sentence: another interface, serial number, gain, rate or programme than the
/// baseline's, one of them that the baseline states and nobody tells of the capture, or nothing to put
/// beside.
Result<Done> put_beside(const LoopBaseline& baseline, const InterfaceIdentity& of, bool interface_played,
                        TakeRecord& record);

}  // namespace fourpole
