// SPDX-License-Identifier: BSL-1.0
// An address is given back only after the socket on it has closed, on every way out.

#include <fcntl.h>

#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <utility>

namespace {

using namespace estate;

/// A hold that looks, when it ends, whether the descriptor of its socket is still open.
struct WatchingHold {
    [[nodiscard]] IpAddress<V4> address() const noexcept { return IpAddress<V4>::loopback(); }
    [[nodiscard]] WatchingHold share() const noexcept { return {}; }

    WatchingHold() = default;
    WatchingHold(WatchingHold&& other) noexcept : watches{std::exchange(other.watches, nullptr)} {}
    WatchingHold& operator=(WatchingHold&& other) noexcept {
        look();
        watches = std::exchange(other.watches, nullptr);
        return *this;
    }
    ~WatchingHold() { look(); }

    struct Watch {
        int descriptor = -1;
        bool ended = false;
        bool was_open = false;
    };
    void look() noexcept {
        if (watches == nullptr || watches->descriptor < 0) return;
        watches->ended = true;
        watches->was_open = ::fcntl(watches->descriptor, F_GETFD) >= 0;
    }
    Watch* watches = nullptr;
};

auto bound_with(WatchingHold::Watch& watch) {
    WatchingHold hold;
    hold.watches = &watch;
    auto bound = udp_v4().value().bind(std::move(hold), 0);
    BOOST_REQUIRE(bound.has_value());
    watch.descriptor = bound.assume_value().handle();
    return std::move(bound).assume_value();
}

BOOST_AUTO_TEST_CASE(the_destructor_closes_before_it_gives_the_address_back) {
    WatchingHold::Watch watch;
    { const auto bound = bound_with(watch); }
    BOOST_TEST(watch.ended);
    BOOST_TEST(!watch.was_open);
}

BOOST_AUTO_TEST_CASE(assignment_closes_before_it_gives_the_address_back) {
    WatchingHold::Watch first;
    WatchingHold::Watch second;
    auto bound = bound_with(first);
    bound = bound_with(second);
    BOOST_TEST(first.ended);
    BOOST_TEST(!first.was_open);
    BOOST_TEST(!second.ended);
}

BOOST_AUTO_TEST_CASE(a_socket_of_unknown_state_closes_before_it_gives_the_address_back) {
    WatchingHold::Watch first;
    WatchingHold::Watch second;
    using Any = OneOf<Udp<V4>, WatchingHold, Bound, Connected>;
    {
        Any any(bound_with(first));
        any = Any(bound_with(second));
        BOOST_TEST(first.ended);
        BOOST_TEST(!first.was_open);
    }
    BOOST_TEST(second.ended);
    BOOST_TEST(!second.was_open);
}

BOOST_AUTO_TEST_CASE(taking_a_state_that_it_is_not_leaves_socket_and_hold_where_they_are) {
    WatchingHold::Watch watch;
    OneOf<Udp<V4>, WatchingHold, Bound, Connected> any(bound_with(watch));
    const auto wrong = std::move(any).take<Connected>();
    BOOST_TEST(wrong.handle() == -1);
    BOOST_TEST(!watch.ended);
    BOOST_TEST(std::move(any).take<Bound>().handle() == watch.descriptor);
}

}  // namespace
