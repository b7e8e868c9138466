// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <estate/net/ip_address.hpp>
#include <estate/store/store_errc.hpp>
#include <string_view>
#include <utility>

namespace estate::detail {

/// What an answer of SQLite means for a store.
/// Source  https://sqlite.org/rescode.html
[[nodiscard]] inline Error sqlite_error(int code) noexcept {
    switch (code & 0xFF) {
        case SQLITE_NOMEM: return Error::system(ENOMEM);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: return store_errc::busy;
        case SQLITE_FULL: return store_errc::full;
        case SQLITE_CORRUPT:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_ERROR: return store_errc::damaged;
        case SQLITE_NOTADB: return store_errc::not_a_store;
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY: return store_errc::cannot_open;
        default: return store_errc::failed;
    }
}

/// The address that these bytes are, in network order, so that keys are ordered as addresses are.
/// Errors  store_errc::damaged (not as many as an address has).
template <Family F>
[[nodiscard]] result<IpAddress<F>> address_of(std::string_view bytes) noexcept {
    typename IpAddress<F>::Bytes made{};
    if (bytes.size() != made.size()) return store_errc::damaged;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(made.data()));
    return IpAddress<F>::from_bytes(made);
}

/// A statement of SQL, prepared once. What is bound must live until it has run.
class Statement {
public:
    Statement() noexcept = default;
    Statement(Statement&& from) noexcept : statement_{std::exchange(from.statement_, nullptr)} {}
    Statement& operator=(Statement&& from) noexcept {
        std::swap(statement_, from.statement_);
        return *this;
    }
    ~Statement() { sqlite3_finalize(statement_); }

    [[nodiscard]] result<void> prepare(sqlite3* database, std::string_view sql) noexcept {
        const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
        if (code != SQLITE_OK) return sqlite_error(code);
        return success();
    }

    /// Parameters are counted from 1, columns from 0.
    void bind(int at, std::int64_t value) noexcept { sqlite3_bind_int64(statement_, at, value); }
    void bind_number(int at, std::uint64_t value) noexcept { bind(at, static_cast<std::int64_t>(value)); }
    /// Pre  the bytes are somewhere, be it none: no bytes at nowhere are NULL
    void bind(int at, std::string_view bytes) noexcept {
        sqlite3_bind_blob(statement_, at, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    }
    template <std::size_t Size>
    void bind(int at, const std::array<unsigned char, Size>& key) noexcept {
        sqlite3_bind_blob(statement_, at, key.data(), static_cast<int>(Size), SQLITE_STATIC);
    }
    void bind_null(int at) noexcept { sqlite3_bind_null(statement_, at); }

    /// True where there is a row.
    [[nodiscard]] result<bool> step() noexcept {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        return sqlite_error(code);
    }
    [[nodiscard]] std::int64_t number(int column) const noexcept { return sqlite3_column_int64(statement_, column); }
    [[nodiscard]] bool is_null(int column) const noexcept {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    /// Until the next step().
    [[nodiscard]] std::string_view bytes(int column) const noexcept {
        const void* const data = sqlite3_column_blob(statement_, column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        return data != nullptr ? std::string_view{static_cast<const char*>(data), size} : std::string_view{};
    }
    /// Errors  store_errc::damaged.
    template <Family F>
    [[nodiscard]] result<IpAddress<F>> address(int column) const noexcept {
        return address_of<F>(bytes(column));
    }

    /// visit(*this) for each row, as long as it succeeds. The statement can then be run again, whatever happened.
    template <class Visit>
    [[nodiscard]] result<void> each(Visit visit) {
        const Reset in_the_end{statement_};
        for (;;) {
            const auto row = step();
            if (!row) return row.assume_error();
            if (!row.assume_value()) return success();
            if (auto done = visit(*this); !done) return done;
        }
    }
    /// The statement to its end, without rows.
    [[nodiscard]] result<void> run() noexcept {
        return each([](Statement&) { return result<void>{success()}; });
    }

private:
    struct Reset {
        sqlite3_stmt* statement;
        explicit Reset(sqlite3_stmt* stepped) noexcept : statement{stepped} {}
        Reset(const Reset&) = delete;
        Reset& operator=(const Reset&) = delete;
        ~Reset() { sqlite3_reset(statement); }
    };

    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace estate::detail
