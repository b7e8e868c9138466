// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <estate/adopt.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <string>
#include <vector>

#include "../support/check.hpp"
#include "../support/child.hpp"
#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

// The protocol of sd_listen_fds(3), played by the test: each case runs in a child, where the descriptors from 3 on
// and the environment are its own.

namespace {
using namespace estate;
using namespace estate::test;

/// The child's answer when every claim holds; otherwise the line of the first that does not.
constexpr int fine = 0;
#define ESTATE_CLAIM(...) \
    if (!(__VA_ARGS__)) return __LINE__ % 120 + 1

void pass(std::vector<int> descriptors, const char* count, const char* names) {
    int target = 3;
    for (int& one : descriptors) one = ::fcntl(one, F_DUPFD, 100);  // out of the way first
    for (const int one : descriptors) ::dup2(one, target++);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    if (count != nullptr) ::setenv("LISTEN_FDS", count, 1);
    if (names != nullptr) ::setenv("LISTEN_FDNAMES", names, 1);
}

/// The variables of the protocol as given while this lives; null for absent.
class Environment {
public:
    Environment(const char* pid, const char* count, const char* names = nullptr) {
        put("LISTEN_PID", pid);
        put("LISTEN_FDS", count);
        put("LISTEN_FDNAMES", names);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment() {
        for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
    }

private:
    static void put(const char* name, const char* value) {
        value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
    }
};

boost::test_tools::assertion_result is_refused(const char* pid, const char* count, errc code) {
    const Environment environment(pid, count);
    return fails_with(Activation::from_environment(), code);
}

BOOST_AUTO_TEST_SUITE(adopt_activation)

BOOST_AUTO_TEST_CASE(sockets_of_a_service_manager_are_taken_by_number_and_name) {
    const auto listener = listening_on_loopback<V4>();
    const auto datagrams = datagrams_on_loopback<V4>();
    const auto at = listener.local_addr().value();
    const int code = exit_code_of_child([&] {
        pass({listener.handle(), datagrams.handle()}, "2", "web:names");
        auto activation = Activation::from_environment().value();
        ESTATE_CLAIM(activation.count() == 2);
        ESTATE_CLAIM(activation.name(0) == "web" && activation.name(1) == "names");
        ESTATE_CLAIM(activation.name(2).empty() && activation.name(-1).empty());
        auto web = activation.adopt<Tcp<V4>>(0);
        ESTATE_CLAIM(web && web.assume_value().is<Listening>());
        auto taken = std::move(web).assume_value().take<Listening>();
        ESTATE_CLAIM(taken.handle() == 3 && closes_on_exec(3));
        ESTATE_CLAIM(taken.local_addr().value() == at);
        auto client = tcp_v4().value().connect(at, soon());
        ESTATE_CLAIM(client.has_value() && taken.accept(soon()).has_value());
        ESTATE_CLAIM(activation.adopt<Tcp<V4>>(0).error() == errc::invalid_argument);  // once
        auto moved = std::move(activation);
        ESTATE_CLAIM(activation.count() == 0 && moved.count() == 2);
        auto names = moved.adopt<Udp<V4>>(1);
        ESTATE_CLAIM(names && names.assume_value().is<Bound>());
        activation = std::move(moved);
        ESTATE_CLAIM(activation.count() == 2 && moved.count() == 0);
        auto& same = activation;
        activation = std::move(same);
        ESTATE_CLAIM(activation.count() == 2 && activation.name(1) == "names");
        ESTATE_CLAIM(activation.adopt<Udp<V4>>(1).error() == errc::invalid_argument);
        return fine;
    });
    BOOST_TEST(code == fine);
}

BOOST_AUTO_TEST_CASE(what_was_passed_is_had_once_and_kept_from_programs_that_are_executed) {
    const auto one = datagrams_on_loopback<V4>();
    const auto other = datagrams_on_loopback<V4>();
    const int code = exit_code_of_child([&] {
        pass({one.handle(), other.handle(), one.handle()}, "2", nullptr);
        ESTATE_CLAIM(Activation::from_environment().value().count() == 2);
        ESTATE_CLAIM(closes_on_exec(3) && closes_on_exec(4));
        ESTATE_CLAIM(!closes_on_exec(5));  // of what is not ours
        ESTATE_CLAIM(Activation::from_environment().error() == errc::no_activation);
        return fine;
    });
    BOOST_TEST(code == fine);
}

BOOST_AUTO_TEST_CASE(a_socket_of_another_kind_than_expected_is_refused_and_stays) {
    const auto datagrams = datagrams_on_loopback<V4>();
    const int code = exit_code_of_child([&] {
        pass({datagrams.handle()}, "1", nullptr);
        auto activation = Activation::from_environment().value();
        ESTATE_CLAIM(activation.adopt<Tcp<V4>>(0).error() == errc::wrong_transport);
        ESTATE_CLAIM(activation.adopt<Udp<V6>>(0).error() == errc::wrong_family);
        ESTATE_CLAIM(is_open(3));
        ESTATE_CLAIM(activation.adopt<Udp<V4>>(-1).error() == errc::invalid_argument);
        ESTATE_CLAIM(activation.adopt<Udp<V4>>(1).error() == errc::invalid_argument);
        ESTATE_CLAIM(activation.adopt<Udp<V4>>(0).has_value());
        return fine;
    });
    BOOST_TEST(code == fine);
}

BOOST_AUTO_TEST_CASE(names_may_be_fewer_than_sockets_or_absent) {
    const std::string self = std::to_string(::getpid());
    const auto names = [&](const char* given) {
        const Environment environment(self.c_str(), "3", given);
        std::string all;
        const auto activation = Activation::from_environment().value();
        for (int i = -1; i <= activation.count(); ++i) all += "[" + std::string(activation.name(i)) + "]";
        return all;
    };
    BOOST_TEST(names("a:b:c") == "[][a][b][c][]");
    BOOST_TEST(names("a:b:c:d") == "[][a][b][c][]");
    BOOST_TEST(names("first::") == "[][first][][][]");
    BOOST_TEST(names("only") == "[][only][][][]");
    BOOST_TEST(names("::third") == "[][][][third][]");
    BOOST_TEST(names("") == "[][][][][]");
    BOOST_TEST(names(nullptr) == "[][][][][]");
}

BOOST_AUTO_TEST_CASE(a_process_that_was_passed_nothing_is_told_so) {
    const std::string self = std::to_string(::getpid());
    const std::string parent = std::to_string(::getppid());
    BOOST_TEST(is_refused(nullptr, nullptr, errc::no_activation));
    BOOST_TEST(is_refused(self.c_str(), nullptr, errc::no_activation));
    BOOST_TEST(is_refused(nullptr, "1", errc::no_activation));
    BOOST_TEST(is_refused(parent.c_str(), "1", errc::no_activation));
    BOOST_TEST(is_refused(self.c_str(), "0", errc::no_activation));
}

BOOST_AUTO_TEST_CASE(malformed_variables_are_told_from_absent_ones) {
    const std::string self = std::to_string(::getpid());
    for (const char* bad : {"", " 1", "1 ", "+1", "-1", "x", "1x", "0x1", "4097", "99999999999", "2147483648"}) {
        BOOST_TEST_CONTEXT(bad) { BOOST_TEST(is_refused(self.c_str(), bad, errc::malformed_activation)); }
    }
    for (const std::string& bad : {std::string(), "x" + self, self + " ", "-" + self, "99999999999" + self}) {
        BOOST_TEST_CONTEXT(bad) { BOOST_TEST(is_refused(bad.c_str(), "1", errc::malformed_activation)); }
    }
    const Environment environment(self.c_str(), "4096");
    BOOST_TEST(Activation::from_environment().value().count() == 4096);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_was_announced_but_not_passed_is_an_error_value) {
    const Environment environment(std::to_string(::getpid()).c_str(), "4096");
    auto activation = Activation::from_environment().value();
    BOOST_TEST(fails_with(activation.adopt<Tcp<V4>>(4000), std::errc::bad_file_descriptor));
    BOOST_TEST(fails_with(activation.adopt<Tcp<V4>>(4096), errc::invalid_argument));
    BOOST_TEST(fails_with(activation.adopt<Tcp<V4>>(-1), errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
