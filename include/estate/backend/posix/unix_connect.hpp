// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/unix_handle.hpp>
#include <estate/backend/posix/wait.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>

namespace estate::posix {

/// A wait for room that poll() does not report: in the backlog of a listener, in the queue of a peer that is not
/// fixed. Sleeps a little longer each time, from 1 to 16 ms, so that no wait spins.
template <System S>
class Pacing {
public:
    explicit Pacing(S system) noexcept : system_{system} {}

    /// Errors  errc::deadline_exceeded, errc::stopped.
    [[nodiscard]] ESTATE_COLD result<void> rest(const Until<S>& until) noexcept {
        if (is_over(system_, until.deadline())) return errc::deadline_exceeded;
        const std::int64_t end = system_.now() + pause_;
        const std::int64_t last = until.deadline().nanoseconds();
        if (pause_ < 16'000'000) pause_ *= 2;
        pollfd stopped{until.event(), POLLIN, 0};  // poll() takes no notice of -1
        if (system_.poll(&stopped, 1, end < last ? end : last) > 0) return errc::stopped;
        return success();
    }

private:
    [[no_unique_address]] S system_;
    std::int64_t pause_ = 1'000'000;
};

/// Connecting, and datagrams to a peer that is not fixed. Unlike TCP's, a connect that was interrupted has not begun
/// and is made again, and one that finds a full backlog leaves nothing to wait for.
/// Source  unix(7), connect(2) EAGAIN.
template <UnixSystem S>
struct UnixConnect {
    using Handle = UnixHandle<S>;
    using Until = posix::Until<S>;

    /// The open file is non-blocking while it tries, where something ends that.
    static result<void> connect(const Handle& socket, const UnixAddress& peer, Until until) noexcept {
        const auto native = UnixName::from(peer);
        if (!native) return native.assume_error();
        const UnixName& to = native.assume_value();
        const S system = socket.system();
        const auto attempt = [&] { return system.connect(socket.number(), generic(to), to.size); };
        if (until.is_never()) return done(repeat(socket, until, attempt));
        if (system.set_nonblocking(socket.number(), true) != 0) return failure(socket);
        const auto made = repeat(socket, until, attempt);
        // Also where it failed: a datagram socket lives on.
        if (system.set_nonblocking(socket.number(), false) != 0 && made) return failure(socket);
        return done(made);
    }

    template <class Address>
    static result<std::size_t> send_to(const Handle& socket, ConstBuffer bytes, const Address& peer,
                                       Until until) noexcept {
        const auto native = UnixName::from(peer);
        if (!native) return native.assume_error();
        const UnixName& to = native.assume_value();
        const int flags = until.is_never() ? 0 : MSG_DONTWAIT;
        return repeat(socket, until, [&] {
            return socket.system().sendto(socket.number(), bytes.data(), bytes.size(), flags, generic(to), to.size);
        });
    }

private:
    template <class Attempt>
    static result<std::size_t> repeat(const Handle& socket, const Until& until, Attempt attempt) noexcept {
        for (Pacing<S> pacing(socket.system());;) {
            if (until.is_stopped()) return until.why_stopped();
            const ssize_t answer = attempt();
            if (answer >= 0) return static_cast<std::size_t>(answer);
            if (const auto again = settle(socket, pacing, until); !again) return again.assume_error();
        }
    }
    static result<void> done(const result<std::size_t>& made) noexcept {
        if (!made) return made.assume_error();
        return success();
    }
    /// What to do after a call that failed: success means call it again.
    ESTATE_COLD static result<void> settle(const Handle& socket, Pacing<S>& pacing, const Until& until) noexcept {
        const S system = socket.system();
        if (system.error() == EAGAIN) return pacing.rest(until);
        if (system.error() != EINTR) return failure(socket);
        if (is_over(system, until.deadline())) return errc::deadline_exceeded;
        return success();
    }
};

}  // namespace estate::posix
