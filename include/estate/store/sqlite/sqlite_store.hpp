// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/lease_store.hpp>
#include <estate/store/sqlite/file_time.hpp>
#include <estate/store/sqlite/holder_lock.hpp>
#include <estate/store/sqlite/lease_rows.hpp>

namespace estate {

/// How a SqliteStore is opened.
struct SqliteSettings {
    /// The name of this process in the file, up to 63 bytes; no two that run have the same. Empty for one that only
    /// looks: any number may, beside those that lease.
    std::string_view holder = "main";
    Synchronous synchronous = Synchronous::full;
    /// How long a call waits while another process writes.
    std::chrono::milliseconds patience{5000};
    /// What a kept lease has left at least when the file is opened, unless its whole time is shorter: nobody could
    /// renew it while the process was down, and the wall clock may have been wrong then.
    std::chrono::nanoseconds grace{std::chrono::seconds{30}};
    StoreClocks clocks{};
};

/// A store of leases in a file of SQLite, in WAL mode: the file, FILE-wal and FILE-shm beside it, and FILE-holders,
/// which is empty. On a local disk only: file locks and shared memory are what processes agree by.
///
/// A change is one transaction, on the disk when the call returns (see Synchronous).
/// Thread safety: one thread at a time. Not after fork().
/// Source  https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous
template <Family F>
class SqliteStore {
public:
    using family = F;

    /// Opens the file, or makes it where it is missing or empty.
    /// Errors  store_errc::not_a_store, newer_format, damaged (a wrong page is looked for in the whole file): the file
    ///         was not touched; errc::wrong_family; store_errc::holder_in_use, busy, full, cannot_open, failed;
    ///         errc::malformed_name; ENOMEM.
    [[nodiscard]] static result<SqliteStore> open(const std::string& path, const SqliteSettings& settings = {}) {
        if (settings.holder.size() > Name<63>::capacity()) return errc::malformed_name;
        const auto holder = Name<63>::clipped(settings.holder);
        SqliteStore made;
        auto file = detail::StoreFile::open(path, !holder.empty(), settings.patience, settings.synchronous);
        if (!file) return file.assume_error();
        made.file_ = std::move(file.assume_value());
        made.clocks_ = settings.clocks;
        made.grace_ = settings.grace.count();
        if (const auto begun = made.begin(path, holder); !begun) return begun.assume_error();
        return made;
    }

    /// Errors  errc::invalid_argument (opened to look).
    [[nodiscard]] result<void> write(StoreChange<F>* first) noexcept {
        if (!rows_.has_holder()) return errc::invalid_argument;
        return file_.transaction([&]() -> result<void> {
            const std::int64_t now = time();
            for (auto* at = first; at != nullptr; at = at->next) {
                if (auto done = rows_.apply(*at, now, quarantine_.least); !done) return done;
            }
            return rows_.prune(now - quarantine_.least);
        });
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor&& visitor) {
        const auto version = file_.number("PRAGMA data_version");
        if (!version) return version.assume_error();
        seen_ = version.assume_value();
        return rows_.scan(visitor, time(), quarantine_.least, grace_);
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(Visitor&& visitor) {
        return settings_.scan_ranges(file_.database(), visitor);
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_quotas(Visitor&& visitor) {
        return settings_.scan_quotas(file_.database(), visitor);
    }
    [[nodiscard]] result<void> put(const StoredRange<F>& range) { return put(range, range.cidr); }
    [[nodiscard]] result<void> put(const StoredRange<F>& range, const CidrRange<F>& former) {
        return file_.transaction([&] { return settings_.put(file_.database(), range, former); });
    }
    [[nodiscard]] result<void> erase(const CidrRange<F>& range) {
        return file_.transaction([&] { return settings_.erase(file_.database(), range); });
    }
    [[nodiscard]] result<void> put_quota(const TenantName& tenant, std::uint64_t most) {
        return file_.transaction([&] { return settings_.put_quota(file_.database(), tenant, most); });
    }
    [[nodiscard]] result<void> put_quarantine(const detail::Quarantine& rule) {
        const auto written = file_.transaction([&]() -> result<void> {
            if (auto done = settings_.set(file_.database(), "quarantine", rule.least); !done) return done;
            return settings_.set(file_.database(), "when_cooling", static_cast<std::int64_t>(rule.otherwise));
        });
        if (written) quarantine_ = rule;
        return written;
    }
    [[nodiscard]] detail::Quarantine quarantine() const noexcept { return quarantine_; }
    [[nodiscard]] result<std::uint64_t> grant(std::uint64_t count) {
        std::uint64_t first = 0;
        const auto granted = file_.transaction([&]() -> result<void> {
            const auto last = settings_.get(file_.database(), "generation", 0);
            if (!last) return last.assume_error();
            first = static_cast<std::uint64_t>(last.assume_value()) + 1;
            return settings_.set(file_.database(), "generation",
                                 last.assume_value() + static_cast<std::int64_t>(count));
        });
        if (!granted) return granted.assume_error();
        return first;
    }
    [[nodiscard]] bool has_news() noexcept {
        const auto version = file_.number("PRAGMA data_version");
        return !version || version.assume_value() != seen_;
    }
    /// Nanoseconds since 1970-01-01, by the clock of the file.
    [[nodiscard]] std::int64_t time() const noexcept { return time_.now(clocks_); }
    /// visitor(number, name, times opened) for each holder.
    template <class Visitor>
    [[nodiscard]] result<void> scan_holders(Visitor&& visitor) {
        return settings_.scan_holders(file_.database(), visitor);
    }

private:
    SqliteStore() = default;

    [[nodiscard]] result<void> begin(const std::string& path, const Name<63>& name) {
        const auto made = file_.transaction([&]() -> result<void> {
            sqlite3* const database = file_.database();
            const auto bits = settings_.get(database, "family", F::bits);
            if (!bits) return bits.assume_error();
            if (bits.assume_value() != F::bits) return errc::wrong_family;
            std::int64_t number = 0;
            if (!name.empty()) {
                if (auto set = settings_.set(database, "family", F::bits); !set) return set;
                const auto opened = settings_.open_holder(database, name);
                if (!opened) return opened.assume_error();
                number = opened.assume_value();
                auto lock = detail::HolderLock::take(path + "-holders", number);
                if (!lock) return lock.assume_error();
                lock_ = std::move(lock.assume_value());
            }
            const auto latest = file_.number("SELECT max(since) FROM lease");
            if (!latest) return latest.assume_error();
            const auto time = settings_.resume_time(database, clocks_, latest.assume_value());
            if (!time) return time.assume_error();
            time_ = time.assume_value();
            const auto least = settings_.get(database, "quarantine", 0);
            const auto otherwise = settings_.get(database, "when_cooling", 0);
            if (!least) return least.assume_error();
            if (!otherwise) return otherwise.assume_error();
            quarantine_ = {least.assume_value(), otherwise.assume_value() == 1 ? WhenCooling::take_oldest
                                                                               : WhenCooling::refuse};
            if (quarantine_.least < 0) return store_errc::damaged;
            return rows_.prepare(database, number);
        });
        return made;
    }

    // in the order in which they go last: statements before their database, the lock after both
    detail::HolderLock lock_;
    detail::StoreFile file_;
    detail::LeaseRows<F> rows_;
    detail::SettingRows<F> settings_;
    StoreClocks clocks_;
    detail::FileTime time_;
    detail::Quarantine quarantine_;
    std::int64_t grace_ = 0;
    std::int64_t seen_ = 0;
};

}  // namespace estate
