// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which sanitizer this is built with, as 0 or 1: each has malloc for itself, that of threads operator new too.
#if defined(__has_feature)
#define ESTATE_TEST_FEATURE(name) __has_feature(name)
#else
#define ESTATE_TEST_FEATURE(name) 0
#endif
#if defined(__SANITIZE_THREAD__) || ESTATE_TEST_FEATURE(thread_sanitizer)
#define ESTATE_TEST_TSAN 1
#else
#define ESTATE_TEST_TSAN 0
#endif
#if defined(__SANITIZE_ADDRESS__) || ESTATE_TEST_FEATURE(address_sanitizer)
#define ESTATE_TEST_ASAN 1
#else
#define ESTATE_TEST_ASAN 0
#endif
