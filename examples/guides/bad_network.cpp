// SPDX-License-Identifier: BSL-1.0
// Guide: testing a client against a bad network: a lost answer, a refusal, a reset, one byte at a time.

#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/sim.hpp>

using namespace estate;
using namespace std::chrono_literals;

//! [client]
/// The client under test is a function of its network: on the kernel it is called with NativeNetwork().
template <class Network>
result<int> ask_for_the_answer(Network net, SocketAddress<V4> server) {
    const auto until = net.in(2s);
    BOOST_OUTCOME_TRY(auto created, net.tcp_v4());
    BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(server, until));
    BOOST_OUTCOME_TRY(peer.send_all("?", until));
    std::byte answer[2];
    BOOST_OUTCOME_TRY(peer.recv_exact(answer, until));
    return 10 * (std::to_integer<int>(answer[0]) - '0') + (std::to_integer<int>(answer[1]) - '0');
}
//! [client]

namespace {

using Net = Network<sim::Sockets>;
const SocketAddress<V4> there{"10.0.0.2"_ip4, 7000};

//! [worlds]
/// Two hosts, and a server that answers 42 when a client has been there for 100 ms.
struct Scene {
    sim::World world{1};
    sim::Host client = world.host("client", "10.0.0.1"_ip4), server = world.host("server", "10.0.0.2"_ip4);
    result<ListeningSocket<Net::tcp<V4>>> listener = errc::stopped;
    result<ConnectedSocket<Net::tcp<V4>>> peer = errc::stopped;

    Scene() {
        const auto listen = [&]() -> result<ListeningSocket<Net::tcp<V4>>> {
            BOOST_OUTCOME_TRY(auto created, Net(server.system()).tcp_v4());
            BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(there));
            BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
            return listening;
        };
        listener = listen();
        world.at(world.now() + 100 * sim::millisecond, [this] { answer(); });
    }
    void answer() {
        if (!listener) return;
        peer = listener.value().accept(Deadline::at_once());
        if (peer) (void)peer.value().send_all("42");
    }
    result<int> ask() { return ask_for_the_answer(Net(client.system()), there); }
};

bool all_is_well() {
    Scene scene;
    const auto answer = scene.ask();
    return answer && answer.value() == 42;
}
bool an_answer_byte_by_byte() {
    Scene scene;
    scene.world.add(sim::Fault{.host = "client", .call = sim::Call::recv, .at_most = 1});
    const auto answer = scene.ask();
    return answer && answer.value() == 42;
}
bool interrupted_calls() {
    Scene scene;
    scene.world.add(sim::Fault{.host = "client", .call = sim::Call::recv, .per_million = 500'000, .error = EINTR});
    const auto answer = scene.ask();
    return answer && answer.value() == 42;
}
bool nobody_listens() {
    Scene scene;
    scene.listener = errc::stopped;  // closes it
    const auto answer = scene.ask();
    return !answer && answer.error() == std::errc::connection_refused;
}
bool the_line_is_cut() {
    Scene scene;
    scene.world.at(scene.world.now() + 50 * sim::millisecond, [&] { scene.world.cut(scene.client, scene.server); });
    const auto answer = scene.ask();  // two seconds of virtual time, none of ours
    return !answer && answer.error() == errc::deadline_exceeded;
}
//! [worlds]

}  // namespace

int main() {
    const struct {
        const char* name;
        bool (*holds)();
    } tests[] = {{"all_is_well", all_is_well},       {"an_answer_byte_by_byte", an_answer_byte_by_byte},
                 {"interrupted_calls", interrupted_calls}, {"nobody_listens", nobody_listens},
                 {"the_line_is_cut", the_line_is_cut}};
    int failed = 0;
    for (const auto& test : tests) {
        const bool holds = test.holds();
        std::printf("%s: %s\n", test.name, holds ? "passed" : "FAILED");
        failed += !holds;
    }
    return failed == 0 ? 0 : 1;
}
