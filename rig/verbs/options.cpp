// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/options.hpp"

#include "rig/profile/findings.hpp"
#include "rig/result.hpp"
#include "rig/verbs/complain.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <sstream>
#include <utility>

namespace fourpole {
namespace {

/// The library calls a verb that is not there an extra argument, and lets its --help pass.
Result<Done> refuse_unknown_verb(const CLI::App& app, int argc, const char* const* argv) {
    if (argc < 2 || argv[1][0] == '-') return Done{};
    std::vector<std::string> verbs;
    std::string allowed;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (verb->get_name() == argv[1]) return Done{};
        verbs.push_back(verb->get_name());
        allowed += (allowed.empty() ? "" : ", ") + verb->get_name();
    }
    const std::string near = nearest(argv[1], verbs);
    return Fault{Fault::Kind::bad_input, argv[1],
                 "no such verb; allowed: " + allowed + (near.empty() ? "" : " (nearest: " + near + ")")};
}

/// 0 for --help and --version, once they could be written; any misuse is bad input.
int finish(const CLI::App& app, const CLI::ParseError& e) {
    std::ostringstream out, trouble;
    const bool asked = app.exit(e, out, trouble) == 0;
    std::fputs(trouble.str().c_str(), stderr);
    const auto printed = print_result(out.str());
    if (!printed) return complain(printed.error());
    return asked ? 0 : exit_code(Fault::Kind::bad_input);
}

/// Whatever NaN is compared with, it lies in no range and outside of none.
std::string refuse_no_number(const std::string& given) {
    double value = 0.0;
    return CLI::detail::lexical_cast(given, value) && !std::isfinite(value)
               ? fmt::format("found {}; allowed: a number", given)
               : std::string();
}

}  // namespace

Option& Option::required() { return option_->required(), *this; }
Option& Option::between(double least, double most) {
    return option_->check(&refuse_no_number)->check(CLI::Range(least, most)), *this;
}
Option& Option::between(std::int64_t least, std::int64_t most) {
    return option_->check(CLI::Range(least, most)), *this;
}
Option& Option::positive() { return option_->check(&refuse_no_number)->check(CLI::PositiveNumber), *this; }
Option& Option::comma_separated() { return option_->delimiter(','), *this; }
Option& Option::shows_its_default() { return option_->capture_default_str(), *this; }
Option& Option::excludes(const Option& other) { return option_->excludes(other.option_), *this; }
bool Option::given() const { return option_->count() > 0; }

Option Verb::option(const std::string& name, std::string& value, const std::string& help) {
    // A shell's empty variable is no wish for the default.
    const auto refuse_empty = [](const std::string& given) {
        return given.empty() ? std::string("found nothing between the quotes; allowed: a name")
                             : std::string();
    };
    return Option(app_->add_option(name, value, help)->check(refuse_empty));
}
Option Verb::option(const std::string& name, std::vector<std::string>& values, const std::string& help) {
    return Option(app_->add_option(name, values, help));
}
Option Verb::option(const std::string& name, double& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}
Option Verb::option(const std::string& name, std::optional<double>& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}
Option Verb::option(const std::string& name, std::int64_t& value, const std::string& help) {
    return Option(app_->add_option(name, value, help));
}
void Verb::flag(const std::string& name, bool& value, const std::string& help) {
    app_->add_flag(name, value, help);
}
void Verb::footer(const std::string& text) { app_->footer(text); }
void Verb::does(std::function<int()> work) {
    app_->callback([work = std::move(work), exit_code = exit_code_] { *exit_code = work(); });
}

Verbs::Verbs(const std::string& name, const std::string& about, const std::string& footer,
             const std::string& version)
    : app_(std::make_unique<CLI::App>(about, name)) {
    app_->footer(footer);
    app_->set_version_flag("--version", version);
    app_->require_subcommand(1);
}

Verbs::~Verbs() = default;

Verb Verbs::add(const std::string& name, const std::string& about) {
    return {app_->add_subcommand(name, about), &exit_code_};
}

int Verbs::parse(int argc, const char* const* argv) {
    if (const auto known = refuse_unknown_verb(*app_, argc, argv); !known) return complain(known.error());
    try {
        app_->parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return finish(*app_, e);
    }
    return exit_code_;
}

}  // namespace fourpole
