// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <estate/net/unix_address.hpp>
#include <string>

namespace estate::test {

/// A directory of the test's own, which goes with everything that is in it.
class Scratch {
public:
    Scratch() {
        const char* const under = std::getenv("TMPDIR");
        path_ = std::string(under != nullptr && *under != '\0' ? under : "/tmp") + "/estate.XXXXXX";
        if (::mkdtemp(path_.data()) == nullptr) std::abort();
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        if (DIR* const open = ::opendir(path_.c_str()); open != nullptr) {
            while (const dirent* const each = ::readdir(open)) ::unlink(file(each->d_name).c_str());
            ::closedir(open);
        }
        ::rmdir(path_.c_str());
    }

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    /// The address of a socket in it.
    [[nodiscard]] UnixAddress at(const std::string& name) const { return UnixAddress::path(file(name)).value(); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

[[nodiscard]] inline bool is_there(const UnixAddress& at) {
    struct stat found {};
    return ::lstat(at.c_str(), &found) == 0;
}

}  // namespace estate::test
