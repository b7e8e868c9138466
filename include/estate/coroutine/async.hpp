// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutine/operation.hpp>
#include <estate/error/incomplete.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/concepts.hpp>

namespace estate {

namespace detail {

/// By reference, since g++ 12 has room in the frame for a MutableBuffer that is made for a call.
template <class T>
concept IsRoom = std::convertible_to<T, MutableBuffer>;

template <class S>
ESTATE_INLINE inline const auto& handle_of(const S& socket) noexcept {
    return lifecycle::machine::body(socket).handle;
}

template <class T>
struct Receives : OnReceive {
    explicit Receives(MutableBuffer into) noexcept : buffer{into} {}
    template <class S>
    ESTATE_INLINE auto operator()(const S& socket) const noexcept {
        return socket.recv(buffer);
    }
    template <class S>
        requires Stream<T> && requires(const S& socket) { T::backend::recv_first(handle_of(socket), MutableBuffer()); }
    ESTATE_INLINE auto first(const S& socket) const noexcept {
        return T::backend::recv_first(handle_of(socket), buffer);
    }
    template <class S, class Count>
    auto after(const S& socket, Count count) const noexcept {
        if (buffer.empty()) return result<estate::Attempt<std::size_t>>(errc::invalid_argument);
        return as_attempt(T::backend::recv_again(handle_of(socket), buffer, count));
    }
    /// A receive that did not fill its buffer has taken all there is, as ReadyPart says.
    template <class Count>
    ESTATE_INLINE void made(Entry& entry, const Count& count, bool is_told) const noexcept {
        if constexpr (!short_receive_takes_all<T>) {
            OnReceive::made(entry, count, is_told);
        } else if (is_told) {  // as if it were short
            if (count >= buffer.size()) [[unlikely]]
                entry.receives_left = Left::all_but_one;
        } else if (count < buffer.size() && entry.is_plain) {
            entry.receives_left = entry.asleep;
        }
    }
    [[nodiscard]] Receives rest(std::size_t done) const noexcept { return Receives(behind(buffer, done)); }
    [[nodiscard]] std::size_t size() const noexcept { return buffer.size(); }
    MutableBuffer buffer;
};
template <class T>
struct Sends : OnSend {
    explicit Sends(ConstBuffer from) noexcept : bytes{from} {}
    template <class S>
        requires Stream<T> && requires(const S& socket) { T::backend::send_first(handle_of(socket), ConstBuffer()); }
    ESTATE_INLINE auto first(const S& socket) const noexcept {
        return T::backend::send_first(handle_of(socket), bytes);
    }
    template <class S, class Count>
    auto after(const S& socket, Count count) const noexcept {
        return as_attempt(T::backend::send_again(handle_of(socket), bytes, count));
    }
    template <class S>
    ESTATE_INLINE auto operator()(const S& socket) const noexcept {
        return socket.send(bytes);
    }
    [[nodiscard]] Sends rest(std::size_t done) const noexcept { return Sends(behind(bytes, done)); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes.size(); }
    ConstBuffer bytes;
};
struct ReceivesVectored : OnReceive {
    explicit ReceivesVectored(std::span<const MutableBuffer> into) noexcept : buffers{into} {}
    template <class S>
    auto operator()(const S& socket) const noexcept {
        return socket.recv_vectored(buffers);
    }
    std::span<const MutableBuffer> buffers;
};
struct SendsVectored : OnSend {
    explicit SendsVectored(std::span<const ConstBuffer> from) noexcept : buffers{from} {}
    template <class S>
    auto operator()(const S& socket) const noexcept {
        return socket.send_vectored(buffers);
    }
    std::span<const ConstBuffer> buffers;
};
struct ReceivesFrom : OnReceive {
    explicit ReceivesFrom(MutableBuffer into) noexcept : buffer{into} {}
    template <class S>
    auto operator()(const S& socket) const noexcept {
        return socket.recv_from(buffer);
    }
    MutableBuffer buffer;
};
template <class Peer>
struct SendsTo : OnSend {
    SendsTo(ConstBuffer from, const Peer& to) noexcept : bytes{from}, peer{to} {}
    template <class S>
    auto operator()(const S& socket) const noexcept {
        return socket.send_to(bytes, peer);
    }
    ConstBuffer bytes;
    Peer peer;
};
struct TakesConnection : OnReceive {
    template <class S>
    auto operator()(const S& socket) const noexcept {
        return socket.accept();
    }
    /// The next wait reports whether another is queued.
    template <class Accepted>
    static void made(Entry& entry, const Accepted&, bool) noexcept {
        entry.receives_left = entry.asleep;
    }
};
struct TakesConnectionFrom : TakesConnection {
    template <class S>
    auto operator()(const S& socket) const noexcept {
        return socket.accept_from();
    }
};

}  // namespace detail

/// A socket whose calls are awaited in coroutines; Loop::watch() makes one and Loop::unwatch() gives the socket back,
/// for a transition. It owns the socket: dropping it closes it. Move-only; it may move while nobody awaits one of its
/// calls.
///
///     Task<> echo(Scope& scope, Async<ConnectedSocket<NonBlocking<Tcp<V4>>>> peer);
///     BOOST_OUTCOME_CO_TRY(const auto count, co_await peer.recv(buffer, Deadline::in(30s)));
///
/// Its members are those of the socket that could wait, with their arguments and errors, and a deadline where one is
/// wanted: errc::deadline_exceeded after it, up to 2.05 ms late; errc::stopped (or what else stopped it) in a scope
/// that was stopped. Such a call has moved nothing, but for what send_all() and recv_exact() say. One task may receive
/// and another one send; a second one for the same direction gets device_or_resource_busy. Awaiting allocates
/// nothing.
template <class S>
    requires detail::is_awaitable<S>
class ESTATE_CONSUMABLE Async {
    using T = typename S::transport;
    using Link = detail::watch_link<typename T::backend>;
    static constexpr Directions in = Directions::in;
    static constexpr Directions out = Directions::out;

public:
    using socket_type = S;

    Async(Async&& other) noexcept
        : socket_{std::move(other.socket_)}, entry_{std::exchange(other.entry_, &detail::Entry::nowhere)},
          link_{std::move(other.link_)} {}
    ESTATE_FILLS Async& operator=(Async&& other) noexcept {
        if (this == &other) return *this;
        close();
        link_ = std::move(other.link_);  // first: what hangs on the socket goes before it
        socket_ = std::move(other.socket_);
        entry_ = std::exchange(other.entry_, &detail::Entry::nowhere);
        return *this;
    }
    ~Async() { close(); }

    /// For what changes no state and moves no bytes: options, addresses.
    ESTATE_USES [[nodiscard]] const S& socket() const noexcept ESTATE_LIFETIMEBOUND { return socket_; }

    /// result<std::size_t>; of a datagram result<Received>.
    template <detail::IsRoom Room = MutableBuffer, detail::IsUntil... Until>
        requires Allows<S, op::recv>
    ESTATE_INLINE ESTATE_USES auto recv(Room&& buffer, Until... until) const noexcept {
        return once<in>(detail::Receives<T>(buffer), Deadline(until)...);
    }
    /// As recv_exact() of a socket that waits: Incomplete says how much came.
    template <detail::IsUntil... Until>
        requires Allows<S, op::recv> && Stream<T>
    ESTATE_USES auto recv_exact(MutableBuffer buffer, Until... until) const noexcept {
        return all<in>(detail::Receives<T>(buffer), Deadline(until)...);
    }
    /// result<std::size_t>
    template <detail::IsUntil... Until>
        requires Allows<S, op::recv_vectored>
    ESTATE_USES auto recv_vectored(std::span<const MutableBuffer> buffers, Until... until) const noexcept {
        return once<in>(detail::ReceivesVectored(buffers), Deadline(until)...);
    }
    /// result<ReceivedFrom>
    template <detail::IsUntil... Until>
        requires Allows<S, op::recv_from>
    ESTATE_USES auto recv_from(MutableBuffer buffer, Until... until) const noexcept {
        return once<in>(detail::ReceivesFrom(buffer), Deadline(until)...);
    }
    /// result<std::size_t>: perhaps fewer than given.
    template <detail::IsUntil... Until>
        requires Allows<S, op::send>
    ESTATE_INLINE ESTATE_USES auto send(ConstBuffer bytes, Until... until) const noexcept {
        return once<out>(detail::Sends<T>(bytes), Deadline(until)...);
    }
    template <detail::IsUntil... Until>
        requires Allows<S, op::send>
    ESTATE_USES auto send(std::string_view text, Until... until) const noexcept {
        return send(as_buffer(text), until...);
    }
    /// As send_all() of a socket that waits: Incomplete says how much was taken.
    template <detail::IsUntil... Until>
        requires Allows<S, op::send> && Stream<T>
    ESTATE_USES auto send_all(ConstBuffer bytes, Until... until) const noexcept {
        return all<out>(detail::Sends<T>(bytes), Deadline(until)...);
    }
    template <detail::IsUntil... Until>
        requires Allows<S, op::send> && Stream<T>
    ESTATE_USES auto send_all(std::string_view text, Until... until) const noexcept {
        return send_all(as_buffer(text), until...);
    }
    /// result<std::size_t>
    template <detail::IsUntil... Until>
        requires Allows<S, op::send_vectored>
    ESTATE_USES auto send_vectored(std::span<const ConstBuffer> buffers, Until... until) const noexcept {
        return once<out>(detail::SendsVectored(buffers), Deadline(until)...);
    }
    /// result<std::size_t>. Give a deadline if the peer is a Unix-domain socket: Linux reports of a socket that is not
    /// connected its own room only, not the peer's, so without one the call may wait for ever.
    template <class Peer = typename T::address, detail::IsUntil... Until>
        requires Allows<S, op::send_to>
    ESTATE_USES auto send_to(ConstBuffer bytes, const std::type_identity_t<Peer>& peer, Until... until) const noexcept {
        return once<out>(detail::SendsTo<Peer>(bytes, peer), Deadline(until)...);
    }
    /// A connected socket that never waits, which nobody watches yet. Out of descriptors or memory the connection stays
    /// queued and the next call meets it at once: await sleep_until() before.
    template <detail::IsUntil... Until>
        requires Allows<S, op::accept>
    ESTATE_USES auto accept(Until... until) const noexcept {
        return once<in>(detail::TakesConnection(), Deadline(until)...);
    }
    /// result<AcceptedFrom>: the same, with the peer's address.
    template <detail::IsUntil... Until>
        requires Allows<S, op::accept_from>
    ESTATE_USES auto accept_from(Until... until) const noexcept {
        return once<in>(detail::TakesConnectionFrom(), Deadline(until)...);
    }

private:
    friend Loop;
    template <class Of, class Call, Directions Way, bool HasDeadline>
    friend class detail::Operation;

    Async(S&& socket, detail::Entry& entry, Link&& link) noexcept
        : socket_{std::move(socket)}, entry_{&entry}, link_{std::move(link)} {}

    void close() noexcept {
        if (entry_ == &detail::Entry::nowhere) return;
        detail::must_be_free(*entry_);
        *std::exchange(entry_, &detail::Entry::nowhere) = {};
    }

    template <Directions Way, class Attempt, class... Until>
    ESTATE_INLINE auto once(const Attempt& attempt, Until... until) const noexcept {
        using Given = std::remove_cvref_t<decltype(attempt(socket_).assume_value().value())>;
        using Call = detail::Once<result<Given>, Attempt>;
        return detail::Operation<S, Call, Way, sizeof...(Until) == 1>(*this, Call{attempt}, until...);
    }
    template <Directions Way, class Attempt, class... Until>
    auto all(const Attempt& attempt, Until... until) const noexcept {
        using Call = detail::All<transfer<S>, Attempt>;
        return detail::Operation<S, Call, Way, sizeof...(Until) == 1>(*this, Call{attempt}, until...);
    }

    S socket_;
    detail::Entry* entry_;
    [[no_unique_address]] Link link_;
};

}  // namespace estate
