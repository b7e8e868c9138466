// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <stop_token>
#include <utility>

namespace estate {

/// While it lives, a stop that is requested of the token wakes the waker; at once if it was requested before. So the
/// body of a std::jthread ends where it waits:
///
///     std::jthread reader([&](std::stop_token token) {
///         const WakeOnStop<Waker> stop(std::move(token), waker);
///         while (auto got = peer.recv(buffer, waker)) ...        // errc::stopped after reader.request_stop()
///     });
///
/// The waker must outlive it. Thread safety: that of std::stop_callback, whose destructor waits for a wake() that runs.
template <class Waker>
class WakeOnStop {
public:
    WakeOnStop(std::stop_token token, const Waker& waker ESTATE_LIFETIMEBOUND)
        : callback_{std::move(token), Wake{&waker}} {}
    WakeOnStop(const WakeOnStop&) = delete;
    WakeOnStop& operator=(const WakeOnStop&) = delete;
    ~WakeOnStop() = default;

private:
    struct Wake {
        const Waker* waker;
        void operator()() const noexcept { waker->wake(); }
    };
    std::stop_callback<Wake> callback_;
};

}  // namespace estate
