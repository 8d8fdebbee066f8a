// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/predict_matrix.hpp"

#include "rig/files/write_atomic.hpp"
#include "rig/flow/matrix.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/matrix.hpp"
#include "rig/report/progress.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/complain.hpp"

#include <filesystem>
#include <utility>
#include <vector>

namespace fourpole {
namespace {

template <class T>
Result<std::vector<T>> load_all(const char* kind, const std::string& only,
                                Result<T> (*load)(const std::string&)) {
    std::vector<T> out;
    for (const std::string& id : only.empty() ? profile_ids(kind) : std::vector{only}) {
        auto one = load(id);
        if (!one) return one.error();
        out.push_back(std::move(*one));
    }
    return out;
}

}  // namespace

int predict_matrix(const MatrixOptions& options) {
    const auto players = load_all<Player>("player", options.player, load_player);
    if (!players) return complain(players.error());
    const auto earphones = load_all<Earphone>("earphone", options.earphone, load_earphone);
    if (!earphones) return complain(earphones.error());
    std::vector<std::filesystem::path> read;
    for (const Player& player : *players) read.emplace_back(player.path);
    for (const Earphone& earphone : *earphones) read.emplace_back(earphone.path);
    for (const auto& [option, file] : {std::pair{"--html", options.html}, {"--record", options.record}})
        if (const auto safe = refuse_overwriting(option, file, read); !safe) return complain(safe.error());

    Progress bar("predicting");
    const auto matrix = matrix_of(*players, *earphones, [&bar](double fraction, const std::string& step) {
        bar.update(fraction, step);
    });
    if (!matrix) return complain(matrix.error());
    const std::string record = options.json || !options.record.empty() ? matrix_json(*matrix) : "";
    if (!options.html.empty())
        if (const auto written = write_atomic(options.html, matrix_html(*matrix)); !written)
            return complain(written.error());
    if (!options.record.empty())
        if (const auto written = write_atomic(options.record, record); !written)
            return complain(written.error());
    const std::string text = options.json ? record : matrix_text(*matrix, stdout_screen().colour);
    if (const auto printed = print_result(text); !printed) return complain(printed.error());
    return 0;
}

}  // namespace fourpole
