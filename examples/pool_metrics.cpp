// SPDX-License-Identifier: BSL-1.0
//
// A pool as Prometheus sees it: GET /metrics answers with the counts of the pool and of each tenant, and with how many
// leases began, ended, expired and were refused. The pool has tenants meanwhile, one of them with an odd name.
//
//     pool_metrics [ip] [port] [--once]        default 127.0.0.1 9464; port 0 picks a free one, which is printed.
//                                              --once: answer one scrape and exit
//
//     curl http://127.0.0.1:9464/metrics

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/pool.hpp>
#include <string>
#include <vector>

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace std::chrono_literals;

//! [events]
/// Counts what a pool says that happens, in whichever thread.
class EventCounter {
public:
    static constexpr std::array names{"allocated", "released", "expired", "refused"};

    [[nodiscard]] PoolObserver<V4> observer() noexcept { return {&EventCounter::count, this}; }
    [[nodiscard]] std::uint64_t of(std::size_t kind) const noexcept {
        return counts_[kind].load(std::memory_order_relaxed);
    }

private:
    static void count(void* self, const PoolEvent<V4>& event) noexcept {
        const auto kind = static_cast<std::size_t>(event.kind);
        static_cast<EventCounter*>(self)->counts_[kind].fetch_add(1, std::memory_order_relaxed);
    }
    std::array<std::atomic<std::uint64_t>, names.size()> counts_{};
};
//! [events]

//! [text]
/// Writes the text exposition format, version 0.0.4: all samples of a metric together, after its help and its type.
class Exposition {
public:
    struct Label {
        const char* name;
        std::string_view value;
    };

    void metric(const char* name, const char* type, const char* help) {
        name_ = name;
        text_ += std::string("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
    }
    void sample(std::initializer_list<Label> labels, Uint128 value) {
        text_ += name_;
        char separator = '{';
        for (const auto& [name, label] : labels) {
            text_ += separator + std::string(name) + "=\"";
            escape(label);
            text_ += '"';
            separator = ',';
        }
        text_ += "} " + number(value) + '\n';
    }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    /// A label value is any text; three characters of it are written otherwise.
    void escape(std::string_view value) {
        for (const char c : value) {
            if (c == '\\' || c == '"') text_ += '\\';
            c == '\n' ? text_ += "\\n" : text_ += c;
        }
    }
    /// Values are doubles: exact up to 2^53 addresses.
    static std::string number(Uint128 value) {
        if (value.high() == 0) return std::to_string(value.low());
        char buffer[32];
        const double rounded = static_cast<double>(value.high()) * 0x1p64 + static_cast<double>(value.low());
        std::snprintf(buffer, sizeof buffer, "%.17g", rounded);
        return buffer;
    }

    std::string text_;
    const char* name_ = "";
};
//! [text]

//! [metrics]
std::string metrics_of(const IpPool<V4>& pool, const EventCounter& events) {
    Exposition out;
    const PoolStats now = pool.stats();  // of one moment
    const auto gauge = [&](const char* name, const char* help, Uint128 value) {
        out.metric(name, "gauge", help);
        out.sample({{"pool", pool.name()}}, value);
    };
    gauge("estate_pool_capacity", "Usable addresses of all ranges.", now.capacity);
    gauge("estate_pool_in_use", "Leased addresses.", now.in_use);
    gauge("estate_pool_held", "Addresses that are kept back.", now.held);
    gauge("estate_pool_cooling", "Addresses in quarantine.", now.cooling);
    gauge("estate_pool_free", "Addresses that can be leased.", now.free);

    struct Range {
        std::string cidr;
        PoolStats has;
    };
    std::vector<Range> ranges;
    pool.for_each_range([&](const PoolRange<V4>& range) {
        if (const auto has = pool.stats_of(range.cidr)) ranges.push_back({to_text(range.cidr).c_str(), has.value()});
    });
    const auto of_ranges = [&](const char* name, const char* help, Uint128 PoolStats::*count) {
        out.metric(name, "gauge", help);
        for (const auto& [cidr, has] : ranges) out.sample({{"pool", pool.name()}, {"range", cidr}}, has.*count);
    };
    of_ranges("estate_range_in_use", "Leased addresses of the range.", &PoolStats::in_use);
    of_ranges("estate_range_held", "Addresses of the range that are kept back.", &PoolStats::held);
    of_ranges("estate_range_cooling", "Addresses of the range in quarantine.", &PoolStats::cooling);
    of_ranges("estate_range_free", "Addresses of the range that can be leased.", &PoolStats::free);

    struct Tenant {
        std::string name;
        TenantStats has;
    };
    std::vector<Tenant> tenants;
    tenants.reserve(static_cast<std::size_t>(now.in_use.low()));
    pool.for_each_tenant([&](std::string_view name, const TenantStats& has) {
        tenants.push_back({std::string(name), has});
    });
    out.metric("estate_tenant_in_use", "gauge", "Addresses that the tenant has.");
    for (const auto& [name, has] : tenants) out.sample({{"pool", pool.name()}, {"tenant", name}}, has.in_use);
    out.metric("estate_tenant_quota", "gauge", "Addresses that the tenant may have, where that is limited.");
    for (const auto& [name, has] : tenants) {
        if (has.quota != pool.no_quota) out.sample({{"pool", pool.name()}, {"tenant", name}}, has.quota);
    }

    out.metric("estate_pool_events_total", "counter", "What happened to addresses.");
    for (std::size_t kind = 0; kind < events.names.size(); ++kind) {
        out.sample({{"pool", pool.name()}, {"event", events.names[kind]}}, events.of(kind));
    }
    return out.text();
}
//! [metrics]

/// Receives up to the empty line that ends the head of a request: its first line.
/// Errors  as recv(); message_size when it does not fit into buffer.
template <ByteStream Stream>
result<std::string_view> recv_request(Stream& stream, MutableBuffer buffer, Deadline until) {
    for (std::size_t size = 0; size < buffer.size();) {
        BOOST_OUTCOME_TRY(const auto got, stream.recv(buffer.subspan(size), until));
        size += got;
        const auto text = as_text(buffer.first(size));
        if (text.find("\r\n\r\n") != text.npos) return text.substr(0, text.find("\r\n"));
    }
    return Error::system(EMSGSIZE);
}

/// Answers one request. Consumes the connection.
template <class Connection>
result<void> answer(Connection connection, const IpPool<V4>& pool, const EventCounter& events) {
    const Deadline until = std::chrono::steady_clock::now() + 5s;
    std::byte buffer[8192];
    BOOST_OUTCOME_TRY(const auto request, recv_request(connection, buffer, until));
    const bool found = request.starts_with("GET /metrics HTTP/1.");
    const std::string body = found ? metrics_of(pool, events) : "GET /metrics\n";
    const std::string head = std::string("HTTP/1.1 ") + (found ? "200 OK" : "404 Not Found") +
                             "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
    BOOST_OUTCOME_TRY(connection.send_all(head + body, until));
    BOOST_OUTCOME_TRY(std::move(connection).finish(until));
    return success();
}

template <Family F>
result<void> serve(IpAddress<F> ip, Port port, bool once, const IpPool<V4>& pool, const EventCounter& events) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on http://%s/metrics\n", to_text(here).c_str());
    std::fflush(stdout);
    for (;;) {
        auto connection = listener.accept();
        if (!connection) {
            if (classify_accept(connection.error()) == AcceptFailure::retry) continue;
            return connection.error();
        }
        const auto done = answer(std::move(connection).value(), pool, events);
        if (!done) std::printf("dropped: %s\n", done.error().message());
        if (once) return success();
    }
}

/// Some use of the pool, to have something to show.
result<std::vector<Lease<V4>>> use(IpPool<V4>& pool) {
    std::vector<Lease<V4>> leases;
    BOOST_OUTCOME_TRY(pool.add_cidr_range("192.0.2.0/28"));  // 14 addresses
    BOOST_OUTCOME_TRY(pool.set_gateway("192.0.2.1"_ip4));
    BOOST_OUTCOME_TRY(pool.set_quarantine(1h));
    BOOST_OUTCOME_TRY(pool.set_quota("red", 3));
    for (const char* tenant : {"red", "red", "red", "red", "a \"quoted\\name\"\nof two lines", "blue"}) {
        if (auto lease = pool.allocate(tenant, "web", ResourceType::vm())) leases.push_back(std::move(lease).value());
    }
    leases.pop_back();  // blue's cools
    return leases;
}

result<void> run(std::string_view ip, std::string_view port, bool once) {
    EventCounter events;  // outlives the pool
    IpPool<V4> pool{"front"};
    pool.observe(events.observer());
    BOOST_OUTCOME_TRY(const auto leases, use(pool));
    BOOST_OUTCOME_TRY(const auto number, Port::parse(port));
    if (const auto v4 = Ipv4Address::parse(ip)) return serve(v4.value(), number, once, pool, events);
    BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
    return serve(v6, number, once, pool, events);
}

}  // namespace

int main(int argc, char** argv) {
    const bool once = argc > 1 && std::string_view(argv[argc - 1]) == "--once";
    const int given = argc - 1 - (once ? 1 : 0);
    const char* const usage = "pool_metrics [ip] [port] [--once]";
    if (given > 2 || terminal::asks_for_help(argc, argv)) return terminal::explain(argc, argv, usage);
    const auto done = run(given > 0 ? argv[1] : "127.0.0.1", given > 1 ? argv[2] : "9464", once);
    return done ? 0 : terminal::fail("pool_metrics", done.error(), usage);
}
