// SPDX-License-Identifier: BSL-1.0
#pragma once

// The state of a pool as JSON. Needs nlohmann-json 3.9 or later, which no other header does; so no other includes it.
#include <estate/pool/json/export.hpp>
#include <estate/pool/json/import.hpp>
#include <estate/version.hpp>
