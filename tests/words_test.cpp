// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/reading.hpp"
#include "rig/result.hpp"
#include "rig/share_out.hpp"
#include "rig/signal.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <concepts>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

using namespace fourpole;

namespace {

template <class A, class B>
concept can_add = requires(A a, B b) {
    a + b;
};

// Peak and rms volts, hertz and ohms, a quantity and a bare number: none of them mix.
static_assert(can_add<VoltsPeak, VoltsPeak>);
static_assert(!can_add<VoltsPeak, VoltsRms>);
static_assert(!can_add<Hertz, Ohms>);
static_assert(!can_add<Ohms, double>);
static_assert(!std::convertible_to<double, Ohms>);
static_assert(!std::convertible_to<VoltsRms, VoltsPeak>);
static_assert(!std::is_assignable_v<VoltsPeak&, VoltsRms>);
static_assert(std::same_as<decltype(Ohms{32.0} / Ohms{0.32}), double>);
static_assert(std::same_as<decltype(Ohms{32.0} / 2.0), Ohms>);

}  // namespace

TEST_CASE("ten times the amplitude is 20 dB, half of it -6.0206 dB", "[words]") {
    CHECK(AmplitudeRatio{10.0}.decibels() == Approx(20.0).margin(1e-12));
    CHECK(AmplitudeRatio{1.0}.decibels() == Approx(0.0).margin(1e-12));
    CHECK(AmplitudeRatio{0.5}.decibels() == Approx(-6.020599913).margin(1e-9));
    CHECK(AmplitudeRatio::from_decibels(-40.0).count == Approx(0.01).margin(1e-15));
    CHECK(AmplitudeRatio::from_decibels(3.0102999566).count == Approx(1.41421356237).margin(1e-10));
}

TEST_CASE("a relative uncertainty of 0.1 % is 0.008686 dB, and pi is 180 degrees", "[words]") {
    CHECK(0.001 * db_per_relative == Approx(0.008685889638).margin(1e-12));
    CHECK(AmplitudeRatio{1.001}.decibels() == Approx(0.001 * db_per_relative).margin(5e-6));
    CHECK(3.14159265358979 * degrees_per_radian == Approx(180.0).margin(1e-10));
}

TEST_CASE("32 ohm are 100 times 0.32 ohm, and two of them are 64 ohm", "[words]") {
    CHECK(Ohms{32.0} / Ohms{0.32} == Approx(100.0));
    CHECK((Ohms{32.0} + Ohms{32.0}).count == Approx(64.0));
    CHECK((Ohms{32.0} - Ohms{2.0}).count == Approx(30.0));
    CHECK((-Ohms{32.0} * 0.5).count == Approx(-16.0));
    CHECK(Hertz{50.0} < Hertz{60.0});
}

TEST_CASE("the other side of the other side is the side itself, and never the side", "[words]") {
    CHECK(sides.size() == 2);
    for (const Side side : sides) {
        CHECK(other(other(side)) == side);
        CHECK(other(side) != side);
        CHECK(side_named(name(side)) == side);
    }
    CHECK_FALSE(side_named("middle").has_value());
    CHECK_FALSE(side_named("").has_value());
}

TEST_CASE("a value per side keeps the 2 sides apart", "[words]") {
    PerSide<int> value;
    for (const Side side : sides) value[side] = side == Side::left ? 1 : 2;
    CHECK(value[Side::left] == 1);
    CHECK(value[Side::right] == 2);
}

TEST_CASE("a recording of one side has 3 frames whichever side it is", "[words]") {
    for (const Side side : sides) {
        Recording recording{48000.0, {}};
        CHECK(recording.frames() == 0);
        recording.samples[side] = {0.1, 0.2, 0.3};
        CHECK(recording.frames() == 3);
        CHECK(recording.has(side));
        CHECK_FALSE(recording.has(other(side)));
    }
}

TEST_CASE("faults exit 2 for input, 3 for the bench and the take, 4 when stopped, 5 for safety", "[words]") {
    CHECK(exit_code(Fault::Kind::bad_input) == 2);
    CHECK(exit_code(Fault::Kind::bench_trouble) == 3);
    CHECK(exit_code(Fault::Kind::take_invalid) == 3);
    CHECK(exit_code(Fault::Kind::stopped) == 4);
    CHECK(exit_code(Fault::Kind::unsafe) == 5);
}

TEST_CASE("a result holds either the value 42 or the fault, never both", "[words]") {
    const Result<int> value = 42;
    REQUIRE(value.has_value());
    CHECK(*value == 42);

    const Result<int> fault = Fault{Fault::Kind::unsafe, "plug", "too loud"};
    REQUIRE_FALSE(fault.has_value());
    CHECK_FALSE(static_cast<bool>(fault));
    CHECK(fault.error().where == "plug");
}

TEST_CASE("the 4 states and the 4 breaks of a stream have the contract's names", "[words]") {
    CHECK(name(State::exact) == "exact");
    CHECK(name(State::at_least) == "at_least");
    CHECK(name(State::at_most) == "at_most");
    CHECK(name(State::not_measured) == "not_measured");
    CHECK(name(Discontinuity::Kind::lost) == "lost");
    CHECK(name(Discontinuity::Kind::inserted) == "inserted");
    CHECK(name(Discontinuity::Kind::repeated) == "repeated");
    CHECK(name(Discontinuity::Kind::zeroed) == "zeroed");
}

TEST_CASE("crosstalk into the one side is another quantity than into the other", "[words]") {
    Reading reading;
    reading.name = "crosstalk";
    reading.from = Side::left;
    reading.to = Side::right;
    Reading same = reading;
    same.points.push_back({1000.0, -40.0, 180.0, 0.1, State::exact});
    CHECK(reading.same_quantity(same));
    for (const Side side : sides) {
        Reading wrong = reading;
        wrong.to = side;
        CHECK(reading.same_quantity(wrong) == (side == Side::right));
        wrong = reading;
        wrong.from = side;
        CHECK(reading.same_quantity(wrong) == (side == Side::left));
    }
    Reading third = reading;
    third.order = 3;
    CHECK_FALSE(reading.same_quantity(third));
}

TEST_CASE("a detail is found by its key, and a missing one is no detail", "[words]") {
    Reading reading;
    reading.details.emplace_back("weighting", std::string("A"));
    REQUIRE(reading.detail("weighting") != nullptr);
    CHECK(std::get<std::string>(*reading.detail("weighting")) == "A");
    CHECK(reading.detail("bandwidth_hz") == nullptr);
}

TEST_CASE("shared work is done once each on any number of threads, and what it throws arrives", "[words]") {
    for (const unsigned threads : {0U, 1U, 2U, 5U})
        for (const std::size_t count : {0UL, 1UL, 3UL, 100UL}) {
            std::vector<int> done(count, 0);
            share_out(threads, count, [&](std::size_t i) { ++done[i]; });
            CHECK(done == std::vector<int>(count, 1));
        }
    std::vector<int> done(4, 0);
    CHECK_THROWS_AS(share_out(2, 4,
                              [&](std::size_t i) {
                                  if (i == 1) throw std::runtime_error("one");
                                  done[i] = 1;
                              }),
                    std::runtime_error);
    CHECK(done[0] + done[2] == 2);  // the other thread went on to its end
}
