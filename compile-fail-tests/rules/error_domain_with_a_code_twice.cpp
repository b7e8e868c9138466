// SPDX-License-Identifier: BSL-1.0
// rule:   an error has one row in the table of its domain.
// remedy: one row for each enumerator.
// expect: estate: two rows of an error domain have one code; remove one
// lines:  12 because the fault shows inside the domain
#include <estate/error/domain.hpp>
#include <estate/error/error.hpp>

enum class failure { late = 1, lost };
template <failure Second>
struct Description {
    using code = failure;
    static constexpr std::uint8_t number = 100;
    static constexpr const char* name = "mine";
    static constexpr estate::ErrorRow rows[] = {
        {failure::late, "late", "it was late", ETIMEDOUT},
        {Second, "lost", "it was lost", 0},
    };
};
#if defined(ESTATE_ILLEGAL)
inline const estate::ErrorDomain<Description<failure::late>> domain;
#else
inline const estate::ErrorDomain<Description<failure::lost>> domain;
#endif
