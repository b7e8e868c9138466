// SPDX-License-Identifier: BSL-1.0

// The matrix: every (transport, state, hold, call) is asked, none is a default.

#include <boost/hana/for_each.hpp>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <span>

#include "matrix.hpp"

namespace {

using namespace probes;

struct Sockets {
    std::size_t cells = 0;

    template <class T>
    void check_transport() {
        check_states<T>(states);
    }

private:
    /// Nobody leases a path, so only Internet sockets have holds.
    template <class T, class... States>
    void check_states(hana::tuple<States...>) {
        (check<T, typename States::type>(matrix_of<estate::Socket<typename States::type, T>>, "no hold"), ...);
        if constexpr (!estate::Local<T>) {
            using Hold = TestHold<typename T::address::family>;
            (check<T, typename States::type>(matrix_of<estate::Socket<typename States::type, T, Hold>>, "a hold"), ...);
        }
    }
    template <class T, class State>
    void check(std::span<const MatrixCell> row, [[maybe_unused]] const char* hold) {
        for (const MatrixCell& cell : row) {
            BOOST_TEST_CONTEXT(T::name << ", " << State::name << ", " << hold << ": " << cell.text) {
                BOOST_TEST(cell.exists == cell.expected, "a member exists where the table lists it, and nowhere else");
                BOOST_TEST(cell.on_lvalue == (cell.expected && cell.manner == uses),
                           "what consumes is called on an rvalue only, the rest on any");
                BOOST_TEST(cell.is_noexcept, "no function of a native backend throws, so no operation does");
                // so that nobody keeps a socket in its old state
                BOOST_TEST(cell.takes.value_or(cell.manner == consumes) == (cell.manner == consumes),
                           "an operation that changes the place of a socket consumes it, and no other does");
            }
        }
        cells += row.size();
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_members_of_every_socket_are_those_that_its_table_lists) {
    Sockets sockets;
    hana::for_each(transports, [&](auto each) { sockets.check_transport<typename decltype(each)::type>(); });
    sockets.check_transport<estate::NonBlocking<Tcp<V4>>>();
    sockets.check_transport<estate::NonBlocking<Udp<V6>>>();
    sockets.check_transport<estate::Segmented<Udp<V6>>>();
#if !defined(__wasi__)  // nor halves
    sockets.check_transport<ReadHalf<Tcp<V4>>>();
    sockets.check_transport<WriteHalf<Tcp<V6>>>();
#endif
#if defined(ESTATE_NATIVE_PACKETS)  // a component has no packet information
    sockets.check_transport<estate::Informed<Udp<V4>>>();
    sockets.check_transport<estate::Informed<estate::Segmented<Udp<V6>>>>();
#endif
    BOOST_TEST_MESSAGE(sockets.cells << " cells: " << hana::length(transports) << " transports, " << hana::length(states)
                                     << " states, with and without a hold");
    BOOST_TEST(sockets.cells > 0u);
}
