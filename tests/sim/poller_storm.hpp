// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/ready_set.hpp>
#include <estate/estate.hpp>
#include <estate/network.hpp>
#include <estate/nonblocking.hpp>
#include <estate/readiness/poller.hpp>
#include <estate/sim.hpp>
#include <memory>
#include <vector>

// Connections that talk both ways by pollers, while what they wait for is cancelled, timed out and closed by chance.

namespace estate::test {

using namespace estate::literals;

/// What came of it. Nothing may be lost or wrong.
struct StormOutcome {
    std::uint64_t cancels = 0;   // taken from the poller and given back, or dropped while connecting
    std::uint64_t timeouts = 0;  // of calls that wait, with a part of the bytes moved or none
    std::uint64_t closes = 0;    // in the middle: half of them, or all at once, which resets the peer
    std::uint64_t connections = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lost = 0;   // bytes that were sent into a connection that nobody tore, and did not arrive
    std::uint64_t wrong = 0;  // bytes that are not those which follow: doubled, or out of order
    std::uint64_t unexplained = 0;  // errors and ends that nobody caused
    std::uint64_t hash = 0;

    [[nodiscard]] std::uint64_t disturbances() const { return cancels + timeouts + closes; }
};

/// What all its programs share.
struct Storm {
    /// One direction of a connection.
    struct Way {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        bool has_ended = false;
        bool is_torn = false;
    };

    explicit Storm(std::uint64_t seed, std::uint64_t goal) : random(seed, "storm"), disturbances(goal) {}

    [[nodiscard]] bool is_over() const { return outcome.disturbances() >= disturbances; }
    /// The bytes of a way: first the number of the connection, of which the server knows nothing else.
    static std::byte byte_of(std::uint64_t way, std::uint64_t at) {
        if (way % 2 == 0 && at < 8) return static_cast<std::byte>(way / 2 >> (8 * at));
        return static_cast<std::byte>(at ^ at >> 8U ^ way * 131);
    }
    void receive(std::uint64_t way, std::span<const std::byte> bytes) {
        for (const std::byte one : bytes) {
            if (one != byte_of(way, ways[way].received++)) ++outcome.wrong;
        }
        outcome.bytes += bytes.size();
    }
    void count() {
        for (const Way& way : ways) {
            if (way.received > way.sent) outcome.wrong += way.received - way.sent;
            if (way.is_torn) continue;
            if (way.received < way.sent) outcome.lost += way.sent - way.received;
            if (!way.has_ended) ++outcome.unexplained;
        }
        outcome.connections = ways.size() / 2;
    }

    sim::Random random;
    std::uint64_t disturbances;
    std::vector<Way> ways;  // two of each connection: from the client, from the server
    StormOutcome outcome;
};

/// A program with one poller: the server, or the clients.
class StormParty {
    using T = NonBlocking<Tcp<V4, sim::Sockets>>;
    using Listen = On<ListeningSocket<T>, interest::acceptable>;
    using Connect = On<ConnectingSocket<T>, interest::answered>;
    using Talk = On<ConnectedSocket<T>, interest::duplex>;
    using Last = On<SendClosedSocket<T>, interest::readable>;

public:
    static constexpr std::size_t connections = 48;
    static constexpr std::size_t descriptors = 4096;

    StormParty(Storm& storm, const sim::System& host) : storm_{&storm}, net_(host), poller_{Poller::open(host).value()}, wheel_(host.now()) {}

    /// Until its waits fail.
    void serve() {
        listener_ = poller_.watch<Listen>(net_.tcp_v4().value().bind(at_server).value().listen(Backlog(1024)).value()
                                               .set_nonblocking().value())
                        .value();
        while (turn(Deadline::never())) {}
    }
    /// Until there were enough disturbances and all that is open has ended.
    void ask() {
        while (!storm_->is_over()) {
            while (open_ < connections && connect()) {}
            if (!turn(Deadline::in(tick, poller_.now()))) return;
        }
        for (int i = 0; i < 200'000 && open_ > 0; ++i) turn(Deadline::in(tick, poller_.now()));
        turn(Deadline::in(std::chrono::minutes(20), poller_.now()));  // the server ends, too
    }

private:
    using Poller = BasicPoller<sim::ReadySet, Listen, Connect, Talk, Last>;
    static constexpr std::uint64_t unknown = UINT64_MAX;
    static constexpr std::chrono::milliseconds tick{10};
    static inline const SocketAddress<V4> at_server{"10.0.0.2"_ip4, 80};

    /// What is open by one descriptor. One of them is.
    struct End {
        Watched<Connect> connecting;
        Watched<Talk> talk;
        Watched<Last> last;
        Timer timer;
        std::uint64_t out = unknown;  // its ways
        std::uint64_t in = unknown;
        std::uint64_t plan = 0;  // bytes to send
        bool has_ended = false;
        std::array<std::byte, 8> head{};
        std::size_t head_size = 0;
    };

    bool turn(Deadline until) {
        return poller_
            .turn(until,
                   on(listener_,
                      [this](Ready<Listen> ready) -> Next<Listen> {
                          auto accepted = ready.accept();
                          if (accepted && !accepted.assume_value().would_block()) {
                              begin(std::move(accepted).assume_value().value(), unknown, unknown);
                          }
                          return std::move(ready).next();
                      }),
                   on<Connect>([this](std::uint32_t index) { return &ends_[index].connecting; },
                               [this](Ready<Connect> ready) { return answered(std::move(ready)); }),
                   on<Talk>([this](std::uint32_t index) { return &ends_[index].talk; },
                            [this](Ready<Talk> ready) { return talk(std::move(ready)); }),
                   on<Last>([this](std::uint32_t index) { return &ends_[index].last; },
                            [this](Ready<Last> ready) { return read_last(std::move(ready)); }),
                   on_timeout(wheel_, [this](Timer& timer) { disturb(timer.id()); }))
            .has_value();
    }
    std::uint64_t below(std::uint64_t end) { return storm_->random.below(end); }
    void arm(std::uint32_t index) {
        const auto pause = std::chrono::microseconds(1 + below(20'000));
        wheel_.arm(ends_[index].timer, Deadline::in(pause, poller_.now()), index);
    }
    Storm::Way& way(std::uint64_t number) { return storm_->ways[number]; }

    bool connect() {
        auto made = net_.tcp_v4();
        if (!made) return false;
        auto begun = std::move(made).assume_value().begin_connect(at_server);
        if (!begun) return false;
        auto watched = poller_.watch<Connect>(std::move(begun).assume_value().set_nonblocking().value()).value();
        const std::uint32_t index = watched.index();
        ends_[index].connecting = std::move(watched);
        ++open_;
        arm(index);
        return true;
    }
    Next<Connect> answered(Ready<Connect> ready) {
        retire(ends_[ready.index()]);
        return std::move(ready).leave(poller_, [this](Connect::socket&& socket) {
            auto done = std::move(socket).finish_connect();
            if (!done || !done.assume_value().is<Connected>()) return;
            const std::uint64_t number = storm_->ways.size();
            storm_->ways.resize(number + 2);
            begin(std::move(done).assume_value().take<Connected>(), number, number + 1);
        });
    }
    void begin(Talk::socket&& socket, std::uint64_t out, std::uint64_t in) {
        auto watched = poller_.watch<Talk>(std::move(socket)).value();
        const std::uint32_t index = watched.index();
        End& end = ends_[index];
        end.talk = std::move(watched);
        poller_.ask(end.talk);  // it has something to send
        end.out = out;
        end.in = in;
        end.plan = 8 + below(30'000);
        end.has_ended = false;
        end.head_size = 0;
        ++open_;
        arm(index);
    }
    void retire(End& end) {
        end.timer.cancel();
        --open_;
    }
    /// The connection is over, by an error that somebody caused.
    void lose(End& end) {
        if (end.in != unknown && !way(end.in).is_torn) ++storm_->outcome.unexplained;
        retire(end);
    }
    void tear(End& end) { way(end.in).is_torn = way(end.out).is_torn = true; }

    void take(End& end, std::span<const std::byte> bytes) {
        for (; end.in == unknown && !bytes.empty(); bytes = bytes.subspan(1)) {
            end.head[end.head_size++] = bytes[0];
            if (end.head_size < end.head.size()) continue;
            std::uint64_t number = 0;
            for (std::size_t i = 0; i < end.head.size(); ++i) number |= std::uint64_t(end.head[i]) << (8 * i);
            end.in = 2 * number;
            end.out = end.in + 1;
            storm_->receive(end.in, end.head);
        }
        if (end.in != unknown) storm_->receive(end.in, bytes);
    }
    void see_end(End& end) {
        end.has_ended = true;
        if (end.in != unknown) way(end.in).has_ended = true;
    }
    [[nodiscard]] bool has_more(const End& end) { return end.out != unknown && way(end.out).sent < end.plan; }
    /// What follows, `most` at most.
    std::span<const std::byte> bytes_of(const End& end, std::size_t most) {
        const std::uint64_t at = way(end.out).sent;
        const std::size_t size = std::min(std::size_t(end.plan - at), most);
        for (std::size_t i = 0; i < size; ++i) room_[i] = Storm::byte_of(end.out, at + i);
        return std::span(room_).first(size);
    }

    Next<Talk> talk(Ready<Talk> ready) {
        const std::uint32_t index = ready.index();
        End& end = ends_[index];
        for (bool goes_on = true; goes_on;) {
            goes_on = false;
            if (!end.has_ended) {
                const auto got = ready.recv(std::span(room_).first(1 + below(room_.size())));
                if (!got && got.assume_error() != errc::end_of_stream) {
                    lose(end);
                    return std::move(ready).close();
                }
                if (!got) see_end(end);
                goes_on = !got || !got.assume_value().would_block();
                if (got && goes_on) take(end, std::span(room_).first(got.assume_value().value()));
            }
            if (end.has_ended && end.in == unknown) {
                retire(end);
                return std::move(ready).close();
            }
            if (has_more(end)) {
                const auto sent = ready.send(bytes_of(end, 1 + below(room_.size())));
                if (!sent) {
                    lose(end);
                    return std::move(ready).close();
                }
                if (sent.assume_value().would_block()) continue;
                way(end.out).sent += sent.assume_value().value();
                goes_on = true;
            } else if (end.out != unknown) {
                return std::move(ready).leave(poller_, [&](Talk::socket&& socket) { finish(end, std::move(socket)); });
            }
        }
        return std::move(ready).next();
    }
    void finish(End& end, Talk::socket&& socket) {
        auto half = std::move(socket).shutdown_send();
        if (!half) return lose(end);
        end.last = poller_.watch<Last>(std::move(half).assume_value()).value();
    }
    Next<Last> read_last(Ready<Last> ready) {
        End& end = ends_[ready.index()];
        for (;;) {
            const auto got = ready.recv(std::span(room_).first(1 + below(room_.size())));
            if (!got) {
                if (got.assume_error() == errc::end_of_stream) {
                    see_end(end);
                    retire(end);
                } else {
                    lose(end);
                }
                return std::move(ready).close();
            }
            if (got.assume_value().would_block()) return std::move(ready).next();
            take(end, std::span(room_).first(got.assume_value().value()));
        }
    }

    /// Something that the connection did not ask for.
    void disturb(std::uint32_t index) {
        if (storm_->is_over()) return;
        End& end = ends_[index];
        const std::uint64_t how = below(16);
        arm(index);
        if (!end.connecting.is_empty()) {
            if (how >= 4) return;
            ++storm_->outcome.cancels;
            end.connecting.close();
            return retire(end);
        }
        const bool may_tear = how == 0 && end.in != unknown;
        if (may_tear) {
            ++storm_->outcome.closes;
            tear(end);
            retire(end);
            if (below(2) == 0) {
                end.talk.close();
                end.last.close();
            } else if (!end.talk.is_empty()) {
                static_cast<void>(poller_.unwatch(std::move(end.talk)).abort());
            } else {
                static_cast<void>(poller_.unwatch(std::move(end.last)).abort());
            }
            return;
        }
        if (!end.talk.is_empty()) {
            auto socket = poller_.unwatch(std::move(end.talk));
            if (how == 1 && end.out != unknown) {
                ++storm_->outcome.closes;
                end.plan = std::max<std::uint64_t>(way(end.out).sent, 8);
                if (!has_more(end)) return finish(end, std::move(socket));
            }
            end.talk = again<Talk>(end, std::move(socket), how);
            poller_.ask(end.talk);
        } else {
            end.last = again<Last>(end, poller_.unwatch(std::move(end.last)), how);
        }
    }
    /// Calls that wait, and end when their time is over; then it is watched again.
    template <class Kind>
    Watched<Kind> again(End& end, typename Kind::socket&& socket, std::uint64_t how) {
        if (how < 8) {
            ++storm_->outcome.cancels;
            return poller_.template watch<Kind>(std::move(socket)).value();
        }
        auto waits = std::move(socket).set_blocking().value();
        const auto until = Deadline::in(std::chrono::microseconds(below(40'000)), poller_.now());
        Error code = errc::deadline_exceeded;
        if constexpr (std::is_same_v<Kind, Talk>) {
            if (how % 2 == 0 && has_more(end)) {
                const auto bytes = bytes_of(end, 1 + below(room_.size()));
                const auto sent = waits.send_all(bytes, until);
                way(end.out).sent += sent ? bytes.size() : sent.assume_error().transferred;
                code = sent ? Error(errc::invalid_argument) : sent.assume_error().code;
            }
        }
        if (how % 2 == 1 && !end.has_ended) {
            const auto room = std::span(room_).first(1 + below(room_.size()));
            const auto got = waits.recv_exact(room, until);
            take(end, room.first(got ? room.size() : got.assume_error().transferred));
            code = got ? Error(errc::invalid_argument) : got.assume_error().code;
            if (code == errc::end_of_stream) see_end(end);
        }
        ++(code == errc::deadline_exceeded ? storm_->outcome.timeouts : storm_->outcome.cancels);
        return poller_.template watch<Kind>(std::move(waits).set_nonblocking().value()).value();
    }

    Storm* storm_;
    Network<sim::Sockets> net_;
    Poller poller_;
    Wheel wheel_;
    Watched<Listen> listener_;
    std::vector<End> ends_{descriptors};
    std::array<std::byte, 3000> room_{};
    std::size_t open_ = 0;
};

/// So many disturbances, by the seed, over a link that loses, delays and reorders; calls are cut short and interrupted.
inline StormOutcome storm(std::uint64_t seed, std::uint64_t disturbances) {
    sim::Options options;
    options.records = false;
    options.sockets = 60'000;  // most are in TIME_WAIT
    options.packets = 20'000;
    options.schedule = sim::Schedule::random;
    options.stack = 1U << 17;
    options.link = {.latency = 2 * sim::millisecond, .jitter = 3 * sim::millisecond, .loss = 2'000};
    sim::World world(seed, options);
    const sim::Limits limits{.descriptors = StormParty::descriptors};
    const sim::Host a = world.host("clients", limits, "10.0.0.1"_ip4);
    const sim::Host b = world.host("server", limits, "10.0.0.2"_ip4);
    world.add({.call = sim::Call::send, .per_million = 100'000, .at_most = 5});
    world.add({.call = sim::Call::recv, .per_million = 100'000, .at_most = 3});
    for (const auto call : {sim::Call::send, sim::Call::recv, sim::Call::poll, sim::Call::accept}) {
        world.add({.call = call, .per_million = 10'000, .error = EINTR});
    }
    Storm shared(seed, disturbances);
    {
        sim::Programs programs(world);
        programs.spawn_daemon(b, "server", [&](const sim::System& host) {
            std::make_unique<StormParty>(shared, host)->serve();
        });
        programs.spawn(a, "clients", [&](const sim::System& host) {
            std::make_unique<StormParty>(shared, host)->ask();
        });
        programs.run();
    }
    shared.count();
    shared.outcome.hash = world.hash();
    return shared.outcome;
}

}  // namespace estate::test
