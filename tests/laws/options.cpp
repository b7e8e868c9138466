// SPDX-License-Identifier: BSL-1.0
#include <estate/base/seconds.hpp>

#include "host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE_TEMPLATE(keep_alive_reads_back_as_it_was_set, F, Families) {
    if (lacks<F>()) return;
    auto socket = created<F>();
    BOOST_TEST(!socket.template get<option::keep_alive>().value().value);
    BOOST_TEST(succeeds(socket.set(option::keep_alive{true})));
    BOOST_TEST(socket.template get<option::keep_alive>().value().value);
    BOOST_TEST(succeeds(socket.set(option::keep_alive_idle{std::chrono::seconds(90)})));
    BOOST_TEST(socket.template get<option::keep_alive_idle>().value().time.count() == 90);
    BOOST_TEST(succeeds(socket.set(option::keep_alive_interval{std::chrono::seconds(7)})));
    BOOST_TEST(socket.template get<option::keep_alive_interval>().value().time.count() == 7);
    BOOST_TEST(succeeds(socket.set(option::keep_alive_count{5})));
    BOOST_TEST(socket.template get<option::keep_alive_count>().value().value == 5);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_hop_limit_reads_back_as_it_was_set, F, Families) {
    if (lacks<F>() || host_fakes_hop_limit()) return;
    auto stream = created<F>();
    BOOST_TEST(succeeds(stream.set(option::hop_limit{17})));
    BOOST_TEST(stream.template get<option::hop_limit>().value().value == 17);
    auto datagram = new_udp<F>().value();
    BOOST_TEST(succeeds(datagram.set(option::hop_limit{18})));
    BOOST_TEST(datagram.template get<option::hop_limit>().value().value == 18);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(values_out_of_range_are_refused, F, Families) {
    if (lacks<F>()) return;
    auto socket = created<F>();
    BOOST_TEST(fails_with(socket.set(option::hop_limit{0}), errc::invalid_argument));
    BOOST_TEST(fails_with(socket.set(option::hop_limit{256}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(socket.set(option::keep_alive_count{0}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(socket.set(option::keep_alive_idle{}), std::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(buffers_become_at_least_as_large_as_asked, F, Families) {
    if (lacks<F>()) return;
    auto stream = created<F>();
    BOOST_TEST(succeeds(stream.set(option::receive_buffer{65536})));
    BOOST_TEST(stream.template get<option::receive_buffer>().value().value >= 65536);
    BOOST_TEST(succeeds(stream.set(option::send_buffer{65536})));
    BOOST_TEST(stream.template get<option::send_buffer>().value().value >= 65536);
    auto datagram = datagrams_on_loopback<F>();
    BOOST_TEST(succeeds(datagram.set(option::receive_buffer{65536})));
    BOOST_TEST(datagram.template get<option::receive_buffer>().value().value >= 65536);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
