// SPDX-License-Identifier: BSL-1.0
#pragma once

// The laws of a cell, one function for each way in which its call can end.

#include "cells.hpp"
#include "tolerances.hpp"

namespace estate::test {

template <class C>
struct CellLaws {
    using L = typename C::life;
    using S = typename C::state;
    using Self = typename C::Self;
    using Args = Arguments<L>;
    template <class... Ops>
    static constexpr bool is = C::template is<Ops...>;
    static auto call(Self& socket, Args& a) {
        if constexpr (is<op::join>) {
            return std::move(socket).join(a.stage.give_other());
        } else {
            return C::call::make(socket, a);
        }
    }

    static void success() {
        Stage<L> stage;
        auto socket = stage.template make<S>();
        Args a(stage);
        prepare<C>(stage, socket, a);
        const auto outcome = settle<C>(stage, std::move(socket), a, call);
        claim<C>(!outcome.failed && outcome.defect.empty(), Way::success, text_of(outcome));
    }

    /// The one that was moved from answers so, and the socket is with whom it was moved to.
    static void moved_from() {
        Stage<L> stage;
        auto gone = stage.template make<S>();
        auto kept = std::move(gone);
        Args a(stage);
        if constexpr (is<op::connect, op::begin_connect, op::send_to>) a.address = stage.peer_address();
        if constexpr (is<op::send_batch>) a.all_of_batch[0].peer = stage.peer_address();
        auto answer = call(gone, a);  // NOLINT(bugprone-use-after-move): that is what is tested
        if constexpr (is<op::handle>) {
            claim<C>(answer == -1, Way::moved_from, "it has a number");
        } else if constexpr (is<op::release>) {
            if constexpr (L::held) {
                claim<C>(answer.handle == -1, Way::moved_from, "it has a number");
            } else {
                claim<C>(answer == -1, Way::moved_from, "it has a number");
            }
        } else {
            claim<C>(answer.has_error() && answer.assume_error() == errc::moved_from, Way::moved_from,
                     answer.has_error() ? Error(answer.assume_error()).message() : "it succeeds");
            if constexpr (is<op::join>) stage.take_other(std::move(answer.assume_error().socket.writer));
        }
        const auto defect = stage.why_not(std::move(kept));
        claim<C>(defect.empty(), Way::moved_from, defect);
    }

    static void argument() {
        Stage<L> stage;
        auto socket = stage.template make<S>();
        Args a(stage);
        using F = typename L::family;
        const IpAddress<F> group = [] {
            if constexpr (std::same_as<F, V4>) {
                return IpAddress<V4>(0xe0000001);
            } else {
                return IpAddress<V6>::parse("ff02::1").value();
            }
        }();
        if constexpr (is<op::join>) {  // with the half of another connection
            Stage<L> other;
            auto another = other.template make<Connected>();
            const auto with_another = [&](Self& on, Args&) {
                auto refused = std::move(on).join(other.give_other());
                if (refused.has_error()) {  // each goes back to its own
                    auto theirs = std::move(refused.assume_error().socket.writer);
                    refused.assume_error().socket.writer = a.stage.give_other();
                    other.take_other(std::move(theirs));
                }
                return refused;
            };
            claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, with_another), errc::halves_differ);
            const auto defect = other.why_not(std::move(another));
            claim<C>(defect.empty(), Way::argument, defect);
        } else if constexpr (is<op::bind>) {
            if constexpr (C::text.starts_with("bind_with_binding")) {
                a.binding = CountedHold<F>(IpAddress<F>::loopback()).binding();  // of a lease that has ended
                claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, call), errc::stale_binding);
            } else if constexpr (C::text.starts_with("bind(std::move")) {
                a.hold = CountedHold<F>(group);
                auto refused = call(socket, a);
                claim<C>(refused.has_error() && refused.assume_error() == errc::bind_multicast, Way::argument,
                         "it binds");
                if (!refused.has_error()) return;
                auto back = std::move(refused.assume_error().socket).detach_hold();
                claim<C>(back.hold.address() == group, Way::argument, "the lease is lost");
                const auto defect = stage.why_not(std::move(back.socket));
                claim<C>(defect.empty(), Way::argument, defect);
            } else {
                a.address = SocketAddress<F>(group, Port(0));
                a.ip = group;
                claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, call), errc::bind_multicast);
            }
        } else if constexpr (is<op::connect, op::begin_connect, op::send_to>) {
            a.address = SocketAddress<F>::loopback(0);
            claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, call), errc::peer_port_zero);
        } else if constexpr (is<op::recv, op::recv_exact, op::recv_vectored, op::recv_from, op::recv_batch, op::peek>) {
            a.room = a.all_of_room[0] = a.all_places[0].room = {};
            claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, call), errc::invalid_argument);
        } else if constexpr (is<op::send, op::send_batch>) {
            static const std::string too_much(70000, 'x');
            a.text = too_much;
            a.bytes = a.all_to_send[0] = as_buffer(a.text);
            a.all_of_batch[0] = {a.bytes, stage.peer_address()};
            claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, call), std::errc::message_size);
        } else if constexpr (is<op::set>) {
            const auto refused = [](Self& on, Args&) { return on.set(option::hop_limit{0}); };
            claim_failure<C>(Way::argument, settle<C>(stage, std::move(socket), a, refused), errc::invalid_argument);
        } else {
            static_assert(sizeof(C) == 0,
                          "estate: this cell has no law for a refused argument; write it, or the reason");
        }
    }

    static void peer() {
        Stage<L> stage;
        Args a(stage);
        if constexpr (is<op::accept, op::accept_from>) {
            peer_of_accept();
        } else if constexpr (!C::streams) {
            auto socket = stage.template make<S>();
            socket.send("anybody?").value();
            stage.lose_peer();
            socket.send("anybody?").value();
            Stage<L>::settle();
            claim_failure<C>(Way::peer, settle<C>(stage, std::move(socket), a, [&](Self& on, Args& args) {
                auto told = call(on, args);
                stage.come_back();
                return told;
            }), std::errc::connection_refused);
        } else if constexpr (is<op::connect>) {
            a.address = stage.nobody();
            claim_failure<C>(Way::peer, settle<C>(stage, stage.template make<S>(), a, call),
                             std::errc::connection_refused);
        } else if constexpr (is<op::begin_connect>) {
            // Told at once, or by finish_connect().
            a.address = stage.nobody();
            auto socket = stage.template make<S>();
            auto begun = call(socket, a);
            if (begun) {
                auto done = std::move(begun).assume_value().finish_connect(soon());
                claim<C>(done.has_error() && done.assume_error() == std::errc::connection_refused, Way::peer,
                         "it connects");
            } else {
                claim<C>(begun.assume_error() == std::errc::connection_refused, Way::peer,
                         begun.assume_error().message());
                const auto defect = stage.why_not(std::move(begun.assume_error().socket));
                claim<C>(defect.empty(), Way::peer, defect);
            }
        } else if constexpr (is<op::finish_connect>) {
            (void)stage.silent();
            auto socket = stage.template make<S>();
            stage.refuse_all();
            claim_failure<C>(Way::peer, settle<C>(stage, std::move(socket), a, call), std::errc::connection_refused);
        } else {
            if constexpr (is<op::recv, op::recv_exact, op::recv_vectored, op::peek>) {
                Stage<L> polite;
                auto socket = polite.template make<S>();
                polite.end_of_peer();
                claim_failure<C>(Way::peer, settle<C>(polite, std::move(socket), a, call), errc::end_of_stream);
            }
            auto socket = stage.template make<S>();
            stage.reset_by_peer(socket);
            claim_failure<C>(Way::peer, settle<C>(stage, std::move(socket), a, call, true), std::errc::connection_reset,
                             std::errc::broken_pipe, std::errc::not_connected);
        }
    }
    /// The connection that was aborted is the next to be accepted, and no end of the listener.
    static void peer_of_accept() {
        if constexpr (Ground::injects) {
            std::uint64_t nth = 0;
            bool is_struck = false;
            do {
                ++nth;
                Stage<L> stage;
                auto socket = stage.template make<S>();
                Args a(stage);
                prepare<C>(stage, socket, a);
                const auto outcome = settle<C>(stage, std::move(socket), a, [&](Self& on, Args& args) {
                    const typename Ground::Struck struck(nth, ECONNABORTED);
                    auto answer = call(on, args);
                    is_struck = struck.call() == Ground::Call::accept || !struck.has_happened();
                    return answer;
                });
                if (!is_struck) continue;
                claim_failure<C>(Way::peer, outcome, std::errc::connection_aborted);
                claim<C>(classify_accept(outcome.error) == AcceptFailure::retry, Way::peer,
                         "it is no call for another");
            } while (!is_struck);
        }
    }

    static void deadline() {
        Stage<L> stage;
        Args a(stage);
        if constexpr (C::streams && is<op::connect>) a.address = stage.silent();
        if constexpr (C::streams && is<op::finish_connect>) (void)stage.silent();
        auto socket = stage.template make<S>();
        if constexpr (C::streams && is<op::send, op::send_all, op::send_vectored>) {
            stage.fill_pipe(socket);
        }
        a.until = in(20ms);
        // What is full may have room again when a machine that was busy has delivered it.
        const auto until_full = [&](Self& on, Args& args) {
            auto answer = call(on, args);
            if constexpr (C::streams && is<op::send, op::send_all, op::send_vectored>) {
                for (int left = 100; answer.has_value() && left != 0; --left) {
                    stage.fill_pipe(on);
                    args.until = in(20ms);
                    answer = call(on, args);
                }
            }
            return answer;
        };
        claim_failure<C>(Way::deadline, settle<C>(stage, std::move(socket), a, until_full), errc::deadline_exceeded);
    }

    static void stopped() {
#if !defined(__wasi__)  // where there is a waker
        {
            Stage<L> stage;
            Args a(stage);
            auto socket = stage.template make<S>();
            if constexpr (is<op::connect, op::begin_connect, op::send_to>) a.address = stage.peer_address();
            a.until.waker = &a.waker;
            a.waker.wake();
            claim_failure<C>(Way::stopped, settle<C>(stage, std::move(socket), a, call), errc::stopped);
        }
#endif
    }

    /// Each call of the system that the operation makes fails with each of the errors in turn. Returns how many did.
    template <class Errors>
    static std::size_t struck(Way way, const Errors& errors) {
        std::size_t count = 0;
        if constexpr (Ground::injects) {
            for (const int error : errors) {
                bool has_happened = true;
                for (std::uint64_t nth = 1; has_happened; ++nth) {
                    has_happened = strike(way, nth, error);
                    if (has_happened) ++count;
                }
            }
        }
        return count;
    }

private:
    static bool strike(Way way, std::uint64_t nth, int error) {
        const auto before = Ground::held();
        bool has_happened = false;
        {
            Stage<L> stage;
            Args a(stage);
            auto socket = stage.template make<S>();
            prepare<C>(stage, socket, a);
            typename Ground::Call which{};
            const auto outcome = settle<C>(stage, std::move(socket), a, [&](Self& on, Args& args) {
                const typename Ground::Struck struck(nth, error);
                auto answer = call(on, args);
                has_happened = struck.has_happened();
                which = struck.call();
                return answer;
            });
            if (has_happened) {
                const auto what = [&] {
                    return "call " + std::to_string(nth) + ", " + Ground::name_of(which) + "() with errno " +
                           std::to_string(error) + ": " + text_of(outcome);
                };
                claim<C>(outcome.defect.empty() && is_as_it_should_be<C>(which, error, outcome), way, what());
            }
        }
        claim<C>(Ground::held() == before, way, "something has leaked");
        return has_happened;
    }
};

inline constexpr std::array resource_errors{EMFILE, ENFILE, ENOBUFS, ENOMEM};
inline constexpr std::array system_errors{EIO, EACCES, EPERM, ENETDOWN, ENETUNREACH, EINVAL, EINTR, EAGAIN};

}  // namespace estate::test
