// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>

#include "../support/loopback.hpp"

// A system of one's own, and what a handle keeps of it.

namespace {
using namespace estate;
using namespace estate::test;

//! [system]
/// The kernel, and how often each of several contexts sent something.
class Counting : public estate::posix::Kernel {
public:
    Counting() = default;
    explicit Counting(int& sent) : sent_{&sent} {}

    ssize_t send(int fd, const void* bytes, std::size_t size, int flags) const noexcept {
        if (sent_ != nullptr) ++*sent_;
        return estate::posix::Kernel::send(fd, bytes, size, flags);
    }

private:
    int* sent_ = nullptr;
};
struct CountingSockets : estate::posix::BasicSockets<Counting> {};
//! [system]

BOOST_AUTO_TEST_SUITE(own_system)

BOOST_AUTO_TEST_CASE(a_handle_keeps_its_system_and_hands_it_on_to_what_it_accepts) {
    int by_clients = 0;
    int by_servers = 0;
    using T = Tcp<V4, CountingSockets>;
    const auto open = [](int& sent) { return new_socket<T>(Counting(sent)).value(); };
    const auto listener = open(by_servers).bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    auto client = open(by_clients).connect(listener.local_addr().value(), soon()).value();
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(client.send("ab").value() == 2u);
    BOOST_TEST(by_clients == 1);
    BOOST_TEST(by_servers == 0);
    BOOST_TEST(succeeds(server.send_all("cd", soon())));
    BOOST_TEST(by_servers == 1);

    auto moved = std::move(client);
    BOOST_TEST(moved.send("ef").value() == 2u);
    BOOST_TEST(by_clients == 2);
    const auto half = std::move(moved).shutdown_receive().value();
    BOOST_TEST(half.send("gh").value() == 2u);
    BOOST_TEST(by_clients == 3);
}

BOOST_AUTO_TEST_CASE(an_adopted_socket_has_the_system_that_it_is_adopted_into) {
    int sent = 0;
    auto bound = datagrams_on_loopback<V4>();
    const auto self = bound.local_addr().value();
    const int descriptor = std::move(bound).connect(self).value().release();
    auto adopted = adopt<Udp<V4, CountingSockets>>(descriptor, Counting(sent)).value().take<Connected>();
    BOOST_TEST(adopted.send("x").value() == 1u);
    BOOST_TEST(sent == 1);
}

BOOST_AUTO_TEST_CASE(a_socket_may_replace_one_of_another_system) {
    int first = 0;
    int second = 0;
    using U = Udp<V4, CountingSockets>;
    const auto open = [](int& sent) {
        auto bound = new_socket<U>(Counting(sent)).value().bind(SocketAddress<V4>::loopback(0)).value();
        const auto self = bound.local_addr().value();
        return std::move(bound).connect(self).value();
    };
    auto socket = open(first);
    socket = open(second);
    BOOST_TEST(socket.send("x").value() == 1u);
    BOOST_TEST(first == 0);
    BOOST_TEST(second == 1);
}

BOOST_AUTO_TEST_CASE(a_socket_of_the_kernel_carries_nothing_but_its_number) {
    static_assert(std::is_empty_v<posix::Kernel>);
    static_assert(sizeof(CreatedSocket<Tcp<V4>>) == sizeof(int));
    static_assert(sizeof(CreatedSocket<Tcp<V4, CountingSockets>>) == sizeof(void*) + sizeof(void*));
    BOOST_TEST(tcp_v4<CountingSockets>().has_value());  // in the context that is default
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
