// SPDX-License-Identifier: BSL-1.0
// The library's own sockets on simulated hosts: what is compiled is the POSIX backend.
#include <chrono>
#include <functional>
#include <estate/backend/backend.hpp>
#include <estate/backend/posix/observe.hpp>
#include <estate/backend/posix/waker.hpp>
#include <estate/backend/sim/programs.hpp>
#include <estate/estate.hpp>
#include <estate/network.hpp>

#include "support/check.hpp"
#include "support/greeting.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;
using namespace std::chrono_literals;

namespace {

template <Family F>
using SimTcp = Tcp<F, sim::Sockets>;
template <Family F>
using SimUdp = Udp<F, sim::Sockets>;
using SimWaker = BasicWaker<sim::Sockets>;
using SimUntil = sim::Sockets::until;
using Families = std::tuple<V4, V6>;

static_assert(StreamBackend<sim::Sockets, V4> && DatagramBackend<sim::Sockets, V6> && NumberedBackend<sim::Sockets> &&
              AbortingBackend<sim::Sockets>);

/// The address of the host "server", port 80.
template <Family F>
SocketAddress<F> server_address() {
    if constexpr (std::same_as<F, V4>) {
        return {"10.0.0.2"_ip4, 80};
    } else {
        return SocketAddress<F>("fd00::2"_ip6, 80);
    }
}

/// Serves so many connections: sends back what each brings, to its end.
template <Family F, class Net>
result<void> echo(Net net, SocketAddress<F> at, int connections) {
    BOOST_OUTCOME_TRY(auto created, net.template new_tcp<F>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(at));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (int i = 0; i < connections; ++i) {
        BOOST_OUTCOME_TRY(auto peer, listener.accept());
        for (std::byte room[100];;) {
            const auto got = peer.recv(room);
            if (!got && got.assume_error() == errc::end_of_stream) break;
            if (!got) return got.assume_error();
            BOOST_OUTCOME_TRY(peer.send_all(std::span(room).first(got.assume_value())));
        }
        BOOST_OUTCOME_TRY(std::move(peer).close());
    }
    return success();
}
/// Sends the text and returns what comes back.
template <Family F, class Net>
result<std::string> ask(Net net, SocketAddress<F> at, std::string_view text) {
    const Deadline until = net.in(10s);
    BOOST_OUTCOME_TRY(auto created, net.template new_tcp<F>());
    BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(at, until));
    BOOST_OUTCOME_TRY(peer.send_all(text, until));
    BOOST_OUTCOME_TRY(auto half, std::move(peer).shutdown_send());
    std::string answer;
    for (std::byte room[100];;) {
        const auto got = half.recv(room, until);
        if (!got && got.assume_error() == errc::end_of_stream) return answer;
        if (!got) return got.assume_error();
        answer += as_text(std::span(room).first(got.assume_value()));
    }
}
using Net = Network<sim::Sockets>;
// The same source is a program of the kernel; the laws, which run on both, compare the two.
[[maybe_unused]] constexpr auto* echo_by_the_kernel = &echo<V4, NativeNetwork>;

// The program of tests/socket/network.cpp, which runs on the kernel there.
BOOST_AUTO_TEST_CASE(a_program_that_is_a_function_of_its_network_runs_in_a_world) {
    TwoHosts two;
    const Network<sim::Sockets> net(two.client);
    BOOST_TEST(greet_itself(net).value() == 5u);
    const auto until = net.in(50ms);
    BOOST_TEST(!until.has_passed(net.now()));
    BOOST_TEST((until == Deadline::in(50ms, two.client.now())));
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(the_same_source_talks_on_simulated_hosts, F, Families) {
    TwoHosts two;
    sim::Programs programs(two.world);
    programs.spawn(two.b, "echo", [](sim::System on) {
        BOOST_TEST(succeeds(echo<F>(Net(on), server_address<F>(), 2)));
    });
    for (const char* text : {"first", "second"}) {
        programs.spawn(two.a, "ask", [text](sim::System on) {
            const auto answer = ask<F>(Net(on), server_address<F>(), text);
            BOOST_TEST_REQUIRE(succeeds(answer));
            BOOST_TEST(answer.assume_value() == text);
        });
    }
    programs.run();
    BOOST_TEST(two.world.deadlock() == "");
    BOOST_TEST(two.a.open() == 0U);
    BOOST_TEST(two.b.open() == 0U);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_program_has_the_same_results_through_routers, F, Families) {
    for (const std::size_t routers : {0U, 1U, 3U}) {
        TwoHosts two;
        sim::Host there = two.a;
        sim::Host back = two.b;
        const auto way = [&](sim::Host from, sim::Host to, sim::Host via) {  // to the address of the other end
            if constexpr (std::same_as<F, V4>) {
                two.world.route(from, CidrRange<V4>::of(to.id() == two.b.id() ? "10.0.0.2"_ip4 : "10.0.0.1"_ip4), via);
            } else {
                two.world.route(from, CidrRange<V6>::of(to.id() == two.b.id() ? "fd00::2"_ip6 : "fd00::1"_ip6), via);
            }
        };
        for (std::size_t i = 0; i < routers; ++i) {
            const sim::Host router = two.world.host("router");
            way(there, two.b, router);
            way(router, two.a, there);
            there = router;
        }
        if (routers > 0) way(there, two.b, back);
        if (routers > 0) way(back, two.a, there);
        sim::Programs programs(two.world);
        result<std::string> answer = errc::stopped;
        result<std::string> refused = errc::stopped;
        programs.spawn(two.b, "echo", [](sim::System on) {
            BOOST_TEST(succeeds(echo<F>(Net(on), server_address<F>(), 1)));
        });
        programs.spawn(two.a, "ask", [&](sim::System on) {
            answer = ask<F>(Net(on), server_address<F>(), "a text of some length");
            refused = ask<F>(Net(on), server_address<F>(), "to a server that has gone");
        });
        programs.run();
        BOOST_TEST(answer.value() == "a text of some length");
        BOOST_TEST(fails_with(refused, std::errc::connection_refused));
        std::size_t passed = 0;
        std::size_t arrived = 0;
        for (const sim::Event& event : two.world.trace().events()) {
            passed += event.kind == sim::Event::passed ? 1 : 0;
            arrived += event.kind == sim::Event::arrived ? 1 : 0;
        }
        BOOST_TEST(passed == routers * arrived);
        BOOST_TEST(two.a.open() + two.b.open() == 0U);
    }
}
BOOST_AUTO_TEST_CASE(an_interrupted_call_is_made_again_wherever_it_strikes) {
    TwoHosts sound;
    const auto run = [](TwoHosts& two) {
        sim::Programs programs(two.world);
        result<void> served = errc::stopped;
        result<std::string> answer = errc::stopped;
        programs.spawn(two.b, "echo", [&](sim::System on) { served = echo<V4>(Net(on), server_address<V4>(), 1); });
        programs.spawn(two.a, "ask", [&](sim::System on) {
            answer = ask<V4>(Net(on), server_address<V4>(), "hello");
        });
        programs.run();
        return served.has_value() && answer && answer.assume_value() == "hello";
    };
    BOOST_TEST_REQUIRE(run(sound));
    const std::uint64_t calls = sound.world.calls();
    for (std::uint64_t nth = 1; nth <= calls; ++nth) {
        for (const sim::Call call : {sim::Call::connect, sim::Call::accept, sim::Call::send, sim::Call::recv,
                                     sim::Call::poll, sim::Call::close}) {
            TwoHosts struck;
            struck.world.add(Fault{.call = call, .nth = nth, .error = EINTR});
            BOOST_TEST(run(struck), sim::name_of_call(call) << " number " << nth);
            BOOST_TEST(struck.a.open() == 0U);
            BOOST_TEST(struck.b.open() == 0U);
        }
    }
    BOOST_TEST_MESSAGE(calls << " calls of one talk");
}
BOOST_AUTO_TEST_CASE(any_error_at_any_call_leaves_no_descriptor_behind) {
    for (const int error : {EMFILE, ENOBUFS, EIO, ECONNRESET, EPIPE, ENETDOWN, EINTR, EAGAIN}) {
        for (std::uint64_t nth = 1; nth <= 40; ++nth) {
            TwoHosts struck;
            struck.world.add(Fault{.nth = nth, .error = error});
            {
                sim::Programs programs(struck.world);
                programs.spawn_daemon(struck.b, "echo", [&](sim::System on) {
                    (void)echo<V4>(Net(on), server_address<V4>(), 1);
                });
                programs.spawn(struck.a, "ask", [&](sim::System on) {
                    const auto answer = ask<V4>(Net(on), server_address<V4>(), "hello");
                    // A server that fails closes: its client may see the end early, and never other bytes.
                    BOOST_TEST((!answer || std::string_view("hello").starts_with(answer.assume_value())));
                });
                programs.run();
            }
            BOOST_TEST(struck.a.open() == 0U);
            BOOST_TEST(struck.b.open() == 0U);
            struck.world.run_for(1200 * second);
            BOOST_TEST(struck.a.sockets() + struck.b.sockets() == 0U);
        }
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_is_kept_to_the_nanosecond_in_a_cut_network, F, Families) {
    TwoHosts two;
    two.world.cut(two.a, two.b);
    for (const auto time : {0ns, 1ns, std::chrono::nanoseconds(1ms), std::chrono::nanoseconds(90s)}) {
        const std::int64_t before = two.world.now();
        auto refused = new_socket<SimTcp<F>>(two.client).value().connect(server_address<F>(), two.client.in(time));
        BOOST_TEST(fails_with(refused, errc::deadline_exceeded));
        BOOST_TEST(two.world.now() - before == time.count());
    }
}
BOOST_AUTO_TEST_CASE(a_deadline_covers_the_whole_call_however_often_it_is_interrupted) {
    TwoHosts two;
    auto listener = new_socket<SimTcp<V4>>(two.server).value().bind(server_address<V4>()).value().listen().value();
    auto client = new_socket<SimTcp<V4>>(two.client).value().connect(server_address<V4>(), two.client.in(1s)).value();
    auto server = listener.accept(two.server.in(1s)).value();
    for (int i = 1; i <= 20; ++i) {
        two.world.at(two.world.now() + i * 100 * millisecond,
                     [&two] { two.world.engine().waiters.wake(0, sim::Wake::interrupted); });
    }
    const std::int64_t before = two.world.now();
    std::byte room[4];
    BOOST_TEST(fails_with(server.recv(room, two.server.in(1050ms)), errc::deadline_exceeded));
    BOOST_TEST(two.world.now() - before == 1050 * millisecond);
}
/// Until when the calls of either host wait: a waker stops those of its own host.
struct Ends {
    SimUntil client;
    SimUntil server;
};

/// Calls check(name, wait) with each call that waits: wait(two, ends) answers its error.
template <class Check>
void each_call_that_waits(Check check) {
    const auto at = server_address<V4>();
    const auto why = [](const auto& result) { return Error(result.assume_error()); };
    const auto listener_of = [at](TwoHosts& two) {
        return new_socket<SimTcp<V4>>(two.server).value().bind(at).value().listen().value();
    };
    const auto pair_of = [&](TwoHosts& two) {
        auto listener = listener_of(two);
        auto client = new_socket<SimTcp<V4>>(two.client).value().connect(at).value();
        return std::pair(std::move(client), listener.accept().value());
    };
    const std::pair<const char*, std::function<Error(TwoHosts&, const Ends&)>> waits[] = {
        {"connect", [&](TwoHosts& two, const Ends& until) {
             two.world.cut(two.a, two.b);
             return why(new_socket<SimTcp<V4>>(two.client).value().connect(at, until.client));
         }},
        {"finish_connect", [&](TwoHosts& two, const Ends& until) {
             two.world.cut(two.a, two.b);
             auto begun = new_socket<SimTcp<V4>>(two.client).value().begin_connect(at).value();
             return why(std::move(begun).finish_connect(until.client));
         }},
        {"accept", [&](TwoHosts& two, const Ends& until) { return why(listener_of(two).accept(until.server)); }},
        {"recv", [&](TwoHosts& two, const Ends& until) {
             const auto pair = pair_of(two);
             std::byte room[4];
             return why(pair.second.recv(room, until.server));
         }},
        {"recv_exact", [&](TwoHosts& two, const Ends& until) {
             const auto pair = pair_of(two);
             (void)pair.first.send("ab").value();
             std::byte room[4];
             return why(pair.second.recv_exact(room, until.server));
         }},
        {"send_all", [&](TwoHosts& two, const Ends& until) {
             const auto pair = pair_of(two);
             two.world.cut(two.a, two.b);
             return why(pair.first.send_all(std::string(200'000, 'x'), until.client));
         }},
        {"finish", [&](TwoHosts& two, const Ends& until) {
             auto pair = pair_of(two);
             return why(std::move(pair.first).finish(until.client));
         }},
        {"recv_from", [&](TwoHosts& two, const Ends& until) {
             std::byte room[4];
             return why(new_socket<SimUdp<V4>>(two.server).value().bind(at).value().recv_from(room, until.server));
         }},
    };
    for (const auto& [name, wait] : waits) check(name, wait);
}
BOOST_AUTO_TEST_CASE(each_call_that_waits_ends_at_its_deadline_and_no_nanosecond_later) {
    each_call_that_waits([](const char* name, const auto& wait) {
        for (const bool interrupts : {false, true}) {
            for (const std::int64_t time : {30 * millisecond, 7 * second + 1, 100 * second + 999'999'999}) {
                TwoHosts two;
                if (interrupts) two.world.add(Fault{.call = sim::Call::poll, .every = 2, .error = EINTR});
                const std::int64_t end = two.world.now() + time;
                const Deadline until = two.client.in(std::chrono::nanoseconds(time));
                BOOST_TEST((wait(two, Ends{until, until}) == errc::deadline_exceeded), name);
                BOOST_TEST(two.world.now() == end, name << " ended " << two.world.now() - end << " ns late");
            }
        }
    });
}
BOOST_AUTO_TEST_CASE(each_call_that_waits_is_stopped_at_the_nanosecond_of_the_wake) {
    each_call_that_waits([](const char* name, const auto& wait) {
        for (const bool interrupts : {false, true}) {
            TwoHosts two;
            if (interrupts) two.world.add(Fault{.call = sim::Call::poll, .every = 2, .error = EINTR});
            const auto ours = SimWaker::open(two.client).value();
            const auto theirs = SimWaker::open(two.server).value();
            const std::int64_t end = two.world.now() + 7 * second + 1;
            two.world.at(end, [&] {
                ours.wake();
                theirs.wake();
            });
            const Deadline later = two.client.in(100s);
            BOOST_TEST((wait(two, Ends{{ours, later}, {theirs, later}}) == errc::stopped), name);
            BOOST_TEST(two.world.now() == end, name << " ended " << two.world.now() - end << " ns late");
        }
    });
}
BOOST_AUTO_TEST_CASE(short_sends_and_receives_are_made_whole) {
    TwoHosts two;
    two.world.add(Fault{.call = sim::Call::send, .at_most = 3});
    two.world.add(Fault{.call = sim::Call::recv, .at_most = 2});
    sim::Programs programs(two.world);
    programs.spawn(two.b, "echo", [](sim::System on) {
        BOOST_TEST(succeeds(echo<V4>(Net(on), server_address<V4>(), 1)));
    });
    programs.spawn(two.a, "ask", [](sim::System on) {
        const auto answer = ask<V4>(Net(on), server_address<V4>(), "a text of some length");
        BOOST_TEST(answer.value() == "a text of some length");
    });
    programs.run();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_hands_the_unbound_socket_back_and_a_failed_connect_closes, F, Families) {
    TwoHosts two;
    auto first = new_socket<SimTcp<F>>(two.server).value().bind(server_address<F>()).value();
    auto refused = new_socket<SimTcp<F>>(two.server).value().bind(server_address<F>());
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(succeeds(std::move(refused.assume_error().socket).bind_any()));
    auto nobody = new_socket<SimTcp<F>>(two.client).value().connect(server_address<F>());
    BOOST_TEST(fails_with(nobody, std::errc::connection_refused));
    BOOST_TEST(two.a.open() == 0U);
}
BOOST_AUTO_TEST_CASE(a_server_without_descriptors_knows_what_to_do) {
    TwoHosts two;
    auto listener = new_socket<SimTcp<V4>>(two.server).value().bind(server_address<V4>()).value().listen().value();
    auto client = new_socket<SimTcp<V4>>(two.client).value().connect(server_address<V4>()).value();
    two.world.limit(two.b, {.descriptors = 4});
    const auto none = listener.accept(two.server.in(1s));
    BOOST_REQUIRE(fails_with(none, std::errc::too_many_files_open));
    BOOST_TEST((classify_accept<sim::Sockets>(none.assume_error()) == AcceptFailure::resources));
    two.world.limit(two.b, {});
    BOOST_TEST(succeeds(listener.accept(two.server.in(1s))));
}
BOOST_AUTO_TEST_CASE(a_waker_stops_an_accept_in_another_program) {
    TwoHosts two;
    auto listener = new_socket<SimTcp<V4>>(two.server).value().bind(server_address<V4>()).value().listen().value();
    const auto waker = SimWaker::open(two.server).value();
    sim::Programs programs(two.world);
    programs.spawn(two.b, "server", [&](sim::System on) {
        BOOST_TEST(fails_with(listener.accept({waker, on.in(3600s)}), errc::stopped));
        BOOST_TEST(on.now() == 6 * second);
    });
    programs.spawn(two.b, "stopper", [&](sim::System on) {
        BOOST_TEST(on.poll(nullptr, 0, 6 * second) == 0);
        waker.wake();
    });
    programs.run();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(datagrams_of_the_library_are_cut_refused_and_disconnected, F, Families) {
    TwoHosts two;
    auto receiver = new_socket<SimUdp<F>>(two.server).value().bind(server_address<F>()).value();
    auto sender = new_socket<SimUdp<F>>(two.client).value().bind_any().value();
    const auto before = sender.local_port().value();
    BOOST_TEST(succeeds(sender.send_to("four bytes and more", server_address<F>())));
    std::byte room[4];
    const auto got = receiver.recv_from(room, two.server.in(1s)).value();
    BOOST_TEST(got.size == 4U);
    BOOST_TEST(got.truncated);
    auto fixed = std::move(sender).connect(server_address<F>()).value();
    BOOST_TEST(succeeds(std::move(receiver).close()));
    BOOST_TEST(succeeds(fixed.send("nobody hears")));
    BOOST_TEST(fails_with(fixed.recv(room, two.client.in(1s)), std::errc::connection_refused));
    auto free = std::move(fixed).disconnect().value();
    BOOST_TEST((free.local_port().value() == before));
}
BOOST_AUTO_TEST_CASE(a_lingering_close_of_the_library_loses_nothing_over_a_bad_line) {
    sim::Options bad;
    bad.link.loss = 200'000;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        TwoHosts two(bad, seed);
        sim::Programs programs(two.world);
        const std::string text(30'000, 'x');
        std::string got;
        programs.spawn(two.b, "sink", [&](sim::System on) {
            auto listener = new_socket<SimTcp<V4>>(on).value().bind(server_address<V4>()).value().listen().value();
            auto peer = listener.accept().value();
            for (std::byte room[1000];;) {
                const auto part = peer.recv(room);
                if (!part) break;
                got += as_text(std::span(room).first(part.assume_value()));
            }
        });
        programs.spawn(two.a, "source", [&](sim::System on) {
            auto peer = new_socket<SimTcp<V4>>(on).value().connect(server_address<V4>()).value();
            BOOST_TEST(peer.send_all(text).has_value());
            BOOST_TEST(succeeds(std::move(peer).finish(on.in(600s))));
        });
        programs.run();
        BOOST_TEST(got.size() == text.size());
    }
}
BOOST_AUTO_TEST_CASE(each_state_of_a_stream_is_found_by_the_observer) {
    ConnectedHosts two;
    using Seen = posix::Observe<sim::System>;
    const auto state = [&](int fd) { return Seen::observe_stream<V4>(fd, two.client).value(); };
    const int fresh = stream(two.client);
    BOOST_TEST((state(fresh) == Observed::created));
    BOOST_TEST(bind(two.client, fresh, {"10.0.0.1"_ip4, 0}) == 0);
    BOOST_TEST((state(fresh) == Observed::bound));
    BOOST_TEST((state(two.c) == Observed::connected));
    BOOST_TEST(two.client.shutdown(two.c, SHUT_WR) == 0);
    BOOST_TEST((state(two.c) == Observed::send_closed));
    BOOST_TEST((Seen::observe_stream<V4>(two.listening, two.server).value() == Observed::listening));
    BOOST_TEST(two.client.listen(fresh, 1) == 0);
    two.world.cut(two.a, two.b);
    const int trying = stream(two.client);
    BOOST_TEST(two.client.set_nonblocking(trying, true) == 0);
    BOOST_TEST(fails(two.client, connect(two.client, trying, two.at_server), EINPROGRESS));
    BOOST_TEST((state(trying) == Observed::connecting));
    BOOST_TEST(fails_with(Seen::observe_stream<V6>(fresh, two.client), errc::wrong_family));
    BOOST_TEST(fails_with(Seen::observe_datagram<V4>(fresh, two.client), errc::wrong_transport));
    BOOST_TEST(fails_with(Seen::observe_stream<V4>(two.client.open_event(), two.client), errc::not_a_socket));
}
BOOST_AUTO_TEST_CASE(a_simulated_descriptor_is_adopted_as_what_it_is) {
    ConnectedHosts two;
    auto adopted = adopt<SimTcp<V4>>(two.listening, two.server).value();
    BOOST_REQUIRE(adopted.is<Listening>());
    auto client = adopt<SimTcp<V4>>(two.c, two.client).value();
    BOOST_REQUIRE(client.is<Connected>());
    BOOST_TEST(fails_with(adopt<SimTcp<V6>>(two.s, two.server), errc::wrong_family));
    BOOST_TEST(two.b.open() == 2U);  // it stayed ours
    BOOST_TEST(two.server.close(two.s) == 0);
}
BOOST_AUTO_TEST_CASE(an_option_of_the_library_is_the_one_of_the_socket) {
    TwoHosts two;
    auto socket = new_socket<SimTcp<V6>>(two.client).value();
    BOOST_TEST(option_of(two.client, socket.handle(), IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    BOOST_TEST(succeeds(socket.set(option::reuse_address{true})));
    BOOST_TEST(option_of(two.client, socket.handle(), SOL_SOCKET, SO_REUSEADDR) == 1);
    BOOST_TEST(succeeds(socket.set(option::keep_alive_idle{Seconds(77)})));
    BOOST_TEST(socket.get<option::keep_alive_idle>().value().time.count() == 77);
}
