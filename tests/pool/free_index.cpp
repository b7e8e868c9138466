// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/range/dense_range.hpp>
#include <estate/pool/index/free_index.hpp>
#include <set>
#include <vector>

#include "net/random.hpp"

namespace {
using namespace estate;
using namespace estate::detail;
using detail::HeapWords;

template <std::uint32_t Size>
using Inline = FreeIndex<InlineWords<Size>>;

/// Words on the heap that count how many were touched.
class CountedWords {
public:
    explicit CountedWords(std::uint32_t size) : layout_{size}, words_(layout_.total) {}
    const IndexLayout& layout() const noexcept { return layout_; }
    std::uint64_t& operator[](std::uint32_t i) noexcept { return touched_.insert(i), words_[i]; }
    std::uint64_t operator[](std::uint32_t i) const noexcept { return touched_.insert(i), words_[i]; }

    static std::size_t take_touched() {
        const std::size_t count = touched_.size();
        touched_.clear();
        return count;
    }

private:
    IndexLayout layout_;
    std::vector<std::uint64_t> words_;
    static inline std::set<std::uint32_t> touched_;
};

BOOST_AUTO_TEST_SUITE(free_index)

static_assert(sizeof(Inline<1>) == 16 && sizeof(Inline<64>) == 16 && sizeof(Inline<65>) == 32);
static_assert(IndexLayout{1}.levels == 1 && IndexLayout{64}.levels == 1 && IndexLayout{65}.levels == 2);
static_assert(IndexLayout{4096}.levels == 2 && IndexLayout{4097}.levels == 3 && IndexLayout{1U << 18}.levels == 3);
static_assert(IndexLayout{1U << 24}.levels == 4 && IndexLayout{~std::uint32_t{0}}.levels == 6);
static_assert(IndexLayout{1U << 24}.total * 8 < 2'140'000, "an empty /8 takes 2.14 MB");

static_assert([] {
    Inline<130> index;
    for (std::uint32_t i = 0; i < 130; ++i) {
        if (index.allocate() != i) return false;
    }
    if (index.allocate() != index.none || index.free() != 0) return false;
    return index.release(7) && index.release(129) && !index.release(7) && index.allocate() == 7 &&
           index.allocate() == 129 && !index.claim(0) && index.free() == 0;
}(), "usable in constant expressions");

template <std::uint32_t Size>
constexpr bool may_be_sealed_after_a_claim() {
    Inline<Size> index{typename Inline<Size>::Unsealed{}};
    if (!index.claim(Size - 1)) return false;
    index.seal();
    for (std::uint32_t i = 0; i + 1 < Size; ++i) {
        if (index.allocate_from(Size - 1) != i) return false;
    }
    return index.allocate_from(Size) == index.none;
}
static_assert(may_be_sealed_after_a_claim<1>() && may_be_sealed_after_a_claim<64>() &&
              may_be_sealed_after_a_claim<65>() && may_be_sealed_after_a_claim<128>() &&
              may_be_sealed_after_a_claim<130>());

template <class Index>
void behaves_like_a_set(Index& index, int operations) {
    Random random;
    const std::uint32_t size = index.size();
    std::set<std::uint32_t> free;
    for (std::uint32_t i = 0; i < size; ++i) free.insert(free.end(), i);
    std::uint32_t cursor = 0;
    const auto next = [&](std::uint32_t from) {
        const auto at = free.lower_bound(from);
        return at == free.end() ? index.none : *at;
    };
    for (int i = 0; i < operations; ++i) {
        const auto at = static_cast<std::uint32_t>(random.below(size));
        // phases that fill and phases that empty, so that full and empty are both reached
        const bool filling = i / 2000 % 2 == 0;
        switch (random.below(10)) {
            case 0: BOOST_REQUIRE(index.claim(at) == (free.erase(at) == 1)); break;
            case 1: BOOST_REQUIRE(index.release(at) == free.insert(at).second); break;
            case 2: BOOST_REQUIRE(index.is_free(at) == (free.count(at) == 1)); break;
            case 3: {
                const std::uint32_t wanted = next(at);
                BOOST_REQUIRE(index.allocate_in_rest(at) == wanted);
                if (wanted != index.none) free.erase(wanted), cursor = wanted + 1;
                break;
            }
            case 4:
                if (random.below(50) == 0) {
                    const auto last = at + static_cast<std::uint32_t>(random.below(size - at));
                    if (filling) {
                        index.claim_span(at, last);
                        free.erase(free.lower_bound(at), free.upper_bound(last));
                    } else {
                        for (std::uint32_t leaf = at / 64; leaf <= last / 64; ++leaf)
                            index.release_word(leaf, bits_within(leaf, at, last));
                        for (std::uint32_t k = at; k <= last; ++k) free.insert(k);
                    }
                }
                break;
            default:
                if (filling) {
                    const std::uint32_t wanted = next(cursor) != index.none ? next(cursor) : next(0);
                    BOOST_REQUIRE(index.allocate() == wanted);
                    if (wanted != index.none) free.erase(wanted), cursor = wanted + 1;
                } else if (index.release(at)) {
                    free.insert(at);
                }
        }
        BOOST_REQUIRE(index.free() == free.size());
    }
}

BOOST_AUTO_TEST_CASE(an_index_behaves_like_a_set_of_free_positions) {
    Inline<1> one;
    Inline<63> below;
    Inline<64> word;
    Inline<65> above;
    Inline<254> net;
    Inline<4097> three_levels;
    behaves_like_a_set(one, 1000);
    behaves_like_a_set(below, 20'000);
    behaves_like_a_set(word, 20'000);
    behaves_like_a_set(above, 20'000);
    behaves_like_a_set(net, 100'000);
    behaves_like_a_set(three_levels, 100'000);
    for (const std::uint32_t size : {1U, 64U, 100U, 4096U, 10'000U}) {
        FreeIndex<HeapWords> heap{HeapWords{size}};
        behaves_like_a_set(heap, 20'000);
    }
}

BOOST_AUTO_TEST_CASE(next_fit_does_not_hand_the_last_address_out_again_at_once) {
    Inline<100> index;
    for (std::uint32_t i = 0; i < 100; ++i) {
        const std::uint32_t taken = index.allocate();
        BOOST_TEST(taken == i);
        index.release(taken);
    }
    BOOST_TEST(index.allocate() == 0U);
}

BOOST_AUTO_TEST_CASE(one_free_position_is_found_in_two_words_a_level_wherever_it_is) {
    constexpr std::uint32_t size = 1U << 24;
    FreeIndex<CountedWords> index{CountedWords{size}};
    index.claim_span(0, size - 1);
    CountedWords::take_touched();
    BOOST_TEST(index.allocate() == index.none);
    std::size_t most = CountedWords::take_touched();
    Random random;
    for (int i = 0; i < 2000; ++i) {
        const auto at = i == 0 ? 0 : i == 1 ? size - 1 : static_cast<std::uint32_t>(random.below(size));
        index.release(at);
        most = std::max(most, CountedWords::take_touched());
        BOOST_REQUIRE(index.allocate() == at);
        most = std::max(most, CountedWords::take_touched());
    }
    BOOST_TEST_MESSAGE("most words touched by one operation, " << index.levels() << " levels: " << most);
    BOOST_TEST(most <= 2 * index.levels());
}

BOOST_AUTO_TEST_CASE(a_search_from_anywhere_touches_two_words_a_level_at_any_fill) {
    Random random;
    for (const std::uint32_t size : {1U << 24, (1U << 20) - 2, 254U, 65'534U, 262'145U}) {
        for (const std::uint32_t free : {size, size / 2, size / 10'000, 1U, 0U}) {
            FreeIndex<CountedWords> index{CountedWords{size}};
            index.claim_span(0, size - 1);
            // at the far end, so that searches go all the way, and a word apart each where there is room
            const std::uint32_t apart = free != 0 && size / free > 64 ? 64 : 1;
            for (std::uint32_t i = 0; i < free && i < 100'000; ++i) index.release(size - 1 - i * apart);
            for (std::uint32_t leaf = 0; free > 100'000 && leaf <= (free - 1) / 64; ++leaf)
                index.release_word(leaf, bits_within(leaf, 0, free - 1));
            CountedWords::take_touched();
            std::size_t most = 0;
            for (int i = 0; i < 300; ++i) {
                const std::uint32_t from = i == 0   ? 0
                                           : i == 1 ? size - 1
                                           : i == 2 ? size
                                                    : static_cast<std::uint32_t>(random.below(size));
                const std::uint32_t got = index.allocate_from(from);
                most = std::max(most, CountedWords::take_touched());
                if (got == index.none) BOOST_REQUIRE(index.free() == 0);
                else index.release(got);
                most = std::max(most, CountedWords::take_touched());
            }
            BOOST_TEST(most <= 2 * index.levels(), size << " positions, " << free << " free: " << most);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_search_past_the_end_takes_nothing) {
    Inline<64> index;
    BOOST_TEST(index.allocate_in_rest(63) == 63U);
    BOOST_TEST(index.allocate_in_rest(63) == index.none);
    BOOST_TEST(index.allocate_in_rest(64) == index.none);
    BOOST_TEST(index.allocate_in_rest(index.none) == index.none);
    BOOST_TEST(index.free() == 63U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
