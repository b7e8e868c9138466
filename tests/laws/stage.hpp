// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sockets in each state, with whatever answers them; and whether a socket in hand works.

#include <optional>
#include <string>
#include <vector>

#include "../support/counted_hold.hpp"
#include "ground.hpp"

namespace estate::test {

/// Where the sockets of a stage are bound, each elsewhere.
template <class T>
struct Place {
    using Address = typename T::address;
    [[nodiscard]] static Address here() { return Address::loopback(0); }
};

/// One transport, with a hold or without: what a law is a law of. Of one that is as another, Base, only what differs.
template <class Transport, bool HasHold, class Base = void>
struct Life {
    using base = Base;
    using transport = Transport;
    using family = typename Transport::family;
    /// Of leases and addresses of the Internet, also where the transport has none.
    using ip_family = std::conditional_t<Local<Transport>, V4, family>;
    using hold = std::conditional_t<HasHold, CountedHold<ip_family>, NoHold>;
    static constexpr bool held = HasHold;
};

/// What one law stands on. Everything that it made is gone with it; has_leaked() is asked after that.
template <class L>
class Stage {
public:
    using T = typename L::transport;
    using F = typename L::ip_family;
    using Address = typename T::address;
    template <class S>
    using In = Socket<S, T, typename L::hold>;
    static constexpr bool is_local = Local<T>;
    /// Connections, of bytes or of packets; else datagrams.
    static constexpr bool streams = lifecycle::Allows<Socket<Bound, T>, op::listen>;

    /// A share of a lease of the loopback address.
    [[nodiscard]] auto hold() { return lease_.share(); }

    /// A socket in State S, whose peer is there.
    template <class S>
    [[nodiscard]] In<S> make() {
        if constexpr (std::same_as<S, Created>) {
            if constexpr (L::held) {  // what a failed bind of a lease leaves: hosts let two bind, until one listens
                auto taken = [&] {
                    if constexpr (streams) {
                        return plain().bind(here()).value().listen().value();
                    } else {
                        return plain().bind(here()).value();
                    }
                }();
                auto refused = plain().bind(hold(), taken.local_port().value());
                BOOST_TEST_REQUIRE(refused.has_error());
                return std::move(refused.assume_error().socket);
            } else {
                return plain();
            }
        } else if constexpr (std::same_as<S, Bound>) {
            if constexpr (L::held) {
                return plain().bind(hold(), Port()).value();
            } else {
                return plain().bind(here()).value();
            }
        } else if constexpr (std::same_as<S, Closed>) {
            auto closed = make<Created>().close();
            return std::move(closed).value();
        } else if constexpr (!streams) {
            return make<Bound>().connect(peer_address()).value();
        } else if constexpr (std::same_as<S, Listening>) {
            return make<Bound>().listen().value();
        } else if constexpr (std::same_as<S, Connecting>) {
            return source().begin_connect(peer_address()).value();
        } else if constexpr (std::same_as<S, Connected>) {
            auto made = source().connect(peer_address(), soon()).value();
            peer_.emplace(listener_->accept(soon()).value());
            return made;
        } else if constexpr (std::same_as<S, SendClosed>) {
            if constexpr (is_local) {  // so that its peer can leave something unread
                auto whole = make<Connected>();
                whole.send("unread", soon()).value();
                return std::move(whole).shutdown_send().value();
            }
            return make<Connected>().shutdown_send().value();
        } else {
            return make<Connected>().shutdown_receive().value();
        }
    }
    /// One that is about to connect.
    [[nodiscard]] auto source() {
        if constexpr (L::held) {
            return make<Bound>();
        } else {
            return plain();
        }
    }
    [[nodiscard]] CreatedSocket<T> plain() { return new_socket<T>().value(); }

    /// Who is connected to, or sent to.
    [[nodiscard]] Address peer_address() {
        if constexpr (streams) {
            if (!listener_) listener_.emplace(plain().bind(here()).value().listen().value());
            return listener_->local_addr().value();
        } else {
            if (!peer_) peer_.emplace(plain().bind(here()).value());
            return peer_->local_addr().value();
        }
    }
    [[nodiscard]] Address here() { return place_.here(); }
    /// Where nobody listens as long as the stage stands; a datagram's, where nobody is.
    [[nodiscard]] Address nobody() {
        if constexpr (is_local && !streams) return here();
        if (!bound_) bound_.emplace(plain().bind(here()).value());
        return bound_->local_addr().value();
    }
    /// Where a connect is not answered: two connections wait in a backlog of one, and a third SYN is dropped.
    [[nodiscard]] Address silent()
        requires streams
    {
        listener_.emplace(plain().bind(here()).value().listen(Backlog(1)).value());
        const auto there = listener_->local_addr().value();
        for (int i = 0; i < 2; ++i) waiting_.push_back(plain().connect(there, soon()).value());
        return there;
    }

    /// The peer sends these.
    template <class Socket>
    void send_to(const Socket& socket, std::string_view text) {
        if constexpr (streams) {
            peer_->send(text, soon()).value();
        } else {
            (void)peer_address();
            peer_->send_to(text, socket.local_addr().value()).value();
        }
    }
    template <class Socket>
    void send_socket_to(const Socket& socket) {
        if constexpr (streams) {
            peer_->send_socket(tcp_v4().value()).value();
        } else {
            // One that has a peer takes nothing from anybody else.
            constexpr bool has_peer = std::same_as<typename Socket::state, Connected>;
            auto sender = has_peer ? std::move(*peer_) : plain().bind(here()).value();
            half_.emplace(std::move(sender).connect(socket.local_addr().value()).value());
            half_->send_socket(tcp_v4().value()).value();
        }
    }
    /// A connection comes to the listener.
    template <class Listener>
    void connect_to(const Listener& listener) {
        client_.emplace(plain().connect(listener.local_addr().value(), soon()).value());
    }
    /// The peer says that it is done.
    void end_of_peer() {
        half_.emplace(std::move(*peer_).shutdown_send().value());
        peer_.reset();
    }
    /// The peer closes over bytes that it did not read, and so by RST, which is here when this returns.
    template <class Socket>
    void reset_by_peer(const Socket& socket) {
        if constexpr (is_local) {
            if constexpr (requires { socket.send("unread"); }) (void)socket.send("unread").value();
            peer_.reset();
            return;
        } else if constexpr (requires { socket.send("unread"); }) {
            (void)socket.send("unread").value();
            std::byte one[1];
            peer_->recv(one, soon()).value();
            (void)std::move(*peer_).close();
        } else {
            vanish();
        }
        settle();
    }
    /// Time for what is under way on loopback.
    static void settle() {
        if constexpr (!is_local) wait_idle();
    }
    static void wait_idle()
        requires(!is_local)
    {
        const auto idle = new_socket<Udp<F, typename Ground::Datagram>>().value().bind(Place<T>::here()).value();
        std::byte room[1];
        (void)idle.recv_from(room, in(1ms));
    }

    /// Why a socket does not do what its state promises; empty: it does. `is_dead`: the connection is gone, so that it
    /// can be closed and no more.
    template <class S, class H>
    [[nodiscard]] std::string why_not(Socket<S, T, H> socket, bool is_dead = false) {
        constexpr bool held = !std::same_as<H, NoHold>;
        if constexpr (std::same_as<S, Created>) {
            if constexpr (held) {
                return said("bind", std::move(socket).bind(Port()));
            } else {
                return said("bind", std::move(socket).bind(here()));
            }
        } else if constexpr (std::same_as<S, Closed>) {
            if constexpr (held) {
                auto detached = std::move(socket).detach_hold();
                if (detached.hold.address() != IpAddress<F>::loopback()) return "the lease is of another address";
            }
            return {};
        } else if constexpr (std::same_as<S, Bound>) {
            if constexpr (streams) {
                return said("listen", std::move(socket).listen());
            } else {
                (void)peer_address();
                peer_->send_to("to you", reachable(socket)).value();
                return hears(socket, "to you") ? "" : "a bound socket does not receive";
            }
        } else if constexpr (std::same_as<S, Listening>) {
            connect_to(socket);
            return said("accept", socket.accept(soon()));
        } else if constexpr (std::same_as<S, Connecting>) {
            if (!waiting_.empty()) (void)listener_->accept(soon());  // it was full
            return said("finish_connect", std::move(socket).finish_connect(soon()));
        } else if (is_dead) {
            return said("close", std::move(socket).close());
        } else {
            return why_not_talking(socket);
        }
    }
    /// One that never waits is as good as what it becomes when it waits again. One with segments or packet information
    /// hears what is sent to it, and answers.
    template <class S, class Mode, class H>
        requires(!std::same_as<Mode, T>)
    [[nodiscard]] std::string why_not(Socket<S, Mode, H> socket, bool is_dead = false) {
        if constexpr (std::same_as<S, Closed>) {
            if constexpr (!std::same_as<H, NoHold>) {
                auto detached = std::move(socket).detach_hold();
                if (detached.hold.address() != IpAddress<F>::loopback()) return "the lease is of another address";
            }
            return {};
        } else if constexpr (NonBlockingSocket<decltype(socket)>) {
            auto waits = std::move(socket).set_blocking();
            if (!waits) return said("set_blocking", waits);
            return why_not(std::move(waits).assume_value(), is_dead);
        } else if constexpr (!std::same_as<S, Created>) {
            return why_not_answering(socket);
        } else if constexpr (std::same_as<H, NoHold>) {
            return said("bind", std::move(socket).bind(here()));
        } else {
            return said("bind", std::move(socket).bind(Port()));
        }
    }
    template <class... Sockets>
    [[nodiscard]] std::string why_not(lifecycle::OneOf<Sockets...> any, bool is_dead = false) {
        return std::move(any).visit([&](auto socket) { return why_not(std::move(socket), is_dead); });
    }
    /// The same of what accept() gave.
    template <class H>
    [[nodiscard]] std::string why_accepted_not(const Socket<Connected, T, H>& accepted) {
        if (auto sent = accepted.send("welcome", soon()); !sent) return sent.assume_error().message();
        return hears(*client_, "welcome") ? "" : "who connected hears nothing";
    }
    /// Sends until the system takes no more; empty_pipe() makes room again.
    template <class Socket>
    void fill_pipe(const Socket& socket) {
        static const std::vector<std::byte> much(1 << 18);
        const ConstBuffer each = std::span(much).first(estate::Stream<T> ? much.size() : 8);
        const auto sent = [&] {
            if constexpr (requires { socket.send_to(each, peer_address(), in(10ms)); }) {
                return socket.send_to(each, peer_address(), in(10ms)).has_value();
            } else if constexpr (requires { socket.send(each, in(10ms)); }) {
                return socket.send(each, in(10ms)).has_value();
            } else {  // it never waits
                const auto attempt = [&] {
                    if constexpr (requires { socket.send_to(each, peer_address()); }) {
                        return socket.send_to(each, peer_address());
                    } else {
                        return socket.send(each);
                    }
                }();
                return attempt.has_value() && !attempt.assume_value().would_block();
            }
        };
        // A loaded kernel may take what has been sent a moment later, and has room again.
        for (int idle = 0; idle < 5;) idle = sent() ? 0 : idle + 1;
        is_full_ = true;
    }
    void empty_pipe() {
        if constexpr (streams) {
            std::vector<std::byte> room(1 << 18);
            while (is_full_ && peer_->recv(room, in(20ms))) {}
        } else if constexpr (is_local) {
            std::byte room[8];
            while (is_full_ && peer_->recv_from(room, in(20ms))) {}
        }
        is_full_ = false;
    }
#if !defined(__wasi__)
    /// Why what release() gave is not ours to keep: it can be adopted again, and its lease is with it.
    template <class Released>
    [[nodiscard]] std::string why_not_released(Released released) {
        if constexpr (L::held) {
            if (released.hold.address() != IpAddress<F>::loopback()) return "the lease is of another address";
            return said("adopt", adopt<T>(released.handle));
        } else {
            return said("adopt", adopt<T>(released));
        }
    }
#endif
    /// The silence of silent() ends with a refusal.
    void refuse_all() {
        listener_.reset();
        waiting_.clear();
    }
    /// Its peer is gone, and so is its port; come_back() makes another there.
    void lose_peer() {
        lost_ = peer_->local_addr().value();
        peer_.reset();
    }
    void come_back() { peer_.emplace(plain().bind(lost_).value()); }

private:
    /// Where the peer finds a socket of ours.
    template <class Socket>
    [[nodiscard]] Address reachable(const Socket& socket) {
        if constexpr (!is_local && std::same_as<typename Socket::state, Bound>) {
            return Address(IpAddress<F>::loopback(), socket.local_port().value());
        } else {
            return socket.local_addr().value();
        }
    }
    template <class Result>
    static std::string said(const char* what, const Result& outcome) {
        if (outcome) return {};
        return std::string(what) + " then fails: " + Error(outcome.assume_error()).message();
    }
    /// Some text comes, and this is its end.
    template <class Socket>
    static bool hears(const Socket& socket, std::string_view text) {
        std::string heard;
        for (std::byte room[512]; !heard.ends_with(text);) {
            if constexpr (streams) {
                const auto got = socket.recv(room, soon());
                if (!got) return false;
                if constexpr (estate::Stream<T>) {
                    heard += as_text(std::span(room).first(got.assume_value()));
                } else {
                    heard += as_text(std::span(room).first(got.assume_value().size));
                }
            } else {
                if (heard.size() > 64) return false;
                heard += next_text(socket);
            }
        }
        return true;
    }
    /// The next message, and what comes with it.
    template <class Socket>
    static auto next_message(const Socket& socket, MutableBuffer room) {
        if constexpr (requires { socket.recv_segments(room, soon()); }) {
            return socket.recv_segments(room, soon());
        } else if constexpr (requires { socket.recv_from(room, soon()); }) {
            return socket.recv_from(room, soon());
        } else {
            return socket.recv(room, soon());
        }
    }
    /// Of datagrams with segments or packet information.
    template <class Socket>
    std::string why_not_answering(const Socket& socket) {
        const Address peer = peer_address();
        peer_->send_to("to us", reachable(socket)).value();
        std::byte room[512];
        auto got = next_message(socket, room);
        while (got && as_text(std::span(room).first(got.assume_value().size)) != "to us") {
            got = next_message(socket, room);
        }
        if (!got) return std::string("it then does not receive: ") + got.assume_error().message();
        if constexpr (requires { got.assume_value().destination; }) {
            if (got.assume_value().destination != IpAddress<F>::loopback()) return "it tells another destination";
            if constexpr (requires { socket.send_segments(room, 3, peer, got.assume_value().source); }) {
                if (!socket.send_segments(as_buffer("to peer"), 3, peer, got.assume_value().source)) {
                    return "it then does not answer in segments from where it was asked";
                }
            } else if constexpr (requires { socket.send_to("", peer, got.assume_value().source); }) {
                if (!socket.send_to("to peer", peer, got.assume_value().source)) {
                    return "it then does not answer from where it was asked";
                }
            }
        }
        if constexpr (!requires { got.assume_value().destination; } || InState<Socket, Connected>) {
            if constexpr (requires { socket.send_segments(room, 3); }) {
                if (!socket.send_segments(as_buffer("to peer"), 3)) return "it then does not send segments";
            } else if constexpr (requires { socket.send_segments(room, 3, peer); }) {
                if (!socket.send_segments(as_buffer("to peer"), 3, peer)) return "it then does not send segments";
            } else if (!socket.send("to peer")) {
                return "it then does not send";
            }
        }
        return hears(*peer_, "to peer") ? "" : "its peer hears nothing";
    }
    template <class Socket>
    std::string why_not_talking(const Socket& socket) {
        if constexpr (streams) {
            if (!peer_ && !half_) peer_.emplace(listener_->accept(soon()).value());  // it has connected itself
            if constexpr (requires { socket.send("to peer", soon()); }) {
                if (auto sent = socket.send("to peer", soon()); !sent) {
                    return std::string("it then cannot send: ") + sent.assume_error().message();
                }
                if (half_ ? !hears(*half_, "to peer") : !hears(*peer_, "to peer")) return "its peer hears nothing";
            }
            if constexpr (requires(MutableBuffer room) { socket.recv(room); }) {
                if (half_) return {};
                if (!peer_->send("to us", soon())) return "its peer cannot send";
                if (!hears(socket, "to us")) return "it then does not receive";
            }
        } else {
            if (auto sent = socket.send("to peer"); !sent) return sent.assume_error().message();
            if (half_ ? !hears(*half_, "to peer") : !hears(*peer_, "to peer")) return "its peer hears nothing";
            if constexpr (is_local) {
                if (half_) {
                    half_->send("to us").value();
                    return hears(socket, "to us") ? "" : "it then does not receive";
                }
                if (socket.local_addr().value().is_unnamed()) return {};  // nobody can answer it
            }
            peer_->send_to("to us", reachable(socket)).value();
            if (!hears(socket, "to us")) return "it then does not receive";
        }
        return {};
    }
    void vanish() {
        if constexpr (requires { std::move(*peer_).abort(); }) {
            (void)std::move(*peer_).abort();
        } else {
            (void)std::move(*peer_).close();
        }
    }

    [[no_unique_address]] Place<T> place_;
    CountedHold<F> lease_{IpAddress<F>::loopback()};
    std::optional<std::conditional_t<streams, ListeningSocket<T>, int>> listener_;
    std::optional<std::conditional_t<streams, ConnectedSocket<T>, BoundSocket<T>>> peer_;
    std::optional<std::conditional_t<streams, SendClosedSocket<T>, ConnectedSocket<T>>> half_;
    std::optional<std::conditional_t<streams, ConnectedSocket<T>, int>> client_;
    std::optional<BoundSocket<T>> bound_;
    Address lost_;
    bool is_full_ = false;
    std::vector<std::conditional_t<streams, ConnectedSocket<T>, int>> waiting_;
};

}  // namespace estate::test
