// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace estate::test {

/// What an address of a pool can bear.
enum class Mark : unsigned char { leased, kept, waiting, held, gateway, cooling, draining };
inline constexpr std::array<std::string_view, 7> mark_names{"leased",  "kept",    "waiting", "held",
                                                            "gateway", "cooling", "draining"};

enum class Op : unsigned char {
    allocate, specific, sticky, share, drop, keep, renew, release, from_magazine,
    reserve, exclude, unreserve, set_gateway, drain, undrain, remove, grow,
    set_quota, set_quarantine, pass_time, probe
};
inline constexpr std::size_t op_count = static_cast<std::size_t>(Op::probe) + 1;

/// What an operation does with an address that bears a mark, where it means that address or its range:
///
///     .       the mark stays, and is not in the way
///     +       the address bears it afterwards
///     -       it has gone afterwards
///     ?       it may have gone, by the rule of that mark: a share was the last one, a time is over
///     L H C   the mark stays, and the call is refused: errc::address_leased, address_held, address_cooling
///     U       the same: range_in_use
///     x       never chosen while it bears that mark
///     q       it bears it afterwards if nobody has the address any more and there is a quarantine
struct MarkRow {
    Op op;
    std::string_view name;
    std::string_view cells;  ///< one for each Mark
};
inline constexpr std::array<MarkRow, op_count> mark_table{{
    // clang-format off
    //! [marks]
    //                                   leased
    //                                   | kept
    //                                   | | waits in a magazine
    //                                   | | | held (reserved, excluded)
    //                                   | | | | gateway
    //                                   | | | | | cooling
    //                                   | | | | | | in a range that drains
    {Op::allocate,       "allocate",       "x x ? x x ? x"},
    {Op::specific,       "allocate_specific", "L L - H H C H"},
    {Op::sticky,         "allocate_sticky", ". . ? x x ? x"},
    {Op::share,          "share",          ". . . . . . ."},
    {Op::drop,           "lease ends",     "? . + . . q ."},
    {Op::keep,           "keep",           ". + . . . . ."},
    {Op::renew,          "renew",          ". . . . . . ."},
    {Op::release,        "release",        "? - . . . q ."},
    {Op::from_magazine,  "Magazine::allocate", "x x ? x x ? x"},
    {Op::reserve,        "reserve",        "L L - + . - ."},
    {Op::exclude,        "exclude",        ". . - + . - ."},
    {Op::unreserve,      "unreserve",      ". . . - . q ."},
    {Op::set_gateway,    "set_gateway",    "L L - . + - ."},
    {Op::drain,          "drain",          ". . - . . . +"},
    {Op::undrain,        "undrain",        ". . - . . . -"},
    {Op::remove,         "remove_cidr_range", "U U - - - C -"},
    {Op::grow,           "grow",           ". . - . . . ."},
    {Op::set_quota,      "set_quota",      ". . - . . q ."},
    {Op::set_quarantine, "set_quarantine", ". . . . . ? ."},
    {Op::pass_time,      "time",           "? ? . . . ? ?"},
    {Op::probe,          "get_binding",    ". . . . . . ."},
    //! [marks]
    // clang-format on
}};

[[nodiscard]] constexpr char cell(Op op, Mark mark) {
    return mark_table[static_cast<std::size_t>(op)].cells[2 * static_cast<std::size_t>(mark)];
}

consteval bool is_whole() {
    for (std::size_t i = 0; i < op_count; ++i) {
        if (mark_table[i].op != static_cast<Op>(i) || mark_table[i].cells.size() != 2 * mark_names.size() - 1)
            return false;
    }
    return true;
}
static_assert(is_whole(), "estate: a row for each operation, in their order, and a cell for each mark; add what is missing");

}  // namespace estate::test
