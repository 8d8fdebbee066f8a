// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/compare_records.hpp"

#include "rig/compare/reading_pairs.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/profile/findings.hpp"
#include "rig/report/comparison_record.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/complain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace fourpole {

namespace {

Fault refuse(const RecordsToCompare& options, const std::string& what) {
    return {Fault::Kind::bad_input, "", fmt::format("{} (A) and {} (B): {}", options.a, options.b, what)};
}

Result<StoredRecord> valid_record(const std::string& file, const std::string& arm) {
    auto record = read_record(file, arm);
    if (!record || record->valid) return record;
    return Fault{Fault::Kind::bad_input, file,
                 fmt::format("the record is not valid, nothing of it is compared: {}",
                             record->reasons.empty() ? "it does not say why"
                                                     : fmt::format("{}", fmt::join(record->reasons, "; ")))};
}

/// A prediction is neither simulated nor real: it stands beside both.
Result<Done> alike_in_origin(const RecordsToCompare& options, const StoredRecord& a, const StoredRecord& b) {
    if (a.simulated == b.simulated || a.predicted() || b.predicted() || options.mix_simulated) return Done{};
    return refuse(options,
                  fmt::format("{} is simulated and the other one is not; say --mix-simulated if that "
                              "is what you mean to compare",
                              a.simulated ? "A" : "B"));
}

/// Leaves the readings that were asked for by name; a name that neither record has is refused.
Result<Done> keep_only(const RecordsToCompare& options, StoredRecord& a, StoredRecord& b) {
    if (options.only.empty()) return Done{};
    std::vector<std::string> names;
    for (const StoredRecord* record : {&a, &b})
        for (const Reading& r : record->readings)
            if (std::find(names.begin(), names.end(), r.name) == names.end()) names.push_back(r.name);
    for (const std::string& wanted : options.only)
        if (std::find(names.begin(), names.end(), wanted) == names.end()) {
            const std::string near = nearest(wanted, names);
            return refuse(
                options, fmt::format("neither has a reading \"{}\"{}; they have {}", wanted,
                                     near.empty() ? "" : " (nearest: " + near + ")", fmt::join(names, ", ")));
        }
    for (StoredRecord* record : {&a, &b})
        std::erase_if(record->readings, [&](const Reading& r) {
            return std::find(options.only.begin(), options.only.end(), r.name) == options.only.end();
        });
    return Done{};
}

std::vector<std::string> notes_on(const ComparisonRecord& record) {
    std::vector<std::string> notes;
    const StoredRecord &a = record.a, &b = record.b;
    if (!a.take_sha256.empty() && a.take_sha256 == b.take_sha256)
        notes.emplace_back(
            "A and B are read from one take: what is noise in it is the same in both, and u is too large");
    if (!a.programme_sha256.empty() && !b.programme_sha256.empty() &&
        a.programme_sha256 != b.programme_sha256)
        notes.emplace_back("A and B played different programmes");
    const bool volts = std::any_of(record.differences.begin(), record.differences.end(), [](const auto& d) {
        return d.a.calibration != "raw" && d.b.calibration != "raw";
    });
    const bool told = std::any_of(record.differences.begin(), record.differences.end(),
                                  [](const auto& d) { return d.u_common.has_value(); });
    if (record.same_calibration && !told)
        notes.emplace_back(
            "--same-calibration: no two readings say how much of u is the calibration's; all of it stays in "
            "u");
    if (!record.same_calibration && told)
        notes.emplace_back(
            "u takes the two calibrations for independent; if one calibration is behind both, its share "
            "cancels: --same-calibration");
    if (volts && told)
        notes.emplace_back(
            "along a curve u_common is one and the same error: its points are not independent");
    return notes;
}

Result<ComparisonRecord> compared(const RecordsToCompare& options) {
    ComparisonRecord out;
    auto a = valid_record(options.a, options.arm_a);
    if (!a) return a.error();
    auto b = valid_record(options.b, options.arm_b);
    if (!b) return b.error();
    if (const auto alike = alike_in_origin(options, *a, *b); !alike) return alike.error();
    if (const auto kept = keep_only(options, *a, *b); !kept) return kept.error();
    PairedReadings paired = pair_readings(a->readings, b->readings);
    if (!paired.unlike.empty() && !options.skip_unlike) {
        std::string lines;
        for (const UnlikePair& pair : paired.unlike) lines += "\n" + sentence(pair);
        return refuse(options,
                      "unlike conditions; --skip-unlike leaves these out, --only NAME,... chooses" + lines);
    }
    if (paired.pairs.empty())
        return refuse(options, "they have no quantity in common that was read under like conditions");
    for (const ReadingPair& pair : paired.pairs)
        out.differences.push_back(difference_of(pair, options.same_calibration));
    out.a = std::move(*a), out.b = std::move(*b);
    out.same_calibration = options.same_calibration;
    out.unlike = std::move(paired.unlike);
    out.only_a = std::move(paired.only_a), out.only_b = std::move(paired.only_b);
    out.notes = notes_on(out);
    return out;
}

}  // namespace

int compare_records(const RecordsToCompare& options) {
    if (const auto safe = refuse_overwriting("--record", options.record, {options.a, options.b}); !safe)
        return complain(safe.error());
    const auto record = compared(options);
    if (!record) return complain(record.error());
    const std::string text = to_json(*record);
    if (!options.record.empty())
        if (const auto written = write_atomic(options.record, text); !written)
            return complain(written.error());
    const auto printed = print_result(options.json ? text : summary(*record, stdout_screen()));
    return printed ? 0 : complain(printed.error());
}

}  // namespace fourpole
