// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "cell_laws.hpp"

namespace estate::test {

/// Tries the law of one way for a cell.
inline void try_law(const AnyCell& cell, Way way) {
    if (way == Way::success) {
        const auto outcome = cell.attempt(nullptr);
        claim(cell, !outcome.failed && !outcome.blocked && outcome.defect.empty(), way, text_of(outcome));
    } else if (way == Way::moved_from) {
        claim_failure(cell, way, cell.attempt_moved_from(), errc::moved_from);
    } else if (way == Way::resources) {
        strike(cell, way, resource_errors);
    } else if (way == Way::system) {
        strike(cell, way, system_errors);
    } else {
        cell.laws[static_cast<std::size_t>(way)]();
    }
}

#if defined(ESTATE_LAWS_SIMULATED)
/// A reason that excuses a law which would hold excuses nothing. (That there is no waker is found by a probe: the laws
/// that need one cannot be tried without.)
inline void try_reason(const AnyCell& cell, Way way, std::string_view why) {
    if (why == no_waker) return;
    bool held = false;
    try {
        const Unclaimed trial;
        try_law(cell, way);
        held = trial.held();
    } catch (const std::exception&) {
        // What the law stands on could not be made.
    }
    claim(cell, !held, way, "the law holds, and is not tried because " + std::string(why));
}
#endif

/// Tries the law of one way for each of the cells.
inline void try_laws(const std::vector<AnyCell>& cells, Way way) {
    std::map<std::string_view, int> reasons;
    const auto at = static_cast<std::size_t>(way);
    for (const AnyCell& cell : cells) {
        if (cell.none[at] != nullptr) continue;
        const char* const why = cell.not_here[at] != nullptr ? cell.not_here[at] : why_not_asked(cell, way);
        if (why != nullptr) {
            ++reasons[why];
#if defined(ESTATE_LAWS_SIMULATED)
            try_reason(cell, way, why);
#endif
            continue;
        }
        const auto before = Ground::held();
        try_law(cell, way);
        claim(cell, Ground::held() == before, way, "something has leaked");
    }
    for (const auto& [why, laws] : reasons) print_difference(way, why, laws);
}
template <class L>
[[nodiscard]] bool lacks_life() {
    if constexpr (Stage<L>::is_local) {
        return false;
    } else {
        if (lacks<typename L::family>()) return true;
        if constexpr (lifecycle::Allows<typename Stage<L>::template In<Bound>, op::send_segments>) {
            const bool cuts = new_socket<typename Stage<L>::T>().value().with_segments().has_value();
            if (!cuts) print_skipped("this kernel does not cut or join datagrams (UDP_GRO)");
            return !cuts;
        }
        return false;
    }
}
template <class L, Way way>
void try_laws() {
    if (!lacks_life<L>()) try_laws(cells_of<L>(), way);
}

#if defined(ESTATE_LAWS_SIMULATED)
/// Every error at every call of every operation, where that costs nothing: on the kernel each would leave a connection in
/// TIME_WAIT, and there are not so many ports. Prints how many faults it were.
template <class L>
void sweep() {
    if (lacks_life<L>()) return;
    std::array<int, 133> errors{};  // EHWPOISON is the last of Linux
    for (std::size_t i = 0; i < errors.size(); ++i) errors[i] = static_cast<int>(i) + 1;
    std::size_t faults = 0;
    std::size_t cells = 0;
    for (const AnyCell& cell : cells_of<L>()) {
        if (cell.none[static_cast<std::size_t>(Way::system)] != nullptr) continue;
        if (why_not_asked(cell, Way::system) != nullptr) continue;
        faults += strike(cell, Way::system, errors);
        ++cells;
    }
    std::printf("swept on %s, %s%s: %zu faults in %zu operations, %zu errors each\n", Ground::name,
                name_of_life<L>(), L::held ? " with a lease" : "", faults, cells, errors.size());
    BOOST_TEST((cells > 0 ? faults > cells * errors.size() / 2 : Ground::is_component()));
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
    for (const auto* const life : {&cells_of<L>()...}) {
        for (const AnyCell& cell : *life) {
            ++cells;
            for (std::size_t at = 0; at < ways.size(); ++at) {
                if (cell.none[at] != nullptr) {
                    ++reasons;
                    continue;
                }
                ++laws[at];
                if (cell.not_here[at] == nullptr) ++here;
            }
        }
    }
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
