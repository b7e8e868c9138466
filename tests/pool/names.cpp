// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/resource.hpp>
#include <string>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;

BOOST_AUTO_TEST_SUITE(names)

static_assert(sizeof(TenantName) == 64 && std::is_trivially_copyable_v<TenantName>);
static_assert(Name<3>::make("abc").assume_value().view() == "abc");
static_assert(ResourceType::vm("vm1").label() == "vm1" && ResourceType::vm("vm1").kind() == ResourceKind::vm);

BOOST_AUTO_TEST_CASE(a_name_is_one_to_capacity_bytes) {
    const std::string longest(63, 'x');
    BOOST_TEST(TenantName::make(longest).value().view() == longest);
    BOOST_TEST(TenantName::make("x").value().view() == "x");
    BOOST_TEST(fails_with(TenantName::make(""), errc::malformed_name));
    BOOST_TEST(fails_with(TenantName::make(longest + "x"), errc::malformed_name));
    BOOST_TEST(TenantName::clipped(longest + "x").view() == longest);
    BOOST_TEST(TenantName{}.empty());
    BOOST_TEST(!TenantName::clipped("x").empty());
}

BOOST_AUTO_TEST_CASE(names_compare_like_their_text) {
    const auto of = [](std::string_view text) { return Name<7>::clipped(text); };
    BOOST_TEST((of("a") == of("a")));
    BOOST_TEST((of("a") != of("b")));
    BOOST_TEST((of("a") < of("b")));
    BOOST_TEST((of("a") < of("aa")));
    BOOST_TEST((of(std::string_view("a\0b", 3)) != of("a")));
    const auto odd = [](std::string_view text) { return Name<4>::clipped(text); };  // not whole words long
    BOOST_TEST((odd("a") == odd("a")));
    BOOST_TEST((odd("a") != odd("aa")));
}

BOOST_AUTO_TEST_CASE(a_resource_type_is_a_kind_and_a_label) {
    BOOST_TEST((ResourceType::vm().kind() == ResourceKind::vm));
    BOOST_TEST((ResourceType::container("web").kind() == ResourceKind::container));
    BOOST_TEST((ResourceType::pod("p").kind() == ResourceKind::pod));
    BOOST_TEST((ResourceType::custom("printer").kind() == ResourceKind::custom));
    BOOST_TEST(ResourceType::custom("printer").label() == "printer");
    BOOST_TEST((ResourceType{} == ResourceType::custom()));
    BOOST_TEST((ResourceType::vm("a") != ResourceType::vm("b")));
    BOOST_TEST((ResourceType::vm("a") != ResourceType::pod("a")));
    BOOST_TEST((ResourceType::vm(std::string(32, 'x')) != ResourceType::vm(std::string(31, 'x'))));
    BOOST_TEST(name_of(ResourceKind::vm) == std::string_view("vm"));
    BOOST_TEST(name_of(ResourceKind::container) == std::string_view("container"));
    BOOST_TEST(name_of(ResourceKind::pod) == std::string_view("pod"));
    BOOST_TEST(name_of(ResourceKind::custom) == std::string_view("custom"));
}

BOOST_AUTO_TEST_CASE(a_label_that_is_too_long_makes_a_type_that_is_not_valid) {
    BOOST_TEST(ResourceType::vm(std::string(31, 'x')).valid());
    BOOST_TEST(!ResourceType::vm(std::string(32, 'x')).valid());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
