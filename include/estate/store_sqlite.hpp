// SPDX-License-Identifier: BSL-1.0
#pragma once

// Pools whose leases outlive the process, in a file. Needs SQLite 3.35 or later: link estate::store_sqlite.
#include <boost/outcome/try.hpp>
#include <estate/net/literals.hpp>
#include <estate/store/copy_to_store.hpp>
#include <estate/store/durable_pool.hpp>
#include <estate/store/sqlite/sqlite_store.hpp>
#include <estate/version.hpp>

namespace estate {

/// A pool in a file of SQLite; DurablePool and SqliteStore say what it does.
template <Family F>
using SqlitePool = DurablePool<F, SqliteStore<F>>;

}  // namespace estate
