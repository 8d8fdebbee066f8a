// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace fourpole {

/// Trouble that a person can do something about. `what` is a sentence for the one who
/// holds the plug: what was found and what is allowed. Several findings of one kind
/// (a profile with three typos) are several lines in `what`.
struct Fault {
    enum class Kind {
        bad_input,      ///< a file, option or profile is wrong; nothing was played
        bench_trouble,  ///< a device is lost or refuses
        take_invalid,   ///< something was captured, and it must not become a figure
        stopped,        ///< the operator stopped it
        unsafe,         ///< refused before anything could be hurt
    };
    Kind kind = Kind::bad_input;
    std::string where;  ///< file, device, side ... "" where `what` says it all
    std::string what;
};

/// The exit code promised for each kind (0 and 1 are results, not faults).
constexpr int exit_code(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::bad_input: return 2;
        case Fault::Kind::bench_trouble:
        case Fault::Kind::take_invalid: return 3;
        case Fault::Kind::stopped: return 4;
        case Fault::Kind::unsafe: return 5;
    }
    return 3;
}

/// A value or the fault that prevented it.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Fault fault) : content_(std::in_place_index<1>, std::move(fault)) {}

    bool has_value() const { return content_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& operator*() { return std::get<0>(content_); }
    const T& operator*() const { return std::get<0>(content_); }
    T* operator->() { return &std::get<0>(content_); }
    const T* operator->() const { return &std::get<0>(content_); }

    const Fault& error() const { return std::get<1>(content_); }

private:
    std::variant<T, Fault> content_;
};

/// What a function returns that has nothing to give back but may fail.
struct Done {};

}  // namespace fourpole
