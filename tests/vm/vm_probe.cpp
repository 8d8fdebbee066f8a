// SPDX-License-Identifier: GPL-3.0-or-later
// What the program itself has no verb for, asked of our own drivers on the kernel's own devices.
//
//   vm_probe loop RATE SECONDS [GAIN_DB]   a ramp on outputs 1 to 3, the counter on 4: every sample that
//                                          comes back is the one that was played, or GAIN_DB below it on 1
//                                          and 2
//   vm_probe relays PATTERN BITS           opens the board, closes the relays of BITS, reads back, says
//                                          "board IDENTITY", waits for a line, and leaves them at rest
//
// Exit code 0: as it should be; 3: not, with a sentence on stderr.
#include "drivers/audio/duplex_take.hpp"
#include "drivers/audio/rtaudio_stream.hpp"
#include "drivers/relays/known_boards.hpp"
#include "drivers/relays/relay_board.hpp"
#include "rig/capture/take_reader.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

using namespace fourpole;

namespace {

[[noreturn]] void wrong(const std::string& what) {
    std::fprintf(stderr, "vm_probe: %s\n", what.c_str());
    std::exit(3);
}

template <class T>
T made(Result<T> result) {
    if (!result) wrong(result.error().where + ": " + result.error().what);
    return std::move(*result);
}

/// 24 bits, the outputs apart from each other, of either sign.
double ramp(std::uint64_t frame, unsigned output) {
    const auto step = static_cast<std::int64_t>((frame * 37 + output * 1000003) % 8388608);
    return static_cast<double>(step - 4194304) / 8388608.0;
}

int loop(unsigned rate, double seconds, double gain_db) {
    constexpr unsigned channels = 4;
    DuplexOrder order;
    order.device = made(device_matching("Modelled", made(RtaudioStream::devices(AudioApi::alsa)))).name;
    order.rate_hz = rate;
    order.block = rate > 100000 ? 2048 : 1024;
    order.outputs = order.inputs = channels;
    order.ceiling.assign(channels, 1.0);
    order.counter = CounterLoop{3, 3};
    order.lead = rate / 10, order.tail = rate / 5;
    order.programme = static_cast<std::uint64_t>(seconds * rate);
    order.part = "loop.w64";
    const auto programme = [&](std::uint64_t first, std::span<double> samples) {
        for (std::size_t k = 0; k < samples.size(); ++k)
            samples[k] =
                k % channels == 3 ? 0.0 : ramp(first + k / channels, static_cast<unsigned>(k % channels));
    };
    const DuplexEnd end = play_and_record(order, programme, {});
    if (end.fault) wrong(end.fault->what);
    if (!end.report.delay) wrong("no counter");
    auto taken = made(TakeReader::open(order.part));
    const auto heard = made(taken.read(0, taken.frames(), std::vector<std::size_t>{0, 1, 2}));
    // Past the slopes of OutputWave: 20 ms up, 5 ms down.
    const std::uint64_t from = rate / 50 + 1, to = order.programme - rate / 200 - 1;
    std::uint64_t differ = 0;
    for (unsigned c = 0; c < 3; ++c) {
        const double gain = c < 2 ? AmplitudeRatio::from_decibels(gain_db).count : 1.0;
        for (std::uint64_t n = from; n < to; ++n) {
            const double came = heard[c][order.lead + *end.report.delay + n], played = gain * ramp(n, c);
            // Without a gain every bit; with one, half a step of 24 bits and what a float leaves of it.
            if (std::abs(came - played) > (gain == 1.0 ? 0.0 : 1.0 / 8388608.0)) ++differ;
        }
    }
    std::printf("loop %u Hz: %llu frames, delay %llu, %llu samples differ, %u flags\n", rate,
                static_cast<unsigned long long>(end.report.frames),
                static_cast<unsigned long long>(*end.report.delay), static_cast<unsigned long long>(differ),
                end.report.flagged);
    if (differ > 0) wrong("what comes back is not what was played");
    return 0;
}

int relays(const std::string& pattern, int bits) {
    const auto bus = made(UsbBus::open());
    auto link = made(open_relay_link(*bus, made(usb_pattern(pattern)), 0));
    std::vector<BoardContact> contacts;
    for (int k = 0; k < link->relays(); ++k) contacts.push_back({"R" + std::to_string(k + 1), k});
    const auto board = made(RelayBoard::open(std::move(link), contacts, {}));
    using State = SwitchPort::State;
    std::vector<State> wanted;
    for (std::size_t k = 0; k < contacts.size(); ++k)
        wanted.push_back((bits >> k & 1) != 0 ? State::closed : State::open);
    (void)made(board->apply(wanted));
    for (std::size_t k = 0; k < contacts.size(); ++k)
        if (made(board->switches()[k]->read_back()) != wanted[k])
            wrong(contacts[k].name + " reads otherwise");
    std::printf("board %s\n", board->identity().c_str());
    std::fflush(stdout);
    (void)std::getchar();
    (void)made(board->close());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() >= 3 && words[0] == "loop")
        return loop(static_cast<unsigned>(std::stoul(words[1])), std::stod(words[2]),
                    words.size() > 3 ? std::stod(words[3]) : 0.0);
    if (words.size() == 3 && words[0] == "relays") return relays(words[1], std::stoi(words[2]));
    wrong("which probe?");
}
