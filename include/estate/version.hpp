// SPDX-License-Identifier: BSL-1.0
#pragma once

// The one place that holds the version; CMake, the packages and the documents read it from here.
#define ESTATE_VERSION_MAJOR 0
#define ESTATE_VERSION_MINOR 1
#define ESTATE_VERSION_PATCH 0
