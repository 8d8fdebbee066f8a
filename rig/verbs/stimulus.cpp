// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/predictions.hpp"
#include "rig/json/json.hpp"
#include "rig/profile/load.hpp"
#include "rig/track_pack.hpp"
#include "rig/units.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace fourpole {
namespace {

struct Options {
    std::string session, out, format = "wav";
    bool json = false;
};

std::string in_words(const std::vector<Track>& tracks, const Options& options) {
    Json all = Json::array();
    std::string text;
    for (const Track& track : tracks) {
        const double peak_dbfs = AmplitudeRatio{track.peak_fs > 0.0 ? track.peak_fs : 1e-10}.decibels();
        all.push_back({{"file", track.name},
                       {"sample_rate_hz", track.rate_hz},
                       {"bits", track.bits},
                       {"length_s", track.seconds},
                       {"peak_dbfs", peak_dbfs},
                       {"sha256", track.sha256}});
        if (!options.json)
            text += fmt::format("{}  {:.10g} s, peak {:.2f} dBFS\n",
                                (std::filesystem::path(options.out) / track.name).string(), track.seconds,
                                peak_dbfs);
    }
    if (options.json)
        return dump_json(
            {{"schema", "fourpole/stimulus@1"}, {"tracks", all}, {"programme", "programme.json"}});
    return text + (std::filesystem::path(options.out) / "programme.json").string() + "\n";
}

int work(const Options& options) {
    const auto session = load_session(options.session);
    if (!session) return complain(session.error());
    // What would be put on a player would be played.
    if (const auto safe = refuse_hazards(*session); !safe)
        return complain({safe.error().kind, safe.error().where, safe.error().what + ", nothing was written"});
    const auto tracks = write_track_pack(*session, options.out, options.format);
    if (!tracks) return complain(tracks.error());
    const auto printed = print_result(in_words(*tracks, options));
    return printed ? 0 : complain(printed.error());
}

}  // namespace

void add_stimulus(Verbs& verbs) {
    Verb verb = verbs.add("stimulus", "Writes the tracks to put on the players of a session");
    const auto options = std::make_shared<Options>();
    verb.option("SESSION", options->session, "A session file").required();
    verb.option("--out", options->out, "Folder for the tracks; made if it is not there").required();
    verb.option("--format", options->format, "wav (default) or flac");
    verb.flag("--json", options->json, "Prints what was written as JSON");
    verb.footer(
        "One track for each sample rate and depth among the session's players, and programme.json,\n"
        "the programme as it was read. Tracks carry TPDF dither throughout (a player that sees digital\n"
        "zero may mute itself) except under a J-test, whose last bit is the signal. The same session\n"
        "gives the same bytes; files of these names are replaced, each in one piece.\n"
        "Exit code 5: a plug would short an output, nothing was written.\n"
        "Example: fourpole stimulus profiles/sessions/md_dr7_4pole_vs_3pole.json --out tracks");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
