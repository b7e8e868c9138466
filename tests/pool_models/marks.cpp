// SPDX-License-Identifier: BSL-1.0
// Every mark that an address can bear against every operation: pairs of operations, and random sequences of them.
#include <boost/test/unit_test.hpp>

#include "net/random.hpp"
#include "pool_models/world.hpp"
#include "support/sanitizers.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using namespace estate::test;

using Steps = std::vector<Step>;

/// Why the world disagrees with the pool; empty where it does not.
template <class F, class Select>
std::string fault_of(const Place& place, const Steps& steps, std::vector<std::string>* log = nullptr) {
    World<F, Select> world{place};
    if (log != nullptr) world.write_to(*log);
    try {
        world.run(steps);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return {};
}

/// Leaves steps out as long as something is wrong without them.
template <class F, class Select>
Steps shrunk(const Place& place, Steps steps) {
    for (std::size_t length = steps.size(); length != 0; length /= 2) {
        for (std::size_t from = 0; from < steps.size();) {
            Steps fewer = steps;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(from),
                        fewer.begin() + static_cast<std::ptrdiff_t>((std::min)(from + length, steps.size())));
            if (!fault_of<F, Select>(place, fewer).empty()) {
                steps = std::move(fewer);
            } else {
                from += length;
            }
        }
    }
    return steps;
}

template <class F, class Select>
bool agrees(const Place& place, const Steps& steps) {
    if (fault_of<F, Select>(place, steps).empty()) return true;
    std::vector<std::string> log;
    const std::string fault = fault_of<F, Select>(place, shrunk<F, Select>(place, steps), &log);
    std::string text = "in " + std::string(place.range) + " and " + place.other + ": " + fault;
    for (const std::string& line : log) text += "\n" + line;
    BOOST_ERROR(text);
    return false;
}

Step some_step(Random& random) {
    static constexpr Op often[] = {Op::allocate, Op::allocate, Op::specific, Op::drop, Op::drop, Op::exclude,
                                   Op::unreserve, Op::pass_time};
    const auto what = random.below(2 * op_count);
    const Op op = what < op_count ? static_cast<Op>(what) : often[what % std::size(often)];
    return {op, static_cast<unsigned char>(random.below(256)), static_cast<unsigned char>(random.below(256))};
}

template <class F, class Select>
void random_sequences(const std::vector<Place>& places, int steps_in_all) {
    Random random;
    for (int done = 0; done < steps_in_all;) {
        for (const Place& place : places) {
            Steps steps(20 + random.below(200));
            for (Step& step : steps) step = some_step(random);
            done += static_cast<int>(steps.size());
            if (!agrees<F, Select>(place, steps)) return;
        }
    }
}

/// Operations that mean one address, its range or its owner, in every way that matters.
Steps all_steps() {
    Steps all;
    for (std::size_t op = 0; op < op_count; ++op) {
        for (const int a : {0, 1, 2}) {
            for (const int b : {0, 1, 3})
                all.push_back({static_cast<Op>(op), static_cast<unsigned char>(a), static_cast<unsigned char>(b)});
        }
    }
    return all;
}

template <class F, class Select>
void pairs(const std::vector<Place>& places, std::size_t every) {
    const Steps all = all_steps();
    const std::vector<Steps> beginnings{
        {},
        {{Op::allocate, 0, 0}, {Op::share, 0, 0}},
        {{Op::from_magazine, 1, 0}, {Op::drop, 0, 0}, {Op::sticky, 0, 0}},
        {{Op::allocate, 0, 0}, {Op::keep, 0, 1}, {Op::specific, 2, 1}, {Op::drop, 1, 0}},
        {{Op::exclude, 1, 0}, {Op::set_gateway, 2, 0}, {Op::from_magazine, 0, 0}},
    };
    std::size_t number = 0;
    for (const Place& place : places) {
        for (const Steps& beginning : beginnings) {
            for (const Step& one : all) {
                for (const Step& other : all) {
                    if (++number % every != 0) continue;
                    Steps steps = beginning;
                    steps.push_back(one);
                    steps.push_back(other);
                    steps.push_back({Op::probe});
                    if (!agrees<F, Select>(place, steps)) return;
                }
            }
        }
    }
}

constexpr auto later = WhenCooling::take_oldest;
const std::vector<Place> places4{
    {"192.0.2.0/29", "192.0.2.0/28", nullptr, "198.51.100.0/30", 0ms},
    {"192.0.2.0/29", "192.0.2.0/28", nullptr, "198.51.100.0/31", 500ms},
    {"192.0.2.4/30", "192.0.2.0/28", nullptr, "198.51.100.0/32", 500ms, later},
    {"192.0.2.0/24", "192.0.2.0/23", "192.0.2.64/29", "198.51.100.0/30", 500ms},
    {"10.7.0.0/16", "10.6.0.0/15", "10.7.255.0/29", "198.51.100.0/30", 500ms, later},
};
const std::vector<Place> places6{
    {"2001:db8::/125", "2001:db8::/124", nullptr, "fd00::/127", 500ms},
    {"2001:db8::/90", "2001:db8::/64", "2001:db8::8:0/125", "fd00::/126", 0ms},
    {"2001:db8::/64", "2001:db8::/48", "2001:db8::8:0/125", "fd00::/126", 500ms},
    {"2001:db8::/64", nullptr, "2001:db8::8:0/125", "fd00::/128", 500ms, later},
};

#if defined(__OPTIMIZE__) && !defined(ESTATE_TEST_INSTRUMENTED)
constexpr bool is_slow = ESTATE_TEST_ASAN || ESTATE_TEST_TSAN;
#else
constexpr bool is_slow = true;
#endif

BOOST_AUTO_TEST_SUITE(marks)

BOOST_AUTO_TEST_CASE(every_pair_of_operations_leaves_the_marks_that_the_table_says) {
    constexpr std::size_t every = is_slow ? 13 : 1;
    pairs<V4, NextFit>(places4, every);
    pairs<V4, LeastRecent>(places4, every);
    pairs<V6, NextFit>(places6, every);
}
constexpr int steps = is_slow ? 50'000 : 1'000'000;
BOOST_AUTO_TEST_CASE(random_sequences_leave_the_marks_that_the_table_says_in_dense_ranges) {
    random_sequences<V4, NextFit>(places4, steps);
    random_sequences<V4, LeastRecent>(places4, steps);
}
BOOST_AUTO_TEST_CASE(random_sequences_leave_the_marks_that_the_table_says_in_sparse_ranges) {
    random_sequences<V6, NextFit>(places6, steps);
    random_sequences<V6, StickyHash>(places6, steps);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
