// SPDX-License-Identifier: BSL-1.0
// rule:   only the enumerators of errc and of an error domain are errors.
// remedy: an ErrorDomain beside the enumeration, named by error_domain() in its namespace.
// expect-gcc: could not convert
// expect-clang: no viable conversion
// lines:  26 because Clang lists the constructors
// expect: estate::Error
#include <estate/error/domain.hpp>
#include <estate/error/error.hpp>

namespace mine {
enum class failure { late = 1 };
enum class known { late = 1 };
struct Description {
    using code = known;
    static constexpr std::uint8_t number = 100;
    static constexpr const char* name = "mine";
    static constexpr estate::ErrorRow rows[] = {{known::late, "late", "it was late", ETIMEDOUT}};
};
inline const estate::ErrorDomain<Description> domain;
inline auto& error_domain(known) noexcept { return domain; }
}  // namespace mine

estate::Error probe() {
#if defined(ESTATE_ILLEGAL)
    return mine::failure::late;
#else
    return mine::known::late;
#endif
}
