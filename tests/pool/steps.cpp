// SPDX-License-Identifier: BSL-1.0
// What a pool answers between two steps of a call that another thread is in: each step is made by hand here.
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/lease/pool_handle.hpp>
#include <vector>

#include "pool/manual_clock.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::fails_with;
using test::succeeds;

struct StepTime : test::ManualClock<StepTime> {};

/// The inside of a pool with one range, whose lock is taken all the while.
template <Family F>
class Steps {
public:
    explicit Steps(const CidrRange<F>& cidr, std::chrono::nanoseconds quarantine = 0h, bool by_release = false)
        : handle_{rules_of(quarantine, by_release)},
          locked_{handle_.core()->lock()},
          ledger{handle_.core()->ledger(locked_)},
          extents{ledger.extents()},
          extent{*ledger.ranges().add(cidr, usable_addresses(cidr)).value()},
          part{*extent.first} {}

    detail::Span span() const { return {extent.usable.first.bits(), extent.usable.last.bits()}; }
    static detail::Span span_of(const CidrRange<F>& cidr) { return {cidr.first().bits(), cidr.last().bits()}; }
    Uint128 free() const { return part.free(); }
    auto lease() { return ledger.lease(owner, SearchStart{}); }
    auto lease(const IpAddress<F>& ip) { return ledger.lease(owner, ip); }
    void end(detail::Slot<F>* slot, bool was_had = true) { ledger.end_lease(*slot, was_had); }

    // reserve() and exclude(), which go on with close() until that says true, and then end()
    void hold(const detail::Span& marked) {
        BOOST_TEST_REQUIRE(extents.make_room(extent, marked));
        extents.hold(extent, marked);
        ++extent.closing;
    }
    void close(const detail::Span& marked) {
        for (Uint128 from = marked.first; !extents.close(extent, marked, from);) {
        }
        --extent.closing;
    }
    void unhold(const detail::Span& marked) {
        BOOST_TEST_REQUIRE(extents.make_room(extent, marked));
        extents.unhold(extent, marked, ledger.now());
        settle();
    }
    void settle() {
        while (!ledger.settle()) {
        }
    }

private:
    static detail::Rules rules_of(std::chrono::nanoseconds quarantine, bool by_release) {
        detail::Rules rules;
        rules.by_release = by_release;
        rules.clock = []() noexcept { return StepTime::nanoseconds(); };
        rules.quarantine.least = quarantine.count();
        ++rules.preparing;
        return rules;
    }

    detail::PoolHandle<F> handle_;
    typename detail::Core<F>::Locked locked_;

public:
    detail::Ledger<F>& ledger;
    detail::Extents<F>& extents;
    detail::Extent<F>& extent;
    detail::Range<F>& part;
    const Owner owner = Owner::make("red", "web", {}).value();
};

BOOST_AUTO_TEST_SUITE(steps)

BOOST_AUTO_TEST_CASE(what_is_unreserved_while_it_is_still_being_marked_is_free_in_the_end) {
    Steps<V4> dense{"10.0.0.0/14"_cidr4};
    const auto whole = dense.span();
    const Uint128 all = dense.free();
    dense.hold(whole);
    Uint128 from = whole.first;
    BOOST_TEST(!dense.extents.close(dense.extent, whole, from));  // one piece of some
    dense.unhold(whole);
    BOOST_TEST((dense.free() == all));
    dense.close({from, whole.last});
    BOOST_TEST((dense.free() == all));

    Steps<V6> sparse{"2001:db8::/64"_cidr6};
    const auto all_of_it = sparse.span();
    const Uint128 open = sparse.free();
    sparse.hold(all_of_it);
    sparse.unhold(all_of_it);
    sparse.close(all_of_it);
    BOOST_TEST((sparse.free() == open));
}

BOOST_AUTO_TEST_CASE(what_is_unreserved_in_part_while_it_is_still_being_marked_is_free_in_part) {
    Steps<V6> sparse{"2001:db8::/64"_cidr6};
    const auto whole = sparse.span();
    const Uint128 all = sparse.free();
    sparse.hold(whole);
    for (const auto& part : {"2001:db8::1:0/112"_cidr6, "2001:db8::3:0/112"_cidr6, "2001:db8::5:0/112"_cidr6})
        sparse.unhold(Steps<V6>::span_of(part));
    sparse.close(whole);
    BOOST_TEST((sparse.free() == Uint128{3U << 16U}));
    for (int i = 0; i < 100; ++i) {
        const auto slot = sparse.lease();
        BOOST_REQUIRE(succeeds(slot));
        BOOST_REQUIRE(!sparse.extent.is_held(slot.assume_value()->address.bits()));
        sparse.end(slot.assume_value());
    }
    sparse.unhold(whole);
    BOOST_TEST((sparse.free() == all));
}

BOOST_AUTO_TEST_CASE(what_is_unreserved_while_it_is_still_being_marked_waits_its_quarantine) {
    Steps<V4> dense{"10.0.0.0/14"_cidr4, 1h};
    const auto whole = dense.span();
    const Uint128 all = dense.free();
    dense.hold(whole);
    Uint128 from = whole.first;
    BOOST_TEST(!dense.extents.close(dense.extent, whole, from));
    dense.unhold(whole);
    BOOST_TEST(fails_with(dense.lease("10.3.0.1"_ip4), errc::address_cooling));  // of a piece that comes later
    const auto held = Steps<V4>::span_of("10.2.0.0/17"_cidr4);
    dense.hold(held);
    BOOST_TEST(fails_with(dense.lease("10.2.0.1"_ip4), errc::address_held));
    BOOST_TEST(fails_with(dense.lease(), errc::pool_cooling));
    dense.close(held);
    dense.close({from, whole.last});
    BOOST_TEST((dense.free() == Uint128{}));
    StepTime::advance(1h);
    dense.settle();
    BOOST_TEST((dense.free() == all - held.count()));
}

BOOST_AUTO_TEST_CASE(nothing_is_leased_that_is_still_being_marked) {
    Steps<V4> dense{"10.0.0.0/14"_cidr4};
    const auto first = dense.lease().value();  // the next search begins behind it, and goes round
    const auto low = Steps<V4>::span_of("10.0.0.0/15"_cidr4);
    dense.hold(low.within(dense.span()));
    const auto above = dense.lease().value();
    BOOST_TEST(above->address == "10.2.0.0"_ip4);
    const auto beside = dense.lease("10.2.0.1"_ip4).value();
    dense.hold(Steps<V4>::span_of("10.2.0.0/15"_cidr4).within(dense.span()));
    BOOST_TEST(fails_with(dense.lease(), errc::pool_exhausted));
    BOOST_TEST(fails_with(dense.lease("10.3.0.1"_ip4), errc::address_held));
    dense.close(dense.span());
    dense.close(dense.span());
    BOOST_TEST(fails_with(dense.lease(), errc::pool_exhausted));
    for (auto* const slot : {first, above, beside}) dense.end(slot);
}

BOOST_AUTO_TEST_CASE(leases_of_a_sparse_range_stay_when_what_was_never_closed_is_opened) {
    Steps<V6> sparse{"2001:db8::/64"_cidr6, 1h};
    const Uint128 all = sparse.free();
    const auto near = Steps<V6>::span_of("2001:db8::1:0/112"_cidr6);
    const auto far = Steps<V6>::span_of("2001:db8::2:0/112"_cidr6);
    const auto lasting = sparse.lease("2001:db8::1:1"_ip6).value();
    const auto ended = sparse.lease("2001:db8::1:2"_ip6).value();
    const auto excluded = sparse.lease("2001:db8::2:1"_ip6).value();
    const auto given = sparse.lease("2001:db8::2:2"_ip6).value();
    sparse.end(ended);
    sparse.hold(far);
    sparse.close(far);
    sparse.hold(near);
    sparse.unhold(near);
    StepTime::advance(1min);
    sparse.unhold(far);
    sparse.end(given);  // waits by itself
    StepTime::advance(59min);
    sparse.settle();    // near is over, and was never closed
    sparse.close(near);
    BOOST_TEST((sparse.free() == all - Uint128{1U << 16U} - Uint128{2}));
    StepTime::advance(1h);
    sparse.settle();
    sparse.ledger.expire_quarantine(StepTime::nanoseconds());
    BOOST_TEST((sparse.free() == all - Uint128{2}));
    sparse.end(lasting);
    sparse.end(excluded);
}

BOOST_AUTO_TEST_CASE(a_lease_that_nobody_had_of_what_is_held_by_now_stays_held) {
    for (const bool by_release : {false, true}) {
        Steps<V4> dense{"192.0.2.0/24"_cidr4, 0h, by_release};
        const auto slot = dense.lease().value();
        const detail::Span here{slot->address.bits(), slot->address.bits()};
        dense.hold(here);
        dense.close(here);
        dense.end(slot, false);
        BOOST_TEST((dense.free() == Uint128{253}));
        BOOST_TEST(fails_with(dense.lease(slot->address), errc::address_held));
        dense.unhold(here);
        BOOST_TEST((dense.free() == Uint128{254}));
    }
    Steps<V6> sparse{"2001:db8::/64"_cidr6};
    const Uint128 all = sparse.free();
    const auto slot = sparse.lease().value();
    const detail::Span here{slot->address.bits(), slot->address.bits()};
    sparse.hold(here);
    sparse.close(here);
    sparse.end(slot, false);
    BOOST_TEST((sparse.free() == all - Uint128{1}));
    sparse.unhold(here);
    BOOST_TEST((sparse.free() == all));
}

BOOST_AUTO_TEST_CASE(a_lease_that_nobody_had_of_what_is_not_held_is_free) {
    Steps<V4> dense{"192.0.2.0/24"_cidr4};
    const auto other = Steps<V4>::span_of("192.0.2.128/25"_cidr4).within(dense.span());
    dense.end(dense.lease().value(), false);
    BOOST_TEST((dense.free() == Uint128{254}));
    const auto one = dense.lease().value();
    dense.hold(other);
    dense.close(other);
    dense.end(one, false);
    BOOST_TEST((dense.free() == Uint128{127}));

    Steps<V6> sparse{"2001:db8::/64"_cidr6};
    const Uint128 all = sparse.free();
    sparse.end(sparse.lease().value(), false);
    BOOST_TEST((sparse.free() == all));
    sparse.hold(sparse.span());
    sparse.close(sparse.span());
    sparse.unhold(Steps<V6>::span_of("2001:db8::8/125"_cidr6));  // eight are open
    std::vector<detail::Slot<V6>*> slots;
    for (int i = 0; i < 6; ++i) slots.push_back(sparse.lease().value());
    for (auto* const slot : slots) sparse.end(slot, false);  // while most are known, they rest
    BOOST_TEST((sparse.free() == Uint128{8}));
}

BOOST_AUTO_TEST_CASE(a_range_that_is_added_while_a_quarantine_is_prepared_is_ready_for_it) {
    Steps<V4> dense{"192.0.2.0/24"_cidr4};  // `preparing` is not 0
    dense.ledger.rules().quarantine.least = std::chrono::nanoseconds{1h}.count();
    dense.end(dense.lease().value());
    BOOST_TEST(dense.part.cooling() == 1U);
    StepTime::advance(1h);
    BOOST_TEST(dense.ledger.expire_quarantine(StepTime::nanoseconds()));
    BOOST_TEST((dense.free() == Uint128{254}));
}

BOOST_AUTO_TEST_CASE(what_comes_back_once_the_quarantine_has_ended_is_leased_after_what_waits) {
    Steps<V4> dense{"192.0.2.0/30"_cidr4, 1h, true};
    const auto one = dense.lease().value();
    const auto other = dense.lease().value();
    dense.end(other);
    dense.ledger.rules().quarantine.least = 0;  // set_quarantine() ends what is over only then
    dense.end(one);
    BOOST_TEST(dense.part.cooling() == 2U);
    BOOST_TEST(dense.ledger.expire_quarantine(StepTime::nanoseconds()));
    BOOST_TEST(dense.lease().value()->address == "192.0.2.2"_ip4);
    BOOST_TEST(dense.lease().value()->address == "192.0.2.1"_ip4);
    dense.end(one);
    dense.end(other);
}

BOOST_AUTO_TEST_CASE(an_address_whose_quarantine_ends_before_its_wait_is_ended_comes_once) {
    Steps<V4> dense{"192.0.2.0/30"_cidr4, 1h, true};
    const auto slot = dense.lease().value();
    const detail::Span here{slot->address.bits(), slot->address.bits()};
    dense.hold(here);
    dense.close(here);
    dense.unhold(here);
    dense.end(slot);
    BOOST_TEST((dense.extents.waiting_in(dense.part) == Uint128{}));  // it is in its own quarantine
    StepTime::advance(1h);
    dense.part.expire_quarantine(StepTime::nanoseconds(), 16);
    BOOST_TEST((dense.extents.waiting_in(dense.part) == Uint128{1}));
    dense.settle();
    BOOST_TEST((dense.free() == Uint128{2}));
    const auto one = dense.lease().value();
    const auto other = dense.lease().value();
    BOOST_TEST(one != other);
    BOOST_TEST(fails_with(dense.lease(), errc::pool_exhausted));
    dense.end(one);
    dense.end(other);
}

BOOST_AUTO_TEST_CASE(what_is_still_being_marked_is_not_leased_though_thousands_come_out_of_quarantine_there) {
    const auto cidr = "10.0.0.0/18"_cidr4;
    Steps<V4> dense{cidr, 1h};
    std::vector<detail::Slot<V4>*> slots;
    while (const auto slot = dense.lease()) slots.push_back(slot.assume_value());
    for (auto* const slot : slots) dense.end(slot);
    dense.hold(dense.span());
    StepTime::advance(1h);
    const auto answers = [](auto lease) {  // some are freed at once, and another call comes in between
        int calls = 1;
        auto answer = lease();
        for (; !answer && answer.assume_error() == detail::come_again(); ++calls) answer = lease();
        BOOST_TEST(fails_with(answer, errc::pool_exhausted));
        return calls;
    };
    BOOST_TEST(answers([&] { return dense.ledger.lease(dense.owner, cidr); }) > 1);
    dense.close(dense.span());
    dense.unhold(dense.span());
    StepTime::advance(1h);
    dense.settle();
    slots.clear();
    while (const auto slot = dense.lease()) slots.push_back(slot.assume_value());
    for (auto* const slot : slots) dense.end(slot);
    dense.hold(dense.span());
    StepTime::advance(1h);
    BOOST_TEST(answers([&] { return dense.lease(); }) > 1);
    dense.close(dense.span());
}

BOOST_AUTO_TEST_CASE(a_sticky_lease_whose_last_share_is_just_leaving_is_not_shared) {
    Steps<V4> dense{"192.0.2.0/29"_cidr4};
    const auto sticky = [&] { return dense.ledger.lease_sticky(dense.owner, SearchStart{}).value(); };
    const auto one = sticky();
    BOOST_TEST(sticky() == one);
    BOOST_TEST(!one->drop());
    BOOST_TEST(one->drop());  // and has not been told to the pool
    const auto other = sticky();
    BOOST_TEST(other != one);
    dense.end(one);
    dense.end(other);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
