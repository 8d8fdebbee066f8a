// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card and the device under test behind it, inside alsa-lib: what is played comes back through a
// small model, with the troubles that real cards have. Neither a kernel driver nor a daemon is needed.
//
//   pcm.!default { type fourpole_bench channels 4 rate 96000 ... }    ctl.!default { type fourpole_bench }
//
//   format NAME          the only sample format (S32_LE)
//   channels N, rate N, period N       0 = whatever is asked for (channels: up to 32)
//   latency N            frames from output to input, at least a period
//   gain X, crosstalk X, dc X  y[c] = gain x[c] + crosstalk x[c ^ 1] + dc; the loop channel is copied
//   loud_at N            from this frame of the input on gain is 20 times as much
//   loop N               the channel that is copied exactly; -1 = none
//   ppm X                the model's clock against the card's (x read at n (1 + ppm 1e-6))
//   speed X              0: as fast as it is read; 1: real time
//   xrun_at, drop_at, unplug_at, free_run_at, stall_at N    frame of the input at which it happens; drop N
//   frames
//
// Its mixer has a volume (two channels, 0 to 127), a switch, a clock source and a flag that only reads. With
// the clock from S/PDIF it takes no volume above 100, and does not say so.
#include <alsa/asoundlib.h>
#include <alsa/control_external.h>
#include <alsa/pcm_external.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Settings {
    std::string format = "S32_LE";
    long channels = 0, rate = 0, period = 0, latency = 1024, loop = -1;
    long xrun_at = -1, drop_at = -1, drop = 0, unplug_at = -1, free_run_at = -1, stall_at = -1, loud_at = -1;
    double gain = 1.0, crosstalk = 0.0, ppm = 0.0, speed = 0.0, dc = 0.0;
};

/// What both directions of the one card share.
struct Card {
    std::mutex mutex;
    std::vector<std::int32_t> tape;  ///< everything played, channel beside channel
    std::int64_t played = 0, captured = 0, skipped = 0;
    bool xrun_told = false;
    std::atomic<int> opened{0};  ///< how often: a stream of an earlier card finds that card gone
    std::chrono::steady_clock::time_point began;
};

Card card;
constexpr std::size_t room = std::size_t{32}
                             << 20U;  ///< samples: reserved, so that a transfer allocates nothing

struct Stream {
    snd_pcm_ioplug_t io{};
    Settings set;
    int card_number = 0;
};

Stream& stream_of(snd_pcm_ioplug_t* io) { return *static_cast<Stream*>(io->private_data); }

std::uint8_t* sample_at(const snd_pcm_channel_area_t& area, snd_pcm_uframes_t frame) {
    return static_cast<std::uint8_t*>(area.addr) + (area.first + frame * area.step) / 8;
}

/// Samples stand at the top of 32 bits, whatever the format.
std::int32_t load(const std::uint8_t* from, snd_pcm_format_t format) {
    std::uint32_t word = 0;
    const auto bytes = static_cast<std::size_t>(snd_pcm_format_physical_width(format)) / 8;
    std::memcpy(&word, from, bytes);
    return static_cast<std::int32_t>(word << (32 - static_cast<unsigned>(snd_pcm_format_width(format))));
}

void store(std::uint8_t* to, std::int32_t sample, snd_pcm_format_t format) {
    const std::int32_t low = sample >> (32 - snd_pcm_format_width(format));
    std::memcpy(to, &low, static_cast<std::size_t>(snd_pcm_format_physical_width(format)) / 8);
}

std::int32_t taped(std::int64_t frame, unsigned channel, unsigned channels) {
    if (frame < 0 || frame >= card.played) return 0;
    return card.tape[static_cast<std::size_t>(frame) * channels + channel];
}

/// Lagrange's cubic through the four samples around a place.
double between(double place, unsigned channel, unsigned channels) {
    const double whole = std::floor(place), t = place - whole;
    const auto n = static_cast<std::int64_t>(whole);
    const auto x = [&](int k) { return static_cast<double>(taped(n + k, channel, channels)); };
    return -t * (t - 1) * (t - 2) / 6 * x(-1) + (t + 1) * (t - 1) * (t - 2) / 2 * x(0) -
           (t + 1) * t * (t - 2) / 2 * x(1) + (t + 1) * t * (t - 1) / 6 * x(2);
}

std::int32_t heard(const Settings& set, unsigned channel, unsigned channels) {
    const std::int64_t now = card.captured + card.skipped;
    if (static_cast<long>(channel) == set.loop) return taped(now - set.latency, channel, channels);
    const double place = static_cast<double>(now) * (1.0 + 1e-6 * set.ppm) - static_cast<double>(set.latency);
    const double louder = set.loud_at >= 0 && card.captured >= set.loud_at ? 20.0 : 1.0;
    double y = louder * set.gain * between(place, channel, channels);
    y += set.dc * 2147483648.0;
    if ((channel ^ 1U) < channels) y += set.crosstalk * between(place, channel ^ 1U, channels);
    return static_cast<std::int32_t>(std::nearbyint(std::min(std::max(y, -2147483648.0), 2147483647.0)));
}

bool happens(long at) { return at >= 0 && card.captured >= at; }

/// Real time is kept by waiting for the end of what is read; a card that stalls waits for the next one.
void keep_time(const Stream& stream, double rate, snd_pcm_uframes_t size) {
    using namespace std::chrono;
    const Settings& set = stream.set;
    while (happens(set.stall_at) && card.opened == stream.card_number) std::this_thread::sleep_for(1ms);
    if (set.speed <= 0.0 || happens(set.free_run_at)) return;
    if (card.captured == 0) card.began = steady_clock::now();
    const double due =
        static_cast<double>(card.captured + static_cast<std::int64_t>(size)) / rate / set.speed;
    std::this_thread::sleep_until(card.began + duration_cast<nanoseconds>(duration<double>(due)));
}

snd_pcm_sframes_t transfer(snd_pcm_ioplug_t* io, const snd_pcm_channel_area_t* areas,
                           snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    const Settings& set = stream_of(io).set;
    const bool playback = io->stream == SND_PCM_STREAM_PLAYBACK;
    if (!playback) keep_time(stream_of(io), io->rate, size);
    const std::lock_guard lock(card.mutex);
    if (card.opened != stream_of(io).card_number) return -ENODEV;
    if (happens(set.unplug_at)) return -ENODEV;
    for (snd_pcm_uframes_t n = 0; n < size; ++n) {
        if (playback) {
            for (unsigned c = 0; c < io->channels; ++c)
                card.tape.push_back(load(sample_at(areas[c], offset + n), io->format));
            ++card.played;
            continue;
        }
        if (card.captured == set.drop_at) card.skipped += set.drop;
        for (unsigned c = 0; c < io->channels; ++c)
            store(sample_at(areas[c], offset + n), heard(set, c, io->channels), io->format);
        ++card.captured;
    }
    return static_cast<snd_pcm_sframes_t>(size);
}

/// Playback takes everything at once; of the input there is always one period more.
snd_pcm_sframes_t pointer(snd_pcm_ioplug_t* io) {
    const Settings& set = stream_of(io).set;
    const std::lock_guard lock(card.mutex);
    if (io->stream == SND_PCM_STREAM_CAPTURE && happens(set.xrun_at) && !card.xrun_told) {
        card.xrun_told = true;
        return -EPIPE;
    }
    const snd_pcm_uframes_t ahead = io->stream == SND_PCM_STREAM_CAPTURE ? io->period_size : 0;
    return static_cast<snd_pcm_sframes_t>((io->appl_ptr + ahead) % io->buffer_size);
}

int start(snd_pcm_ioplug_t*) { return 0; }

int stop(snd_pcm_ioplug_t*) { return 0; }

int close_stream(snd_pcm_ioplug_t* io) {
    ::close(io->poll_fd);
    delete &stream_of(io);
    return 0;
}

const snd_pcm_ioplug_callback_t callbacks = [] {
    snd_pcm_ioplug_callback_t c{};
    c.start = start;
    c.stop = stop;
    c.pointer = pointer;
    c.transfer = transfer;
    c.close = close_stream;
    return c;
}();

int limit(snd_pcm_ioplug_t& io, const Settings& set) {
    const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
    const snd_pcm_format_t named = snd_pcm_format_value(set.format.c_str());
    const unsigned format[] = {static_cast<unsigned>(named)};
    const auto bytes = static_cast<unsigned>(snd_pcm_format_physical_width(named)) / 8;
    const auto exactly = [&](int what, long value, unsigned least, unsigned most) {
        const auto v = static_cast<unsigned>(value);
        return snd_pcm_ioplug_set_param_minmax(&io, what, value > 0 ? v : least, value > 0 ? v : most);
    };
    int error = snd_pcm_ioplug_set_param_list(&io, SND_PCM_IOPLUG_HW_ACCESS, 2, access);
    if (error >= 0) error = snd_pcm_ioplug_set_param_list(&io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    if (error >= 0)
        error = snd_pcm_ioplug_set_param_minmax(&io, SND_PCM_IOPLUG_HW_CHANNELS, 1,
                                                set.channels > 0 ? static_cast<unsigned>(set.channels) : 32);
    if (error >= 0) error = exactly(SND_PCM_IOPLUG_HW_RATE, set.rate, 8000, 192000);
    if (error >= 0)
        error = exactly(SND_PCM_IOPLUG_HW_PERIOD_BYTES, set.period * set.channels * bytes, 64, 1U << 20U);
    if (error >= 0)
        error = snd_pcm_ioplug_set_param_minmax(&io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 128, 1U << 22U);
    if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(&io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
    return error;
}

void read_setting(snd_config_t* entry, Settings& set) {
    const char* id = nullptr;
    const char* text = nullptr;
    long whole = 0;
    double number = 0.0;
    if (snd_config_get_id(entry, &id) < 0) return;
    const std::string key = id;
    if (key == "format" && snd_config_get_string(entry, &text) >= 0) set.format = text;
    if (snd_config_get_ireal(entry, &number) < 0) return;
    whole = std::lround(number);
    const std::pair<const char*, long*> wholes[] = {
        {"channels", &set.channels}, {"rate", &set.rate},       {"period", &set.period},
        {"latency", &set.latency},   {"loop", &set.loop},       {"xrun_at", &set.xrun_at},
        {"drop_at", &set.drop_at},   {"drop", &set.drop},       {"unplug_at", &set.unplug_at},
        {"stall_at", &set.stall_at}, {"loud_at", &set.loud_at}, {"free_run_at", &set.free_run_at}};
    for (const auto& [name, to] : wholes)
        if (key == name) *to = whole;
    const std::pair<const char*, double*> reals[] = {{"gain", &set.gain},
                                                     {"crosstalk", &set.crosstalk},
                                                     {"ppm", &set.ppm},
                                                     {"speed", &set.speed},
                                                     {"dc", &set.dc}};
    for (const auto& [name, to] : reals)
        if (key == name) *to = number;
}

/// One control of the card's mixer. It lives as long as the process, as a card's registers do.
struct Control {
    const char* name;
    int type;
    unsigned channels;
    long most;  ///< choices: how many
    std::array<long, 2> values;
    bool writable = true;
};

std::mutex mixer_mutex;
std::array<Control, 4> controls{{{"PCM Playback Volume", SND_CTL_ELEM_TYPE_INTEGER, 2, 127, {127, 127}},
                                 {"PCM Playback Switch", SND_CTL_ELEM_TYPE_BOOLEAN, 1, 1, {1, 0}},
                                 {"Clock Source", SND_CTL_ELEM_TYPE_ENUMERATED, 1, 2, {0, 0}},
                                 {"Sync Switch", SND_CTL_ELEM_TYPE_BOOLEAN, 1, 1, {1, 0}, false}}};
constexpr std::array<const char*, 2> clocks{"Internal", "S/PDIF"};
/// A volume above this is not taken, and nobody is told, while the clock comes from outside.
long stuck_above() { return controls[2].values[0] == 1 ? 100 : 127; }

int element_count(snd_ctl_ext_t*) { return static_cast<int>(controls.size()); }

int list_element(snd_ctl_ext_t*, unsigned offset, snd_ctl_elem_id_t* id) {
    if (offset >= controls.size()) return -EINVAL;
    snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_MIXER);
    snd_ctl_elem_id_set_name(id, controls[offset].name);
    return 0;
}

snd_ctl_ext_key_t find_element(snd_ctl_ext_t*, const snd_ctl_elem_id_t* id) {
    for (std::size_t n = 0; n < controls.size(); ++n)
        if (std::strcmp(snd_ctl_elem_id_get_name(id), controls[n].name) == 0) return n;
    return SND_CTL_EXT_KEY_NOT_FOUND;
}

int describe(snd_ctl_ext_t*, snd_ctl_ext_key_t key, int* type, unsigned* access, unsigned* count) {
    *type = controls[key].type;
    *access = controls[key].writable ? SND_CTL_EXT_ACCESS_READWRITE : SND_CTL_EXT_ACCESS_READ;
    *count = controls[key].channels;
    return 0;
}

int range_of(snd_ctl_ext_t*, snd_ctl_ext_key_t key, long* least, long* most, long* step) {
    *least = 0, *most = controls[key].most, *step = 1;
    return 0;
}

int get_number(snd_ctl_ext_t*, snd_ctl_ext_key_t key, long* values) {
    const std::lock_guard lock(mixer_mutex);
    std::copy_n(controls[key].values.begin(), controls[key].channels, values);
    return 0;
}

int set_number(snd_ctl_ext_t*, snd_ctl_ext_key_t key, long* values) {
    const std::lock_guard lock(mixer_mutex);
    for (unsigned c = 0; c < controls[key].channels; ++c)
        controls[key].values[c] = key == 0 ? std::min(values[c], stuck_above()) : values[c];
    return 1;
}

int choices_of(snd_ctl_ext_t*, snd_ctl_ext_key_t, unsigned* items) {
    *items = clocks.size();
    return 0;
}

int choice_name(snd_ctl_ext_t*, snd_ctl_ext_key_t, unsigned item, char* name, std::size_t room_for) {
    if (item >= clocks.size()) return -EINVAL;
    std::strncpy(name, clocks[item], room_for - 1);
    name[room_for - 1] = 0;
    return 0;
}

int get_choice(snd_ctl_ext_t*, snd_ctl_ext_key_t key, unsigned* items) {
    const std::lock_guard lock(mixer_mutex);
    items[0] = static_cast<unsigned>(controls[key].values[0]);
    return 0;
}

int set_choice(snd_ctl_ext_t*, snd_ctl_ext_key_t key, unsigned* items) {
    const std::lock_guard lock(mixer_mutex);
    controls[key].values[0] = static_cast<long>(items[0]);
    return 1;
}

void close_mixer(snd_ctl_ext_t* mixer) { delete mixer; }

const snd_ctl_ext_callback_t mixer_callbacks = [] {
    snd_ctl_ext_callback_t c{};
    c.close = close_mixer;
    c.elem_count = element_count;
    c.elem_list = list_element;
    c.find_elem = find_element;
    c.get_attribute = describe;
    c.get_integer_info = range_of;
    c.read_integer = get_number;
    c.write_integer = set_number;
    c.get_enumerated_info = choices_of;
    c.get_enumerated_name = choice_name;
    c.read_enumerated = get_choice;
    c.write_enumerated = set_choice;
    return c;
}();

}  // namespace

extern "C" {

SND_PCM_PLUGIN_DEFINE_FUNC(fourpole_bench) {
    (void)root;
    auto* const made = new Stream;
    snd_config_iterator_t i, next;
    snd_config_for_each(i, next, conf) read_setting(snd_config_iterator_entry(i), made->set);
    made->io.version = SND_PCM_IOPLUG_VERSION;
    made->io.name = "fourpole bench";
    made->io.callback = &callbacks;
    made->io.private_data = made;
    made->io.poll_fd = eventfd(1, 0);
    made->io.poll_events = stream == SND_PCM_STREAM_PLAYBACK ? POLLOUT : POLLIN;
    int error = snd_pcm_ioplug_create(&made->io, name, stream, mode);
    if (error < 0) {
        ::close(made->io.poll_fd);
        delete made;
        return error;
    }
    error = limit(made->io, made->set);
    if (error < 0) {
        snd_pcm_ioplug_delete(&made->io);
        return error;
    }
    if (stream == SND_PCM_STREAM_PLAYBACK) {
        const std::lock_guard lock(card.mutex);
        card.tape.clear();
        card.tape.reserve(room);
        card.played = card.captured = card.skipped = 0;
        card.xrun_told = false;
        ++card.opened;
    }
    made->card_number = card.opened;
    *pcmp = made->io.pcm;
    return 0;
}
SND_PCM_PLUGIN_SYMBOL(fourpole_bench);

SND_CTL_PLUGIN_DEFINE_FUNC(fourpole_bench) {
    (void)root, (void)conf;
    auto* const made = new snd_ctl_ext_t{};
    made->version = SND_CTL_EXT_VERSION;
    made->callback = &mixer_callbacks;
    made->poll_fd = -1;
    std::strncpy(made->id, "bench", sizeof made->id - 1);
    std::strncpy(made->name, "fourpole bench", sizeof made->name - 1);
    const int error = snd_ctl_ext_create(made, name, mode);
    if (error < 0) {
        delete made;
        return error;
    }
    *handlep = made->handle;
    return 0;
}
SND_CTL_PLUGIN_SYMBOL(fourpole_bench);
}
