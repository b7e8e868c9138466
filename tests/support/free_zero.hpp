// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace estate::test {

/// While one lives, standard input is closed, so that the next descriptor that is made has the number 0.
class FreeZero {
public:
    FreeZero() { ::close(0); }
    FreeZero(const FreeZero&) = delete;
    FreeZero& operator=(const FreeZero&) = delete;
    ~FreeZero() {
        if (kept_ < 0) {
            ::close(0);
            return;
        }
        ::dup2(kept_, 0);
        ::close(kept_);
    }

private:
    int kept_ = ::fcntl(0, F_DUPFD_CLOEXEC, 3);
};

}  // namespace estate::test
