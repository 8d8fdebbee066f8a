// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulated_bench.hpp"

#include "drivers/chance.hpp"
#include "drivers/take_facts.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourpole {

namespace {

/// The figure as unit number `unit` of the device `id` has it.
double drawn(const Figure& figure, const std::string& id, const char* key, std::uint64_t unit) {
    return at_quantile(figure, quantile_of(id + "." + key, unit));
}

/// A level in dB as an amplitude; 0 dB and above is what an empty profile holds: none.
double amplitude(double db) { return db < 0.0 ? AmplitudeRatio::from_decibels(db).count : 0.0; }

/// 0 dBFS is the rms of a full-scale sine, 1 / sqrt 2 of the peak.
double rms_of_dbfs(double dbfs) { return amplitude(dbfs) / std::sqrt(2.0); }

/// Pulling the plug and putting it back: each contact moves by its own normal deviate and
/// keeps at least a tenth of itself, since none is better than clean metal.
void plug_again(Contacts& contacts, double deviation_ohm, Chance& chance) {
    for (Figure* contact :
         {&contacts.tip_ohm, &contacts.ring1_ohm, &contacts.ring2_ohm, &contacts.sleeve_ohm}) {
        const double moved = contact->value + deviation_ohm * chance.gauss();
        contact->value = std::max(moved, 0.1 * contact->value);
    }
}

}  // namespace

Result<std::unique_ptr<SimulatedBench>> SimulatedBench::open(const Session& session, std::uint64_t seed,
                                                             const std::string& fault) {
    const auto planted = simulated_fault_named(fault);
    if (!planted) return planted.error();
    for (const auto& [key, figure] : {std::pair{"full_scale_v", &session.interface.full_scale_v},
                                      std::pair{"noise_dbfs", &session.interface.noise_dbfs},
                                      std::pair{"crosstalk_db", &session.interface.crosstalk_db}})
        if (!*figure)
            return Fault{Fault::Kind::bad_input, session.interface.path,
                         fmt::format("/{}: found nothing; allowed: a figure, since what nobody knows of an "
                                     "interface cannot be simulated",
                                     key)};
    return std::unique_ptr<SimulatedBench>(new SimulatedBench(session, seed, *planted));
}

Scene SimulatedBench::scene_of(const Arm& arm, const TakeRequest& request, Truth& truth) const {
    const Player& player = arm.player;
    const Interface& interface = session_.interface;
    const std::uint64_t take = hash_of({"take", request.arm, std::to_string(request.repeat)}, seed_);
    Chance chance(take);

    truth.unit = unit_of(circuit_on_bench(arm, session_.fixture), seed_);
    Scene scene;
    scene.programme = &session_.programme;
    scene.circuit = truth.unit;
    const Fixture& fixture = session_.fixture;
    const double replugged_ohm = drawn(fixture.replug_contact_ohm, fixture.id, "replug", seed_);
    // A fixture stays in the player's jack; it is the earphone's plug in the fixture's that is pulled.
    Circuit& plugged = scene.circuit;
    plug_again(plugged.fixture ? plugged.fixture->jack_ohm : plugged.contacts, replugged_ohm, chance);

    // Each clock against an ideal one; what counts is the one against the other.
    const double fast = 1e-6 * drawn(player.clock_offset_ppm, player.id, "clock", seed_);
    const double reference = 1e-6 * drawn(interface.clock_offset_ppm, interface.id, "clock", seed_);
    const double rate = interface.sample_rate_hz;
    scene.clock = {rate, (0.1 + 0.2 * chance.uniform()) * rate, 1e6 * (fast - reference) / (1.0 + reference)};
    scene.frames = static_cast<std::size_t>(std::ceil((0.6 + 1.005 * session_.programme.length_s) * rate));

    scene.second_order = drawn(player.second_order, player.id, "second_order", seed_);
    scene.third_order = drawn(player.third_order, player.id, "third_order", seed_);
    if (player.clip_v)
        scene.clip_fs = drawn(*player.clip_v, player.id, "clip", seed_) / arm.circuit.stage.emf_v;
    scene.player_noise_fs = rms_of_dbfs(drawn(player.noise_dbfs, player.id, "noise", seed_));

    scene.full_scale_v = drawn(*interface.full_scale_v, interface.id, "full_scale", seed_);
    scene.interface_noise_fs = rms_of_dbfs(drawn(*interface.noise_dbfs, interface.id, "noise", seed_));
    scene.interface_crosstalk = amplitude(drawn(*interface.crosstalk_db, interface.id, "crosstalk", seed_));
    scene.dc_fs = drawn(interface.dc_fs, interface.id, "dc", seed_);
    scene.hum_fs = amplitude(drawn(interface.hum_dbfs, interface.id, "hum", seed_));
    scene.mains_hz = interface.mains_hz;
    scene.bits = interface.bits;
    scene.seed = take;
    if (fault_ && fault_->on_scene) fault_->on_scene(scene);

    truth.plugged = scene.circuit;
    truth.ppm = scene.clock.ppm;
    truth.start = scene.clock.start;
    truth.full_scale_v = scene.full_scale_v;
    return scene;
}

Result<Scene> SimulatedBench::scene(const TakeRequest& request) {
    const auto& arms = session_.arms;
    auto arm = std::find_if(arms.begin(), arms.end(), [&](const Arm& a) { return a.id == request.arm; });
    if (arm == arms.end())
        return Fault{Fault::Kind::bad_input, identity(),
                     fmt::format("the session has no arm \"{}\"", request.arm)};
    if (fault_ && fault_->first_arm_always) arm = arms.begin();
    return scene_of(*arm, request, truth_[request.arm]);
}

Result<Take> SimulatedBench::play_and_record(const TakeRequest& request, const Progress& progress) {
    const auto made = scene(request);
    if (!made) return made.error();
    const Scene& scene = *made;
    auto channels = simulate(
        scene, progress ? progress : [](double) { return true; });
    if (!channels) return channels.error();
    if (fault_ && fault_->on_samples) fault_->on_samples(*channels, scene);

    Take take;
    take.rate_hz = scene.clock.rate_hz;
    take.bits = scene.bits;
    take.channels = std::move(*channels);
    take.facts = facts_of_take(session_, request, *this);
    return take;
}

}  // namespace fourpole
