// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/store/sqlite/setting_rows.hpp>
#include <estate/store/stored.hpp>
#include <limits>

namespace estate::detail {

/// The table of leases: one row an address that is leased or in quarantine.
template <Family F>
class LeaseRows {
public:
    [[nodiscard]] result<void> prepare(sqlite3* database, std::int64_t holder) noexcept {
        holder_ = holder;
        const std::pair<Statement*, const char*> statements[] = {
            {&lease_,
             "INSERT INTO lease(address, generation, holder, cooling, since, tenant, resource, kind, label, sticky, "
             "kept) VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, 0) ON CONFLICT(address) DO UPDATE SET "
             "generation = ?2, holder = ?3, cooling = 0, since = ?4, tenant = ?5, resource = ?6, kind = ?7, "
             "label = ?8, sticky = ?9, kept = 0, life = NULL, ends = NULL "
             // the pool of the holder knows of its own quarantine by a better clock
             "WHERE cooling = 1 AND (holder = ?3 OR since <= ?10)"},
            {&free_, "DELETE FROM lease WHERE address = ?1 AND generation = ?2"},
            {&cool_, "UPDATE lease SET cooling = 1, since = ?3 WHERE address = ?1 AND generation = ?2 AND cooling = 0"},
            {&keep_, "UPDATE lease SET kept = ?5, life = ?3, ends = ?4 WHERE address = ?1 AND generation = ?2 "
                     "AND cooling = 0"},
            {&prune_, "DELETE FROM lease WHERE address IN "
                      "(SELECT address FROM lease WHERE cooling = 1 AND since <= ?1 ORDER BY since LIMIT 256)"},
            {&scan_, "SELECT address, generation, holder, cooling, since, tenant, resource, kind, label, sticky, kept, "
                     "life, ends FROM lease"},
        };
        for (const auto& [statement, sql] : statements) {
            if (auto ready = statement->prepare(database, sql); !ready) return ready;
        }
        database_ = database;
        return success();
    }

    [[nodiscard]] bool has_holder() const noexcept { return holder_ != 0; }
    [[nodiscard]] result<void> apply(StoreChange<F>& change, std::int64_t now, std::int64_t quarantine) noexcept {
        using Kind = typename StoreChange<F>::Kind;
        using Outcome = typename StoreChange<F>::Outcome;
        change.outcome = Outcome::done;
        const auto key = change.address.bytes();
        Statement& statement = change.kind == Kind::lease     ? lease_
                               : change.kind != Kind::release ? keep_
                               : quarantine != 0              ? cool_
                                                              : free_;
        statement.bind(1, key);
        statement.bind_number(2, change.generation);
        if (change.kind == Kind::lease) {
            const Owner& owner = *change.owner;
            statement.bind(3, holder_);
            statement.bind(4, now);
            statement.bind(5, owner.tenant().view());
            statement.bind(6, owner.resource().view());
            statement.bind(7, static_cast<std::int64_t>(owner.type().kind()));
            statement.bind(8, owner.type().label());
            statement.bind(9, change.is_sticky ? 1 : 0);
            statement.bind(10, now - quarantine);
        } else if (change.kind != Kind::release) {
            const std::optional<std::int64_t> life = change.time_to_live;
            life ? statement.bind(3, *life) : statement.bind_null(3);
            life ? statement.bind(4, saturated(now, *life)) : statement.bind_null(4);
            statement.bind(5, change.kind == Kind::keep ? 1 : 0);
        } else if (quarantine != 0) {
            statement.bind(3, now);
            ++cooled_;
        }
        if (auto done = statement.run(); !done) return done;
        if (sqlite3_changes(database_) != 0) return success();
        if (change.kind != Kind::release)  // whose lease may have ended in an earlier try
            change.outcome = change.kind == Kind::lease ? Outcome::elsewhere : Outcome::stale;
        return success();
    }
    /// Forgets addresses that were given back before this time, some at once, every now and then.
    [[nodiscard]] result<void> prune(std::int64_t before) noexcept {
        if (cooled_ < 128) return success();
        cooled_ = 0;
        prune_.bind(1, before);
        return prune_.run();
    }
    /// visitor(const StoredLease<F>&) for each row.
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor& visitor, std::int64_t now, std::int64_t quarantine, std::int64_t grace) {
        return scan_.each([&](Statement&) -> result<void> {
            const auto lease = row(now, quarantine, grace);
            if (!lease) return lease.assume_error();
            visitor(lease.assume_value());
            return success();
        });
    }

private:
    static std::int64_t saturated(std::int64_t now, std::int64_t more) noexcept {
        constexpr std::int64_t last = (std::numeric_limits<std::int64_t>::max)();
        return now > last - more ? last : now + more;
    }
    [[nodiscard]] result<StoredLease<F>> row(std::int64_t now, std::int64_t quarantine, std::int64_t grace) {
        StoredLease<F> made;
        const auto address = scan_.address<F>(0);
        if (!address) return address.assume_error();
        const std::int64_t kind = scan_.number(7);
        const std::string_view label = scan_.bytes(8);
        if (kind < 0 || kind > 3) return store_errc::damaged;
        const ResourceType type = kind == 0   ? ResourceType::custom(label)
                                  : kind == 1 ? ResourceType::vm(label)
                                  : kind == 2 ? ResourceType::container(label)
                                              : ResourceType::pod(label);
        const auto owner = Owner::make(scan_.bytes(5), scan_.bytes(6), type);
        if (!owner || scan_.number(1) <= 0) return store_errc::damaged;
        made.address = address.assume_value();
        made.generation = static_cast<std::uint64_t>(scan_.number(1));
        made.owner = owner.assume_value();
        made.holder = scan_.number(2);
        made.is_mine = made.holder == holder_;
        made.is_cooling = scan_.number(3) != 0;
        made.since = scan_.number(4);
        made.is_over = made.is_cooling && made.since <= now - quarantine;
        made.is_sticky = scan_.number(9) != 0;
        made.is_kept = scan_.number(10) != 0;
        if (made.is_cooling) {
            if (!made.is_over) made.time_left = (std::min)(made.since, now) - (now - quarantine);
        } else if (!scan_.is_null(11)) {
            const std::int64_t life = scan_.number(11);
            if (life < 0) return store_errc::damaged;
            made.time_left = std::clamp(scan_.number(12) - now, (std::min)(grace, life), life);
        }
        return made;
    }

    sqlite3* database_ = nullptr;
    std::int64_t holder_ = 0;
    std::uint32_t cooled_ = 0;
    Statement lease_;
    Statement free_;
    Statement cool_;
    Statement keep_;
    Statement prune_;
    Statement scan_;
};

}  // namespace estate::detail
