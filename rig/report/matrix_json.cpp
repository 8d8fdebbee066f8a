// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/matrix.hpp"
#include "rig/report/reading_json.hpp"
#include "rig/report/record_json.hpp"

#include <utility>

namespace fourpole {

std::string matrix_json(const Matrix& matrix) {
    Json out = record_head("matrix");
    out["valid"] = true;
    out["readings"] = Json::array();
    for (const MatrixPlayer& player : matrix.players)
        for (const MatrixCell& cell : player.cells)
            for (Json& reading : readings_of(cell.prediction)) {
                reading["player"] = player.id;
                reading["earphone"] = cell.earphone;
                out["readings"].push_back(std::move(reading));
            }
    return dump_json(out);
}

}  // namespace fourpole
