# SPDX-License-Identifier: BSL-1.0
# Random legal programs on the simulated network. scripts/explore runs it with steps and a seed of one's own.
if(NOT TARGET Boost::context)
    message(STATUS "skipped: explore, Boost.Context is not installed")
    return()
endif()
add_executable(explore explore/explore.cpp)
target_link_libraries(explore PRIVATE estate::sim)
target_include_directories(explore PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
# Each compiler's program says of a seed what is written down, and so what another's says.
add_test(NAME explore.the_events_of_a_seed_are_those_that_are_written_down
    COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/explore/known.sh $<TARGET_FILE:explore>)
set_tests_properties(explore.the_events_of_a_seed_are_those_that_are_written_down PROPERTIES TIMEOUT 120 LABELS explore)
# Each of the rest is taken by one preset: by gcc the comparison with the kernel, by clang the million steps.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    message(STATUS "skipped: a million steps of explore, which a preset of Clang takes")
    add_test(NAME explore.the_kernel_and_the_simulation_answer_typed_programs_alike
        COMMAND explore --kernel --steps 40000 --seed 1)
    add_test(NAME explore.a_planted_difference_from_the_kernel_is_found_and_shrunk COMMAND explore --kernel --plant)
    string(CONCAT planted "// run [0-9]+ of seed 1 differs: [^\n]*\n// the least of it: kernel \"p[0-9]: *// gives [^\n]*, "
        "simulated \"p[0-9]: *// fails: [^\n]*already connected\"\n(p[0-9]: auto [^\n]*\n)+"
        "p[0-9]: bind[^\n]*// Created[^\n]*\np[0-9]: *// gives it\np[0-9]: listen[^\n]*// Bound[^\n]*\n"
        "p[0-9]: *// gives it\nexplore: the kernel differs from the simulation after [0-9]+ steps\n$")
    set_tests_properties(explore.the_kernel_and_the_simulation_answer_typed_programs_alike PROPERTIES
        TIMEOUT 180 LABELS explore)
    set_tests_properties(explore.a_planted_difference_from_the_kernel_is_found_and_shrunk PROPERTIES
        TIMEOUT 120 LABELS explore PASS_REGULAR_EXPRESSION "${planted}")
    return()
endif()
message(STATUS "skipped: programs of explore on the kernel, which the preset gcc takes")
# Its exit code says whether there was a fault. A test with PASS_REGULAR_EXPRESSION has none: of the planted fault the whole
# of what is printed is asked for, four lines of program included.
add_test(NAME explore.a_million_steps_of_legal_programs_find_no_fault COMMAND explore --steps 1000000 --seed 1)
add_test(NAME explore.a_planted_fault_is_found_and_shrunk COMMAND explore --steps 1000000 --plant)
set_tests_properties(explore.a_million_steps_of_legal_programs_find_no_fault PROPERTIES TIMEOUT 300 LABELS explore)
string(CONCAT planted "^// run [0-9]+ of seed 1 fails: [^\n]*already connected: no legal call has this error\n"
    "// the least of it, on sim::World[^\n]*already connected: no legal call has this error\n"
    "p[0-9]: auto [^\n]*tcp_v4[^\n]*\np[0-9]: bind[^\n]*// Created[^\n]*\np[0-9]: listen[^\n]*// Bound[^\n]*\n"
    "p[0-9]: *// fails: [^\n]*already connected\nexplore: seed 1 fails after [0-9]+ steps\n$")
set_tests_properties(explore.a_planted_fault_is_found_and_shrunk PROPERTIES TIMEOUT 120 LABELS explore
    PASS_REGULAR_EXPRESSION "${planted}")
