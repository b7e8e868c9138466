// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <deque>

#include "../support/descriptor_count.hpp"
#include "rings.hpp"

// Where there is no ring, the probe says why; what the system refuses later is an error.

namespace {
using namespace estate;
using namespace estate::test;

/// The system calls, with faults.
struct Faults {
    int setup = 0;    // the error of io_uring_setup()
    int support = 0;  // of io_uring_register()
    int map = 0;      // of which mmap(), from 1 on
    bool lacks_accept = false;
    bool lacks_features = false;
    bool ends_early = false;  // what it supports
    std::deque<int> enter;  // of the next calls of io_uring_enter(); 0 is none
    bool is_entered = false;  // all the same
    int idle = 0;             // so many calls of it take nothing
} faults;

struct FaultyCalls : posix::UringCalls {
    static int fail(int why) {
        errno = why;
        return -1;
    }
    static int setup(unsigned count, posix::uring::Parameters& made) {
        if (faults.setup != 0) return fail(faults.setup);
        const int ring = UringCalls::setup(count, made);
        if (faults.lacks_features) made.features = 0;
        return ring;
    }
    static int support(int ring, posix::uring::Support& support) {
        if (faults.support != 0) return fail(faults.support);
        const int done = UringCalls::support(ring, support);
        if (faults.lacks_accept) support.operations[posix::uring::opcode_accept].flags = 0;
        if (faults.ends_early) support.last = 0;
        return done;
    }
    static int enter(int ring, unsigned given, unsigned awaited, unsigned flags,
                     const posix::uring::EnterArgument* argument) {
        if (!faults.enter.empty()) {
            const int why = faults.enter.front();
            faults.enter.pop_front();
            if (why != 0 && faults.is_entered) (void)UringCalls::enter(ring, given, awaited, flags, argument);
            if (why != 0) return fail(why);
        }
        if (faults.idle > 0) {
            --faults.idle;
            return 0;
        }
        return UringCalls::enter(ring, given, awaited, flags, argument);
    }
    static void* map(int ring, std::size_t size, std::int64_t offset) {
        if (faults.map != 0 && --faults.map == 0) {
            errno = ENOMEM;
            return nullptr;
        }
        return UringCalls::map(ring, size, offset);
    }
};
using FaultyRing = BasicRing<posix::BasicUring<FaultyCalls>, 4, Receive>;

struct NoFaults {
    NoFaults() { faults = {}; }
    ~NoFaults() { faults = {}; }
};

BOOST_FIXTURE_TEST_SUITE(probing, NoFaults)

BOOST_AUTO_TEST_CASE(the_probe_says_why_there_is_no_ring) {
    const auto why = [](int error) {
        faults.setup = error;
        const auto probed = FaultyRing::probe();
        return std::pair(probed.error(), posix::Uring::classify(probed.error()));
    };
    BOOST_TEST((why(ENOSYS) == std::pair(Error::system(ENOSYS), RingFailure::absent)));
    BOOST_TEST((why(EPERM) == std::pair(Error::system(EPERM), RingFailure::forbidden)));
    BOOST_TEST((why(EINVAL) == std::pair(Error::system(EOPNOTSUPP), RingFailure::outdated)));
    BOOST_TEST((why(ENOMEM) == std::pair(Error::system(ENOMEM), RingFailure::resources)));
    BOOST_TEST((why(EMFILE) == std::pair(Error::system(EMFILE), RingFailure::resources)));
    BOOST_TEST((why(ENFILE) == std::pair(Error::system(ENFILE), RingFailure::resources)));
    BOOST_TEST((why(EACCES) == std::pair(Error::system(EACCES), RingFailure::forbidden)));
    BOOST_TEST((why(EIO) == std::pair(Error::system(EIO), RingFailure::other)));
}

BOOST_AUTO_TEST_CASE(a_ring_that_lacks_something_is_none_and_is_closed) {
    if (has_no_ring()) return;
    const std::size_t before = count_descriptors();
    faults.lacks_accept = true;
    BOOST_TEST((posix::Uring::classify(FaultyRing::probe().error()) == RingFailure::outdated));
    faults = {};
    faults.lacks_features = true;
    BOOST_TEST((posix::Uring::classify(FaultyRing::probe().error()) == RingFailure::outdated));
    faults = {};
    faults.ends_early = true;
    BOOST_TEST((posix::Uring::classify(FaultyRing::probe().error()) == RingFailure::outdated));
    faults = {};
    faults.support = EPERM;  // a filter that lets the ring be made, and no more
    BOOST_TEST((posix::Uring::classify(FaultyRing::probe().error()) == RingFailure::forbidden));
    for (const int which : {1, 2}) {
        faults = {};
        faults.map = which;
        BOOST_TEST((posix::Uring::classify(FaultyRing::probe().error()) == RingFailure::resources));
    }
    BOOST_TEST(count_descriptors() == before);
    faults = {};
    BOOST_TEST(FaultyRing::probe().has_value());
}

BOOST_AUTO_TEST_CASE(a_ring_may_be_as_large_as_the_kernel_lets_it) {
    if (has_no_ring()) return;
    BOOST_TEST(posix::Uring::open(5'000).has_value());
    BOOST_TEST(posix::Uring::open(40'000).has_value());
    BOOST_TEST((posix::UringCalls::map(-1, 4096, 0) == nullptr));
    BOOST_TEST(posix::Uring::is_cancelled(-EINTR));
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_interrupted_is_a_turn_without_events) {
    if (has_no_ring()) return;
    FaultyRing ring(FaultyRing::probe().value());
    const auto handler = on<Receive>([](Done<Receive>) {});
    faults.enter = {EINTR};
    BOOST_TEST(ring.turn(soon(), handler).value().events == 0u);
    faults.enter = {EINTR};
    BOOST_TEST(ring.turn(Deadline::never(), handler).value().events == 0u);
}

BOOST_AUTO_TEST_CASE(a_wait_that_fails_is_an_error_and_what_is_in_flight_stays_there) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    FaultyRing ring(FaultyRing::probe().value());
    std::string got;
    const auto handler = on<Receive>([&](Done<Receive> done) { got = done.buffer.text(done.outcome.value()); });
    (void)ring.submit<Receive>(std::move(server), Bytes()).value();
    (void)client.send("kept").value();
    for (const int why : {EAGAIN, EBUSY, ENOMEM}) {
        faults.enter = {why};
        BOOST_TEST((ring.turn(soon(), handler).error() == Error::system(why)));
        BOOST_TEST(ring.in_flight() == 1u);
    }
    (void)ring.turn(soon(), handler).value();
    BOOST_TEST(got == "kept");
}

BOOST_AUTO_TEST_CASE(a_queue_that_the_kernel_does_not_empty_refuses_and_hands_back) {
    if (has_no_ring()) return;
    constexpr std::size_t many = 64;
    using Wide = BasicRing<posix::BasicUring<FaultyCalls>, many, Receive>;
    auto narrow = posix::BasicUring<FaultyCalls>::open(1).value();  // of which the queue has 16 places
    Wide ring(std::move(narrow));
    const auto handler = on<Receive>([](Done<Receive>) {});
    std::vector<Pair<V4>> pairs;
    faults.enter = {EAGAIN};
    std::size_t begun = 0;
    for (;; ++begun) {
        BOOST_REQUIRE(begun < many);
        pairs.push_back(connected_pair<V4>());
        auto submitted = ring.submit<Receive>(std::move(pairs.back().server), Bytes("back"));
        if (submitted) continue;
        BOOST_TEST((submitted.error() == Error::system(EAGAIN)));
        BOOST_TEST(submitted.error().buffer.text(4) == "back");
        BOOST_TEST(ring.submit<Receive>(std::move(submitted.error().socket), Bytes()).has_value());
        break;
    }
    BOOST_TEST(begun >= 8u);
    BOOST_TEST(ring.in_flight() == begun + 1);
    ring.cancel_all().value();
    while (ring.in_flight() > 0) (void)ring.turn(soon(), handler).value();
}

BOOST_AUTO_TEST_CASE(what_is_over_is_told_though_the_kernel_has_no_memory_for_more) {
    if (has_no_ring()) return;
    for (const int why : {EBUSY, EAGAIN}) {
        faults = {};
        auto [client, server] = connected_pair<V4>();
        FaultyRing ring(FaultyRing::probe().value());
        std::string got;
        const auto handler = on<Receive>([&](Done<Receive> done) { got = done.buffer.text(done.outcome.value()); });
        (void)client.send("kept").value();
        (void)ring.submit<Receive>(std::move(server), Bytes()).value();
        faults.is_entered = true;
        faults.enter = {why};
        BOOST_TEST(ring.turn(soon(), handler).has_value());
        BOOST_TEST(got == "kept");
    }
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_emptied_by_a_call_that_may_be_interrupted) {
    if (has_no_ring()) return;
    using Wide = BasicRing<posix::BasicUring<FaultyCalls>, 64, Receive>;
    Wide ring(posix::BasicUring<FaultyCalls>::open(1).value());
    std::vector<Pair<V4>> pairs;
    faults.enter = {EINTR};
    while (!faults.enter.empty()) {
        BOOST_REQUIRE(pairs.size() < 64);
        pairs.push_back(connected_pair<V4>());
        BOOST_TEST(ring.submit<Receive>(std::move(pairs.back().server), Bytes()).has_value());
    }
    faults.idle = 1;
    for (bool is_full = false; !is_full;) {  // and one that takes nothing is refused
        BOOST_REQUIRE(pairs.size() < 64);
        pairs.push_back(connected_pair<V4>());
        const auto submitted = ring.submit<Receive>(std::move(pairs.back().server), Bytes());
        is_full = !submitted;
        if (is_full) BOOST_TEST((submitted.error() == Error::system(EAGAIN)));
    }
    BOOST_TEST(faults.idle == 0);
    ring.cancel_all().value();
    while (ring.in_flight() > 0) (void)ring.turn(soon(), on<Receive>([](Done<Receive>) {})).value();
}

BOOST_AUTO_TEST_CASE(what_finds_no_place_in_the_queue_comes_back_whatever_it_would_have_done) {
    if (has_no_ring()) return;
    using Wide = BasicRing<posix::BasicUring<FaultyCalls>, 64, Receive, Accept, Connect>;
    Wide ring(posix::BasicUring<FaultyCalls>::open(1).value());
    std::vector<Pair<V4>> pairs;
    const auto refuse = [] { faults.enter = {EAGAIN}; };  // what is submitted next finds the queue full
    refuse();
    for (bool is_full = false; !is_full;) {
        BOOST_REQUIRE(pairs.size() < 64);
        pairs.push_back(connected_pair<V4>());
        is_full = !ring.submit<Receive>(std::move(pairs.back().server), Bytes());
    }
    auto listener = listening_on_loopback<V4>();
    const auto address = listener.local_addr().value();
    refuse();
    auto accept = ring.accept<Accept>(std::move(listener));
    BOOST_TEST(fails_with(accept, Error::system(EAGAIN)));
    refuse();
    auto connect = ring.connect<Connect>(created<V4>(), address);
    BOOST_TEST(fails_with(connect, Error::system(EAGAIN)));
    BOOST_REQUIRE(!accept);
    BOOST_REQUIRE(!connect);
    const auto connected = std::move(connect.error().socket).connect(address, soon());
    BOOST_TEST(connected.has_value());
    BOOST_TEST(accept.error().socket.accept(soon()).has_value());
    ring.cancel_all().value();
    while (ring.in_flight() > 0) {
        (void)ring.turn(soon(), on<Receive>([](Done<Receive>) {}), on<Accept>([](Done<Accept>) {}),
                        on<Connect>([](Done<Connect>) {})).value();
    }
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_as_long_as_it_should_and_ends_with_a_wait_that_fails) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    FaultyRing ring(FaultyRing::probe().value());
    std::string got;
    const auto handler = on<Receive>([&](Done<Receive> done) { got = done.buffer.text(done.outcome.value()); });
    (void)ring.submit<Receive>(std::move(server), Bytes()).value();
    (void)client.send("kept").value();
    BOOST_TEST(succeeds(ring.run([&] { return got.empty(); }, handler)));
    BOOST_TEST(got == "kept");
    faults.enter = {ENOMEM};
    BOOST_TEST(fails_with(ring.run([] { return true; }, handler), std::errc::not_enough_memory));
}

BOOST_AUTO_TEST_CASE(a_ring_that_is_dropped_while_the_kernel_is_short_of_memory_still_waits) {
    if (has_no_ring()) return;
    auto [client, server] = connected_pair<V4>();
    {
        FaultyRing ring(FaultyRing::probe().value());
        (void)ring.submit<Receive>(std::move(server), Bytes()).value();
        faults.enter = {EAGAIN, EBUSY, EINTR};
    }
    BOOST_TEST(faults.enter.empty());
    BOOST_TEST(read_to_end(client) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
