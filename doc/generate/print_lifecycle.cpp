// SPDX-License-Identifier: BSL-1.0
//
// Prints what the lifecycle tables say, one fact a line, for the pages that scripts/make_docs writes:
//
//     state TRANSPORT NAME
//     row TRANSPORT STATE OPERATION NEXT LEFT YIELD CONSUMES FACT
//                                                   FACT is what must be true, `-` for nothing; NEXT and LEFT are `A|B` where only the run knows and
//                                                   `A+fact` where a fact changes too, `A@LIFE` where a bridge leads into
//                                                   another lifecycle; `-` for none, `never` for no failure
//     overload TRANSPORT STATE OPERATION NEXT LEFT
//     drop TRANSPORT STATE FACT TEXT                FACT is `held` for what only a socket with a hold does
//     found TRANSPORT STATE
//     setting TRANSPORT OPTION STATE...
//     watch TRANSPORT INTEREST STATE...             what a poller can watch; only of sockets that never wait, whose
//                                                   TRANSPORT is NonBlocking<...>
//     absent TRANSPORT OPERATION                    what WASI lacks
//     mermaid|dot TRANSPORT LINE

#include <boost/hana/for_each.hpp>
#include <estate/backend/absent.hpp>
#include <estate/lifecycle/diagram.hpp>
#include <estate/socket/nonblocking.hpp>
#include <estate/socket/unix.hpp>
#include <estate/transport/local.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using namespace estate;
using namespace estate::lifecycle;
namespace hana = boost::hana;

template <class Place>
std::string name_of() {
    if (std::is_same_v<Place, never>) return "never";
    std::string text;
    if constexpr (machinery::bridge_to<Place>::value) {
        text.append(machinery::bridge_to<Place>::place).append("@").append(machinery::bridge_to<Place>::life);
    }
    hana::for_each(machinery::states_named<Place>::value, [&](auto state) {
        text.append(text.empty() ? "" : "|").append(decltype(state)::type::name);
    });
    if (machinery::fact_named<Place> != nullptr) text.append("+").append(machinery::fact_named<Place>);
    return text.empty() ? "-" : text;
}

template <class Row>
void print_row(std::string_view kind, std::string_view transport) {
    std::cout << kind << ' ' << transport << ' ' << Row::state::name << ' ' << Row::operation::name << ' '
              << name_of<typename Row::next>() << ' ' << name_of<typename Row::left>();
}

using AllFacts = list<fact::plain, fact::held, fact::whole, fact::segments, fact::bare, fact::packet_info>;
template <class Table, class... Facts>
given<Table, Facts...> with_facts(list<Facts...>);
template <class Without, class... Facts>
constexpr auto less(list<Facts...>) {
    return (list<>{} + ... + std::conditional_t<std::is_same_v<Facts, Without>, list<>, list<Facts>>{});
}

/// The facts that a row depends on, with commas between.
template <class Table, class Row>
std::string condition() {
    std::string found;
    const auto ask = [&]<class Fact>(std::type_identity<Fact>) {
        using Lacking = decltype(with_facts<Table>(less<Fact>(AllFacts{})));
        if constexpr (!allows<Lacking, typename Row::state, typename Row::operation>) {
            found.append(found.empty() ? "" : ",").append(Fact::name);
        }
    };
    [&]<class... Facts>(list<Facts...>) { (ask(std::type_identity<Facts>()), ...); }(AllFacts{});
    return found.empty() ? "-" : found;
}
/// What dropping does with these Facts and is not among what it does without them.
template <class Table, class... Facts>
void print_drops(std::string_view transport, std::string_view fact) {
    for_each_drop<given<Table, Facts...>>([&](auto state, auto effect) {
        bool always = false;
        if constexpr (sizeof...(Facts) > 0) {
            for_each_drop<given<Table>>([&](auto other_state, auto other_effect) {
                always = always || (std::is_same_v<decltype(state), decltype(other_state)> &&
                                    std::is_same_v<decltype(effect), decltype(other_effect)>);
            });
        }
        if (always) return;
        std::cout << "drop " << transport << ' ' << decltype(state)::type::name << ' ' << fact << ' '
                  << decltype(effect)::type::text << '\n';
    });
}

/// Options are named by their type only: `... [Option = estate::option::no_delay]`.
template <class Option>
std::string_view option_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text = text.substr(text.find("Option = "));
    text = text.substr(0, text.find_first_of("];"));
    return text.substr(text.rfind(':') + 1);
}

template <class... States, class Option>
void print_setting(std::string_view kind, std::string_view transport, setting<Option, States...>) {
    std::cout << kind << ' ' << transport << ' ' << option_name<Option>();
    ((std::cout << ' ' << States::name), ...);
    std::cout << '\n';
}

void print_lines(std::string_view kind, std::string_view transport, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) std::cout << kind << ' ' << transport << ' ' << line << '\n';
}

template <class Table, class Settings, class Start, class Wasi>
void print(std::string_view transport) {
    for (const char* state : state_names<Table>) std::cout << "state " << transport << ' ' << state << '\n';
    hana::for_each(rows<Table>, [&](auto row) {
        using Row = typename decltype(row)::type;
        print_row<Row>("row", transport);
        std::cout << ' ' << name_of<typename Row::yield>() << ' '
                  << (machinery::leaves_state<typename Row::state, Row> ? "consumes" : "stays") << ' '
                  << condition<Table, Row>() << '\n';
    });
    hana::for_each(machinery::rows_as_types(machinery::overloads_of<Table>{}), [&](auto row) {
        print_row<typename decltype(row)::type>("overload", transport);
        std::cout << '\n';
    });
    print_drops<Table>(transport, "-");
    print_drops<Table, fact::held>(transport, "held");
    [&]<class... Found>(list<Found...>) {
        ((std::cout << "found " << transport << ' ' << Found::name << '\n'), ...);
    }(found_in<given<Table>>{});
    if constexpr (!std::is_void_v<Wasi>) {
        [&]<class... Absent>(list<Absent...>) {
            ((std::cout << "absent " << transport << ' ' << Absent::name << '\n'), ...);
        }(absent_operations<Wasi>);
    }
    hana::for_each(Settings{}, [&](auto each) { print_setting("setting", transport, each); });
    if constexpr (!std::is_void_v<Start>) {
        std::string text;
        const auto sink = [&](std::string_view piece) { text += piece; };
        write_mermaid<Table, Start>(sink);
        print_lines("mermaid", transport, text);
        text.clear();
        write_dot<Table>(transport, sink);
        print_lines("dot", transport, text);
    }
}

/// The sockets of T that never wait. They begin in any state, so there is no picture.
template <class T>
void print_never_waits() {
    using Tables = detail::nonblocking_tables<T>;
    const std::string name = std::string("NonBlocking<") + T::name + ">";
    print<typename Tables::lifecycle, typename T::settings, void, void>(name);
    hana::for_each(typename Tables::watches{}, [&](auto each) { print_setting("watch", name, each); });
}

template <class Life>
void print_half() {
    print<typename Life::table, typename Life::settings, typename Life::start, void>(Life::name);
}

}  // namespace

int main() {
    print<tcp_table, tcp_settings, Created, wasi::StreamSockets>("TCP");
    print<udp_table, udp_settings, Created, wasi::DatagramSockets>("UDP");
    // WASI has none of these.
    print<transport::local::stream_lines, transport::local::connection_settings, Created, void>("UnixStream");
    print<transport::local::datagram_lines, transport::local::datagram_settings, Created, void>("UnixDatagram");
    print<transport::local::seqpacket_lines, transport::local::connection_settings, Created, void>("UnixSeqpacket");
    print_half<transport::ReadLife<transport::tcp::Life>>();
    print_half<transport::WriteLife<transport::tcp::Life>>();
    print_half<transport::ReadLife<transport::local::Life>>();
    print_half<transport::WriteLife<transport::local::Life>>();
    print_never_waits<Tcp<V4>>();
    print_never_waits<Udp<V4>>();
    print_never_waits<UnixStream>();
    print_never_waits<UnixDatagram>();
    print_never_waits<UnixSeqpacket>();
}
