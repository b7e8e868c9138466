// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/posix/wait.hpp>
#include <span>

namespace estate::posix {

/// Connecting. connect() is called once: an interrupted one goes on in the kernel and is waited for
/// (POSIX connect(), EINTR), and the kernel reports afterwards how it ended.
template <System S>
struct Connect {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;

    template <class Address>
    ESTATE_INLINE static result<void> connect(const Descriptor& socket, const Address& peer) noexcept {
        const auto native = Native<typename Address::family>::from(peer);
        if (socket.system().connect(socket.number(), generic(native), sizeof native) == 0) return success();
        return outlast(pack(socket));
    }

    template <class Address>
    static result<void> connect(const Descriptor& socket, const Address& peer, Until until) noexcept {
        if (auto begun = begin_connect(socket, peer); !begun) return begun;
        return finish_connect(socket, until);
    }

    /// Starts a connect. The open file is non-blocking while the socket is connecting.
    template <class Address>
    static result<void> begin_connect(const Descriptor& socket, const Address& peer) noexcept {
        const S system = socket.system();
        if (system.set_nonblocking(socket.number(), true) != 0) return failure(socket);
        const auto native = Native<typename Address::family>::from(peer);
        if (system.connect(socket.number(), generic(native), sizeof native) == 0) return success();
        if (const int why = system.error(); why == EINTR || why == EINPROGRESS) return success();
        return failure(socket);
    }

    /// Errors  those for which is_end_of() holds: still connecting. Any other: the attempt is over.
    static result<void> finish_connect(const Descriptor& socket, Until until) noexcept {
        if (auto done = await_connect(socket, until); !done) return done;
        if (socket.system().set_nonblocking(socket.number(), false) != 0) return failure(socket);
        return success();
    }

    /// The same; the mode of the open file stays. Errors: as finish_connect().
    static result<void> await_connect(const Descriptor& socket, Until until) noexcept {
        if (auto ready = wait<S>(pack(socket), POLLOUT, until, false); !ready) return ready;
        return outcome(pack(socket));
    }

    /// Blocks until one of several connects was answered, until the pause is over, or until the end; success means look
    /// at each of them. A template: only a program that calls it compiles it. Pre  1 to 32 of them.
    template <class Handle = Descriptor>
    static result<void> await_any(std::span<const std::type_identity_t<Handle>* const> several, Until until,
                                  Deadline pause) noexcept {
        constexpr std::size_t most = 32;
        pollfd watched[most + 1];
        std::size_t count = 0;
        for (const auto* each : several) watched[count++] = {each->number(), POLLOUT, 0};
        if (until.event() >= 0) watched[count++] = {until.event(), POLLIN, 0};
        const S system = several[0]->system();
        const Deadline end = earlier_of(until.deadline(), pause);
        for (;;) {
            if (until.is_stopped()) return until.why_stopped();
            const int ready = system.poll(watched, count, end.nanoseconds());
            if (ready < 0 && system.error() != EINTR) return failure(*several[0]);
            if (until.is_stopped()) return until.why_stopped();
            if (ready > 0) return success();
            if (is_over(system, until.deadline())) return errc::deadline_exceeded;
            if (is_over(system, pause)) return success();
        }
    }

    /// Fixes no peer any more. Linux gives up with it (__udp_disconnect) an ephemeral port, which is bound
    /// again at the address of bind(), and the device of option::bind_to_device or of a zone. The BSDs do what was
    /// asked and answer EAFNOSUPPORT (FreeBSD connect(2)).
    template <class Address>
    static result<void> disconnect(const Descriptor& socket) noexcept {
        const S system = socket.system();
        const int number = socket.number();
        const auto before = ask_address<Address, End::local>(system, number);
        if (!before) return before.assume_error();
        const int device = bound_device(socket);
        sockaddr nobody{};
        nobody.sa_family = AF_UNSPEC;
        for (int again = 8; system.connect(number, &nobody, sizeof nobody) != 0; --again) {
            if (system.error() == EAFNOSUPPORT) break;
            // Interrupted: to ask again does no harm. Bounded, since there is no deadline.
            if (system.error() != EINTR || again == 0) return failure(socket);
        }
        static_cast<void>(take_error<S>(pack(socket)));  // of the old peer; read to be cleared
        if (device != 0 &&
            system.setsockopt(number, SOL_SOCKET, Kernel::device_option, &device, sizeof device) != 0) {
            return failure(socket);
        }
        const auto after = ask_address<Address, End::local>(system, number);
        if (!after) return after.assume_error();
        if (after.assume_value().port() == before.assume_value().port()) return success();
        const Address local = after.assume_value().with_port(before.assume_value().port());
        const auto native = Native<typename Address::family>::from(local);
        if (system.bind(number, generic(native), sizeof native) != 0) return failure(socket);
        return success();
    }

private:
    /// 0 if there is none, or if the system does not report it.
    static int bound_device(const Descriptor& socket) noexcept {
        if constexpr (Kernel::device_option < 0) return 0;
        return number_of_option(socket.system(), socket.number(), SOL_SOCKET, Kernel::device_option);
    }

    /// option::fast_open_connect: the attempt is made by the first send().
    static bool waits_for_bytes(S system, int descriptor) noexcept {
        return Kernel::deferring_option >= 0 &&
               number_of_option(system, descriptor, IPPROTO_TCP, Kernel::deferring_option) != 0;
    }

    /// How an attempt ended. No error is not yet a connection: somebody else may have read SO_ERROR, or the attempt
    /// never began; only a connection has a peer.
    static result<void> outcome(Packed<S> packed) noexcept {
        const auto [system, descriptor] = unpack<S>(packed);
        if (const auto none = take_error<S>(packed); !none) return none;
        sockaddr peer;  // cut to the family, which is enough
        socklen_t size = sizeof peer;
        if (system.getpeername(descriptor, &peer, &size) == 0) return success();
        const Error why = failure<S>(packed);
        if (why == Error::system(ENOTCONN) && waits_for_bytes(system, descriptor)) return success();
        return why;
    }

    /// After connect() answered -1: waits for one that goes on, interrupted or on a descriptor that
    /// somebody made non-blocking.
    ESTATE_COLD static result<void> outlast(Packed<S> packed) noexcept {
        if (const int why = unpack<S>(packed).system.error(); why != EINTR && why != EINPROGRESS) {
            return failure<S>(packed);
        }
        if (auto ready = wait<S>(packed, POLLOUT, Forever()); !ready) return ready;
        return outcome(packed);
    }
};

}  // namespace estate::posix
