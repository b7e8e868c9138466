// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <estate/store/store_errc.hpp>
#include <string>
#include <utility>

namespace estate::detail {

/// That this process, and no other, is a holder of a store: a lock on one byte of the file beside it, which the system
/// ends with the process, however that ends.
///
/// Source  POSIX.1-2024 fcntl(), F_OFD_SETLK, a lock of the open file. Where that is missing F_SETLK, a lock of the
///         process: a second store of one process does not see it, and closing that one ends it. So a process that
///         has two stores on one file is sure of its names only where there is F_OFD_SETLK.
class HolderLock {
public:
    HolderLock() noexcept = default;
    HolderLock(HolderLock&& from) noexcept : file_{std::exchange(from.file_, -1)} {}
    HolderLock& operator=(HolderLock&& from) noexcept {
        std::swap(file_, from.file_);
        return *this;
    }
    ~HolderLock() {
        if (file_ >= 0) ::close(file_);
    }

    /// Errors  store_errc::holder_in_use; the system's own.
    [[nodiscard]] static result<HolderLock> take(const std::string& path, std::int64_t holder) noexcept {
        HolderLock made;
        made.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (made.file_ < 0) return Error::system(errno);
        struct ::flock byte {};
        byte.l_type = F_WRLCK;
        byte.l_whence = SEEK_SET;
        byte.l_start = static_cast<off_t>(holder);
        byte.l_len = 1;
#if defined(F_OFD_SETLK)
        constexpr int command = F_OFD_SETLK;
#else
        constexpr int command = F_SETLK;
#endif
        int failed = 0;
        do {  // fcntl(2): locks of a network's disk are interrupted
            failed = ::fcntl(made.file_, command, &byte) == 0 ? 0 : errno;
        } while (failed == EINTR);
        if (failed == EACCES || failed == EAGAIN) return store_errc::holder_in_use;
        if (failed != 0) return Error::system(failed);
        return made;
    }

private:
    int file_ = -1;
};

}  // namespace estate::detail
