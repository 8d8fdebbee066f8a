// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/effective_bits.hpp"

#include "rig/units.hpp"

#include <cmath>

namespace fourpole {
namespace {

/// dB that the definition gives 0 bits.
double offset_db(BitsDefinition definition) {
    switch (definition) {
        case BitsDefinition::step_ratio: return 0.0;
        case BitsDefinition::ideal_quantizer: return AmplitudeRatio{std::sqrt(1.5)}.decibels();
        case BitsDefinition::tpdf_dithered: return AmplitudeRatio{std::sqrt(0.5)}.decibels();
    }
    return 0.0;
}

}  // namespace

double effective_bits(double dynamic_range_db, BitsDefinition definition) {
    return (dynamic_range_db - offset_db(definition)) / AmplitudeRatio{2.0}.decibels();
}

double dynamic_range_db(double bits, BitsDefinition definition) {
    return bits * AmplitudeRatio{2.0}.decibels() + offset_db(definition);
}

}  // namespace fourpole
