// SPDX-License-Identifier: BSL-1.0
// rule:   an error of a domain has a code of 16 bits that is not 0: 0 is no error in most interfaces.
// remedy: leave the enumerator that means success out of the table.
// expect: the_code_of_an_error_has_16_bits_and_is_not_0
// lines:  13 because the fault shows inside the row
#include <estate/error/domain.hpp>

enum class failure { none, late };
#if defined(ESTATE_ILLEGAL)
[[maybe_unused]] constexpr estate::ErrorRow row{failure::none, "none", "no error", 0};
#else
[[maybe_unused]] constexpr estate::ErrorRow row{failure::late, "late", "it was late", 0};
#endif
