// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/wide.hpp"

#include <cstddef>

namespace fourpole {

/// Eight doubles that the processor adds and multiplies at once, as many at a time as it can: one
/// number of eight units of a circuit. Aligned by hand: left to itself, each instruction set has its own
/// idea of that.
inline constexpr std::size_t lane_count = 8;
struct alignas(lane_count * sizeof(double)) Lanes {
    using Eight = double __attribute__((vector_size(lane_count * sizeof(double))));
    Eight of{};

    static Lanes all(double x) { return {Eight{} + x}; }
    double operator[](std::size_t lane) const { return of[lane]; }
    void set(std::size_t lane, double x) { of[lane] = x; }

    void operator+=(const Lanes& x) { of += x.of; }
    void operator-=(const Lanes& x) { of -= x.of; }
    void operator*=(const Lanes& x) { of *= x.of; }
    friend Lanes operator-(const Lanes& a) { return {-a.of}; }
    friend Lanes operator+(const Lanes& a, const Lanes& b) { return {a.of + b.of}; }
    friend Lanes operator-(const Lanes& a, const Lanes& b) { return {a.of - b.of}; }
    friend Lanes operator*(const Lanes& a, const Lanes& b) { return {a.of * b.of}; }
    friend Lanes operator/(const Lanes& a, const Lanes& b) { return {a.of / b.of}; }
    friend Lanes operator*(double a, const Lanes& b) { return {a * b.of}; }

    /// Of each lane: `a` where a >= b, else `b`, also where either is no number.
    friend Lanes not_smaller(const Lanes& a, const Lanes& b) { return {a.of >= b.of ? a.of : b.of}; }
    friend Lanes not_larger(const Lanes& a, const Lanes& b) { return {a.of <= b.of ? a.of : b.of}; }
};

struct ComplexLanes {
    Lanes re{}, im{};

    void operator+=(const ComplexLanes& x) { re += x.re, im += x.im; }
    void operator-=(const ComplexLanes& x) { re -= x.re, im -= x.im; }
    void operator+=(const Lanes& real) { re += real; }
    void operator-=(const Lanes& real) { re -= real; }
    friend ComplexLanes operator*(const Lanes& a, const ComplexLanes& b) { return {a * b.re, a * b.im}; }
    /// this = a b
    void product(const ComplexLanes& a, const ComplexLanes& b) {
        const Lanes real = a.re * b.re - a.im * b.im;
        im = a.re * b.im + a.im * b.re;
        re = real;
    }
    /// this -= a b
    void subtract_product(const ComplexLanes& a, const ComplexLanes& b) {
        re -= a.re * b.re - a.im * b.im;
        im -= a.re * b.im + a.im * b.re;
    }
    /// this = 1 / this; where that is not finite, neither is what comes of it.
    void invert() {
        const Lanes share = Lanes::all(1.0) / squared_size();
        re *= share;
        im *= -share;
    }
    Lanes squared_size() const { return re * re + im * im; }
};

}  // namespace fourpole
