// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card made of arithmetic (tests/alsa_plugin), and takes over it through the real RtAudio and
// alsa-lib.
#pragma once

#include "tests/noise_take.hpp"
#include "tests/scratch_run.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace fourpole {

/// For as long as it lives, ALSA knows one card, "default", with these settings of the plugin.
class AlsaCard {
public:
    explicit AlsaCard(const std::string& settings, const std::string& more = "") {
        // ALSA takes a space in this variable for the end of a path.
        std::string name = (fs::temp_directory_path() / "fourpole-alsa-XXXXXX").string();
        const int made = mkstemp(name.data());
        REQUIRE(made >= 0);
        close(made);
        file = name;
        write(more.empty() ? "pcm.!default { type fourpole_bench " + settings + " }\n" : more);
        REQUIRE(setenv("ALSA_CONFIG_PATH", file.c_str(), 1) == 0);
    }
    ~AlsaCard() {
        std::error_code ignored;
        fs::remove(file, ignored);
    }
    AlsaCard(const AlsaCard&) = delete;
    AlsaCard& operator=(const AlsaCard&) = delete;

    /// From its next opening on.
    void becomes(const std::string& settings) {
        write("pcm.!default { type fourpole_bench " + settings + " }\n");
    }

    /// And there is no other: a configuration without `ctl.!default`.
    void loses_its_mixer() const { write("pcm.!default { type fourpole_bench channels 4 }\n", ""); }

    Scratch folder;
    fs::path file;

private:
    void write(const std::string& card,
               const std::string& mixer = "ctl.!default { type fourpole_bench }\n") const {
        const std::string lib = "{ lib \"" FOURPOLE_ALSA_PLUGIN "\" }\n";
        const fs::path next =
            file.string() + ".next";  // alsa-lib reads another file anew, not another second
        std::ofstream(next) << "pcm_type.fourpole_bench " << lib << "ctl_type.fourpole_bench " << lib << card
                            << mixer;
        fs::rename(next, file);
    }
};

inline DuplexOrder order_for(const AlsaCard& card, double seconds) {
    return noise_order(AudioApi::alsa, "default", card.folder.path(), seconds);
}

}  // namespace fourpole
