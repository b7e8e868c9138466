// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/lazy.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

namespace detail {

/// The operation sends what is in a buffer, or receives into it.
template <class Op>
inline constexpr bool moves_bytes = false;
template <>
inline constexpr bool moves_bytes<op::recv> = true;
template <>
inline constexpr bool moves_bytes<op::recv_exact> = true;
template <>
inline constexpr bool moves_bytes<op::send> = true;
template <>
inline constexpr bool moves_bytes<op::send_all> = true;

/// It goes on until all of them are moved.
template <class Op>
inline constexpr bool moves_all = std::is_same_v<Op, op::recv_exact> || std::is_same_v<Op, op::send_all>;

/// A ring can do Op with such sockets; their addresses are the system's own.
template <class Op, class S>
inline constexpr bool is_done_by_rings = moves_bytes<Op>;
template <class S>
inline constexpr bool is_done_by_rings<op::accept, S> = true;
template <class State, InternetStream T, class H>
inline constexpr bool is_done_by_rings<op::connect, Socket<State, T, H>> = true;

// In one word each, so that a compiler says in one line what does not hold.
template <class S>
inline constexpr bool is_stream_that_waits = false;
template <class State, Stream T, class H>
inline constexpr bool is_stream_that_waits<Socket<State, T, H>> = true;
template <class State, Stream T, class H>
inline constexpr bool is_stream_that_waits<Socket<State, NonBlocking<T>, H>> = false;

template <class S, class Op>
inline constexpr bool table_allows = lifecycle::Allows<S, Op>;

/// Gives bytes that can be written, and as a constant none: so it has them, and does not only know where they are.
template <class B>
inline constexpr bool owns_its_bytes =
    std::is_nothrow_move_constructible_v<B> && std::is_convertible_v<B&, MutableBuffer> &&
    !std::is_convertible_v<const B&, MutableBuffer>;

}  // namespace detail

/// No buffer: of operations that move no bytes.
struct NoBuffer {};

/// A kind of operations in flight: what is done, with which class of sockets, and what owns the bytes. Rows of the
/// socket's table say which there are; of these a ring does recv, recv_exact, send, send_all, accept and connect.
///
/// Buffer converts to MutableBuffer, and is moved: a std::array, or an object that has memory (a SlabBuffer). It may
/// carry more, for example what identifies the connection.
///
///     using Receive = estate::Flight<estate::op::recv, estate::ConnectedSocket<estate::Tcp<estate::V4>>,
///                                    estate::SlabBuffer>;
template <class Op, class S, class Buffer = NoBuffer>
    requires detail::is_done_by_rings<Op, S> && detail::is_stream_that_waits<S> && detail::table_allows<S, Op> &&
             (detail::moves_bytes<Op> ? detail::owns_its_bytes<Buffer> : std::is_same_v<Buffer, NoBuffer>)
struct Flight {
    using operation = Op;
    using socket = S;
    using buffer = Buffer;
};

/// Which bytes of a buffer an operation is about; at first all.
struct Part {
    std::size_t from = 0;
    std::size_t count = SIZE_MAX;  ///< or as many as there are
};

/// Names an operation in flight, to cancel it. Copied freely: once the operation is over it names nothing.
template <class Kind>
class Ticket {
public:
    Ticket() noexcept = default;

private:
    template <class Mechanism, std::size_t Capacity, class... Kinds>
    friend class BasicRing;

    explicit Ticket(std::uint64_t key) noexcept : key_{key} {}

    std::uint64_t key_ = 0;
};

/// An operation that was not begun: why, and what was to go into it. Converts to its Error, dropping both.
template <class Kind>
struct Refused {  // NOLINT(*-member-init): a caller that makes one gives all
    Error code;
    typename Kind::socket socket;
    [[no_unique_address]] typename Kind::buffer buffer;

    /// As Error::message().
    [[nodiscard]] const char* message() const noexcept { return code.message(); }

    operator Error() const noexcept { return code; }
    friend bool operator==(const Refused& left, errc right) noexcept { return left.code == right; }
    template <ComparesWithError E>
    friend bool operator==(const Refused& left, E right) noexcept {
        return left.code == right;
    }
};

/// A ticket, or Refused.
template <class Kind>
using submitted = transition_result<Ticket<Kind>, Refused<Kind>>;

}  // namespace estate
