# SPDX-License-Identifier: BSL-1.0
# What the machine's mood does not change: instructions, system calls, preprocessed lines, bytes of text.
add_test(NAME costs.every_target_holds
    COMMAND Python3::Interpreter ${root}/benchmarks/measure.py --gate --no-time --alone --compilers ${CMAKE_CXX_COMPILER})
set_tests_properties(costs.every_target_holds PROPERTIES TIMEOUT 240 COST 40 LABELS costs SKIP_RETURN_CODE 77)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    add_test(NAME costs.a_poller_costs_little_more_than_raw_epoll
        COMMAND Python3::Interpreter ${root}/benchmarks/readiness.py --gate --alone --compilers ${CMAKE_CXX_COMPILER})
    set_tests_properties(costs.a_poller_costs_little_more_than_raw_epoll
        PROPERTIES TIMEOUT 240 COST 40 LABELS costs SKIP_RETURN_CODE 77)
endif()
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    message(STATUS "skipped: the steps under the lock of a pool, which g++ counts: Clang links no std::string of which it counts calls")
    return()
endif()
# Steps, not time: a section under the lock of a pool takes no more of them where the pool holds eight times as much.
add_test(NAME costs.no_call_of_a_pool_holds_its_lock_for_longer_where_it_holds_more
    COMMAND Python3::Interpreter ${root}/benchmarks/pool.py --steps --compiler ${CMAKE_CXX_COMPILER})
set_tests_properties(costs.no_call_of_a_pool_holds_its_lock_for_longer_where_it_holds_more
    PROPERTIES TIMEOUT 120 COST 20 LABELS costs SKIP_RETURN_CODE 77)
