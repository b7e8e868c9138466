# SPDX-License-Identifier: BSL-1.0
# Nothing installed depends on the architecture, so all of it lives in include/ and share/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_DATADIR}/cmake/estate)

install(TARGETS estate
    EXPORT estateTargets
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILE_SET posix DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILE_SET parts DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILE_SET wasi DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILE_SET json DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT estateTargets NAMESPACE estate:: DESTINATION ${config_dir})

configure_package_config_file(cmake/estateConfig.cmake.in estateConfig.cmake
    INSTALL_DESTINATION ${config_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(estateConfigVersion.cmake
    COMPATIBILITY SameMinorVersion
    ARCH_INDEPENDENT)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/estateConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/estateConfigVersion.cmake
    cmake/component.cmake
    DESTINATION ${config_dir})
# For WASI: what is linked into a component, and the toolchain file, which finds the package that it lies in.
install(DIRECTORY cmake/wasi cmake/toolchains DESTINATION ${config_dir})

set(pc_dir ${CMAKE_INSTALL_DATADIR}/pkgconfig)
file(RELATIVE_PATH pc_to_prefix "/prefix/${pc_dir}" "/prefix")
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
set(pc_libs "")
if(estate_needs_threads)
    set(pc_libs "-pthread")
endif()
configure_file(cmake/estate.pc.in estate.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/estate.pc DESTINATION ${pc_dir})
install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/estate)
