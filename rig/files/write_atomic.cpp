// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/write_atomic.hpp"

#include "rig/files/open_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace fourpole {

namespace {

namespace fs = std::filesystem;

/// Where the bytes wait until they are complete. Short, so that a long name still fits; the
/// process number keeps two programs apart, the counter two threads.
fs::path beside(const fs::path& file) {
    static std::atomic<unsigned> count{0};
    return file.parent_path() / (".part-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

/// Some file systems cannot sync a folder and say EINVAL; the rename stands all the same.
bool sync_folder(const fs::path& folder) {
    OpenFile opened(::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    return opened.descriptor() >= 0 && (::fsync(opened.descriptor()) == 0 || errno == EINVAL);
}

}  // namespace

Result<Done> write_atomic(const fs::path& file, std::string_view bytes) {
    std::error_code ignored;
    const auto there = fs::status(file, ignored);
    // Renaming over a folder fails, over a device as root it would replace the device.
    if (fs::exists(there) && !fs::is_regular_file(there))
        return file_fault(file, "is not an ordinary file; give the name of a file to write");

    const fs::path part = beside(file);
    const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    const auto failed = [&](int error) {
        ::unlink(part.c_str());
        const bool no_folder = error == ENOENT && !fs::is_directory(folder, ignored);
        return file_fault(file,
                          "cannot be written: " +
                              (no_folder ? std::string("its folder does not exist") : system_words(error)) +
                              "; the file is as it was");
    };

    OpenFile opened(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (opened.descriptor() < 0) return failed(errno);
    if (!write_all(opened.descriptor(), bytes)) return failed(errno);
    if (::fsync(opened.descriptor()) != 0) return failed(errno);
    if (!opened.close()) return failed(errno);
    if (::rename(part.c_str(), file.c_str()) != 0) return failed(errno);
    if (!sync_folder(folder))
        return file_fault(file, "is written, but its folder could not be synced: " + system_words(errno));
    return Done{};
}

Result<Done> make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        if (fs::exists(folder, ignored)) return file_fault(folder, "is a file; a folder is needed");
        return file_fault(folder, "cannot be made: " + system_words(error.value()));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return file_fault(folder, "cannot be written in: " + system_words(errno));
    return Done{};
}

}  // namespace fourpole
