// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <netinet/tcp.h>

#include <estate/backend/observed.hpp>
#include <estate/backend/posix/address.hpp>
#include <estate/net/port.hpp>

namespace estate::posix {

/// What the kernel knows of a descriptor that came from elsewhere.
struct Observe {
    /// Errors  errc::not_a_socket, wrong_family, wrong_transport; EBADF for a closed descriptor.
    template <Family F>
    static result<Observed> observe_stream(int descriptor) noexcept {
        if (auto right = check(descriptor, Native<F>::domain, SOCK_STREAM, IPPROTO_TCP); !right) {
            return right.assume_error();
        }
        tcp_info info{};
        socklen_t size = sizeof info;
        if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return failure(descriptor);
        switch (info.tcpi_state) {
            case TCP_LISTEN: return Observed::listening;
            case TCP_SYN_SENT:
            case TCP_SYN_RECV: return Observed::connecting;
            case TCP_ESTABLISHED:
            case TCP_CLOSE_WAIT: return Observed::connected;
            case TCP_FIN_WAIT1:
            case TCP_FIN_WAIT2:
            case TCP_CLOSING:
            case TCP_LAST_ACK:
            case TCP_TIME_WAIT: return Observed::send_closed;
            default: return has_address<F>(descriptor);
        }
    }

    template <Family F>
    static result<Observed> observe_datagram(int descriptor) noexcept {
        if (auto right = check(descriptor, Native<F>::domain, SOCK_DGRAM, IPPROTO_UDP); !right) {
            return right.assume_error();
        }
        if (ask_address<F>(descriptor, ::getpeername)) return Observed::connected;
        return has_address<F>(descriptor);
    }

    /// Takes the descriptor over; from here on it is closed on exec.
    static result<Descriptor> adopt(int descriptor) noexcept {
        const int flags = ::fcntl(descriptor, F_GETFD);
        if (flags < 0 || ::fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) < 0) return Error::system(errno);
        return Descriptor(descriptor);
    }

private:
    static result<int> ask(int descriptor, int name) noexcept {
        int value = 0;
        socklen_t size = sizeof value;
        if (::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0) return value;
        return errno == ENOTSOCK ? Error(errc::not_a_socket) : Error::system(errno);
    }
    static result<void> check(int descriptor, int domain, int type, int protocol) noexcept {
        const auto real_type = ask(descriptor, SO_TYPE);
        if (!real_type) return real_type.assume_error();
        const auto real_domain = ask(descriptor, SO_DOMAIN);
        if (!real_domain) return real_domain.assume_error();
        const auto real_protocol = ask(descriptor, SO_PROTOCOL);
        if (!real_protocol) return real_protocol.assume_error();
        if (real_domain.assume_value() != domain) return errc::wrong_family;
        if (real_type.assume_value() != type || real_protocol.assume_value() != protocol) return errc::wrong_transport;
        return success();
    }
    template <Family F>
    static result<Observed> has_address(int descriptor) noexcept {
        const auto local = ask_address<F>(descriptor, ::getsockname);
        if (!local) return local.assume_error();
        return local.assume_value().port().number() == 0 ? Observed::created : Observed::bound;
    }
};

}  // namespace estate::posix
