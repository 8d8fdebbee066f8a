// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Everything that is wrong with one file, so that its owner reads all of it at once.
class Findings {
public:
    explicit Findings(std::string file) : file_(std::move(file)) {}

    /// FILE: /json/pointer: found X; allowed: Y (nearest known key: Z)
    void add(const std::string& pointer, const std::string& found, const std::string& allowed,
             const std::string& nearest = "");
    void add_sentence(const std::string& sentence);  ///< one that names the file itself
    void take(const Findings& other);                ///< those of a file this one refers to

    bool none() const { return lines_.empty(); }
    const std::vector<std::string>& lines() const { return lines_; }
    const std::string& file() const { return file_; }
    Fault fault() const;

private:
    std::string file_;
    std::vector<std::string> lines_;
};

/// What was read out of a file, and what is wrong with it. `value` is there when the file
/// could be understood, and may only be used when `findings` is empty.
template <class T>
struct Read {
    std::optional<T> value;
    Findings findings;

    Result<T> result() && {
        if (!findings.none()) return findings.fault();
        return std::move(*value);
    }
};

/// "/events/3" + "f1_hz" -> "/events/3/f1_hz", escaped as RFC 6901 says.
std::string pointer_to(const std::string& parent, const std::string& key);
std::string pointer_to(const std::string& parent, std::size_t index);

/// A JSON value in a few words: `"lift"`, `-3`, `a list of 4`.
std::string in_words(const Json& value);

/// A number as short as it reads back, for what stands in a file.
std::string in_words(double number);
/// Four digits of it, for what was worked out.
std::string rounded_in_words(double number);

/// `"a", "b" or "c"`
std::string in_words(const std::vector<std::string>& choices);

/// The choice with the fewest letters to change, "" when none is near (more than half of the
/// word would have to change).
std::string nearest(const std::string& word, const std::vector<std::string>& choices);

}  // namespace fourpole
