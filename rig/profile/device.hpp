// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/findings.hpp"
#include "rig/profile/profile.hpp"

#include <filesystem>

namespace fourpole {

// One file each: read, held against its schema, checked.
Read<Player> read_player(const std::filesystem::path& file);
Read<Earphone> read_earphone(const std::filesystem::path& file);
Read<Plug> read_plug(const std::filesystem::path& file);
Read<Jack> read_jack(const std::filesystem::path& file);
Read<Interface> read_interface(const std::filesystem::path& file);
Read<Fixture> read_fixture(const std::filesystem::path& file);
Read<Claim> read_claim(const std::filesystem::path& file);
Read<BenchFile> read_bench(const std::filesystem::path& file);

}  // namespace fourpole
