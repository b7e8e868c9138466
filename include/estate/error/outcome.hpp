// SPDX-License-Identifier: BSL-1.0
#pragma once

// The only header that includes Outcome. Without NDEBUG Outcome proves what it promises in every translation
// unit (its static_asserts instantiate results of their own): a tenth of what a small client costs to compile.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define NDEBUG 1
#include <boost/outcome/basic_result.hpp>
#pragma pop_macro("NDEBUG")
#include <cassert>  // again: assert() follows the NDEBUG that was in force when <cassert> was last included
