// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/drivers.hpp"

#include "drivers/replayed_bench.hpp"
#include "drivers/simulated_bench.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace fourpole {

namespace {

template <class Bench>
Result<std::unique_ptr<AudioPort>> as_port(Result<std::unique_ptr<Bench>> bench) {
    if (!bench) return bench.error();
    return std::unique_ptr<AudioPort>(std::move(*bench));
}

}  // namespace

Result<std::unique_ptr<AudioPort>> open_bench(const std::string& name, const Session& session,
                                              std::uint64_t seed, const std::string& fault) {
    if (name == "simulated") return as_port(SimulatedBench::open(session, seed, fault));
    if (!fault.empty())
        return Fault{Fault::Kind::bad_input, "", "a fault can only be planted in the simulated bench"};
    std::error_code trouble;
    if (std::filesystem::is_directory(name, trouble)) return as_port(ReplayedBench::open(name));
    return Fault{
        Fault::Kind::bad_input, "",
        fmt::format("there is no bench \"{}\"; allowed: \"simulated\", or the folder of an earlier run "
                    "to replay its takes",
                    name)};
}

}  // namespace fourpole
