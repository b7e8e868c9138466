# SPDX-License-Identifier: BSL-1.0
# tests/package/consume.py is the user: it gets the library in each way and builds an example with it.
set(prefix ${CMAKE_CURRENT_BINARY_DIR}/prefix)
add_test(NAME package.it_installs
    COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${prefix})
set_tests_properties(package.it_installs PROPERTIES FIXTURES_SETUP installed TIMEOUT 60 LABELS package)
foreach(way find_package component pkg_config add_subdirectory fetch_content)
    add_test(NAME package.a_program_gets_it_by_${way}
        COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/package/consume.py ${way}
                --source ${root} --prefix ${prefix} --work ${CMAKE_CURRENT_BINARY_DIR}/consume_${way}
                --cmake ${CMAKE_COMMAND} --compiler ${CMAKE_CXX_COMPILER})
    set_tests_properties(package.a_program_gets_it_by_${way} PROPERTIES
        FIXTURES_REQUIRED installed TIMEOUT 180 LABELS package SKIP_RETURN_CODE 77)
endforeach()
add_test(NAME package.the_vcpkg_port_installs_the_library
    COMMAND ${CMAKE_COMMAND} -DVERSION=${PROJECT_VERSION} -DPORT=${root}/packaging/vcpkg/ports/estate
            -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/vcpkg_port -DCOMPILER=${CMAKE_CXX_COMPILER}
            -P ${CMAKE_CURRENT_SOURCE_DIR}/package/vcpkg_port.cmake)
set_tests_properties(package.the_vcpkg_port_installs_the_library PROPERTIES TIMEOUT 120 LABELS package)
foreach(way single release conan)
    add_test(NAME package.a_program_gets_it_by_${way}
        COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/package/ways.sh ${way} ${CMAKE_CXX_COMPILER} ${CMAKE_CURRENT_BINARY_DIR}/ways_${way})
    set_tests_properties(package.a_program_gets_it_by_${way} PROPERTIES TIMEOUT 300 LABELS package SKIP_RETURN_CODE 77)
endforeach()
