// SPDX-License-Identifier: BSL-1.0
#pragma once

// Attributes that give the compiler what the type system cannot.
//
// The CONSUMED family drives Clang's analysis of use after move (-Wconsumed, off by default). It sees
// local variables of one function; "unknown" is listed everywhere because reference parameters start
// there. Other compilers read nothing.
#if defined(__clang__)
#define ESTATE_CONSUMABLE [[clang::consumable(unconsumed)]]
#define ESTATE_CONSUMES [[clang::callable_when("unconsumed", "unknown"), clang::set_typestate(consumed)]]
#define ESTATE_USES [[clang::callable_when("unconsumed", "unknown")]]
#define ESTATE_FILLS [[clang::set_typestate(unconsumed)]]
#define ESTATE_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define ESTATE_CONSUMABLE
#define ESTATE_CONSUMES
#define ESTATE_USES
#define ESTATE_FILLS
#define ESTATE_LIFETIMEBOUND
#endif

// Failure paths: never inlined, placed away from the code that runs.
#define ESTATE_COLD [[gnu::cold, gnu::noinline]]

// Thin layers of the path that every byte takes: inlined even where the compiler takes the caller for cold,
// so that the socket and the result never go through memory.
#define ESTATE_INLINE [[gnu::always_inline]]

// The same for a function of paths that fail: if it is called there, GCC 12 keeps the object that it takes and the
// result that it gives in memory on the path that succeeds, too. Clang does not, and compiles one function sooner.
#if defined(__clang__)
#define ESTATE_INLINE_FOR_GCC
#else
#define ESTATE_INLINE_FOR_GCC ESTATE_INLINE
#endif
