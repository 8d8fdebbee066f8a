// SPDX-License-Identifier: GPL-3.0-or-later
// Catch2 2 and 3 under one name. Write tests for both: `Approx` unqualified.
#pragma once

#ifdef FOURPOLE_CATCH3
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
