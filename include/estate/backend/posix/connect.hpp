// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>

#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/wait.hpp>

namespace estate::posix {

/// Sets or clears O_NONBLOCK on the open file. Costs nothing but a look when it already is as asked.
[[nodiscard]] inline result<void> set_nonblocking(int descriptor, bool on) noexcept {
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0) return failure(descriptor);
    const int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    if (wanted != flags && ::fcntl(descriptor, F_SETFL, wanted) < 0) return failure(descriptor);
    return success();
}

/// Connecting. connect() is called once: an interrupted one goes on in the kernel and is waited for
/// (POSIX connect(), EINTR), and only SO_ERROR tells how it ended.
struct Connect {
    template <Family F>
    static result<void> connect(const Descriptor& socket, const SocketAddress<F>& peer) noexcept {
        const auto native = Native<F>::from(peer);
        if (::connect(socket.number(), generic(native), sizeof native) == 0) return success();
        return outlast(socket.number());
    }

    template <Family F>
    static result<void> connect(const Descriptor& socket, const SocketAddress<F>& peer, Deadline until) noexcept {
        if (auto begun = begin_connect(socket, peer); !begun) return begun;
        return finish_connect(socket, until);
    }

    /// Starts a connect and leaves the descriptor non-blocking until finish_connect() ends it.
    template <Family F>
    static result<void> begin_connect(const Descriptor& socket, const SocketAddress<F>& peer) noexcept {
        if (auto set = set_nonblocking(socket.number(), true); !set) return set;
        const auto native = Native<F>::from(peer);
        if (::connect(socket.number(), generic(native), sizeof native) == 0) return success();
        if (errno == EINTR || errno == EINPROGRESS) return success();
        return failure(socket.number());
    }

    /// Errors  errc::deadline_exceeded: still connecting. Any other: the attempt is over.
    static result<void> finish_connect(const Descriptor& socket, Deadline until) noexcept {
        pollfd one{socket.number(), POLLOUT, 0};
        if (auto ready = wait(&one, 1, until, false); !ready) return ready;
        if (auto done = outcome(socket.number()); !done) return done;
        return set_nonblocking(socket.number(), false);
    }

    /// Fixes no peer any more. Linux gives up with it (__udp_disconnect) an ephemeral port, which is bound
    /// again at the address of bind(), and the device of option::bind_to_device or of a zone.
    template <Family F>
    static result<void> disconnect(const Descriptor& socket) noexcept {
        const int number = socket.number();
        const auto before = ask_address<F>(number, ::getsockname);
        if (!before) return before.assume_error();
        int device = 0;
        socklen_t size = sizeof device;
        if (::getsockopt(number, SOL_SOCKET, SO_BINDTOIFINDEX, &device, &size) != 0) device = 0;  // before Linux 5.0
        sockaddr nobody{};
        nobody.sa_family = AF_UNSPEC;
        if (::connect(number, &nobody, sizeof nobody) != 0) return failure(number);
        static_cast<void>(outcome(number));  // a refusal by the old peer is nobody's any more
        if (device != 0 && ::setsockopt(number, SOL_SOCKET, SO_BINDTOIFINDEX, &device, sizeof device) != 0) {
            return failure(number);
        }
        const auto after = ask_address<F>(number, ::getsockname);
        if (!after) return after.assume_error();
        if (after.assume_value().port() == before.assume_value().port()) return success();
        const auto native = Native<F>::from(after.assume_value().with_port(before.assume_value().port()));
        if (::bind(number, generic(native), sizeof native) != 0) return failure(number);
        return success();
    }

private:
    static result<void> outcome(int descriptor) noexcept {
        int number = 0;
        socklen_t size = sizeof number;
        if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) != 0) return failure(descriptor);
        if (number != 0) return Error::system(number);
        return success();
    }

    /// After connect() answered -1: waits for one that goes on, interrupted or on a descriptor that
    /// somebody made non-blocking.
    ESTATE_COLD static result<void> outlast(int descriptor) noexcept {
        if (errno != EINTR && errno != EINPROGRESS) return failure(descriptor);
        if (auto ready = wait(descriptor, POLLOUT, Forever()); !ready) return ready;
        return outcome(descriptor);
    }
};

}  // namespace estate::posix
