// SPDX-License-Identifier: BSL-1.0

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/estate.hpp>
#include <thread>

#include "../support/check.hpp"
#include "../support/faulty.hpp"
#include "../support/faults.hpp"
#include "../support/greeting.hpp"

namespace {
using namespace estate;
using namespace estate::test;
using namespace std::chrono_literals;

static_assert(std::is_empty_v<NativeNetwork> && sizeof(NativeNetwork) == 1);
static_assert(std::is_same_v<decltype(NativeNetwork().tcp_v4()), decltype(tcp_v4())>);
static_assert(std::is_same_v<decltype(NativeNetwork().udp_v6()), decltype(udp_v6())>);
constexpr auto second = 1s;
static_assert(noexcept(NativeNetwork().tcp_v4()) && noexcept(NativeNetwork().in(second)));

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(a_program_is_a_function_of_its_network) {
    BOOST_TEST(greet_itself(NativeNetwork()).value() == 5u);
}

BOOST_AUTO_TEST_CASE(the_same_program_runs_on_another_system) {
    const Faults faults{refuse(Call::socket, EMFILE)};
    BOOST_TEST(fails_with(greet_itself(Network<FaultySockets>()), std::errc::too_many_files_open));
    BOOST_TEST(greet_itself(Network<FaultySockets>()).value() == 5u);
}

BOOST_AUTO_TEST_CASE(a_deadline_is_told_by_the_clock_of_the_network) {
    const NativeNetwork net;
    const auto before = Deadline(std::chrono::steady_clock::now());
    const auto until = net.in(50ms);
    BOOST_TEST((until > before));
    BOOST_TEST(!until.has_passed(net.now()));
    std::this_thread::sleep_for(60ms);
    BOOST_TEST(until.has_passed(net.now()));
    BOOST_TEST((estate::in(50ms) >= until));
    BOOST_TEST((net.in(std::chrono::hours(24) * 365 * 1000) == Deadline::never()));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
