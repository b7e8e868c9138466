// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/terminate.hpp>

// Outcome's own hook for how it throws. What results of estate need of Outcome throws nothing; but unless the hook is
// set, Outcome includes <boost/throw_exception.hpp>, and with it 700 lines, or 6,100 (<string>) where exceptions are
// off. See doc/costs.md for what this means to a program that uses results of Outcome's own.
#ifndef BOOST_OUTCOME_THROW_EXCEPTION
#if defined(__cpp_exceptions)
#define BOOST_OUTCOME_THROW_EXCEPTION(expression) throw expression
#else
#define BOOST_OUTCOME_THROW_EXCEPTION(expression) ::estate::detail::terminate_with(#expression)
#endif
#endif

// The only header that includes Outcome. Without NDEBUG Outcome proves what it promises in every translation
// unit (its static_asserts instantiate results of their own): a tenth of what a small client costs to compile.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define NDEBUG 1
#include <boost/outcome/basic_result.hpp>
#pragma pop_macro("NDEBUG")
#include <cassert>  // again: assert() follows the NDEBUG that was in force when <cassert> was last included
