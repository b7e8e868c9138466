// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/adopt.hpp>  // first, so that diagnostics have the short way to it
#include <estate/nonblocking.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <estate/error/boost_error_code.hpp>
#include <estate/version.hpp>

// Sockets that go into Boost.Asio, and come back. Its objects own the descriptor meanwhile, and know no states.

namespace estate {

namespace detail {

template <class F>
struct asio_family {
    static boost::asio::ip::tcp stream() noexcept { return boost::asio::ip::tcp::v4(); }
    static boost::asio::ip::udp datagram() noexcept { return boost::asio::ip::udp::v4(); }
};
template <>
struct asio_family<V6> {
    static boost::asio::ip::tcp stream() noexcept { return boost::asio::ip::tcp::v6(); }
    static boost::asio::ip::udp datagram() noexcept { return boost::asio::ip::udp::v6(); }
};
template <>
struct asio_family<V46> : asio_family<V6> {};

/// The transport without the mode.
template <class T>
struct waiting_transport {
    using type = T;
};
template <class T>
struct waiting_transport<NonBlocking<T>> {
    using type = T;
};

/// The object of Asio for a socket; none where it has no such.
template <class State, class T>
struct asio_object {};
template <class F>
struct asio_object<Connected, Tcp<F>> {
    using type = boost::asio::ip::tcp::socket;
    static auto protocol() noexcept { return asio_family<F>::stream(); }
};
template <class F>
struct asio_object<Listening, Tcp<F>> {
    using type = boost::asio::ip::tcp::acceptor;
    static auto protocol() noexcept { return asio_family<F>::stream(); }
};
template <class F>
struct asio_object<Bound, Udp<F>> {
    using type = boost::asio::ip::udp::socket;
    static auto protocol() noexcept { return asio_family<F>::datagram(); }
};
template <class F>
struct asio_object<Connected, Udp<F>> : asio_object<Bound, Udp<F>> {};

template <class S>
using asio_object_of =
    asio_object<typename S::state, typename waiting_transport<typename S::transport>::type>;

}  // namespace detail

/// S goes into Asio: a connection, a listener, or datagrams of a bound socket; of the kernel, watched by nobody.
template <class S>
concept AsioSocket = requires { typename detail::asio_object_of<S>::type; };

/// The class of Boost.Asio that takes an S.
template <AsioSocket S>
using AsioObject = typename detail::asio_object_of<S>::type;

/// Hands the socket to Asio. With a hold both are returned: keep the hold as long as the object is open.
///
/// Leaves    the socket on failure.
/// Errors    what Asio says: the system's own.
/// Source    boost::asio::ip::tcp::socket::assign() and its like.
template <class Executor, AsioSocket S>
[[nodiscard]] auto into_asio(Executor&& where, S socket) {
    using Bridge = detail::asio_object_of<S>;
    using Object = AsioObject<S>;
    constexpr bool is_plain = std::is_same_v<typename S::hold, NoHold>;
    using Taken = std::conditional_t<is_plain, Object, ReleasedHandle<Object, typename S::hold>>;
    using Answer = transition_result<Taken, TransitionError<S>>;
    Object object(std::forward<Executor>(where));
    boost::system::error_code failed;
    object.assign(Bridge::protocol(), socket.handle(), failed);
    if (failed) return Answer(TransitionError<S>{Error::system(failed.value()), std::move(socket)});
    if constexpr (is_plain) {
        static_cast<void>(std::move(socket).release());
        return Answer(std::move(object));
    } else {
        auto released = std::move(socket).release();
        return Answer(Taken{std::move(object), std::move(released.hold)});
    }
}

/// Takes a socket back out of an object of Asio, after asking the kernel what it is. Operations that wait in Asio end
/// with operation_aborted. What does not listen waits again, also if Asio set O_NONBLOCK behind the program's back.
///
/// Leaves    the object as it was on failure; but where the socket cannot be made to wait, it is closed.
/// Errors    as adopt(): errc::wrong_family, wrong_transport; bad_file_descriptor for an object that is not open.
/// Source    boost::asio::ip::tcp::socket::release(); as adopt().
template <class Transport, class Object>
    requires(!std::is_lvalue_reference_v<Object>)  // it gives its socket away: from_asio<T>(std::move(object))
[[nodiscard]] result<AdoptedSocket<Transport>> from_asio(Object&& object) {
    auto adopted = adopt<Transport>(object.native_handle());
    if (!adopted) return adopted;
    boost::system::error_code failed;
    static_cast<void>(object.release(failed));
    if (failed) {
        std::move(adopted).assume_value().visit([](auto socket) { static_cast<void>(std::move(socket).release()); });
        return Error::system(failed.value());
    }
    return std::move(adopted).assume_value().visit([](auto socket) -> result<AdoptedSocket<Transport>> {
        using S = decltype(socket);
        if constexpr (!detail::never_blocks<typename S::state>) {
            const auto& handle = lifecycle::machine::body(socket).handle;
            if (const auto waits = Transport::backend::set_nonblocking(handle, false); !waits) {
                return waits.assume_error();
            }
        }
        return AdoptedSocket<Transport>(std::move(socket));
    });
}

}  // namespace estate
