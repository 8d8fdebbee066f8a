// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/arguments.hpp"

#include <charconv>
#include <system_error>

namespace fourpole {

namespace fs = std::filesystem;

Result<std::uint64_t> seed_in(const std::string& text) {
    constexpr std::uint64_t most = (std::uint64_t{1} << 53U) - 1;
    std::uint64_t seed = 0;
    // from_chars takes neither sign nor space, and says when the number is too large for it.
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error == std::errc{} && end == text.data() + text.size() && seed <= most) return seed;
    return Fault{Fault::Kind::bad_input, "",
                 "--seed: found \"" + text + "\"; allowed: 0 to " + std::to_string(most) +
                     " in decimal digits; nothing was played"};
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t end; (end = text.find(at, from)) != std::string::npos; from = end + 1)
        parts.push_back(text.substr(from, end - from));
    parts.push_back(text.substr(from));
    return parts;
}

Result<Done> refuse_overwriting(const std::string& option, const std::string& output,
                                const std::vector<fs::path>& inputs) {
    if (output.empty()) return Done{};
    std::error_code ignored;
    const fs::path to = fs::weakly_canonical(output, ignored);
    for (const fs::path& input : inputs) {
        if (input.empty()) continue;
        if (fs::equivalent(output, input, ignored) || fs::weakly_canonical(input, ignored) == to)
            return Fault{
                Fault::Kind::bad_input, "",
                option + ": " + output + " would write over " + input.string() +
                    ", which this command reads or a take keeps its facts in; allowed: a file of its "
                    "own; nothing was written"};
    }
    return Done{};
}

}  // namespace fourpole
