// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/open_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace fourpole {

OpenFile::~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool OpenFile::close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

std::string system_words(int error) {
    switch (error) {
        case ENOENT: return "there is no such place";
        case EACCES:
        case EPERM: return "permission denied";
        case ENOSPC: return "the disk is full";
        case EDQUOT: return "the disk quota is used up";
        case EROFS: return "the file system is read-only";
        case ENOTDIR: return "a file stands where a folder is needed";
        case ENAMETOOLONG: return "the name is too long";
        case EFBIG: return "larger than files may be here";
        default: return std::generic_category().message(error);
    }
}

Fault file_fault(const std::filesystem::path& file, const std::string& sentence) {
    return {Fault::Kind::bad_input, "", file.string() + ": " + sentence};
}

Result<OpenFile> open_for_reading(const std::filesystem::path& file) {
    // Opened without waiting: a pipe nobody writes to must not hang the program. Then read as usual:
    // of one that somebody does write to, the words may be on their way.
    OpenFile opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (opened.descriptor() < 0) {
        if (errno == ENOENT) return file_fault(file, "does not exist");
        return file_fault(file, "cannot be read: " + system_words(errno));
    }
    struct stat facts {};
    if (::fstat(opened.descriptor(), &facts) != 0)
        return file_fault(file, "cannot be read: " + system_words(errno));
    if (S_ISDIR(facts.st_mode)) return file_fault(file, "is a folder; a file is needed");
    if (::fcntl(opened.descriptor(), F_SETFL, O_RDONLY) != 0)
        return file_fault(file, "cannot be read: " + system_words(errno));
    return opened;
}

}  // namespace fourpole
