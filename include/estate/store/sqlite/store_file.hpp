// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <estate/store/sqlite/file_header.hpp>
#include <estate/store/sqlite/statement.hpp>
#include <limits>
#include <string>

namespace estate {

/// What SqliteStore promises of what it has written.
enum class Synchronous : std::uint8_t {
    full,    ///< it is there after the process was killed, and after the power went
    normal,  ///< it is there after the process was killed; when the power goes, what was written last can be lost, and
             ///< never a part of a change: then an address can be leased that its owner still uses
};

namespace detail {

/// The version of the tables.
inline constexpr std::uint32_t store_format = 1;

/// What makes the tables of version N of those of version N - 1. Never change one: add the next.
inline constexpr const char* store_migrations[] = {
    R"(CREATE TABLE setting(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
       CREATE TABLE holder(number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, openings INTEGER NOT NULL);
       CREATE TABLE range(first BLOB PRIMARY KEY, length INTEGER NOT NULL, usable INTEGER NOT NULL,
                          draining INTEGER NOT NULL, gateway BLOB, held BLOB NOT NULL) WITHOUT ROWID;
       CREATE TABLE quota(tenant BLOB PRIMARY KEY, most INTEGER NOT NULL) WITHOUT ROWID;
       CREATE TABLE lease(address BLOB PRIMARY KEY, generation INTEGER NOT NULL, holder INTEGER NOT NULL,
                          cooling INTEGER NOT NULL, since INTEGER NOT NULL, tenant BLOB NOT NULL,
                          resource BLOB NOT NULL, kind INTEGER NOT NULL, label BLOB NOT NULL,
                          sticky INTEGER NOT NULL, kept INTEGER NOT NULL, life INTEGER, ends INTEGER) WITHOUT ROWID;
       CREATE INDEX lease_cooling ON lease(since) WHERE cooling = 1;)",
};
static_assert(sizeof(store_migrations) / sizeof(*store_migrations) == store_format);

/// An open database file.
class StoreFile {
public:
    StoreFile() noexcept = default;
    StoreFile(StoreFile&& from) noexcept : database_{std::exchange(from.database_, nullptr)} {}
    StoreFile& operator=(StoreFile&& from) noexcept {
        std::swap(database_, from.database_);
        return *this;
    }
    ~StoreFile() { sqlite3_close_v2(database_); }

    /// Opens the file, or makes it where `may_make`, and brings it to this version.
    /// Errors  store_errc::not_a_store, newer_format, damaged, and the file was not touched; busy, full, cannot_open,
    ///         failed; ENOMEM.
    [[nodiscard]] static result<StoreFile> open(const std::string& path, bool may_make,
                                                std::chrono::milliseconds patience, Synchronous synchronous) {
        const FileHeader found = FileHeader::read(path);
        const bool is_missing = found.kind == FileHeader::Kind::absent && !may_make;
        if (found.kind == FileHeader::Kind::unreadable || is_missing) return store_errc::cannot_open;
        if (found.kind == FileHeader::Kind::other) return store_errc::not_a_store;
        if (found.version > store_format) return store_errc::newer_format;
        StoreFile made;
        const int opened = sqlite3_open_v2(path.c_str(), &made.database_,
                                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
        if (opened != SQLITE_OK) return sqlite_error(opened);
        sqlite3_busy_timeout(made.database_, static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(
                                                 patience.count(), 0, (std::numeric_limits<int>::max)())));
        made.leave_on_close(true);  // a file with a fault is not written back
        if (found.kind == FileHeader::Kind::store) {
            if (const auto whole = made.check(); !whole) return whole.assume_error();
        }
        if (const auto ready = made.migrate(synchronous); !ready) return ready.assume_error();
        made.leave_on_close(false);
        return made;
    }

    [[nodiscard]] sqlite3* database() const noexcept { return database_; }
    [[nodiscard]] result<void> run(const char* sql) noexcept {
        const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return sqlite_error(code);
        return success();
    }
    /// work() in a transaction: all of it or nothing, which is what there is of it when work() throws.
    template <class Work>
    [[nodiscard]] result<void> transaction(Work work) {
        result<void> done = run("BEGIN IMMEDIATE");
        if (!done) return done;
        const Rollback unless_committed{*this};
        done = work();
        if (done) done = run("COMMIT");
        return done;
    }
    /// Pre  it always has a row
    [[nodiscard]] result<std::int64_t> number(const char* sql) noexcept {
        Statement statement;
        if (const auto ready = statement.prepare(database_, sql); !ready) return ready.assume_error();
        const auto row = statement.step();
        if (!row) return row.assume_error();
        return statement.number(0);
    }

private:
    struct Rollback {
        StoreFile& file;
        explicit Rollback(StoreFile& begun) noexcept : file{begun} {}
        Rollback(const Rollback&) = delete;
        Rollback& operator=(const Rollback&) = delete;
        ~Rollback() {
            if (sqlite3_get_autocommit(file.database_) == 0) static_cast<void>(file.run("ROLLBACK"));
        }
    };

    void leave_on_close(bool leave) noexcept {
        sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave ? 1 : 0, nullptr);
    }
    /// Every page of the file is read.
    [[nodiscard]] result<void> check() noexcept {
        Statement statement;
        if (const auto ready = statement.prepare(database_, "PRAGMA quick_check(1)"); !ready) return ready;
        const auto row = statement.step();
        if (!row) return row.assume_error();
        if (statement.bytes(0) != "ok") return store_errc::damaged;
        return success();
    }
    [[nodiscard]] result<void> migrate(Synchronous synchronous) {
        auto version = number("PRAGMA user_version");
        if (!version) return version.assume_error();
        if (version.assume_value() != store_format) {
            // not yet in WAL mode when it is made, so that the first bytes of the file itself say what it is
            const auto migrated = transaction([&]() -> result<void> {
                version = number("PRAGMA user_version");  // another process may have been faster
                if (!version) return version.assume_error();
                const std::int64_t before = version.assume_value();
                if (before < 0 || before > std::int64_t{store_format}) return store_errc::newer_format;
                for (auto at = static_cast<std::uint32_t>(before); at < store_format; ++at) {
                    if (auto made = run(store_migrations[at]); !made) return made;
                }
                const std::string mark = "PRAGMA application_id = " + std::to_string(store_application) +
                                         "; PRAGMA user_version = " + std::to_string(store_format);
                return run(mark.c_str());
            });
            if (!migrated) return migrated;
        }
        if (auto made = run("PRAGMA journal_mode = WAL"); !made) return made;
        return run(synchronous == Synchronous::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    }

    sqlite3* database_ = nullptr;
};

}  // namespace detail
}  // namespace estate
