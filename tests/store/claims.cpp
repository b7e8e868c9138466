// SPDX-License-Identifier: BSL-1.0
// Each rule of the protocol of blocks alone, step by step: what BlockClaims sends, and what it makes of an answer. What
// the rules are good for together, blocks.cpp plays; some of them are there twice, so that no game needs each.
#include <boost/test/unit_test.hpp>
#include <estate/store/etcd/block_claims.hpp>

namespace {
using namespace estate;
using Kind = BlockRequest::Kind;

constexpr std::int64_t sec = 1'000'000'000;

BlockTerms terms() {
    BlockTerms made;
    made.blocks = 4;
    made.time_to_live = 10 * sec;
    made.skew = sec;
    made.flush = 2 * sec;
    made.patience = 2 * sec;
    return made;
}

struct Claims {
    BlockClaims claims{"me", terms()};
    std::int64_t now = 1000 * sec;
    std::vector<std::string> live{"me"};
    std::vector<BlockRecord> records{};
    BlockRequest last{};

    Claims() { claims.want(1); }
    /// What is sent next; of the kind `none` it must be.
    bool sends(Kind kind) {
        const auto request = claims.next(now);
        if (request) last = *request;
        return request && request->kind == kind;
    }
    bool sends_nothing() { return !claims.next(now); }
    void hear(bool done, std::uint64_t revision = 0) {
        BlockAnswer answer;
        answer.number = last.number;
        answer.done = done;
        answer.revision = revision;
        answer.session = 7;
        answer.records = records;
        answer.live_hosts = live;
        claims.hear(answer, now);
    }
    /// Sends and hears this, an instant later.
    void done(Kind kind, std::uint64_t revision = 0) {
        BOOST_REQUIRE(sends(kind));
        hear(true, revision);
    }
    void begin() {
        done(Kind::grant);
        done(Kind::announce);
        now += sec / 10;
        done(Kind::list);
    }
    /// Time goes, the session is kept alive and the list read, in steps no longer than an answer is waited for.
    template <class Until>
    void pass(std::int64_t time, Until until) {
        for (const std::int64_t end = now + time; now < end && !until();) {
            now += sec / 2;
            if (const auto request = claims.next(now)) {
                last = *request;
                if (last.kind == Kind::list || last.kind == Kind::keep_alive) hear(true);
            }
        }
    }
    static BlockRecord record(std::uint32_t block, const char* host, std::uint64_t revision, bool waits = false) {
        return {block, revision, host, 3, waits};
    }
};

/// All blocks are of a host that is dead.
struct ADeadHost : Claims {
    ADeadHost() {
        for (std::uint32_t block = 0; block < 4; ++block) records.push_back(record(block, "dead", 10 + block));
    }
};

BOOST_FIXTURE_TEST_SUITE(claims_of_blocks, Claims)

BOOST_AUTO_TEST_CASE(the_fence_is_counted_from_when_the_first_request_was_sent) {
    BOOST_REQUIRE(sends(Kind::grant));
    const std::int64_t sent = now;
    now += sec;
    hear(true);
    BOOST_REQUIRE(sends(Kind::announce));
    BOOST_TEST(claims.fence() == 0);
    now += sec;
    hear(true);
    BOOST_TEST(claims.fence() == sent + 10 * sec - sec);
}
BOOST_AUTO_TEST_CASE(the_fence_is_counted_from_when_the_last_answered_request_to_stay_alive_was_sent) {
    begin();
    now += 4 * sec;
    BOOST_REQUIRE(sends(Kind::keep_alive));
    const std::int64_t sent = now;
    const std::int64_t before = claims.fence();
    now += sec;
    BOOST_TEST(claims.fence() == before);  // no answer, no move
    hear(true);
    BOOST_TEST(claims.fence() == sent + 10 * sec - sec);
}
BOOST_AUTO_TEST_CASE(a_block_is_had_with_the_answer_to_its_claim_and_up_to_the_fence) {
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    const std::uint32_t block = last.block;
    BOOST_TEST(last.session == 7U);
    BOOST_TEST(last.revision == 0U);
    BOOST_TEST(!claims.may_lease(block, now));
    hear(true, 5);
    BOOST_TEST(claims.may_lease(block, now));
    BOOST_TEST(claims.mine().at(block) == 5U);
    BOOST_TEST(claims.may_lease(block, claims.fence() - 1));
    BOOST_TEST(!claims.may_lease(block, claims.fence()));
}
BOOST_AUTO_TEST_CASE(a_claim_that_was_not_done_gives_nothing_and_the_list_is_read_again) {
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    hear(false, 5);
    BOOST_TEST(claims.mine().empty());
    now += sec / 5;
    records = {record(0, "other", 1), record(1, "other", 2), record(2, "other", 3)};
    live = {"me", "other"};
    done(Kind::list);
    BOOST_REQUIRE(sends(Kind::claim));
    BOOST_TEST(last.block == 3U);
}
BOOST_AUTO_TEST_CASE(a_late_answer_is_not_heard_and_the_list_is_read) {
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    const BlockRequest late = last;
    BOOST_TEST(sends_nothing());  // one request at a time
    now += 2 * sec;
    BOOST_REQUIRE(sends(Kind::list));
    BlockAnswer answer;
    answer.number = late.number;
    answer.done = true;
    answer.revision = 5;
    claims.hear(answer, now);
    BOOST_TEST(claims.mine().empty());
    records = {record(late.block, "me", 5)};
    hear(true);
    BOOST_TEST(claims.mine().empty());  // a list is no answer to a claim
    BOOST_REQUIRE(sends(Kind::claim));
    BOOST_TEST(last.block == late.block);
    BOOST_TEST(last.revision == 5U);  // so that what may still be done compares with a revision that is gone
}
BOOST_AUTO_TEST_CASE(a_block_is_given_up_before_that_is_sent) {
    begin();
    done(Kind::claim, 5);
    const std::uint32_t block = last.block;
    claims.want(0);
    BOOST_REQUIRE(sends(Kind::erase));
    BOOST_TEST(last.block == block);
    BOOST_TEST(last.revision == 5U);
    BOOST_TEST(!claims.may_lease(block, now));
    BOOST_TEST(claims.mine().empty());
}
BOOST_AUTO_TEST_CASE(a_block_that_is_needed_is_not_given_up) {
    begin();
    done(Kind::claim, 5);
    claims.need(last.block);
    claims.want(0);
    BOOST_TEST(sends_nothing());
    claims.need_no_longer(last.block);
    BOOST_TEST(sends(Kind::erase));
}
BOOST_AUTO_TEST_CASE(a_session_that_has_ended_takes_all_with_it_at_once) {
    begin();
    done(Kind::claim, 5);
    const std::uint32_t block = last.block;
    now += 4 * sec;
    BOOST_REQUIRE(sends(Kind::keep_alive));
    hear(false);
    BOOST_TEST(claims.fence() == 0);
    BOOST_TEST(claims.mine().empty());
    BOOST_TEST(!claims.may_lease(block, now));
    BOOST_TEST(claims.take_lost().size() == 1U);
    BOOST_TEST(!claims.has_session());
    BOOST_TEST(sends(Kind::grant));
    BOOST_TEST(last.session == 0U);
}
BOOST_AUTO_TEST_CASE(what_a_list_said_before_the_session_ended_is_forgotten) {
    records = {record(0, "me", 1), record(1, "dead", 2)};
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    hear(false);
    now += 4 * sec;
    BOOST_REQUIRE(sends(Kind::keep_alive));
    hear(false);
    done(Kind::grant);
    done(Kind::announce);
    BOOST_TEST(sends(Kind::list));
}
BOOST_AUTO_TEST_CASE(beyond_its_fence_a_host_asks_for_nothing_but_life_and_the_list) {
    begin();
    for (int i = 0; i < 20; ++i) {
        now += sec;
        const auto request = claims.next(now);
        if (now < claims.fence()) continue;
        if (request) BOOST_TEST((request->kind == Kind::keep_alive || request->kind == Kind::list));
    }
    BOOST_TEST(now > claims.fence());
}
BOOST_AUTO_TEST_CASE(beyond_a_fence_that_is_near_a_host_claims_nothing_though_it_need_not_ask_for_life_yet) {
    BlockTerms careful = terms();
    careful.skew = 8 * sec;
    claims = BlockClaims{"me", careful};
    claims.want(1);
    begin();
    now += 2 * sec;
    BOOST_TEST(now >= claims.fence());
    BOOST_TEST(sends_nothing());
    now += 2 * sec;
    done(Kind::keep_alive);
    BOOST_TEST(sends(Kind::claim));
}
BOOST_AUTO_TEST_CASE(a_session_that_was_not_granted_is_asked_for_again_and_nothing_that_was_not_asked_can_fail) {
    claims.fail(now);
    BOOST_REQUIRE(sends(Kind::grant));
    hear(false);
    BOOST_TEST(!claims.has_session());
    BOOST_TEST(sends(Kind::grant));
}
BOOST_AUTO_TEST_CASE(a_block_that_a_list_names_twice_is_claimed_once) {
    claims.want(2);
    records = {record(2, "me", 5), record(2, "me", 5)};
    begin();
    done(Kind::claim, 9);
    BOOST_TEST(last.block == 2U);
    BOOST_REQUIRE(sends(Kind::claim));
    BOOST_TEST(last.block != 2U);
}
BOOST_AUTO_TEST_CASE(a_host_that_pauses_asks_for_nothing_but_life_and_the_list) {
    records = {record(0, "me", 1), record(1, "dead", 2)};
    claims.pause(true);
    begin();
    for (int i = 0; i < 60; ++i) {
        now += sec / 2;
        const auto request = claims.next(now);
        if (!request) continue;
        last = *request;
        BOOST_TEST((last.kind == Kind::keep_alive || last.kind == Kind::list));
        hear(true);
    }
    claims.pause(false);
    BOOST_TEST(sends(Kind::claim));
}
BOOST_AUTO_TEST_CASE(what_an_earlier_session_had_is_given_up_to_wait_or_claimed) {
    claims.want(0);
    records = {record(2, "me", 9)};
    begin();
    BOOST_REQUIRE(sends(Kind::give_up));  // it waits: packets of the earlier session may be under way
    BOOST_TEST(last.block == 2U);
    BOOST_TEST(last.revision == 9U);
}
BOOST_AUTO_TEST_CASE(what_is_needed_is_claimed_though_it_waits) {
    claims.want(0);
    claims.need(1);
    claims.need(2);
    records = {record(1, "me", 8), record(2, "me", 9, true)};
    begin();
    std::set<std::uint32_t> claimed;
    for (int i = 0; i < 2; ++i) {
        BOOST_REQUIRE(sends(Kind::claim));
        BOOST_TEST(last.revision == 7U + last.block);
        claimed.insert(last.block);
        hear(true, 20);
    }
    BOOST_TEST(claimed.size() == 2U);
    BOOST_TEST(claims.take_lost().empty());
    BOOST_TEST(sends_nothing());
}
BOOST_AUTO_TEST_CASE(what_is_needed_and_another_host_had_meanwhile_is_lost) {
    claims.want(0);
    claims.need(1);  // was erased: by this host it is not, as long as it is needed
    claims.need(2);
    records = {record(2, "other", 9, true)};
    begin();
    BOOST_TEST(claims.take_lost().size() == 2U);
    BOOST_TEST(sends_nothing());
}
BOOST_AUTO_TEST_CASE(what_is_needed_and_not_had_at_once_is_no_reason_for_another_block) {
    claims.need(2);
    records = {record(2, "me", 9, true)};
    begin();
    for (int i = 0; i < 20; ++i) {
        now += sec / 50;
        const auto request = claims.next(now);
        if (!request) continue;
        last = *request;
        if (last.kind == Kind::claim) BOOST_TEST(last.block == 2U);
        hear(last.kind != Kind::claim);
    }
    BOOST_TEST(claims.mine().empty());
}
BOOST_AUTO_TEST_CASE(a_record_beyond_the_blocks_of_the_pool_is_none) {
    records = {record(4, "dead", 8), record(5, "me", 9), record(6, "dead", 9, true)};
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    BOOST_TEST(last.block < 4U);
    hear(true, 20);
    records.push_back(record(last.block, "me", 20));
    last = {};
    pass(60 * sec, [&] { return last.kind == Kind::mark || last.kind == Kind::claim; });
    BOOST_TEST((last.kind == Kind::list || last.kind == Kind::keep_alive));
}
BOOST_AUTO_TEST_CASE(a_session_that_ended_before_it_was_announced_is_followed_by_another) {
    done(Kind::grant);
    const std::int64_t granted = now;
    while (now < granted + 60 * sec) {  // etcd has no answer to that but an error
        now += sec / 4;
        const auto request = claims.next(now);
        if (request) last = *request;
        if (last.kind == Kind::grant) break;
        if (request) BOOST_TEST((last.kind == Kind::announce));
    }
    BOOST_TEST((last.kind == Kind::grant));
    BOOST_TEST(now - granted >= 5 * sec);  // half its time to live
    BOOST_TEST(now - granted <= 8 * sec);
}
BOOST_AUTO_TEST_CASE(a_request_that_has_no_answer_is_followed_by_another_soon) {
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    const BlockRequest failed = last;
    claims.fail(now);
    BOOST_TEST(sends_nothing());  // not at once
    now += sec / 5;
    BOOST_TEST(sends(Kind::list));
    last.number = failed.number;
    hear(true, 5);
    BOOST_TEST(claims.mine().empty());
}
BOOST_AUTO_TEST_CASE(what_is_needed_and_another_host_has_is_lost) {
    claims.want(0);
    claims.need(2);
    records = {record(2, "other", 9)};
    live = {"me", "other"};
    begin();
    const auto lost = claims.take_lost();
    BOOST_REQUIRE(lost.size() == 1U);
    BOOST_TEST(lost[0] == 2U);
    BOOST_TEST(sends_nothing());
}
BOOST_AUTO_TEST_CASE(what_another_host_claimed_of_ones_own_is_lost) {
    begin();
    done(Kind::claim, 5);
    records = {record(last.block, "other", 9)};
    live = {"me", "other"};
    pass(15 * sec, [&] { return claims.mine().empty(); });
    BOOST_TEST(claims.mine().empty());
    BOOST_TEST(claims.take_lost().size() == 1U);
}
BOOST_AUTO_TEST_CASE(what_was_refused_is_followed_by_the_list) {
    begin();
    done(Kind::claim, 5);
    claims.want(0);
    BOOST_REQUIRE(sends(Kind::erase));
    hear(false);
    now += sec / 5;
    BOOST_TEST(sends(Kind::list));
}
BOOST_AUTO_TEST_CASE(a_list_takes_the_place_of_the_one_before) {
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    hear(false);
    now += sec / 5;
    for (std::uint32_t block = 0; block < 4; ++block) records.push_back(record(block, "other", 9));
    live = {"me", "other"};
    done(Kind::list);
    BOOST_TEST(sends_nothing());
}
BOOST_AUTO_TEST_CASE(a_session_is_followed_by_a_list_and_by_nothing_of_the_list_before) {
    records = {record(0, "me", 1), record(1, "dead", 2)};
    begin();
    BOOST_REQUIRE(sends(Kind::claim));
    hear(false);
    now += 32 * sec / 10;
    done(Kind::list);  // one of its own, one of a dead host, and free ones
    now += sec / 20;
    BOOST_REQUIRE(sends(Kind::keep_alive));
    hear(false);
    done(Kind::grant);
    done(Kind::announce);
    BOOST_TEST(sends_nothing());
    now += sec / 10;
    BOOST_TEST(sends(Kind::list));
}
BOOST_AUTO_TEST_CASE(a_new_wish_knows_no_owner_before_the_next_list) {
    records = {record(2, "other", 9)};
    live = {"me", "other"};
    claims.wish(2);
    begin();
    BOOST_TEST(claims.owner_of(2) == "other");
    claims.wish_no_longer(2);
    claims.wish(2);
    BOOST_TEST(claims.owner_of(2).empty());
}
BOOST_AUTO_TEST_CASE(what_has_no_record_any_more_is_lost) {
    begin();
    done(Kind::claim, 5);
    pass(15 * sec, [&] { return claims.mine().empty(); });
    BOOST_TEST(claims.take_lost().size() == 1U);
}
BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(claims_of_a_dead_hosts_blocks, ADeadHost)

BOOST_AUTO_TEST_CASE(are_made_by_the_revision_of_the_mark_after_the_whole_quarantine) {
    begin();
    BOOST_REQUIRE(sends(Kind::mark));
    const BlockRequest mark = last;
    BOOST_TEST(mark.host == "dead");
    BOOST_TEST(mark.host_session == 3U);
    BOOST_TEST(mark.revision == 10U + mark.block);
    const std::int64_t marked = now;
    hear(true, 30);
    records.clear();
    for (std::uint32_t block = 0; block < 4; ++block)
        records.push_back(record(block, "dead", block == mark.block ? 30 : 10 + block, block == mark.block));
    pass(100 * sec, [&] { return last.kind == Kind::claim; });
    BOOST_TEST(last.block == mark.block);
    BOOST_TEST(last.revision == 30U);
    BOOST_TEST(now - marked >= 12 * sec);  // time to live and flush
    BOOST_TEST(now - marked <= 15 * sec);
}
BOOST_AUTO_TEST_CASE(begin_to_wait_anew_with_a_new_revision) {
    for (auto& each : records) each.waits = true;
    begin();
    pass(11 * sec, [] { return false; });
    for (auto& each : records) each.revision += 100;
    const std::int64_t changed = now;
    last = {};
    bool is_read = false;
    pass(100 * sec, [&] {
        is_read = is_read || last.kind == Kind::list;
        return last.kind == Kind::claim;
    });
    // whichever it learned of first: by the revision that is gone nothing is had
    BOOST_TEST((now - changed >= 12 * sec || last.revision < 100U));
    if (last.revision < 100U) return hear(false);
}
BOOST_AUTO_TEST_CASE(are_not_made_sooner_by_a_clock_that_jumps_or_a_process_that_was_stopped) {
    for (auto& each : records) each.waits = true;
    begin();
    now += 1000 * sec;
    for (int i = 0; i < 5; ++i) {  // stays alive, reads the list, and has a look at what waits
        const auto request = claims.next(now);
        if (!request) continue;
        last = *request;
        BOOST_TEST((last.kind == Kind::keep_alive || last.kind == Kind::list));
        hear(true);
    }
    BOOST_TEST(now < claims.fence());
}
BOOST_AUTO_TEST_CASE(are_not_made_of_a_host_that_lives) {
    live = {"dead", "me"};
    begin();
    pass(60 * sec, [&] { return last.kind == Kind::mark || last.kind == Kind::claim; });
    BOOST_TEST((last.kind != Kind::mark));
    BOOST_TEST((last.kind != Kind::claim));
}
BOOST_AUTO_TEST_CASE(that_are_wished_for_are_made_after_the_same_wait) {
    claims.want(0);
    claims.wish(2);
    begin();
    BOOST_REQUIRE(sends(Kind::mark));
    BOOST_TEST(last.block == 2U);
    const std::int64_t marked = now;
    hear(true, 30);
    records[2] = record(2, "dead", 30, true);
    pass(100 * sec, [&] { return last.kind == Kind::claim; });
    BOOST_TEST(last.block == 2U);
    BOOST_TEST(last.revision == 30U);
    BOOST_TEST(now - marked >= 12 * sec);
}
BOOST_AUTO_TEST_CASE(wait_from_their_mark_on_and_are_claimed_once) {
    for (std::uint32_t block = 1; block < 4; ++block) records[block].host = "other";
    live = {"me", "other"};
    begin();
    BOOST_REQUIRE(sends(Kind::mark));
    BOOST_TEST(last.block == 0U);
    const std::int64_t marked = now;
    hear(true, 30);
    records[0] = record(0, "dead", 30, true);
    pass(100 * sec, [&] { return last.kind == Kind::claim; });
    BOOST_TEST(now - marked >= 12 * sec);
    BOOST_TEST(now - marked <= 15 * sec);
    hear(true, 40);
    records[0] = record(0, "me", 40);
    claims.want(2);
    BOOST_TEST(sends_nothing());
}
BOOST_AUTO_TEST_CASE(whose_mark_was_refused_are_looked_at_again) {
    begin();
    BOOST_REQUIRE(sends(Kind::mark));
    hear(false);
    now += sec / 5;
    BOOST_TEST(sends(Kind::list));
}
BOOST_AUTO_TEST_CASE(wait_for_the_next_session_where_one_cannot_be_announced) {
    done(Kind::grant);
    BOOST_REQUIRE(sends(Kind::announce));
    hear(false);
    BOOST_TEST(sends_nothing());  // for an eighth of the time to live
    now += 10 * sec / 8;
    BOOST_TEST(sends(Kind::announce));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
