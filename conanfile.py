# SPDX-License-Identifier: BSL-1.0
# Conan 2:  conan create . --build=missing     (packaging/conan/test_package is then built and run)
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir

required_conan_version = ">=2.0"


class EstateConan(ConanFile):
    name = "estate"
    description = "Sockets whose state is their type, and addresses that somebody holds"
    license = "BSL-1.0"
    topics = ("socket", "typestate", "networking", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    exports_sources = "CMakeLists.txt", "cmake/*", "include/*", "LICENSE"
    test_package_folder = "packaging/conan/test_package"
    no_copy_source = True

    def set_version(self):
        text = load(self, os.path.join(self.recipe_folder, "include", "estate", "version.hpp"))
        self.version = ".".join(re.findall(r"#define ESTATE_VERSION_\w+ (\d+)", text))

    def requirements(self):
        # Outcome and Hana are headers. 1.78: results of trivially copyable types are so themselves.
        self.requires("boost/[>=1.78.0 <2]", options={"header_only": True}, transitive_headers=True)

    def layout(self):
        cmake_layout(self)

    def package_id(self):
        self.info.clear()

    # No check of compiler.cppstd: headers have no standard of their own, a detected profile says gnu17, and the program that
    # includes them is compiled as C++20 by its own `cxx_std_20`.
    def validate(self):
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("the sockets of this version are Linux's")

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "DOCS"):
            toolchain.cache_variables[f"ESTATE_BUILD_{part}"] = False
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        rmdir(self, os.path.join(self.package_folder, "share"))  # CMakeDeps makes the consumer's files

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.system_libs = ["pthread"]  # the pool has a mutex
        self.cpp_info.requires = ["boost::headers"]
        self.cpp_info.set_property("cmake_file_name", "estate")
        self.cpp_info.set_property("cmake_target_name", "estate::estate")
        self.cpp_info.set_property("pkg_config_name", "estate")
