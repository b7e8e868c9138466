// SPDX-License-Identifier: BSL-1.0
// Only there to own the precompiled header.
