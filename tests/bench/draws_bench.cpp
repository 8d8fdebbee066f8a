// SPDX-License-Identifier: GPL-3.0-or-later
// 1,000 frequencies x 10,000 units of one circuit, solved and then with their bands.
//
//     draws_bench CIRCUIT.json [FREQUENCIES [DRAWS [THREADS]]]
//
// CIRCUIT.json as for `fourpole predict --circuit`; parts without a tolerance get 5 %. One line of JSON:
// seconds for the draws, for the solutions and for the whole prediction. tests/bench/draws.py runs it beside
// its rivals.
#include "rig/model/block_of_draws.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

using namespace fourpole;

namespace {

double now_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::size_t count(const char* text) { return static_cast<std::size_t>(std::strtoul(text, nullptr, 10)); }

Result<Circuit> circuit_of(const std::string& player_id, const std::string& earphone_id) {
    if (player_id == "--circuit") return load_circuit(earphone_id);
    const auto player = load_player(player_id);
    if (!player) return player.error();
    const auto earphone = load_earphone(earphone_id);
    if (!earphone) return earphone.error();
    return compose(*player, *earphone);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3)
        return std::fprintf(stderr,
                            "draws_bench PLAYER EARPHONE | --circuit FILE [FREQUENCIES [DRAWS [THREADS]]]\n"),
               2;
    auto circuit = circuit_of(argv[1], argv[2]);
    if (!circuit) return std::fprintf(stderr, "%s\n", circuit.error().what.c_str()), 2;
    for_each_figure(*circuit, [](Figure& f) {
        if (f.tolerance == 0.0) f.tolerance = 0.05 * f.value;
    });
    const std::size_t frequencies = argc > 3 ? count(argv[3]) : 1000;
    BlockPlan plan;
    plan.draws = argc > 4 ? count(argv[4]) : 10'000;
    plan.threads = argc > 5 ? static_cast<unsigned>(count(argv[5])) : 2;
    std::vector<double> f(frequencies);
    for (std::size_t i = 0; i < frequencies; ++i)
        f[i] = 10.0 * std::pow(1e4, static_cast<double>(i) / static_cast<double>(frequencies));

    const auto population = Population::of(*circuit);
    if (!population) return 2;
    double at = now_s();
    const auto units = DrawnUnits::of(*population, plan);
    if (!units) return std::fprintf(stderr, "%s\n", units.error().what.c_str()), 2;
    const double drawn = now_s() - at;
    at = now_s();
    const std::size_t chunk = BlockOfDraws::chunk(plan.draws);
    double sum = 0.0;
    for (std::size_t from = 0; from < frequencies; from += chunk) {
        const auto part = std::span(f).subspan(from, std::min(chunk, frequencies - from));
        // Sizes, as the rivals take them; decibels, quantiles and bands are predict()'s.
        std::vector<double> squared(4 * part.size() * plan.draws);
        if (units->solve(part, squared)) return 2;
        sum += squared.front();
    }
    const double solved = now_s() - at;
    at = now_s();
    BandOrder order;
    order.draws = plan.draws;
    order.threads = plan.threads;
    const auto prediction = predict(*circuit, f, order);
    if (!prediction) return 2;
    const double predicted = now_s() - at;
    std::printf(
        "{\"frequencies\": %zu, \"draws\": %zu, \"threads\": %u, \"draw_s\": %.4f, \"solve_s\": %.4f, "
        "\"predict_s\": %.4f, \"checksum\": %.9f}\n",
        frequencies, plan.draws, plan.threads, drawn, solved, predicted, sum);
    return 0;
}
