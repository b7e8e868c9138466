// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the laws of cells stand on where the transport is within a host.

#include "lives.hpp"
#include "local_ground.hpp"
#include "stage.hpp"
#if !defined(ESTATE_LAWS_SIMULATED)
#include "../local/faulty_unix.hpp"
#endif

namespace estate::test {

/// Paths of a stage's own, each another.
template <Local T>
struct Place<T> {
    using Address = UnixAddress;
    static constexpr unix_errc why_not_unnamed = unix_errc::address_unnamed;
    ~Place() {  // a file stays where the system did not let it be found or removed
        for (; made_ != 0; --made_) (void)remove_file(scratch_.at(std::to_string(made_)));
    }
    [[nodiscard]] Address here() { return scratch_.at(std::to_string(++made_)); }

private:
    Scratch scratch_;
    int made_ = 0;
};

}  // namespace estate::test
