// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>
#include <tuple>
#include <utility>

// Which option can be set and read where. What is expected is written out here once more, by hand, so that a
// slip in the tables of transport/tcp.hpp and udp.hpp does not pass as the rule.

namespace {
using namespace estate;

enum : unsigned { none = 0, C = 1, B = 2, L = 4, G = 8, E = 16, S = 32, R = 64 };  // G: connecting, E: connected

template <class State>
constexpr unsigned letter = std::is_same_v<State, Created>      ? C
                            : std::is_same_v<State, Bound>      ? B
                            : std::is_same_v<State, Listening>  ? L
                            : std::is_same_v<State, Connecting> ? G
                            : std::is_same_v<State, Connected>  ? E
                            : std::is_same_v<State, SendClosed> ? S
                                                                : R;

/// In which states an option can be set, and whether it can be read: on TCP and on UDP, IPv4 and IPv6.
template <class Option>
struct Rule {
    unsigned tcp4;
    unsigned tcp6;
    unsigned udp4;
    unsigned udp6;
    bool readable = true;
    bool get_only = false;  // the states are those in which it can be read
};

constexpr unsigned open = C | B | L | G | E | S | R;
constexpr std::tuple rules{
    //                                        TCP IPv4             TCP IPv6             UDP IPv4   UDP IPv6
    Rule<option::reuse_address>{              C,                   C,                   C,         C},
    Rule<option::reuse_port>{                 C,                   C,                   C,         C},
    Rule<option::freebind>{                   C,                   C,                   C,         C},
    Rule<option::transparent>{                C,                   C,                   C,         C},
    Rule<option::bind_address_no_port>{       C,                   C,                   none,      none},
    Rule<option::bind_to_device>{             C | B,               C | B,               C | B | E, C | B | E},
    Rule<option::fast_open>{                  C | B | L,           C | B | L,           none,      none},
    Rule<option::no_delay>{                   open & ~S,           open & ~S,           none,      none},
    Rule<option::keep_alive>{                 open,                open,                none,      none},
    Rule<option::keep_alive_idle>{            open,                open,                none,      none},
    Rule<option::keep_alive_interval>{        open,                open,                none,      none},
    Rule<option::keep_alive_count>{           open,                open,                none,      none},
    Rule<option::linger>{                     open,                open,                none,      none},
    Rule<option::send_buffer>{                open & ~S,           open & ~S,           C | B | E, C | B | E},
    Rule<option::receive_buffer>{             open & ~R,           open & ~R,           C | B | E, C | B | E},
    Rule<option::hop_limit>{                  open,                open,                C | B | E, C | B | E},
    Rule<option::broadcast>{                  none,                none,                C | B | E, none},
    Rule<option::join_group<V4>>{             none,                none,                B | E,     none,      false},
    Rule<option::leave_group<V4>>{            none,                none,                B | E,     none,      false},
    Rule<option::join_group<V6>>{             none,                none,                none,      B | E,     false},
    Rule<option::leave_group<V6>>{            none,                none,                none,      B | E,     false},
    Rule<option::join_source<V4>>{            none,                none,                B | E,     none,      false},
    Rule<option::leave_source<V6>>{           none,                none,                none,      B | E,     false},
    Rule<option::multicast_interface>{        none,                none,                C | B | E, C | B | E, false},
    Rule<option::multicast_all>{              none,                none,                C | B | E, C | B | E},
    Rule<option::multicast_hops>{             none,                none,                C | B | E, C | B | E},
    Rule<option::multicast_loop>{             none,                none,                C | B | E, C | B | E},
    Rule<option::user_timeout>{               open,                open,                none,      none},
    Rule<option::quick_ack>{                  E | S,               E | S,               none,      none},
    Rule<option::cork>{                       open & ~S,           open & ~S,           none,      none},
    Rule<option::fast_open_connect>{          C | B,               C | B,               none,      none},
    Rule<option::mark>{                       open,                open,                C | B | E, C | B | E},
    Rule<option::priority>{                   open & ~L,           open & ~L,           C | B | E, C | B | E},
    Rule<option::traffic_class>{              open,                open,                C | B | E, C | B | E},
    Rule<option::dont_fragment>{              none,                none,                C | B | E, C | B | E},
    Rule<option::path_mtu>{                   E | S | R,           E | S | R,           E,         E, true, true},
    Rule<option::timestamps>{                 none,                none,                none,      none}};

template <class S, class Option>
concept Sets = requires(S& socket, const Option& option) { socket.set(option); };
template <class S, class Option>
concept Gets = requires(const S& socket) { socket.template get<Option>(); };

template <class State, class T, class Option>
constexpr bool cell(unsigned settable, bool readable, bool get_only) {
    using Here = Socket<State, T>;
    if (get_only) {
        return !Sets<Here, Option> && Gets<Here, Option> == ((settable & letter<State>) != 0);
    }
    const bool set_as_ruled = Sets<Here, Option> == ((settable & letter<State>) != 0);
    // What the transport does not have can be read nowhere; the rest in every live state.
    const bool get_as_ruled = Gets<Here, Option> == (readable && settable != none);
    return set_as_ruled && get_as_ruled;
}

template <class T, class Option>
constexpr bool row_of(unsigned settable, bool readable, bool get_only) {
    const bool closed_has_none = !Sets<ClosedSocket<T>, Option> && !Gets<ClosedSocket<T>, Option>;
    bool right = closed_has_none && cell<Created, T, Option>(settable, readable, get_only) &&
                 cell<Bound, T, Option>(settable, readable, get_only) &&
                 cell<Connected, T, Option>(settable, readable, get_only);
    if constexpr (Stream<T>) {
        right = right && cell<Listening, T, Option>(settable, readable, get_only) &&
                cell<Connecting, T, Option>(settable, readable, get_only) &&
                cell<SendClosed, T, Option>(settable, readable, get_only) &&
                cell<ReceiveClosed, T, Option>(settable, readable, get_only);
    }
    return right;
}

template <class Option>
constexpr bool as_ruled(const Rule<Option>& rule) {
    return row_of<Tcp<V4>, Option>(rule.tcp4, rule.readable, rule.get_only) &&
           row_of<Tcp<V6>, Option>(rule.tcp6, rule.readable, rule.get_only) &&
           row_of<Udp<V4>, Option>(rule.udp4, rule.readable, rule.get_only) &&
           row_of<Udp<V6>, Option>(rule.udp6, rule.readable, rule.get_only);
}

template <std::size_t... Index>
constexpr bool all_as_ruled(std::index_sequence<Index...>) {
    static_assert((as_ruled(std::get<Index>(rules)) && ...));
    return true;
}
static_assert(all_as_ruled(std::make_index_sequence<std::tuple_size_v<decltype(rules)>>{}));

// A rule for every option of the tables, and no table without its rule.
template <class Settings>
struct keys;
template <class... Rows>
struct keys<lifecycle::table<Rows...>> {
    template <class... Option>
    static constexpr bool are_ruled(std::tuple<Rule<Option>...>) {
        return (is_ruled<typename Rows::option, typename Option::key...>() && ...);
    }
    template <class Key, class... Ruled>
    static constexpr bool is_ruled() {
        return (std::is_same_v<Key, Ruled> || ...);
    }
};
static_assert(keys<tcp_settings>::are_ruled(rules) && keys<udp_settings>::are_ruled(rules));

// set() says that it changes something; get() does not.
static_assert(!Sets<const BoundSocket<Udp<V4>>, option::send_buffer>);
static_assert(Gets<const BoundSocket<Udp<V4>>, option::send_buffer>);

// Only sockets with packet information have somewhere to tell the time.
static_assert(Sets<BoundSocket<Informed<Udp<V4>>>, option::timestamps> &&
              Gets<BoundSocket<Informed<Segmented<Udp<V6>>>>, option::timestamps> &&
              !Gets<BoundSocket<Udp<V4>>, option::timestamps>);

// What an option has checked is not changed behind it.
template <class Option>
concept HasBareName = requires(Option option) { option.device; } || requires(Option option) { option.length; };
static_assert(!HasBareName<option::bind_to_device> && option::bind_to_device::to("lo").value().name() == "lo" &&
              option::bind_to_device().name().empty() && !option::bind_to_device::to("sixteen letters!"));

BOOST_AUTO_TEST_SUITE(option_static)

BOOST_AUTO_TEST_CASE(an_option_can_be_set_exactly_where_it_has_an_effect) {
    BOOST_TEST(std::tuple_size_v<decltype(rules)> == 37U);  // proved while this file was compiled
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
