// SPDX-License-Identifier: BSL-1.0
// Every selection in every kind of range, beside a model: a million operations each, half of them in quarantine.
#include "pool_models/policy_model.hpp"
#include "support/sanitizers.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::ModelPlan;

/// A sanitizer is many times slower.
constexpr int part = ESTATE_TEST_ASAN || ESTATE_TEST_TSAN ? 25'000 : 250'000;

template <class F, class Select>
void behaves_like_its_model(ModelPlan plan) {
    test::PolicyModel<F, Select>{plan}.run(2 * part);
    plan.quarantine = 50ms;
    test::PolicyModel<F, Select>{plan}.run(part);
    plan.quarantine = 20ms;
    plan.otherwise = WhenCooling::take_oldest;
    test::PolicyModel<F, Select>{plan}.run(part);
}

const ModelPlan v4_ranges{
    {{"192.0.2.0/26"}, {"192.0.2.64/31"}, {"192.0.2.66/32"}, {"10.0.0.0/27", "10.0.0.0/25"}, {"198.51.100.0/29"}}};
const ModelPlan v6_ranges{
    {{"2001:db8::/122", "2001:db8::/121"}, {"2001:db8::100/127"}, {"2001:db8::1:0/120"}, {"2001:db8::2:5/128"}}};
const ModelPlan v6_sparse{
    {{"2001:db8:0:7::/64", nullptr, "2001:db8:0:7:5000::80/121"}, {"2001:db8::/65", "2001:db8::/64"}}};
const ModelPlan v6_crowded{{{"2001:db8:0:7::/64", nullptr, "2001:db8:0:7:5000::80/122"},
                            {"2001:db8:0:8::/64", nullptr, "2001:db8:0:8:6000::80/125"}}};

template <class Select>
void behaves_in_sparse_ranges() {
    test::PolicyModel<V6, Select>{v6_sparse}.run(part);
    ModelPlan plan = v6_crowded;
    test::PolicyModel<V6, Select>{plan}.run(part);
    plan.quarantine = 50ms;
    test::PolicyModel<V6, Select>{plan}.run(part);
    plan = v6_sparse;
    plan.quarantine = 50ms;
    plan.otherwise = WhenCooling::take_oldest;
    test::PolicyModel<V6, Select>{plan}.run(part);
}

BOOST_AUTO_TEST_SUITE(selection_properties)

BOOST_AUTO_TEST_CASE(next_fit_in_v4_ranges) { behaves_like_its_model<V4, NextFit>(v4_ranges); }
BOOST_AUTO_TEST_CASE(next_fit_in_v6_ranges) { behaves_like_its_model<V6, NextFit>(v6_ranges); }
BOOST_AUTO_TEST_CASE(next_fit_in_sparse_ranges) { behaves_in_sparse_ranges<NextFit>(); }
BOOST_AUTO_TEST_CASE(lowest_first_is_the_lowest_of_v4_ranges) { behaves_like_its_model<V4, LowestFirst>(v4_ranges); }
BOOST_AUTO_TEST_CASE(lowest_first_is_the_lowest_of_v6_ranges) { behaves_like_its_model<V6, LowestFirst>(v6_ranges); }
BOOST_AUTO_TEST_CASE(lowest_first_in_sparse_ranges) { behaves_in_sparse_ranges<LowestFirst>(); }
BOOST_AUTO_TEST_CASE(random_start_in_v4_ranges) { behaves_like_its_model<V4, RandomStart>(v4_ranges); }
BOOST_AUTO_TEST_CASE(random_start_in_v6_ranges) { behaves_like_its_model<V6, RandomStart>(v6_ranges); }
BOOST_AUTO_TEST_CASE(random_start_in_sparse_ranges) { behaves_in_sparse_ranges<RandomStart>(); }
BOOST_AUTO_TEST_CASE(sticky_hash_in_v4_ranges) { behaves_like_its_model<V4, StickyHash>(v4_ranges); }
BOOST_AUTO_TEST_CASE(sticky_hash_in_v6_ranges) { behaves_like_its_model<V6, StickyHash>(v6_ranges); }
BOOST_AUTO_TEST_CASE(sticky_hash_in_sparse_ranges) { behaves_in_sparse_ranges<StickyHash>(); }
BOOST_AUTO_TEST_CASE(least_recent_in_v4_ranges) { behaves_like_its_model<V4, LeastRecent>(v4_ranges); }
BOOST_AUTO_TEST_CASE(least_recent_in_v6_ranges) { behaves_like_its_model<V6, LeastRecent>(v6_ranges); }
BOOST_AUTO_TEST_CASE(least_recent_in_sparse_ranges) { behaves_in_sparse_ranges<LeastRecent>(); }
BOOST_AUTO_TEST_CASE(least_recent_is_the_least_recent_of_a_range) {
    ModelPlan plan{{{"192.0.2.0/25"}}};
    plan.stay = true;
    test::PolicyModel<V4, LeastRecent>{plan}.run(part);
    plan.quarantine = 50ms;
    test::PolicyModel<V4, LeastRecent>{plan}.run(part);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
