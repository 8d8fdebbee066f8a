// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/doctor/host.hpp"
#include "drivers/doctor/mixers.hpp"
#include "drivers/drivers.hpp"
#include "drivers/plugged.hpp"
#include "drivers/rtaudio_bench.hpp"
#include "drivers/usb/interface_quirks.hpp"
#include "rig/json/json.hpp"
#include "rig/measure/listening.hpp"
#include "rig/profile/load.hpp"
#include "rig/symptom.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/interrupt.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

namespace fourpole {

namespace {

using Weight = Symptom::Weight;
using Symptoms = std::vector<Symptom>;

constexpr double listening_s = 1.0;

struct Options {
    std::string session, bench;
    bool json = false;
};

void add(Symptoms more, Symptoms& out) {
    out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Symptoms of_plugged() {
    Symptoms out;
    for (const Plugged& p : plugged_devices()) {
        for (const InterfaceQuirk& q : quirks_of(p.usb))
            out.push_back({Weight::worth_knowing, q.model, q.knows, q.advice});
        if (!p.trouble.empty()) {
            // "what is wrong; the fix", as `devices` prints it.
            const std::size_t cut = p.trouble.find("; ");
            out.push_back({Weight::in_the_way, vid_pid(p.usb), p.trouble.substr(0, cut),
                           cut == std::string::npos ? "" : p.trouble.substr(cut + 2)});
        }
    }
    return out;
}

Symptoms of_card(const std::string& card) {
    const auto mixer = AlsaMixer::open(card);
    if (!mixer) return {};
    const auto controls = mixer->controls();
    return controls ? symptoms_of(*controls, card) : Symptoms{};
}

Symptom trouble(const Fault& fault, const std::string& about) {
    return {Weight::in_the_way, fault.where.empty() ? about : fault.where, fault.what, ""};
}

/// Opens the bench as a run would, and listens to its inputs while it plays nothing.
Result<Symptoms> of_bench(const Options& options, std::set<std::string>& cards) {
    const auto session = load_session(options.session);
    if (!session) return session.error();
    const auto file = bench_named(options.bench, *session);
    if (!file) return file.error();
    Symptoms out;
    auto bench = open_bench(*file, *session, 1, "");
    if (!bench) return Symptoms{trouble(bench.error(), options.bench)};
    out.push_back({Weight::fine, options.bench, "opens: " + (*bench)->identity(), ""});
    for (const RelayBoardSetup& board : file->relays.boards)
        out.push_back({Weight::fine, "relay board \"" + board.name + "\"",
                       fmt::format("answers at {}; its relays are at rest", board.device), ""});
    auto* const card = dynamic_cast<RtaudioBench*>(bench->get());
    if (!card) return out;
    if (file->audio.api == "alsa")
        cards.insert(file->audio.mixer.card.value_or(AlsaMixer::card_of(card->device())));
    const auto silence = card->listen(listening_s, [](double) { return !Interrupt::requested(); });
    if (silence)
        add(symptoms_of(*silence, card->most_dc()), out);
    else if (silence.error().kind == Fault::Kind::stopped)
        return Fault{Fault::Kind::stopped, "doctor", "stopped by the operator while it listened"};
    else
        out.push_back(trouble(silence.error(), options.bench));
    return out;
}

constexpr const char* word_of(Weight weight) {
    return weight == Weight::fine ? "fine" : weight == Weight::worth_knowing ? "note" : "wrong";
}

std::string in_words(const Symptoms& all) {
    std::string out;
    for (const Symptom& s : all) {
        out += fmt::format("{:5}  {}: {}\n", word_of(s.weight), s.about, s.found);
        if (!s.fix.empty()) out += fmt::format("       do: {}\n", s.fix);
    }
    return out;
}

std::string in_json(const Symptoms& all) {
    Json list = Json::array();
    for (const Symptom& s : all)
        list.push_back(
            {{"weight", word_of(s.weight)}, {"about", s.about}, {"found", s.found}, {"fix", s.fix}});
    return dump_json({{"schema", "fourpole/doctor@1"}, {"symptoms", std::move(list)}});
}

int work(const Options& options) {
    if (options.session.empty() != options.bench.empty())
        return complain(
            {Fault::Kind::bad_input, "doctor",
             "a bench is looked at for a session: fourpole doctor SESSION --bench BENCH, or neither"});
    Symptoms all = symptoms_of(host_facts());
    add(of_plugged(), all);
    const auto names = AlsaMixer::cards();
    std::set<std::string> cards(names.begin(), names.end());
    // A bench that was opened has controls to put back: Ctrl-C and the like end it in order.
    const Interrupt interrupt;
    if (!options.bench.empty()) {
        auto bench = of_bench(options, cards);
        if (!bench) return complain(bench.error());
        add(std::move(*bench), all);
    }
    if (Interrupt::requested()) return complain({Fault::Kind::stopped, "doctor", "stopped by the operator"});
    for (const std::string& card : cards) add(of_card(card), all);
    std::stable_sort(all.begin(), all.end(),
                     [](const Symptom& a, const Symptom& b) { return a.weight > b.weight; });
    const auto printed = print_result(options.json ? in_json(all) : in_words(all));
    if (!printed) return complain(printed.error());
    const bool wrong =
        std::any_of(all.begin(), all.end(), [](const Symptom& s) { return s.weight == Weight::in_the_way; });
    return wrong ? 3 : 0;
}

}  // namespace

void add_doctor(Verbs& verbs) {
    Verb verb = verbs.add("doctor", "Says what is wrong with the bench, and the fix");
    const auto options = std::make_shared<Options>();
    verb.option("SESSION", options->session, "A session (.json); with --bench");
    verb.option("--bench", options->bench,
                "Opens this bench as a run would and listens to it for a second; it plays nothing");
    verb.flag("--json", options->json, "Prints the symptoms as JSON");
    verb.footer(
        "Looks at: real-time rights and the processors' clock, USB devices and who may open them, every\n"
        "card's mixer (muted, turned down, a monitor that leads inputs to outputs); of a bench whether it\n"
        "opens with the session's rate, channels and words, and what its inputs hold while nothing\n"
        "plays: digital silence, hum, a constant (more than a run would begin with is wrong), noise, full "
        "scale.\n"
        "Nothing is changed, apart from the controls that the bench pins, which go back, and its relays, "
        "which\n"
        "go to rest.\n"
        "Exit code: 0 nothing is in the way, 3 something is, 2 bad input, 4 stopped.\n"
        "Example: fourpole doctor profiles/sessions/md_dr7_4pole_vs_3pole.json --bench my_bench.json");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
