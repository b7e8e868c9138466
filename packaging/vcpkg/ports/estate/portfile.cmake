# An overlay port of this checkout:
#   vcpkg install estate --overlay-ports=<checkout>/packaging/vcpkg/ports
# In a registry the next line becomes vcpkg_from_github() with the tag of the version and its SHA512.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../.." ABSOLUTE)

vcpkg_check_linkage(ONLY_HEADER_LIBRARY)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DESTATE_BUILD_TESTS=OFF
        -DESTATE_BUILD_EXAMPLES=OFF
        -DESTATE_BUILD_DOCS=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME estate CONFIG_PATH share/cmake/estate)
vcpkg_fixup_pkgconfig()

# Headers only: the debug tree would repeat the release tree.
file(REMOVE_RECURSE
    "${CURRENT_PACKAGES_DIR}/debug"
    "${CURRENT_PACKAGES_DIR}/lib"
    "${CURRENT_PACKAGES_DIR}/share/licenses"
)
file(INSTALL "${CURRENT_PORT_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
