// SPDX-License-Identifier: GPL-3.0-or-later
// Sweep deconvolution of a sound file, as tests/bench/analysis.py runs it beside its rivals: the impulse
// response of every channel, 65,536 lags, written as 64-bit floats.
//     deconvolve_bench CAPTURE.wav SWEEP_SECONDS THREADS OUT.f64     streaming, sweep in closed form
//     deconvolve_bench CAPTURE.wav SWEEP_SECONDS whole OUT.f64       one whole-length FFT division (FFTW)
// The capture begins with a synchronised sweep from 10 Hz to the smaller of 24 kHz and 0.45 of its rate.
#include "rig/capture/take_reader.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/fft/fft.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <numbers>
#include <optional>
#include <thread>
#include <vector>

using namespace fourpole;

namespace {

constexpr std::size_t lags = 65536;
constexpr double lowest_hz = 10.0;

Event sweep_of(double seconds, double rate_hz) {
    const double highest_hz = std::min(24000.0, 0.45 * rate_hz);
    return {Sweep{0.0, lowest_hz, highest_hz, seconds / std::log(highest_hz / lowest_hz), 0.5, 0.0, 0.0,
                  Sweep::Law::synchronised},
            {{true, false}}};
}

/// All channels of a file, decoded once for each piece that is asked for by one thread.
class Pieces {
public:
    Pieces(const char* file, std::size_t channels) : file_(file), channels_(channels) {}

    SampleSource channel(std::size_t c) {
        return [this, c](std::ptrdiff_t from, std::span<double> out) {
            Own& own = mine();
            if (own.from != from || own.samples.empty() || own.samples[0].size() != out.size())
                load(own, from, out.size());
            std::copy(own.samples[c].begin(), own.samples[c].end(), out.begin());
        };
    }

private:
    struct Own {
        std::optional<TakeReader> reader;
        std::ptrdiff_t from = 0;
        std::vector<std::vector<double>> samples;
    };

    Own& mine() {
        const std::lock_guard lock(mutex_);
        return own_[std::this_thread::get_id()];
    }
    void load(Own& own, std::ptrdiff_t from, std::size_t count) {
        if (!own.reader) own.reader.emplace(std::move(*TakeReader::open(file_)));
        const auto end = static_cast<std::ptrdiff_t>(own.reader->frames()),
                   size = static_cast<std::ptrdiff_t>(count);
        const auto first = std::clamp<std::ptrdiff_t>(from, 0, end),
                   last = std::clamp<std::ptrdiff_t>(from + size, first, end);
        std::vector<std::size_t> wanted(channels_);
        for (std::size_t c = 0; c < channels_; ++c) wanted[c] = c;
        auto read =
            own.reader->read(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first), wanted);
        if (!read) std::exit((std::fprintf(stderr, "%s\n", read.error().what.c_str()), 3));
        own.samples = std::move(*read);
        for (auto& s : own.samples) {
            s.insert(s.begin(), static_cast<std::size_t>(first - from), 0.0);
            s.resize(count, 0.0);
        }
        own.from = from;
    }

    const char* file_;
    std::size_t channels_;
    std::mutex mutex_;
    std::map<std::thread::id, Own> own_;
};

void write(const char* path, const std::vector<std::vector<double>>& responses) {
    std::FILE* out = std::fopen(path, "wb");
    for (const auto& r : responses) std::fwrite(r.data(), sizeof(double), r.size(), out);
    std::fclose(out);
}

/// What everybody does: transform capture and sweep whole, divide, transform back.
void whole_length(TakeReader& reader, const Event& event, const char* path) {
    const Clock clock{reader.header().rate_hz, 0.0, 0.0};
    const double end_s = event_end(event);
    const auto length = static_cast<std::size_t>(end_s * clock.rate_hz) + 1;
    RealFft fft(fast_length(reader.frames() + length));
    std::fill(fft.signal(), fft.signal() + fft.size(), 0.0);
    for (std::size_t n = 0; n < length; ++n)
        fft.signal()[n] = value_at(event, clock.u_at(static_cast<double>(n)));
    fft.forward();
    const std::vector<std::complex<double>> sweep(fft.spectrum(), fft.spectrum() + fft.bins());
    std::vector<std::vector<double>> out;
    for (std::size_t c = 0; c < reader.channels(); ++c) {
        auto y = reader.read(0, reader.frames(), std::array{c});
        std::fill(std::copy((*y)[0].begin(), (*y)[0].end(), fft.signal()), fft.signal() + fft.size(), 0.0);
        fft.forward();
        for (std::size_t k = 0; k < fft.bins(); ++k)
            fft.spectrum()[k] *= std::conj(sweep[k]) / (std::norm(sweep[k]) + 1e-3);
        fft.inverse();
        out.emplace_back(fft.signal(), fft.signal() + lags);
    }
    write(path, out);
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 5)
        return std::fprintf(stderr, "deconvolve_bench CAPTURE.wav SWEEP_SECONDS THREADS|whole OUT.f64\n"), 2;
    auto reader = TakeReader::open(argv[1]);
    if (!reader) return std::fprintf(stderr, "%s\n", reader.error().what.c_str()), 2;
    const double rate_hz = reader->header().rate_hz;
    const Event event = sweep_of(std::atof(argv[2]), rate_hz);
    if (std::strcmp(argv[3], "whole") == 0) return whole_length(*reader, event, argv[4]), 0;
    const auto& sweep = std::get<Sweep>(event.what);
    // The sweep weighted by its own frequency: its energy falls as 1/f.
    const SampleSource inverse = [&](std::ptrdiff_t from, std::span<double> out) {
        const double turns = 2.0 * std::numbers::pi * sweep.f1_hz * sweep.rate_s,
                     grows = std::exp(1.0 / (rate_hz * sweep.rate_s));
        double growth = 0.0;
        for (std::size_t i = 0; i < out.size(); ++i) {
            // A product's rounding goes astray by 1e-16 a sample: started anew every 1,024.
            growth = i % 1024 == 0 ? std::exp((static_cast<double>(from) + static_cast<double>(i)) /
                                              (rate_hz * sweep.rate_s))
                                   : growth * grows;
            out[i] = sweep.amplitude * std::sin(turns * growth) * growth;
        }
    };
    Pieces pieces(argv[1], reader->channels());
    std::vector<SampleSource> ys;
    for (std::size_t c = 0; c < reader->channels(); ++c) ys.push_back(pieces.channel(c));
    const LagWindow window{0, lags};
    auto r = correlate(ys, 0, inverse, static_cast<std::size_t>(event_end(event) * rate_hz) + 1, {&window, 1},
                       static_cast<unsigned>(std::atoi(argv[3])));
    std::vector<std::vector<double>> responses;
    for (auto& of_y : r) responses.push_back(std::move(of_y.front()));
    write(argv[4], responses);
}
