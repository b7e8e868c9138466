// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/error.hpp>

namespace estate::lifecycle {

/// Why a transition failed, and the object that the failure leaves.
///
/// It converts to a plain Error, so that BOOST_OUTCOME_TRY chains compose: what it carried is then destroyed.
/// `if (!r)` keeps it.
template <class Left>
struct Failure {  // NOLINT(*-member-init): a caller that makes one gives both
    Error code;
    Left left;

    /// As Error::message().
    [[nodiscard]] const char* message() const noexcept { return code.message(); }

    operator Error() const noexcept { return code; }
    template <class Char, class Traits>
    friend void operator<<(std::basic_ostream<Char, Traits>&, const Failure&) = delete;  // write error.message()
    friend bool operator==(const Failure& one, errc other) noexcept { return one.code == other; }
    template <ComparesWithError E>
    friend bool operator==(const Failure& one, E other) noexcept {
        return one.code == other;
    }
};

}  // namespace estate::lifecycle
