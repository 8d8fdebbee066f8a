// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/side_by_side.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace fourpole {
namespace {

/// Says `f(row, column)` for every place of the matrix that a branch from a to b fills, ground having
/// neither row nor column, with the sign of what stands there.
template <class F>
inline void for_each_place(int a, int b, F f) {
    if (a != 0) f(a - 1, a - 1, false);
    if (b != 0) f(b - 1, b - 1, false);
    if (a != 0 && b != 0) f(a - 1, b - 1, true), f(b - 1, a - 1, true);
}

/// The numbers of eight units, read from the first to the last as numbers_of() wrote them.
class Reader {
public:
    explicit Reader(std::span<const Lanes> numbers) : next_(numbers.data()) {}
    const Lanes& next() { return *next_++; }

    /// R + j (w L - 1 / (w C))
    void chain(double w, ComplexLanes& z) {
        z.re = next_[0];
        z.im = w * next_[1] - (1.0 / w) * next_[2];
        next_ += 3;
    }
    /// 1 / (G + j (w C - 1 / (w L)))
    void tank(double w, ComplexLanes& z) {
        z.re = next_[0];
        z.im = w * next_[2] - (1.0 / w) * next_[1];
        next_ += 3;
        z.invert();
    }
    /// Zr w^r + j Zx w^x
    void power_law(double w, ComplexLanes& z) {
        for (std::size_t l = 0; l < lane_count; ++l) {
            z.re.set(l, next_[0][l] * std::pow(w, next_[1][l]));
            z.im.set(l, next_[2][l] * std::pow(w, next_[3][l]));
        }
        next_ += 4;
    }

private:
    const Lanes* next_;
};

void driver_admittance(const Shape::Load& load, double w, Reader& numbers, ComplexLanes& y) {
    ComplexLanes part;
    numbers.chain(w, y);
    for (std::size_t k = 0; k < load.tanks; ++k) numbers.tank(w, part), y += part;
    if (load.law) numbers.power_law(w, part), y += part;
    if (load.table) {
        const std::complex<double> z = load.table->at(w / (2.0 * std::numbers::pi));
        y = {Lanes::all(z.real()), Lanes::all(z.imag())};
    }
    y.invert();
    for (std::size_t k = 0; k < load.across; ++k) {
        numbers.chain(w, part), part.invert();
        if (!load.table) y += part;  // a table stands for all of it
    }
}

/// Fills the matrix and the two right sides of one group.
class Stamping {
public:
    Stamping(const Shape& shape, const Elimination& order, std::size_t n, ComplexLanes* y, ComplexLanes* rhs)
        : shape_(shape), order_(order), n_(n), y_(y), rhs_(rhs) {}

    void all(double w, Reader& numbers) {
        for (int k = 1; k < shape_.nodes; ++k) at(k - 1, k - 1).re += numbers.next();
        int row = shape_.nodes - 1;
        for (const Shape::Joint& j : shape_.joints) {
            if (j.resistive) {
                const Lanes& siemens = numbers.next();
                branch(j.a, j.b, siemens);
                if (j.emf) source(j, siemens, numbers);
                continue;
            }
            ComplexLanes z;
            numbers.chain(w, z);
            if (j.own_current) {
                current(j, row++, z, numbers);
                continue;
            }
            z.invert();
            branch(j.a, j.b, z);
            if (j.emf) source(j, z, numbers);
        }
        for (const Shape::Coupled& c : shape_.couplings) {
            const Lanes reactance = w * numbers.next();
            at(c.one, c.two).im += reactance;
            at(c.two, c.one).im += reactance;
        }
        for (const Side s : sides) {
            ComplexLanes admittance;
            driver_admittance(shape_.loads[s], w, numbers, admittance);
            branch(shape_.loads[s].plus, shape_.loads[s].minus, admittance);
        }
    }

private:
    ComplexLanes& at(int row, int column) {
        return y_[order_.row_place[static_cast<std::size_t>(row)] * n_ +
                  order_.column_place[static_cast<std::size_t>(column)]];
    }
    /// The equation's right side.
    ComplexLanes& known(int row, std::size_t driven) {
        return rhs_[order_.row_place[static_cast<std::size_t>(row)] * 2 + driven];
    }

    /// @param admittance  complex, or real where it is plain siemens
    template <class Admittance>
    void branch(int a, int b, const Admittance& admittance) {
        for_each_place(a, b, [&](int row, int column, bool negative) {
            if (negative)
                at(row, column) -= admittance;
            else
                at(row, column) += admittance;
        });
    }
    /// An EMF behind an impedance is a current beside it (Norton).
    template <class Admittance>
    void source(const Shape::Joint& j, const Admittance& admittance, Reader& numbers) {
        for (std::size_t driven = 0; driven < 2; ++driven) {
            const Admittance i = numbers.next() * admittance;
            if (j.a != 0) known(j.a - 1, driven) -= i;
            if (j.b != 0) known(j.b - 1, driven) += i;
        }
    }
    void current(const Shape::Joint& j, int row, const ComplexLanes& z, Reader& numbers) {
        const Lanes one = Lanes::all(1.0);
        if (j.a != 0) at(j.a - 1, row).re += one, at(row, j.a - 1).re -= one;
        if (j.b != 0) at(j.b - 1, row).re -= one, at(row, j.b - 1).re += one;
        at(row, row) += z;
        if (!j.emf) return;
        for (std::size_t driven = 0; driven < 2; ++driven) known(row, driven).re = numbers.next();
    }

    const Shape& shape_;
    const Elimination& order_;
    std::size_t n_;
    ComplexLanes *y_, *rhs_;
};

/// Sets to 0 what the steps of the elimination read or write: a third of the matrix, mostly.
FOURPOLE_WIDE void clear(const Elimination& order, std::size_t n, ComplexLanes* y, ComplexLanes* rhs) {
    for (std::size_t k = 0; k < n; ++k) {
        y[k * n + k] = {};
        for (const std::size_t i : order.steps[k].rows) y[i * n + k] = {};
        for (const std::size_t j : order.steps[k].columns) y[k * n + j] = {};
        rhs[k * 2] = rhs[k * 2 + 1] = {};
    }
}

FOURPOLE_WIDE void eliminate(const Elimination& order, std::size_t n, ComplexLanes* y, ComplexLanes* rhs,
                             ComplexLanes* inverse, Lanes& pivot_margin) {
    for (std::size_t k = 0; k < n; ++k) {
        const auto& step = order.steps[k];
        const Lanes pivot = y[k * n + k].squared_size();
        Lanes largest = pivot;
        inverse[k] = y[k * n + k];
        inverse[k].invert();
        for (const std::size_t i : step.rows) {
            largest = not_smaller(largest, y[i * n + k].squared_size());
            ComplexLanes factor;
            factor.product(y[i * n + k], inverse[k]);
            for (const std::size_t j : step.columns) y[i * n + j].subtract_product(factor, y[k * n + j]);
            for (std::size_t driven = 0; driven < 2; ++driven)
                rhs[i * 2 + driven].subtract_product(factor, rhs[k * 2 + driven]);
        }
        // What once was no number stays none.
        pivot_margin = not_larger(pivot_margin, pivot - SideBySide::worst_pivot * largest) +
                       (pivot_margin - pivot_margin);
    }
}

FOURPOLE_WIDE void substitute_back(const Elimination& order, std::size_t n, const ComplexLanes* y,
                                   const ComplexLanes* rhs, const ComplexLanes* inverse, ComplexLanes* x) {
    for (std::size_t k = n; k-- > order.first_asked;)
        for (std::size_t driven = 0; driven < 2; ++driven) {
            ComplexLanes sum = rhs[k * 2 + driven];
            for (const std::size_t j : order.steps[k].columns)
                sum.subtract_product(y[k * n + j], x[j * 2 + driven]);
            x[k * 2 + driven].product(sum, inverse[k]);
        }
}

FOURPOLE_WIDE void read_answer(const Shape& shape, const Elimination& order, const ComplexLanes* x,
                               SideBySide::Answer& out) {
    for (std::size_t driven = 0; driven < 2; ++driven)
        for (const Side s : sides) {
            const auto at = [&](int node) {
                return x[order.column_place[static_cast<std::size_t>(node) - 1] * 2 + driven];
            };
            ComplexLanes across;
            if (shape.loads[s].plus != 0) across += at(shape.loads[s].plus);
            if (shape.loads[s].minus != 0) across -= at(shape.loads[s].minus);
            out.squared_v[driven][static_cast<std::size_t>(s)] = across.squared_size();
        }
}

FOURPOLE_WIDE void stamp(Stamping& stamping, double w, Reader& numbers) { stamping.all(w, numbers); }

}  // namespace

SideBySide::SideBySide(const Shape& shape)
    : shape_(shape), n_(shape.unknowns()), y_(n_ * n_), rhs_(2 * n_), x_(2 * n_), inverse_(n_) {}

std::vector<bool> SideBySide::pattern_of(const Shape& shape) {
    const std::size_t n = shape.unknowns();
    std::vector<bool> out(n * n, false);
    const auto mark = [&](int row, int column, bool) {
        out[static_cast<std::size_t>(row) * n + static_cast<std::size_t>(column)] = true;
    };
    for (int k = 1; k < shape.nodes; ++k) mark(k - 1, k - 1, false);
    int row = shape.nodes - 1;
    for (const Shape::Joint& j : shape.joints) {
        if (!j.own_current) {
            for_each_place(j.a, j.b, mark);
            continue;
        }
        for (const int node : {j.a, j.b})
            if (node != 0) mark(node - 1, row, false), mark(row, node - 1, false);
        mark(row, row, false);
        ++row;
    }
    for (const Shape::Coupled& c : shape.couplings) mark(c.one, c.two, false), mark(c.two, c.one, false);
    for (const Side s : sides) for_each_place(shape.loads[s].plus, shape.loads[s].minus, mark);
    return out;
}

std::vector<std::size_t> SideBySide::asked_of(const Shape& shape) {
    std::vector<std::size_t> out;
    for (const Side s : sides)
        for (const int node : {shape.loads[s].plus, shape.loads[s].minus})
            if (node != 0) out.push_back(static_cast<std::size_t>(node) - 1);
    return out;
}

void SideBySide::solve(double w, const Elimination& order, std::span<const Lanes> numbers, Answer& out) {
    clear(order, n_, y_.data(), rhs_.data());
    Reader reader(numbers);
    Stamping stamping(shape_, order, n_, y_.data(), rhs_.data());
    stamp(stamping, w, reader);
    out.pivot_margin = Lanes::all(std::numeric_limits<double>::max());
    eliminate(order, n_, y_.data(), rhs_.data(), inverse_.data(), out.pivot_margin);
    substitute_back(order, n_, y_.data(), rhs_.data(), inverse_.data(), x_.data());
    read_answer(shape_, order, x_.data(), out);
}

}  // namespace fourpole
