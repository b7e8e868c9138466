# SPDX-License-Identifier: BSL-1.0
# Everything here runs once on each host. What a host cannot do is found by a probe and printed as skipped; that no
# host is here is a failure, and says what is missing.
set(wasi ${CMAKE_CURRENT_SOURCE_DIR}/wasi)
find_program(WASMTIME wasmtime)
find_program(NODE node)
set(hosts "")
if(WASMTIME)
    list(APPEND hosts wasmtime)
    set(run_wasmtime ${WASMTIME} run -S inherit-network -S allow-ip-name-lookup)
elseif(EXISTS ${ESTATE_WASI_CACHE}/python/bin/python)
    list(APPEND hosts wasmtime)
    set(run_wasmtime ${ESTATE_WASI_CACHE}/python/bin/python ${CMAKE_CURRENT_SOURCE_DIR}/hosts/wasmtime_host.py)
endif()
if(NODE AND EXISTS ${ESTATE_WASI_CACHE}/jco/node_modules)
    list(APPEND hosts jco)
    set(run_jco ${CMAKE_COMMAND} -E env ESTATE_JCO_PACKAGES=${ESTATE_WASI_CACHE}/jco
        ${NODE} ${CMAKE_CURRENT_SOURCE_DIR}/hosts/jco/host.mjs)
endif()
foreach(host IN ITEMS wasmtime jco)
    if(NOT host IN_LIST hosts)
        message(STATUS "skipped: what runs on ${host}, which is not here (scripts/setup-wasi)")
    endif()
endforeach()
if(NOT hosts)
    add_test(NAME components.a_host_is_here
        COMMAND ${CMAKE_COMMAND} -E cat "missing: wasmtime and jco, of which one is needed; run scripts/setup-wasi")
    return()
endif()

# The tests of other suites that can be components. The rest cannot:
#   net/static_values      asserts noexcept of a string_view made of text, which libc++'s is not
#   net/text               compares with inet_ntop() of the C library, which here is another one
#   error/error, error/*_code   throw and catch, some by way of Boost
#   pool/leases            asserts the size of a 64-bit lease
#   pool/permutation       counts in 64-bit size_t
#   pool/bindings          throws out of a visitor
#   pool/threads, tenants, static_pool   need threads or signals
#   socket/*, backend/*    look at descriptors, threads, signals and network namespaces; laws/ says of sockets what
#                          holds without those
set(components_laws laws/coroutines.cpp laws/names.cpp laws/options.cpp laws/pollers.cpp laws/tcp_*.cpp laws/udp_*.cpp wasi/arguments.cpp wasi/handles.cpp wasi/static_backend.cpp wasi/watching.cpp)
set(components_cells laws/cells_*.cpp wasi/cell_differences.cpp)
set(components_net net/cidr_range.cpp net/classification.cpp net/deadline.cpp net/hash.cpp net/ip_address.cpp
    net/literals.cpp net/socket_address.cpp net/uint128.cpp)
set(components_error error/static_errors.cpp error/try.cpp)
set(components_lifecycle lifecycle/*.cpp)
set(components_pool pool/free_index.cpp pool/names.cpp pool/ranges.cpp pool/short_memory.cpp pool/sparse.cpp
    pool/usable.cpp)
# Thousands of small laws, of which each runs once: optimizing them takes minutes.
file(GLOB cells CONFIGURE_DEPENDS ${components_cells})
set_source_files_properties(${cells} PROPERTIES COMPILE_OPTIONS -O0)
foreach(area IN ITEMS laws cells net error lifecycle pool)
    file(GLOB sources CONFIGURE_DEPENDS ${components_${area}})
    add_executable(component_${area} ${sources} wasi/main.cpp)
    target_link_libraries(component_${area} PRIVATE estate::estate)
    target_include_directories(component_${area} PRIVATE ${wasi} ${CMAKE_CURRENT_SOURCE_DIR})
    foreach(host IN LISTS hosts)
        add_test(NAME components.${area}_on_${host} COMMAND ${run_${host}} $<TARGET_FILE:component_${area}>)
        set_tests_properties(components.${area}_on_${host} PROPERTIES
            TIMEOUT 300 LABELS components FAIL_REGULAR_EXPRESSION "wasm trap;wasi-io trap")
    endforeach()
endforeach()

# The examples, and a peer for both ends of TCP, talk with native programs and with Python.
add_executable(tcp_peer wasi/tcp_peer.cpp $<TARGET_OBJECTS:wasi_console>)
target_link_libraries(tcp_peer PRIVATE estate::estate)
# The compile-fail suite asks a component what is legal in a component.
if("compile_fail" IN_LIST ESTATE_TEST_SUITES)
    list(GET hosts 0 host)
    add_executable(print_table ${root}/compile-fail-tests/print_table.cpp)
    target_link_libraries(print_table PRIVATE estate::estate)
    add_test(NAME compile_fail.each_cell_that_no_table_of_a_component_lists_is_refused
        COMMAND Python3::Interpreter ${root}/compile-fail-tests/matrix.py --compiler ${compiler} --jobs ${jobs}
                --table ${run_${host}} $<TARGET_FILE:print_table>)
    set_tests_properties(compile_fail.each_cell_that_no_table_of_a_component_lists_is_refused PROPERTIES
        TIMEOUT 1200 COST 60 PROCESSORS ${jobs} LABELS compile_fail)
endif()
# The echo server that tells how many handles it has.
add_executable(tcp_echo_counted ${root}/examples/tcp_echo.cpp wasi/counting_console.cpp)
target_link_libraries(tcp_echo_counted PRIVATE estate::estate)
# Without a heap, and with an arena that its arguments can fill.
add_executable(no_heap wasi/no_heap.cpp $<TARGET_OBJECTS:wasi_console>)
target_link_libraries(no_heap PRIVATE estate::estate)
target_compile_definitions(no_heap PRIVATE ESTATE_WASI_NO_HEAP ESTATE_WASI_ARENA=1024)
set(native ${CMAKE_CURRENT_BINARY_DIR}/native)
set(run ${wasi}/run.py)
set(common --programs ${PROJECT_BINARY_DIR}/examples ${CMAKE_CURRENT_BINARY_DIR} --native ${native}
    --wasm-tools ${ESTATE_WASM_TOOLS} --build-type ${CMAKE_BUILD_TYPE})
find_program(NATIVE_COMPILER NAMES g++ clang++-19 c++ REQUIRED)
add_test(NAME components.native_programs_build COMMAND Python3::Interpreter ${run} ${common}
    --compiler ${NATIVE_COMPILER} --source ${root} build_native)
set_tests_properties(components.native_programs_build PROPERTIES
    TIMEOUT 120 LABELS components FIXTURES_SETUP native_programs)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${run})
execute_process(COMMAND ${Python3_EXECUTABLE} ${run} --list OUTPUT_VARIABLE checks COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" checks "${checks}")
foreach(check IN LISTS checks)
    if(check MATCHES "^(.*) once$")
        add_test(NAME components.${CMAKE_MATCH_1} COMMAND Python3::Interpreter ${run} ${common} ${CMAKE_MATCH_1})
        set_tests_properties(components.${CMAKE_MATCH_1} PROPERTIES
            TIMEOUT 60 LABELS components SKIP_RETURN_CODE 77)
        continue()
    endif()
    foreach(host IN LISTS hosts)
        add_test(NAME components.${check}_on_${host}
            COMMAND Python3::Interpreter ${run} ${common} ${check} --host ${run_${host}})
        set_tests_properties(components.${check}_on_${host} PROPERTIES TIMEOUT 180 LABELS components
            SKIP_RETURN_CODE 77 FIXTURES_REQUIRED native_programs FAIL_REGULAR_EXPRESSION "wasm trap;wasi-io trap")
    endforeach()
endforeach()

# The other ways to make a component that the toolchain file knows.
if(NOT WASI_SDK_PREFIX)
    file(GLOB rust_tools "$ENV{HOME}/.rustup/toolchains/*/lib/rustlib/*/bin")
    find_program(ESTATE_WASM_COMPONENT_LD wasm-component-ld HINTS ${rust_tools})
    find_program(ESTATE_JCO jco)
    set(tool_of_wasi-sdk ${ESTATE_WASM_COMPONENT_LD})
    set(tool_of_wasm-component-ld ${ESTATE_WASM_COMPONENT_LD})
    set(tool_of_jco ${ESTATE_JCO})
    find_path(ESTATE_CLANG_22 bin/wasm-ld PATHS ${ESTATE_WASI_CACHE}/llvm-22 /usr/lib/llvm-22 NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
    set(tool_of_clang-22 ${ESTATE_CLANG_22})
    foreach(way IN ITEMS wasi-sdk wasm-component-ld jco clang-22)
        set(made ${CMAKE_CURRENT_BINARY_DIR}/made_by_${way})
        add_test(NAME components.made_by_${way} COMMAND Python3::Interpreter ${wasi}/toolchain.py
            --source ${root} --work ${made} --cache ${ESTATE_WASI_CACHE} --cmake ${CMAKE_COMMAND}
            --wasm-tools ${ESTATE_WASM_TOOLS} --tool ${tool_of_${way}} ${way})
        set_tests_properties(components.made_by_${way} PROPERTIES
            TIMEOUT 180 LABELS components SKIP_RETURN_CODE 77 FIXTURES_SETUP made_by_${way})
        if(NOT tool_of_${way})
            continue()  # there will be nothing to run
        endif()
        foreach(host IN LISTS hosts)
            add_test(NAME components.made_by_${way}_echoes_on_${host}
                COMMAND Python3::Interpreter ${run} ${common} --programs ${made}/build/examples ${made}
                        a_python_client_is_echoed --host ${run_${host}})
            set_tests_properties(components.made_by_${way}_echoes_on_${host} PROPERTIES
                TIMEOUT 60 LABELS components SKIP_RETURN_CODE 77 FIXTURES_REQUIRED made_by_${way}
                FAIL_REGULAR_EXPRESSION "wasm trap;wasi-io trap")
        endforeach()
    endforeach()
endif()

# Round trips beside plain C on the bindings: that the benchmark runs; what it prints depends on the machine.
enable_language(C)
add_executable(wasi_echo_raw ${root}/benchmarks/programs/wasi_echo_raw.c)
add_executable(wasi_echo_estate ${root}/benchmarks/programs/wasi_echo_estate.cpp)
target_link_libraries(wasi_echo_estate PRIVATE estate::estate)
foreach(host IN LISTS hosts)
    add_test(NAME components.round_trips_can_be_measured_on_${host}
        COMMAND Python3::Interpreter ${root}/benchmarks/wasi.py --raw $<TARGET_FILE:wasi_echo_raw>
                --estate $<TARGET_FILE:wasi_echo_estate> --host ${run_${host}})
    set_tests_properties(components.round_trips_can_be_measured_on_${host} PROPERTIES
        TIMEOUT 180 LABELS components RUN_SERIAL ON)
endforeach()
