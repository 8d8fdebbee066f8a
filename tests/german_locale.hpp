// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <string>

/// The C locale de_DE (decimal comma) while it lives. Where the machine has none it is
/// compiled for this test; `there` is false where that is not possible either.
class GermanLocale {
public:
    GermanLocale() : before_(std::setlocale(LC_ALL, nullptr)) {
        there = std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
        if (there) return;
        folder_ = std::filesystem::temp_directory_path() / ("locale-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        const std::string make =
            "localedef -i de_DE -f UTF-8 '" + (folder_ / "de_DE.UTF-8").string() + "' 2>/dev/null";
        if (std::system(make.c_str()) < 0) return;
        ::setenv("LOCPATH", folder_.c_str(), 1);
        there = std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
    }
    ~GermanLocale() {
        std::setlocale(LC_ALL, before_.c_str());
        if (folder_.empty()) return;
        ::unsetenv("LOCPATH");
        std::filesystem::remove_all(folder_);
    }
    GermanLocale(const GermanLocale&) = delete;
    GermanLocale& operator=(const GermanLocale&) = delete;

    bool there = false;

private:
    std::string before_;
    std::filesystem::path folder_;
};
