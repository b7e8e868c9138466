// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <dirent.h>

#include <cstddef>

namespace estate::test {

/// How many descriptors the process has, its own look at them included.
[[nodiscard]] inline std::size_t count_descriptors() {
    std::size_t count = 0;
    DIR* const all = ::opendir("/proc/self/fd");
    if (all == nullptr) return 0;
    while (::readdir(all) != nullptr) ++count;
    ::closedir(all);
    return count;
}

}  // namespace estate::test
