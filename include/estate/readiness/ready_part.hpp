// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/readiness/watched.hpp>
#include <estate/socket/accept_failure.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/concepts.hpp>

// The calls of a Ready, by interest. Each remembers what it found.

namespace estate::detail {

/// A part of Ready<Kind>; the Interest tells the bases of one Ready apart.
template <class Interest, class Kind>
class ReadyPart {
protected:
    ESTATE_INLINE [[nodiscard]] Ready<Kind>& ready() noexcept { return static_cast<Ready<Kind>&>(*this); }

    /// Makes the call on the socket, or none when the quantum is spent. `full`: a count below it takes all there is.
    template <class Call>
    ESTATE_INLINE auto attempt(Directions direction, std::size_t full, Call call) noexcept
        -> decltype(call(std::declval<const typename Kind::socket&>())) {
        auto& self = ready();
        if (self.left_ == 0) [[unlikely]]
            return std::remove_cvref_t<decltype(call(self.socket()).assume_value())>::blocked();
        --self.left_;
        auto outcome = call(self.socket());
        if (!outcome) [[unlikely]]
            return outcome;
        if (outcome.assume_value().would_block()) {
            self.blocked_ = self.blocked_ | direction;
            ++self.left_;
        } else if constexpr (requires { std::size_t{outcome.assume_value().value()}; }) {
            if (outcome.assume_value().value() < full && self.is_plain_) self.blocked_ = self.blocked_ | direction;
        }
        return outcome;
    }
    ESTATE_INLINE void rest() noexcept { ready().rests_ = true; }
};

template <class Kind>
class ReadyReceives : public ReadyPart<interest::readable, Kind> {
    using Transport = typename Kind::socket::transport;

public:
    ESTATE_INLINE [[nodiscard]] auto recv(MutableBuffer buffer) noexcept {
        const std::size_t full = short_receive_takes_all<Transport> ? buffer.size() : 0;
        return this->attempt(Directions::in, full, [&](const auto& socket) { return socket.recv(buffer); });
    }
    [[nodiscard]] auto recv_vectored(std::span<const MutableBuffer> buffers) noexcept {
        return this->attempt(Directions::in, 0, [&](const auto& socket) { return socket.recv_vectored(buffers); });
    }
    [[nodiscard]] auto recv_from(MutableBuffer buffer) noexcept {
        return this->attempt(Directions::in, 0, [&](const auto& socket) { return socket.recv_from(buffer); });
    }
};

template <class Kind>
class ReadySends : public ReadyPart<interest::writable, Kind> {
public:
    ESTATE_INLINE [[nodiscard]] auto send(ConstBuffer bytes) noexcept {
        return this->attempt(Directions::out, 0, [&](const auto& socket) { return socket.send(bytes); });
    }
    [[nodiscard]] auto send_vectored(std::span<const ConstBuffer> buffers) noexcept {
        return this->attempt(Directions::out, 0, [&](const auto& socket) { return socket.send_vectored(buffers); });
    }
    template <class Peer>
    [[nodiscard]] auto send_to(ConstBuffer bytes, const Peer& peer) noexcept {
        return this->attempt(Directions::out, 0, [&](const auto& socket) { return socket.send_to(bytes, peer); });
    }
};

template <class Kind>
class ReadyAccepts : public ReadyPart<interest::acceptable, Kind> {
public:
    /// Out of descriptors or memory the connection stays queued; then next() lets the listener rest for a moment.
    ESTATE_INLINE [[nodiscard]] auto accept() noexcept {
        auto accepted = this->attempt(Directions::in, 0, [](const auto& socket) { return socket.accept(); });
        if (!accepted) rest_if_exhausted(accepted.assume_error());
        return accepted;
    }
    [[nodiscard]] auto accept_from() noexcept
        requires Allows<typename Kind::socket, op::accept_from>
    {
        auto accepted = this->attempt(Directions::in, 0, [](const auto& socket) { return socket.accept_from(); });
        if (!accepted) rest_if_exhausted(accepted.assume_error());
        return accepted;
    }

private:
    ESTATE_INLINE void rest_if_exhausted(Error why) noexcept {
        using Backend = typename Kind::socket::transport::backend;
        if (classify_accept<Backend>(why) == AcceptFailure::resources) this->rest();
    }
};

/// In one class, since two empty bases of one kind would not both have the address of the whole.
template <class Kind>
class ReadyTalks : public ReadyReceives<Kind>, public ReadySends<Kind> {};
/// A connect that was answered is taken away: leave(), then finish_connect().
template <class Kind>
class ReadyAnswered {};

template <class Interest, class Kind>
struct ready_parts_of;
template <class Kind>
struct ready_parts_of<interest::readable, Kind> {
    using type = ReadyReceives<Kind>;
};
template <class Kind>
struct ready_parts_of<interest::writable, Kind> {
    using type = ReadySends<Kind>;
};
template <class Kind>
struct ready_parts_of<interest::duplex, Kind> {
    using type = ReadyTalks<Kind>;
};
template <class Kind>
struct ready_parts_of<interest::acceptable, Kind> {
    using type = ReadyAccepts<Kind>;
};
template <class Kind>
struct ready_parts_of<interest::answered, Kind> {
    using type = ReadyAnswered<Kind>;
};
template <class Kind>
using ready_parts = typename ready_parts_of<typename Kind::interest, Kind>::type;

}  // namespace estate::detail
