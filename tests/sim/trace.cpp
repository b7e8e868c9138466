// SPDX-License-Identifier: BSL-1.0
#include <cstdio>
#include <cstdlib>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/trace_lifecycle.hpp>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/check.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// A short talk of a client and a server, by programs.
void talk(TwoHosts& two) {
    sim::Programs programs(two.world);
    programs.spawn(two.b, "echo", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(bind(on, fd, two.at_server) == 0);
        BOOST_TEST(on.listen(fd, 1) == 0);
        const int got = on.accept(fd, nullptr, nullptr);
        for (std::string part; (part = recv(on, got)) != "<end>" && part != "<error>";) send(on, got, part);
        BOOST_TEST(on.close(got) == 0);
        BOOST_TEST(on.close(fd) == 0);
    });
    programs.spawn(two.a, "ask", [&](const sim::System& on) {
        const int fd = stream(on);
        BOOST_TEST(connect(on, fd, two.at_server) == 0);
        BOOST_TEST(send(on, fd, "hi") == 2);
        BOOST_TEST(recv(on, fd) == "hi");
        BOOST_TEST(on.shutdown(fd, SHUT_WR) == 0);
        BOOST_TEST(recv(on, fd) == "<end>");
        BOOST_TEST(on.close(fd) == 0);
    });
    programs.run();
    two.world.run_for(100 * second);
}

const char* const expected_text =
    R"(time          actor           what     from         to           detail
1.000000      server/echo     program                            (begins)
1.000000      client/ask      program                            (begins)
1.000000      server/echo     call     -            CREATED      socket() = 3
1.000000      server/echo     call     CREATED      BOUND        bind(3) = 0
1.000000      server/echo     call     BOUND        LISTEN       listen(3) = 0
1.000000      client/ask      call     -            CREATED      socket() = 3
1.000000      client          sends                              SYN seq 0 win 65535  10.0.0.1:32768 > 10.0.0.2:80
)";

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_trace_is_text_in_fixed_columns, TwoHosts) {
    talk(*this);
    const std::string text = sim::TextTrace::of(world);
    BOOST_TEST(text.substr(0, std::string_view(expected_text).size()) == expected_text);
    BOOST_TEST(text.find("call     ESTABLISHED  FIN_WAIT_1   shutdown(3) = 0\n") != text.npos);
    BOOST_TEST(text.find("timer    TIME_WAIT    CLOSED       (the wait is over)\n") != text.npos);
}
BOOST_FIXTURE_TEST_CASE(each_packet_of_a_whole_connection_is_there_once, TwoHosts) {
    talk(*this);
    std::string packets;
    for (const sim::Event& event : world.trace().events()) {
        if (event.kind == sim::Event::sent) packets += sim::text_of_flags(event) + ' ';
    }
    BOOST_TEST(packets == "SYN SYN+ACK ACK data ACK data ACK FIN+ACK ACK FIN+ACK ACK ");
}
BOOST_FIXTURE_TEST_CASE(a_trace_is_a_mermaid_diagram, TwoHosts) {
    talk(*this);
    const std::string text = sim::MermaidTrace::of(world);
    BOOST_TEST(text.substr(0, 16) == "sequenceDiagram\n");
    BOOST_TEST(text.find("    participant h0 as client\n") != text.npos);
    BOOST_TEST(text.find("    h0->>h1: SYN seq 0 win 65535\n") != text.npos);
    BOOST_TEST(text.find("    Note over h0: SYN_SENT to ESTABLISHED\n") != text.npos);
}
BOOST_FIXTURE_TEST_CASE(what_the_test_does_and_what_is_lost_is_in_the_trace, TwoHosts) {
    world.cut(a, b);
    const int fd = stream(client);
    BOOST_TEST(client.set_nonblocking(fd, true) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINPROGRESS));
    world.run_for(2 * second);
    const std::string text = sim::TextTrace::of(world);
    BOOST_TEST(text.find("(cuts)") != text.npos);
    BOOST_TEST(text.find("connect(3) = -1 EINPROGRESS") != text.npos);
    BOOST_TEST(text.find("lost") != text.npos);
    BOOST_TEST(text.find("(again)") != text.npos);
    BOOST_TEST(sim::MermaidTrace::of(world).find("h0-xh1: SYN seq 0 win 65535 (the network is cut)") != text.npos);
}
BOOST_FIXTURE_TEST_CASE(what_the_test_does_has_its_time_and_a_reset_its_relative_numbers, TwoHosts) {
    world.run_for(2 * second);
    world.heal(a, b);
    BOOST_TEST(world.trace().events().back().time == 3 * second);
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), ECONNREFUSED));
    BOOST_TEST(sim::TextTrace::of(world).find("RST+ACK seq 0 ack 1 ") != std::string::npos);
    const int listening = listener();
    const int c = connected();
    const int s = accepted(listening);
    BOOST_TEST(send(client, c, "to nobody") == 9);
    const linger at_once{1, 0};
    BOOST_TEST(server.setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(server.close(s) == 0);
    world.run_for(second);
    BOOST_TEST(sim::TextTrace::of(world).find("sends                              RST seq 1 ") != std::string::npos);
}
BOOST_AUTO_TEST_CASE(a_trace_that_is_not_kept_has_no_events_but_a_hash) {
    sim::Options options;
    options.records = false;
    TwoHosts silent(options);
    TwoHosts told;
    talk(silent);
    talk(told);
    BOOST_TEST(silent.world.trace().events().empty());
    BOOST_TEST(silent.world.hash() == told.world.hash());
    BOOST_TEST(silent.world.trace().count() == told.world.trace().events().size());
}
BOOST_FIXTURE_TEST_CASE(tshark_reads_the_capture_without_a_complaint, TwoHosts) {
    if (std::system("tshark --version >/dev/null 2>&1") != 0) return print_skipped("tshark is not installed");
    talk(*this);
    const int u = datagrams(client);
    BOOST_TEST(client.sendto(u, "x", 1, 0, at_server.get(), at_server.size) == 1);
    const int u6 = client.socket(AF_INET6, SOCK_DGRAM, 0);
    const Address six("fd00::2"_ip6, 7777);
    BOOST_TEST(client.sendto(u6, "xyz", 3, 0, six.get(), six.size) == 3);
    world.run_for(second);
    const sim::Host router = world.host("router", "10.0.0.254"_ip4, "fd00::fe"_ip6);
    for (const sim::Host& each : {a, b}) {
        world.route(each, "0.0.0.0/0"_cidr4, router);
        world.route(each, "::/0"_cidr6, router);
    }
    talk(*this);
    BOOST_TEST(fails(client, connect(client, stream(client), {"10.9.0.9"_ip4, 80}), EHOSTUNREACH));
    world.route(router, "10.0.0.0/24"_cidr4);
    world.route(router, "fd00::/64"_cidr6);
    BOOST_TEST(fails(client, connect(client, stream(client), {"10.9.0.9"_ip4, 80}), ENETUNREACH));
    for (const auto& [on, to] : {std::pair{u, at_server}, {u6, Address{"fd09::9"_ip6, 80}}, {u6, six}}) {
        for (const auto& [level, name] : {std::pair{IPPROTO_IP, IP_TTL}, {IPPROTO_IPV6, IPV6_UNICAST_HOPS}}) {
            if (on == u6 || level == IPPROTO_IP) BOOST_TEST(set(client, on, level, name, 1) == 0);
        }
        BOOST_TEST(send_to(client, on, "x", to) == 1);
    }
    world.run_for(second);
    const auto folder = std::filesystem::temp_directory_path();
    const std::string file = folder / ("estate_sim_" + std::to_string(::getpid()) + ".pcapng");
    const std::string capture = sim::PcapngTrace::of(world);
    std::ofstream(file, std::ios::binary) << capture;
    const std::string command =
        "tshark -r " + file +
        " -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -T fields -E separator='|'"
        " -e frame.interface_name -e _ws.expert.severity -e tcp.checksum.status -e udp.checksum.status"
        " -e icmp.checksum.status -e icmpv6.checksum.status -e frame.comment -e _ws.col.Info 2>&1";
    std::string told;
    FILE* const pipe = ::popen(command.c_str(), "r");
    BOOST_TEST_REQUIRE(pipe != nullptr);
    char room[512];
    while (std::fgets(room, sizeof room, pipe) != nullptr) told += room;
    BOOST_TEST(::pclose(pipe) == 0);
    std::filesystem::remove(file);
    BOOST_TEST_MESSAGE(told);
    std::size_t packets = 0;
    for (const sim::Event& event : world.trace().events()) packets += event.kind == sim::Event::sent ? 1 : 0;
    std::size_t lines = 0;
    std::istringstream all(told);
    for (std::string each; std::getline(all, each);) {
        if (each.find("Running as user") != each.npos) continue;
        ++lines;
        BOOST_TEST(each.find("Malformed") == each.npos);
        BOOST_TEST(each.find("Retransmission") == each.npos);
        BOOST_TEST(each.find("|0|") == each.npos);  // a checksum that is wrong
    }
    BOOST_TEST(lines == packets);
    BOOST_TEST(told.find("[SYN, ACK]") != told.npos);
    BOOST_TEST(told.find("LISTEN to LISTEN") != told.npos);
    BOOST_TEST(told.find("Port unreachable") != told.npos);
    BOOST_TEST(told.find("Host unreachable") != told.npos);
    BOOST_TEST(told.find("Network unreachable") != told.npos);
    BOOST_TEST(told.find("no route to destination") != told.npos);
    BOOST_TEST(told.find("Time-to-live exceeded") != told.npos);
    BOOST_TEST(told.find("hop limit exceeded") != told.npos);
}
BOOST_FIXTURE_TEST_CASE(the_way_of_each_socket_through_its_lifecycle_is_told, TwoHosts) {
    talk(*this);
    BOOST_TEST(sim::LifecycleTrace::of(world) ==
               "server 3, TCP    Created -bind-> Bound -listen-> Listening -close-> Closed\n"
               "client 3, TCP    Created -connect-> Connected -shutdown_send-> SendClosed -close-> Closed\n"
               "server 4, TCP    Connected -close-> Closed\n");
    BOOST_TEST(sim::LifecycleTrace::mermaid(world).find("    Bound --> Listening: 2 listen\n") != std::string::npos);
}
BOOST_FIXTURE_TEST_CASE(the_nth_packet_can_be_dropped, TwoHosts) {
    world.drop(1);
    const std::int64_t before = world.now();
    listener();
    connected();
    BOOST_TEST(world.now() - before >= second);  // the SYN went again
    std::size_t lost = 0;
    for (const sim::Event& event : world.trace().events()) lost += event.kind == sim::Event::lost ? 1 : 0;
    BOOST_TEST(lost == 1U);
}
