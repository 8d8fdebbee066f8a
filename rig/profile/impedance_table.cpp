// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/impedance_table.hpp"

#include "rig/files/read_text.hpp"
#include "rig/profile/findings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

namespace fourpole {
namespace {

/// A million points of three long columns are some 60 MB.
constexpr std::size_t most_bytes = std::size_t{1} << 27;
constexpr std::size_t columns = 3;

std::vector<double> logarithms(const std::vector<double>& frequency_hz) {
    std::vector<double> out;
    out.reserve(frequency_hz.size());
    for (const double f : frequency_hz) out.push_back(std::log(f));
    return out;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// A whole number of the file, with a decimal comma if `comma`; "nan" and "inf" are numbers
/// here, so that they are found and refused by name.
std::optional<double> number_in(std::string_view text, bool comma) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = trimmed(text.substr(1, text.size() - 2));
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::array<char, 64> digits{};
    if (text.empty() || text.size() > digits.size()) return {};
    std::copy(text.begin(), text.end(), digits.begin());
    if (comma) std::replace(digits.begin(), digits.end(), ',', '.');
    double value = 0.0;
    const char* const end = digits.data() + text.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (stop != end || error != std::errc{}) return {};
    return value;
}

/// How a line is cut into columns.
struct Cut {
    char separator = ' ';  ///< ' ' = any run of blanks
    bool decimal_comma = false;
};

std::vector<std::string_view> fields_of(std::string_view line, char separator) {
    std::vector<std::string_view> fields;
    line = trimmed(line);
    while (!line.empty() && fields.size() <= columns) {
        const auto end =
            separator == ' '
                ? static_cast<std::size_t>(std::find_if(line.begin(), line.end(), is_blank) - line.begin())
                : line.find(separator);
        fields.push_back(trimmed(line.substr(0, end)));
        line = end >= line.size() ? std::string_view{} : trimmed(line.substr(end + 1));
    }
    return fields;
}

std::optional<std::array<double, columns>> row_in(std::string_view line, Cut cut) {
    const auto fields = fields_of(line, cut.separator);
    if (fields.size() != columns) return {};
    std::array<double, columns> row{};
    for (std::size_t i = 0; i < columns; ++i) {
        const auto number = number_in(fields[i], cut.decimal_comma);
        if (!number) return {};
        row[i] = *number;
    }
    return row;
}

/// The one way in which the first line of numbers makes three of them. A comma is tried as a
/// separator before blanks, so that "10, 32.5, 4" is three numbers; "10,5 32,5 4" makes three
/// only with decimal commas.
std::optional<Cut> cut_of(std::string_view line) {
    for (const Cut cut : {Cut{';', true}, Cut{'\t', true}, Cut{',', false}, Cut{' ', true}})
        if (row_in(line, cut)) return cut;
    return {};
}

/// Digits and what goes with them, but no words: a broken point and no header.
bool looks_like_a_point(std::string_view line) {
    const std::string first(fields_of(line, ' ').front());
    return number_in(first, true) ||
           line.find_first_not_of("0123456789.,;+-eE\" \t") == std::string_view::npos;
}

bool is_comment(std::string_view line) { return line.front() == '*' || line.front() == '#'; }

/// What a header says that would make other numbers of the three columns.
std::string other_columns(std::string_view header) {
    std::string low(header);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto says = [&](const char* word) { return low.find(word) != std::string::npos; };
    if (says("imag")) return "real and imaginary part";
    if (says("radian") || says("(rad)") || says("[rad]")) return "a phase in radians";
    if (says("spl(db)") || says("spl (db)")) return "a sound pressure";
    return "";
}

/// Collects the points line by line.
class Reader {
public:
    explicit Reader(const std::string& file) : file_(file) {}

    std::optional<Fault> take(std::string_view line) {
        ++number_;
        if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
        line = trimmed(line);
        if (line.empty()) return {};
        if (is_comment(line)) return take_header(line);
        if (!cut_) cut_ = cut_of(line);
        if (!cut_ && !looks_like_a_point(line)) return take_header(line);
        const auto row = cut_ ? row_in(line, *cut_) : std::nullopt;
        if (!row)
            return refuse("found " + in_words(Json(std::string(line.substr(0, 40)))),
                          "frequency in Hz, |Z| in ohms and phase in degrees");
        return take_point((*row)[0], (*row)[1], (*row)[2]);
    }

    Result<ImpedanceTable> table() && {
        if (frequency_hz_.size() < 2)
            return Fault{Fault::Kind::bad_input, "",
                         file_ + ": holds " + (frequency_hz_.empty() ? "no point" : "one point") +
                             "; allowed: 2 to " + std::to_string(ImpedanceTable::most_points) +
                             " points of frequency in Hz, |Z| in ohms and phase in degrees"};
        return ImpedanceTable(file_, frequency_hz_, std::move(ohm_));
    }

private:
    std::optional<Fault> take_header(std::string_view line) {
        const std::string other = frequency_hz_.empty() ? other_columns(line) : "";
        if (other.empty()) return {};
        return refuse("the header speaks of " + other, "frequency in Hz, |Z| in ohms, phase in degrees");
    }

    std::optional<Fault> take_point(double f, double magnitude, double degrees) {
        for (const double x : {f, magnitude, degrees})
            if (!std::isfinite(x)) return refuse("found a number that is not finite", "finite numbers");
        if (f <= 0.0) return refuse("found a frequency of " + in_words(f) + " Hz", "one above 0");
        if (!frequency_hz_.empty() && f == frequency_hz_.back())
            return refuse("found " + in_words(f) + " Hz a second time", "each frequency once");
        if (!frequency_hz_.empty() && f < frequency_hz_.back())
            return refuse("found " + in_words(f) + " Hz after " + in_words(frequency_hz_.back()) + " Hz",
                          "rising frequencies");
        if (magnitude <= 0.0)
            return refuse("found an impedance of " + in_words(magnitude) + " ohm", "one above 0");
        const std::complex<double> z = std::polar(magnitude, degrees * std::numbers::pi / 180.0);
        // A pure coil's 90 degrees may come out a rounding error below 0 ohm.
        if (z.real() < -1e-12 * magnitude)
            return refuse("found a phase of " + in_words(degrees) + " degrees, a negative resistance",
                          "-90 to 90 degrees");
        if (frequency_hz_.size() == ImpedanceTable::most_points)
            return refuse("found one point more than " + std::to_string(ImpedanceTable::most_points),
                          "2 to " + std::to_string(ImpedanceTable::most_points) + " points");
        frequency_hz_.push_back(f);
        ohm_.push_back(z);
        return {};
    }

    Fault refuse(const std::string& found, const std::string& allowed) const {
        return {Fault::Kind::bad_input, "",
                file_ + ":" + std::to_string(number_) + ": " + found + "; allowed: " + allowed};
    }

    const std::string& file_;
    std::size_t number_ = 0;
    std::optional<Cut> cut_;
    std::vector<double> frequency_hz_;
    std::vector<std::complex<double>> ohm_;
};

}  // namespace

ImpedanceTable::ImpedanceTable(std::string file, const std::vector<double>& frequency_hz,
                               std::vector<std::complex<double>> ohm)
    : file_(std::move(file)),
      first_hz_(frequency_hz.front()),
      last_hz_(frequency_hz.back()),
      spline_(logarithms(frequency_hz), std::move(ohm)) {}

std::complex<double> ImpedanceTable::at(double frequency_hz) const {
    return spline_.at(std::log(frequency_hz));
}

Result<ImpedanceTable> parse_impedance_table(std::string_view text, const std::string& file) {
    Reader reader(file);
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (auto fault = reader.take(text.substr(0, end))) return *fault;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return std::move(reader).table();
}

Result<ImpedanceTable> read_impedance_table(const std::filesystem::path& file) {
    const auto text = read_text(file, most_bytes);
    if (!text) return text.error();
    return parse_impedance_table(*text, file.string());
}

}  // namespace fourpole
