// SPDX-License-Identifier: BSL-1.0
// The file of a bound path goes with the socket that bound it, and with no other; on the kernel and on a simulated host.

#include <optional>

#include "local_ground.hpp"

namespace {
using namespace estate;
using namespace estate::test;

using Transports = std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>;

template <class T>
BoundSocket<T> bound_at(const UnixAddress& at) {
    return new_socket<T>().value().bind(at).value();
}

BOOST_AUTO_TEST_SUITE(local_files)

BOOST_AUTO_TEST_CASE_TEMPLATE(the_file_goes_when_the_socket_is_dropped_or_closed, T, Transports) {
    const Scratch scratch;
    {
        const auto bound = bound_at<T>(scratch.at("a"));
        BOOST_TEST(is_there(scratch.at("a")));
    }
    BOOST_TEST(!is_there(scratch.at("a")));
    auto bound = bound_at<T>(scratch.at("b"));
    BOOST_TEST(succeeds(std::move(bound).close()));
    BOOST_TEST(!is_there(scratch.at("b")));
}

BOOST_AUTO_TEST_CASE(the_file_goes_with_the_socket_through_every_state) {
    const Scratch scratch;
    {
        auto listener = bound_at<UnixStream>(scratch.at("server")).listen().value();
        auto client = bound_at<UnixStream>(scratch.at("client")).connect(scratch.at("server"), soon()).value();
        auto server = listener.accept(soon()).value();
        BOOST_TEST((server.remote_addr().value() == scratch.at("client")));
        auto half = std::move(client).shutdown_send().value();
        BOOST_TEST(is_there(scratch.at("client")));
        BOOST_TEST(succeeds(std::move(half).shutdown_receive()));
        BOOST_TEST(!is_there(scratch.at("client")));

        BOOST_TEST(succeeds(std::move(server).close()));  // it only has the address of its listener
        BOOST_TEST(is_there(scratch.at("server")));
        auto moved = std::move(listener);
        BOOST_TEST(is_there(scratch.at("server")));
    }
    BOOST_TEST(!is_there(scratch.at("server")));
}

BOOST_AUTO_TEST_CASE(assigning_over_a_bound_socket_removes_its_file_and_keeps_the_other) {
    const Scratch scratch;
    auto one = bound_at<UnixStream>(scratch.at("one"));
    one = bound_at<UnixStream>(scratch.at("two"));
    BOOST_TEST(!is_there(scratch.at("one")));
    BOOST_TEST(is_there(scratch.at("two")));
}

BOOST_AUTO_TEST_CASE(a_failed_connect_and_a_failed_listen_leave_no_file) {
    const Scratch scratch;
    auto failed = bound_at<UnixStream>(scratch.at("a")).connect(scratch.at("nobody"));
    BOOST_TEST(fails_with(failed, std::errc::no_such_file_or_directory));
    BOOST_TEST(!is_there(scratch.at("a")));
}

BOOST_AUTO_TEST_CASE(a_released_socket_leaves_its_file) {
    const Scratch scratch;
    const int descriptor = bound_at<UnixStream>(scratch.at("s")).listen().value().release();
    BOOST_TEST(is_there(scratch.at("s")));
    {
        auto adopted = adopt<UnixStream>(descriptor).value();
        BOOST_TEST(adopted.is<Listening>());
    }
    BOOST_TEST(is_there(scratch.at("s")));  // it was another's
}

BOOST_AUTO_TEST_CASE(a_file_that_is_another_one_by_then_stays) {
    const Scratch scratch;
    std::optional first = bound_at<UnixStream>(scratch.at("s"));
    BOOST_TEST_REQUIRE(remove_file(scratch.at("s")));
    const auto second = bound_at<UnixStream>(scratch.at("s"));
    first.reset();
    BOOST_TEST(is_there(scratch.at("s")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stale_file_is_told_from_one_of_a_living_server, T, Transports) {
    const Scratch scratch;
    const auto at = scratch.at("s");
    {
        const auto living = bound_at<T>(at);  // it does not even listen
        auto refused = new_socket<T>().value().bind(at);
        BOOST_TEST(fails_with(refused, std::errc::address_in_use));
        BOOST_TEST(!fails_with(refused, unix_errc::stale_socket_file));
        auto again = std::move(refused.assume_error().socket).bind_over_stale(at);
        BOOST_TEST(fails_with(again, std::errc::address_in_use));
        BOOST_TEST(is_there(at));
    }
    close_raw(bound_at<T>(at).release());  // as if its program had been killed
    BOOST_TEST_REQUIRE(is_there(at));
    auto refused = new_socket<T>().value().bind(at);
    BOOST_TEST(fails_with(refused, unix_errc::stale_socket_file));
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));  // what POSIX calls it
    BOOST_TEST(fails_with(unix_stream().value().connect(at), std::errc::connection_refused));
    const auto bound = std::move(refused.assume_error().socket).bind_over_stale(at);
    BOOST_TEST(succeeds(bound));
    BOOST_TEST((bound.assume_value().local_addr().value() == at));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_never_taken_for_stale_nor_removed) {
    const Scratch scratch;
    put_file(scratch.at("s"));
    BOOST_TEST(fails_with(unix_stream().value().bind_over_stale(scratch.at("s")), std::errc::address_in_use));
    BOOST_TEST(fails_with(unix_stream().value().connect(scratch.at("s")), std::errc::connection_refused));
    BOOST_TEST(is_there(scratch.at("s")));
}

BOOST_AUTO_TEST_CASE(a_socket_of_another_type_does_not_answer_at_the_path) {
    const Scratch scratch;
    const auto datagrams = bound_at<UnixDatagram>(scratch.at("s"));
    BOOST_TEST(fails_with(unix_stream().value().connect(scratch.at("s")), std::errc::wrong_protocol_type));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
