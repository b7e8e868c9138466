// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/outcome.hpp>
#include <estate/base/attributes.hpp>
#include <estate/error/error.hpp>
#include <estate/error/raise.hpp>

namespace estate {

/// Outcome's rules for a result whose value or error is asked for and is not there.
///
/// value() on a failure throws std::system_error, or terminates with the message where exceptions are
/// off. error() on a success has nothing to say and terminates. assume_value() and assume_error() check
/// nothing.
template <bool Throws>
struct basic_result_policy : boost::outcome_v2::policy::base {
    template <class Impl>
    static constexpr void wide_value_check(Impl&& self) {
        if (!base::_has_value(self)) detail::raise<Throws>(Error(base::_error(self)));
    }
    template <class Impl>
    static constexpr void wide_error_check(Impl&& self) noexcept {
        if (!base::_has_error(self)) detail::terminate_with("estate: error() on a result that holds a value");
    }
    template <class Impl>
    static constexpr void wide_exception_check(Impl&&) noexcept {}
    template <class Impl>
    static constexpr void narrow_value_check(Impl&&) noexcept {}  // Outcome's gives the optimizer hints, at length
    template <class Impl>
    static constexpr void narrow_error_check(Impl&&) noexcept {}
};

// Translation units with and without exceptions may be linked together. A unit without has results of a type of its
// own, which bears an ABI tag, and the tag becomes a part of the name of each function that returns such a result
// (Itanium C++ ABI; g++ and Clang). So value() does what its own unit was compiled for, and no function that returns a
// result is shared by the two kinds. Objects are: their layout is the same, since a policy has no members. So are the
// functions that return no result; those that return a container can throw std::bad_alloc, and then it depends on the
// linker's choice whether their local variables are destroyed.
#if defined(__cpp_exceptions)
constexpr bool has_exceptions = true;
using result_policy = basic_result_policy<true>;
#else
constexpr bool has_exceptions = false;
struct [[gnu::abi_tag("noexceptions")]] silent_result_policy : basic_result_policy<false> {};
using result_policy = silent_result_policy;
#endif

/// A T or the reason why not.
template <class T>
using result = boost::outcome_v2::basic_result<T, Error, result_policy>;

/// The next state of an object, or the reason with what is left in the caller's hands.
template <class Next, class Failure>
using transition_result = boost::outcome_v2::basic_result<Next, Failure, result_policy>;

/// That it is done, of a function which has nothing else to say. Outcome's own success() would instantiate a
/// further kind of result in each translation unit.
struct Success {
    template <class Failure, class Policy>
    constexpr operator boost::outcome_v2::basic_result<void, Failure, Policy>() const noexcept {
        return boost::outcome_v2::basic_result<void, Failure, Policy>{boost::outcome_v2::in_place_type<void>};
    }
};
[[nodiscard]] constexpr Success success() noexcept { return {}; }

}  // namespace estate
