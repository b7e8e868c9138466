// SPDX-License-Identifier: BSL-1.0
//
// A program with ESTATE_WASI_NO_HEAP, for run.py: what of it comes from the arena, and that sockets need nothing of it.
//
//     no_heap             checks all that holds while the arena has room, and prints `sound`
//     no_heap TEXT...     the same; that all of TEXT fits is the caller's business

#include <wasi/wasip2.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <estate/readiness.hpp>
#include <string_view>

namespace {

using namespace estate;
using wasi::Arena;

bool is_sound = true;

/// Says what does not hold.
void require(bool kept, const char* what) {
    if (kept) return;
    is_sound = false;
    std::fputs(what, stdout);
    std::fputs(" does not hold\n", stdout);
}

/// std::chrono::steady_clock::now() may throw, and so brings an allocator.
struct Clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = true;
    static time_point now() { return time_point(std::chrono::nanoseconds(monotonic_clock_now())); }
};
Deadline soon() { return Clock::now() + std::chrono::seconds(5); }

std::string_view view(const wasip2_string_t& text) { return {reinterpret_cast<const char*>(text.ptr), text.len}; }

/// The program's arguments, without the C library, which has them on the heap.
void arguments_come_from_the_arena() {
    const auto before = Arena::left();
    wasip2_list_string_t first{};
    environment_get_arguments(&first);
    require(Arena::left() < before, "that arguments lie in the arena");
    Arena::reset();
    require(Arena::left() == Arena::capacity, "that reset() frees all");
    wasip2_list_string_t again{};
    environment_get_arguments(&again);
    require(again.len >= 1 && again.ptr == first.ptr && view(again.ptr[0]).ends_with(".wasm"), "that it is used again");
    Arena::reset();
}

void a_list_may_be_as_long_as_what_is_left() {
    wasip2_list_u8_t bytes{};
    random_get_random_bytes(Arena::left(), &bytes);
    require(bytes.len == Arena::capacity && Arena::left() == 0, "that a list fills the arena");
    Arena::reset();
}

void what_grows_keeps_its_bytes() {
    auto* const text = static_cast<char*>(cabi_realloc(nullptr, 0, 1, 3));
    text[0] = 'a', text[1] = 'b', text[2] = 'c';
    auto* const longer = static_cast<char*>(cabi_realloc(text, 3, 1, 100));
    require(std::string_view(longer, 3) == "abc", "that a text may grow");
    require(reinterpret_cast<std::uintptr_t>(cabi_realloc(nullptr, 0, 8, 8)) % 8 == 0, "that alignment is kept");
    Arena::reset();
}

template <Family F>
void sockets_need_nothing_of_it() {
    static std::array<std::byte, 9000> large;
    static std::array<std::byte, 9000> room;
    const auto before = Arena::left();
    const auto listener = new_tcp<F>().value().bind(SocketAddress<F>::loopback(0)).value().listen().value();
    const auto client = new_tcp<F>().value().connect(listener.local_addr().value(), soon()).value();
    const auto server = listener.accept(soon()).value();
    require(client.send_all(large, soon()).has_value(), "that it sends");
    require(server.recv_exact(room, soon()).has_value(), "that it receives");
    require(server.recv(room, Deadline::at_once()).has_error(), "that it waits");

    const auto a = new_udp<F>().value().bind(SocketAddress<F>::loopback(0)).value();
    const auto b = new_udp<F>().value().bind(SocketAddress<F>::loopback(0)).value();
    require(a.send_to(large, b.local_addr().value()).has_value(), "that it sends a datagram");
    const auto got = b.recv_from(std::span(room).first(16), soon());
    require(got && got.assume_value().truncated, "that it cuts a datagram");
    require(Arena::left() == before, "that sockets take nothing of the arena");
}

using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;

void pollers_need_nothing_of_it() {
    const auto before = Arena::left();
    auto poller = PollPoller<4, Listen, Talk>::open().value();
    auto listening = tcp_v4().value().bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    auto listener = poller.watch<Listen>(std::move(listening).set_nonblocking().value()).value();
    const auto client = tcp_v4().value().connect(listener.socket().local_addr().value(), soon()).value();
    require(client.send_all("ball", soon()).has_value(), "that it sends");
    Watched<Talk> served;
    std::size_t echoed = 0;
    const auto accept = [&](Ready<Listen> ready) -> Next<Listen> {
        if (auto one = ready.accept().value(); !one.would_block()) {
            served = poller.watch<Talk>(std::move(one).value()).value();
        }
        return std::move(ready).next();
    };
    const auto echo = [&](Ready<Talk> ready) -> Next<Talk> {
        std::byte room[8];
        if (const auto got = ready.recv(room).value(); !got.would_block()) {
            auto sent = ready.send(std::span(room).first(got.value())).value();
            while (sent.would_block()) sent = ready.send(std::span(room).first(got.value())).value();
            echoed += sent.value();
        }
        return std::move(ready).next();
    };
    while (echoed < 4) (void)poller.turn(soon(), on(listener, accept), on(served, echo)).value();
    std::byte room[4];
    require(client.recv_exact(room, soon()).has_value(), "that a poller echoes");
    require(Arena::left() == before, "that pollers take nothing of the arena");
}

using Peer = Async<ConnectedSocket<NonBlocking<Tcp<V4>>>>;
using Door = Async<ListeningSocket<NonBlocking<Tcp<V4>>>>;

Task<> echo_once(Scope& scope, const Door& door) {
    BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept(soon()));
    BOOST_OUTCOME_CO_TRY(const auto peer, scope.loop().watch(std::move(accepted)));
    std::byte room[8];
    BOOST_OUTCOME_CO_TRY(const auto got, co_await peer.recv(room, soon()));
    BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(ConstBuffer(room, got), soon()));
    const auto end = co_await peer.recv(room, soon());  // what was sent is under way until then
    co_return end.has_error() && end.assume_error() == errc::end_of_stream ? result<void>(success())
                                                                           : errc::invalid_argument;
}
Task<> ask_once(Scope& scope, SocketAddress<V4> server) {
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto connected, co_await connect(std::move(created), server, soon()));
    BOOST_OUTCOME_CO_TRY(const auto peer, scope.loop().watch(std::move(connected)));
    BOOST_OUTCOME_CO_TRYV(co_await peer.send_all("ball", soon()));
    std::byte room[4];
    BOOST_OUTCOME_CO_TRYV(co_await peer.recv_exact(room, soon()));
    co_return success();
}

void coroutines_need_nothing_of_it() {
    const auto before = Arena::left();
    NativeLoop<4> loop(NativeMechanism::open().value());
    FrameSlab<1024, 2> frames;
    auto listening = tcp_v4().value().bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    const Door door = loop.watch(std::move(listening).set_nonblocking().value()).value();
    Scope scope(loop, frames);
    require(scope.spawn(echo_once(scope, door)).has_value(), "that a task is spawned");
    require(scope.spawn(ask_once(scope, door.socket().local_addr().value())).has_value(), "that another is");
    require(loop.run(scope, soon()).has_value(), "that coroutines echo");
    require(frames.in_use() == 0, "that they end");
    require(Arena::left() == before, "that coroutines take nothing of the arena");
}

}  // namespace

int main() {
    arguments_come_from_the_arena();
    a_list_may_be_as_long_as_what_is_left();
    what_grows_keeps_its_bytes();
    sockets_need_nothing_of_it<V4>();
    if (new_tcp<V6>().value().bind(SocketAddress<V6>::loopback(0))) sockets_need_nothing_of_it<V6>();
    pollers_need_nothing_of_it();
    coroutines_need_nothing_of_it();
    if (is_sound) std::fputs("sound\n", stdout);
    return is_sound ? 0 : 1;
}
