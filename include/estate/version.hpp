// SPDX-License-Identifier: BSL-1.0
#pragma once

// The one place that holds the version; CMake, the packages and the documents read it from here.
#define ESTATE_VERSION_MAJOR 0
#define ESTATE_VERSION_MINOR 1
#define ESTATE_VERSION_PATCH 0

/// One number to compare: 0.1.0 is 100, 1.2.3 is 10203.
#define ESTATE_VERSION (ESTATE_VERSION_MAJOR * 10000 + ESTATE_VERSION_MINOR * 100 + ESTATE_VERSION_PATCH)
