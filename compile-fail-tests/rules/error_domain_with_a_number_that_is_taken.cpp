// SPDX-License-Identifier: BSL-1.0
// rule:   0 and 1 are the domains of the system's errors and of estate's.
// remedy: a number of 32 to 255 that no other domain of the program has.
// expect: estate: error domains 0 and 1 are the system's and estate's; take another number
// lines:  12 because the fault shows inside the domain
#include <estate/error/domain.hpp>
#include <estate/error/error.hpp>

enum class failure { late = 1 };
template <std::uint8_t Number>
struct Description {
    using code = failure;
    static constexpr std::uint8_t number = Number;
    static constexpr const char* name = "mine";
    static constexpr estate::ErrorRow rows[] = {{failure::late, "late", "it was late", ETIMEDOUT}};
};
#if defined(ESTATE_ILLEGAL)
inline const estate::ErrorDomain<Description<1>> domain;
#else
inline const estate::ErrorDomain<Description<100>> domain;
#endif
