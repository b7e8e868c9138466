// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/completion/done.hpp>
#include <estate/net/admissible.hpp>
#include <estate/socket/part.hpp>

// The course of an operation in flight: what it owns, what is asked of the system, and what its answer means. It is
// placed in a slot of a ring, where it does not move.

namespace estate::detail {

/// That an operation was cancelled, and why.
enum class Cancelled : std::uint8_t { no, stopped, late };

inline Error why_cancelled(Cancelled cancelled) noexcept {
    return cancelled == Cancelled::late ? errc::deadline_exceeded : errc::stopped;
}

template <class S>
[[nodiscard]] ESTATE_INLINE inline int number_of(const S& socket) noexcept {
    return S::transport::backend::number(lifecycle::machine::body(socket).handle);
}

/// What the system answered: a count, a descriptor or 0, or why not.
using Answer = result<std::int32_t>;

template <class Mechanism>
[[nodiscard]] ESTATE_COLD inline Error error_of(std::int32_t outcome, Cancelled cancelled) noexcept {
    if (Mechanism::is_cancelled(outcome) && cancelled != Cancelled::no) return why_cancelled(cancelled);
    return Error::system(-outcome);
}
template <class Mechanism>
[[nodiscard]] ESTATE_INLINE inline Answer answer_of(std::int32_t outcome, Cancelled cancelled) noexcept {
    if (outcome >= 0) [[likely]]
        return outcome;
    return error_of<Mechanism>(outcome, cancelled);
}

/// Of operations that move bytes.
template <class Mechanism, class Kind>
struct TransferCourse {
    using Op = typename Kind::operation;
    static constexpr bool receives = std::is_same_v<Op, op::recv> || std::is_same_v<Op, op::recv_exact>;
    static constexpr bool goes_on = moves_all<Op>;

    TransferCourse(typename Kind::socket&& given, typename Kind::buffer&& bytes, Part which) noexcept
        : socket{std::move(given)}, buffer{std::move(bytes)}, part{which} {}
    TransferCourse(const TransferCourse&) = delete;
    TransferCourse& operator=(const TransferCourse&) = delete;
    ESTATE_INLINE ~TransferCourse() = default;

    /// Errors  errc::invalid_argument: no such part; nothing to receive into.
    [[nodiscard]] ESTATE_INLINE result<void> check() noexcept {
        const std::size_t size = MutableBuffer(buffer).size();
        if (part.from > size) return errc::invalid_argument;
        if (part.count > size - part.from) {
            if (part.count != Part().count) return errc::invalid_argument;
            part.count = size - part.from;
        }
        if (receives && part.count == 0) return errc::invalid_argument;
        return success();
    }
    ESTATE_INLINE result<void> begin(Mechanism& mechanism, std::uint64_t key) noexcept {
        const auto bytes = MutableBuffer(buffer).subspan(part.from + moved, part.count - moved);
        if constexpr (receives) {
            return mechanism.recv(number_of(socket), bytes, key);
        } else {
            return mechanism.send(number_of(socket), bytes, key);
        }
    }
    /// The operation is over; else something is left, and begin() asks for it.
    ESTATE_INLINE bool is_over(const Answer& answer, Cancelled cancelled) noexcept {
        if constexpr (goes_on) {
            if (!answer) return true;
            moved += static_cast<std::size_t>(answer.assume_value());
            const bool has_ended = receives && answer.assume_value() == 0;
            return has_ended || moved == part.count || cancelled != Cancelled::no;
        } else {
            return true;
        }
    }
    ESTATE_INLINE Done<Kind> end(const Answer& answer, Cancelled cancelled) noexcept {
        return {{std::move(socket), std::move(buffer), outcome(answer, cancelled)}};
    }
    /// What is left of an operation that was not begun.
    Refused<Kind> refuse(Error why) noexcept { return {why, std::move(socket), std::move(buffer)}; }

    typename Kind::socket socket;
    typename Kind::buffer buffer;
    Part part;
    std::size_t moved = 0;

private:
    ESTATE_INLINE decltype(Done<Kind>::outcome) outcome(const Answer& answer, Cancelled cancelled) const noexcept {
        if constexpr (goes_on) {
            if (moved == part.count) return success();
            if (!answer) return Incomplete{answer.assume_error(), moved};
            if (answer.assume_value() == 0 && receives) return Incomplete{errc::end_of_stream, moved};
            return Incomplete{why_cancelled(cancelled), moved};
        } else {
            if (!answer) [[unlikely]]
                return answer.assume_error();
            if (receives && answer.assume_value() == 0) [[unlikely]]
                return errc::end_of_stream;
            return static_cast<std::size_t>(answer.assume_value());
        }
    }
};

template <class Mechanism, class Kind>
struct AcceptCourse {
    AcceptCourse(typename Kind::socket&& given, NoBuffer&&) noexcept : socket{std::move(given)} {}

    [[nodiscard]] static result<void> check() noexcept { return success(); }
    result<void> begin(Mechanism& mechanism, std::uint64_t key) noexcept {
        return mechanism.accept(number_of(socket), key);
    }
    static bool is_over(const Answer&, Cancelled) noexcept { return true; }
    Done<Kind> end(const Answer& answer, Cancelled) noexcept {
        using Yield = lifecycle::yield_of<op::accept, typename Kind::socket>;
        using T = typename Yield::transport;
        if (!answer) return {{std::move(socket), answer.assume_error()}};
        const auto& listener = lifecycle::machine::body(socket);
        auto accepted = make_socket<typename Yield::state, T, typename Yield::hold>(
            typename T::backend::handle(Mechanism::adopt(answer.assume_value())), listener.hold.share());
        return {{std::move(socket), std::move(accepted)}};
    }
    Refused<Kind> refuse(Error why) noexcept { return {why, std::move(socket), {}}; }

    typename Kind::socket socket;
};

template <class Mechanism, class Kind>
struct ConnectCourse {
    using Peer = typename Kind::socket::transport::address;
    using Family = typename Kind::socket::transport::family;

    /// Pre  is_stream_peer(to)
    ConnectCourse(typename Kind::socket&& given, NoBuffer&&, const Peer& to) noexcept
        : socket{std::move(given)}, native{Mechanism::template native<Family>(to)} {}

    [[nodiscard]] static result<void> check() noexcept { return success(); }
    result<void> begin(Mechanism& mechanism, std::uint64_t key) noexcept {
        return mechanism.connect(number_of(socket), native, key);
    }
    static bool is_over(const Answer&, Cancelled) noexcept { return true; }
    Done<Kind> end(const Answer& answer, Cancelled) noexcept {
        if (!answer) return {{lifecycle::fail<op::connect>(socket, answer.assume_error())}};
        return {{lifecycle::succeed<op::connect>(socket)}};
    }
    Refused<Kind> refuse(Error why) noexcept { return {why, std::move(socket), {}}; }

    typename Kind::socket socket;
    decltype(Mechanism::template native<Family>(std::declval<const Peer&>())) native;
};

template <class Op>
struct Course {
    template <class Mechanism, class Kind>
    using of = TransferCourse<Mechanism, Kind>;
};
template <>
struct Course<op::accept> {
    template <class Mechanism, class Kind>
    using of = AcceptCourse<Mechanism, Kind>;
};
template <>
struct Course<op::connect> {
    template <class Mechanism, class Kind>
    using of = ConnectCourse<Mechanism, Kind>;
};

template <class Mechanism, class Kind>
using course_of = typename Course<typename Kind::operation>::template of<Mechanism, Kind>;

}  // namespace estate::detail
