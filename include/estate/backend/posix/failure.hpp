// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/base/attributes.hpp>
#include <estate/error/error.hpp>

namespace estate::posix {

/// errno as an Error. A moved-from socket is found here, where a call on descriptor -1 was refused, so
/// that calls that succeed pay nothing for the check.
[[nodiscard]] ESTATE_COLD inline Error failure(int descriptor) noexcept {
    return errno == EBADF && descriptor < 0 ? Error(errc::moved_from) : Error::system(errno);
}

}  // namespace estate::posix
