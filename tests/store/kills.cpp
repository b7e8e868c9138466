// SPDX-License-Identifier: BSL-1.0
// A process that leases is killed, again and again. The parent knows what it was told: what the child had acknowledged
// must be there afterwards, nothing else may, and no address is leased twice. ESTATE_KILLS says how often.
#include <sys/wait.h>

#include <random>
#include <thread>

#include "store/faulty_disk.hpp"
#include "store/files.hpp"
#include "support/sanitizers.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::FaultyDisk;
using test::Pool;

/// What a child tells, in the order in which it happens.
struct Report {
    enum class Kind : std::uint32_t {
        leased,     // acknowledged
        returns,    // about to be given back
        returned,   // acknowledged
        lost,       // an acknowledged lease is not there
        leaked,     // `generation` leases that nobody knows of are there, more than were under way
        twice,      // an address of a live lease, or a generation, was leased again
        failed,     // an operation, with an error of this number
        working,    // the file is open, and what was there is taken over
        done,
    };
    Kind kind;
    std::uint32_t address;
    std::uint64_t generation;
};

/// What is known of the file from outside.
struct Known {
    std::map<std::uint32_t, std::uint64_t> live;       // acknowledged, by address
    std::map<std::uint32_t, std::uint64_t> returning;  // whether they are still there, nobody knows
    std::uint64_t newest = 0;                          // generation
    std::uint64_t lost = 0, leaked = 0, twice = 0, failed = 0, leased = 0;

    void hear(const Report& report) {
        switch (report.kind) {
            case Report::Kind::leased:
                if (live.contains(report.address) || report.generation <= newest) ++twice;
                live[report.address] = report.generation;
                newest = std::max(newest, report.generation);
                returning.erase(report.address);
                ++leased;
                break;
            case Report::Kind::returns:
                live.erase(report.address);
                returning[report.address] = report.generation;
                break;
            case Report::Kind::returned: returning.erase(report.address); break;
            case Report::Kind::lost: ++lost; break;
            case Report::Kind::leaked: ++leaked; break;
            case Report::Kind::twice: ++twice; break;
            case Report::Kind::failed: ++failed; break;
            case Report::Kind::working:
            case Report::Kind::done: break;
        }
    }
};

/// The program that is killed.
class Child {
public:
    Child(const std::string& path, int pipe, const Known& known, std::size_t under_way)
        : pipe_{pipe}, known_{known}, under_way_{under_way} {
        auto opened = test::open(path);
        if (!opened) fail(opened.error());
        pool_.emplace(std::move(opened.value()));
        if (auto added = pool_->add_cidr_range("10.0.0.0/24"); !added) fail(added.error());
    }
    /// Claims what the parent knows, and gives back what nobody does.
    void take_over() {
        for (const auto& [address, generation] : known_.live) {
            auto lease = pool_->claim(IpAddress<V4>::from_bits(Uint128{address}), generation);
            if (!lease) {
                say(Report::Kind::lost, address, generation);
                continue;
            }
            static_cast<void>(pool_->release(lease.value().binding()));  // where the pool kept it, too
            leases_.push_back(std::move(lease.value()));
        }
        for (const auto& [address, generation] : known_.returning) {
            const auto lease = pool_->claim(IpAddress<V4>::from_bits(Uint128{address}), generation);
            if (lease) static_cast<void>(pool_->release(lease.value().binding()));
        }
        const auto unclaimed = pool_->release_unclaimed();
        if (!unclaimed) fail(unclaimed.error());
        if (unclaimed.value() > under_way_)
            say(Report::Kind::leaked, 0, unclaimed.value());
        if (pool_->pool().stats().in_use != Uint128{leases_.size()}) say(Report::Kind::leaked, 0, 0);
        for (const auto& [address, generation] : known_.returning) say(Report::Kind::returned, address, generation);
    }
    void lease(std::size_t count = 1) {
        if (count == 1) {
            auto lease = pool_->allocate("red", "r", {});
            if (!lease) return;  // all are leased
            remember(std::move(lease.value()));
            return;
        }
        auto many = pool_->allocate_many(count, Owner::make("red", "r").value());
        if (!many) return;
        for (auto& lease : many.value()) remember(std::move(lease));
    }
    void give_back(std::size_t index) {
        Lease<V4> lease = std::move(leases_[index]);
        leases_.erase(leases_.begin() + static_cast<std::ptrdiff_t>(index));
        const std::uint32_t address = lease.address().to_uint();
        const std::uint64_t generation = lease.generation();
        say(Report::Kind::returns, address, generation);
        std::move(lease).release();
        say(Report::Kind::returned, address, generation);
    }
    void give_back_many(std::size_t count) {
        std::vector<Lease<V4>> last;
        for (; count != 0 && !leases_.empty(); --count) {
            last.push_back(std::move(leases_.back()));
            leases_.pop_back();
        }
        std::vector<Report> gone;
        for (const auto& lease : last) {
            say(Report::Kind::returns, lease.address().to_uint(), lease.generation());
            gone.push_back({Report::Kind::returned, lease.address().to_uint(), lease.generation()});
        }
        if (auto done = pool_->release_many(std::move(last)); !done) fail(done.error());
        for (const Report& report : gone) say(report.kind, report.address, report.generation);
    }
    /// Random work without an end.
    [[noreturn]] void work(unsigned seed) {
        say(Report::Kind::working, 0, 0);
        std::minstd_rand random{seed};
        for (;;) {
            const auto choice = random() % 100;
            if (choice < 45 || leases_.empty()) lease();
            else if (choice < 50) lease(2 + random() % 8);
            else if (choice < 95 && leases_.size() > 20) give_back(random() % leases_.size());
            else if (choice < 97) give_back_many(3);
            else if (choice < 99) keep_one();
        }
    }
    /// Leased, kept by the pool, and released there.
    void keep_one() {
        auto lease = pool_->allocate("red", "kept", {});
        if (!lease) return;
        const std::uint32_t address = lease.value().address().to_uint();
        const std::uint64_t generation = lease.value().generation();
        say(Report::Kind::leased, address, generation);
        const auto binding = pool_->keep(std::move(lease.value()), 1h);
        if (!binding) fail(binding.error());
        say(Report::Kind::returns, address, generation);
        if (auto done = pool_->release(binding.value()); !done) fail(done.error());
        say(Report::Kind::returned, address, generation);
    }
    /// A bit of everything, the same each time.
    void script() {
        lease();
        lease(4);
        lease();
        give_back(1);
        give_back_many(2);
        lease();
    }
    [[noreturn]] void end() {
        say(Report::Kind::done, 0, 0);
        ::_exit(0);
    }
    std::size_t leases() const { return leases_.size(); }

private:
    void remember(Lease<V4>&& lease) {
        say(Report::Kind::leased, lease.address().to_uint(), lease.generation());
        leases_.push_back(std::move(lease));
    }
    void say(Report::Kind kind, std::uint32_t address, std::uint64_t generation) {
        const Report report{kind, address, generation};
        if (::write(pipe_, &report, sizeof report) != sizeof report) ::_exit(1);
    }
    [[noreturn]] void fail(Error error) {
        std::fprintf(stderr, "%s\n", error.message());
        say(Report::Kind::failed, static_cast<std::uint32_t>(error.code()), 0);
        ::_exit(1);
    }

    int pipe_;
    const Known& known_;
    std::size_t under_way_;
    std::optional<Pool> pool_;
    std::vector<Lease<V4>> leases_;
};

/// When a child is killed: never, or so long after it began, or after it began to work.
struct Kill {
    enum class When : std::uint8_t { never, begun, working };
    When when = When::never;
    std::chrono::microseconds after{};
};
/// Runs work(child) in a process of its own, which is killed, or ends by itself.
template <class Work>
void run(const std::string& path, Known& known, const Kill& kill, std::size_t under_way, Work work) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    const pid_t process = ::fork();
    BOOST_REQUIRE(process >= 0);
    if (process == 0) {
        ::close(ends[0]);
        Child child{path, ends[1], known, under_way};
        work(child);
        child.end();
    }
    ::close(ends[1]);
    std::thread killer;
    const auto start_killer = [&] {
        killer = std::thread([process, after = kill.after] {
            std::this_thread::sleep_for(after);
            ::kill(process, SIGKILL);
        });
    };
    if (kill.when == Kill::When::begun) start_killer();
    std::vector<Report> reports;  // heard once the child is gone: it reads what is known
    for (Report report; ::read(ends[0], &report, sizeof report) == sizeof report;) {
        reports.push_back(report);
        if (report.kind == Report::Kind::working && kill.when == Kill::When::working) start_killer();
    }
    ::close(ends[0]);
    if (killer.joinable()) killer.join();
    int status = 0;
    ::waitpid(process, &status, 0);
    for (const Report& report : reports) known.hear(report);
}

void nothing_went_wrong(const Known& known) {
    BOOST_TEST(known.lost == 0U);
    BOOST_TEST(known.leaked == 0U);
    BOOST_TEST(known.twice == 0U);
    BOOST_TEST(known.failed == 0U);
}

BOOST_AUTO_TEST_SUITE(kills)

BOOST_AUTO_TEST_CASE(at_random_points_lose_leak_and_double_nothing) {
    const char* const asked = std::getenv("ESTATE_KILLS");
    const int times = asked != nullptr ? std::atoi(asked) : 60;
    const test::Folder folder;
    Known known;
    std::mt19937 random{20261129};
    for (int i = 0; i < times; ++i) {
        const Kill kill{i % 4 == 0 ? Kill::When::begun : Kill::When::working,
                        std::chrono::microseconds{random() % 30'000}};
        const unsigned seed = static_cast<unsigned>(random());
        run(folder.file(), known, kill, 9, [&](Child& child) {
            child.take_over();
            child.work(seed);
        });
    }
    run(folder.file(), known, {}, 9, [](Child& child) { child.take_over(); });
    nothing_went_wrong(known);
    BOOST_TEST(known.leased > 0U);
    std::printf("%d kills, %lu leases acknowledged: lost %lu, leaked %lu, leased twice %lu\n", times,
                static_cast<unsigned long>(known.leased), static_cast<unsigned long>(known.lost),
                static_cast<unsigned long>(known.leaked), static_cast<unsigned long>(known.twice));
}

/// Each write of a script, from the making of the file on, is the last one of a process, once.
template <class Ends>
std::uint64_t each_write(FaultyDisk::Fault fault, std::uint64_t seeds, Ends ends_well) {
    std::uint64_t count = 0;
    for (std::uint64_t at = 1;; ++at) {
        bool is_last = false;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const test::Folder folder;
            Known known;
            {
                int ends[2];
                BOOST_REQUIRE(::pipe(ends) == 0);
                const pid_t process = ::fork();
                BOOST_REQUIRE(process >= 0);
                if (process == 0) {
                    FaultyDisk::instance().set(fault, at, seed);
                    Child child{folder.file(), ends[1], known, 0};
                    child.script();
                    child.end();
                }
                ::close(ends[1]);
                for (Report report; ::read(ends[0], &report, sizeof report) == sizeof report;) {
                    known.hear(report);
                    is_last = report.kind == Report::Kind::done;
                }
                ::close(ends[0]);
                ::waitpid(process, nullptr, 0);
            }
            ++count;
            // what the machine shared in memory is gone with it
            if (fault == FaultyDisk::Fault::power) std::filesystem::remove(folder.file("pool.db-shm"));
            ends_well(folder.file(), known);
        }
        if (is_last) return count;
    }
}

BOOST_AUTO_TEST_CASE(at_each_write_lose_leak_and_double_nothing) {
    const auto count = each_write(FaultyDisk::Fault::kill, 1, [](const std::string& path, Known& known) {
        run(path, known, {}, 4, [](Child& child) {
            child.take_over();
            child.lease(8);
        });
        nothing_went_wrong(known);
    });
    BOOST_TEST(count > 30U);
    std::printf("killed at each of %lu writes\n", static_cast<unsigned long>(count));
}
BOOST_AUTO_TEST_CASE(power_lost_at_each_write_loses_nothing) {
    const auto count = each_write(FaultyDisk::Fault::power, 2, [](const std::string& path, Known& known) {
        run(path, known, {}, 4, [](Child& child) {
            child.take_over();
            child.lease(8);
        });
        nothing_went_wrong(known);
    });
    BOOST_TEST(count > 60U);
    std::printf("power lost at each of %lu writes\n", static_cast<unsigned long>(count));
}

BOOST_AUTO_TEST_SUITE_END()

// --- a disk that fails, and works again ---

struct Broken {
    test::Folder folder;
    FaultyDisk& disk = FaultyDisk::instance();
    std::optional<Pool> pool{test::opened(folder.file())};
    ~Broken() { disk.repair(); }
    std::size_t in_use() const { return static_cast<std::size_t>(pool->pool().stats().in_use.low()); }
};

BOOST_FIXTURE_TEST_SUITE(a_disk_that_fails, Broken)

BOOST_AUTO_TEST_CASE(leases_nothing_that_it_cannot_write) {
    disk.set(FaultyDisk::Fault::fail, 1);
    BOOST_TEST(test::fails_with(test::take(*pool), store_errc::failed));
    disk.set(FaultyDisk::Fault::full, 1);
    BOOST_TEST(test::fails_with(test::take(*pool), store_errc::full));
    BOOST_TEST(test::fails_with(pool->allocate_many(3, Owner::make("red", "r").value()), store_errc::full));
    BOOST_TEST(in_use() == 0U);
    disk.repair();
    BOOST_TEST(test::succeeds(test::take(*pool)));
}
BOOST_AUTO_TEST_CASE(puts_nothing_into_quarantine_that_nobody_had) {
    const auto recovers = [&](auto& any) {
        BOOST_TEST_REQUIRE(test::succeeds(any.set_quarantine(1h)));
        BOOST_TEST_REQUIRE(test::succeeds(any.allocate("red", "r", {})));  // and given back: that waits
        const auto before = any.pool().stats();
        disk.set(FaultyDisk::Fault::full, 1);
        for (int i = 0; i < 14; ++i) BOOST_TEST(test::fails_with(any.allocate("red", "r", {}), store_errc::full));
        BOOST_TEST(test::fails_with(any.allocate_many(13, "red", "r", {}), store_errc::full));
        disk.repair();
        BOOST_TEST((any.pool().stats() == before));
        BOOST_TEST(test::succeeds(any.allocate_many(13, "red", "r", {})));
    };
    recovers(*pool);
    using ByRelease = DurablePool<V4, test::Store, LeastRecent, test::PoolClock>;
    auto by_release = ByRelease::open(test::Store::open(folder.file("other.db")).value()).value();
    BOOST_TEST_REQUIRE(test::succeeds(by_release.add_cidr_range("192.0.2.0/28")));
    recovers(by_release);
    using Sparse = DurablePool<V6, SqliteStore<V6>, NextFit, test::PoolClock>;
    auto sparse = Sparse::open(SqliteStore<V6>::open(folder.file("six.db")).value()).value();
    BOOST_TEST_REQUIRE(test::succeeds(sparse.add_cidr_range("2001:db8::/64")));
    recovers(sparse);
}
BOOST_AUTO_TEST_CASE(writes_before_it_leases_many_what_it_could_not_write_before) {
    auto leases = pool->allocate_many(14, "red", "r", {}).value();
    disk.set(FaultyDisk::Fault::full, 1);
    leases.pop_back();
    disk.repair();
    BOOST_TEST(test::succeeds(pool->allocate_many(1, "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(keeps_taken_what_it_could_not_write_and_tries_again) {
    auto lease = test::take(*pool).value();
    const auto ip = lease.address();
    disk.set(FaultyDisk::Fault::full, 1);
    std::move(lease).release();
    BOOST_TEST(test::fails_with(pool->flush(), store_errc::full));
    BOOST_TEST(test::fails_with(pool->allocate_specific(ip, "red", "r", {}), errc::address_leased));
    disk.repair();
    BOOST_TEST(test::succeeds(pool->flush()));
    BOOST_TEST(in_use() == 0U);
    BOOST_TEST(test::succeeds(pool->allocate_specific(ip, "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(says_so_where_it_is_asked_to_release) {
    const auto binding = pool->keep(test::take(*pool).value()).value();
    auto many = pool->allocate_many(3, Owner::make("red", "r").value()).value();
    disk.set(FaultyDisk::Fault::full, 1);
    BOOST_TEST(test::fails_with(pool->release(binding), store_errc::full));
    BOOST_TEST(test::fails_with(pool->release_many(std::move(many)), store_errc::full));
    disk.repair();
    BOOST_TEST(test::succeeds(pool->flush()));
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(frees_its_file_with_the_last_lease_whether_that_could_be_written_or_not) {
    auto lease = test::take(*pool).value();
    const auto ip = lease.address();
    const auto generation = lease.generation();
    pool.reset();
    disk.set(FaultyDisk::Fault::full, 1);
    std::move(lease).release();
    disk.repair();
    pool.emplace(test::opened(folder.file()));  // else the name of the holder is in use
    BOOST_TEST(test::succeeds(pool->claim(ip, generation)));
}
BOOST_AUTO_TEST_CASE(leaves_a_lease_with_its_owner_where_it_cannot_be_kept) {
    auto lease = test::take(*pool).value();
    disk.set(FaultyDisk::Fault::full, 1);
    BOOST_TEST(test::fails_with(pool->keep(std::move(lease), 1h), store_errc::full));
    BOOST_TEST(lease.holds());  // NOLINT(bugprone-use-after-move)
    disk.repair();
    BOOST_TEST(test::succeeds(pool->keep(std::move(lease), 1h)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
