// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/sqlite/file_time.hpp>
#include <estate/store/sqlite/store_file.hpp>
#include <estate/store/stored.hpp>

namespace estate::detail {

/// The tables of what is seldom changed: settings, holders, ranges, quotas.
template <Family F>
class SettingRows {
public:
    [[nodiscard]] result<std::int64_t> get(sqlite3* database, std::string_view name, std::int64_t otherwise) noexcept {
        Statement select;
        if (auto ready = select.prepare(database, "SELECT value FROM setting WHERE name = CAST(?1 AS TEXT)"); !ready)
            return ready.assume_error();
        select.bind(1, name);
        const auto row = select.step();
        if (!row) return row.assume_error();
        return row.assume_value() ? select.number(0) : otherwise;
    }
    template <class Value>
    [[nodiscard]] result<void> set(sqlite3* database, std::string_view name, const Value& value) noexcept {
        Statement put;
        if (auto ready = put.prepare(database, "REPLACE INTO setting(name, value) VALUES(CAST(?1 AS TEXT), ?2)");
            !ready)
            return ready;
        put.bind(1, name);
        put.bind(2, value);
        return put.run();
    }

    /// The number of the holder of this name, which is opened once more.
    [[nodiscard]] result<std::int64_t> open_holder(sqlite3* database, const Name<63>& name) noexcept {
        Statement put;
        if (auto ready = put.prepare(database, "INSERT INTO holder(name, openings) VALUES(?1, 1) ON CONFLICT(name) "
                                               "DO UPDATE SET openings = openings + 1 RETURNING number");
            !ready)
            return ready.assume_error();
        put.bind(1, name.view());
        const auto row = put.step();
        if (!row) return row.assume_error();
        const std::int64_t number = put.number(0);
        const auto done = put.step();
        if (!done) return done.assume_error();
        return number;
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_holders(sqlite3* database, Visitor& visitor) {
        return each(database, "SELECT number, name, openings FROM holder ORDER BY number", [&](Statement& row) {
            visitor(row.number(0), row.bytes(1), row.number(2));
            return result<void>{success()};
        });
    }
    /// The time that all holders have; what was written last is not after it.
    [[nodiscard]] result<FileTime> resume_time(sqlite3* database, const StoreClocks& clocks,
                                               std::int64_t written) noexcept {
        FileTime before;
        Statement select;
        if (auto ready = select.prepare(database, "SELECT value FROM setting WHERE name = 'machine'"); !ready)
            return ready.assume_error();
        const auto row = select.step();
        if (!row) return row.assume_error();
        if (row.assume_value()) before.machine = Name<63>::clipped(select.bytes(0));
        const auto ahead = get(database, "ahead", 0);
        if (!ahead) return ahead.assume_error();
        before.ahead = ahead.assume_value();
        const FileTime time = FileTime::resumed(clocks, before, written);
        if (auto done = set(database, "machine", time.machine.view()); !done) return done.assume_error();
        if (auto done = set(database, "ahead", time.ahead); !done) return done.assume_error();
        return time;
    }

    /// In place of the former range. Errors  errc::range_overlaps (with another one that has not drained).
    [[nodiscard]] result<void> put(sqlite3* database, const StoredRange<F>& range, const CidrRange<F>& former) {
        if (auto gone = remove(database, former); !gone) return gone;
        if (auto free = make_way(database, range.cidr); !free) return free;
        Statement put;
        if (auto ready = put.prepare(database, "REPLACE INTO range VALUES(?1, ?2, ?3, ?4, ?5, ?6)"); !ready)
            return ready;
        const auto first = range.cidr.first().bytes();
        typename IpAddress<F>::Bytes gateway{};
        std::string held;
        for (const auto& [from, to] : range.held) {
            for (const auto& key : {from.bytes(), to.bytes()})
                held.append(reinterpret_cast<const char*>(key.data()), key.size());
        }
        put.bind(1, first);
        put.bind(2, range.cidr.prefix_length());
        put.bind(3, static_cast<std::int64_t>(range.usable));
        put.bind(4, range.draining ? 1 : 0);
        if (range.gateway) {
            gateway = range.gateway->bytes();
            put.bind(5, gateway);
        } else {
            put.bind_null(5);
        }
        put.bind(6, std::string_view{held});
        return put.run();
    }
    /// Errors  errc::range_in_use (an address of it is leased, by any process).
    [[nodiscard]] result<void> erase(sqlite3* database, const CidrRange<F>& range) noexcept {
        const auto leased = has_leases(database, range);
        if (!leased) return leased.assume_error();
        if (leased.assume_value()) return errc::range_in_use;
        return remove(database, range);
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(sqlite3* database, Visitor& visitor) {
        return each(database, "SELECT first, length, usable, draining, gateway, held FROM range",
                    [&](Statement& row) -> result<void> {
            StoredRange<F> made;
            const auto cidr = cidr_of(row);
            if (!cidr) return cidr.assume_error();
            made.cidr = cidr.assume_value();
            made.usable = row.number(2) == 1 ? Usable::all : Usable::hosts;
            made.draining = row.number(3) != 0;
            if (!row.is_null(4)) {
                const auto gateway = row.address<F>(4);
                if (!gateway) return gateway.assume_error();
                made.gateway = gateway.assume_value();
            }
            const std::string_view held = row.bytes(5);
            constexpr std::size_t size = F::bits / 8;
            if (held.size() % (2 * size) != 0) return store_errc::damaged;
            for (std::size_t at = 0; at < held.size(); at += 2 * size) {
                made.held.emplace_back(address_of<F>(held.substr(at, size)).assume_value(),
                                       address_of<F>(held.substr(at + size, size)).assume_value());
            }
            visitor(std::as_const(made));
            return success();
        });
    }

    [[nodiscard]] result<void> put_quota(sqlite3* database, const TenantName& tenant, std::uint64_t most) noexcept {
        constexpr std::uint64_t none = ~std::uint64_t{0};
        Statement put;
        if (auto ready = put.prepare(database, most == none ? "DELETE FROM quota WHERE tenant = ?1"
                                                            : "REPLACE INTO quota VALUES(?1, ?2)");
            !ready)
            return ready;
        put.bind(1, tenant.view());
        if (most != none) put.bind_number(2, most);
        return put.run();
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_quotas(sqlite3* database, Visitor& visitor) {
        return each(database, "SELECT tenant, most FROM quota", [&](Statement& row) -> result<void> {
            const auto tenant = TenantName::make(row.bytes(0));
            if (!tenant) return store_errc::damaged;
            visitor(tenant.assume_value(), static_cast<std::uint64_t>(row.number(1)));
            return success();
        });
    }

private:
    /// Of a row that begins with it.
    [[nodiscard]] static result<CidrRange<F>> cidr_of(const Statement& row) noexcept {
        const auto first = row.address<F>(0);
        if (!first) return first.assume_error();
        const std::int64_t length = row.number(1);
        if (length < 0 || length > F::bits) return store_errc::damaged;
        const auto cidr = CidrRange<F>::masked(first.assume_value(), static_cast<int>(length)).assume_value();
        if (cidr.first() != first.assume_value()) return store_errc::damaged;
        return cidr;
    }
    [[nodiscard]] static result<void> remove(sqlite3* database, const CidrRange<F>& range) noexcept {
        Statement remove;
        if (auto ready = remove.prepare(database, "DELETE FROM range WHERE first = ?1 AND length = ?2"); !ready)
            return ready;
        const auto first = range.first().bytes();
        remove.bind(1, first);
        remove.bind(2, range.prefix_length());
        return remove.run();
    }
    [[nodiscard]] static result<bool> has_leases(sqlite3* database, const CidrRange<F>& range) noexcept {
        Statement select;
        if (auto ready = select.prepare(database, "SELECT 1 FROM lease WHERE address BETWEEN ?1 AND ?2 "
                                                  "AND cooling = 0 LIMIT 1");
            !ready)
            return ready.assume_error();
        const auto first = range.first().bytes();
        const auto last = range.last().bytes();
        select.bind(1, first);
        select.bind(2, last);
        return select.step();
    }
    /// Other ranges that overlap this one and have drained end now. The others do not overlap: one that contains this
    /// one is the nearest that begins before it.
    [[nodiscard]] result<void> make_way(sqlite3* database, const CidrRange<F>& range) {
        std::vector<CidrRange<F>> drained;
        Statement select;
        if (auto ready = select.prepare(database,
                "SELECT first, length, draining FROM range WHERE first BETWEEN ?1 AND ?2 UNION ALL SELECT * FROM "
                "(SELECT first, length, draining FROM range WHERE first < ?1 ORDER BY first DESC LIMIT 1)");
            !ready)
            return ready;
        const auto first = range.first().bytes();
        const auto last = range.last().bytes();
        select.bind(1, first);
        select.bind(2, last);
        auto looked = select.each([&](Statement& row) -> result<void> {
            const auto other = cidr_of(row);
            if (!other) return other.assume_error();
            if (other.assume_value() == range || !other.assume_value().overlaps(range)) return success();
            if (row.number(2) == 0) return errc::range_overlaps;
            drained.push_back(other.assume_value());
            return success();
        });
        for (const CidrRange<F>& other : drained) {
            if (looked) looked = erase(database, other);
            if (!looked && looked.assume_error() == errc::range_in_use) return errc::range_overlaps;
        }
        return looked;
    }
    template <class Visit>
    [[nodiscard]] static result<void> each(sqlite3* database, const char* sql, Visit visit) {
        Statement select;
        if (auto ready = select.prepare(database, sql); !ready) return ready;
        return select.each(visit);
    }
};

}  // namespace estate::detail
