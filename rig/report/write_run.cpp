// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/write_run.hpp"

#include "rig/files/write_atomic.hpp"
#include "rig/report/summary.hpp"

namespace fourpole {

Result<Done> write_run(const std::filesystem::path& folder, const RunRecord& record) {
    if (const auto made = make_folder(folder); !made) return made.error();
    if (const auto done = write_atomic(folder / "record.json", to_json(record)); !done) return done.error();
    return write_atomic(folder / "report.html", html(record));
}

}  // namespace fourpole
