// SPDX-License-Identifier: BSL-1.0
// Compiling is passing: the tables of the library, and tables with each fault that a proof must find.

#include <boost/test/unit_test.hpp>
#include <estate/lifecycle/proofs.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>

namespace {

using namespace estate;
using namespace estate::lifecycle;

static_assert(prove<tcp_table, Created, Closed>());
static_assert(prove<udp_table, Created, Closed>());

struct Shut {
    static constexpr const char* name = "Shut";
};
struct Open {
    static constexpr const char* name = "Open";
};
struct Ajar {
    static constexpr const char* name = "Ajar";
};
struct Gone {
    static constexpr const char* name = "Gone";
};
struct push {
    static constexpr const char* name = "push";
};
struct burn {
    static constexpr const char* name = "burn";
};

using sound = table<row<Shut, push, Open, Shut>, row<Open, push, Shut, Open>, row<Open, burn, Gone, Gone>>;
static_assert(prove<sound, Shut, Gone>());

using row_twice = table<row<Shut, push, Open, Shut>, row<Shut, push, Gone, Shut>, row<Open, burn, Gone, Gone>>;
static_assert(!rows_are_unique<row_twice> && rows_are_unique<sound>);

using island = table<row<Shut, burn, Gone, Shut>, row<Open, burn, Gone, Gone>>;
static_assert(!every_state_is_reachable<island, Shut> && every_state_is_reachable<sound, Shut>);

using stuck = table<row<Shut, push, Open, Shut>, row<Shut, burn, Gone, Shut>, keeps<Open, push>>;
static_assert(!every_state_can_end<stuck, Gone> && every_state_can_end<sound, Gone>);
static_assert(!every_state_can_end<sound, Created>, "an end that is no state of the table");

using rewarded = table<row<Shut, push, Open, Shut>, row<Shut, burn, Gone, Open>, row<Open, burn, Gone, Gone>>;
static_assert(!failure_gains_nothing<rewarded, Shut, Gone> && failure_gains_nothing<sound, Shut, Gone>);

// A failure that lands beside its state, or behind what it started from, has gained.
using sideways = table<row<Shut, push, Open, Shut>, row<Shut, burn, Ajar, Shut>, row<Open, push, Gone, Ajar>,
                       row<Ajar, burn, Gone, Gone>>;
static_assert(!failure_gains_nothing<sideways, Shut, Gone>);
static_assert(!failure_gains_nothing<table<row<Bound, op::listen, Listening, Connected>,
                                           row<Bound, op::connect, Connected, Closed>>, Bound, Closed>);

using sorting = table<yields<Shut, push, Open>, row<Shut, burn, Gone, Shut>, row<Open, burn, Gone, Gone>>;
static_assert(prove<sorting, Shut, Gone>(), "a state that is only yielded is reachable");

using wavering = table<row<Shut, push, Open, either<Shut, Gone>>, row<Open, burn, Gone, Gone>>;
static_assert(prove<wavering, Shut, Gone>(), "each outcome of either<> counts");

// What a state yields is not its own end (a listener without close does not end by the connections that it accepts).
using endless = table<yields<Shut, push, Open>, row<Open, burn, Gone, Gone>>;
static_assert(!every_state_can_end<endless, Gone> && every_state_can_end<sorting, Gone>);

// A bridge is a way out when the other lifecycle can end from there, and arrives where that one has a state.
struct cellar {
    using table = estate::lifecycle::table<row<Shut, burn, Gone, Gone>, keeps<Ajar, push>>;
    using start = Shut;
    using end = Gone;
    static constexpr const char* name = "cellar";
};
template <class State>
using leads_to = table<row<Open, push, into<cellar, State>, never>>;
static_assert(prove<leads_to<Shut>, Open, Gone>());
static_assert(!every_state_can_end<leads_to<Ajar>, Gone> && every_bridge_arrives<leads_to<Ajar>>);
static_assert(!every_bridge_arrives<leads_to<Open>> && !every_state_can_end<leads_to<Open>, Gone>);
static_assert(edges<leads_to<Shut>>[0].kind == Edge::Kind::bridge);

// Two lifecycles may lead into each other. A way out must end somewhere, and what goes to a further object is none.
template <class Ways>
struct hall {
    using table = Ways;
    using start = Open;
    using end = Gone;
    static constexpr const char* name = "hall";
};
struct there;
struct back;
using to_and_fro = table<row<Open, push, into<back, Open>, Open>>;
using fro_and_to = table<row<Open, push, into<there, Open>, Open>>;
struct there : hall<to_and_fro> {};
struct back : hall<fro_and_to> {};
static_assert(!every_state_can_end<to_and_fro, Gone> && every_bridge_arrives<to_and_fro>);
struct exit_hall;
using to_the_exit = table<row<Open, push, into<exit_hall, Open>, Open>>;
struct porch : hall<to_the_exit> {};
struct exit_hall : hall<table<row<Open, push, into<porch, Open>, Open>, row<Open, burn, Gone, Gone>>> {};
static_assert(prove<to_the_exit, Open, Gone>() && prove<exit_hall::table, Open, Gone>());
using giving = table<row<Open, push, Open, Open, into<cellar, Shut>>>;
static_assert(edges<giving>[2].kind == Edge::Kind::bridge && edges<giving>[2].is_yielded);
static_assert(every_bridge_arrives<giving> && !every_state_can_end<giving, Gone>);

// A fault is a state that only failures lead to. It may lead back, and no further than there was.
using recovering = table<row<Shut, push, Open, Ajar>, row<Ajar, push, Shut, Ajar>, row<Open, burn, Gone, Gone>>;
using promoting = table<row<Shut, push, Open, Ajar>, row<Ajar, push, Open, Ajar>, row<Open, burn, Gone, Gone>>;
static_assert(prove<recovering, Shut, Gone>() && !failure_gains_nothing<promoting, Shut, Gone>);

struct slams {};
static_assert(every_drop_is_described<table<row<Shut, burn, Gone, Shut>, drops<Shut, slams>>, Gone>);
static_assert(every_drop_is_described<table<row<Shut, burn, Gone, Shut>, drops<anywhere>>, Gone>);
static_assert(every_drop_is_described<sound, Gone>, "a table that says nothing of dropping is not asked");
static_assert(!every_drop_is_described<table<row<Shut, push, Open, Shut>, row<Open, burn, Gone, Gone>,
                                             drops<Open, slams>>, Gone>);

static_assert(allows<sound, Open, burn> && !allows<sound, Shut, burn>);
static_assert(std::is_same_v<next<sound, Shut, push>, Open> && std::is_same_v<left<sound, Shut, push>, Shut>);
static_assert(std::is_same_v<operations_of<sound, Open>, list<push, burn>>);
static_assert(std::is_same_v<operations_of<sound, Gone>, list<>>);
static_assert(std::is_same_v<left<given<tcp_table>, Connecting, op::finish_connect>, either<Connecting, Closed>>);

BOOST_AUTO_TEST_CASE(the_tables_of_the_library_are_proved_while_compiling) {
    BOOST_TEST(state_names<tcp_table>.size() == 9u);
    BOOST_TEST(state_names<udp_table>.size() == 5u);
}

}  // namespace
