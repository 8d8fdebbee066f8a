// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/recorded_events.hpp"

#include "drivers/chance.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace fourpole {

namespace {

struct Recorded {
    std::vector<double> samples;
    double rate_hz = 0.0, start_s = 0.0, amplitude = 1.0;
};

constexpr int half_taps = 32;

double bessel_i0(double x) {
    double sum = 1.0, term = 1.0;
    for (int k = 1; term > 1e-17 * sum; ++k) {
        const double factor = x / (2.0 * k);
        term *= factor * factor;
        sum += term;
    }
    return sum;
}

/// Kaiser window over [0, 1], 0 beyond.
class Window {
public:
    Window() : table_(4097) {
        constexpr double beta = 12.0;
        for (std::size_t i = 0; i < table_.size(); ++i) {
            const double x = static_cast<double>(i) / 4096.0;
            table_[i] = bessel_i0(beta * std::sqrt(1.0 - x * x)) / bessel_i0(beta);
        }
    }
    double at(double x) const {
        if (x >= 1.0) return 0.0;
        const double place = x * 4096.0;
        const auto i = static_cast<std::size_t>(place);
        return table_[i] + (place - static_cast<double>(i)) * (table_[i + 1] - table_[i]);
    }

private:
    std::vector<double> table_;
};

double between_samples(const Recorded& r, const Window& window, double place) {
    const double below = std::floor(place), fraction = place - below;
    const auto first = static_cast<std::ptrdiff_t>(below);
    const auto size = static_cast<std::ptrdiff_t>(r.samples.size());
    if (fraction < 1e-9) return first >= 0 && first < size ? r.samples[static_cast<std::size_t>(first)] : 0.0;
    const double sine = std::sin(std::numbers::pi * fraction) / std::numbers::pi;
    double sum = 0.0;
    for (int k = 1 - half_taps; k <= half_taps; ++k) {
        const std::ptrdiff_t index = first + k;
        if (index < 0 || index >= size) continue;
        const double distance = fraction - k;  // sin(pi (fraction - k)) = (-1)^k sin(pi fraction)
        const double sinc = (k % 2 == 0 ? sine : -sine) / distance;
        sum += r.samples[static_cast<std::size_t>(index)] * sinc * window.at(std::abs(distance) / half_taps);
    }
    return sum;
}

Recorded noise(const Noise& event, double rate_hz, Chance chance) {
    Recorded result;
    result.rate_hz = rate_hz;
    result.start_s = event.start_s;
    const auto count = static_cast<std::size_t>(std::ceil(event.duration_s * rate_hz));
    RealFft fft(fast_length(std::max<std::size_t>(count, 16)));
    double power = 0.0;
    for (std::size_t k = 0; k < fft.bins(); ++k) {
        const double hz = static_cast<double>(k) * rate_hz / static_cast<double>(fft.size());
        // Its rms is that of the whole spectrum, from 10 Hz to half the rate: what the player's own filter
        // leaves out at the top is no reason to play the rest louder.
        const bool there = hz >= 10.0, audible = there && hz <= 0.45 * rate_hz;
        const double shape = event.spectrum == Noise::Spectrum::pink ? 1.0 / std::sqrt(hz) : 1.0;
        const std::complex<double> drawn{chance.gauss(), chance.gauss()};
        fft.spectrum()[k] = audible ? shape * drawn : 0.0;
        if (there) power += std::norm(shape * drawn);
    }
    // Parseval: mean square of the signal = 2 sum |X|^2 / N^2 for the inverse that divides by N.
    const double rms = std::sqrt(2.0 * power) / static_cast<double>(fft.size());
    fft.inverse();
    result.samples.assign(fft.signal(), fft.signal() + count);
    result.amplitude = rms > 0.0 ? event.amplitude / rms : 0.0;
    return result;
}

Result<Recorded> file(const FileEvent& event, Side side) {
    auto take = read_take(event.path);
    if (!take) return Fault{Fault::Kind::bad_input, take.error().where, take.error().what};
    const std::size_t channel = std::min(static_cast<std::size_t>(side), take->channels.size() - 1);
    return Recorded{std::move(take->channels[channel]), take->rate_hz, event.start_s, event.amplitude};
}

}  // namespace

Result<Done> add_recorded_events(const Programme& programme, Side side, const Clock& clock,
                                 std::uint64_t seed, std::span<double> out) {
    const Window window;
    std::uint64_t number = 0;
    for (const Event& event : programme.events) {
        ++number;
        if (!event.on[side]) continue;
        Recorded recorded;
        if (const auto* f = std::get_if<FileEvent>(&event.what)) {
            auto read = file(*f, side);
            if (!read) return read.error();
            recorded = std::move(*read);
        } else if (const auto* n = std::get_if<Noise>(&event.what)) {
            if (n->spectrum == Noise::Spectrum::iec_programme)
                return Fault{Fault::Kind::bad_input, programme.id,
                             "the simulated bench cannot play noise of spectrum \"iec_programme\" yet; "
                             "allowed: \"white\", \"pink\""};
            // Both sides play the same realisation, as one mono track would.
            recorded = noise(*n, programme.sample_rate_hz, Chance(hash_of({"noise event"}, seed ^ number)));
        } else {
            continue;
        }
        const double length_s = static_cast<double>(recorded.samples.size()) / recorded.rate_hz;
        const double size = static_cast<double>(out.size());
        const double from = clock.sample_at(recorded.start_s - half_taps / recorded.rate_hz);
        const double to = clock.sample_at(recorded.start_s + length_s + half_taps / recorded.rate_hz);
        const auto end = static_cast<std::size_t>(std::clamp(to, 0.0, size));
        for (auto i = static_cast<std::size_t>(std::clamp(from, 0.0, size)); i < end; ++i) {
            const double v = clock.u_at(static_cast<double>(i)) - recorded.start_s;
            out[i] += recorded.amplitude * between_samples(recorded, window, v * recorded.rate_hz);
        }
    }
    return Done{};
}

}  // namespace fourpole
