// SPDX-License-Identifier: BSL-1.0

#include <boost/test/unit_test.hpp>
#include <estate/lifecycle/diagram.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>
#include <string>

namespace {

using namespace estate;
using namespace estate::lifecycle;

template <class Write>
std::string text_of(Write write) {
    std::string text;
    write([&](std::string_view piece) { text += piece; });
    return text;
}

BOOST_AUTO_TEST_CASE(mermaid_starts_where_the_life_starts_and_shows_each_transition) {
    const auto text = text_of([](auto sink) { write_mermaid<tcp_table, Created>(sink); });
    BOOST_TEST(text.starts_with("stateDiagram-v2\n    [*] --> Created\n    Created --> Bound : bind\n"));
    BOOST_TEST(text.find("    Listening --> Connected : accept yields\n") != std::string::npos);
    // What leaves a state as it is, is no arrow, unless a fact changes.
    BOOST_TEST(text.find("    Connected --> Connected : set_nonblocking, nonblocking\n") != std::string::npos);
    BOOST_TEST(text.find("Connected --> Connected : send") == std::string::npos);
    BOOST_TEST(text.find("fails") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(mermaid_shows_failures_when_asked) {
    const auto drawn = [](bool with_failures) {
        return text_of([=](auto sink) { write_mermaid<udp_table, Created>(sink, with_failures); });
    };
    BOOST_TEST(drawn(true).find("    Connected --> Bound : connect fails\n") != std::string::npos);
    BOOST_TEST(drawn(false).find("fails") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(dot_dashes_failures_and_dots_yields) {
    const auto text = text_of([](auto sink) { write_dot<tcp_table>("TCP", sink); });
    BOOST_TEST(text.starts_with("digraph \"TCP\" {\n"));
    BOOST_TEST(text.ends_with("}\n"));
    BOOST_TEST(text.find("    Bound -> Closed [label=\"listen fails\", style=dashed];\n") != std::string::npos);
    BOOST_TEST(text.find("    Connecting -> Closed [label=\"finish_connect fails\", style=dashed];\n") !=
               std::string::npos);
    BOOST_TEST(text.find("    Listening -> Connected [label=\"accept yields\", style=dotted];\n") !=
               std::string::npos);
}

}  // namespace
