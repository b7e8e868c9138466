# SPDX-License-Identifier: BSL-1.0
# That a header needs no other is asked once of each standard library: of g++ without exceptions, and of the compiler of
# components, which has libc++. That each compiles with exceptions or by Clang, two_units shows for all at once.
if(NOT "two_units" IN_LIST ESTATE_TEST_SUITES OR
        CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_FLAGS MATCHES "-fno-exceptions")
    # CMake makes one translation unit for each header (VERIFY_INTERFACE_HEADER_SETS). It defines their target
    # after this file is read, so CTest builds it.
    add_test(NAME headers.each_compiles_alone COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --parallel ${jobs}
        --target all_verify_interface_header_sets)
    set_tests_properties(headers.each_compiles_alone PROPERTIES TIMEOUT 900 COST 80 PROCESSORS ${jobs} LABELS headers)
endif()

if(CMAKE_SYSTEM_NAME STREQUAL "WASI")
    return()  # the programs of umbrella/ use what WASI lacks
endif()
estate_add_programs(umbrella names)
foreach(name IN LISTS names)
    add_test(NAME headers.${name}_hpp_is_enough COMMAND umbrella_${name})
    set_tests_properties(headers.${name}_hpp_is_enough PROPERTIES TIMEOUT 30 LABELS headers)
endforeach()
