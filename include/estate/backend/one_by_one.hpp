// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/deadline.hpp>
#include <estate/error/result.hpp>
#include <estate/net/datagram.hpp>

namespace estate::detail {

/// A batch on a system that moves one datagram a call: the first waits, the others do not. attempt(index, until)
/// answers a result.
template <class Until, class Attempt>
result<std::size_t> one_by_one(std::size_t count, Until until, Attempt attempt) noexcept {
    std::size_t done = 0;
    for (; done < count; ++done) {
        const auto moved = attempt(done, done == 0 ? until : Until(Deadline::at_once()));
        if (moved) continue;
        if (done == 0) return moved.assume_error();
        break;
    }
    return done;
}

}  // namespace estate::detail
