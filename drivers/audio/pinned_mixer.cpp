// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/pinned_mixer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace fourpole {

namespace {

const MixerControl* find(const std::vector<MixerControl>& all, const std::string& name, unsigned index) {
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const MixerControl& c) { return c.name == name && c.index == index; });
    return at == all.end() ? nullptr : &*at;
}

Fault refused(const AlsaMixer& mixer, const std::string& control, const std::string& found,
              const std::string& allowed) {
    return {Fault::Kind::bad_input, "mixer of " + mixer.card(),
            fmt::format("\"{}\": found {}; allowed: {}", control, found, allowed)};
}

std::string one_of(const std::vector<std::string>& words) {
    return fmt::format("one of \"{}\"", fmt::join(words, "\", \""));
}

/// What a control takes, in words.
std::string takes(const MixerControl& control) {
    switch (control.kind) {
        case MixerControl::Kind::level:
            return fmt::format("a whole number from {} to {}", control.least, control.most);
        case MixerControl::Kind::flag: return "true or false";
        case MixerControl::Kind::choice: break;
    }
    return one_of(control.choices);
}

/// The number that a control takes for what is wanted.
Result<long> number_of(const AlsaMixer& mixer, const MixerControl& control, const MixerPin& wanted) {
    if (const auto* on = std::get_if<bool>(&wanted.set)) {
        if (control.kind == MixerControl::Kind::flag) return *on ? 1L : 0L;
        return refused(mixer, control.called(), *on ? "true" : "false", takes(control));
    }
    if (const auto* level = std::get_if<long>(&wanted.set)) {
        const bool is_level = control.kind == MixerControl::Kind::level;
        if (is_level && *level >= control.least && *level <= control.most) return *level;
        return refused(mixer, control.called(), fmt::format("{}", *level),
                       is_level ? fmt::format("{} to {}", control.least, control.most) : takes(control));
    }
    const std::string& choice = std::get<std::string>(wanted.set);
    const auto at = std::find(control.choices.begin(), control.choices.end(), choice);
    if (control.kind == MixerControl::Kind::choice && at != control.choices.end())
        return static_cast<long>(at - control.choices.begin());
    return refused(mixer, control.called(), fmt::format("\"{}\"", choice), takes(control));
}

std::string names_of(const std::vector<MixerControl>& all) {
    std::vector<std::string> names;
    for (const MixerControl& c : all)
        if (c.writable) names.push_back(c.called());
    return names.empty() ? "nothing: this card has no control that can be set" : one_of(names);
}

}  // namespace

Result<std::unique_ptr<PinnedMixer>> PinnedMixer::pin(AlsaMixer mixer, const std::vector<MixerPin>& wanted) {
    std::unique_ptr<PinnedMixer> out(new PinnedMixer(std::move(mixer)));
    if (auto set = out->set_all(wanted); !set) return set.error();
    return out;
}

Result<Done> PinnedMixer::set_all(const std::vector<MixerPin>& wanted) {
    const auto all = mixer_.controls();
    if (!all) return all.error();
    // Everything is looked at before anything is touched.
    std::vector<MixerControl> to_set;
    for (const MixerPin& w : wanted) {
        const MixerControl* control = find(*all, w.control, w.index);
        if (!control || !control->writable)
            return refused(mixer_, w.index == 0 ? w.control : fmt::format("{},{}", w.control, w.index),
                           control ? "a control that can only be read" : "no such control", names_of(*all));
        const auto number = number_of(mixer_, *control, w);
        if (!number) return number.error();
        to_set.push_back(*control);
        std::fill(to_set.back().values.begin(), to_set.back().values.end(), *number);
    }
    for (const MixerControl& control : to_set) {
        before_.push_back(*find(*all, control.name, control.index));
        if (auto set = mixer_.set(control); !set) return set;
    }
    auto now = mixer_.controls();
    if (!now) return now.error();
    for (const MixerControl& control : to_set) {
        const MixerControl* kept = find(*now, control.name, control.index);
        if (!kept || kept->values != control.values)
            return Fault{Fault::Kind::bench_trouble, "mixer of " + mixer_.card(),
                         fmt::format("\"{}\" was set to {} and reads {}; another program may hold it",
                                     control.called(), control.in_words(),
                                     kept ? kept->in_words() : std::string("nothing any more"))};
    }
    pinned_ = std::move(*now);
    return Done{};
}

Result<std::vector<std::string>> PinnedMixer::moved() const {
    const auto now = mixer_.controls();
    if (!now) return now.error();
    std::vector<std::string> out;
    for (const MixerControl& was : pinned_) {
        const MixerControl* is = find(*now, was.name, was.index);
        if (!is)
            out.push_back(fmt::format("\"{}\" is gone", was.called()));
        else if (is->values != was.values)
            out.push_back(
                fmt::format("\"{}\" moved from {} to {}", was.called(), was.in_words(), is->in_words()));
    }
    return out;
}

PinnedMixer::~PinnedMixer() {
    // What was set last goes back first. A card that has left has nothing to put back.
    for (auto control = before_.rbegin(); control != before_.rend(); ++control) (void)mixer_.set(*control);
}

}  // namespace fourpole
