// SPDX-License-Identifier: BSL-1.0
// The machine without a socket: a door that is no more than an int, and the questions that a table answers.

#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <estate/lifecycle/found.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/lifecycle/proofs.hpp>
#include <estate/lifecycle/transition.hpp>
#include <string_view>

#if !defined(__wasi__)
#include "../support/child.hpp"
#endif

namespace house {

struct Shut { static constexpr const char* name = "Shut"; };
struct Open { static constexpr const char* name = "Open"; };
struct Ajar { static constexpr const char* name = "Ajar"; };
struct Gone { static constexpr const char* name = "Gone"; };

struct push { static constexpr const char* name = "push"; };
struct pull { static constexpr const char* name = "pull"; };
struct paint { static constexpr const char* name = "paint"; };
struct knock { static constexpr const char* name = "knock"; };
struct copy { static constexpr const char* name = "copy"; };
struct burn { static constexpr const char* name = "burn"; };

struct bare { static constexpr const char* name = "bare"; };
struct painted { static constexpr const char* name = "painted"; };

using namespace estate::lifecycle;
using door = table<
    row<  Shut, push,  Open,                either<Shut, Ajar>>,
    row<  Open, pull,  Shut,                Open              >,
    row<  Ajar, pull,  Shut,                Ajar              >,
    yields<Open, copy, Shut>,
    when<bare,    row<Shut, paint, with<painted, Shut>, Shut>>,
    when<painted, keeps<Shut, knock>>,
    every<burn, Gone, never>,
    ends<Gone>,
    finds<Open, Ajar, Shut>>;

template <class State, class Coat>
class Door;

template <class Place, class Coat>
struct door_in { using type = Door<Place, Coat>; };
template <class State, class New, class Coat>
struct door_in<with<New, State>, Coat> { using type = Door<State, New>; };

}  // namespace house

template <class State, class Coat>
struct estate::lifecycle::object<house::Door<State, Coat>> : object_in<house::door, int, house::Door, State, Coat> {
    using table = given<house::door, Coat>;
    template <class Place>
    using in = typename house::door_in<Place, Coat>::type;
};

namespace house {
template <class State, class Coat>
class Door : public members<Door<State, Coat>> {
public:
    explicit Door(int number) noexcept : body_{number} {}
    [[nodiscard]] int number() const noexcept { return body_; }

private:
    friend machine;
    int body_;
};
}  // namespace house

template <class Self>
struct estate::lifecycle::operation<house::push, Self> : part<house::push, Self> {
    /// 0 opens; 1 leaves it shut; 2 leaves it ajar.
    [[nodiscard]] transition<house::push, Self> push(int how) && {
        if (how == 1) return fail_in<house::push, house::Shut>(this->whole(), errc::stopped);
        if (how == 2) return fail_in<house::push, house::Ajar>(this->whole(), errc::stopped);
        return succeed<house::push>(this->whole());
    }
};
template <class Self>
struct estate::lifecycle::operation<house::pull, Self> : part<house::pull, Self> {
    [[nodiscard]] transition<house::pull, Self> pull(bool works) && {
        return conclude<house::pull>(this->whole(), works ? result<void>(success()) : errc::stopped);
    }
};
template <class Self>
struct estate::lifecycle::operation<house::copy, Self> : part<house::copy, Self> {
    [[nodiscard]] yield_of<house::copy, Self> copy() const {
        return yield_of<house::copy, Self>(this->whole().number() + 1);
    }
};
template <class Self>
struct estate::lifecycle::operation<house::paint, Self> : part<house::paint, Self> {
    [[nodiscard]] transition<house::paint, Self> paint() && { return succeed<house::paint>(this->whole()); }
};
template <class Self>
struct estate::lifecycle::operation<house::knock, Self> : part<house::knock, Self> {
    [[nodiscard]] int knock() const { return 3; }
};
template <class Self>
struct estate::lifecycle::operation<house::burn, Self> : part<house::burn, Self> {
    [[nodiscard]] next_of<house::burn, Self> burn() && { return machine::advance<house::Gone>(this->whole()); }
};

namespace {

using namespace house;

// The table answers what it was told, and knows what it was not told.
using bare_door = given<door, bare>;
using painted_door = given<door, painted>;
static_assert(prove<door, Shut, Gone>() && prove<bare_door, Shut, Gone>() && prove<painted_door, Shut, Gone>());
static_assert(allows<bare_door, Shut, paint> && !allows<painted_door, Shut, paint>);
static_assert(!allows<bare_door, Shut, knock> && allows<painted_door, Shut, knock>);
static_assert(allows<bare_door, Ajar, burn> && !allows<bare_door, Gone, burn>, "every live state, and no other");
static_assert(!can_fail<bare_door, Shut, burn> && can_fail<bare_door, Shut, push>);
static_assert(consumes<bare_door, Shut, paint>, "a fact that changes takes the object away");
static_assert(!consumes<painted_door, Shut, knock> && !consumes<bare_door, Open, copy>);
static_assert(std::is_same_v<yielded<bare_door, Open, copy>, Shut> && std::is_void_v<yielded<bare_door, Open, pull>>);
static_assert(std::is_same_v<found_in<bare_door>, list<Open, Ajar, Shut>>);
static_assert(std::is_same_v<operations_of<painted_door, Shut>, list<push, knock, burn>>);

// What a system lacks goes from every kind of line, with more than one absence (D1 of the reading).
using poor = given<without<door, list<burn, knock, copy>>, painted>;
static_assert(!allows<poor, Shut, burn> && !allows<poor, Shut, knock> && !allows<poor, Open, copy>);
static_assert(allows<poor, Shut, push> && !every_state_can_end<poor, Gone>);
using poor_by_steps = given<without<without<door, list<burn>>, list<knock, copy>>, painted>;
static_assert(std::is_same_v<poor_by_steps, poor>, "what a system lacks adds up");

// A state that lines name under a fact alone is as live for who asks the table as for who walks it.
using cellar = table<row<Open, pull, Shut, Open>, when<painted, keeps<Ajar, knock>>, everywhere<copy>,
                     every<burn, Gone, never>, ends<Gone>>;
static_assert(allows<given<cellar>, Ajar, copy> && allows<given<cellar>, Ajar, burn>);
static_assert(!allows<given<cellar>, Ajar, knock> && allows<given<cellar, painted>, Ajar, knock>);
static_assert(allows<written_out<given<cellar>>, Ajar, copy> && allows<written_out<given<cellar>>, Ajar, burn>);
static_assert(allows<written_out<given<cellar, painted>>, Ajar, knock>);

using Bare = Door<Shut, bare>;
static_assert(Allows<Bare, push> && Allows<Bare, paint> && !Allows<Bare, knock> && !Allows<Door<Gone, bare>, push>);
static_assert(sizeof(Bare) == sizeof(int), "parts of an object take no room");
static_assert(std::is_same_v<decltype(std::declval<Bare>().paint().value()), Door<Shut, painted>&&>);

BOOST_AUTO_TEST_CASE(an_object_of_any_class_goes_through_its_table) {
    auto painted_one = Bare(7).paint().value();
    BOOST_TEST(painted_one.knock() == 3);
    auto open = std::move(painted_one).push(0).value();
    BOOST_TEST(open.copy().number() == 8);
    BOOST_TEST(std::move(open).pull(true).value().number() == 7);
}

BOOST_AUTO_TEST_CASE(a_failure_leaves_the_object_in_the_state_that_the_table_names) {
    auto refused = Door<Open, bare>(7).pull(false);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == estate::errc::stopped));
    static_assert(std::is_same_v<decltype(refused.error().left), Door<Open, bare>>);
    BOOST_TEST(std::move(refused.error().left).pull(true).value().number() == 7);
}

BOOST_AUTO_TEST_CASE(a_failure_with_two_outcomes_is_asked_which_it_was) {
    auto ajar = Bare(7).push(2);
    BOOST_REQUIRE(!ajar);
    BOOST_TEST(ajar.error().left.is<Ajar>());
    BOOST_TEST(std::string_view(ajar.error().left.state_name()) == "Ajar");
    BOOST_TEST((estate::Error(ajar.error()) == ajar.error().code));
#if !defined(__wasi__)  // a component has no child that could end
    BOOST_TEST(estate::test::dying_words([&] { static_cast<void>(std::move(ajar.error().left).take<Shut>()); }) ==
               "estate: take() of a state in which the object is not\n");  // a door has no form for "moved from"
#endif
    BOOST_TEST(std::move(ajar.error().left).take<Ajar>().pull(true).value().number() == 7);
    BOOST_TEST(std::move(Bare(7).push(1).error().left).visit([](auto left) { return left.number(); }) == 7);
}

BOOST_AUTO_TEST_CASE(a_foreign_object_is_found_in_the_first_state_that_fits_or_in_the_last) {
    const auto found = [](auto fits) {
        return find<Bare>(7, [fits]<class State>(std::type_identity<State>) { return fits(State()); });
    };
    BOOST_TEST(found([]<class State>(State) { return std::is_same_v<State, Ajar>; }).is<Ajar>());
    BOOST_TEST(found([]<class State>(State) { return true; }).is<Open>());
    BOOST_TEST(found([]<class State>(State) { return false; }).is<Shut>());
}

}  // namespace
