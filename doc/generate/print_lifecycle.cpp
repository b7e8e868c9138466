// SPDX-License-Identifier: BSL-1.0
//
// Prints what the lifecycle tables say, one fact a line, for the pages that scripts/make_docs writes:
//
//     state TRANSPORT NAME
//     row TRANSPORT STATE OPERATION NEXT LEFT YIELD       LEFT is `A|B` where only the run knows; YIELD `-` for none
//     setting TRANSPORT OPTION STATE...
//     mermaid|dot TRANSPORT LINE

#include <estate/lifecycle/diagram.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using namespace estate;
namespace hana = boost::hana;

template <class Target>
std::string name_of() {
    std::string text;
    hana::for_each(detail::states_named<Target>::value, [&](auto state) {
        text.append(text.empty() ? "" : "|").append(decltype(state)::type::name);
    });
    return text.empty() ? "-" : text;
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
void print_setting(std::string_view transport, setting<Option, States...>) {
    std::cout << "setting " << transport << ' ' << option_name<Option>();
    ((std::cout << ' ' << States::name), ...);
    std::cout << '\n';
}

void print_lines(std::string_view kind, std::string_view transport, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) std::cout << kind << ' ' << transport << ' ' << line << '\n';
}

template <class Table, class Settings, class Start>
void print(std::string_view transport) {
    for (const char* state : state_names<Table>) std::cout << "state " << transport << ' ' << state << '\n';
    hana::for_each(rows<Table>, [&](auto row) {
        using Row = typename decltype(row)::type;
        std::cout << "row " << transport << ' ' << Row::state::name << ' ' << Row::operation::name << ' '
                  << name_of<typename Row::next>() << ' ' << name_of<typename Row::left>() << ' '
                  << name_of<typename Row::yield>() << '\n';
    });
    hana::for_each(Settings{}, [&](auto each) { print_setting(transport, each); });

    std::string text;
    const auto sink = [&](std::string_view piece) { text += piece; };
    write_mermaid<Table, Start>(sink);
    print_lines("mermaid", transport, text);
    text.clear();
    write_dot<Table>(transport, sink);
    print_lines("dot", transport, text);
}

}  // namespace

int main() {
    print<tcp_table, tcp_settings, Created>("TCP");
    print<udp_table, udp_settings, Created>("UDP");
}
