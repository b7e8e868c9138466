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
    using Op = typename C::operation;
    using Self = typename C::Self;
    using Args = Arguments<L>;
    template <class... Ops>
    static constexpr bool is = C::template is<Ops...>;
    static constexpr CellFacts cell = facts_of<C>();

    static auto call(Self& socket, Args& a) {
        [[maybe_unused]] const Armed armed(a.fault);
        if constexpr (is<op::join>) {
            return std::move(socket).join(a.stage.give_other());
        } else {
            return C::call::make(socket, a);
        }
    }
    static Outcome settled(Trial<L, S>& on, bool is_dead = false) {
        auto answer = call(on.socket, on.a);
        return settle<Op>(on, answer, is_dead);
    }

    /// The call, with what it needs to succeed; `fault`, where there is one, strikes it.
    static Outcome attempt(PlannedFault* fault) {
        Trial<L, S> on;
        prepare<Op>(on);
        on.a.fault = fault;
        return settled(on);
    }

    /// The call of the one that was moved from. The socket is with whom it was moved to.
    static Outcome attempt_moved_from() {
        Trial<L, S> on;
        auto kept = std::move(on.socket);
        if constexpr (is<op::connect, op::begin_connect, op::send_to, op::send_segments>) {
            on.a.address = on.stage.peer_address();
        }
        if constexpr (is<op::send_batch>) on.a.all_of_batch[0].peer = on.stage.peer_address();
        auto answer = call(on.socket, on.a);  // NOLINT(bugprone-use-after-move): that is what is tested
        Outcome outcome = what_it_says(answer);
        if constexpr (is<op::join>) on.stage.take_other(std::move(answer.assume_error().socket.writer));
        outcome.defect = on.stage.why_not(std::move(kept));
        return outcome;
    }

    static void argument() {
        Trial<L, S> on;
        auto& [stage, socket, a] = on;
        using F = typename L::ip_family;
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
            auto refused = std::move(socket).join(other.give_other());
            if (refused.has_error()) {  // each goes back to its own
                auto theirs = std::move(refused.assume_error().socket.writer);
                refused.assume_error().socket.writer = stage.give_other();
                other.take_other(std::move(theirs));
            }
            claim_failure(cell, Way::argument, settle<Op>(on, refused), errc::halves_differ);
            const auto defect = other.why_not(std::move(another));
            claim(cell, defect.empty(), Way::argument, defect);
        } else if constexpr (C::is_local && is<op::bind, op::connect, op::send_to>) {
            a.address = {};
            claim_failure(cell, Way::argument, settled(on), Place<typename L::transport>::why_not_unnamed);
        } else if constexpr (is<op::send_socket>) {
            const auto kept = std::move(a.passed);
            auto refused = call(socket, a);
            claim_failure(cell, Way::argument, what_it_says(refused), errc::moved_from);
            const auto defect = stage.why_not(std::move(socket));
            claim(cell, kept.handle() >= 0 && defect.empty(), Way::argument, defect);
        } else if constexpr (is<op::bind>) {
            if constexpr (C::text.starts_with("bind_with_binding")) {
                a.binding = CountedHold<F>(IpAddress<F>::loopback()).binding();  // of a lease that has ended
                claim_failure(cell, Way::argument, settled(on), errc::stale_binding);
            } else if constexpr (C::text.starts_with("bind(std::move")) {
                a.hold = CountedHold<F>(group);
                auto refused = call(socket, a);
                claim(cell, refused.has_error() && refused.assume_error() == errc::bind_multicast, Way::argument,
                         "it binds");
                if (!refused.has_error()) return;
                auto back = std::move(refused.assume_error().socket).detach_hold();
                claim(cell, back.hold.address() == group, Way::argument, "the lease is lost");
                const auto defect = stage.why_not(std::move(back.socket));
                claim(cell, defect.empty(), Way::argument, defect);
            } else {
                a.address = SocketAddress<F>(group, Port(0));
                a.ip = group;
                claim_failure(cell, Way::argument, settled(on), errc::bind_multicast);
            }
        } else if constexpr (is<op::connect, op::begin_connect, op::send_to>) {
            a.address = SocketAddress<F>::loopback(0);
            claim_failure(cell, Way::argument, settled(on), errc::peer_port_zero);
        } else if constexpr (is<op::recv, op::recv_exact, op::recv_vectored, op::recv_from, op::recv_batch,
                               op::recv_segments, op::peek, op::recv_socket>) {
            a.room = a.all_of_room[0] = a.all_places[0].buffer = {};
            claim_failure(cell, Way::argument, settled(on), errc::invalid_argument);
        } else if constexpr (is<op::send, op::send_batch>) {
            static const std::string too_much(C::is_local ? 1 << 20 : 70000, 'x');
            a.text = too_much;
            a.bytes = a.all_to_send[0] = as_buffer(a.text);
            if constexpr (!C::is_local) a.all_of_batch[0] = {a.bytes, stage.peer_address()};
            claim_failure(cell, Way::argument, settled(on), std::errc::message_size);
        } else if constexpr (is<op::send_segments>) {
            static const std::string too_many(64 * 1200 + 1, 'x');
            a.address = stage.peer_address();
            a.bytes = as_buffer(too_many);
            claim_failure(cell, Way::argument, settled(on), errc::invalid_argument);
        } else if constexpr (is<op::set>) {
            auto refused = socket.set(option::hop_limit{0});
            claim_failure(cell, Way::argument, settle<Op>(on, refused), errc::invalid_argument);
        } else {
            static_assert(sizeof(C) == 0,
                          "estate: this cell has no law for a refused argument; write it, or the reason");
        }
    }

    static void peer() {
        if constexpr (is<op::accept, op::accept_from>) {
            peer_of_accept();
        } else if constexpr (C::is_local && !C::streams) {
            Trial<L, S> on;
            if constexpr (is<op::connect, op::send_to>) {
                on.a.address = on.stage.nobody();
                claim_failure(cell, Way::peer, settled(on), std::errc::no_such_file_or_directory);
            } else {  // it has no peer any more, whatever is bound there next
                on.stage.lose_peer();
                claim_failure(cell, Way::peer, settled(on, true), std::errc::connection_refused);
            }
        } else if constexpr (!C::streams) {
            Trial<L, S> on;
            say(on.socket);
            on.stage.lose_peer();
            say(on.socket);
            Stage<L>::settle();
            auto told = call(on.socket, on.a);
            on.stage.come_back();
            claim_failure(cell, Way::peer, settle<Op>(on, told), std::errc::connection_refused);
        } else if constexpr (is<op::connect>) {
            Trial<L, S> on;
            on.a.address = on.stage.nobody();
            claim_failure(cell, Way::peer, settled(on), std::errc::connection_refused);
        } else if constexpr (is<op::begin_connect>) {
            // Told at once, or by finish_connect().
            Trial<L, S> on;
            on.a.address = on.stage.nobody();
            auto begun = call(on.socket, on.a);
            if (begun) {
                auto done = std::move(begun).assume_value().finish_connect(soon());
                claim(cell, done.has_error() && done.assume_error() == std::errc::connection_refused, Way::peer,
                      "it connects");
            } else {
                claim(cell, begun.assume_error() == std::errc::connection_refused, Way::peer,
                      begun.assume_error().message());
                const auto defect = on.stage.why_not(std::move(begun.assume_error().socket));
                claim(cell, defect.empty(), Way::peer, defect);
            }
        } else if constexpr (is<op::finish_connect>) {
            Trial<L, S> on(true);
            on.stage.refuse_all();
            auto answer = call(on.socket, on.a);
            if constexpr (is_one_of_sockets<typename decltype(answer)::value_type>) {  // who never waits asks again
                for (int left = 5000; answer && answer.assume_value().template is<Connecting>() && left != 0; --left) {
                    on.socket = std::move(answer).assume_value().template take<Connecting>();
                    Stage<L>::settle();
                    answer = call(on.socket, on.a);
                }
            }
            claim_failure(cell, Way::peer, settle<Op>(on, answer), std::errc::connection_refused);
        } else {
            if constexpr (is<op::recv, op::recv_exact, op::recv_vectored, op::peek, op::recv_socket>) {
                Trial<L, S> polite;
                polite.stage.end_of_peer();
                if constexpr (C::attempts) Stage<L>::settle();
                claim_failure(cell, Way::peer, settled(polite), errc::end_of_stream);
            }
            Trial<L, S> on;
            on.stage.reset_by_peer(on.socket);
            claim_failure(cell, Way::peer, settled(on, true), std::errc::connection_reset, std::errc::broken_pipe,
                          std::errc::not_connected);
        }
    }
    /// Sends a datagram. What never waits may have to be asked again: a host that has just made the socket may not know
    /// yet that it can send.
    static void say(const Self& socket) {
        auto sent = socket.send("anybody?").value();
        if constexpr (is_attempt<result<decltype(sent)>>) {
            for (int left = 1000; sent.would_block() && left != 0; --left) {
                Stage<L>::settle();
                sent = socket.send("anybody?").value();
            }
        }
    }
    /// The connection that was aborted is the next to be accepted, and no end of the listener.
    static void peer_of_accept() {
        if constexpr (Ground::injects) {
            std::uint64_t nth = 0;
            bool is_struck = false;
            do {
                PlannedFault fault{++nth, ECONNABORTED};
                const auto outcome = attempt(&fault);
                is_struck = fault.call == Ground::Call::accept || !fault.has_happened;
                if (!is_struck) continue;
                claim_failure(cell, Way::peer, outcome, std::errc::connection_aborted);
                claim(cell, classify_accept(outcome.error) == AcceptFailure::retry, Way::peer,
                      "it is no call for another");
            } while (!is_struck);
        }
    }

    /// What never waits says so at once where nothing is there.
    static void would_block() {
        Trial<L, S> on;
        if constexpr (is<op::send_to>) on.a.address = on.stage.peer_address();
        if constexpr (is<op::send, op::send_vectored, op::send_to>) on.stage.fill_pipe(on.socket);
        auto answer = call(on.socket, on.a);
        const bool blocks = answer.has_value() && answer.assume_value().would_block();
        on.stage.empty_pipe();
        const auto outcome = settle<Op>(on, answer);
        claim(cell, blocks && outcome.defect.empty(), Way::deadline, text_of(outcome));
    }
    static void deadline() {
        if constexpr (C::attempts) {
            would_block();
        } else {
            wait_for_nothing();
        }
    }
    static void wait_for_nothing() {
        constexpr bool fills =
            (C::streams || C::is_local) &&
            is<op::send, op::send_all, op::send_vectored, op::send_to, op::send_socket>;
        Trial<L, S> on(is<op::connect, op::finish_connect>);
        if constexpr (is<op::send_to> || (C::streams && is<op::connect>)) on.a.address = on.stage.peer_address();
        if constexpr (fills) on.stage.fill_pipe(on.socket);
        on.a.until = in(20ms);
        auto answer = call(on.socket, on.a);
        if constexpr (fills) {
            // What is full may have room again when a machine that was busy has delivered it.
            for (int left = 100; answer.has_value() && left != 0; --left) {
                on.stage.fill_pipe(on.socket);
                on.a.until = in(20ms);
                answer = call(on.socket, on.a);
            }
        }
        claim_failure(cell, Way::deadline, settle<Op>(on, answer), errc::deadline_exceeded);
    }

    static void stopped() {
#if !defined(__wasi__)  // where there is a waker
        Trial<L, S> on;
        if constexpr (is<op::connect, op::begin_connect, op::send_to, op::send_segments>) {
            on.a.address = on.stage.peer_address();
        }
        on.a.until.waker = &on.a.waker;
        on.a.waker.wake();
        claim_failure(cell, Way::stopped, settled(on), errc::stopped);
#endif
    }
};

/// A cell and its laws.
struct AnyCell : CellFacts {
    Outcome (*attempt)(PlannedFault*);
    Outcome (*attempt_moved_from)();           // nullptr: there is no law
    std::array<void (*)(), ways.size()> laws;  // of the other ways
};
/// A way that has neither a reason nor a law does not compile.
template <class C>
[[nodiscard]] constexpr AnyCell any_cell() {
    using Laws = CellLaws<C>;
    AnyCell any{Laws::cell, Laws::attempt, nullptr, {}};
    const auto law = [&any](Way way) -> auto& { return any.laws[static_cast<std::size_t>(way)]; };
    constexpr auto has_law = [](Way way) { return why_none<C>(way) == nullptr && why_not_here<C>(way) == nullptr; };
    if constexpr (has_law(Way::argument)) law(Way::argument) = Laws::argument;
    if constexpr (has_law(Way::moved_from)) any.attempt_moved_from = Laws::attempt_moved_from;
    if constexpr (has_law(Way::peer)) law(Way::peer) = Laws::peer;
    if constexpr (has_law(Way::deadline)) law(Way::deadline) = Laws::deadline;
    if constexpr (has_law(Way::stopped)) law(Way::stopped) = Laws::stopped;
    return any;
}
/// Every cell of a life.
template <class L>
[[nodiscard]] const std::vector<AnyCell>& cells_of() {
    static const auto cells = [] {
        std::vector<AnyCell> all;
        each_cell<L>([&all]<class C>(C) {
            static constexpr AnyCell any = any_cell<C>();
            all.push_back(any);
        });
        return all;
    }();
    return cells;
}

/// Each call of the system that the operation makes fails with each of the errors in turn. Returns how many did.
inline std::size_t strike([[maybe_unused]] const AnyCell& cell, [[maybe_unused]] Way way,
                          [[maybe_unused]] std::span<const int> errors) {
    std::size_t count = 0;
#if !defined(__wasi__)  // where a call can be made to fail
    for (const int error : errors) {
        bool has_happened = true;
        for (std::uint64_t nth = 1; has_happened; ++nth) {
            const auto before = Ground::held();
            PlannedFault fault{nth, error};
            const auto outcome = cell.attempt(&fault);
            has_happened = fault.has_happened;
            if (has_happened) {
                ++count;
                claim(cell, outcome.defect.empty() && is_as_it_should_be(cell, fault.call, error, outcome), way,
                      "call " + std::to_string(nth) + ", " + Ground::name_of(fault.call) + "() with errno " +
                          std::to_string(error) + ": " + text_of(outcome));
            }
            claim(cell, Ground::held() == before, way, "something has leaked");
        }
    }
#endif
    return count;
}

inline constexpr std::array resource_errors{EMFILE, ENFILE, ENOBUFS, ENOMEM};
inline constexpr std::array system_errors{EIO, EACCES, EPERM, ENETDOWN, ENETUNREACH, EINVAL, EINTR, EAGAIN};

}  // namespace estate::test
