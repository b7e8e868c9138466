# SPDX-License-Identifier: BSL-1.0
# CMake makes one translation unit for each header (VERIFY_INTERFACE_HEADER_SETS). It defines their target
# after this file is read, so CTest builds it.
set(asked all_verify_interface_header_sets)
set(claim each_compiles_alone)
if("two_units" IN_LIST ESTATE_TEST_SUITES AND
        (CMAKE_CXX_FLAGS MATCHES "-fno-exceptions" OR CMAKE_CXX_COMPILER_ID MATCHES "Clang"))
    # That a header needs no other is known from g++ with exceptions, whose standard library it is, and with libc++ from
    # components; that it compiles without them or by Clang, two_units tells of all but these.
    set(asked "")
    set(claim each_of_the_simulation_and_the_stores_compiles_alone)
    if(TARGET Boost::context)
        list(APPEND asked estate_sim_verify_interface_header_sets)
    endif()
    if(estate_has_sqlite)
        list(APPEND asked estate_store_sqlite_verify_interface_header_sets)
    endif()
    if(estate_has_etcd)
        list(APPEND asked estate_store_etcd_verify_interface_header_sets)
    endif()
endif()
if(asked)
    add_test(NAME headers.${claim}
        COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --parallel ${jobs} --target ${asked})
    set_tests_properties(headers.${claim} PROPERTIES TIMEOUT 900 RUN_SERIAL ON LABELS headers)
endif()

if(CMAKE_SYSTEM_NAME STREQUAL "WASI")
    return()  # the programs of umbrella/ use what WASI lacks
endif()
estate_add_programs(umbrella names)
foreach(name IN LISTS names)
    add_test(NAME headers.estate_${name}_hpp_is_enough COMMAND umbrella_${name})
    set_tests_properties(headers.estate_${name}_hpp_is_enough PROPERTIES TIMEOUT 30 LABELS headers)
endforeach()
