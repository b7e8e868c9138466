# SPDX-License-Identifier: BSL-1.0
add_test(NAME structure.the_headers_keep_the_rules_of_the_tree
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/include_table.py)
add_test(NAME structure.the_checker_sees_each_breach
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/include_table.py --self-test)
set_tests_properties(structure.the_headers_keep_the_rules_of_the_tree structure.the_checker_sees_each_breach
    PROPERTIES TIMEOUT 30 LABELS structure)
add_test(NAME structure.comments_and_pages_use_one_word_for_one_thing
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/words.py)
add_test(NAME structure.a_word_that_is_not_to_be_used_is_found
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/words.py --self-test)
add_test(NAME structure.the_tables_of_the_readme_name_every_header_example_and_page
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/readme.py)
add_test(NAME structure.each_chapter_of_the_tutorial_has_its_parts
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/tutorial.py)
add_test(NAME structure.the_walk_of_lifecycles_begins_with_each_transport
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/lives.py)
add_test(NAME structure.a_transport_that_no_walk_begins_with_is_found
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/lives.py --self-test)
add_test(NAME structure.each_script_explains_itself
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/structure/scripts.py)
set_tests_properties(structure.comments_and_pages_use_one_word_for_one_thing structure.a_word_that_is_not_to_be_used_is_found
    structure.the_tables_of_the_readme_name_every_header_example_and_page
    structure.each_chapter_of_the_tutorial_has_its_parts structure.the_walk_of_lifecycles_begins_with_each_transport
    structure.a_transport_that_no_walk_begins_with_is_found structure.each_script_explains_itself PROPERTIES TIMEOUT 60 LABELS structure)
