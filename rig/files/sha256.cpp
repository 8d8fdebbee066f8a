// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/sha256.hpp"

#include "rig/files/open_file.hpp"

#include <sys/types.h>  // sha2.h uses its types without including it

#include <sha2.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <vector>

namespace fourpole {

namespace {

std::string digest_of(SHA2_CTX& context) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256Final(digest.data(), &context);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : digest) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return digest_of(context);
}

Result<std::string> sha256_of_file(const std::filesystem::path& file,
                                   const std::function<void(double)>& told) {
    const auto opened = open_for_reading(file);
    if (!opened) return opened.error();

    SHA2_CTX context;
    SHA256Init(&context);
    std::error_code unknown;
    const auto size = static_cast<double>(std::filesystem::file_size(file, unknown));
    double done = 0.0;
    std::vector<std::uint8_t> piece(1 << 16);
    for (;;) {
        const ssize_t got = ::read(opened->descriptor(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_fault(file, "cannot be read: " + system_words(errno));
        if (got == 0) break;
        SHA256Update(&context, piece.data(), static_cast<std::size_t>(got));
        done += static_cast<double>(got);
        if (told && !unknown) told(std::min(1.0, done / size));
    }
    return digest_of(context);
}

}  // namespace fourpole
