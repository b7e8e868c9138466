# SPDX-License-Identifier: BSL-1.0
# Stands for ConanCenter's Boost where no network is: the headers of this machine.
from conan import ConanFile


class SystemBoost(ConanFile):
    name = "boost"
    version = "1.81.0"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"header_only": [True, False]}
    default_options = {"header_only": True}

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.includedirs = []
        self.cpp_info.components["headers"].includedirs = []
        self.cpp_info.components["headers"].set_property("cmake_target_name", "Boost::headers")
        self.cpp_info.set_property("cmake_file_name", "Boost")
