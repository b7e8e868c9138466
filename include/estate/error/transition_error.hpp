// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/error.hpp>

namespace estate {

/// Why a transition failed, and the socket that the failure leaves.
///
/// Converts to a plain Error, so that BOOST_OUTCOME_TRY chains compose: what it carried is then closed,
/// and an address hold goes back. `if (!r)` keeps it.
template <class Left>
struct TransitionError {  // NOLINT(*-member-init): a caller that makes one gives both
    Error code;
    Left socket;

    /// As Error::message().
    [[nodiscard]] const char* message() const noexcept { return code.message(); }

    operator Error() const noexcept { return code; }
    template <class C, class Traits>
    friend void operator<<(std::basic_ostream<C, Traits>&, const TransitionError&) = delete;  // write error.message()
    friend bool operator==(const TransitionError& left, errc right) noexcept { return left.code == right; }
    template <ComparesWithError E>
    friend bool operator==(const TransitionError& left, E right) noexcept {
        return left.code == right;
    }
};

}  // namespace estate
