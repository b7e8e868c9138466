// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/error/domain.hpp>
#include <estate/error/error.hpp>

// Domains of other layers, as they would write them: one with the negative codes of a C library, one with few words.

//! [domain]
namespace toy {

enum class errc : int {
    try_again = -3,
    no_name = -2,
    late = 1,
    refused = 700,
};

struct Description {
    using code = errc;
    static constexpr std::uint8_t number = 200;
    static constexpr const char* name = "toy";
    static constexpr estate::ErrorRow rows[] = {
        {errc::try_again, "try_again", "the toy wants a moment", EAGAIN},
        {errc::no_name, "no_name", "the toy has no such name", 0},
        {errc::late, "late", "the toy was late", ETIMEDOUT},
        {errc::refused, "refused", "the toy refused", ECONNREFUSED},
    };
};
inline const estate::ErrorDomain<Description> domain;
inline auto& error_domain(errc) noexcept { return domain; }

}  // namespace toy
//! [domain]

namespace other {

enum class fault : unsigned char { broken = 1 };

struct Description {
    using code = fault;
    static constexpr std::uint8_t number = 201;
    static constexpr const char* name = "other";
    static constexpr estate::ErrorRow rows[] = {{fault::broken, "broken", "it is broken", EIO}};
};
inline const estate::ErrorDomain<Description> domain;
inline auto& error_domain(fault) noexcept { return domain; }

}  // namespace other
