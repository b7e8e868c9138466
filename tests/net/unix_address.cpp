// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/hash.hpp>
#include <estate/net/ostream.hpp>
#include <estate/net/unix_address.hpp>
#include <estate/net/unix_literals.hpp>
#include <sstream>
#include <string>

#include "../support/check.hpp"

namespace {
using namespace estate;
using namespace estate::test;

static_assert("/run/x"_unix_path.is_path() && "x"_unix_abstract.is_abstract() && UnixAddress().is_unnamed());
static_assert("/run/x"_unix_path.name() == "/run/x" && "x"_unix_abstract.name() == "x");
static_assert("x"_unix_path != "x"_unix_abstract && UnixAddress() == UnixAddress());
static_assert(UnixAddress() < "a"_unix_path && "a"_unix_path < "b"_unix_path);
static_assert(std::is_trivially_copyable_v<UnixAddress> && !Family<Unix>);

std::string text_of(const UnixAddress& at) {
    std::ostringstream out;
    out << at;
    return out.str();
}

BOOST_AUTO_TEST_SUITE(unix_address)

BOOST_AUTO_TEST_CASE(a_path_is_checked_for_its_length_and_for_nul) {
    BOOST_TEST(fails_with(UnixAddress::path(""), unix_errc::malformed_path));
    BOOST_TEST(fails_with(UnixAddress::path({"a\0b", 3}), unix_errc::malformed_path));
    BOOST_TEST(fails_with(UnixAddress::path({"\0a", 2}), unix_errc::malformed_path));  // that is an abstract name
    const std::string longest(UnixAddress::max_length, 'x');
    BOOST_TEST((UnixAddress::path(longest).value().name() == longest));
    BOOST_TEST(UnixAddress::path(longest).value().c_str() == longest);
    BOOST_TEST(fails_with(UnixAddress::path(longest + 'x'), unix_errc::path_too_long));
    BOOST_TEST(fails_with(UnixAddress::path(longest + 'x'), std::errc::filename_too_long));
}

BOOST_AUTO_TEST_CASE(an_abstract_name_may_have_nuls_and_is_never_empty) {
    BOOST_TEST(fails_with(UnixAddress::abstract(""), unix_errc::malformed_path));
    const auto name = UnixAddress::abstract({"a\0b", 3}).value();
    BOOST_TEST(name.name().size() == 3u);
    BOOST_TEST((name != UnixAddress::abstract("a").value()));
    BOOST_TEST(fails_with(UnixAddress::abstract(std::string(108, 'x')), unix_errc::path_too_long));
}

BOOST_AUTO_TEST_CASE(addresses_are_keys_and_have_a_text_that_no_terminal_obeys) {
    const std::hash<UnixAddress> hash;
    BOOST_TEST(hash("a"_unix_path) == hash(UnixAddress::path("a").value()));
    BOOST_TEST(hash("a"_unix_path) != hash("a"_unix_abstract));
    BOOST_TEST(text_of("/run/x"_unix_path) == "/run/x");
    BOOST_TEST(text_of("x"_unix_abstract) == "@x");
    BOOST_TEST(text_of({}) == "(unnamed)");
    BOOST_TEST(text_of(UnixAddress::path("/a\n\x1B[2J\\").value()) == "/a\\012\\033[2J\\134");
}

BOOST_AUTO_TEST_CASE(bytes_beyond_ascii_are_written_as_numbers) {
    BOOST_TEST(text_of(UnixAddress::path("/a\x7F\xC3\xA9").value()) == "/a\\177\\303\\251");
}

BOOST_AUTO_TEST_CASE(names_are_in_order_of_their_kind_first) {
    const UnixAddress none = UnixAddress::from_system(UnixAddress::Kind::unnamed, "of a stranger");
    const UnixAddress path = UnixAddress::path("b").value();
    const UnixAddress abstract = UnixAddress::abstract("b").value();
    const UnixAddress later = UnixAddress::path("c").value();
    BOOST_TEST((none == UnixAddress()));
    BOOST_TEST((path != abstract && path != later));
    BOOST_TEST((none < path && path < later));
    BOOST_TEST(((path < abstract) == (UnixAddress::Kind::path < UnixAddress::Kind::abstract)));
    BOOST_TEST((is_stream_peer(path) && is_stream_peer(abstract) && !is_stream_peer(none)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
