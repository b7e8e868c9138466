// SPDX-License-Identifier: BSL-1.0

// The static matrix: every (transport, state, hold, call) is asked, none is a default. Compiling is passing.

#include <boost/test/unit_test.hpp>

#include "cells.hpp"

namespace {

using namespace probes;

template <class Cell>
consteval bool holds() {
    static_assert(Cell::exists == Cell::expected,
                  "estate: a member exists where the table does not list it, or not where it does");
    static_assert(Cell::on_lvalue == (Cell::expected && Cell::manner == uses),
                  "estate: what consumes is called on an rvalue only, the rest on any");
    return true;
}

// What gives a container allocates it.
template <class Cell>
constexpr bool allocates = false;
template <class S>
constexpr bool allocates<call<estate::op::recv, 2, S>> = true;

/// No function of a native backend throws, so no operation does.
template <class Cell>
consteval bool throws_nothing() {
    if constexpr (Cell::expected && !allocates<Cell>) {
        static_assert(Cell::is_noexcept, "estate: an operation is noexcept where the call of its backend is");
    }
    return true;
}

/// An operation that leads elsewhere consumes the socket, so that nobody keeps a socket in its old state.
template <class Cell, class Op, class S>
consteval bool consumes_exactly_what_changes_place() {
    if constexpr (estate::Allows<S, Op>) {
        constexpr bool takes =
            estate::lifecycle::consumes<typename estate::lifecycle::object<S>::table, typename S::state, Op>;
        static_assert(takes == (Cell::manner == consumes),
                      "estate: an operation that changes the place of a socket consumes it, and no other does");
    }
    return true;
}

template <class S>
constexpr std::size_t count_cells() {
    static_assert(nothing_is_unwritten<S>(operations, options), "estate: write the call down in probes.hpp");
    std::size_t count = 0;
    each_cell<S>(operations, options, [&](auto item, auto cell) {
        using Item = typename decltype(item)::type;
        static_assert(holds<decltype(cell)>());
        static_assert(throws_nothing<decltype(cell)>());
        static_assert(consumes_exactly_what_changes_place<decltype(cell), Item, S>());
        ++count;
    });
    return count;
}

/// Nobody leases a path, so only Internet sockets have holds.
template <class T, class... States>
constexpr std::size_t count_transport(hana::tuple<States...>) {
    std::size_t count = (std::size_t{0} + ... + count_cells<estate::Socket<typename States::type, T>>());
    if constexpr (!estate::Local<T>) {
        using Hold = TestHold<typename T::address::family>;
        count += (std::size_t{0} + ... + count_cells<estate::Socket<typename States::type, T, Hold>>());
    }
    return count;
}

constexpr std::size_t cells = hana::unpack(transports, [](auto... each) {
    return (count_transport<typename decltype(each)::type>(states) + ...);
}) + count_transport<estate::NonBlocking<Tcp<V4>>>(states) + count_transport<estate::NonBlocking<Udp<V6>>>(states) +
                              count_transport<estate::Segmented<Udp<V6>>>(states)
#if !defined(__wasi__)  // nor halves
                              + count_transport<ReadHalf<Tcp<V4>>>(states) + count_transport<WriteHalf<Tcp<V6>>>(states)
#endif
#if defined(ESTATE_NATIVE_PACKETS)  // a component has no packet information
                              + count_transport<estate::Informed<Udp<V4>>>(states) +
                              count_transport<estate::Informed<estate::Segmented<Udp<V6>>>>(states)
#endif
    ;

}  // namespace

BOOST_AUTO_TEST_CASE(the_members_of_every_socket_are_those_that_its_table_lists) {
    BOOST_TEST_MESSAGE(cells << " cells: " << hana::length(transports) << " transports, " << hana::length(states)
                             << " states, with and without a hold");
    BOOST_TEST(cells > 0u);
}
