// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <estate/completion/slot.hpp>
#include <estate/error/result.hpp>

namespace estate::detail {

/// The wakers of a ring. The system tells once of each, which is then awaited anew: so it is told of as long as it is
/// raised. One for which the system has no room is asked for again before the next wait.
template <class Mechanism>
class RingWakers {
public:
    static constexpr std::uint32_t most = 4;

    /// Errors  errc::moved_from, errc::capacity_exceeded; the system's own.
    result<void> add(Mechanism& mechanism, int number) noexcept {
        if (number < 0) return errc::moved_from;
        if (count_ == most) return errc::capacity_exceeded;
        const auto asked = await(mechanism, FlightKey::of(static_cast<std::uint32_t>(number), FlightKey::woken));
        count_ += asked ? 1 : 0;
        return asked;
    }
    /// One is raised.
    /// Errors  what became of it; it is no waker of this ring any more.
    ESTATE_COLD result<void> tell(Mechanism& mechanism, std::uint64_t key, std::int32_t outcome) noexcept {
        if (outcome < 0) {
            --count_;
            return Error::system(-outcome);
        }
        if (!await(mechanism, key)) unasked_[unasked_count_++] = key;
        return success();
    }
    [[nodiscard]] bool are_awaited() const noexcept { return unasked_count_ == 0; }
    /// Whether all are awaited now.
    ESTATE_COLD bool ask(Mechanism& mechanism) noexcept {
        while (!are_awaited() && await(mechanism, unasked_[unasked_count_ - 1])) --unasked_count_;
        return are_awaited();
    }

private:
    static result<void> await(Mechanism& mechanism, std::uint64_t key) noexcept {
        return mechanism.await_event(static_cast<int>(FlightKey::index(key)), key);
    }

    std::uint32_t count_ = 0;
    std::uint32_t unasked_count_ = 0;
    std::uint64_t unasked_[most];
};

}  // namespace estate::detail
