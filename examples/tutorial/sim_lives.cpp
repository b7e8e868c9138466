// SPDX-License-Identifier: BSL-1.0
//
// The lives of the tutorial's sockets in a simulated network, drawn: what went over the line, and which states TCP passed.
//
//     sim_lives LIFE              prints a Mermaid sequence diagram; without a name, the names

#include <chrono>
#include <cstdio>
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/estate.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/lifecycle/transition.hpp>
#include <estate/pool.hpp>
#include <estate/sim.hpp>
#include <string_view>

//! [far_door]
namespace house {

struct Locked { static constexpr const char* name = "Locked"; };
struct Unlocked { static constexpr const char* name = "Unlocked"; };
struct Unknown { static constexpr const char* name = "Unknown"; };
struct unlock { static constexpr const char* name = "unlock"; };

using namespace estate::lifecycle;
using far_door = table<
    //   state    operation   on success   on failure
    row< Locked,  unlock,     Unlocked,    either<Locked, Unknown> >,  // a wrong code; no answer
    ends<Unlocked>,
    ends<Unknown>>;

template <class State, class Line>
class FarDoor;

}  // namespace house

template <class State, class Wire>
struct estate::lifecycle::object<house::FarDoor<State, Wire>>
    : object_in<house::far_door, Wire, house::FarDoor, State, Wire> {};

namespace house {

/// A door whose lock is asked over a stream: it answers y or n.
template <class State, class Line>
class FarDoor : public members<FarDoor<State, Line>> {
public:
    explicit FarDoor(Line line) noexcept : body_{std::move(line)} {}

private:
    friend machine;
    template <class, class>
    friend struct estate::lifecycle::operation;

    Line body_;
};

}  // namespace house

template <class Self>
struct estate::lifecycle::operation<house::unlock, Self> : part<house::unlock, Self> {
    [[nodiscard]] transition<house::unlock, Self> unlock(std::string_view code, Deadline until) && {
        auto& self = this->whole();
        std::byte answer[1];
        auto asked = self.body_.send_all(code, until);
        if (asked) asked = self.body_.recv_exact(answer, until);
        if (!asked) return fail_in<house::unlock, house::Unknown>(self, asked.error().code);
        if (as_text(answer) != "y") return fail_in<house::unlock, house::Locked>(self, errc::invalid_argument);
        return succeed<house::unlock>(self);
    }
};
//! [far_door]

namespace {

using namespace estate;
using namespace std::chrono_literals;
using Net = Network<sim::Sockets>;

const SocketAddress<V4> there{"10.0.0.2"_ip4, 7000};

/// Two hosts, 10 ms from each other. One thread is the program of both: a call that waits lets the network go on.
struct TwoHosts {
    static sim::Options options() {
        sim::Options made;
        made.link.latency = 10 * sim::millisecond;
        return made;
    }
    sim::World world{1, options()};
    sim::Host client_host = world.host("client", "10.0.0.1"_ip4), server_host = world.host("server", "10.0.0.2"_ip4);
    Net client{client_host.system()}, server{server_host.system()};

    /// Lets everything arrive that is under way.
    void pass() { world.run_for(50 * sim::millisecond); }

    result<ListeningSocket<Net::tcp<V4>>> listener() const {
        BOOST_OUTCOME_TRY(auto created, server.tcp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(there));
        BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
        return listening;
    }
    result<ConnectedSocket<Net::tcp<V4>>> connection() const {
        BOOST_OUTCOME_TRY(auto created, client.tcp_v4());
        BOOST_OUTCOME_TRY(auto connected, std::move(created).connect(there, client.in(5s)));
        return connected;
    }
};

//! [greeting]
/// A connection from the first packet to the last: connect, hello, close.
result<void> greeting(TwoHosts& net) {
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    BOOST_OUTCOME_TRY(peer.send_all("hello\n"));
    BOOST_OUTCOME_TRY(std::move(peer).close());
    net.pass();
    std::byte buffer[100];
    BOOST_OUTCOME_TRY(client.recv_exact(std::span(buffer).first(6)));
    BOOST_OUTCOME_TRY(std::move(client).close());
    net.pass();
    return success();
}
//! [greeting]

/// The server listens on port 7000; the client asks for 7000 with its bytes the wrong way round.
result<void> wrong_port(TwoHosts& net) {
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto created, net.client.tcp_v4());
    const auto client = std::move(created).connect({there.address(), 22555}, net.client.in(5s));
    return client ? result<void>(errc::invalid_argument) : success();
}

/// Nobody listens.
result<void> refused(TwoHosts& net) {
    const auto client = net.connection();
    return client ? result<void>(errc::invalid_argument) : success();
}

/// Two sends, which arrive as one piece of the stream.
result<void> stream(TwoHosts& net) {
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    BOOST_OUTCOME_TRY(client.send_all("one\n"));
    BOOST_OUTCOME_TRY(client.send_all("two\n"));
    net.pass();
    std::byte buffer[100];
    BOOST_OUTCOME_TRY(const auto size, peer.recv(buffer));
    return size == 8 ? success() : result<void>(errc::invalid_argument);
}

/// One half ends; the other still carries the answer.
result<void> half_close(TwoHosts& net) {
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    BOOST_OUTCOME_TRY(client.send_all("question"));
    BOOST_OUTCOME_TRY(auto half, std::move(client).shutdown_send());
    net.pass();
    std::byte buffer[100];
    BOOST_OUTCOME_TRY(peer.recv_exact(std::span(buffer).first(8)));
    BOOST_OUTCOME_TRY(peer.send_all("answer"));
    BOOST_OUTCOME_TRY(std::move(peer).close());
    net.pass();
    BOOST_OUTCOME_TRY(half.recv_exact(std::span(buffer).first(6)));
    BOOST_OUTCOME_TRY(std::move(half).close());
    return success();
}

/// Two clients of one listener: each has a socket of its own there, and the first one's end is nothing to the second.
result<void> two_clients(TwoHosts& net) {
    const Net other{net.world.host("other client", "10.0.0.3"_ip4).system()};
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto created, other.tcp_v4());
    BOOST_OUTCOME_TRY(auto second, std::move(created).connect(there, other.in(5s)));
    BOOST_OUTCOME_TRY(auto first_peer, listener.accept());
    BOOST_OUTCOME_TRY(auto second_peer, listener.accept());
    BOOST_OUTCOME_TRY(std::move(first_peer).close());
    BOOST_OUTCOME_TRY(second.send_all("still here"));
    std::byte buffer[10];
    BOOST_OUTCOME_TRY(second_peer.recv_exact(buffer));
    return success();
}

/// The first attempt is refused and its socket is gone; the second one has a socket of its own.
result<void> two_attempts(TwoHosts& net) {
    const auto refused = net.connection();
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    return !refused ? success() : result<void>(errc::invalid_argument);
}

/// The pool has one address. A second owner gets none before the last socket that holds it has gone.
result<void> held_address(TwoHosts& net) {
    const auto web = ResourceType::vm("vm1");
    IpPool<V4> pool{"front"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("10.0.0.2/32"));
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("shop", "web-1", web));
    BOOST_OUTCOME_TRY(auto created, net.server.tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), there.port()));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    { const auto gone = std::move(listener); }
    const bool is_held = !pool.allocate("rival", "web-1", web);
    BOOST_OUTCOME_TRY(client.send_all("order"));
    std::byte buffer[5];
    BOOST_OUTCOME_TRY(peer.recv_exact(buffer));
    { const auto gone = std::move(peer); }
    const bool is_free = pool.allocate("rival", "web-1", web).has_value();
    net.pass();
    return is_held && is_free ? success() : result<void>(errc::invalid_argument);
}

/// The door's lock is at the other end of a line: a wrong code is refused there, then the line is cut.
result<void> far_door(TwoHosts& net) {
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    house::FarDoor<house::Locked, decltype(client)> locked{std::move(client)};
    net.world.at(net.world.now() + 50 * sim::millisecond, [&peer] { (void)peer.send_all("n"); });
    auto wrong = std::move(locked).unlock("1111", net.client.in(300ms));
    if (wrong || !wrong.error().left.is<house::Locked>()) return errc::invalid_argument;
    net.pass();
    net.world.cut(net.client_host, net.server_host);
    auto cut = std::move(wrong.error().left).take<house::Locked>().unlock("1234", net.client.in(300ms));
    return !cut && cut.error().left.is<house::Unknown>() ? success() : result<void>(errc::invalid_argument);
}

/// The first datagram is lost and nobody says so; the second one is answered.
result<void> lost_datagram(TwoHosts& net) {
    BOOST_OUTCOME_TRY(auto fresh, net.server.udp_v4());
    BOOST_OUTCOME_TRY(auto server, std::move(fresh).bind(there));
    BOOST_OUTCOME_TRY(auto created, net.client.udp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_any());
    BOOST_OUTCOME_TRY(auto client, std::move(bound).connect(there));
    std::byte buffer[100];
    net.world.cut(net.client_host, net.server_host);
    BOOST_OUTCOME_TRY(client.send("ping 1"));
    const auto nothing = client.recv(buffer, net.client.in(100ms));
    net.world.heal(net.client_host, net.server_host);
    BOOST_OUTCOME_TRY(client.send("ping 2"));
    BOOST_OUTCOME_TRY(const auto ping, server.recv_from(buffer));
    BOOST_OUTCOME_TRY(server.send_to(std::span(buffer).first(ping.size), ping.sender));
    BOOST_OUTCOME_TRY(const auto pong, client.recv(buffer));
    return !nothing && pong.size == 6 ? success() : result<void>(errc::invalid_argument);
}

/// The server has gone from the network: a wait with a deadline ends, the connection is still there.
result<void> silence(TwoHosts& net) {
    BOOST_OUTCOME_TRY(const auto listener, net.listener());
    BOOST_OUTCOME_TRY(auto client, net.connection());
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    net.world.cut(net.client_host, net.server_host);
    BOOST_OUTCOME_TRY(client.send_all("are you there?"));
    std::byte buffer[100];
    const auto nothing = client.recv(buffer, net.client.in(300ms));
    net.world.heal(net.client_host, net.server_host);
    BOOST_OUTCOME_TRY(peer.recv_exact(std::span(buffer).first(14)));  // TCP has sent it again
    return !nothing ? success() : result<void>(errc::invalid_argument);
}

struct {
    const char* name;
    result<void> (*run)(TwoHosts&);
} const lives[] = {{"greeting", greeting},         {"wrong_port", wrong_port},       {"refused", refused},
                   {"stream", stream},             {"half_close", half_close},       {"lost_datagram", lost_datagram},
                   {"two_clients", two_clients},   {"silence", silence},             {"two_attempts", two_attempts},
                   {"held_address", held_address}, {"far_door", far_door}};

}  // namespace

int main(int argc, char** argv) {
    for (const auto& life : lives) {
        if (argc < 2) std::printf("%s\n", life.name);
        if (argc != 2 || life.name != std::string_view(argv[1])) continue;
        TwoHosts net;
        const auto done = life.run(net);
        std::fputs(sim::MermaidTrace::of(net.world).c_str(), stdout);
        if (!done) std::fprintf(stderr, "sim_lives: %s\n", done.error().message());
        return done ? 0 : 1;
    }
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    if (argc >= 2) std::fputs("usage: sim_lives [LIFE]    lists them where none is named\n", helps ? stdout : stderr);
    return argc < 2 || helps ? 0 : 2;
}
