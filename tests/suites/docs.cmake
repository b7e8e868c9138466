# SPDX-License-Identifier: BSL-1.0
add_test(NAME docs.the_generated_pages_are_fresh
    COMMAND Python3::Interpreter ${root}/scripts/make_docs --check)
set_tests_properties(docs.the_generated_pages_are_fresh PROPERTIES TIMEOUT 300 LABELS docs)

find_program(DOXYGEN doxygen)
if(DOXYGEN)
    add_test(NAME docs.doxygen_has_nothing_to_say
        COMMAND ${CMAKE_COMMAND} -E env ESTATE_DOCS_DIR=${PROJECT_BINARY_DIR}/docs bash ${root}/scripts/docs)
    set_tests_properties(docs.doxygen_has_nothing_to_say PROPERTIES TIMEOUT 120 LABELS docs)
else()
    message(STATUS "skipped: docs.doxygen_has_nothing_to_say, doxygen is not installed")
endif()
