// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <estate/base/attributes.hpp>
#include <estate/error/error_table.hpp>

namespace estate {

namespace detail {

/// Ends the program where two domains have one number, since an error of one would read as the other's.
/// A domain that two shared libraries bring is one: it has the same name.
class DomainEntry {
public:
    [[gnu::noinline]] static void add(const ErrorTable& added) noexcept {
        for (auto& slot : domain_registry.tables) {
            const ErrorTable* known = nullptr;
            if (__atomic_compare_exchange_n(&slot, &known, &added, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
            if (known->number != added.number) continue;
            if (is_same(known->name, added.name)) return;
            refuse("estate: two error domains have one number; give another to one of ", known->name, added.name);
        }
        refuse("estate: more than 32 error domains; leave out ", added.name, "or others");
    }

private:
    static bool is_same(const char* left, const char* right) noexcept {
        while (*left == *right && *left != '\0') ++left, ++right;
        return *left == *right;
    }
    [[noreturn]] ESTATE_COLD static void refuse(const char* why, const char* first, const char* second) noexcept {
        const char* const parts[] = {why, first, " ", second, "\n"};
        for (const char* const part : parts) (void)std::fputs(part, stderr);
        std::abort();
    }
};

template <class D>
consteval bool has_each_code_once() {
    for (const auto& row : D::rows) {
        for (const auto& other : D::rows) {
            if (&row != &other && row.code() == other.code()) return false;
        }
    }
    return true;
}

}  // namespace detail

/// A domain of errors that a layer or a program has beside errc. As an inline variable next to the enumeration it lets
/// the enumerators convert to Error:
///
///     struct Description {
///         using code = my::errc;
///         static constexpr std::uint8_t number = 100;   // 32 to 255; estate keeps 2 to 31 for layers of its own
///         static constexpr const char* name = "my";
///         static constexpr estate::ErrorRow rows[] = {{errc::late, "late", "the answer came late", ETIMEDOUT}, ...};
///     };
///     inline const estate::ErrorDomain<Description> domain;
///     inline auto& error_domain(errc) noexcept { return domain; }
///
/// Only texts need the variable: its initialiser puts the table where Error::message() looks. A unit that includes the
/// domain's header has it initialised before its own static objects, so that code which can name an enumerator can ask
/// for its text at any time. A unit that does not, and asks before main() begins, may read "unknown error".
/// A shared library that has a domain must stay loaded.
template <class D>
class ErrorDomain {
public:
    using code = typename D::code;
    static constexpr ErrorTable table{D::number, D::name, D::rows, sizeof(D::rows) / sizeof(ErrorRow)};

    ErrorDomain() noexcept { detail::DomainEntry::add(table); }
    ErrorDomain(const ErrorDomain&) = delete;
    ErrorDomain& operator=(const ErrorDomain&) = delete;

    static_assert(D::number > 1, "estate: error domains 0 and 1 are the system's and estate's; take another number");
    static_assert(detail::has_each_code_once<D>(), "estate: two rows of an error domain have one code; remove one");
};

}  // namespace estate
