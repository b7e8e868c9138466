// SPDX-License-Identifier: BSL-1.0
// Built with exceptions and linked with silent.cpp, in either order.
#include "silent.hpp"

#include <estate/error/std_error_code.hpp>

#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include "../support/child.hpp"

using namespace estate;

namespace {

struct Unit;
constexpr Error made_while_compiling = toy::errc::no_name;
const char* const text_before_main = made_while_compiling.message();

int failures = 0;
void check(bool holds, const char* claim) {
    if (holds) return;
    std::printf("not as claimed: %s\n", claim);
    ++failures;
}

template <class Call>
bool throws(Call call, errc why) {
    try {
        call();
        return false;
    } catch (const std::system_error& thrown) {
        return thrown.code() == why;
    }
}

/// What silent.cpp writes to stderr as its value() of a failure ends the program.
std::string last_words_of_silent() {
    return test::dying_words([] {
        try {
            silent_asks_for_the_value_of_a_failure();
        } catch (...) {  // then it does not abort, which is told
        }
    });
}

}  // namespace

int main() {
    check(throws([] { (void)Port::parse("eighty").value(); }, errc::malformed_port), "a unit with exceptions throws");
    check(port_of_silent() == 80, "a unit without has results too");
    check(last_words_of_silent() == "the address has bits outside its prefix; use masked()\n",
          "a unit without exceptions ends the program with the message");

    IpPool<V4> pool("both");
    check(why_silent_gets_no_lease(pool) == errc::pool_exhausted, "an error crosses from unit to unit");
    pool.add_cidr_range("127.81.0.0/29").value();
    const auto leases = pool.allocate_many(6, Owner::make("throws", "all", ResourceType::pod()).value()).value();
    check(leases_that_silent_sees(pool) == 6, "both units see the same leases");
    check(why_silent_gets_no_lease(pool) == errc::pool_exhausted, "both units lease from the same pool");
    check(throws([&pool] { (void)pool.allocate("throws", "none", ResourceType::pod()).value(); }, errc::pool_exhausted),
          "a pool that both use throws where exceptions are");

    const Seen own = look<Unit>(text_before_main);
    const Seen theirs = seen_by_silent();
    check(own.makes_a_result != theirs.makes_a_result, "a function that returns a result is each unit's own");
    check(own.makes_none == theirs.makes_none, "a function that returns none is shared");
    check(std::memcmp(own.sizes, theirs.sizes, sizeof own.sizes) == 0, "objects have one layout");
    check(std::strcmp(own.text, "the toy has no such name") == 0, "a domain's text is there before main()");
    check(std::strcmp(theirs.text, "the toy was late") == 0, "and in the other unit");
    return failures == 0 ? 0 : 1;
}
