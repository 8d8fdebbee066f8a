// SPDX-License-Identifier: GPL-3.0-or-later
// What the interface leaks by itself is no crosstalk of the earphone.
#include "rig/measure/interface_crosstalk.hpp"
#include "tests/catch.hpp"

using namespace fourpole;

namespace {

Reading curve(const std::string& name, Side from, Side to, const std::vector<Point>& points) {
    Reading r;
    r.name = name;
    r.from = from;
    r.to = to;
    r.curve = true;
    r.points = points;
    return r;
}

constexpr Side L = Side::left, R = Side::right;

}  // namespace

TEST_CASE("crosstalk far above the interface's own keeps its value, its u grows by half of what may be") {
    Readings all{curve("crosstalk", L, R, {{1000.0, -60.0, 10.0, 0.01, State::exact}})};
    allow_for_interface_crosstalk(all, 1e-4);
    const Point& p = all[0].points[0];
    CHECK(*p.value == -60.0);
    CHECK(*p.phase_deg == 10.0);
    // 1e-4 of 1e-3 is a tenth: 8.6859 x 0.05 dB.
    CHECK(*p.u == Approx(std::hypot(0.01, 0.434294)).epsilon(1e-5));
    CHECK(std::get<double>(*all[0].detail("interface_crosstalk_at_most_db")) == Approx(-80.0));
}

TEST_CASE("below three times the interface's own crosstalk is a bound: that and the interface's together") {
    Readings all{curve("crosstalk", L, R,
                       {{1000.0, -80.0, 10.0, 0.1, State::exact},
                        {2000.0, -100.0, {}, {}, State::at_most},
                        {3000.0, {}, {}, {}, State::not_measured}})};
    allow_for_interface_crosstalk(all, 1e-4);
    const auto& p = all[0].points;
    CHECK(p[0].state == State::at_most);
    CHECK(*p[0].value == Approx(-80.0 + 6.0206).epsilon(1e-6));
    CHECK_FALSE(p[0].u.has_value());
    CHECK_FALSE(p[0].phase_deg.has_value());
    CHECK(*p[1].value == Approx(-80.0 + 0.827854).epsilon(1e-6));  // 1e-5 + 1e-4
    CHECK(p[1].state == State::at_most);
    CHECK(p[2].state == State::not_measured);
}

TEST_CASE("a transfer across is held against its driven side, which itself stays, and the floor holds both") {
    Readings all{curve("transfer", L, L, {{1000.0, -20.0, 0.0, 0.1, State::exact}}),
                 curve("transfer", L, R, {{1000.0, -100.0, 0.0, 0.1, State::exact}}),
                 curve("transfer", R, L, {{1000.0, -100.0, 0.0, 0.1, State::exact}}),
                 curve("crosstalk_floor", L, R, {{1000.0, -80.0, {}, {}, State::exact}})};
    allow_for_interface_crosstalk(all, 1e-4);
    CHECK(*all[0].points[0].u == Approx(0.1).margin(1e-6));  // of the other input's -100 dB
    CHECK(all[1].points[0].state == State::at_most);         // -80 dB re the driven side
    CHECK(*all[1].points[0].value == Approx(-100.0 + 6.0206).epsilon(1e-6));
    CHECK(all[2].points[0].state == State::exact);  // nobody read what drives it
    CHECK(*all[3].points[0].value == Approx(-80.0 + 3.0103).epsilon(1e-6));
}

TEST_CASE("what a silent side hears of its own signal may be what the other input leaks") {
    // A plug that gives all to the right driver: left's signal stands at the right input with -18 dB.
    Readings all{curve("response", L, L, {{1000.0, -115.0, 10.0, 1.0, State::exact}}),
                 curve("transfer", L, L, {{1000.0, -115.0, 10.0, 1.0, State::exact}}),
                 curve("transfer", L, R, {{1000.0, -18.0, 10.0, 0.1, State::exact}})};
    allow_for_interface_crosstalk(all, 1e-5);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        CHECK(all[i].points[0].state == State::at_most);
        // 10^(-115/20) + 10^(-118/20)
        CHECK(*all[i].points[0].value == Approx(-110.3505).margin(1e-3));
        CHECK_FALSE(all[i].points[0].u.has_value());
    }
    CHECK(all[2].points[0].state == State::exact);
    CHECK(*all[2].points[0].u == Approx(0.1).margin(1e-6));
}

TEST_CASE(
    "where nobody knows the interface's crosstalk, -40 dB is at most -33.98 dB, and the floor a least") {
    Readings all{curve("transfer", L, L, {{1000.0, -20.0, 0.0, 0.001, State::exact}}),
                 curve("transfer", L, R, {{1000.0, -60.0, 0.0, 0.1, State::exact}}),
                 curve("crosstalk", L, R, {{1000.0, -40.0, 0.0, 0.1, State::exact}}),
                 curve("crosstalk_floor", L, R, {{1000.0, -90.0, {}, {}, State::exact}})};
    allow_for_interface_crosstalk(all, std::nullopt);
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
        const Point& p = all[i].points[0];
        CHECK(p.state == State::at_most);
        CHECK(*p.value == Approx((i == 1 ? -60.0 : -40.0) + 6.0206).epsilon(1e-6));
        CHECK_FALSE(p.u.has_value());
        CHECK_FALSE(p.phase_deg.has_value());
    }
    // The driven side: 1e-2 of the 1e-2 that the other input shows, 8.6859 x 1e-4 / 2 dB.
    CHECK(all[0].points[0].state == State::exact);
    CHECK(*all[0].points[0].u == Approx(std::hypot(0.001, 4.34294e-4)).epsilon(1e-5));
    CHECK(all[3].points[0].state == State::at_least);
    CHECK(*all[3].points[0].value == -90.0);
    for (const Reading& r : all) {
        CHECK(std::get<std::string>(*r.detail("interface_crosstalk")) == "unknown");
        CHECK(r.detail("interface_crosstalk_at_most_db") == nullptr);
    }
}
