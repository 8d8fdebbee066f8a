// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/mended_file.hpp"

#include <algorithm>
#include <system_error>

namespace fourpole {

MendedFile::MendedFile(const std::filesystem::path& file, std::uint64_t at, std::string instead)
    : stream_(file, std::ios::binary), at_(static_cast<std::int64_t>(at)), instead_(std::move(instead)) {
    std::error_code trouble;
    const auto size = std::filesystem::file_size(file, trouble);
    if (!trouble) size_ = static_cast<std::int64_t>(size);
}

std::int64_t MendedFile::go_to(std::int64_t place) {
    if (place >= 0 && place <= size_) place_ = place;
    return place_;
}

std::int64_t MendedFile::read(char* to, std::int64_t wanted) {
    stream_.clear();
    stream_.seekg(place_);
    stream_.read(to, std::clamp<std::int64_t>(wanted, 0, size_ - place_));
    const std::int64_t got = stream_.gcount();
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(instead_.size()); ++i)
        if (const std::int64_t here = at_ + i - place_; here >= 0 && here < got)
            to[here] = instead_[static_cast<std::size_t>(i)];
    place_ += got;
    return got;
}

}  // namespace fourpole
