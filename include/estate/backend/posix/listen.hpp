// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/accept_failure.hpp>
#include <estate/backend/accepted_from.hpp>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/posix/wait.hpp>

namespace estate::posix {

/// The listening end. The open file of a listener is non-blocking from listen() on, since another thread may take the
/// connection that poll() saw; each accept waits by poll(). The peer's address is asked for by accept_from() alone:
/// most servers never look.
template <System S>
struct Listen {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;

    /// Called on a listener it changes the backlog; the mode is there already.
    static result<void> listen(const Descriptor& socket, int backlog) noexcept {
        const S system = socket.system();
        if (system.set_nonblocking(socket.number(), true) != 0) return failure(socket);
        if (system.listen(socket.number(), backlog) != 0) return failure(socket);
        return success();
    }

    /// Tries first: one call where a connection is queued, three where there is none yet, two of which are made while
    /// there is nothing else to do.
    ESTATE_INLINE static result<Descriptor> accept(const Descriptor& listener) noexcept {
        return try_and_take(listener, [&] { return take(listener); });
    }

    /// Looks first: always two calls. So it keeps its deadline where somebody made the open file blocking, unless
    /// another thread takes the connection in between.
    static result<Descriptor> accept(const Descriptor& listener, Until until) noexcept {
        return look_and_take(listener, until, [&] { return take(listener); });
    }

    /// The same, with the peer's address: the kernel gives it in the same call, of a peer that has gone, too.
    template <class Address, class Handle = Descriptor>  // a template: only a program that calls it compiles it
    static result<AcceptedFrom<Handle, Address>> accept_from(const Handle& listener, Until until) noexcept {
        AddressRoom<Address> peer;
        const auto take_with_peer = [&] {
            return peer.fill([&](sockaddr* at, socklen_t* size) {
                return listener.system().accept(listener.number(), at, size);
            });
        };
        auto accepted = until.is_never() ? try_and_take(listener, take_with_peer)
                                         : look_and_take(listener, until, take_with_peer);
        if (!accepted) return accepted.assume_error();
        return AcceptedFrom<Handle, Address>{std::move(accepted).assume_value(), peer.told()};
    }

    /// One attempt, for a socket that never waits.
    /// Errors  errc::deadline_exceeded: no connection is queued, or a signal interrupted the attempt.
    template <class Handle = Descriptor>  // a template: only a program that calls it compiles it
    ESTATE_INLINE static result<Handle> accept_nonblocking(const Handle& listener) noexcept {
        return take_at_once(listener, [](auto take) { return take(nullptr, nullptr); });
    }
    /// The same, with the peer's address.
    template <class Address, class Handle = Descriptor>
    static result<AcceptedFrom<Handle, Address>> accept_from_nonblocking(const Handle& listener) noexcept {
        AddressRoom<Address> peer;
        auto accepted = take_at_once(listener, [&](auto take) { return peer.fill(take); });
        if (!accepted) return accepted.assume_error();
        return AcceptedFrom<Handle, Address>{std::move(accepted).assume_value(), peer.told()};
    }

    /// Pre  error is one that accept() answered.
    static AcceptFailure classify_accept(int error) noexcept {
        if (is_out_of_resources(error)) return AcceptFailure::resources;
        return Kernel::is_of_one_connection(error) ? AcceptFailure::retry : AcceptFailure::fatal;
    }

private:
    /// `ask` is given the call that takes a connection, and gives it where the address is placed. One that was
    /// interrupted is not made again: each wait for connections reports this one.
    template <class Handle, class Ask>
    ESTATE_INLINE static result<Handle> take_at_once(const Handle& listener, Ask ask) noexcept {
        if constexpr (requires { listener.system().accept_nonblocking(listener.number(), nullptr, nullptr); }) {
            const int accepted = ask([&](sockaddr* peer, socklen_t* size) {
                return listener.system().accept_nonblocking(listener.number(), peer, size);
            });
            if (accepted >= 0) [[likely]]
                return Descriptor(accepted, listener.system());
        } else {
            Descriptor accepted(ask([&](sockaddr* peer, socklen_t* size) {
                                    return listener.system().accept(listener.number(), peer, size);
                                }),
                                listener.system());
            if (accepted.number() >= 0) {
                if (accepted.system().set_nonblocking(accepted.number(), true) != 0) return failure(accepted);
                return accepted;
            }
        }
        if (is_passing(listener)) return errc::deadline_exceeded;
        return failure(listener);
    }
    template <class Take>
    ESTATE_INLINE static result<Descriptor> try_and_take(const Descriptor& listener, Take take) noexcept {
        for (;;) {
            const int accepted = take();
            if (accepted >= 0) [[likely]]
                return Descriptor(accepted, listener.system());
            const auto again = settle<S>(pack(listener), POLLIN, Forever());
            if (!again) return rest_if_exhausted(pack(listener), again.assume_error(), Forever());
        }
    }
    template <class Take>
    static result<Descriptor> look_and_take(const Descriptor& listener, Until until, Take take) noexcept {
        for (bool tried = false;; tried = true) {
            if (const auto ready = wait<S>(pack(listener), POLLIN, until, tried); !ready) return ready.assume_error();
            const int accepted = take();
            if (accepted >= 0) return Descriptor(accepted, listener.system());
            if (!is_passing(listener)) return rest_if_exhausted(pack(listener), failure(listener), until);
        }
    }
    /// Out of descriptors or memory the connection stays queued, and the next call would fail at once and again: a loop
    /// that tries again does so after a moment, with no code for it. No later than `until`, and not once it is stopped.
    template <class End>
    ESTATE_COLD static Error rest_if_exhausted(Packed<S> packed, Error why, End until) noexcept {
        if (!why.is_system() || !is_out_of_resources(why.posix())) return why;
        const S system = unpack<S>(packed).system;
        const std::int64_t last = until.deadline().nanoseconds();
        const std::int64_t end = system.now() + rest_of_accept;
        pollfd stopped{until.event(), POLLIN, 0};  // poll() takes no notice of -1
        static_cast<void>(system.poll(&stopped, 1, end < last ? end : last));
        return why;
    }
    ESTATE_INLINE static int take(const Descriptor& listener) noexcept {
        return listener.system().accept(listener.number(), nullptr, nullptr);
    }
    static bool is_passing(const Descriptor& listener) noexcept {
        const int why = listener.system().error();
        return why == EINTR || why == EAGAIN;
    }
};

}  // namespace estate::posix
