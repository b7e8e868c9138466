// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(fault_ending)

BOOST_AUTO_TEST_CASE(an_interrupted_close_has_closed_and_is_not_called_again) {
    auto socket = created<V4, FaultySockets>();
    const int descriptor = socket.handle();
    const Faults faults{spoil(Call::close, EINTR)};
    BOOST_TEST(succeeds(std::move(socket).close()));
    BOOST_TEST(faults.made(Call::close) == 1);
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(a_close_that_fails_has_closed_and_is_not_called_again) {
    for (const int error : {EIO, ENOSPC, EDQUOT}) {
        auto socket = connected_pair<V4, FaultySockets>().client;
        const Faults faults{spoil(Call::close, error)};
        {
            const auto failed = std::move(socket).close();
            BOOST_TEST(fails_with(failed, static_cast<std::errc>(error)));
        }
        BOOST_TEST(faults.made(Call::close) == 1);
    }
}

BOOST_AUTO_TEST_CASE(the_second_half_tells_what_close_said) {
    auto one = connected_pair<V4, FaultySockets>();
    auto send_closed = std::move(one.client).shutdown_send().value();
    auto receive_closed = std::move(one.server).shutdown_receive().value();
    const Faults faults{spoil(Call::close, EIO, 2)};
    BOOST_TEST(fails_with(std::move(send_closed).shutdown_receive(), std::errc::io_error));
    BOOST_TEST(fails_with(std::move(receive_closed).shutdown_send(), std::errc::io_error));
    BOOST_TEST(faults.made(Call::close) == 2);
}

BOOST_AUTO_TEST_CASE(the_destructor_drops_what_close_says) {
    int descriptor = -1;
    const Faults faults{spoil(Call::close, EIO)};
    {
        const auto socket = created<V4, FaultySockets>();
        descriptor = socket.handle();
    }
    BOOST_TEST(faults.made(Call::close) == 1);
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(an_abort_that_cannot_reset_tells_so_and_closes) {
    auto socket = connected_pair<V4, FaultySockets>().client;
    const int descriptor = socket.handle();
    const Faults faults{refuse(Call::setsockopt, ENOBUFS)};
    {
        const auto failed = std::move(socket).abort();
        BOOST_TEST(fails_with(failed, std::errc::no_buffer_space));
        BOOST_TEST(!is_open(descriptor));
    }
    BOOST_TEST(faults.made(Call::close) == 1);
}

BOOST_AUTO_TEST_CASE(an_abort_tells_what_close_said) {
    auto socket = connected_pair<V4, FaultySockets>().client;
    const Faults faults{spoil(Call::close, EIO)};
    BOOST_TEST(fails_with(std::move(socket).abort(), std::errc::io_error));
    BOOST_TEST(faults.made(Call::close) == 1);
}

BOOST_AUTO_TEST_CASE(a_shutdown_that_fails_closes) {
    const auto check = [](auto shut) {
        auto pair = connected_pair<V4, FaultySockets>();
        const int descriptor = pair.client.handle();
        const Faults faults{refuse(Call::shutdown, ENOBUFS)};
        BOOST_TEST(fails_with(shut(std::move(pair.client)), std::errc::no_buffer_space));
        BOOST_TEST(!is_open(descriptor));
        BOOST_TEST(faults.made(Call::close) == 1);
    };
    check([](auto socket) { return std::move(socket).shutdown_send(); });
    check([](auto socket) { return std::move(socket).shutdown_receive(); });
    check([](auto socket) { return std::move(socket).finish(soon()); });
}

BOOST_AUTO_TEST_CASE(a_finish_whose_reading_fails_closes) {
    auto pair = connected_pair<V4, FaultySockets>();
    const int descriptor = pair.client.handle();
    const Faults faults{refuse(Call::recv, ECONNRESET)};
    BOOST_TEST(fails_with(std::move(pair.client).finish(soon()), std::errc::connection_reset));
    BOOST_TEST(!is_open(descriptor));
    BOOST_TEST(faults.made(Call::close) == 1);
}

BOOST_AUTO_TEST_CASE(a_finish_tells_what_close_said) {
    auto pair = connected_pair<V4, FaultySockets>();
    (void)std::move(pair.server).close();
    const Faults faults{spoil(Call::close, EIO)};
    BOOST_TEST(fails_with(std::move(pair.client).finish(soon()), std::errc::io_error));
    BOOST_TEST(faults.made(Call::close) == 1);
}

BOOST_AUTO_TEST_CASE(a_peer_that_always_has_more_to_read_does_not_outlive_the_deadline) {
    auto pair = connected_pair<V4, FaultySockets>();
    const Faults faults{answer(Call::recv, 1024, 1'000'000'000)};
    const Stopwatch watch;
    BOOST_TEST(fails_with(std::move(pair.client).finish(in(20ms)), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 19);
    BOOST_TEST(watch.elapsed().count() < 2000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
