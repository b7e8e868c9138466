// SPDX-License-Identifier: BSL-1.0
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <estate/adopt.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/unix.hpp>
#include <string>

#include "../support/check.hpp"
#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "../support/found_again.hpp"
#include "../support/scratch.hpp"
#include "../support/time.hpp"

// adopt(release(x)) is x.

namespace {
using namespace estate;
using namespace estate::test;

using Transports = std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>;
using Connections = std::tuple<UnixStream, UnixSeqpacket>;

BOOST_AUTO_TEST_SUITE(adopting_local)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_is_found_and_does_not_block, T, Connections) {
    const Scratch scratch;
    const int descriptor = new_socket<T>().value().bind(scratch.at("s")).value().listen().value().release();
    ::fcntl(descriptor, F_SETFL, 0);
    ::fcntl(descriptor, F_SETFD, 0);
    auto adopted = adopt<T>(descriptor).value();
    BOOST_REQUIRE(adopted.template is<Listening>());
    BOOST_TEST((is_nonblocking(descriptor) && closes_on_exec(descriptor)));
}

BOOST_AUTO_TEST_CASE(an_error_of_before_says_nothing_of_a_stream_that_is_adopted) {
    auto pair = new_pair<UnixStream>().value();
    errno = EPIPE;  // as a send() elsewhere may have left it
    BOOST_TEST(adopt<UnixStream>(std::move(pair.first).release()).value().is<Connected>());
}

BOOST_AUTO_TEST_CASE(other_sockets_are_refused_and_stay_as_they_were) {
    const auto stream = unix_stream().value();
    BOOST_TEST(fails_with(adopt<UnixDatagram>(stream.handle()), errc::wrong_transport));
    BOOST_TEST(fails_with(adopt<UnixSeqpacket>(stream.handle()), errc::wrong_transport));
    BOOST_TEST(fails_with(adopt<Tcp<V4>>(stream.handle()), errc::wrong_family));
    const auto tcp = tcp_v4().value();
    BOOST_TEST(fails_with(adopt<UnixStream>(tcp.handle()), errc::wrong_family));
    BOOST_TEST(fails_with(adopt<UnixStream>(-1), std::errc::bad_file_descriptor));
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    BOOST_TEST(fails_with(adopt<UnixStream>(ends[0]), errc::not_a_socket));
    ::close(ends[0]);
    ::close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_service_manager_passes_unix_domain_sockets) {
    const Scratch scratch;
    const int listener = unix_stream().value().bind(scratch.at("s")).value().listen().value().release();
    const int datagrams = unix_datagram().value().bind(scratch.at("d")).value().release();
    const int code = exit_code_of_child([&] {
        const int away[] = {::fcntl(listener, F_DUPFD, 100), ::fcntl(datagrams, F_DUPFD, 100)};
        ::dup2(away[0], 3);
        ::dup2(away[1], 4);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "2", 1);
        auto activation = Activation::from_environment().value();
        if (!activation.adopt<UnixStream>(0).value().is<Listening>()) return 1;
        if (activation.adopt<UnixStream>(1)) return 2;  // it is of another type
        return activation.adopt<UnixDatagram>(1).value().is<Bound>() ? 0 : 3;
    });
    BOOST_TEST(code == 0);
    BOOST_TEST(is_there(scratch.at("s")));  // the service manager's
    ::close(listener);
    ::close(datagrams);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
