// SPDX-License-Identifier: BSL-1.0
#pragma once

// Laws found by walking the tables: each call that a state allows has one for success, and one for each way in which
// it can fail, which says what is left in hand and that it works. why_none() has the reason where a way is none of a
// call's; a cell without a law and without a reason fails the suite.

#include <algorithm>
#include <array>
#include <boost/hana/for_each.hpp>
#include <cerrno>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "../lifecycle/cells.hpp"
#include "half_stage.hpp"

namespace estate::test {

enum class Way { success, argument, moved_from, resources, peer, deadline, stopped, system };
inline constexpr std::array ways{Way::success, Way::argument, Way::moved_from, Way::resources,
                                 Way::peer,    Way::deadline, Way::stopped,    Way::system};
[[nodiscard]] constexpr const char* name_of(Way way) {
    constexpr const char* names[] = {"success", "argument", "moved from", "resources",
                                     "peer",    "deadline", "stopped",    "system"};
    return names[static_cast<unsigned>(way)];
}

/// What T is in words: "the half of TCP that sends".
template <class T>
struct Named {
    static std::string text() { return T::name; }
};
template <class T>
struct Named<NonBlocking<T>> {
    static std::string text() { return Named<T>::text() + " that never waits"; }
};
template <class T>
    requires requires { typename T::whole; }
struct Named<T> {
    static std::string text() {
        return "the half of " + Named<typename T::whole>::text() + (T::receives ? " that receives" : " that sends");
    }
};
template <class T>
struct Named<Segmented<T>> {
    static std::string text() { return Named<T>::text() + " with segments"; }
};
template <class T>
struct Named<Informed<T>> {
    static std::string text() { return Named<T>::text() + " with packet information"; }
};
template <class L>
[[nodiscard]] const char* name_of_life() {
    static const std::string name = Named<typename L::transport>::text();
    return name.c_str();
}

template <class L>
struct Arguments;

/// A answers in T what B does in Base.
template <class A, class B, class T, class Base>
inline constexpr bool alike = std::same_as<A, B> || (std::same_as<A, T> && std::same_as<B, Base>);
template <template <class...> class Of, class... A, class... B, class T, class Base>
    requires(sizeof...(A) == sizeof...(B) && !(std::same_as<Of<A...>, T> && std::same_as<Of<B...>, Base>))
inline constexpr bool alike<Of<A...>, Of<B...>, T, Base> = (alike<A, B, T, Base> && ...);

/// A call leads to where the same call of the base leads, and answers alike: its laws are those of the base.
template <class L, class S, class Op, class Call>
inline constexpr bool is_of_base = false;
/// With packet information these have members of their own (socket/operation/informed/), however they answer.
template <class Op, class Self>
inline constexpr bool has_own_member = false;
#if !defined(__wasi__)
template <class Op, class Self>
    requires probes::informed<Self>
inline constexpr bool has_own_member<Op, Self> = std::same_as<Op, op::send_to> || std::same_as<Op, op::recv_from> ||
                                                 std::same_as<Op, op::send_segments> ||
                                                 std::same_as<Op, op::recv_segments>;
#endif
template <class L, class S, class Op, int Number, class Self>
    requires(!std::is_void_v<typename L::base> && !has_own_member<Op, Self>)
inline constexpr bool is_of_base<L, S, Op, probes::call<Op, Number, Self>> = [] {
    using T = typename L::transport;
    using Base = typename L::base;
    using BaseLife = Life<Base, L::held>;
    using Of = Socket<S, Base, typename BaseLife::hold>;
    using Theirs = probes::call<Op, Number, Of>;
    if constexpr (!Theirs::expected) {
        return false;
    } else {
        using Table = typename lifecycle::object<Self>::table;
        using BaseTable = typename lifecycle::object<Of>::table;
        using Ours = probes::call<Op, Number, Self>;
        constexpr bool moves_otherwise = estate::Stream<T> != estate::Stream<Base> && std::same_as<Op, op::send>;
        if constexpr (std::same_as<Op, op::join> || moves_otherwise) {
            return false;  // messages are sent whole, or not at all
        } else {
            return alike<lifecycle::next<Table, S, Op>, lifecycle::next<BaseTable, S, Op>, T, Base> &&
                   alike<lifecycle::left<Table, S, Op>, lifecycle::left<BaseTable, S, Op>, T, Base> &&
                   alike<decltype(Ours::make(std::declval<Self&>(), std::declval<Arguments<L>&>())),
                         decltype(Theirs::make(std::declval<Of&>(), std::declval<Arguments<BaseLife>&>())), T, Base>;
        }
    }
}();

template <class T>
inline constexpr bool is_attempt = false;
template <class T>
inline constexpr bool is_attempt<result<Attempt<T>>> = true;

/// A call in a state of a life: probes.hpp has how it is written.
template <class L, class S, class Op, class Call>
struct Cell {
    using life = L;
    using state = S;
    using operation = Op;
    using call = Call;
    using Self = typename Stage<L>::template In<S>;
    static constexpr bool streams = Stage<L>::streams;
    static constexpr bool is_local = Stage<L>::is_local;
    /// What is sent is received whole, or not at all.
    static constexpr bool in_messages = !estate::Stream<typename L::transport>;
    static constexpr std::string_view text = Call::text;
    static constexpr bool waits = text.find("until") != std::string_view::npos;
    static constexpr bool stops = text.find("waker") != std::string_view::npos;
    /// Says that it would block where another would wait.
    static constexpr bool attempts = [] {
        if constexpr (std::same_as<Op, op::join>) {
            return false;
        } else {
            return is_attempt<decltype(Call::make(std::declval<Self&>(), std::declval<Arguments<L>&>()))>;
        }
    }();
    template <class... Ops>
    static constexpr bool is = (std::same_as<Op, Ops> || ...);
};

template <class L, class S, class Visit, class... Ops>
void each_call_in(lifecycle::list<Ops...>, Visit visit) {
    using Self = typename Stage<L>::template In<S>;
    [[maybe_unused]] const auto one = [&]<class Op>(std::type_identity<Op>) {
        probes::each_call<probes::call, Self, Op>([&](auto, auto call) {
            if constexpr (decltype(call)::expected) {
                if constexpr (!is_of_base<L, S, Op, decltype(call)>) visit(Cell<L, S, Op, decltype(call)>());
            }
        });
    };
    (one(std::type_identity<Ops>()), ...);
}
/// Visits each legal cell of the life.
template <class L, class Visit>
void each_cell(Visit visit) {
    boost::hana::for_each(lifecycle::states<typename L::transport::lifecycle>, [&](auto state) {
        using S = typename decltype(state)::type;
        if constexpr (!std::same_as<S, Released>) {
            using Table = typename lifecycle::object<typename Stage<L>::template In<S>>::table;
            each_call_in<L, S>(lifecycle::operations_of<Table, S>(), visit);
        }
    });
}

/// Who has no peer of the network has one of the same host, of which the kernel knows all.
template <class C>
[[nodiscard]] constexpr const char* why_none_of_a_local_peer() {
    constexpr bool connects = C::template is<op::connect>;
    if (C::template is<op::send, op::send_to, op::send_socket> || connects) return nullptr;
    if (!C::streams) return "who receives is told nothing of who sends";
    if (C::template is<op::accept, op::accept_from>) return "who has left its backlog is accepted all the same";
    if (C::template is<op::recv, op::recv_exact, op::recv_vectored, op::recv_socket, op::finish,
                       op::finish_or_abort>) {
        return nullptr;
    }
    return "it asks nothing of a peer";
}
/// Why a call cannot fail that way; nullptr: it can, and then it has a law.
template <class C>
[[nodiscard]] constexpr const char* why_none(Way way) {
    constexpr bool never_fails = C::template is<op::handle, op::release, op::detach_hold>;
    if (way == Way::success) return nullptr;
    constexpr bool is_there_already = std::same_as<typename C::state, Listening> ||
                                      std::same_as<typename C::state, Connecting>;
    if (C::template is<op::set_nonblocking, op::set_blocking> && is_there_already) {
        return "its open file never blocks: nothing is asked";
    }
    if (never_fails) return way == Way::moved_from && !C::template is<op::detach_hold> ? nullptr : "it cannot fail";
    switch (way) {
        case Way::argument:
            if (C::template is<op::join>) return nullptr;
            if (C::template is<op::listen, op::set_backlog>) return "a Backlog is checked where it is made";
            if (C::template is<op::set>) {
                return C::text.find("hop_limit") != C::text.npos ? nullptr : "any value will do";
            }
            if (C::template is<op::bind>) {
                if (C::is_local) return nullptr;
                if (C::text == "bind_any()") return "it takes none";
                if (C::text == "bind(a.port)") return "any port will do, and a lease is of an address";
                if (C::text == "bind_with_binding(a.binding, a.port)") return nullptr;
                return C::streams ? nullptr : "datagrams are received at any address of the family, groups too";
            }
            if (C::template is<op::connect, op::begin_connect, op::send_to, op::send_batch, op::send_segments>) {
                return nullptr;
            }
            if (C::template is<op::recv, op::recv_exact, op::recv_vectored, op::recv_from, op::recv_batch,
                               op::recv_segments, op::peek>) {
                return C::text.starts_with("recv(std::size_t") ? "a container of no bytes is legal" : nullptr;
            }
            if (C::template is<op::send_socket>) return nullptr;
            if (C::template is<op::recv_socket>) {
                return C::text.find("a.room") != C::text.npos ? nullptr : "it takes none that could be wrong";
            }
            if (C::template is<op::send>) return !C::in_messages ? "any bytes can be sent, none too" : nullptr;
            if (C::template is<op::send_all, op::send_vectored>) return "any bytes can be sent, none too";
            return "it takes none that could be wrong";
        case Way::peer:
            if (C::is_local) return why_none_of_a_local_peer<C>();
            if (!C::streams) {
                constexpr bool is_told = C::template is<op::send, op::recv> ||
                                         (C::template is<op::send_batch, op::recv_batch, op::peek, op::send_segments,
                                                         op::recv_segments> &&
                                          std::same_as<typename C::state, Connected>);
                return is_told ? nullptr : "no refusal is told to it (semantics of UDP)";
            }
            if (C::template is<op::bind, op::listen, op::set_backlog, op::local_addr, op::set, op::get,
                               op::set_nonblocking, op::set_blocking, op::split, op::join>) {
                return "it asks nothing of a peer";
            }
            if (C::template is<op::shutdown_receive> && std::same_as<typename C::state, SendClosed>) {
                return "it closes, whatever the peer does";
            }
            return C::template is<op::close, op::abort> ? "it ends whatever the peer does" : nullptr;
        case Way::deadline:
            if (C::attempts) {
                constexpr bool drops = !C::streams && !C::is_local && C::template is<op::send, op::send_to>;
                return drops ? "a datagram goes at once or is dropped" : nullptr;
            }
            if (!C::waits) return "it takes no deadline";
            if (C::is_local && !C::streams) {
                return C::template is<op::connect> ? "a peer is fixed at once" : nullptr;
            }
            if (C::streams || !C::template is<op::send, op::send_to, op::send_batch, op::send_segments>) return nullptr;
            return "a datagram goes at once or is dropped";
        case Way::stopped: return C::stops || C::waits ? nullptr : "it does not wait";
        default: return nullptr;
    }
}
/// Why a law that there is cannot be tried on this ground.
template <class C>
[[nodiscard]] constexpr const char* why_not_here(Way way) {
    if constexpr (!Ground::injects) {
        if (way == Way::resources || way == Way::system) return "a host cannot be made to fail";
        if (way == Way::stopped) return "a host has no waker";
        if (way == Way::peer && C::template is<op::accept, op::accept_from>) return "a host drops an aborted connection by itself";
        if (way == Way::peer && std::same_as<typename C::state, SendClosed>) {
            return "a host has no abort(), and of a peer that leaves nothing unread comes no reset";
        }
        if (way == Way::peer && C::template is<op::finish_connect>) return "no host is known to answer late";
        if (way == Way::deadline && C::template is<op::connect, op::finish_connect>) {
            return "how many connections a host queues is not known, so nobody is silent";
        }
        if (way == Way::deadline && C::template is<op::send, op::send_all, op::send_vectored>) {
            return "a host may buffer without a bound; tcp_bytes.cpp asks it";
        }
    }
    return nullptr;
}

#if defined(__wasi__)
/// Why the host that runs this is not asked for a law that other hosts of WASI keep; nullptr: it is asked. What differs
/// is found by probes, so that a host that was mended is asked (tests/wasi/cell_differences.cpp).
[[nodiscard]] const char* why_not_on_this_host(bool streams, std::string_view state, std::string_view call, Way way);
#endif

/// What is known of a cell without its types. Laws have a body of their own for a cell only where they need the types:
/// there are hundreds of cells, and what each has of its own is compiled hundreds of times.
struct CellFacts {
    const char* (*life)();  // its name
    const char* family;
    bool held, streams, is_local;
    const char* state;
    std::string_view text;
    const void* state_id;
    const void* operation_id;
    std::array<const char*, ways.size()> none, not_here;  // why_none() and why_not_here() of each way

    template <class Tag>
    static constexpr char id_of{};
    template <class... Ops>
    [[nodiscard]] bool is() const {
        return ((operation_id == &id_of<Ops>) || ...);
    }
    template <class S>
    [[nodiscard]] bool in() const {
        return state_id == &id_of<S>;
    }
    [[nodiscard]] std::string name() const {
        return std::string(life()) + family + (held ? " with a lease, " : ", ") + state + "." +
               std::string(text);
    }
};
template <class C>
[[nodiscard]] constexpr CellFacts facts_of() {
    using L = typename C::life;
    constexpr const char* family = C::is_local ? "" : std::same_as<typename L::family, V4> ? " IPv4" : " IPv6";
    CellFacts facts{name_of_life<L>, family, L::held, C::streams, C::is_local, C::state::name, C::text,
                    &CellFacts::id_of<typename C::state>, &CellFacts::id_of<typename C::operation>, {}, {}};
    for (const Way way : ways) {
        facts.none[static_cast<std::size_t>(way)] = why_none<C>(way);
        facts.not_here[static_cast<std::size_t>(way)] = why_not_here<C>(way);
    }
    return facts;
}
#if defined(ESTATE_LAWS_SIMULATED)
inline constexpr const char* no_waker = "a component has no waker";
/// What a simulated host of WASI lacks, though the table of a program of POSIX has it; nullptr: it is asked.
[[nodiscard]] inline const char* why_not_of_a_component(const CellFacts& cell, Way way) {
    if (!Ground::is_component()) return nullptr;
    if (cell.is_local) return "WASI 0.2 has no Unix-domain sockets";
    if (way == Way::stopped || cell.text.find("waker") != cell.text.npos) {
        return Ground::has_waker() ? nullptr : no_waker;
    }
    if (way == Way::moved_from) return nullptr;  // it is told without a call
    const bool asks = way != Way::argument && way != Way::resources;
    if (asks && cell.is<op::peek>()) return "a component has no peek";
    if (cell.is<op::abort>()) return "a component has no reset to send";
    if (way == Way::success && cell.is<op::split>()) return "a component has no second descriptor of a socket";
    if (way == Way::success && cell.is<op::release>() && cell.in<Created>()) {
        return "an unbound socket has no address to ask for, so that adopt() does not find its state";
    }
    if (way == Way::peer && cell.streams && cell.in<SendClosed>() && !cell.is<op::remote_addr>()) {
        return "a component has no abort(), and of a peer that leaves nothing unread comes no reset";
    }
    return nullptr;
}
#endif
[[nodiscard]] inline const char* why_not_asked([[maybe_unused]] const CellFacts& cell, [[maybe_unused]] Way way) {
#if defined(__wasi__)
    return why_not_on_this_host(cell.streams, cell.state, cell.text, way);
#elif defined(ESTATE_LAWS_SIMULATED)
    return why_not_of_a_component(cell, way);
#else
    return nullptr;
#endif
}

#if !defined(__wasi__)
/// A deadline, and a waker where a law gives one.
template <class B>
struct Ends {
    Deadline deadline;
    const BasicWaker<B>* waker = nullptr;
    Ends(Deadline until) noexcept : deadline{until} {}
    operator Deadline() const noexcept { return deadline; }
    operator typename B::until() const noexcept {
        if (waker != nullptr) return {*waker, deadline};
        return deadline;
    }
};
#endif

/// The arguments of a call, good ones at first.
template <class L>
struct Arguments {
    using F = typename L::ip_family;
    using B = typename L::transport::backend;
    Arguments(Stage<L>& on) : stage{on}, hold{on.hold()}, binding{hold.binding()} {}

    Stage<L>& stage;

    typename Stage<L>::Address address = stage.here();
    IpAddress<F> ip = IpAddress<F>::loopback();
    Port port{};
#if defined(__wasi__)
    Deadline until = soon();
#else
    BasicWaker<B> waker = Ground::open_waker<B>();
    Ends<B> until = soon();
#endif
    std::byte bytes_of_room[4];
    ConstBuffer bytes = as_buffer("some");
    MutableBuffer room{bytes_of_room};
    std::string_view text = "some";
    ConstBuffer all_to_send[2] = {as_buffer("so"), as_buffer("me")};
    MutableBuffer all_of_room[1] = {bytes_of_room};
    std::span<const ConstBuffer> gather{all_to_send};
    std::span<const MutableBuffer> scatter{all_of_room};
    OutgoingDatagram<SocketAddress<F>> all_of_batch[1] = {{bytes, SocketAddress<F>::loopback(0)}};
    IncomingDatagram<SocketAddress<F>> all_places[1] = {{room}};
    std::span<const OutgoingDatagram<SocketAddress<F>>> batch{all_of_batch};
    std::span<IncomingDatagram<SocketAddress<F>>> places{all_places};
    /// Of connections within a host: what is sent over them.
    std::conditional_t<Stage<L>::is_local, CreatedSocket<Tcp<V4>>, std::monostate> passed = [] {
        if constexpr (Stage<L>::is_local) {
            return tcp_v4().value();
        } else {
            return std::monostate();
        }
    }();
    CountedHold<F> hold;
    CountedBinding<F> binding;
#if !defined(__wasi__)
    Source<F> source{IpAddress<F>::loopback()};
#endif
    PlannedFault* fault = nullptr;  // of the system, while the call is made
};

/// A socket in a state, with all that a call of it takes. `is_silent`: its peer does not answer.
template <class L, class S>
struct Trial {
    Stage<L> stage;
    typename Stage<L>::template In<S> socket;
    Arguments<L> a;

    explicit Trial(bool is_silent = false) : socket{made(is_silent)}, a{stage} {}

private:
    [[nodiscard]] typename Stage<L>::template In<S> made([[maybe_unused]] bool is_silent) {
        if constexpr (Stage<L>::streams) {
            if (is_silent) (void)stage.silent();
        }
        return stage.template make<S>();
    }
};
template <class Op, class... Ops>
inline constexpr bool is_one_of = (std::same_as<Op, Ops> || ...);

/// Makes what the call needs to succeed.
template <class Op, class L, class S>
void prepare(Trial<L, S>& on) {
    if constexpr (is_one_of<Op, op::connect, op::begin_connect, op::send_to, op::send_segments>) {
        on.a.address = on.stage.peer_address();
    }
    if constexpr (std::same_as<Op, op::send_batch>) on.a.all_of_batch[0].peer = on.stage.peer_address();
    if constexpr (is_one_of<Op, op::accept, op::accept_from>) on.stage.connect_to(on.socket);
    if constexpr (is_one_of<Op, op::recv, op::recv_exact, op::recv_vectored, op::recv_from, op::recv_batch,
                            op::recv_segments, op::peek>) {
        on.stage.send_to(on.socket, "12345678");
    }
    if constexpr (std::same_as<Op, op::recv_socket>) on.stage.send_socket_to(on.socket);
    if constexpr (is_one_of<Op, op::finish, op::finish_or_abort>) on.stage.end_of_peer();
    if constexpr (NonBlockingSocket<decltype(on.socket)>) Stage<L>::settle();  // what was sent is here
}

/// Why what recv_socket() gave holds no socket.
template <class Came>
[[nodiscard]] result<void> what_came(const Came& came) {
    if constexpr (requires { came.socket; }) {
        if (!came.socket) return came.socket.assume_error();
    }
    return success();
}

/// What accept() or accept_from() of a listener that never waits gave, such that it waits.
template <class Given>
[[nodiscard]] auto accepted_of(Given& given) {
    if constexpr (requires { given.socket; }) {
        return accepted_of(given.socket);
    } else {
        return std::move(given).set_blocking().value();
    }
}

template <class T>
inline constexpr bool is_one_of_sockets = false;
template <class... Sockets>
inline constexpr bool is_one_of_sockets<lifecycle::OneOf<Sockets...>> = true;

/// What came of a call.
struct Outcome {
    bool failed = false;
    bool blocked = false;  // it would have
    Error error = errc::stopped;  // where it failed
    std::string defect;           // why what is in hand does not work
};

/// Looks at all that is in hand after a call of Op: the socket, what it gave, what a failure left.
template <class Op, class L, class S, class Answer>
[[nodiscard]] Outcome settle(Trial<L, S>& on, Answer& answer, bool is_dead = false) {
    auto& [stage, socket, a] = on;
    Outcome outcome;
    if constexpr (requires { answer.has_error(); }) {
        outcome.failed = answer.has_error();
        if (outcome.failed) {
            outcome.error = answer.assume_error();
            stage.empty_pipe();
            if constexpr (std::same_as<Op, op::send_socket>) {
                const auto& back = answer.assume_error().socket;
                if (back.handle() < 0) outcome.defect = "what was not passed is not given back";
            } else if constexpr (requires { answer.assume_error().socket; }) {
                outcome.defect = stage.why_not(std::move(answer.assume_error().socket), is_dead);
                return outcome;
            }
        } else if constexpr (is_attempt<Answer>) {
            outcome.blocked = answer.assume_value().would_block();
            if constexpr (is_one_of<Op, op::accept, op::accept_from>) {
                if (!outcome.blocked) {
                    outcome.defect = stage.why_accepted_not(accepted_of(answer.assume_value().value()));
                }
            }
        } else if constexpr (is_one_of_sockets<typename Answer::value_type> && !std::same_as<Op, op::recv_socket>) {
            outcome.defect = stage.why_not(std::move(answer).assume_value(), is_dead);
            return outcome;
        } else if constexpr (std::same_as<Op, op::accept>) {
            outcome.defect = stage.why_accepted_not(answer.assume_value());
        } else if constexpr (std::same_as<Op, op::accept_from>) {
            outcome.defect = stage.why_accepted_not(answer.assume_value().socket);
            if (answer.assume_value().peer != answer.assume_value().socket.remote_addr().value()) {
                outcome.defect = "it is another's address";
            }
        } else if constexpr (std::same_as<Op, op::send_socket>) {
            if (a.passed.handle() >= 0) outcome.defect = "what was passed is still here";
        } else if constexpr (std::same_as<Op, op::recv_socket>) {
            const result<void> came = what_came(answer.assume_value());
            outcome.failed = came.has_error();
            if (outcome.failed) outcome.error = came.assume_error();
        } else if constexpr (std::same_as<Op, op::split>) {
            auto& [reader, writer] = answer.assume_value();
            auto joined = std::move(reader).join(std::move(writer));
            if (!joined) return {false, false, errc::stopped, "its halves do not join"};
            outcome.defect = stage.why_not(std::move(joined).assume_value(), is_dead);
            return outcome;
        } else if constexpr (requires { typename Answer::value_type::state; }) {
            using Next = lifecycle::next_of<Op, typename Stage<L>::template In<S>>;
            static_assert(std::same_as<typename Answer::value_type::state, typename Next::state>,
                          "estate: a call leads where its table does not; mend the table or the call");
            outcome.defect = stage.why_not(std::move(answer).assume_value(), is_dead);
            return outcome;
        }
        if (outcome.defect.empty()) outcome.defect = stage.why_not(std::move(socket), is_dead);
    } else if constexpr (std::same_as<Op, op::detach_hold>) {
        if constexpr (L::held) {
            if (answer.hold.address() != IpAddress<typename L::family>::loopback()) {
                return {false, false, errc::stopped, "another lease"};
            }
        }
        if constexpr (!std::same_as<S, Closed>) {
            if (outcome.defect.empty()) outcome.defect = stage.why_not(std::move(answer.socket));
        }
    } else if constexpr (std::same_as<Op, op::handle>) {
        if (answer < 0) outcome.defect = "no number";
        if (outcome.defect.empty()) outcome.defect = stage.why_not(std::move(socket));
    } else {
        outcome.defect = stage.why_not_released(std::move(answer));
    }
    return outcome;
}

/// What a call of a socket that was moved from says: a number that is -1, or else an error.
template <class Answer>
[[nodiscard]] Outcome what_it_says(const Answer& answer) {
    Outcome outcome;
    if constexpr (requires { answer.has_error(); }) {
        outcome.failed = answer.has_error();
        if (outcome.failed) outcome.error = answer.assume_error();
    } else {
        if constexpr (requires { answer.handle; }) {
            outcome.failed = answer.handle == -1;
        } else {
            outcome.failed = answer == -1;
        }
        outcome.error = errc::moved_from;
    }
    return outcome;
}

/// Laws that cannot be tried on this ground; a line for each reason.
inline void print_difference(Way way, std::string_view why, int laws) {
    std::printf("difference on %s: %d laws for %s are not tried: %.*s\n", Ground::name, laws, name_of(way),
                static_cast<int>(why.size()), why.data());
}

inline std::string text_of(const Outcome& outcome) {
    if (!outcome.defect.empty()) return outcome.defect;
    if (outcome.blocked) return "it would block";
    return outcome.failed ? std::string("it fails: ") + outcome.error.message() : "it succeeds";
}

/// While it lives, claims of this thread are counted and not made: whether a law would hold.
class Unclaimed {
public:
    Unclaimed() { counting_ = this; }
    Unclaimed(const Unclaimed&) = delete;
    Unclaimed& operator=(const Unclaimed&) = delete;
    ~Unclaimed() { counting_ = nullptr; }
    [[nodiscard]] bool held() const { return !has_failed_; }

    /// Whether the claim is taken.
    static bool takes(bool holds) {
        if (counting_ != nullptr && !holds) counting_->has_failed_ = true;
        return counting_ != nullptr;
    }

private:
    static inline Unclaimed* counting_ = nullptr;
    bool has_failed_ = false;
};

/// Claims of one cell; says which cell where one does not hold.
inline void claim(const CellFacts& cell, bool holds, Way way, std::string_view what) {
    if (Unclaimed::takes(holds)) return;
    BOOST_TEST(holds);
    if (!holds) BOOST_ERROR(cell.name() + ", " + name_of(way) + ": " + std::string(what));
}
inline void claim_failure(const CellFacts& cell, Way way, const Outcome& outcome, auto... codes) {
    const bool is_named = ((outcome.error == codes) || ...);
    claim(cell, outcome.failed && is_named && outcome.defect.empty(), way, text_of(outcome));
}

}  // namespace estate::test
