// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/write_atomic.hpp"
#include "rig/fit/circuit_fit.hpp"
#include "rig/fit/combinations.hpp"
#include "rig/fit/fit_json.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/progress.hpp"
#include "rig/report/record.hpp"
#include "rig/report/terminal_text.hpp"
#include "rig/verbs/arguments.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/interrupt.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>

namespace fourpole {
namespace {

constexpr int page_columns = 80;

struct Options {
    std::string record, player, earphone, arm, out;
    std::vector<std::string> free, fixed;
    std::int64_t take = 1;
    double emf_v = 0.0;
    bool take_given = false, prior = false, json = false;
};

Result<Done> keep_inputs(const Options& options) {
    std::vector<std::filesystem::path> kept{options.record};
    for (const auto& [kind, word] : {std::pair<const char*, const std::string*>{"player", &options.player},
                                     {"earphone", &options.earphone}})
        if (auto file = find_profile(kind, *word, {profiles_folder(), {}})) kept.push_back(std::move(*file));
    return refuse_overwriting("--out", options.out, kept);
}

Result<FitOrder> order_of(const Options& options, FitFacts& facts) {
    const auto player = load_player(options.player);
    if (!player) return player.error();
    const auto earphone = load_earphone(options.earphone);
    if (!earphone) return earphone.error();
    facts.player = player->id;
    facts.player_sha256 = player->sha256;
    facts.earphone = earphone->id;
    facts.earphone_sha256 = earphone->sha256;
    auto circuit = compose(*player, *earphone);
    if (!circuit) return circuit.error();
    FitOrder order;
    order.circuit = std::move(*circuit);
    if (options.emf_v > 0.0) order.circuit.stage.emf_v = options.emf_v;
    order.free = options.free;
    order.fixed = options.fixed;
    order.use_priors = options.prior;
    return order;
}

/// The bar cannot know how many iterations it takes; it shows that something moves.
class Waiting {
public:
    bool operator()(int iteration) {
        progress_.update(1.0 - std::exp(-(++calls_) / 60.0), fmt::format("iteration {}", iteration));
        return !Interrupt::requested();
    }

private:
    Progress progress_{"fitting"};
    int calls_ = 0;
};

// --- for people ---

std::string heading(const CircuitFit& fit, const Observed& observed, const FitFacts& facts) {
    std::string text;
    if (observed.simulated) text += "SIMULATED: no real device was measured\n";
    text += fmt::format("{} + {}", facts.player, facts.earphone);
    if (!observed.arm.empty()) text += ", arm " + observed.arm;
    if (observed.take) text += fmt::format(", take {}", *observed.take);
    text += fmt::format("\n{} points as {} residuals, {} unknowns\n", fit.complex_points, fit.residuals,
                        fit.unknowns.size());
    for (const ReadingUse& use : observed.uses) {
        std::string aside;
        const auto add = [&](std::size_t count, const char* what) {
            if (count > 0) aside += fmt::format(", {} {}", count, what);
        };
        add(use.bounds, "bounds left out");
        add(use.without_u, "without u");
        add(use.overlapping, "too close together");
        add(use.unmeasured, "not measured");
        text += fmt::format("  {:28} {:4} of {:4} used{}\n", use.name, use.used, use.points, aside);
    }
    if (!observed.unread.empty())
        for (const std::string& line :
             wrapped("not fitted to: " + fmt::format("{}", fmt::join(observed.unread, ", ")),
                     page_columns - 2, 40))
            text += "  " + line + "\n";
    return text;
}

std::string verdict_on(const CircuitFit& fit) {
    if (!fit.has_band()) return "chi-square: no degree of freedom left, nothing tests the model\n";
    std::string text =
        fmt::format("chi-square {:.1f} with {} degrees of freedom; 99 % band {:.1f} to {:.1f}\n",
                    fit.numbers.chi_square, fit.numbers.dof, fit.low, fit.high);
    if (fit.violated())
        text += "MODEL VIOLATED: this circuit does not explain these data; read no figure above as real\n";
    else if (fit.too_good())
        text += "the model explains the data; they scatter less than their u says\n";
    else
        text += "the model explains the data\n";
    return text;
}

std::string page_of(const CircuitFit& fit, const Observed& observed, const FitFacts& facts) {
    std::string text = heading(fit, observed, facts);
    text += fmt::format("\n{:42} {:>24} {:>12}\n", "", "value +- u", "profile");
    for (const Unknown& u : fit.unknowns) {
        const std::string value = u.known  ? value_with_u(u.value, u.u, u.unit)
                                  : u.seen ? "not alone"
                                           : "not seen";
        text +=
            fmt::format("{:42} {:>24} {:>12}\n", cut(u.name, 42), value, value_with_u(u.start, 0.0, u.unit));
    }
    text += '\n';
    for (const std::string& sentence : sentences_of(fit, observed))
        for (bool first = true; const std::string& line : wrapped(sentence, page_columns - 2, 40)) {
            text += (first ? "- " : "  ") + line + "\n";
            first = false;
        }
    return text + verdict_on(fit);
}

int work(const Options& options) {
    if (const auto safe = keep_inputs(options); !safe) return complain(safe.error());
    FitFacts facts;
    auto order = order_of(options, facts);
    if (!order) return complain(order.error());
    TakeChoice choice{options.arm, {}};
    if (options.take_given) choice.take = options.take;
    const auto observed = observed_in(std::filesystem::path(options.record), choice);
    if (!observed) return complain(observed.error());
    facts.program_version = program_version();
    facts.program_revision = program_revision();
    const Interrupt interrupt;
    const auto waiting = std::make_shared<Waiting>();
    order->go_on = [waiting](int iteration) { return (*waiting)(iteration); };
    const auto fit = fit_circuit(*order, *observed);
    if (!fit) return complain(fit.error());

    const std::string json = dump_json(json_of(*fit, *observed, facts));
    if (!options.out.empty())
        if (const auto written = write_atomic(options.out, json); !written) return complain(written.error());
    if (const auto printed = print_result(options.json ? json : page_of(*fit, *observed, facts)); !printed)
        return complain(printed.error());
    return fit->violated() ? 1 : 0;
}

}  // namespace

void add_fit(Verbs& verbs) {
    Verb verb = verbs.add("fit", "which circuit is it? parameters from a record, with covariance");
    auto options = std::make_shared<Options>();
    verb.option("record", options->record, "record (JSON) of a take or of a run").required();
    verb.option("--player", options->player, "player profile: id or file").required();
    verb.option("--earphone", options->earphone, "earphone profile: id or file").required();
    verb.option("--arm", options->arm, "of a run's record: the arm");
    const Option take = verb.option("--take", options->take, "of a run's record: the take; default: 1")
                            .between(std::int64_t{1}, std::int64_t{1'000'000});
    verb.option("--free", options->free,
                "what the fit may change: names, blocks (cable) or last parts (coil_resistance_ohm); "
                "default: every figure with a tolerance in its profile")
        .comma_separated();
    verb.option("--fix", options->fixed,
                "what stays as the profile says (also gain, delay_s, "
                "interface.crosstalk, interface.crosstalk_capacitive)")
        .comma_separated();
    verb.flag("--prior", options->prior, "count the profile's tolerances as data");
    verb.option("--emf-v", options->emf_v,
                "peak EMF per full scale at the volume step of the record; "
                "default: the player's profile")
        .positive();
    verb.option("--out", options->out, "write the result (JSON) to this file");
    verb.flag("--json", options->json, "the result on stdout, nothing else");
    verb.footer(
        "Data: transfer (else response and crosstalk) and impedance readings, each point weighted by\n"
        "1/u. Points that are bounds are left out; those that the result exceeds are counted.\n"
        "gain.left, gain.right, delay_s and interface.crosstalk are unknowns of the bench; a\n"
        "calibrated record knows its gain.\n"
        "JSON fourpole/fit@1: parameters (value, u, start, state: exact or not_measured; unit),\n"
        "correlation (names, matrix), chi_square, dof, band_99, explains, combinations (terms with\n"
        "coefficient, value, u, unit), scale (the reference where only ratios are known), cannot_be_known\n"
        "(sentences), data (what became of each reading), simulated.\n"
        "Exit code 1: chi-square is above its 99 % band, the model does not explain the data.\n"
        "Example: fourpole fit run-1/records/B-1.json --player ak100 --earphone sennheiser_mx300\n");
    verb.does([options, take] {
        options->take_given = take.given();
        return work(*options);
    });
}

}  // namespace fourpole
