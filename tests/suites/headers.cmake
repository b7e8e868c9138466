# SPDX-License-Identifier: BSL-1.0
# CMake makes one translation unit for each header (VERIFY_INTERFACE_HEADER_SETS). It defines their target
# after this file is read, so CTest builds it.
add_test(NAME headers.each_compiles_alone
    COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --parallel ${jobs}
            --target all_verify_interface_header_sets)
set_tests_properties(headers.each_compiles_alone PROPERTIES TIMEOUT 900 RUN_SERIAL ON LABELS headers)
