// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <deque>

#include "rings.hpp"

// What the kernel seldom answers: wakers that it does not take, or not any more, and sends that move nothing.

namespace {
using namespace estate;
using namespace estate::test;

/// The kernel's ring, which answers what it is told to.
struct Rare : posix::Uring {
    static inline std::deque<int> awaits;  // the errors of the next calls of await_event(); 0 is none
    static inline int lost = 0;            // so many wakers fail after they were taken
    static inline int sends_of_nothing = 0;
    static inline std::deque<int> sends;    // the errors of the next calls of send()
    static inline std::deque<int> cancels;  // and of cancel()

    Rare(posix::Uring&& opened) noexcept : posix::Uring(std::move(opened)) {}
    static result<Rare> open(unsigned most) noexcept {
        auto opened = posix::Uring::open(most);
        if (!opened) return opened.assume_error();
        return Rare(std::move(opened).assume_value());
    }
    result<void> await_event(int number, std::uint64_t key) noexcept {
        if (const int why = next(awaits); why != 0) return Error::system(why);
        if (lost > 0) number = (--lost, -1);
        return posix::Uring::await_event(number, key);
    }
    result<void> send(int number, ConstBuffer bytes, std::uint64_t key) noexcept {
        if (const int why = next(sends); why != 0) return Error::system(why);
        if (sends_of_nothing > 0) bytes = (--sends_of_nothing, ConstBuffer());
        return posix::Uring::send(number, bytes, key);
    }
    result<void> cancel(std::uint64_t which, std::uint64_t key) noexcept {
        if (const int why = next(cancels); why != 0) return Error::system(why);
        return posix::Uring::cancel(which, key);
    }

private:
    static int next(std::deque<int>& errors) {
        if (errors.empty()) return 0;
        const int first = errors.front();
        errors.pop_front();
        return first;
    }
};

struct Ordinary {
    Ordinary() { reset(); }
    ~Ordinary() { reset(); }
    static void reset() {
        for (auto* const errors : {&Rare::awaits, &Rare::sends, &Rare::cancels}) errors->clear();
        Rare::lost = Rare::sends_of_nothing = 0;
    }
};

using RareRing = BasicRing<Rare, 4, SendAll>;
const auto nobody = on<SendAll>([](Done<SendAll>) {});

BOOST_FIXTURE_TEST_SUITE(rare_answers, Ordinary)

BOOST_AUTO_TEST_CASE(a_waker_that_the_system_does_not_take_again_is_offered_to_it_before_the_next_wait) {
    if (has_no_ring()) return;
    const auto waker = Waker::open().value();
    RareRing ring(RareRing::probe().value());
    ring.wake_by(waker).value();
    waker.wake();
    for (const auto& refusals : {std::deque<int>{EAGAIN}, {EBUSY}, {EAGAIN, EBUSY, EAGAIN}}) {
        const auto until = refusals.size();
        Rare::awaits = refusals;
        BOOST_TEST(ring.turn(soon(), nobody).value().woken);  // it is reported, although it cannot be awaited anew
        for (std::size_t i = 1; i < until; ++i) {
            BOOST_TEST(!Rare::awaits.empty());
            BOOST_TEST(!ring.turn(Deadline::never(), nobody).value().woken);  // which does not wait without it
        }
        BOOST_TEST(Rare::awaits.empty());
        BOOST_TEST(ring.turn(soon(), nobody).value().woken);
    }
    waker.reset();
    for (int i = 0; i < 2; ++i) (void)ring.turn(Deadline::at_once(), nobody).value();
    waker.wake();
    BOOST_TEST(ring.turn(soon(), nobody).value().woken);
}

BOOST_AUTO_TEST_CASE(a_waker_that_fails_is_an_error_of_the_turn_and_is_not_asked_again) {
    if (has_no_ring()) return;
    const auto waker = Waker::open().value();
    RareRing ring(RareRing::probe().value());
    Rare::lost = 1;
    ring.wake_by(waker).value();
    BOOST_TEST((ring.turn(soon(), nobody).error() == Error::system(EBADF)));
    waker.wake();
    BOOST_TEST(!ring.turn(in(1ms), nobody).value().woken);
    for (std::uint32_t i = 0; i < RareRing::most_wakers; ++i) ring.wake_by(waker).value();  // it has its place again
    BOOST_TEST((ring.wake_by(waker).error() == errc::capacity_exceeded));
    BOOST_TEST(ring.turn(soon(), nobody).value().woken);
}

BOOST_AUTO_TEST_CASE(a_send_that_moved_nothing_is_begun_again) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    RareRing ring(RareRing::probe().value());
    Rare::sends_of_nothing = 2;
    (void)ring.submit<SendAll>(std::move(client), Bytes("whole"), soon(), Part{0, 5}).value();
    bool has_sent = false;
    const auto handler = on<SendAll>([&](Done<SendAll> sent) { has_sent = sent.outcome.has_value(); });
    while (ring.in_flight() > 0) (void)ring.turn(soon(), handler).value();
    BOOST_TEST(has_sent);
    BOOST_TEST(read_text(server, 5) == "whole");
}

BOOST_AUTO_TEST_CASE(a_waker_that_the_system_refuses_has_no_place) {
    if (has_no_ring()) return;
    const auto waker = Waker::open().value();
    RareRing ring(RareRing::probe().value());
    Rare::awaits = {ENOMEM};
    BOOST_TEST((ring.wake_by(waker).error() == Error::system(ENOMEM)));
    for (std::uint32_t i = 0; i < RareRing::most_wakers; ++i) BOOST_TEST(succeeds(ring.wake_by(waker)));
}

BOOST_AUTO_TEST_CASE(a_waker_is_forgotten_while_another_stays_and_while_it_is_not_awaited) {
    if (has_no_ring()) return;
    const auto stays = Waker::open().value();
    const auto goes = Waker::open().value();
    RareRing ring(RareRing::probe().value());
    ring.wake_by(stays).value();
    ring.wake_by(goes).value();
    goes.wake();
    Rare::awaits = {EAGAIN, EAGAIN};
    BOOST_TEST(ring.turn(soon(), nobody).value().woken);
    BOOST_TEST(!ring.turn(Deadline::never(), nobody).value().woken);  // does not wait without it
    BOOST_TEST(Rare::awaits.empty());
    ring.forget(goes);
    BOOST_TEST(!ring.turn(in(1ms), nobody).value().woken);
    stays.wake();
    BOOST_TEST(ring.turn(soon(), nobody).value().woken);
}

/// A ring with a send that does not end, since nobody reads.
struct FullRing {
    std::optional<ConnectedSocket<Tcp<V4>>> server;
    RareRing ring{RareRing::probe().value()};
    std::deque<Done<SendAll>> done;

    Ticket<SendAll> begin(Deadline until) {
        auto [client, peer] = connected_pair<V4>();
        server.emplace(std::move(peer));
        fill(client);
        return ring.submit<SendAll>(std::move(client), Bytes("late"), until, Part{0, 4}).value();
    }
    Turn turn(Deadline until) {
        return ring.turn(until, on<SendAll>([this](Done<SendAll> one) { done.push_back(std::move(one)); })).value();
    }
    Error end() {
        while (done.empty()) turn(soon());
        return done.front().outcome.error().code;
    }
};

BOOST_AUTO_TEST_CASE(what_cannot_be_cancelled_yet_is_cancelled_in_a_later_turn) {
    if (has_no_ring()) return;
    {
        FullRing full;
        const auto ticket = full.begin(Deadline::never());
        Rare::cancels = {EBUSY, EBUSY};
        BOOST_TEST((full.ring.cancel(ticket).error() == Error::system(EBUSY)));
        BOOST_TEST((full.ring.cancel_all().error() == Error::system(EBUSY)));
        BOOST_TEST(succeeds(full.ring.cancel(ticket)));
        BOOST_TEST((full.end() == errc::stopped));
        BOOST_TEST(succeeds(full.ring.cancel(ticket)));  // it is over
    }
    {
        FullRing full;
        const auto ticket = full.begin(Deadline::never());
        Rare::cancels = {EBUSY, EBUSY};
        full.ring.cancel_surely(ticket);
        BOOST_TEST((full.end() == errc::deadline_exceeded));
        BOOST_TEST(Rare::cancels.empty());
    }
    FullRing full;
    full.begin(in(1ms));
    Rare::cancels = {EBUSY};
    BOOST_TEST((full.end() == errc::deadline_exceeded));
    BOOST_TEST(Rare::cancels.empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_begun_again_is_over) {
    if (has_no_ring()) return;
    FullRing full;
    auto [client, peer] = connected_pair<V4>();
    Rare::sends = {0, ENOMEM};
    Rare::sends_of_nothing = 1;
    (void)full.ring.submit<SendAll>(std::move(client), Bytes("lost"), soon(), Part{0, 4}).value();
    BOOST_TEST((full.end() == Error::system(ENOMEM)));
    BOOST_TEST(full.ring.in_flight() == 0U);
}

BOOST_AUTO_TEST_CASE(a_send_of_nothing_is_over_at_once) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    Told<SendAll> told;
    (void)told.ring.submit<SendAll>(std::move(client), Bytes(), soon(), Part{0, 0}).value();
    BOOST_TEST(told.next<SendAll>().outcome.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
