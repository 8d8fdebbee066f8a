// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace fourpole {

/// One option or argument of a verb. A copy means the same option.
class Option {
public:
    explicit Option(CLI::Option* option) : option_(option) {}

    Option& required();
    Option& between(double least, double most);
    Option& between(std::int64_t least, std::int64_t most);
    Option& positive();
    Option& comma_separated();
    Option& shows_its_default();
    Option& excludes(const Option& other);

    /// Whether the operator gave it; known once the command line is read.
    bool given() const;

private:
    CLI::Option* option_;
};

/// One verb: what it may be told, and what it does. Values must live until its work is done.
class Verb {
public:
    Verb(CLI::App* app, int* exit_code) : app_(app), exit_code_(exit_code) {}

    // `name` with dashes is an option, without an argument.
    Option option(const std::string& name, std::string& value, const std::string& help);
    Option option(const std::string& name, std::vector<std::string>& values, const std::string& help);
    Option option(const std::string& name, double& value, const std::string& help);
    Option option(const std::string& name, std::optional<double>& value, const std::string& help);
    Option option(const std::string& name, std::int64_t& value, const std::string& help);
    void flag(const std::string& name, bool& value, const std::string& help);
    void footer(const std::string& text);

    /// `work` gives the promised exit code; it runs if this verb is chosen.
    void does(std::function<int()> work);

private:
    CLI::App* app_;
    int* exit_code_;
};

/// All verbs of the program. This file and its source are all that knows the option parser.
class Verbs {
public:
    Verbs(const std::string& name, const std::string& about, const std::string& footer,
          const std::string& version);
    ~Verbs();

    Verb add(const std::string& name, const std::string& about);

    /// Reads the command line and lets the chosen verb work. The exit code is the verb's; 0 for --help
    /// and --version once they could be written; 2 for any misuse, with a sentence on stderr.
    /// Throws what the verb's work throws.
    int parse(int argc, const char* const* argv);

private:
    std::unique_ptr<CLI::App> app_;
    int exit_code_ = 0;
};

}  // namespace fourpole
