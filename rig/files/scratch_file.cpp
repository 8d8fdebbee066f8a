// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/scratch_file.hpp"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace fourpole {

namespace {

[[noreturn]] void give_up() {
    throw std::system_error(errno, std::generic_category(), "a file for what memory does not hold");
}

}  // namespace

ScratchFile::ScratchFile() : file_(std::tmpfile(), &std::fclose) {
    if (!file_) give_up();
}

void ScratchFile::append(std::span<const double> x) {
    if (std::fwrite(x.data(), sizeof(double), x.size(), file_.get()) != x.size() ||
        std::fflush(file_.get()) != 0)
        give_up();
}

void ScratchFile::read(std::size_t from, std::span<double> out) const {
    auto* to = reinterpret_cast<char*>(out.data());
    std::size_t done = 0;
    while (done < out.size_bytes()) {
        const ssize_t got = ::pread(::fileno(file_.get()), to + done, out.size_bytes() - done,
                                    static_cast<off_t>(from * sizeof(double) + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) give_up();
        done += static_cast<std::size_t>(got);
    }
}

}  // namespace fourpole
