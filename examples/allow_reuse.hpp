// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/estate.hpp>

/// So that the program can be started again at once. WASI always allows it, and has no option.
template <class Created>
estate::result<void> allow_reuse(const Created& created) {
    if constexpr (requires { created.set(estate::option::reuse_address{true}); }) {
        return created.set(estate::option::reuse_address{true});
    } else {
        return estate::success();
    }
}
