// SPDX-License-Identifier: BSL-1.0

#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <iostream>
#include <iterator>
#include <list>

// Beside `using namespace std`, the words of tables are not ambiguous.
BOOST_AUTO_TEST_CASE(the_words_of_tables_do_not_clash_with_those_of_the_standard_library) {
    const auto sum = [] {
        using namespace std;
        using namespace estate;
        list<int> numbers{1, 2};
        cout << left;
        return *next(numbers.begin());
    }();
    BOOST_TEST(sum == 2);
}
