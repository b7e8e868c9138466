// SPDX-License-Identifier: BSL-1.0
// Which lifecycles there are is found by the tables: whatever a call of a socket leads to, leaves or yields, beginning
// with what new_socket() makes. The cells of each are walked, or why_not_walked() has the reason.

#include <estate/lifecycle/graph.hpp>
#include <estate/socket/packet_info.hpp>

#include "lives.hpp"
#if !defined(__wasi__)
#include <estate/coroutines.hpp>

#include "local_stage.hpp"
#endif

#include "cells.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// Backends that lack nothing, so that what this ground's lack is found as well.
struct WholeStream : Ground::Stream {};
struct WholeDatagram : Ground::Datagram {};

template <template <class, class> class Of, class B>
using EachFamily = std::tuple<Of<V4, B>, Of<V6, B>, Of<V46, B>>;
/// What new_socket() makes. tests/structure/lives.py holds it complete.
using Roots = decltype(std::tuple_cat(std::declval<EachFamily<Tcp, WholeStream>>(),
                                      std::declval<EachFamily<Udp, WholeDatagram>>()
#if !defined(__wasi__)
                                          ,
                                      std::declval<std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>>()
#endif
                                          ));

/// A lifecycle: of a transport, with a lease or without.
template <class T, bool HasHold>
struct Node {
    using transport = T;
    static constexpr bool held = HasHold;
};
struct SomeHold;
template <class S, class T, bool HasHold>
using SocketIn = Socket<S, T, std::conditional_t<HasHold, SomeHold, NoHold>>;
template <class N>
using table_of_node = typename lifecycle::object<SocketIn<Closed, typename N::transport, N::held>>::table;

using lifecycle::list;
template <class... Types>
auto once(list<Types...>) ->
    typename decltype((lifecycle::machinery::unique_types<list<>>{} | ... | std::type_identity<Types>{}))::type;
/// Types, each once.
template <class Types>
using Once = decltype(once(Types()));

/// The lifecycles of what a call gives.
template <class Given>
inline constexpr list<> nodes_of{};
template <class S, class T, class H>
inline constexpr list<Node<T, !std::same_as<H, NoHold>>> nodes_of<Socket<S, T, H>>{};
template <class T, class H>
inline constexpr list<> nodes_of<Socket<Released, T, H>>{};
template <class... Sockets>
inline constexpr auto nodes_of<lifecycle::OneOf<Sockets...>> = (list<>{} + ... + nodes_of<Sockets>);

/// A place of a table: where a call leads to, what it leaves, what it yields.
template <class N, class S, class Place>
inline constexpr auto nodes_at = nodes_of<
    typename lifecycle::machinery::in_place<SocketIn<S, typename N::transport, N::held>, Place>::type>;
template <class N, class S>
inline constexpr list<> nodes_at<N, S, void>{};
/// A further form of an operation takes a lease: which one is known where it is called.
template <class N, class S, class Next>
inline constexpr list<Node<typename N::transport, true>> nodes_at<N, S, lifecycle::with<fact::held, Next>>{};

template <class N, class... Rows>
auto ways_of(list<Rows...>)
    -> Once<decltype((list<>{} + ... + (nodes_at<N, typename Rows::state, typename Rows::next> +
                                        nodes_at<N, typename Rows::state, typename Rows::left> +
                                        nodes_at<N, typename Rows::state, typename Rows::yield>)))>;
/// What the calls of a lifecycle lead to.
template <class N, class Table = table_of_node<N>>
using WaysOf = decltype(ways_of<N>(lifecycle::machinery::rows_of<Table>() +
                                   lifecycle::machinery::overloads_of<Table>()));

/// Known, and whatever Todo leads to.
template <class Known, class Todo>
struct reach {
    using type = Known;
};
template <class... Known, class N, class... Todo>
struct reach<list<Known...>, list<N, Todo...>> : reach<list<Known..., N>, decltype(list<Todo...>() + WaysOf<N>())> {};
template <class... Known, class N, class... Todo>
    requires(std::same_as<Known, N> || ...)
struct reach<list<Known...>, list<N, Todo...>> : reach<list<Known...>, list<Todo...>> {};

template <class... T>
auto reach_from(std::type_identity<std::tuple<T...>>) -> typename reach<list<>, list<Node<T, false>...>>::type;
using All = decltype(reach_from(std::type_identity<Roots>()));

/// T without its backend: by it a lifecycle that is walked is known again.
template <class T>
struct shape {
    using type = void;  // of a backend
};
template <class F, class B>
struct shape<Tcp<F, B>> {
    using type = Tcp<F, void>;
};
template <class F, class B>
struct shape<Udp<F, B>> {
    using type = Udp<F, void>;
};
template <template <class> class Of, class T>
    requires(!SocketFamily<T>)
struct shape<Of<T>> {
    using type = Of<typename shape<T>::type>;
};
template <class N>
using shape_of = Node<typename shape<typename N::transport>::type, N::held>;

template <class... L>
auto shapes_of(std::type_identity<std::tuple<L...>>)
    -> list<shape_of<Node<typename L::transport, L::held>>...>;
template <class... Suites>
using ShapesOf = decltype((list<>{} + ... + shapes_of(std::type_identity<Suites>())));
using Walked = Once<ShapesOf<lives::OfTcp, lives::OfUdp, lives::OfHalves, lives::OfLocal, lives::OfDecorated,
                             lives::OfNonBlocking, lives::OfMessages>>;

template <class N>
inline constexpr bool is_walked = lifecycle::machinery::contains<Walked, shape_of<N>>;

/// The same of another family.
template <class T, class F>
struct in_family;
template <class Old, class B, class F>
struct in_family<Tcp<Old, B>, F> {
    using type = Tcp<F, B>;
};
template <class Old, class B, class F>
struct in_family<Udp<Old, B>, F> {
    using type = Udp<F, B>;
};
template <template <class> class Of, class T, class F>
    requires(!SocketFamily<T>)
struct in_family<Of<T>, F> {
    using type = Of<typename in_family<T, F>::type>;
};
template <class N, class F>
using of_family = Node<typename in_family<typename N::transport, F>::type, N::held>;

template <class N>
inline constexpr bool never_waits = requires { typename N::transport::blocking; };
template <class N>
inline constexpr bool is_half = requires { typename N::transport::whole; };
/// Sent in segments, or told where to.
template <class N>
inline constexpr bool has_more = false;
template <class N>
    requires requires { typename N::transport::facts; }
inline constexpr bool has_more<N> =
    lifecycle::machinery::contains<typename N::transport::facts, fact::segments> ||
    lifecycle::machinery::contains<typename N::transport::facts, fact::packet_info>;

/// Why no suite walks the cells of a lifecycle; nullptr: there is no reason.
template <class N>
constexpr const char* why_not_walked() {
    using T = typename N::transport;
    using F = typename T::family;
#if defined(__wasi__) || defined(ESTATE_LAWS_SIMULATED)
    if (has_more<N> && !lifecycle::Allows<BoundSocket<lives::Udp<V4>>, op::with_segments>) {
        return "this ground has neither segments nor packet information";
    }
#endif
#if defined(__wasi__)
    if (is_half<N> && !lifecycle::Allows<ConnectedSocket<lives::Tcp<V4>>, op::split>) {
        return "a component has no second descriptor of a socket";
    }
    if (std::same_as<F, V46> && !has_both_families<Ground::Stream>) {
        return "sockets of a component carry one family each";
    }
#endif
    if constexpr (std::same_as<F, V46>) {
        if (std::same_as<table_of_node<N>, table_of_node<of_family<N, V6>>>) {
            return "the table of both families in one socket is that of either (tests/socket/both_families.cpp)";
        }
    } else if constexpr (std::same_as<F, V6> && N::held) {
        const bool is_alike = std::same_as<table_of_node<N>, table_of_node<of_family<N, V4>>>;
        if (is_alike && is_walked<of_family<N, V4>> && is_walked<Node<T, false>>) {
            return "of what a lease changes no table asks for the family: it is walked over IPv4";
        }
    }
    return nullptr;
}

#if !defined(__wasi__)
template <class S>
concept HasTable = requires { typename lifecycle::object<S>::table; };
static_assert(!HasTable<Async<ConnectedSocket<NonBlocking<lives::Tcp<V4>>>>>,
              "estate: sockets of coroutines have a table now; walk its cells");
#endif

template <template <class> class Of, class T>
inline constexpr bool is_made_by = false;
template <template <class> class Of, class T>
inline constexpr bool is_made_by<Of, Of<T>> = true;
template <template <class> class Of, class... Nodes>
constexpr bool makes_one(list<Nodes...>) {
    return (is_made_by<Of, typename Nodes::transport> || ...);
}
/// Some lifecycle is one of Of.
template <template <class> class Of>
inline constexpr bool makes = makes_one<Of>(All());
// Each transport that is made of another, which tests/structure/lives.py compares with the headers.
static_assert(makes<NonBlocking> && makes<ReadHalf> && makes<WriteHalf> && makes<Segmented> && makes<Informed>,
              "estate: no table leads to this transport, so nobody asks whether its cells are walked; write a root");

struct Count {
    int all = 0, walked = 0, open = 0;
    std::map<std::string_view, int> reasons;
};

template <class N>
void count(Count& of) {
    constexpr const char* why = why_not_walked<N>();
    const std::string name = Named<typename N::transport>::text() + " over " + N::transport::family::name +
                             (N::held ? " with a lease" : "");
    ++of.all;
    BOOST_TEST((is_walked<N> || why != nullptr), name << ": no suite walks its cells, and there is no reason");
    BOOST_TEST((!is_walked<N> || why == nullptr), name << ": its cells are walked, though there is a reason not to");
    if constexpr (is_walked<N>) {
        ++of.walked;
    } else if constexpr (why != nullptr) {
        ++of.reasons[why];
    } else {
        ++of.open;
    }
}

template <class... Nodes>
Count count_all(list<Nodes...>) {
    Count of;
    (count<Nodes>(of), ...);
    return of;
}
template <class... Types>
constexpr int length(list<Types...>) {
    return sizeof...(Types);
}

BOOST_AUTO_TEST_CASE(the_cells_of_each_lifecycle_are_walked_or_there_is_a_reason) {
    const Count counted = count_all(All());
    BOOST_TEST(counted.walked == length(Walked()), "a suite walks what no table leads to");
    std::printf("lifecycles on %s: %d, the cells of %d are walked, %d without a reason\n", Ground::name, counted.all,
                counted.walked, counted.open);
    for (const auto& [why, lives] : counted.reasons) {
        std::printf("lifecycles on %s: %d are not walked: %.*s\n", Ground::name, lives, static_cast<int>(why.size()),
                    why.data());
    }
}

}  // namespace
