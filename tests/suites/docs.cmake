# SPDX-License-Identifier: BSL-1.0
# The programs that these ask are built here, once.
add_executable(print_lifecycle ${root}/doc/generate/print_lifecycle.cpp)
target_link_libraries(print_lifecycle PRIVATE estate::estate)
set(built ESTATE_BUILT=${PROJECT_BINARY_DIR})
add_test(NAME docs.the_generated_pages_are_fresh
    COMMAND Python3::Interpreter ${root}/scripts/make_docs --check)
set_tests_properties(docs.the_generated_pages_are_fresh PROPERTIES TIMEOUT 900 COST 40 LABELS docs
    ENVIRONMENT ${built})

add_test(NAME docs.the_comments_of_operations_say_what_the_tables_say
    COMMAND Python3::Interpreter ${root}/doc/generate/claims.py)
add_test(NAME docs.a_false_comment_is_found COMMAND Python3::Interpreter ${root}/doc/generate/claims.py --self-test)
set_tests_properties(docs.the_comments_of_operations_say_what_the_tables_say docs.a_false_comment_is_found
    PROPERTIES TIMEOUT 300 LABELS docs ENVIRONMENT ${built})

find_program(DOXYGEN doxygen)
if(DOXYGEN)
    add_test(NAME docs.doxygen_has_nothing_to_say
        COMMAND ${CMAKE_COMMAND} -E env ESTATE_DOCS_DIR=${PROJECT_BINARY_DIR}/docs bash ${root}/scripts/docs)
    set_tests_properties(docs.doxygen_has_nothing_to_say PROPERTIES TIMEOUT 400 COST 60 LABELS docs FIXTURES_SETUP doxygen)
    # What Doxygen read is a part of the site.
    add_test(NAME docs.the_site_is_built_and_can_be_clicked_through
        COMMAND ${CMAKE_COMMAND} -E env ${built} ESTATE_SITE_DIR=${PROJECT_BINARY_DIR}/site
                ESTATE_SITE_XML=${PROJECT_BINARY_DIR}/docs/xml bash ${CMAKE_CURRENT_SOURCE_DIR}/documents/site)
    set_tests_properties(docs.the_site_is_built_and_can_be_clicked_through PROPERTIES
        TIMEOUT 600 COST 50 LABELS docs FIXTURES_REQUIRED doxygen SKIP_RETURN_CODE 77)
else()
    message(STATUS "skipped: docs.doxygen_has_nothing_to_say, doxygen is not installed")
endif()

# Every command and program of the pages that a reader types from, run as it is printed.
set(run_pages ${CMAKE_CURRENT_SOURCE_DIR}/documents/run_pages.py)
execute_process(COMMAND ${Python3_EXECUTABLE} ${run_pages} --list OUTPUT_VARIABLE pages COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" pages "${pages}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${run_pages})
foreach(page IN LISTS pages)
    string(REGEX REPLACE "[.]md$" "" name "${page}")
    string(REPLACE "/" "." name "${name}")
    add_test(NAME docs.the_commands_run_as_printed.${name} COMMAND Python3::Interpreter ${run_pages} ${page})
    set_tests_properties(docs.the_commands_run_as_printed.${name}
        PROPERTIES TIMEOUT 400 COST 20 LABELS docs SKIP_RETURN_CODE 77)
endforeach()
