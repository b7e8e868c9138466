# SPDX-License-Identifier: BSL-1.0
# The driver counts rules and cells by itself; the last line of its output is `N passed, N failed`.
set(folder ${root}/compile-fail-tests)
# Python is handed the path of a Boost that the compiler would not find by itself.
set(includes "")
get_target_property(boost_includes Boost::headers INTERFACE_INCLUDE_DIRECTORIES)
foreach(path IN LISTS boost_includes)
    if(path AND NOT path STREQUAL "/usr/include")
        set(includes --include ${root}/include --include ${path})
    endif()
endforeach()

if(CMAKE_SYSTEM_NAME STREQUAL "WASI")
    # The driver takes a compiler by one name. What no component has is not asked of its compiler but for the rules
    # that say so, in wasi/.
    set(compiler ${CMAKE_CURRENT_BINARY_DIR}/wasi-compiler)
    set(target --target=${CMAKE_CXX_COMPILER_TARGET})
    if(CMAKE_SYSROOT)
        list(APPEND target --sysroot=${CMAKE_SYSROOT} -nostdinc++)
    endif()
    foreach(path IN LISTS CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES boost_includes)
        list(APPEND target -isystem ${path})
    endforeach()
    list(JOIN target " " target)
    file(WRITE ${compiler} "#!/bin/sh\nexec ${CMAKE_CXX_COMPILER} ${target} -fno-exceptions -fno-rtti -DBOOST_SYSTEM_DISABLE_THREADS \"$@\"\n")
    file(CHMOD ${compiler} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    option(ESTATE_WASI_ALL_RULES "Ask the compiler of WASI for the rules of rules/ too, which takes minutes" ON)
    file(GLOB rules CONFIGURE_DEPENDS ${folder}/wasi/*.cpp)
    if(ESTATE_WASI_ALL_RULES)
        file(GLOB others CONFIGURE_DEPENDS ${folder}/rules/*.cpp)
        list(APPEND rules ${others})
    else()
        message(STATUS "skipped: the rules that two native compilers refuse already; ESTATE_WASI_ALL_RULES asks a third")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/wasi/not_here.txt)
    file(STRINGS ${folder}/wasi/not_here.txt absent REGEX "^[a-z]")
    foreach(line IN LISTS absent)
        string(REGEX REPLACE ": .*" "" name "${line}")
        if(NOT EXISTS ${folder}/rules/${name}.cpp)
            message(FATAL_ERROR "wasi/not_here.txt names ${name}, which is no rule")
        endif()
        list(REMOVE_ITEM rules ${folder}/rules/${name}.cpp)
    endforeach()
    add_test(NAME compile_fail.each_rule_that_a_component_can_break_is_refused
        COMMAND Python3::Interpreter ${folder}/driver.py --compiler ${compiler} --jobs ${jobs} ${rules})
    set_tests_properties(compile_fail.each_rule_that_a_component_can_break_is_refused PROPERTIES
        TIMEOUT 1200 COST 60 PROCESSORS ${jobs} LABELS compile_fail)
    return()
endif()

function(add_compile_fail_test claim script)
    add_test(NAME compile_fail.${claim}
        COMMAND Python3::Interpreter ${folder}/${script} --compiler ${CMAKE_CXX_COMPILER} --jobs ${jobs} ${ARGN})
    set_tests_properties(compile_fail.${claim} PROPERTIES TIMEOUT 1200 COST 60 PROCESSORS ${jobs} LABELS compile_fail)
endfunction()
add_compile_fail_test(the_driver_sees_each_fault driver.py --self-test)
add_compile_fail_test(each_broken_rule_is_refused_and_its_legal_twin_is_not driver.py
    --json ${PROJECT_BINARY_DIR}/rules.json ${includes})
add_executable(print_table ${folder}/print_table.cpp)
target_link_libraries(print_table PRIVATE estate::estate)
add_compile_fail_test(each_cell_that_no_table_lists_is_refused matrix.py ${includes} --table $<TARGET_FILE:print_table>)

# doc/errors.md quotes g++ and Clang. What Clang said is known now; what g++ said comes from the preset gcc.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 15)
    set_tests_properties(compile_fail.each_broken_rule_is_refused_and_its_legal_twin_is_not
        PROPERTIES FIXTURES_SETUP rules)
    add_test(NAME compile_fail.the_error_catalogue_is_fresh
        COMMAND ${CMAKE_COMMAND} -DROOT=${root} -DPYTHON=${Python3_EXECUTABLE} -DGCC=${root}/build/gcc/rules.json
                -DCLANG=${PROJECT_BINARY_DIR}/rules.json -P ${CMAKE_CURRENT_SOURCE_DIR}/suites/error_catalogue.cmake)
    set_tests_properties(compile_fail.the_error_catalogue_is_fresh PROPERTIES
        TIMEOUT 60 FIXTURES_REQUIRED rules LABELS compile_fail SKIP_REGULAR_EXPRESSION "^skipped: ")

    find_program(CLANG_TIDY NAMES clang-tidy-19 clang-tidy)
    add_test(NAME compile_fail.clang_tidy_finds_what_is_used_after_its_transition
        COMMAND ${CMAKE_COMMAND} -DTIDY=${CLANG_TIDY} -DRULE=${folder}/rules/use_after_transition.cpp
                "-DINCLUDES=${root}/include;${boost_includes}"
                -P ${CMAKE_CURRENT_SOURCE_DIR}/suites/use_after_move.cmake)
    set_tests_properties(compile_fail.clang_tidy_finds_what_is_used_after_its_transition PROPERTIES
        TIMEOUT 60 LABELS compile_fail SKIP_REGULAR_EXPRESSION "^skipped: ")
endif()
