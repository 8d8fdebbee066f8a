// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/read_session.hpp"

#include "rig/profile/circuit_parts.hpp"
#include "rig/profile/compose.hpp"
#include "rig/profile/device.hpp"
#include "rig/profile/document.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/read_programme.hpp"

#include <algorithm>
#include <numbers>

namespace fourpole {

namespace {

/// Reads a session step by step; every step adds its findings and goes on.
class SessionReader {
public:
    explicit SessionReader(Document document)
        : document_(std::move(document)), base_(base_of(document_.path)), findings_(document_.findings) {}

    Read<Session> read() {
        const Json& json = document_.json;
        out_.id = json.at("id");
        out_.name = json.at("name");
        out_.sha256 = document_.sha256();
        out_.path = document_.path.string();
        out_.repeats = json.value("repeats", out_.repeats);
        out_.ceiling_v_rms = json.value("ceiling_v_rms", out_.ceiling_v_rms);
        read_programme();
        if (fetch("interface", json, "", read_interface, out_.interface)) require_volts();
        fetch("fixture", json, "", read_fixture, out_.fixture);
        refuse_load_in_place();
        for (std::size_t i = 0; i < json.at("arms").size(); ++i)
            read_arm(json.at("arms")[i], pointer_to("/arms", i));
        if (json.contains("claims"))
            for (std::size_t i = 0; i < json.at("claims").size(); ++i)
                read_claim_use(json.at("claims")[i], pointer_to("/claims", i));
        if (json.contains("limits"))
            for (std::size_t i = 0; i < json.at("limits").size(); ++i)
                read_limit(json.at("limits")[i], pointer_to("/limits", i));
        return {std::move(out_), std::move(findings_)};
    }

private:
    /// Follows the reference `object[kind]` and reads the file it leads to. False: not usable.
    template <class T, class Reader>
    bool fetch(const char* kind, const Json& object, const std::string& pointer, Reader reader, T& into) {
        const auto file =
            follow(kind, object.at(kind), base_, pointer_to(pointer, std::string(kind)), findings_);
        if (!file) return false;
        auto got = reader(*file);
        findings_.take(got.findings);
        if (got.value) into = std::move(*got.value);
        return got.value && got.findings.none();
    }

    /// A resistor in place of the earphone says nothing of an arm's earphone.
    void refuse_load_in_place() {
        const auto& circuit = out_.fixture.circuit;
        if (circuit && circuit->load_bank && circuit->load_bank->switched == LoadBank::Switched::in_place)
            findings_.add(
                "/fixture",
                in_words(Json(out_.fixture.id)) + ", which switches its load bank in place of the earphone",
                "a fixture whose load bank is \"off\" or \"beside the earphone\"");
    }

    /// Without volts there is nothing to hold a prediction against.
    void require_volts() {
        const std::string id = in_words(Json(out_.interface.id));
        if (!out_.interface.full_scale_v)
            findings_.add(
                "/interface", id + " without full_scale_v",
                "an interface whose peak volts at full scale are known: fourpole calibrate measures "
                "them, write them as full_scale_v into a copy of " +
                    id + " of your own");
    }

    void read_programme() {
        const auto read = [this](const std::filesystem::path& file) {
            Document document = read_document(file, "programme");
            out_.programme_text = document.text;
            return programme_with_files(std::move(document));
        };
        fetch("programme", document_.json, "", read, out_.programme);
    }

    void read_arm(const Json& json, const std::string& pointer) {
        Arm arm;
        arm.id = json.at("id");
        arm.label = json.contains("label") ? text_at(json, "label") : arm.id;
        if (has_arm(arm.id)) {
            same_id_twice_ = true;
            findings_.add(pointer_to(pointer, "id"), in_words(Json(arm.id)) + " a second time",
                          "an id of its own for each arm");
        }
        const bool player = fetch("player", json, pointer, read_player, arm.player);
        const bool earphone = fetch("earphone", json, pointer, read_earphone, arm.earphone);
        if (player && json.contains("volume"))
            set_volume(arm.player, json.at("volume"), pointer_to(pointer, "volume"));
        if (player && earphone) mate(arm, json, pointer);
        if (player) check_bench(arm, pointer);
        out_.arms.push_back(std::move(arm));
    }

    void set_volume(Player& player, const Json& volume, const std::string& pointer) {
        const double emf_v = volume.at("emf_v").get<double>();
        if (emf_v > player.stage.emf_v)
            findings_.add(pointer_to(pointer, "emf_v"), in_words(emf_v) + " V",
                          "at most the player's own full-scale EMF, " + in_words(player.stage.emf_v) + " V");
        player.stage.emf_v = emf_v;
    }

    void mate(Arm& arm, const Json& json, const std::string& pointer) {
        const Touch touch = json.contains("touch") ? read_touch(json.at("touch")) : Touch{};
        Findings findings(findings_.file());
        arm.circuit = compose_checked(arm.player, arm.earphone, touch, pointer, findings);
        findings_.take(findings);
        if (!findings.none()) return;
        arm.circuit.name = arm.label;
        // Where the springs of a 3-contact jack lie on a 4-pole plug is not known in general.
        if (touch.empty() && arm.circuit.plug.segments.size() > arm.circuit.jack.springs.size())
            findings_.add(pointer_to(pointer, "touch"), "nothing",
                          "which segments each spring touches, since the plug " +
                              in_words(Json(arm.circuit.plug.id)) +
                              " has more poles than the jack has springs");
    }

    /// What would hurt something, before anything is played.
    void check_bench(const Arm& arm, const std::string& pointer) {
        const auto differential = out_.interface.differential_inputs;
        if (arm.player.stage.kind == OutputStage::Kind::btl && !out_.interface.id.empty() &&
            !differential.value_or(false))
            findings_.add("/interface",
                          in_words(Json(out_.interface.id)) +
                              (differential ? " without differential inputs"
                                            : " that does not say whether its inputs are differential"),
                          "an interface with differential_inputs, since the player of " + pointer +
                              " is bridge-tied and a grounded input would short a half-bridge");
        const double peak = loudest(out_.programme).amplitude;
        const double v_rms = peak * arm.player.stage.emf_v / std::numbers::sqrt2;
        if (v_rms > out_.ceiling_v_rms)
            findings_.add(pointer_to(pointer, "volume"),
                          rounded_in_words(v_rms) + " V rms at the plug (amplitude " +
                              rounded_in_words(peak) + " of " + in_words(arm.player.stage.emf_v) +
                              " V full-scale EMF)",
                          "at most ceiling_v_rms = " + in_words(out_.ceiling_v_rms) +
                              "; turn the volume or the programme down");
    }

    void read_claim_use(const Json& json, const std::string& pointer) {
        ClaimUse use;
        use.a = json.at("a");
        use.b = text_at(json, "b");
        const bool known = fetch("claim", json, pointer, read_claim, use.claim);
        require_arm(use.a, pointer_to(pointer, "a"));
        if (!use.b.empty()) require_arm(use.b, pointer_to(pointer, "b"));
        if (!use.b.empty() && use.a == use.b)
            findings_.add(pointer_to(pointer, "b"), in_words(Json(use.b)), "another arm than a");
        const bool compares = known && use.claim.rule == Claim::Rule::difference_at_least;
        if (compares && use.b.empty())
            findings_.add(pointer_to(pointer, "b"), "nothing", "the arm that a is compared with");
        out_.claims.push_back(std::move(use));
    }

    void read_limit(const Json& json, const std::string& pointer) {
        const auto number = [&json](const char* key) {
            return json.contains(key) ? std::optional(json.at(key).get<double>()) : std::nullopt;
        };
        const Limit limit{json.at("reading"), text_at(json, "arm"), number("minimum"),
                          number("maximum"),  number("from_hz"),    number("to_hz")};
        if (!limit.arm.empty()) require_arm(limit.arm, pointer_to(pointer, "arm"));
        if (!limit.minimum && !limit.maximum)
            findings_.add(pointer, "a limit without a bound", "minimum, maximum or both");
        if (limit.minimum && limit.maximum && *limit.minimum > *limit.maximum)
            findings_.add(pointer_to(pointer, "minimum"), in_words(*limit.minimum), "at most the maximum");
        if (limit.from_hz && limit.to_hz && *limit.from_hz >= *limit.to_hz)
            findings_.add(pointer_to(pointer, "to_hz"), in_words(*limit.to_hz), "a frequency > from_hz");
        out_.limits.push_back(limit);
    }

    bool has_arm(const std::string& id) const {
        return std::any_of(out_.arms.begin(), out_.arms.end(), [&](const Arm& arm) { return arm.id == id; });
    }

    void require_arm(const std::string& id, const std::string& pointer) {
        // Which arm was meant cannot be told while two share an id; that is said already.
        if (same_id_twice_ || has_arm(id)) return;
        std::vector<std::string> ids;
        for (const Arm& arm : out_.arms) ids.push_back(arm.id);
        findings_.add(pointer, "the unknown arm " + in_words(Json(id)), in_words(ids));
    }

    Document document_;
    Base base_;
    Findings findings_;
    Session out_;
    bool same_id_twice_ = false;
};

}  // namespace

Read<Session> read_session(const std::filesystem::path& file) {
    Document document = read_document(file, "session");
    if (!document.usable()) return {std::nullopt, std::move(document.findings)};
    return SessionReader(std::move(document)).read();
}

}  // namespace fourpole
