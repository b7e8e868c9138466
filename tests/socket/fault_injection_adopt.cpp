// SPDX-License-Identifier: BSL-1.0
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// A descriptor without the close-on-exec flag, so that it shows whether adopt() touched it.
class Foreign {
public:
    explicit Foreign(int type) : number_{::socket(AF_INET, type, 0)} {}
    Foreign(const Foreign&) = delete;
    Foreign& operator=(const Foreign&) = delete;
    ~Foreign() { ::close(number_); }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_untouched() const { return is_open(number_) && !closes_on_exec(number_); }

private:
    int number_;
};

BOOST_AUTO_TEST_SUITE(fault_adopt)

BOOST_AUTO_TEST_CASE(a_question_that_the_kernel_does_not_answer_leaves_the_descriptor_to_the_caller) {
    const Foreign stream(SOCK_STREAM);
    for (const int questions_before : {0, 1, 2, 3}) {  // SO_TYPE, SO_DOMAIN, SO_PROTOCOL, TCP_INFO
        const Faults faults{refuse(Call::getsockopt, ENOBUFS, 1, questions_before)};
        BOOST_TEST(fails_with(adopt<FaultyTcp<V4>>(stream.number()), std::errc::no_buffer_space));
        BOOST_TEST(faults.all_happened());
        BOOST_TEST(faults.made(Call::close) == 0);
    }
    BOOST_TEST(stream.is_untouched());
}

BOOST_AUTO_TEST_CASE(an_address_that_the_kernel_does_not_tell_leaves_the_descriptor_to_the_caller) {
    const Foreign stream(SOCK_STREAM);
    const Foreign datagrams(SOCK_DGRAM);
    const Faults faults{refuse(Call::getsockname, ENOBUFS, 2)};
    BOOST_TEST(fails_with(adopt<FaultyTcp<V4>>(stream.number()), std::errc::no_buffer_space));
    BOOST_TEST(fails_with(adopt<FaultyUdp<V4>>(datagrams.number()), std::errc::no_buffer_space));
    BOOST_TEST(stream.is_untouched());
    BOOST_TEST(datagrams.is_untouched());
}

BOOST_AUTO_TEST_CASE(a_peer_that_the_kernel_does_not_tell_is_not_taken_for_none) {
    const Foreign datagrams(SOCK_DGRAM);
    const Faults faults{refuse(Call::getpeername, ENOBUFS)};
    BOOST_TEST(fails_with(adopt<FaultyUdp<V4>>(datagrams.number()), std::errc::no_buffer_space));
    BOOST_TEST(datagrams.is_untouched());
}

BOOST_AUTO_TEST_CASE(a_flag_that_cannot_be_set_leaves_the_descriptor_to_the_caller) {
    const Foreign stream(SOCK_STREAM);
    const Faults faults{refuse(Call::set_close_on_exec, EPERM)};
    BOOST_TEST(fails_with(adopt<FaultyTcp<V4>>(stream.number()), std::errc::operation_not_permitted));
    BOOST_TEST(faults.made(Call::close) == 0);
    BOOST_TEST(stream.is_untouched());
}

BOOST_AUTO_TEST_CASE(a_listener_that_is_not_adopted_keeps_its_mode) {
    const Foreign stream(SOCK_STREAM);
    BOOST_REQUIRE(::listen(stream.number(), 1) == 0);
    for (const auto call : {Call::nonblocking, Call::set_nonblocking, Call::set_close_on_exec}) {
        const Faults faults{refuse(call, EPERM)};
        BOOST_TEST(fails_with(adopt<FaultyTcp<V4>>(stream.number()), std::errc::operation_not_permitted));
        BOOST_TEST(faults.all_happened());
        BOOST_TEST(stream.is_untouched());
        BOOST_TEST(!is_nonblocking(stream.number()));
    }
}

/// IPV6_V6ONLY of the descriptor.
bool is_only_v6(int number) {
    int only = -1;
    socklen_t size = sizeof only;
    ::getsockopt(number, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size);
    return only != 0;
}

BOOST_AUTO_TEST_CASE(a_socket_that_cannot_become_one_of_both_families_stays_as_it_was) {
    if (lacks<V6>()) return;
    const int number = ::socket(AF_INET6, SOCK_STREAM, 0);
    const int only = 1;
    BOOST_REQUIRE(::setsockopt(number, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == 0);
    const std::pair<Fault, std::errc> refusals[] = {
        {refuse(Call::getsockname, ENOBUFS), std::errc::no_buffer_space},
        {refuse(Call::getsockopt, ENOBUFS, 1, 3), std::errc::no_buffer_space},  // after its type, domain and protocol
        {refuse(Call::set_close_on_exec, EPERM), std::errc::operation_not_permitted}};
    for (const auto& [refusal, why] : refusals) {
        const Faults faults{refusal};
        BOOST_TEST(fails_with(adopt<Tcp<V46, FaultySockets>>(number), why));
        BOOST_TEST(faults.all_happened());
        BOOST_TEST(is_only_v6(number));
    }
    const Faults faults{refuse(Call::setsockopt, EPERM)};
    BOOST_TEST(fails_with(adopt<Tcp<V46, FaultySockets>>(number), errc::wrong_family));
    BOOST_TEST(is_only_v6(number));
    ::close(number);
}

BOOST_AUTO_TEST_CASE(each_state_of_tcp_is_one_of_a_socket) {
    const std::pair<int, Observed> states[] = {
        {TCP_ESTABLISHED, Observed::connected}, {TCP_SYN_SENT, Observed::connecting}, {TCP_SYN_RECV, Observed::connecting},
        {TCP_FIN_WAIT1, Observed::send_closed}, {TCP_FIN_WAIT2, Observed::send_closed}, {TCP_TIME_WAIT, Observed::send_closed},
        {TCP_LAST_ACK, Observed::send_closed},  {TCP_CLOSING, Observed::send_closed},   {TCP_LISTEN, Observed::listening}};
    for (const auto& [state, observed] : states) {
        BOOST_TEST_CONTEXT("state " << state) BOOST_TEST((posix::Kernel::observed(state) == observed));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
