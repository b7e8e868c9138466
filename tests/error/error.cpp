// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <climits>
#include <cstring>
#include <estate/error/errno_table.hpp>
#include <estate/error/incomplete.hpp>
#include <estate/error/result.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/error/transition_error.hpp>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace {
using namespace estate;

constexpr int last_errc = static_cast<int>(detail::errc_count);

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(every_errc_has_a_name_and_a_message_of_its_own) {
    std::set<std::string> names;
    std::set<std::string> messages;
    for (int code = 1; code <= last_errc; ++code) {
        const auto& row = detail::row_of(static_cast<errc>(code));
        BOOST_TEST_CONTEXT(row.name()) {
            BOOST_TEST(names.insert(row.name()).second);
            BOOST_TEST(messages.insert(row.message()).second);
            BOOST_TEST(std::strlen(row.message()) > 0U);
            BOOST_TEST(Error(static_cast<errc>(code)).message() == row.message());
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_and_enumerators_of_errc_are_in_the_same_order) {
    const auto name = [](errc code) { return std::string(detail::row_of(code).name()); };
    BOOST_TEST(name(errc::moved_from) == "moved_from");
    BOOST_TEST(name(errc::end_of_stream) == "end_of_stream");
    BOOST_TEST(name(errc::invalid_argument) == "invalid_argument");
    BOOST_TEST(name(errc::peer_port_zero) == "peer_port_zero");
    BOOST_TEST(name(errc::address_v4_mapped) == "address_v4_mapped");
    BOOST_TEST(name(errc::malformed_address) == "malformed_address");
    BOOST_TEST(name(errc::malformed_zone) == "malformed_zone");
    BOOST_TEST(name(errc::address_overflow) == "address_overflow");
    BOOST_TEST(name(errc::not_a_socket) == "not_a_socket");
    BOOST_TEST(name(errc::malformed_activation) == "malformed_activation");
    BOOST_TEST(name(errc::name_not_found) == "name_not_found");
    BOOST_TEST(name(errc::name_failure) == "name_failure");
    BOOST_TEST(name(errc::pool_exhausted) == "pool_exhausted");
    BOOST_TEST(name(errc::stale_binding) == "stale_binding");
    BOOST_TEST(name(errc::quota_exceeded) == "quota_exceeded");
}

BOOST_AUTO_TEST_CASE(an_errc_equals_the_std_errc_that_means_the_same) {
    BOOST_TEST((Error(errc::deadline_exceeded) == std::errc::timed_out));
    BOOST_TEST((Error(errc::stopped) == std::errc::operation_canceled));
    BOOST_TEST((Error(errc::moved_from) == std::errc::bad_file_descriptor));
    BOOST_TEST((Error(errc::peer_port_zero) == std::errc::invalid_argument));
    BOOST_TEST((Error(errc::address_leased) == std::errc::address_in_use));
    BOOST_TEST((Error(errc::not_a_socket) == std::errc::not_a_socket));
    BOOST_TEST((Error(errc::address_overflow) == std::errc::result_out_of_range));
    BOOST_TEST((std::errc::timed_out == Error(errc::deadline_exceeded)));
    BOOST_TEST((Error(errc::deadline_exceeded) != std::errc::connection_refused));
}

BOOST_AUTO_TEST_CASE(what_the_system_has_no_word_for_equals_no_std_errc) {
    for (const errc code : {errc::end_of_stream, errc::pool_exhausted, errc::name_not_found, errc::stale_binding}) {
        for (int number = 0; number < 134; ++number) {
            const bool equal = Error(code) == static_cast<std::errc>(number);
            BOOST_TEST((!equal || detail::row_of(code).posix() == number));
        }
    }
    BOOST_TEST((Error(errc::end_of_stream) != std::errc{}));
    BOOST_TEST(Error(errc::end_of_stream).posix() == 0);
}

BOOST_AUTO_TEST_CASE(a_system_number_keeps_its_meaning_and_is_no_errc) {
    const Error refused = Error::system(ECONNREFUSED);
    BOOST_TEST(refused.is_system());
    BOOST_TEST(refused.posix() == ECONNREFUSED);
    BOOST_TEST(refused.code() == ECONNREFUSED);
    BOOST_TEST(refused.name() == std::string("ECONNREFUSED"));
    BOOST_TEST((refused == std::errc::connection_refused));
    BOOST_TEST((Error::system(ETIMEDOUT) == std::errc::timed_out));
    BOOST_TEST((Error::system(ETIMEDOUT) != errc::deadline_exceeded));
    BOOST_TEST((Error(errc::deadline_exceeded) == errc::deadline_exceeded));
    BOOST_TEST((Error(errc::deadline_exceeded) != errc::stopped));
    BOOST_TEST((Error(errc::stopped) == Error(errc::stopped)));
    BOOST_TEST(!Error(errc::stopped).is_system());
}

BOOST_AUTO_TEST_CASE(system_messages_are_those_of_the_system_in_english) {
    for (const int number : {EPERM, EADDRINUSE, ECONNREFUSED, ETIMEDOUT, EMFILE}) {
        BOOST_TEST(Error::system(number).message() == std::string(strerrordesc_np(number)));
    }
    BOOST_TEST(Error::system(99999).message() == std::string("system error"));
}

BOOST_AUTO_TEST_CASE(a_number_that_no_system_gives_is_an_unknown_error) {
    for (const int number : {0, -1, -41, INT_MIN, 0xFFFFFF}) {
        const Error error = Error::system(number);
        BOOST_TEST_CONTEXT(number) {
            const std::string text = error.message();
            BOOST_TEST((text == "system error" || text == "unknown error"));
            BOOST_TEST(error.name() == std::string("unknown"));
            for (int code = 1; code <= last_errc; ++code) BOOST_REQUIRE((error != static_cast<errc>(code)));
        }
    }
    BOOST_TEST(Error::system(0xFFFFFF).posix() == 0xFFFFFF);
}

BOOST_AUTO_TEST_CASE(the_table_for_other_c_libraries_has_the_same_texts) {
    int found = 0;
    for (int number = 0; number < 200; ++number) {
        const auto* const entry = detail::find_errno(number);
        if (entry == nullptr) continue;
        ++found;
        BOOST_TEST(entry->message == std::string(strerrordesc_np(number)));
        BOOST_TEST(entry->name == std::string(strerrorname_np(number)));
    }
    BOOST_TEST(found == 85);  // of 87 rows: EWOULDBLOCK and ENOTSUP are numbers of others on Linux
    BOOST_TEST(detail::find_errno(0) == nullptr);
    BOOST_TEST(detail::find_errno(-1) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_number_that_no_errc_has_is_unknown) {
    BOOST_TEST(&detail::row_of(static_cast<errc>(last_errc + 1)) == &detail::unknown_error);
    BOOST_TEST(&detail::row_of(static_cast<errc>(0)) == &detail::unknown_error);
}

BOOST_AUTO_TEST_CASE(a_transfer_that_was_cut_says_why_as_its_error_does) {
    const Incomplete cut{errc::end_of_stream, 3};
    BOOST_TEST(cut.message() == Error(errc::end_of_stream).message());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(results)

result<int> halve(int number) {
    if (number % 2 != 0) return errc::invalid_argument;
    return number / 2;
}
result<int> refuse() { return Error::system(ECONNREFUSED); }

BOOST_AUTO_TEST_CASE(value_of_a_failure_throws_a_system_error) {
    BOOST_TEST(halve(8).value() == 4);
    BOOST_CHECK_EXCEPTION(halve(7).value(), std::system_error, [](const std::system_error& thrown) {
        return thrown.code() == errc::invalid_argument && thrown.code() == std::errc::invalid_argument &&
               std::string(thrown.what()) == "invalid argument";
    });
    BOOST_CHECK_EXCEPTION(refuse().value(), std::system_error, [](const std::system_error& thrown) {
        return thrown.code() == std::errc::connection_refused && thrown.code().category() == std::generic_category();
    });
}

/// Like a socket: moves, does not copy, and counts the live ones.
class Token {
public:
    Token() { ++live; }
    Token(Token&& from) noexcept : owns_{std::exchange(from.owns_, false)} {}
    Token& operator=(Token&&) = delete;
    ~Token() { live -= owns_ ? 1 : 0; }
    static inline int live = 0;

private:
    bool owns_ = true;
};
transition_result<int, TransitionError<Token>> fail() {
    return TransitionError<Token>{Error::system(EADDRINUSE), Token{}};
}

BOOST_AUTO_TEST_CASE(a_number_that_is_no_errc_is_an_unknown_error) {
    for (const int number : {0, -1, last_errc + 1, 1'000'000}) {
        const std::error_code code(number, error_category());
        BOOST_TEST(code.message() == "unknown error");
        BOOST_TEST((code.default_error_condition() == std::error_condition(number, error_category())));
    }
}

BOOST_AUTO_TEST_CASE(a_failed_transition_says_why_in_words) {
    BOOST_TEST(fail().error().message() == fail().error().code.message());
}

BOOST_AUTO_TEST_CASE(a_failed_transition_hands_back_what_it_carried) {
    {
        auto failed = fail();
        BOOST_REQUIRE(!failed);
        BOOST_TEST((failed.error() == std::errc::address_in_use));
        BOOST_TEST((failed.error() != errc::stopped));
        BOOST_TEST((failed.error().code == std::errc::address_in_use));
        const Token kept = std::move(failed.error().socket);
        BOOST_TEST(Token::live == 1);
    }
    BOOST_TEST(Token::live == 0);
    BOOST_CHECK_EXCEPTION(fail().value(), std::system_error,
                          [](const auto& thrown) { return thrown.code() == std::errc::address_in_use; });
    BOOST_TEST(Token::live == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
