// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/cubic_spline.hpp"
#include "rig/result.hpp"

#include <complex>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fourpole {

/// A driver's impedance as somebody measured it, Z over frequency.
///
/// Between the points: cubic spline of the complex Z over log f, below 5e-6 dB at 48 points an
/// octave (linear interpolation of the same table: 3.5e-3 dB). There is nothing outside the
/// points.
class ImpedanceTable {
public:
    /// Points by rising frequency > 0, at least 2 and at most `most_points`.
    ImpedanceTable(std::string file, const std::vector<double>& frequency_hz,
                   std::vector<std::complex<double>> ohm);

    static constexpr std::size_t most_points = 1'000'000;

    const std::string& file() const { return file_; }
    double first_hz() const { return first_hz_; }
    double last_hz() const { return last_hz_; }
    bool reaches(double frequency_hz) const { return frequency_hz >= first_hz_ && frequency_hz <= last_hz_; }

    /// Z in ohms. The frequency is one that the table reaches().
    std::complex<double> at(double frequency_hz) const;

private:
    std::string file_;
    double first_hz_, last_hz_;
    CubicSpline spline_;
};

/// Reads `.zma` (frequency in Hz, |Z| in ohms, phase in degrees; `*` before a comment) and the
/// `.txt` and `.csv` exports of REW and LIMP: the same three columns, separated by tab,
/// semicolon, comma or spaces, below any number of header lines, with a decimal comma where the
/// comma does not separate.
/// Fault bad_input, with file and line: no number, a frequency that is not above the one
/// before, an impedance of 0 or with a negative resistance, fewer than 2 points or more than
/// `most_points`, columns that are real and imaginary part.
Result<ImpedanceTable> read_impedance_table(const std::filesystem::path& file);

/// The same from text already read; `file` is for messages.
Result<ImpedanceTable> parse_impedance_table(std::string_view text, const std::string& file);

}  // namespace fourpole
