// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/impedance_table.hpp"
#include "rig/profile/mixer_pin.hpp"
#include "rig/profile/relay_setup.hpp"
#include "rig/programme.hpp"
#include "rig/signal.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Where a physical number comes from.
struct Provenance {
    enum class Kind { measured, datasheet, published, guess };
    Kind kind = Kind::guess;
    std::string where;
};

/// A physical number with its spread over units of the same model. The unit is in the
/// JSON key and in the name of the member that holds it.
///
/// uniform:    value +- tolerance, every value equally likely
/// normal:     tolerance = 2 standard deviations (about 95 %)
/// log_normal: factor within 1/(1+tolerance) .. (1+tolerance) for 95 % (never negative)
struct Figure {
    enum class Spread { uniform, normal, log_normal };
    double value = 0.0;
    double tolerance = 0.0;
    Spread spread = Spread::uniform;
    Provenance source;
    /// Figures of one group share a cause (both coils of one earphone come from one batch):
    /// the normal scores of any two have this correlation. "" = varies on its own.
    std::string group;
    double correlation = 0.0;
};

// --- circuit: the blocks of the truth kit's rig files, moved into profiles unchanged ---

/// The player's output stage.
struct OutputStage {
    enum class Kind { single_ended, btl };
    Kind kind = Kind::single_ended;
    double emf_v = 1.0;            ///< EMF between the two ends of one side
    Figure output_resistance_ohm;  ///< btl: of each half-bridge
    Figure output_inductance_h;    ///< btl: of each half-bridge
    std::optional<Figure> coupling_capacitance_f;
    Figure ground_path_ohm;  ///< shared ground inside the player; unused in btl
};

struct Contacts {
    Figure tip_ohm, ring1_ohm, ring2_ohm, sleeve_ohm;
    Figure ring3_ohm{};  ///< of 5-pole plugs; as ring 2 where nobody said
};

struct Cable {
    enum class Kind { shared_return, separate_returns };
    Kind kind = Kind::shared_return;
    PerSide<Figure> signal_ohm;
    PerSide<Figure> return_ohm;  ///< shared: from driver to split; separate: the whole return
    Figure common_return_ohm;    ///< shared only: from split to plug
    Figure signal_to_return_farad;
    Figure left_to_right_signal_farad;

    /// Where the two sides part. The wires are uniform: what belongs to both parts is shared
    /// out by length, the capacitances lie at the far end of their part, and the sides see each
    /// other up to the split only. Without it each wire is one piece with its capacitances at
    /// the driver.
    struct Split {
        double length_m = 1.0, split_at_m = 0.0;  ///< both from the plug on
        double shared() const { return split_at_m / length_m; }
    };
    std::optional<Split> split;

    PerSide<Figure> signal_h, return_h;  ///< of the wires above, end to end
    Figure common_return_h;
    /// Mutual inductance of two wires as k = M / sqrt(La Lb), 0 <= k < 1; the currents of both
    /// count from the plug to the driver.
    Figure signal_to_return_coupling;        ///< of one side
    Figure signal_to_signal_coupling;        ///< of the two sides
    Figure return_to_return_coupling;        ///< of the two sides; separate returns only
    Figure signal_to_other_return_coupling;  ///< of two sides; separate returns only
    Figure signal_to_common_coupling;        ///< either signal and the common return
};

struct LossyInductance {
    Figure inductance_h, parallel_resistance_ohm;
};

/// Z = K (jw)^n: Leach, JAES 50(6) 2002. n = 0 is a resistance K, n = 1 an inductance K.
struct LeachInductance {
    Figure k_ohm_at_1_rad_s, exponent;
};

/// Z = Kr w^Xr + j Kx w^Xx: Wright, JAES 38(10) 1990.
struct WrightInductance {
    Figure kr_ohm_at_1_rad_s, xr, kx_ohm_at_1_rad_s, xx;
};

/// R || L || C in series with the coil. L and C may be given as resonance and Q:
/// C = Q / (2 pi f0 R), L = R / (2 pi f0 Q).
struct Resonance {
    Figure resistance_ohm;
    Figure resonance_hz, mechanical_q;   ///< used when `by_q`
    Figure inductance_h, capacitance_f;  ///< used otherwise
    bool by_q = false;
};

/// R + L + C in series, across the whole driver (multi-driver earphones).
struct ParallelBranch {
    Figure resistance_ohm, inductance_h;
    std::optional<Figure> capacitance_f;
};

/// Elements, or a table in place of all of them.
struct Driver {
    Figure coil_resistance_ohm, coil_inductance_h;
    std::optional<LossyInductance> lossy_inductance;
    std::vector<Resonance> resonances;
    std::vector<ParallelBranch> parallel_branches;
    std::optional<LeachInductance> leach_inductance;
    std::optional<WrightInductance> wright_inductance;
    std::shared_ptr<const ImpedanceTable> impedance_table;
};

/// A resistor a side that can take the earphone's load over.
struct LoadBank {
    /// off: the relay is open and leaves its capacitance. beside: closed, the earphone still
    /// there. in_place: closed, the earphone switched off.
    enum class Switched { off, beside, in_place };
    Switched switched = Switched::off;
    PerSide<Figure> resistance_ohm;
    Figure relay_contact_ohm;  ///< closed, in series with the resistor
    Figure relay_open_farad;   ///< across the open contact; 0 = none
};

/// What a fixture puts into the way from jack to earphone, in each pole:
///
///   jack -[contact]- fixture's plug -[relay]-[sense]-+-[fixture's jack]- earphone's plug
///                                                    |
///                          interface's ground -[R || C of the tap]
struct FixtureCircuit {
    Contacts relay_ohm, sense_ohm;  ///< in series with each pole
    Contacts jack_ohm;              ///< contacts between the fixture's jack and the earphone's plug
    /// Input resistance of each tap; nothing = no taps.
    std::optional<Figure> tap_resistance_ohm;
    Figure tap_capacitance_farad;  ///< of each tap, its lead included
    /// Between the grounds of interface and player; nothing = they only meet in the taps.
    std::optional<Figure> ground_link_ohm;
    std::optional<LoadBank> load_bank;
};

/// Segment or spring name (T, R1, R2, S) -> what it carries (L+, L-, R+, R-, C, MIC on a
/// plug; aL, aR, aL-, aR-, G on a jack).
using Poles = std::map<std::string, std::string>;

/// Which plug segments each jack spring touches.
using Touch = std::map<std::string, std::vector<std::string>>;

struct Plug {
    std::string id, what;
    Poles segments;
};

struct Jack {
    std::string id, what;
    Poles springs;
};

/// One flat circuit: output stage, contacts, cable, drivers and who touches whom.
struct Circuit {
    std::string name;
    OutputStage stage;
    Contacts contacts;
    Cable cable;
    PerSide<Driver> drivers;
    Plug plug;
    Jack jack;
    Touch touch;
    double leakage_ohm = 1e12;  ///< from every floating node to ground
    /// Leak of one side into the other inside the player's amplifier, re the driven EMF
    /// (0 = none), real and positive = in phase.
    Figure amplifier_leak;
    std::optional<FixtureCircuit> fixture;  ///< between the jack and the plug
};

// --- what is on the bench ---

/// Which figure "N bits" means: rig/model/effective_bits.hpp has the three in dB.
enum class BitsDefinition { step_ratio, ideal_quantizer, tpdf_dithered };

struct Player {
    std::string id, name, sha256, path;
    OutputStage stage;  ///< emf_v = peak volts of EMF per digital full scale
    /// The same at the highest volume, with its spread over units; a session's volume step
    /// lowers stage.emf_v only.
    Figure full_scale_emf_v;
    std::string jack;  ///< id of a jack profile
    Contacts contacts;
    Figure amplifier_leak;
    double sample_rate_hz = 44100.0;
    int bits = 16;
    Figure clock_offset_ppm;    ///< against an ideal clock
    Figure noise_dbfs;          ///< rms of 20 Hz - 20 kHz at the EMF, re full-scale sine rms
    bool noise_stated = false;  ///< else noise_dbfs is that of an ideal converter: the least there can be
    Figure second_order, third_order;       ///< polynomial y = x + a2 x^2 + a3 x^3, x in full scale
    std::optional<Figure> clip_v;           ///< peak EMF between the ends of a side at which the stage clips
    std::optional<Figure> current_limit_a;  ///< peak, of each output
    BitsDefinition bits_definition = BitsDefinition::ideal_quantizer;
};

struct Earphone {
    std::string id, name, sha256, path;
    std::string plug;  ///< id of a plug profile
    Cable cable;
    PerSide<Driver> drivers;
    std::optional<Figure> sensitivity_db_per_vrms;  ///< dB SPL at 1 V rms, 1 kHz
};

struct Interface {
    std::string id, name, sha256, path;
    double sample_rate_hz = 48000.0;
    int bits = 24;
    std::optional<Figure> full_scale_v;  ///< peak volts at the input that read 1.0; a session needs it
    bool calibrated = false;             ///< full_scale_v was measured on this very unit
    std::optional<Figure> noise_dbfs;    ///< rms 20 Hz - 20 kHz re full-scale sine rms
    std::optional<Figure> crosstalk_db;  ///< of the interface itself; nothing: all crosstalk may be its own
    Figure dc_fs;
    Figure hum_dbfs;  ///< peak of the mains fundamental re full scale peak
    double mains_hz = 50.0;
    Figure clock_offset_ppm;
    std::optional<bool> differential_inputs;  ///< needed for a BTL player, and has to be known to be there
};

struct Fixture {
    std::string id, name, sha256, path;
    Figure replug_contact_ohm;              ///< spread of one contact from one insertion to the next
    std::optional<FixtureCircuit> circuit;  ///< nothing = it changes nothing
};

/// A sentence somebody said, turned into readings, a rule and a smallest difference.
struct Claim {
    enum class Rule {
        difference_at_least,  ///< A - B >= smallest_difference
        outcome_is_one_of,    ///< words of a wiring reading
    };
    std::string id, sha256, path;
    std::string statement;
    std::string quote, quote_where;
    std::string reading;                             ///< name of the reading that decides
    std::optional<double> band_from_hz, band_to_hz;  ///< mean over this band (dB)
    Rule rule = Rule::difference_at_least;
    bool lower_is_better = false;      ///< crosstalk: "further separated" = lower
    double smallest_difference = 0.0;  ///< in the reading's unit
    double confidence = 0.95;
    std::vector<std::string> outcomes;  ///< outcome_is_one_of: prefixes that support the claim
};

struct Arm {
    std::string id;  ///< "A", "B" ...
    std::string label;
    Player player;
    Earphone earphone;
    Circuit circuit;  ///< composed from the two, with plug, jack and touch
};

/// Ties a claim to arms of this session. `b` is empty for claims about one arm.
struct ClaimUse {
    Claim claim;
    std::string a, b;
};

struct Limit {
    std::string reading;
    std::string arm;                         ///< "" = every arm
    std::optional<double> minimum, maximum;  ///< in the reading's unit
    std::optional<double> from_hz, to_hz;
};

/// The sound card of a bench, and what hangs on its channels. These count from 0 here, from 1 in the file.
struct AudioSetup {
    struct Counter {
        unsigned output = 0, input = 0;
    };
    std::string api;     ///< "alsa" or "jack"
    std::string device;  ///< pattern that fits one device's name
    /// The USB device that has to be behind it, "07fd:000b serial=A1 port=1-2"; nothing: whichever it is.
    std::optional<std::string> usb;
    PerSide<unsigned> outputs, inputs;
    std::optional<Counter> counter;  ///< a digital way straight back, for the frame counter
    unsigned block = 512;            ///< frames
    double play_gain = 1.0;          ///< the programme's full scale in the card's
    /// Peak volts at the earphone's plug for full scale of the card; nothing = nobody knows.
    std::optional<double> full_scale_output_v;
    MixerSetup mixer;
    bool virtual_clock = false;  ///< it need not run in real time: a server that freewheels, a test
};

/// What a session is run on, as a file says it.
struct BenchFile {
    enum class Kind { simulated, replayed, rtaudio };
    std::string id, path;
    std::string text;  ///< rtaudio: its JSON without what is for people only (name, notes)
    Kind kind = Kind::simulated;
    AudioSetup audio;   ///< rtaudio
    RelaySetup relays;  ///< rtaudio; none: `switches` says who does it
    /// Without relays: whether the operator is asked to plug, or what is behind the card does it by itself.
    enum class Switches { operator_asked, itself };
    Switches switches = Switches::operator_asked;
    std::string takes;               ///< replayed: folder of the run that made them
    std::string interface, fixture;  ///< ids; "" = whatever the session names
};

/// The main job's input, every reference resolved.
struct Session {
    std::string id, name, sha256, path;
    std::vector<Arm> arms;
    Programme programme;
    std::string programme_text;  ///< the programme's JSON as read: stored with every take
    Interface interface;
    Fixture fixture;
    int repeats = 1;              ///< takes per arm, the plug pulled and put back in between
    double ceiling_v_rms = 0.15;  ///< highest allowed at the earphone plug
    std::vector<ClaimUse> claims;
    std::vector<Limit> limits;
};

}  // namespace fourpole
