# SPDX-License-Identifier: BSL-1.0
add_test(NAME docs.the_generated_pages_are_fresh
    COMMAND Python3::Interpreter ${root}/scripts/make_docs --check)
set_tests_properties(docs.the_generated_pages_are_fresh PROPERTIES TIMEOUT 300 LABELS docs)

add_test(NAME docs.the_comments_of_operations_say_what_the_tables_say
    COMMAND Python3::Interpreter ${root}/doc/generate/claims.py)
add_test(NAME docs.a_false_comment_is_found COMMAND Python3::Interpreter ${root}/doc/generate/claims.py --self-test)
set_tests_properties(docs.the_comments_of_operations_say_what_the_tables_say docs.a_false_comment_is_found
    PROPERTIES TIMEOUT 300 LABELS docs)

find_program(DOXYGEN doxygen)
if(DOXYGEN)
    add_test(NAME docs.doxygen_has_nothing_to_say
        COMMAND ${CMAKE_COMMAND} -E env ESTATE_DOCS_DIR=${PROJECT_BINARY_DIR}/docs bash ${root}/scripts/docs)
    set_tests_properties(docs.doxygen_has_nothing_to_say PROPERTIES TIMEOUT 120 LABELS docs)
else()
    message(STATUS "skipped: docs.doxygen_has_nothing_to_say, doxygen is not installed")
endif()
