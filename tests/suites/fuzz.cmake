# SPDX-License-Identifier: BSL-1.0
# A fixed number of runs from a fixed seed; where the addresses of the process differ, so can the way. To search longer:
#   build/asan/tests/fuzz_<name> -max_total_time=3600 CORPUS_DIR
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(STATUS "skipped: fuzz needs Clang's libFuzzer")
    return()
endif()
estate_add_programs(fuzz names)
foreach(name IN LISTS names)
    target_compile_options(fuzz_${name} PRIVATE -O1 -fsanitize=fuzzer)  # hundreds of thousands of runs
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(runs 200000)
    if(name MATCHES "_(json|program)$")
        set(runs 50000)  # each makes pools
    endif()
    if(name STREQUAL "store_file")
        target_link_libraries(fuzz_${name} PRIVATE estate::store_sqlite)
        set(runs 5000)  # each opens a file
    elseif(name STREQUAL "store_etcd_answers")
        target_link_libraries(fuzz_${name} PRIVATE estate::store_etcd)
        set(runs 2000)  # each makes two connections
    elseif(name STREQUAL "sim_program")
        set(runs 15000)  # each makes a world
    endif()
    set(dictionary "")
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}.dict)
        set(dictionary -dict=${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}.dict)
    endif()
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} -seed=1 -runs=${runs} -verbosity=0 ${dictionary})
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
endforeach()
