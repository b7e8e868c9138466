// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/cidr_range.hpp>

namespace estate::detail {

/// next(range) for a range that is given as text. Errors  those of CidrRange::parse().
template <Family F, class Next>
[[nodiscard]] result<void> parsed(std::string_view text, Next next) noexcept {
    const auto range = CidrRange<F>::parse(text);
    if (!range) return range.assume_error();
    return next(range.assume_value());
}

}  // namespace estate::detail
