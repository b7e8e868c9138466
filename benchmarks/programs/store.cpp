// SPDX-License-Identifier: BSL-1.0
// What a lease costs that outlives the process, beside what it is made of. `FOLDER ROUNDS` on the disk to be measured:
// prints a name, the median of a pair (leased and given back) in microseconds, and that of its group of 64, for each.
// The kinds take turns, round by round, so that what else the disk does meets all of them. Then "threads", how many share
// one pool, and the microseconds of one of their pairs.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <estate/store_sqlite.hpp>
#include <functional>
#include <thread>

namespace {

using namespace estate;

constexpr std::size_t group = 64;

void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s failed\n", what);
    std::exit(1);
}

/// The floor: a record of 32 bytes in a file whose blocks are there, on the disk when the call returns.
class Log {
public:
    explicit Log(const std::string& path) : file_{::open(path.c_str(), O_RDWR | O_CREAT, 0644)} {
        must(file_ >= 0 && ::posix_fallocate(file_, 0, size) == 0, "the log");
        const std::string zeros(size, '\0');
        must(::pwrite(file_, zeros.data(), zeros.size(), 0) == size && ::fsync(file_) == 0, "the log");
    }
    void pair() {
        append(1);
        append(1);
    }
    void pairs() {
        append(group);
        append(group);
    }

private:
    static constexpr off_t size = 1 << 20;
    void append(std::size_t count) {
        const char record[32] = {};
        for (; count != 0; --count, at_ = (at_ + 32) % size)
            must(::pwrite(file_, record, sizeof record, at_) == sizeof record, "pwrite");
        must(::fdatasync(file_) == 0, "fdatasync");
    }
    int file_;
    off_t at_ = 0;
};

/// SQLite alone, with rows like those of the store: one transaction to insert, one to delete.
class Rows {
public:
    explicit Rows(const std::string& path) {
        must(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, "sqlite3_open");
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        run("CREATE TABLE lease(address BLOB PRIMARY KEY, generation INTEGER, holder INTEGER, cooling INTEGER, since "
            "INTEGER, tenant BLOB, resource BLOB, kind INTEGER, label BLOB, sticky INTEGER, kept INTEGER, life INTEGER, "
            "ends INTEGER) WITHOUT ROWID");
        must(put_.prepare(database_, "INSERT INTO lease VALUES(?1, ?2, 1, 0, ?3, ?4, ?5, 0, ?6, 0, 0, NULL, NULL)")
                 .has_value(), "prepare");
        must(erase_.prepare(database_, "DELETE FROM lease WHERE address = ?1").has_value(), "prepare");
    }
    void pair() { transactions(1); }
    void pairs() { transactions(group); }

private:
    void run(const char* sql) {
        must(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    void transactions(std::uint32_t count) {
        run("BEGIN IMMEDIATE");
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto key = IpAddress<V4>::from_bits(Uint128{next_ + i}).bytes();
            put_.bind(1, key);
            put_.bind(2, ++generation_);
            put_.bind(3, generation_);
            put_.bind(4, std::string_view{"tenant"});
            put_.bind(5, std::string_view{"resource"});
            put_.bind(6, std::string_view{});
            must(put_.run().has_value(), "insert");
        }
        run("COMMIT");
        run("BEGIN IMMEDIATE");
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto key = IpAddress<V4>::from_bits(Uint128{next_ + i}).bytes();
            erase_.bind(1, key);
            must(erase_.run().has_value(), "delete");
        }
        run("COMMIT");
        next_ = 0x0A000001 + (next_ + count) % 60000;
    }

    sqlite3* database_ = nullptr;
    detail::Statement put_;
    detail::Statement erase_;
    std::uint32_t next_ = 0x0A000001;
    std::int64_t generation_ = 0;
};

class Durable {
public:
    Durable(const std::string& path, Synchronous synchronous)
        : pool_{SqlitePool<V4>::open(SqliteStore<V4>::open(path, {.synchronous = synchronous}).value()).value()} {
        must(pool_.add_cidr_range("10.0.0.0/16").has_value(), "add_cidr_range");
    }
    void pair() { std::move(pool_.allocate(owner_).value()).release(); }
    void pairs() {
        must(pool_.release_many(std::move(pool_.allocate_many(group, owner_).value())).has_value(), "release_many");
    }

private:
    SqlitePool<V4> pool_;
    Owner owner_ = Owner::make("tenant", "resource").value();
};

class Memory {
public:
    Memory() { must(pool_.add_cidr_range("10.0.0.0/16").has_value(), "add_cidr_range"); }
    void pair() { std::move(pool_.allocate(owner_).value()).release(); }
    void pairs() { static_cast<void>(pool_.allocate_many(group, owner_).value()); }

private:
    IpPool<V4> pool_;
    Owner owner_ = Owner::make("tenant", "resource").value();
};

double microseconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}
/// Of a pair, when so many threads make them at a time.
double shared(Durable& pool, int threads, int rounds) {
    std::vector<std::thread> running;
    const double all = microseconds([&] {
        for (int i = 0; i < threads; ++i) running.emplace_back([&] { for (int n = 0; n < rounds; ++n) pool.pair(); });
        for (std::thread& each : running) each.join();
    });
    return all / (threads * rounds);
}
double median(std::vector<double>& taken) {
    std::nth_element(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(taken.size() / 2), taken.end());
    return taken[taken.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const std::string folder = argv[1];
    const int rounds = std::atoi(argv[2]);
    Log log{folder + "/log"};
    Rows rows{folder + "/rows.db"};
    Durable full{folder + "/full.db", Synchronous::full};
    Durable normal{folder + "/normal.db", Synchronous::normal};
    Memory memory;
    struct Kind {
        const char* name;
        std::function<void()> pair;
        std::function<void()> pairs;
        std::vector<double> alone{};
        std::vector<double> together{};
    };
    const auto kind = [](const char* name, auto& each) {
        return Kind{name, [&each] { each.pair(); }, [&each] { each.pairs(); }};
    };
    Kind kinds[] = {kind("fdatasync", log), kind("sqlite", rows), kind("full", full), kind("normal", normal),
                    kind("memory", memory)};
    for (int i = -3; i < rounds; ++i) {
        for (Kind& each : kinds) {
            const double alone = microseconds(each.pair);
            const double together = microseconds(each.pairs) / double(group);
            if (i < 0) continue;  // warm
            each.alone.push_back(alone);
            each.together.push_back(together);
        }
    }
    for (Kind& each : kinds) std::printf("%s %.3f %.3f\n", each.name, median(each.alone), median(each.together));
    for (const int threads : {1, 2, 4, 8, 16}) {
        std::vector<double> taken;
        for (int turn = 0; turn < 5; ++turn) taken.push_back(shared(full, threads, (std::max)(rounds / 5 / threads, 1)));
        std::printf("threads %d %.3f\n", threads, median(taken));
    }
    return 0;
}
