// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/boost_error_code.hpp>
#include <estate/error/incomplete.hpp>
#include <estate/error/result.hpp>
#include <estate/error/transition_error.hpp>
#include <estate/lifecycle/failure.hpp>
#include <string>
#include <system_error>

#include "support/child.hpp"
#include "toy_domain.hpp"

namespace domain_units {
extern const char* const text_before_main;
estate::Error made_elsewhere();
estate::Error of_a_domain_that_the_caller_cannot_name();
}  // namespace domain_units

namespace {
using namespace estate;

constexpr Error made_while_compiling = toy::errc::no_name;
const std::string text_of_a_static_object = made_while_compiling.message();  // before any error was made at run time

static_assert(sizeof(Error) == 4 && sizeof(result<void>) == 8);
static_assert(Error(toy::errc::late) == toy::errc::late && Error(toy::errc::late) != toy::errc::refused);
static_assert(Error(toy::errc::late) == std::errc::timed_out && Error(toy::errc::late) != std::errc::io_error);
static_assert(Error(toy::errc::late) != errc::moved_from);  // both have code 1
static_assert(Error(toy::errc::try_again).code() == -3 && Error(toy::errc::try_again).posix() == EAGAIN);
static_assert(Error(toy::errc::refused).code() == 700 && !Error(toy::errc::refused).is_system());
static_assert(std::is_convertible_v<toy::errc, Error> && std::is_convertible_v<toy::errc, result<int>>);

enum class Homeless { one };
static_assert(ErrorEnum<toy::errc> && !ErrorEnum<Homeless> && !ErrorEnum<int> && !ErrorEnum<std::errc>);
static_assert(!std::is_convertible_v<Homeless, Error>);

BOOST_AUTO_TEST_SUITE(error_domain)

BOOST_AUTO_TEST_CASE(an_error_made_while_compiling_has_its_text_before_main) {
    BOOST_TEST(text_of_a_static_object == "the toy has no such name");
    BOOST_TEST(domain_units::text_before_main == std::string("the toy was late"));
}

BOOST_AUTO_TEST_CASE(negative_codes_have_texts_and_meanings) {
    const Error error = toy::errc::try_again;
    BOOST_TEST(error.message() == std::string("the toy wants a moment"));
    BOOST_TEST(error.name() == std::string("try_again"));
    BOOST_TEST((error == std::errc::resource_unavailable_try_again));
    BOOST_TEST((error == toy::errc::try_again));
    BOOST_TEST((toy::errc::try_again == error));
    BOOST_TEST((error != Error::system(EAGAIN)));
}

BOOST_AUTO_TEST_CASE(an_error_means_the_same_in_every_unit) {
    BOOST_TEST((domain_units::made_elsewhere() == toy::errc::try_again));
    BOOST_TEST((domain_units::made_elsewhere() == Error(toy::errc::try_again)));
}

BOOST_AUTO_TEST_CASE(an_error_of_an_unnamed_domain_keeps_its_text_and_meaning) {
    const Error error = domain_units::of_a_domain_that_the_caller_cannot_name();
    BOOST_TEST(error.message() == std::string("it is broken"));
    BOOST_TEST((error == std::errc::io_error));
    BOOST_TEST(std::error_code(error).category().name() == std::string("other"));
}

BOOST_AUTO_TEST_CASE(a_code_without_a_row_is_an_unknown_error_of_its_domain) {
    for (const int code : {0, 5, -1, 32'767, 32'768, 65'537, 65'533, -70'000}) {
        const Error error = static_cast<toy::errc>(code);
        BOOST_TEST_CONTEXT(code) {
            BOOST_TEST(error.message() == std::string("unknown error"));
            BOOST_TEST(error.name() == std::string("unknown"));
            BOOST_TEST(error.domain() == 200U);
            BOOST_TEST(error.posix() == 0);
            BOOST_TEST((error != std::errc{}));
            BOOST_TEST((error != toy::errc::late));
        }
    }
    BOOST_TEST((Error(static_cast<toy::errc>(5)) != Error(static_cast<toy::errc>(6))));
}

BOOST_AUTO_TEST_CASE(a_domain_that_is_not_linked_is_not_found) {
    BOOST_TEST(detail::domain_registry.find(77) == detail::DomainRegistry::capacity);
    BOOST_TEST(detail::domain_registry.at(detail::DomainRegistry::capacity) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_domain_that_is_added_twice_is_there_once) {
    const std::size_t index = detail::domain_registry.find(200);
    detail::DomainEntry::add(ErrorDomain<toy::Description>::table);
    ErrorTable copy = ErrorDomain<toy::Description>::table;  // as a second shared library has one
    const std::string name = "toy";
    copy.name = name.c_str();
    detail::DomainEntry::add(copy);
    std::size_t found = 0;
    for (std::size_t i = 0; detail::domain_registry.at(i) != nullptr; ++i) {
        found += detail::domain_registry.at(i)->number == 200 ? 1 : 0;
    }
    BOOST_TEST(found == 1U);
    BOOST_TEST(detail::domain_registry.find(200) == index);
}

BOOST_AUTO_TEST_CASE(two_domains_with_one_number_end_the_program) {
    static constexpr ErrorTable intruder{200, "intruder", nullptr, 0};
    const std::string words = test::dying_words([] { detail::DomainEntry::add(intruder); });
    BOOST_TEST(words == "estate: two error domains have one number; give another to one of toy intruder\n");
}

BOOST_AUTO_TEST_CASE(a_domain_too_many_ends_the_program) {
    const std::string words = test::dying_words([] {
        static ErrorTable many[40];
        for (int i = 0; i < 40; ++i) {
            many[i] = {static_cast<std::uint8_t>(40 + i), "one of many", nullptr, 0};
            detail::DomainEntry::add(many[i]);
        }
    });
    BOOST_TEST(words == "estate: more than 32 error domains; leave out one of many or others\n");
}

BOOST_AUTO_TEST_CASE(results_transitions_and_transfers_take_errors_of_a_domain) {
    const auto late = []() -> result<int> { return toy::errc::late; };
    BOOST_TEST((late().error() == toy::errc::late));
    BOOST_CHECK_EXCEPTION(late().value(), std::system_error, [](const std::system_error& thrown) {
        return thrown.code().value() == 1 && thrown.code() == std::errc::timed_out &&
               thrown.code() == Error(toy::errc::late) && std::string(thrown.what()) == "the toy was late";
    });
    const TransitionError<int> transition{toy::errc::refused, 0};
    BOOST_TEST((transition == toy::errc::refused));
    BOOST_TEST((transition == std::errc::connection_refused));
    const lifecycle::Failure<int> failure{toy::errc::refused, 0};
    BOOST_TEST((failure == toy::errc::refused));
    BOOST_TEST((failure != toy::errc::late));
    BOOST_TEST((failure == std::errc::connection_refused));
    const Incomplete cut{toy::errc::late, 3};
    BOOST_TEST((cut == toy::errc::late));
    BOOST_TEST((cut != toy::errc::refused));
}

BOOST_AUTO_TEST_CASE(a_domain_has_a_category_of_its_own_in_both_libraries) {
    const std::error_code code = Error(toy::errc::try_again);
    BOOST_TEST(code.category().name() == std::string("toy"));
    BOOST_TEST(code.value() == -3);
    BOOST_TEST(code.message() == "the toy wants a moment");
    BOOST_TEST((code == std::errc::resource_unavailable_try_again));
    BOOST_TEST((code != Error(toy::errc::no_name)));
    BOOST_TEST((code.category() != error_category()));
    const boost::system::error_code boost_code = Error(toy::errc::try_again);
    BOOST_TEST(boost_code.category().name() == std::string("toy"));
    BOOST_TEST(boost_code.value() == -3);
    BOOST_TEST(boost_code.message() == "the toy wants a moment");
    BOOST_TEST((boost_code == boost::system::errc::resource_unavailable_try_again));
    BOOST_TEST((boost_code.category() != boost_error_category()));
    const std::error_code nameless = Error(toy::errc::no_name);
    BOOST_TEST((nameless.default_error_condition() == std::error_condition(-2, nameless.category())));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
