# SPDX-License-Identifier: BSL-1.0
# A minute each, from a fixed seed and from what fuzz/corpus/ keeps; what is found on the way stays in the build folder for
# the next time. The log of a test says how many executions it were (stat::number_of_executed_units).
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(STATUS "skipped: fuzz needs Clang's libFuzzer")
    return()
endif()
set(ESTATE_FUZZ_SECONDS 60 CACHE STRING "How long each target of the suite 'fuzz' runs")
math(EXPR fuzz_timeout "${ESTATE_FUZZ_SECONDS} + 120")
estate_add_programs(fuzz names)
foreach(name IN LISTS names)
    target_compile_options(fuzz_${name} PRIVATE -O1 -fsanitize=fuzzer)  # hundreds of thousands of runs
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(most "")
    if(name STREQUAL "store_file")
        target_link_libraries(fuzz_${name} PRIVATE estate::store_sqlite)
    elseif(name STREQUAL "store_etcd_answers")
        target_link_libraries(fuzz_${name} PRIVATE estate::store_etcd)
        set(most -runs=10000)  # each makes two connections, whose ports rest for a minute
    endif()
    set(found ${CMAKE_CURRENT_BINARY_DIR}/fuzz/${name})
    file(MAKE_DIRECTORY ${found})
    set(dictionary "")
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}.dict)
        set(dictionary -dict=${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}.dict)
    endif()
    set(corpus "")
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
        set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
    endif()
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} -seed=1 -max_total_time=${ESTATE_FUZZ_SECONDS} -verbosity=0
        -print_final_stats=1 ${most} ${dictionary} ${found} ${corpus})
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT ${fuzz_timeout} LABELS fuzz)
endforeach()
