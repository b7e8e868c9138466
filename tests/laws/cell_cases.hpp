// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "cell_laws.hpp"

namespace estate::test {

/// Tries the law of one way for each cell of a life.
template <class L, Way way>
void try_laws() {
    if (lacks<typename L::family>()) return;
    std::map<std::string_view, int> reasons;
    each_cell<L>([&]<class C>(C) {
        if constexpr (why_none<C>(way) == nullptr) {
            if constexpr (why_not_here<C>(way) != nullptr) {
                ++reasons[why_not_here<C>(way)];
            } else if (const char* const why = why_not_asked<C>(way)) {
                ++reasons[why];
            } else {
                const auto before = Ground::held();
                using Laws = CellLaws<C>;
                if constexpr (way == Way::success) Laws::success();
                if constexpr (way == Way::argument) Laws::argument();
                if constexpr (way == Way::moved_from) Laws::moved_from();
                if constexpr (way == Way::peer) Laws::peer();
                if constexpr (way == Way::deadline) Laws::deadline();
                if constexpr (way == Way::stopped) Laws::stopped();
                if constexpr (way == Way::resources) Laws::struck(way, resource_errors);
                if constexpr (way == Way::system) Laws::struck(way, system_errors);
                claim<C>(Ground::held() == before, way, "something has leaked");
            }
        }
    });
    for (const auto& [why, laws] : reasons) print_difference(way, why, laws);
}

#if defined(ESTATE_LAWS_SIMULATED)
/// Every error at every call of every operation, where that costs nothing: on the kernel each would leave a connection in
/// TIME_WAIT, and there are not so many ports. Prints how many faults it were.
template <class L>
void sweep() {
    if (lacks<typename L::family>()) return;
    std::array<int, 133> errors{};  // EHWPOISON is the last of Linux
    for (std::size_t i = 0; i < errors.size(); ++i) errors[i] = static_cast<int>(i) + 1;
    std::size_t faults = 0;
    std::size_t cells = 0;
    each_cell<L>([&]<class C>(C) {
        if constexpr (why_none<C>(Way::system) == nullptr) {
            faults += CellLaws<C>::struck(Way::system, errors);
            ++cells;
        }
    });
    std::printf("swept on %s, %s%s: %zu faults in %zu operations, %zu errors each\n", Ground::name,
                name_of_life<L>(), L::held ? " with a lease" : "", faults, cells, errors.size());
    BOOST_TEST(faults > cells * errors.size() / 2);
}
#define ESTATE_SWEEP_OF_CELLS(lives)                                                                              \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_error_at_each_call_of_the_system_is_named_and_leaves_what_works, L, lives) {   \
        sweep<L>();                                                                                               \
    }
#else
#define ESTATE_SWEEP_OF_CELLS(lives)
#endif

/// Counts the laws and the reasons of the lives, and prints them: `laws on posix, TCP: ...`.
template <class... L>
void count_laws(std::type_identity<std::tuple<L...>>, const char* transport) {
    std::array<int, ways.size()> laws{};
    int cells = 0;
    int reasons = 0;
    int here = 0;
    const auto count = [&]<class C>(C) {
        ++cells;
        for (const Way way : ways) {
            if (why_none<C>(way) != nullptr) {
                ++reasons;
                continue;
            }
            ++laws[static_cast<std::size_t>(way)];
            if (why_not_here<C>(way) == nullptr) ++here;
        }
    };
    (each_cell<L>(count), ...);
    int all = 0;
    for (const int each : laws) all += each;
    // A way of a cell that has neither a law nor a reason does not compile (cell_laws.hpp).
    BOOST_TEST(all + reasons == cells * static_cast<int>(ways.size()));
    std::printf("laws on %s, %s: %d calls, %d laws, %d tried here, %d reasons for none, 0 without either (",
                Ground::name, transport, cells, all, here, reasons);
    for (const Way way : ways) {
        std::printf("%s%s %d", way == ways.front() ? "" : ", ", name_of(way), laws[static_cast<std::size_t>(way)]);
    }
    std::puts(")");
}

}  // namespace estate::test

#define ESTATE_LAWS_OF_CELLS(lives, transport)                                                                    \
    BOOST_AUTO_TEST_CASE(each_way_of_each_cell_has_a_law_or_a_reason) {                                           \
        count_laws(std::type_identity<lives>(), transport);                                                       \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_legal_call_succeeds_and_leads_where_its_table_says, L, lives) {            \
        try_laws<L, Way::success>();                                                                                \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_that_is_refused_its_argument_gives_back_what_works, L, lives) {       \
        try_laws<L, Way::argument>();                                                                               \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_of_what_was_moved_from_says_so, L, lives) {                           \
        try_laws<L, Way::moved_from>();                                                                             \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_that_finds_no_resources_leaves_what_works, L, lives) {                \
        try_laws<L, Way::resources>();                                                                              \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_whose_peer_fails_leaves_what_works, L, lives) {                       \
        try_laws<L, Way::peer>();                                                                                   \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_that_waits_ends_at_its_deadline_and_leaves_what_works, L, lives) {    \
        try_laws<L, Way::deadline>();                                                                               \
    }                                                                                                             \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_that_a_waker_stops_leaves_what_works, L, lives) {                     \
        try_laws<L, Way::stopped>();                                                                                \
    }                                                                                                             \
    ESTATE_SWEEP_OF_CELLS(lives)                                                                                  \
    BOOST_AUTO_TEST_CASE_TEMPLATE(each_call_that_the_system_fails_leaves_what_works, L, lives) {                  \
        try_laws<L, Way::system>();                                                                                 \
    }
