// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/backend/sim/tcp_output.hpp>
#include <estate/base/deadline.hpp>
#include <optional>

namespace estate::sim {

/// What the calls of a program have in common: where it runs, descriptors, faults, the trace. They answer as the
/// system's: -1 and error(), or a result.
class Calls {
public:
    Calls() noexcept = default;
    Calls(Engine* engine, HostId host) noexcept : engine_{engine}, host_{host} {}

    /// The same host of the same world.
    friend bool operator==(const Calls&, const Calls&) noexcept = default;

    /// The errno of the last call that failed.
    [[nodiscard]] int error() const noexcept { return engine_ != nullptr ? engine_->error : EBADF; }
    /// Nanoseconds of the world's clock, which starts with 1 s: a deadline of 0 has passed.
    [[nodiscard]] std::int64_t now() const noexcept { return engine_ != nullptr ? engine_->now : second; }

    /// From now on, in the world's time.
    template <DurationShape D>
    [[nodiscard]] Deadline in(const D& duration) const noexcept {
        return Deadline::in(duration, now());
    }

protected:
    /// Makes the call: its faults, the body, a line of the trace. The body returns a negative errno, or the result.
    /// `begins`: the body runs even where a fault strikes, and sees it. `note` is kept by the trace.
    template <class Body>
    std::int64_t enter(Call call, int descriptor, Body body, bool begins = false,
                       const char* note = "") const noexcept {
        if (engine_ == nullptr) return -1;
        Event event;
        event.host = host_;
        event.what = call;
        event.waiter = engine_->current;
        event.descriptor = descriptor;
        event.from = state_of(descriptor);
        event.note = note;
        const Injury injury = engine_->faults.befall(host_, call, engine_->random.fault);
        if (injury.error != 0) event.note = "injected";
        event.result = injury.error != 0 && !begins ? -injury.error : body(injury);
        event.time = engine_->now;
        event.to = state_of(call == Call::socket ? static_cast<int>(event.result) : descriptor);
        if (call == Call::socket && event.result >= 0) {
            event.protocol = engine_->sockets[node().find(static_cast<int>(event.result))->socket].protocol;
        }
        engine_->trace.add(event);
        const bool finds_nothing = event.result == -EAGAIN || event.result == -EALREADY ||
                                   (call == Call::poll && event.result == 0);
        engine_->count_fruitless(!finds_nothing);
        if (event.result >= 0) return event.result;
        engine_->error = static_cast<int>(-event.result);
        return -1;
    }

    [[nodiscard]] bool engine_is_there() const noexcept { return engine_ != nullptr; }
    [[nodiscard]] Engine& engine() const noexcept { return *engine_; }
    [[nodiscard]] Node& node() const noexcept { return engine_->hosts[host_]; }
    [[nodiscard]] HostId host() const noexcept { return host_; }

    [[nodiscard]] bool is_component() const noexcept { return engine_->options.profile == Profile::wasi_host; }
    /// Of a component, the transition that fails is the last.
    [[nodiscard]] int spend(Socket& socket, int error) const noexcept {
        const bool goes_on = error == 0 || error == EINPROGRESS || error == EALREADY || error == EINTR;
        if (is_component() && !goes_on) socket.is_spent = true;
        return error;
    }

    /// Null with `why` EBADF or ENOTSOCK; of a component EINVAL, where the socket can be closed only.
    [[nodiscard]] Socket* find(int descriptor, int& why) const noexcept {
        Slot* const slot = node().find(descriptor);
        if (slot == nullptr || slot->kind != Slot::Kind::socket) {
            why = slot == nullptr ? EBADF : ENOTSOCK;
            return nullptr;
        }
        if (engine_->sockets[slot->socket].is_spent) {
            why = EINVAL;
            return nullptr;
        }
        return &engine_->sockets[slot->socket];
    }
    /// Whether the descriptor still is the socket, after a wait in which another program may have closed it.
    [[nodiscard]] bool is_still(int descriptor, const Socket& socket) const noexcept {
        int why = 0;
        return find(descriptor, why) == &socket;
    }

    /// 0, EMFILE or ENFILE.
    [[nodiscard]] int refuse_descriptor() const noexcept {
        Node& here = node();
        const int lowest = here.lowest_free();
        if (lowest < 0 || static_cast<std::size_t>(lowest) >= here.limits.descriptors) return EMFILE;
        return here.limits.files != 0 && here.open >= here.limits.files ? ENFILE : 0;
    }
    /// Pre  refuse_descriptor() == 0
    int give_descriptor(Socket& socket) const noexcept {
        const int number = node().lowest_free();
        Slot& slot = node().use(number);
        slot.kind = Slot::Kind::socket;
        slot.socket = engine_->id_of(socket);
        socket.descriptor = number;
        return number;
    }

    /// One of a socket that may have some. Pre  refuse_descriptor() == 0
    int give_another(Socket& socket) const noexcept {
        const int first = socket.descriptor;
        const int number = give_descriptor(socket);
        if (first < 0) return number;
        socket.descriptor = first;
        ++socket.copies;
        return number;
    }

    /// Until something happens to the socket. 0: look again; or the errno of the call.
    [[nodiscard]] int wait_for(Call call, Socket& socket, std::int64_t until = never) const noexcept {
        const int descriptor = socket.descriptor;
        engine_->wait_for(socket.waits);
        const int failed = error_of(engine_->wait(call, descriptor, until));
        if (failed != 0) return failed;
        if (descriptor < 0 || socket.is_spent || is_still(descriptor, socket)) return 0;
        // or the descriptor of the two by which it is known here has changed
        return socket.former == descriptor && is_still(socket.descriptor, socket) ? 0 : EBADF;
    }
    static int error_of(Wake wake) noexcept {
        switch (wake) {
            case Wake::interrupted: return EINTR;
            case Wake::deadlock: return EDEADLK;
            case Wake::ended: return ECANCELED;
            default: return 0;
        }
    }

    [[nodiscard]] bool has_port(const Socket& socket) const noexcept {
        return engine_->owners.has(engine_->id_of(socket));
    }
    /// An ephemeral port where the socket has none. False: there is none left.
    bool bind_any(Socket& socket) const noexcept {
        if (has_port(socket)) return true;
        const std::uint16_t port = Ports::ephemeral(*engine_, socket);
        if (port == 0) return false;
        socket.local.port = port;
        Ports::take(*engine_, socket);
        return true;
    }

    /// The address means nothing without a device. Source  Linux __inet6_bind(), __ip6_datagram_connect().
    static bool lacks_zone(const Socket& socket, const Endpoint& at) noexcept {
        return at.is_of_link() && at.zone == 0 && socket.settings.get<SOL_SOCKET, SO_BINDTOIFINDEX>() == 0;
    }
    /// What a peer of all zeros means. Source  Linux ip_route_output_key(), tcp_v6_connect(), udpv6_sendmsg().
    static Endpoint meant_by_any(const Socket& socket, const Endpoint& any) noexcept {
        const Endpoint& own = socket.local;
        if (any.is_v6) return Endpoint::loopback(own.is_any() || own.is_v6);
        const bool is_loopback = own.is_any() || own.is_v6;
        return is_loopback ? Endpoint::loopback(false) : own;
    }

    /// The address that packets to the peer come from. False: no route or no address of the family; `why` is the errno.
    bool choose_source(Socket& socket, const Endpoint& peer, int& why) const noexcept {
        why = ENETUNREACH;
        if (!node().has_way_to(peer)) return false;
        if (!socket.local.is_any()) {
            why = socket.local.is_v6 == peer.is_v6 ? EINVAL : peer.is_v6 ? EAFNOSUPPORT : ENETUNREACH;
            const bool goes = !socket.local.is_loopback() || node().has(peer);
            return goes && socket.local.is_v6 == peer.is_v6;
        }
        const std::optional<Endpoint> own = node().source_for(peer);
        if (!own) return false;
        socket.local = own->with_port(socket.local.port);
        return true;
    }

    /// Back to a socket that is not connected; what bind() named stays. Source  Linux tcp_disconnect().
    void disconnect(Socket& socket) const noexcept {
        const SocketId id = engine_->id_of(socket);
        if (socket.is_stream() && (socket.tcp == TCP_SYN_SENT || socket.needs_reset())) socket.error = ECONNRESET;
        if (socket.tcp == TCP_TIME_WAIT) leave_time_wait(socket);
        TcpOutput::stop_timer(*engine_, socket);
        engine_->connections.remove(id);
        if (socket.is_stream()) engine_->receivers.remove(id);  // it may have listened
        engine_->blocks.clear(socket.unacknowledged);
        engine_->blocks.clear(socket.received);
        const bool v6 = socket.domain == AF_INET6;
        const std::uint16_t port = socket.local.port;
        socket.peer = Endpoint::any(v6);
        if (!socket.binds_address) socket.local = Endpoint::any(v6).with_port(port);
        if (!socket.binds_port && !(is_component() && socket.has_bound)) {
            engine_->forget_port(socket);
            if (!socket.is_stream()) socket.local.port = 0;  // Linux goes on telling a stream's
            socket.has_bound = false;
        }
        socket.tcp = TCP_CLOSE;
        socket.phase = Phase::unconnected;
        socket.has_been_connected = socket.is_done = socket.sends_fin = false;
        if (socket.is_stream()) socket.ends_receive = socket.ends_send = false;
        engine_->notify(socket);
    }

private:
    /// TIME_WAIT goes on without the socket, where there is a place for it.
    void leave_time_wait(const Socket& socket) const noexcept {
        int why = 0;
        const SocketId id = engine_->new_socket(socket.host, Protocol::tcp, socket.domain, why);
        if (id == none) return;
        Socket& rest = engine_->sockets[id];
        rest.settings = socket.settings;
        rest.local = socket.local;
        rest.peer = socket.peer;
        rest.iss = socket.iss;
        rest.irs = socket.irs;
        rest.snd_una = rest.snd_nxt = rest.snd_max = socket.snd_nxt;
        rest.rcv_nxt = socket.rcv_nxt;
        rest.has_been_connected = rest.ends_receive = rest.ends_send = true;
        Ports::take(*engine_, rest);
        engine_->connections.add(id, Engine::pair_key(rest.host, rest.local, rest.peer));
        TcpOutput::linger(*engine_, rest, TCP_TIME_WAIT);
    }

    [[nodiscard]] State state_of(int descriptor) const noexcept {
        Slot* const slot = node().find(descriptor);
        if (slot == nullptr) return State::absent;
        if (slot->kind == Slot::Kind::socket) return engine_->sockets[slot->socket].state();
        return slot->kind == Slot::Kind::event ? State::event : State::set;
    }

    Engine* engine_ = nullptr;
    HostId host_ = no_host;
};

}  // namespace estate::sim
