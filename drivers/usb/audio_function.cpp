// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/usb/audio_function.hpp"

#include "drivers/usb/descriptor_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace fourpole {

namespace {

using Kind = AudioUnit::Kind;

constexpr int of_interface = 0x04, of_endpoint = 0x05, of_class_interface = 0x24, of_class_endpoint = 0x25;
constexpr int audio_class = 0x01, audio_control = 0x01, audio_streaming = 0x02;
constexpr int general = 0x01, format_type = 0x02;
constexpr std::size_t most_troubles = 20;
constexpr std::uint32_t largest_rate_hz = 1'000'000;

/// Which unit a subtype of a class-specific audio control descriptor is.
struct Named {
    int uac1, uac2;  ///< 0 = not in it
    Kind kind;
    const char* words;
};
constexpr std::array named{
    Named{2, 2, Kind::input_terminal, "input terminal"},
    Named{3, 3, Kind::output_terminal, "output terminal"},
    Named{4, 4, Kind::mixer, "mixer unit"},
    Named{5, 5, Kind::selector, "selector unit"},
    Named{6, 6, Kind::feature, "feature unit"},
    Named{0, 7, Kind::effect, "effect unit"},
    Named{7, 8, Kind::processing, "processing unit"},
    Named{8, 9, Kind::extension, "extension unit"},
    Named{0, 10, Kind::clock_source, "clock source"},
    Named{0, 11, Kind::clock_selector, "clock selector"},
    Named{0, 12, Kind::clock_multiplier, "clock multiplier"},
    Named{0, 13, Kind::rate_converter, "sample rate converter"},
};

/// Reads one unit; false where the descriptor is too short for what it says.
class UnitReader {
public:
    UnitReader(const UsbDescriptor& d, int uac) : d_(d), uac_(uac) {}

    bool read(AudioUnit& u) {
        u.id = byte(3);
        switch (u.kind) {
            case Kind::input_terminal: return input(u);
            case Kind::output_terminal: return output(u);
            case Kind::feature: return feature(u);
            case Kind::mixer:
            case Kind::selector:
            case Kind::clock_selector: return pins(u, 4);
            case Kind::processing:
            case Kind::extension: return pins(u, 6);
            case Kind::effect: return one_source(u, 6);
            case Kind::rate_converter:
            case Kind::clock_multiplier: return one_source(u, 4);
            case Kind::clock_source: return clock(u);
        }
        return false;
    }

private:
    int byte(std::size_t at) { return word(at, 1); }
    int word(std::size_t at, std::size_t bytes) {
        const auto value = d_.word(at, bytes);
        whole_ = whole_ && value;
        return static_cast<int>(value.value_or(0));
    }

    bool input(AudioUnit& u) {
        u.terminal_type = word(4, 2);
        if (uac_ == 2) u.clock = byte(7);
        u.channels = byte(uac_ == 2 ? 8 : 7);
        u.name_index = byte(uac_ == 2 ? 16 : 11);
        return whole_;
    }

    bool output(AudioUnit& u) {
        u.terminal_type = word(4, 2);
        u.sources = {byte(7)};
        if (uac_ == 2) u.clock = byte(8);
        u.name_index = byte(uac_ == 2 ? 11 : 8);
        return whole_;
    }

    bool pins(AudioUnit& u, std::size_t count_at) {
        const int count = byte(count_at);
        for (int k = 0; k < count && whole_; ++k)
            u.sources.push_back(byte(count_at + 1 + static_cast<std::size_t>(k)));
        return whole_;
    }

    bool one_source(AudioUnit& u, std::size_t at) {
        u.sources = {byte(at)};
        return whole_;
    }

    bool clock(AudioUnit& u) {
        const int attributes = byte(4);
        u.clock_type = static_cast<AudioUnit::Clock>(attributes & 3);
        u.follows_frames = (attributes & 4) != 0;
        u.name_index = byte(7);
        return whole_;
    }

    /// UAC1: bControlSize bytes a channel, one bit a control. UAC2: 4 bytes, two bits a control (01 read
    /// only, 11 read and write). Behind them one byte: the string's index.
    bool feature(AudioUnit& u) {
        u.sources = {byte(4)};
        const std::size_t size = uac_ == 2 ? 4 : static_cast<std::size_t>(byte(5)), first = uac_ == 2 ? 5 : 6;
        if (!whole_ || size == 0 || d_.length() < first + size + 1) return false;
        const std::size_t channels = (d_.length() - first - 1) / size;
        for (std::size_t c = 0; c < channels; ++c) {
            const int bits = word(first + c * size, std::min<std::size_t>(size, 4));
            FeatureControls controls;
            if (uac_ == 2) {
                controls = {(bits & 1) != 0, (bits & 4) != 0, (bits & 3) == 1, (bits & 12) == 4};
            } else {
                controls = {(bits & 1) != 0, (bits & 2) != 0, false, false};
            }
            u.controls.push_back(controls);
        }
        u.name_index = byte(d_.length() - 1);
        return whole_;
    }

    const UsbDescriptor& d_;
    int uac_;
    bool whole_ = true;
};

/// Where the walk stands, and what it has found.
class Reader {
public:
    AudioDescription read(std::span<const std::uint8_t> configuration) {
        DescriptorWalk walk(configuration);
        while (const auto d = walk.next()) take(*d);
        if (!walk.trouble().empty()) complain(walk.trouble());
        for (AudioFunction& f : out_.functions) drop_what_cannot_stream(f);
        return std::move(out_);
    }

private:
    void take(const UsbDescriptor& d) {
        if (d.type() == of_interface) return interface(d);
        if (d.type() == of_class_interface && subclass_ == audio_control) return control(d);
        if (d.type() == of_class_interface && subclass_ == audio_streaming) return streaming(d);
        if (d.type() == of_endpoint && subclass_ == audio_streaming) return endpoint(d);
        if (d.type() == of_class_endpoint && subclass_ == audio_streaming && setting_ &&
            !setting_->endpoints.empty())
            setting_->endpoints.back().full_packets_only = (d.word(3).value_or(0) & 0x80U) != 0;
    }

    void interface(const UsbDescriptor& d) {
        subclass_ = 0;
        setting_ = nullptr;
        const auto number = d.word(2), alternate = d.word(3), cls = d.word(5), sub = d.word(6),
                   protocol = d.word(7);
        if (!protocol)
            return complain(fmt::format("an interface descriptor of {} bytes; it has 9", d.length()));
        if (*cls != audio_class) return;
        subclass_ = static_cast<int>(*sub);
        if (subclass_ == audio_control) {
            const int uac = *protocol == 0x00 ? 1 : *protocol == 0x20 ? 2 : *protocol == 0x30 ? 3 : 0;
            if (uac == 0) {
                subclass_ = 0;
                return complain(
                    fmt::format("interface {}: audio control of protocol {:#04x}; allowed: 0x00, 0x20 "
                                "and 0x30 of USB Audio 1, 2 and 3",
                                *number, *protocol));
            }
            out_.functions.push_back({});
            ids_.clear();
            out_.functions.back().uac = uac;
            out_.functions.back().control_interface = static_cast<int>(*number);
        } else if (subclass_ == audio_streaming && *alternate > 0) {
            if (out_.functions.empty())
                return complain(fmt::format("interface {}: streams audio before any audio control", *number));
            AudioFunction& f = out_.functions.back();
            if (f.uac > 2) return;
            f.settings.push_back({});
            setting_ = &f.settings.back();
            setting_->interface_number = static_cast<int>(*number);
            setting_->alternate = static_cast<int>(*alternate);
        }
    }

    void control(const UsbDescriptor& d) {
        AudioFunction& f = out_.functions.back();
        const int subtype = static_cast<int>(d.word(2).value_or(0));
        if (subtype == general) {
            f.version_bcd = static_cast<int>(d.word(3, 2).value_or(0));
            return;
        }
        if (f.uac > 2) return;
        for (const Named& n : named) {
            if ((f.uac == 1 ? n.uac1 : n.uac2) != subtype) continue;
            AudioUnit u;
            u.kind = n.kind;
            if (!UnitReader(d, f.uac).read(u))
                return complain(fmt::format("{} {}: its descriptor of {} bytes is too short for what it says",
                                            n.words, u.id, d.length()));
            if (u.id == 0 || !ids_.insert(u.id).second)
                return complain(
                    fmt::format("{} {}: {}", n.words, u.id,
                                u.id == 0 ? "the id 0 stands for none" : "the id is another unit's"));
            f.units.push_back(std::move(u));
            return;
        }
    }

    void streaming(const UsbDescriptor& d) {
        if (!setting_) return;  // the setting without bandwidth
        const int uac = out_.functions.back().uac, subtype = static_cast<int>(d.word(2).value_or(0));
        const auto number = [&](std::size_t at, std::size_t bytes = 1) {
            return static_cast<int>(d.word(at, bytes).value_or(0));
        };
        if (subtype == general) {
            setting_->terminal = number(3);
            if (uac == 1) {
                setting_->pcm = number(5, 2) == 1, setting_->floating_point = number(5, 2) == 3;
            } else {
                const int formats = number(6, 4);
                setting_->pcm = (formats & 1) != 0, setting_->floating_point = (formats & 4) != 0;
                setting_->channels = number(10);
            }
        } else if (subtype == format_type && number(3) == 1) {  // type I: samples, not packets of a coder
            if (uac == 1) setting_->channels = number(4);
            setting_->subslot_bytes = number(uac == 1 ? 5 : 4);
            setting_->bits = number(uac == 1 ? 6 : 5);
            if (uac == 1) rates(d);
        }
    }

    /// UAC1: no count means a range, else so many rates of three bytes.
    void rates(const UsbDescriptor& d) {
        const int count = static_cast<int>(d.word(7).value_or(0));
        const auto rate = [&](std::size_t k) { return d.word(8 + 3 * k, 3); };
        if (count == 0) {
            const auto low = rate(0), high = rate(1);
            if (low && high && *low <= *high && *high <= largest_rate_hz)
                setting_->rate_range_hz = {static_cast<int>(*low), static_cast<int>(*high)};
            return;
        }
        for (int k = 0; k < count; ++k) {
            const auto hz = rate(static_cast<std::size_t>(k));
            if (!hz || *hz == 0 || *hz > largest_rate_hz)
                return complain(fmt::format("interface {}, setting {}: rate {} of {} is {}",
                                            setting_->interface_number, setting_->alternate, k + 1, count,
                                            hz ? fmt::format("{} Hz", *hz) : "not there"));
            setting_->rates_hz.push_back(static_cast<int>(*hz));
        }
    }

    void endpoint(const UsbDescriptor& d) {
        if (!setting_) return;
        const auto address = d.word(2), attributes = d.word(3), packet = d.word(4, 2), interval = d.word(6);
        if (!interval)
            return complain(fmt::format("an endpoint descriptor of {} bytes; it has 7", d.length()));
        UsbEndpoint e;
        e.number = static_cast<int>(*address & 0x0fU);
        e.to_host = (*address & 0x80U) != 0;
        e.transfer = static_cast<UsbEndpoint::Transfer>(*attributes & 3U);
        e.sync = static_cast<UsbEndpoint::Sync>((*attributes >> 2U) & 3U);
        e.usage = static_cast<UsbEndpoint::Usage>((*attributes >> 4U) & 3U);
        e.max_packet_bytes = static_cast<int>((*packet & 0x7ffU) * (1U + ((*packet >> 11U) & 3U)));
        e.interval = static_cast<int>(*interval);
        setting_->endpoints.push_back(e);
    }

    /// Dividing by a channel count of 0 has been a kernel's fault; here such a setting is none.
    void drop_what_cannot_stream(AudioFunction& f) {
        std::erase_if(f.settings, [&](const StreamSetting& s) {
            const bool sound = s.pcm || s.floating_point;
            const bool whole = s.channels > 0 && s.subslot_bytes > 0 && s.subslot_bytes <= 8 && s.bits > 0 &&
                               s.bits <= 8 * s.subslot_bytes;
            if (sound && !whole)
                complain(fmt::format(
                    "interface {}, setting {}: {} channels of {} bits in {} bytes; it is not used",
                    s.interface_number, s.alternate, s.channels, s.bits, s.subslot_bytes));
            return sound && !whole;
        });
    }

    void complain(std::string words) {
        if (out_.troubles.size() < most_troubles) out_.troubles.push_back(std::move(words));
    }

    AudioDescription out_;
    std::set<int> ids_;  ///< of the function that is being read
    int subclass_ = 0;
    StreamSetting* setting_ = nullptr;
};

}  // namespace

const AudioUnit* AudioFunction::unit(int id) const {
    const auto found =
        std::find_if(units.begin(), units.end(), [id](const AudioUnit& u) { return u.id == id; });
    return found == units.end() ? nullptr : &*found;
}

AudioDescription read_audio_functions(std::span<const std::uint8_t> configuration) {
    return Reader().read(configuration);
}

std::vector<int> path_to_source(const AudioFunction& function, int id) {
    std::vector<int> out;
    for (const AudioUnit* u = function.unit(id); u; u = function.unit(u->sources.front())) {
        if (std::find(out.begin(), out.end(), u->id) != out.end()) break;
        out.push_back(u->id);
        if (u->sources.empty()) break;
    }
    return out;
}

}  // namespace fourpole
