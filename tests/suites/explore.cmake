# SPDX-License-Identifier: BSL-1.0
# Random legal programs on the simulated network. scripts/explore runs it with steps and a seed of one's own.
if(NOT TARGET Boost::context)
    message(STATUS "skipped: explore, Boost.Context is not installed")
    return()
endif()
add_executable(explore explore/explore.cpp)
target_link_libraries(explore PRIVATE estate::sim)
target_include_directories(explore PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
# Its exit code says whether there was a fault. A test with PASS_REGULAR_EXPRESSION has none: of the planted fault the whole
# of what is printed is asked for, four lines of program included.
add_test(NAME explore.a_million_steps_of_legal_programs_find_no_fault COMMAND explore --steps 1000000 --seed 1)
add_test(NAME explore.a_planted_fault_is_found_and_shrunk COMMAND explore --steps 1000000 --plant)
# The other compiler's program is built by scripts/explore, and kept.
add_test(NAME explore.a_seed_has_the_same_hash_where_it_is_built_by_another_compiler
    COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/explore/two_compilers.sh $<TARGET_FILE:explore> ${CMAKE_CXX_COMPILER_ID})
set_tests_properties(explore.a_seed_has_the_same_hash_where_it_is_built_by_another_compiler PROPERTIES TIMEOUT 900 COST 100
    LABELS explore SKIP_RETURN_CODE 77)
set_tests_properties(explore.a_million_steps_of_legal_programs_find_no_fault PROPERTIES TIMEOUT 300 LABELS explore)
string(CONCAT planted "^// run [0-9]+ of seed 1 fails: [^\n]*already connected: no legal call has this error\n"
    "// the least of it, on sim::World[^\n]*already connected: no legal call has this error\n"
    "p[0-9]: auto [^\n]*tcp_v4[^\n]*\np[0-9]: bind[^\n]*// Created[^\n]*\np[0-9]: listen[^\n]*// Bound[^\n]*\n"
    "p[0-9]: *// fails: [^\n]*already connected\nexplore: seed 1 fails after [0-9]+ steps\n$")
set_tests_properties(explore.a_planted_fault_is_found_and_shrunk PROPERTIES TIMEOUT 120 LABELS explore
    PASS_REGULAR_EXPRESSION "${planted}")
