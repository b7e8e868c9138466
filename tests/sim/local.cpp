// SPDX-License-Identifier: BSL-1.0
// Unix-domain sockets of a simulated host: what the laws (tests/laws/local_*.cpp) do not say of every backend.
#include <cerrno>
#include <chrono>
#include <estate/adopt.hpp>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/ready_set.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/halves.hpp>
#include <estate/readiness.hpp>
#include <estate/unix.hpp>
#include <vector>

#include "support/check.hpp"
#include "support/waiting_messages.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

using LocalStream = BasicUnixStream<sim::UnixStreams>;
using LocalDatagram = BasicUnixDatagram<sim::UnixDatagrams>;
using LocalSeqpacket = BasicUnixSeqpacket<sim::UnixSeqpackets>;
using PassedTcp = Tcp<V4, sim::Sockets>;

UnixAddress path(const char* text) { return UnixAddress::path(text).value(); }

/// Each kind of socket does what it can, as far as it comes. Every resource that it takes it gives back.
void live(sim::System system) {
    const auto at = path("/run/live");
    auto created = new_socket<LocalStream>(system);
    if (!created) return;
    auto bound = std::move(created).assume_value().bind_over_stale(at);
    if (!bound) return;
    auto listening = std::move(bound).assume_value().listen();
    if (!listening) return;
    const auto& listener = listening.assume_value();
    const auto soon = system.in(std::chrono::seconds(1));
    auto client = new_socket<LocalStream>(system);
    if (!client) return;
    auto connected = std::move(client).assume_value().connect(at, soon);
    auto accepted = listener.accept(soon);
    if (!connected || !accepted) return;
    auto& talk = connected.assume_value();
    const auto& answer = accepted.assume_value();
    std::byte room[16];
    (void)talk.send_all("hello", soon);
    (void)answer.recv(room, soon);
    (void)answer.remote_addr();
    (void)answer.peer_credentials();
    if (auto passed = new_socket<PassedTcp>(system)) {
        (void)talk.send_socket(std::move(passed).assume_value(), "x", soon);
        (void)answer.recv_socket<PassedTcp>(room, soon);
        if (auto lost = new_socket<PassedTcp>(system)) {
            (void)talk.send_socket(std::move(lost).assume_value(), "never received", soon);
        }
    }
    if (auto halves = std::move(talk).split()) {
        auto joined = std::move(halves.assume_value().reader).join(std::move(halves.assume_value().writer));
        if (joined) (void)std::move(joined).assume_value().finish(soon);
    }
    if (auto pair = new_pair<LocalSeqpacket>(system)) {
        auto& [one, two] = pair.assume_value();
        (void)one.send("packet", soon);
        (void)two.recv(room, soon);
    }
    auto datagram = new_socket<LocalDatagram>(system);
    if (!datagram) return;
    auto named = std::move(datagram).assume_value().bind(path("/run/datagrams"));
    auto nobody = new_socket<LocalDatagram>(system);
    if (!named || !nobody) return;
    (void)nobody.assume_value().send_to("x", path("/run/datagrams"), soon);
    (void)named.assume_value().recv_from(room, soon);
    auto fixed = std::move(nobody).assume_value().connect(path("/run/datagrams"));
    if (fixed) (void)fixed.assume_value().send("y");
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_call_of_unix_domain_sockets_fails_with_each_error_and_nothing_is_left_over) {
    sim::Options options;
    options.sockets = 32;
    options.packets = 64;
    options.blocks = 128;
    options.records = false;
    std::uint64_t calls = 0;
    {
        sim::World world(1, options);
        live(world.host("h").system());
        calls = world.calls();
    }
    BOOST_TEST(calls > 40U);
    std::uint64_t swept = 0;
    for (const int error : {EINTR, EAGAIN, EBADF, ECONNABORTED, ECONNREFUSED, ECONNRESET, EIO, EMFILE, ENFILE, ENOBUFS,
                            ENOENT, ENOMEM, ENOSPC, EPERM, EPIPE, ENOTCONN, EADDRINUSE, EPROTOTYPE, ETIMEDOUT}) {
        for (std::uint64_t nth = 1; nth <= calls; ++nth, ++swept) {
            sim::World world(1, options);
            const auto host = world.host("h");
            world.add(Fault{.nth = nth, .error = error});
            live(host.system());
            BOOST_TEST_REQUIRE(world.faults_fired() == 1U);
            const bool is_clean = host.open() == 0 && host.sockets() == 0 &&
                                  world.engine().blocks.free_blocks() == options.blocks;
            if (!is_clean) BOOST_ERROR("call " << nth << " fails with " << error << ": something is left over");
        }
    }
    BOOST_TEST_MESSAGE("unix-domain faults swept: " << swept);
}

BOOST_AUTO_TEST_CASE(programs_of_a_host_talk_over_a_path_and_those_of_another_do_not_see_it) {
    sim::World world(3);
    const auto here = world.host("here");
    const auto there = world.host("there");
    sim::Programs programs(world);
    std::string heard;
    programs.spawn(here, "server", [&](sim::System system) {
        const auto listener = new_socket<LocalStream>(system).value().bind(path("/run/s")).value().listen().value();
        const auto peer = listener.accept(system.in(std::chrono::seconds(5))).value();
        std::byte room[16];
        while (const auto got = peer.recv(room)) heard += as_text(std::span(room).first(got.assume_value()));
    });
    programs.spawn(here, "client", [&](sim::System system) {
        auto client = new_socket<LocalStream>(system).value().connect(path("/run/s")).value();
        for (int i = 0; i < 3; ++i) (void)client.send_all("word ").value();
    });
    programs.spawn(there, "stranger", [&](sim::System system) {
        BOOST_TEST(fails_with(new_socket<LocalStream>(system).value().connect(path("/run/s")),
                              std::errc::no_such_file_or_directory));
    });
    programs.run();
    BOOST_TEST(heard == "word word word ");
    BOOST_TEST(!here.has_file("/run/s"));
}

BOOST_AUTO_TEST_CASE(of_programs_that_replace_a_stale_file_at_once_one_has_it) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        sim::Options options;
        options.schedule = sim::Schedule::random;
        options.patience = 1;  // others may run within bind_over_stale()
        sim::World world(seed, options);
        const auto host = world.host("h");
        host.system().close(new_socket<LocalStream>(host.system()).value().bind(path("/run/s")).value().release());
        BOOST_TEST_REQUIRE(host.has_file("/run/s"));
        int winners = 0;
        std::vector<BoundSocket<LocalStream>> kept;
        sim::Programs programs(world);
        for (int i = 0; i < 4; ++i) {
            programs.spawn(host, "server" + std::to_string(i), [&](sim::System system) {
                auto bound = new_socket<LocalStream>(system).value().bind_over_stale(path("/run/s"));
                if (!bound) return;
                ++winners;
                kept.push_back(std::move(bound).assume_value());
            });
        }
        programs.run();
        BOOST_TEST(winners == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_blocked_sender_goes_on_when_the_receiver_reads) {
    sim::World world(4);
    const auto host = world.host("h");
    auto [sender, receiver] = new_pair<LocalStream>(host.system()).value();
    sim::Programs programs(world);
    std::vector<std::byte> much(100'000, std::byte{7});
    std::size_t got = 0;
    programs.spawn(host, "writer", [&](sim::System) { BOOST_TEST(succeeds(sender.send_all(much))); });
    programs.spawn(host, "reader", [&](sim::System) {
        std::byte room[999];
        while (got < much.size()) got += receiver.recv(room).value();
    });
    programs.run();
    BOOST_TEST(got == much.size());
    BOOST_TEST(world.deadlock().empty());
}

BOOST_AUTO_TEST_CASE(bytes_of_a_stream_that_wait_together_are_one_message_of_the_table) {
    sim::Options few;
    few.packets = 4;
    sim::World world(5, few);
    const auto host = world.host("h");
    const auto [sender, receiver] = new_pair<LocalStream>(host.system()).value();
    for (int i = 0; i < 100; ++i) BOOST_REQUIRE(succeeds(sender.send("x")));
    std::byte room[128];
    BOOST_TEST(receiver.recv(room).value() == 100u);
}

BOOST_AUTO_TEST_CASE(the_name_of_a_peer_that_has_gone_ends_with_who_remembers_it) {
    sim::Options few;
    few.names = 4;
    sim::World world(5, few);
    const auto host = world.host("h");
    for (int i = 0; i < 20; ++i) {
        auto bound = new_socket<LocalStream>(host.system()).value().bind(path("/run/again"));
        BOOST_REQUIRE(bound.has_value());
        const auto listener = std::move(bound).assume_value().listen().value();
        auto client = new_socket<LocalStream>(host.system()).value().connect(path("/run/again")).value();
        BOOST_REQUIRE(succeeds(listener.accept().value().close()));
        BOOST_TEST((client.remote_addr().value() == path("/run/again")));
    }
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_is_made_so_never_waits) {
    sim::World world(5);
    const auto system = world.host("h", "10.0.0.1"_ip4).system();
    for (const int domain : {AF_INET, AF_UNIX}) {
        const int made = system.socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        BOOST_REQUIRE(made >= 0);
        std::byte room[1];
        BOOST_TEST(system.recv(made, room, sizeof room, 0) == -1);
        BOOST_TEST(system.error() == EAGAIN);
        BOOST_TEST(system.close(made) == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_reader_whom_nobody_writes_to_is_a_deadlock_that_is_named) {
    sim::World world(5);
    const auto host = world.host("h");
    const auto pair = new_pair<LocalStream>(host.system()).value();
    std::byte room[1];
    BOOST_TEST(fails_with(pair.first.recv(room), std::errc::resource_deadlock_would_occur));
    BOOST_TEST(world.deadlock().find("recv") != std::string::npos);
}

using Kinds = std::tuple<LocalStream, LocalSeqpacket, LocalDatagram>;

template <class... Kinds>
using SimulatedPoller = BasicPoller<sim::ReadySet, Kinds...>;

BOOST_AUTO_TEST_CASE_TEMPLATE(a_poller_is_told_of_messages_and_of_room, T, Kinds) {
    sim::World world(6);
    const auto host = world.host("h");
    const sim::System system = host.system();
    const auto soon = [&] { return system.in(std::chrono::milliseconds(200)); };
    BOOST_TEST(bytes_told_of<SimulatedPoller>(new_pair<T>(system).value(), soon, system) == 6u);
}

BOOST_AUTO_TEST_CASE(a_program_sees_the_credentials_of_its_own_host) {
    sim::World world(7);
    const auto one = world.host("one");
    const auto two = world.host("two");
    const auto of = [](const sim::Host& host) {
        return new_pair<LocalStream>(host.system()).value().first.peer_credentials().value();
    };
    BOOST_TEST((of(one) == of(one)));
    BOOST_TEST(of(one).process != of(two).process);
}

BOOST_AUTO_TEST_CASE(more_descriptors_than_there_is_a_place_for_are_cut_and_none_leaks) {
    sim::World world(8);
    const auto host = world.host("h", sim::Limits{.descriptors = 7});
    const sim::System system = host.system();
    {
        const auto pair = new_pair<LocalStream>(system).value();  // 3 and 4
        (void)pair.first.send_socket(new_socket<PassedTcp>(system).value()).value();
        (void)pair.first.send_socket(new_socket<PassedTcp>(system).value()).value();
        const auto third = new_pair<LocalStream>(system).value();  // 5 and 6: the table is full
        BOOST_TEST(fails_with(pair.second.recv_socket<PassedTcp>(system.in(std::chrono::seconds(1))), unix_errc::passed_cut));
    }
    BOOST_TEST(host.open() == 0U);
    BOOST_TEST(host.sockets() == 0U);
}

BOOST_AUTO_TEST_CASE(a_circle_ends_with_the_last_message_outside_of_it_and_gives_all_back) {
    sim::World world(8);
    const auto host = world.host("h");
    const sim::System system = host.system();
    const std::size_t blocks = world.engine().blocks.free_blocks();
    {
        auto one = new_pair<LocalSeqpacket>(system).value();
        auto two = new_pair<LocalSeqpacket>(system).value();
        auto outside = new_pair<LocalSeqpacket>(system).value();
        auto copy = adopt<LocalSeqpacket>(system.duplicate(one.first.handle()), system).value();
        BOOST_REQUIRE(succeeds(two.second.send_socket(new_socket<PassedTcp>(system).value(), "goes with it")));
        BOOST_REQUIRE(succeeds(two.second.send_socket(std::move(one.first), "1")));
        BOOST_REQUIRE(succeeds(one.second.send_socket(std::move(two.first), "2")));
        BOOST_REQUIRE(succeeds(outside.second.send_socket(std::move(copy).take<Connected>(), "1")));
        BOOST_TEST(host.open() == 4U);
        BOOST_TEST(host.sockets() == 7U);
        BOOST_TEST(succeeds(std::move(outside.first).close()));
        BOOST_TEST(host.sockets() == 3U);
        std::byte room[1];
        BOOST_TEST(fails_with(one.second.recv(room), errc::end_of_stream));
        BOOST_TEST(fails_with(two.second.recv(room), errc::end_of_stream));
    }
    BOOST_TEST(host.sockets() == 0U);
    BOOST_TEST(world.engine().blocks.free_blocks() == blocks);
}

BOOST_AUTO_TEST_CASE(names_beyond_the_table_are_no_space_and_free_ones_come_back) {
    sim::Options options;
    options.names = 2;
    sim::World world(9, options);
    const sim::System system = world.host("h").system();
    for (int round = 0; round < 3; ++round) {
        const auto one = new_socket<LocalStream>(system).value().bind(path("/1")).value();
        const auto two = new_socket<LocalDatagram>(system).value().bind(path("/2")).value();
        BOOST_TEST(fails_with(new_socket<LocalStream>(system).value().bind(path("/3")), std::errc::no_space_on_device));
    }
}

BOOST_AUTO_TEST_CASE(a_pair_for_which_there_is_one_place_leaves_none_behind) {
    sim::World world(10);
    const auto host = world.host("h", sim::Limits{.descriptors = 4});
    int ends[2];
    BOOST_TEST(fails(host.system(), host.system().socketpair(AF_UNIX, SOCK_STREAM, 0, ends), EMFILE));
    BOOST_TEST(host.open() == 0U);
    BOOST_TEST(host.sockets() == 0U);
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_pair_never_wait_where_they_are_made_so) {
    sim::World world(11);
    const auto system = world.host("h").system();
    int ends[2];
    BOOST_TEST(works(system, system.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends)));
    char room[4];
    for (const int end : ends) BOOST_TEST(fails(system, system.recv(end, room, sizeof room, 0), EAGAIN));
}

BOOST_AUTO_TEST_CASE(a_name_is_free_once_the_last_message_that_has_it_is_read) {
    sim::Options options;
    options.names = 2;
    sim::World world(13, options);
    const auto system = world.host("h").system();
    for (int round = 0; round < 3; ++round) {
        const auto receives = new_socket<LocalDatagram>(system).value().bind(path("/to")).value();
        const auto sends = new_socket<LocalDatagram>(system).value().bind(path("/from")).value();
        BOOST_TEST(succeeds(sends.send_to("x", path("/to"))));
        std::byte room[4];
        BOOST_TEST(succeeds(receives.recv_from(room)));
    }
}

BOOST_AUTO_TEST_CASE(who_asks_for_no_name_of_a_sender_is_given_none) {
    sim::World world(12);
    const auto host = world.host("h");
    const auto receives = new_socket<LocalDatagram>(host.system()).value().bind(path("/to")).value();
    const auto sends = new_socket<LocalDatagram>(host.system()).value().bind(path("/from")).value();
    BOOST_TEST(succeeds(sends.send_to("x", path("/to"))));
    char room[4];
    iovec part{room, sizeof room};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    BOOST_TEST(host.system().recvmsg(receives.handle(), &message, 0) == 1);
    BOOST_TEST(message.msg_namelen == 0U);

    // The length is left as it is, also where the sender has no name.
    const auto nameless = new_socket<LocalDatagram>(host.system()).value();
    BOOST_TEST(succeeds(sends.send_to("x", path("/to"))));
    BOOST_TEST(succeeds(nameless.send_to("x", path("/to"))));
    message.msg_namelen = 77;
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(host.system().recvmsg(receives.handle(), &message, 0) == 1);
        BOOST_TEST(message.msg_namelen == 77U);
    }
}

BOOST_AUTO_TEST_CASE(bytes_of_a_stream_come_with_the_name_of_the_peer_and_its_end_with_none) {
    sim::World world(14);
    const auto host = world.host("h");
    const auto system = host.system();
    const auto listener = new_socket<LocalStream>(system).value().bind(path("/to")).value().listen().value();
    const auto client =
        new_socket<LocalStream>(system).value().bind(path("/from")).value().connect(path("/to")).value();
    const auto server = listener.accept().value();
    BOOST_TEST(succeeds(client.send("ab")));
    world.at(sim::second, [&] { system.shutdown(client.handle(), SHUT_WR); });
    char room[4];
    sockaddr_un name{};
    socklen_t size = sizeof name;
    auto* const from = reinterpret_cast<sockaddr*>(&name);
    BOOST_TEST(system.recvfrom(server.handle(), room, 4, MSG_WAITALL, from, &size) == 2);
    BOOST_TEST(size == offsetof(sockaddr_un, sun_path) + sizeof "/from");
    BOOST_TEST(std::string_view(name.sun_path) == "/from");
    BOOST_TEST(system.recvfrom(server.handle(), room, 4, 0, from, &size) == 0);
    BOOST_TEST(size == 0U);
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_peer_that_gives_it_up_over_unread_messages_hears_of_a_reset) {
    sim::World world(11);
    const auto host = world.host("h");
    const auto [waits, gives_up] = new_pair<LocalDatagram>(host.system()).value();
    BOOST_TEST(succeeds(waits.send("unread")));
    sim::Programs programs(world);
    programs.spawn(host, "waits", [&socket = waits](sim::System) {
        std::byte room[8];
        BOOST_TEST(fails_with(socket.recv(room), std::errc::connection_reset));
    });
    programs.spawn(host, "gives up", [fd = gives_up.handle()](sim::System system) {
        sockaddr nobody{};
        nobody.sa_family = AF_UNSPEC;
        BOOST_TEST(system.connect(fd, &nobody, sizeof nobody) == 0);
    });
    programs.run();
    BOOST_TEST(world.deadlock().empty());
}
