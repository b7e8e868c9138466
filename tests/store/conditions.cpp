// SPDX-License-Identifier: BSL-1.0
// What the conditions of the transactions are for: for each one a course of events after which two would have one block
// without it. doc/blocks.md says of which conditions there is none.
#include <boost/test/unit_test.hpp>
#include <estate/store/etcd/block_claims.hpp>

#include "store/key_value_store.hpp"

namespace {
using namespace estate;

/// Two or three processes and their store, one block, and requests that arrive when a test says so.
struct OneBlock {
    using Kind = BlockRequest::Kind;
    static constexpr std::int64_t ms = 1'000'000;
    static BlockTerms terms() {
        BlockTerms made;
        made.blocks = 1;
        return made;
    }
    struct Process {
        explicit Process(const char* host) : name{host}, claims{host, terms()} {}
        std::string name;
        BlockClaims claims;
    };

    std::int64_t now = 1'000'000 * ms;
    test::KeyValueStore store{terms()};

    void arrive(Process& process, const BlockRequest& request) {
        if (const auto answer = store.apply(process.name, request, now)) process.claims.hear(*answer, now);
    }
    /// Time goes, and what these processes ask is answered at once.
    template <class... Each>
    void pass(std::int64_t time, Each&... each) {
        [[maybe_unused]] const auto step = [&](Process& process) {
            if (const auto request = process.claims.next(now)) arrive(process, *request);
        };
        for (const std::int64_t end = now + time; now < end; now += 50 * ms) (step(each), ...);
    }
    /// The first request of this kind that a process makes, which is under way from here on.
    template <class... Each>
    BlockRequest sent(Kind kind, Process& process, Each&... each) {
        for (const std::int64_t end = now + 100'000 * ms; now < end; pass(50 * ms, each...)) {
            const auto request = process.claims.next(now);
            if (request && request->kind == kind) return *request;
            if (request) arrive(process, *request);
        }
        BOOST_FAIL("it is not sent");
        return {};
    }
    bool has(const Process& process) const { return process.claims.may_lease(0, now); }
    /// It has the block, and this late request of its own takes it from it for nobody.
    void keeps_its_block(Process& process, const BlockRequest& late) {
        pass(1'000 * ms, process);
        BOOST_TEST(has(process));
        arrive(process, late);
        Process other{"b"};
        other.claims.want(1);
        are_never_two(process, other);
        BOOST_TEST(has(process));
    }
    /// No two of them have the block, however long they go on.
    void are_never_two(Process& one, Process& other) {
        int twice = 0;
        for (int i = 0; i < 1000; ++i) {
            pass(50 * ms, one, other);
            twice += has(one) && has(other) ? 1 : 0;
        }
        BOOST_TEST(twice == 0);
    }
};

BOOST_FIXTURE_TEST_SUITE(conditions_of_transactions, OneBlock)

BOOST_AUTO_TEST_CASE(a_second_process_of_a_name_has_nothing_while_the_first_one_lives) {
    Process one{"a"}, other{"a"};
    one.claims.want(1);
    pass(1'000 * ms, one);
    BOOST_TEST(has(one));
    other.claims.want(1);
    are_never_two(one, other);
    BOOST_TEST(has(one));
}
BOOST_AUTO_TEST_CASE(a_mark_that_is_late_does_not_end_what_a_third_host_has_meanwhile) {
    Process dead{"a"}, late{"b"}, quick{"c"};
    dead.claims.want(1);
    pass(1'000 * ms, dead);
    BOOST_TEST(has(dead));
    pass(11'000 * ms);  // its session ends
    late.claims.want(1);
    const auto mark = sent(Kind::mark, late);
    quick.claims.want(1);
    pass(20'000 * ms, quick);
    BOOST_TEST(has(quick));
    arrive(late, mark);
    are_never_two(quick, late);
    BOOST_TEST(has(quick));
}
BOOST_AUTO_TEST_CASE(what_was_to_be_given_up_and_is_claimed_again_is_not_given_up_late) {
    Process before{"a"};
    before.claims.want(1);
    pass(1'000 * ms, before);
    BOOST_TEST(has(before));
    Process again{"a"};  // started again, it has no use for the block
    const auto give_up = sent(Kind::give_up, again);
    pass(2'000 * ms);
    again.claims.wish(0);
    keeps_its_block(again, give_up);
}
BOOST_AUTO_TEST_CASE(what_was_to_be_erased_and_is_claimed_again_is_not_erased_late) {
    Process one{"a"};
    one.claims.want(1);
    pass(1'000 * ms, one);
    BOOST_TEST(has(one));
    one.claims.want(0);
    const auto erase = sent(Kind::erase, one);
    BOOST_TEST(!has(one));
    pass(2'000 * ms);
    one.claims.want(1);
    keeps_its_block(one, erase);
}
BOOST_AUTO_TEST_CASE(two_that_claim_what_both_saw_free_do_not_both_have_it) {
    Process one{"a"}, other{"b"};
    one.claims.want(1);
    other.claims.want(1);
    const auto claim = sent(Kind::claim, one);
    pass(1'000 * ms, other);
    BOOST_TEST(has(other));
    arrive(one, claim);
    are_never_two(one, other);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
