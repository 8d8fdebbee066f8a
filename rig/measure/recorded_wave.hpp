// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/result.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// The samples that a `file` event plays, times its amplitude, at the file's own rate: of a file of several
/// channels the first for the left side, the second for the right.
/// Faults: as read_take(); bad_input where both sides play the file and its channels differ (what arrives on
/// one side cannot then be told apart from what the other leaks into it), or where its rate is not `rate_hz`.
Result<std::vector<double>> recorded_wave(const FileEvent& file, const PerSide<bool>& on, double rate_hz);

/// True where both sides would play the same of the file: it has one channel.
bool is_mono(const std::string& path);

/// The programme with the length of each file that it plays, by the file's header; what cannot be read stays
/// unknown.
Programme with_file_lengths(Programme programme);

/// What all `file` events of one side play, from u = 0 on at the files' own pace, sample n at n / rate_hz;
/// empty: it plays none.
Result<std::vector<double>> files_played(const Programme& programme, Side side, double rate_hz);

}  // namespace fourpole
