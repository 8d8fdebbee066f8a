// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/alsa_mixer.hpp"

#include "drivers/audio/alsa_name.hpp"

#include <alsa/asoundlib.h>
#include <fmt/format.h>

#include <algorithm>

namespace fourpole {

namespace {

/// ALSA's opaque structs are made and freed by functions of their own.
template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

template <class T>
Owned<T> made(int (*make)(T**), void (*release)(T*)) {
    T* out = nullptr;
    if (make(&out) < 0) throw std::bad_alloc();
    return {out, release};
}

Owned<snd_ctl_elem_id_t> id_of(const std::string& name, unsigned index) {
    auto id = made(&snd_ctl_elem_id_malloc, &snd_ctl_elem_id_free);
    snd_ctl_elem_id_set_interface(id.get(), SND_CTL_ELEM_IFACE_MIXER);
    snd_ctl_elem_id_set_name(id.get(), name.c_str());
    snd_ctl_elem_id_set_index(id.get(), index);
    return id;
}

std::optional<MixerControl::Kind> kind_of(snd_ctl_elem_type_t type) {
    switch (type) {
        case SND_CTL_ELEM_TYPE_INTEGER: return MixerControl::Kind::level;
        case SND_CTL_ELEM_TYPE_BOOLEAN: return MixerControl::Kind::flag;
        case SND_CTL_ELEM_TYPE_ENUMERATED: return MixerControl::Kind::choice;
        default: return std::nullopt;
    }
}

long value_of(const snd_ctl_elem_value_t* value, MixerControl::Kind kind, unsigned channel) {
    switch (kind) {
        case MixerControl::Kind::level: return snd_ctl_elem_value_get_integer(value, channel);
        case MixerControl::Kind::flag: return snd_ctl_elem_value_get_boolean(value, channel);
        case MixerControl::Kind::choice: break;
    }
    return static_cast<long>(snd_ctl_elem_value_get_enumerated(value, channel));
}

std::string one_in_words(const MixerControl& c, std::size_t channel) {
    const long v = c.values[channel];
    if (c.kind == MixerControl::Kind::flag) return v != 0 ? "on" : "off";
    if (c.kind == MixerControl::Kind::choice)
        return v >= 0 && static_cast<std::size_t>(v) < c.choices.size()
                   ? c.choices[static_cast<std::size_t>(v)]
                   : fmt::format("choice {}", v);
    const std::string gain =
        channel < c.gain_db.size() ? fmt::format(" ({:.2f} dB)", c.gain_db[channel]) : "";
    return fmt::format("{} of {} to {}{}", v, c.least, c.most, gain);
}

}  // namespace

std::string MixerControl::called() const { return index == 0 ? name : fmt::format("{},{}", name, index); }

std::string MixerControl::in_words() const {
    const bool alike = std::all_of(values.begin(), values.end(), [&](long v) { return v == values.front(); });
    std::string out;
    for (std::size_t c = 0; c < (alike ? std::min<std::size_t>(1, values.size()) : values.size()); ++c)
        out += (c > 0 ? ", " : "") + one_in_words(*this, c);
    return out;
}

struct AlsaMixer::Handle {
    std::string card;
    snd_ctl_t* ctl = nullptr;

    explicit Handle(std::string name) : card(std::move(name)) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (ctl) snd_ctl_close(ctl);
    }

    Fault trouble(const std::string& what, int error) const {
        return {Fault::Kind::bench_trouble, "mixer of " + card, what + ": " + snd_strerror(error)};
    }

    /// nullopt: nothing that is set by hand and stays.
    Result<std::optional<MixerControl>> read(snd_ctl_elem_id_t* id) const {
        const auto info = made(&snd_ctl_elem_info_malloc, &snd_ctl_elem_info_free);
        snd_ctl_elem_info_set_id(info.get(), id);
        if (const int error = snd_ctl_elem_info(ctl, info.get()); error < 0)
            return trouble(fmt::format("\"{}\" is not described", snd_ctl_elem_id_get_name(id)), error);
        const auto kind = kind_of(snd_ctl_elem_info_get_type(info.get()));
        if (!kind || snd_ctl_elem_info_is_readable(info.get()) == 0 ||
            snd_ctl_elem_info_is_volatile(info.get()) != 0 || snd_ctl_elem_info_is_inactive(info.get()) != 0)
            return std::optional<MixerControl>();
        const auto value = made(&snd_ctl_elem_value_malloc, &snd_ctl_elem_value_free);
        snd_ctl_elem_value_set_id(value.get(), id);
        if (const int error = snd_ctl_elem_read(ctl, value.get()); error < 0)
            return trouble(fmt::format("\"{}\" is not read", snd_ctl_elem_id_get_name(id)), error);
        MixerControl out;
        out.name = snd_ctl_elem_id_get_name(id);
        out.index = snd_ctl_elem_id_get_index(id);
        out.kind = *kind;
        out.writable = snd_ctl_elem_info_is_writable(info.get()) != 0;
        if (*kind == MixerControl::Kind::level) {
            out.least = snd_ctl_elem_info_get_min(info.get());
            out.most = snd_ctl_elem_info_get_max(info.get());
        }
        for (unsigned c = 0; c < snd_ctl_elem_info_get_count(info.get()); ++c) {
            out.values.push_back(value_of(value.get(), *kind, c));
            long hundredths = 0;
            if (*kind == MixerControl::Kind::level &&
                snd_ctl_convert_to_dB(ctl, id, out.values.back(), &hundredths) == 0)
                out.gain_db.push_back(static_cast<double>(hundredths) / 100.0);
        }
        if (*kind != MixerControl::Kind::choice) return std::optional(std::move(out));
        for (unsigned n = 0; n < snd_ctl_elem_info_get_items(info.get()); ++n) {
            snd_ctl_elem_info_set_item(info.get(), n);
            if (snd_ctl_elem_info(ctl, info.get()) < 0) break;
            out.choices.emplace_back(snd_ctl_elem_info_get_item_name(info.get()));
        }
        return std::optional(std::move(out));
    }
};

Result<AlsaMixer> AlsaMixer::open(const std::string& card) {
    quiet_alsa();
    auto handle = std::make_shared<Handle>(card);
    if (const int error = snd_ctl_open(&handle->ctl, card.c_str(), SND_CTL_NONBLOCK); error < 0) {
        handle->ctl = nullptr;
        return handle->trouble("it does not open", error);
    }
    return AlsaMixer(std::move(handle));
}

std::vector<std::string> AlsaMixer::cards() {
    std::vector<std::string> out;
    for (int card = -1; snd_card_next(&card) == 0 && card >= 0;) out.push_back(fmt::format("hw:{}", card));
    return out;
}

std::string AlsaMixer::card_of(const std::string& device) {
    const std::string pcm = alsa_name(device);
    return pcm.substr(0, pcm.find(','));
}

const std::string& AlsaMixer::card() const { return handle_->card; }

Result<std::vector<MixerControl>> AlsaMixer::controls() const {
    const auto list = made(&snd_ctl_elem_list_malloc, &snd_ctl_elem_list_free);
    if (const int error = snd_ctl_elem_list(handle_->ctl, list.get()); error < 0)
        return handle_->trouble("its controls are not listed", error);
    if (snd_ctl_elem_list_alloc_space(list.get(), snd_ctl_elem_list_get_count(list.get())) < 0)
        throw std::bad_alloc();
    const std::unique_ptr<snd_ctl_elem_list_t, void (*)(snd_ctl_elem_list_t*)> space(
        list.get(), &snd_ctl_elem_list_free_space);
    if (const int error = snd_ctl_elem_list(handle_->ctl, list.get()); error < 0)
        return handle_->trouble("its controls are not listed", error);
    std::vector<MixerControl> out;
    const auto id = made(&snd_ctl_elem_id_malloc, &snd_ctl_elem_id_free);
    for (unsigned n = 0; n < snd_ctl_elem_list_get_used(list.get()); ++n) {
        snd_ctl_elem_list_get_id(list.get(), n, id.get());
        if (snd_ctl_elem_id_get_interface(id.get()) != SND_CTL_ELEM_IFACE_MIXER) continue;
        auto control = handle_->read(id.get());
        if (!control) return control.error();
        if (*control) out.push_back(std::move(**control));
    }
    return out;
}

Result<Done> AlsaMixer::set(const MixerControl& control) const {
    const auto id = id_of(control.name, control.index);
    const auto value = made(&snd_ctl_elem_value_malloc, &snd_ctl_elem_value_free);
    snd_ctl_elem_value_set_id(value.get(), id.get());
    for (unsigned c = 0; c < control.values.size(); ++c) {
        const long v = control.values[c];
        if (control.kind == MixerControl::Kind::level) snd_ctl_elem_value_set_integer(value.get(), c, v);
        if (control.kind == MixerControl::Kind::flag) snd_ctl_elem_value_set_boolean(value.get(), c, v);
        if (control.kind == MixerControl::Kind::choice)
            snd_ctl_elem_value_set_enumerated(value.get(), c, static_cast<unsigned>(v));
    }
    if (const int error = snd_ctl_elem_write(handle_->ctl, value.get()); error < 0)
        return handle_->trouble(fmt::format("\"{}\" is not set", control.called()), error);
    return Done{};
}

}  // namespace fourpole
