// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/adopt.hpp>
#include <string>
#include <utility>

namespace estate::test {

/// The state that adopt() finds in a socket whose descriptor was released.
template <class S>
[[nodiscard]] std::string found_again(S&& socket) {
    return adopt<typename S::transport>(std::forward<S>(socket).release()).value().state_name();
}

}  // namespace estate::test
