// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/absent.hpp>
#include <estate/socket/operation/split.hpp>

// The transports of the halves of a connection. The two have a descriptor each of one open file, so that each closes
// its own; which two belong together is known by their numbers.

namespace estate {

/// A backend that gives what a handle owns a second owner; it is gone when both are. What split() needs.
template <class B>
concept DuplicatingBackend = requires(const typename B::handle& same) {
    { B::has_same_numbers(same, same) } noexcept -> std::same_as<bool>;
    { B::duplicate(same).has_value() } noexcept -> std::same_as<bool>;
    requires std::is_constructible_v<typename B::handle, decltype(B::duplicate(same).assume_value())>;
};

namespace detail {

/// Owns one of the two descriptors, and knows the number of the other. Two that know each other are of one connection:
/// as long as a half lives, its number is nobody else's, so that no later half can know it.
template <class B>
class HalfHandle : public B::handle {
    using Whole = typename B::handle;
    using Number = typename B::native_handle;

public:
    HalfHandle() noexcept = default;
    HalfHandle(Whole&& owned, Number other) noexcept : Whole(std::move(owned)), other_{other} {}

    [[nodiscard]] Whole&& whole() noexcept { return static_cast<Whole&&>(*this); }
    [[nodiscard]] Number other() const noexcept { return other_; }

private:
    Number other_ = Number(-1);
};

/// The same of the half that sends, which sends the peer the end when it is dropped.
template <class B>
class WritingHandle : public HalfHandle<B> {
    using Half = HalfHandle<B>;

public:
    WritingHandle() noexcept = default;
    WritingHandle(typename B::handle&& owned, typename B::native_handle other) noexcept
        : Half(std::move(owned), other), is_open_{true} {}
    WritingHandle(WritingHandle&& from) noexcept : Half(std::move(from)), is_open_{from.forget_open()} {}
    WritingHandle& operator=(WritingHandle&& from) noexcept {
        if (this == &from) return *this;
        shut();
        Half::operator=(std::move(from));
        is_open_ = from.forget_open();
        return *this;
    }
    ~WritingHandle() { shut(); }

    /// The direction was not shut before; from now on it counts as shut.
    bool forget_open() noexcept {
        const bool was_open = is_open_;
        is_open_ = false;
        return was_open;
    }

private:
    void shut() noexcept {
        if (forget_open()) static_cast<void>(B::shutdown_send(*this));
    }

    bool is_open_ = false;
};

template <class B>
struct ReadingBackend : B {
    using handle = HalfHandle<B>;
};
template <class B>
struct WritingBackend : B {
    using handle = WritingHandle<B>;

    static result<void> shutdown_send(handle& half) noexcept {
        static_cast<void>(half.forget_open());
        return B::shutdown_send(half);
    }
    static result<void> close(handle& half) noexcept {
        if (half.forget_open()) static_cast<void>(B::shutdown_send(half));
        return B::close(half);
    }
};

/// The lifecycle that split() of a connected socket leads into.
template <class Place>
struct life_of;
template <class Life, class State>
struct life_of<lifecycle::into<Life, State>> {
    using type = Life;
    using state = State;
};
template <class T>
using read_life = typename life_of<lifecycle::next<typename T::lifecycle, Connected, op::split>>::type;
template <class T>
using write_life = typename life_of<lifecycle::yielded<typename T::lifecycle, Connected, op::split>>::type;
template <class Life, class T>
using half_table = lifecycle::without<typename Life::table,
                                      std::remove_const_t<decltype(absent_operations<typename T::backend>)>>;

}  // namespace detail

/// The half of a connection of T that receives: ConnectedSocket<ReadHalf<T>>, ReceiveClosedSocket<ReadHalf<T>>. It has
/// the members of T's sockets that receive.
template <class T>
struct ReadHalf : T {
    using whole = T;
    using other = WriteHalf<T>;
    static constexpr bool receives = true;
    using backend = detail::ReadingBackend<typename T::backend>;
    using lifecycle = detail::half_table<detail::read_life<T>, T>;
    using settings = typename detail::read_life<T>::settings;
};

/// The half that sends: ConnectedSocket<WriteHalf<T>>, SendClosedSocket<WriteHalf<T>>. Dropped, it sends the FIN; in a
/// forked process too, for which the parent's direction then ends.
template <class T>
struct WriteHalf : T {
    using whole = T;
    using other = ReadHalf<T>;
    static constexpr bool receives = false;
    using backend = detail::WritingBackend<typename T::backend>;
    using lifecycle = detail::half_table<detail::write_life<T>, T>;
    using settings = typename detail::write_life<T>::settings;
};

namespace detail {
template <class Other, class Half>
inline constexpr bool joins = false;
template <class S, class O, class T, class H>
inline constexpr bool joins<Socket<O, typename T::other, H>, Socket<S, T, H>> =
    (std::is_same_v<S, Connected> && !std::is_same_v<O, Closed>) ||
    (std::is_same_v<O, Connected> && !std::is_same_v<S, Closed>);
}  // namespace detail

/// Other is the half of the other direction, which Half can be joined with: it is given away, as by std::move(), and
/// one of the two is open, while the other is not Closed.
template <class Other, class Half>
concept OtherHalfOf = detail::joins<Other, Half>;

namespace detail {

// Where join of a half leads.
template <class T, class H, class Life, class State>
struct socket_in<ReadHalf<T>, H, lifecycle::into<Life, State>> {
    using type = Socket<State, T, H>;
};
template <class T, class H, class Life, class State>
struct socket_in<WriteHalf<T>, H, lifecycle::into<Life, State>> {
    using type = Socket<State, T, H>;
};

/// The half that has shut its direction says where join leads, as its table has it.
template <class Reader, class Writer>
using joined = lifecycle::next_of<
    op::join, std::conditional_t<std::is_same_v<typename Reader::state, Connected>, Writer, Reader>>;

template <class Self>
[[nodiscard]] split_result<Self> split_in_two(Self& self) noexcept {
    using T = typename Self::transport;
    using H = typename Self::hold;
    using Row = lifecycle::machinery::transition_of<op::split, Self>;
    using Reader = lifecycle::next_of<op::split, Self>;
    using Writer = lifecycle::yield_of<op::split, Self>;
    auto& [hold, handle] = lifecycle::machine::body(self);
    auto second = T::backend::duplicate(handle);
    if (!second) {
        return typename Row::failure{second.assume_error(),
                                     lifecycle::machine::advance<typename Row::left>(self)};
    }
    const auto first_number = T::backend::number(handle);
    const auto second_number = T::backend::number(second.assume_value());
    auto share = hold.share();
    using ReadHandle = typename Reader::transport::backend::handle;
    using WriteHandle = typename Writer::transport::backend::handle;
    return Halves<Reader, Writer>{
        make_socket<typename Reader::state, typename Reader::transport, H>(
            ReadHandle(std::move(handle), second_number), std::move(hold)),
        make_socket<typename Writer::state, typename Writer::transport, H>(
            WriteHandle(std::move(second).assume_value(), first_number), std::move(share))};
}

template <class Reader, class Writer>
using join_result = transition_result<joined<Reader, Writer>, TransitionError<Halves<Reader, Writer>>>;

/// Gives back both halves, or the socket that they are together, with the descriptor of the half that receives.
template <class Reader, class Writer>
[[nodiscard]] join_result<Reader, Writer> join_halves(Reader& reader, Writer& writer) noexcept {
    using Whole = joined<Reader, Writer>;
    using B = typename Whole::transport::backend;
    auto& receives = lifecycle::machine::body(reader);
    auto& sends = lifecycle::machine::body(writer);
    const auto none = B::number(typename B::handle());
    const auto first = B::number(receives.handle);
    const auto second = B::number(sends.handle);
    const bool is_gone = first == none || second == none;
    if (is_gone || receives.handle.other() != second || sends.handle.other() != first ||
        !B::has_same_numbers(receives.handle, sends.handle)) {
        return TransitionError<Halves<Reader, Writer>>{is_gone ? errc::moved_from : errc::halves_differ,
                                                       {std::move(reader), std::move(writer)}};
    }
    static_cast<void>(sends.handle.forget_open());
    { const auto ended = std::move(sends); }  // its descriptor, and then its share of the hold
    return make_socket<typename Whole::state, typename Whole::transport, typename Whole::hold>(
        receives.handle.whole(), std::move(receives.hold));
}

}  // namespace detail

}  // namespace estate
