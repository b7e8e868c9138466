// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sqlite3.h>

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

/// An address as a key: its bytes in network order, so that keys are ordered as addresses are.
template <Family F>
[[nodiscard]] std::array<unsigned char, F::bits / 8> key_of(const IpAddress<F>& ip) noexcept {
    std::array<unsigned char, F::bits / 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<unsigned char>((ip.bits() >> static_cast<unsigned>(8 * (bytes.size() - 1 - i))).low());
    return bytes;
}
template <Family F>
[[nodiscard]] IpAddress<F> address_of(const unsigned char* bytes) noexcept {
    Uint128 bits;
    for (int i = 0; i < F::bits / 8; ++i) bits = bits << 8 | Uint128{bytes[i]};
    return IpAddress<F>::from_bits(bits);
}

/// A statement of SQL, prepared once. What is bound must live until reset().
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
    void bind(int at, std::string_view bytes) noexcept {
        sqlite3_bind_blob(statement_, at, bytes.data() != nullptr ? bytes.data() : "",
                          static_cast<int>(bytes.size()), SQLITE_STATIC);
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
    /// Errors  store_errc::damaged (not as many bytes as an address has).
    template <Family F>
    [[nodiscard]] result<IpAddress<F>> address(int column) const noexcept {
        const std::string_view found = bytes(column);
        if (found.size() != F::bits / 8) return store_errc::damaged;
        return address_of<F>(reinterpret_cast<const unsigned char*>(found.data()));
    }
    void reset() noexcept { sqlite3_reset(statement_); }

    /// The statement to its end, without rows.
    [[nodiscard]] result<void> run() noexcept {
        const auto done = step();
        reset();
        if (!done) return done.assume_error();
        return success();
    }

private:
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace estate::detail
