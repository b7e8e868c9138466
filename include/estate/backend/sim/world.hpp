// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <estate/backend/sim/events.hpp>
#include <estate/backend/sim/system.hpp>
#include <estate/net/cidr_range.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace estate::sim {

/// A host of a world; a value that names it.
class Host {
public:
    Host() noexcept = default;
    Host(Engine* engine, HostId id) noexcept : engine_{engine}, id_{id} {}

    /// What posix::BasicSockets calls.
    [[nodiscard]] System system() const noexcept { return {engine_, id_}; }
    [[nodiscard]] HostId id() const noexcept { return id_; }
    [[nodiscard]] const std::string& name() const noexcept { return engine_->hosts[id_].name; }
    /// Descriptors that are open.
    [[nodiscard]] std::size_t open() const noexcept { return engine_->hosts[id_].open; }
    /// Sockets, with those of TIME_WAIT and other orphans.
    [[nodiscard]] std::size_t sockets() const noexcept { return engine_->hosts[id_].sockets; }

    /// There is something at the path: a socket's file, or what put_file() made.
    [[nodiscard]] bool has_file(std::string_view path) const noexcept {
        return engine_->names.find_file(id_, path) != none;
    }
    /// Makes a file that is no socket, where there is nothing yet. False: no place for another, or too long a path.
    bool put_file(std::string_view path) noexcept {
        LocalAddress at;
        if (has_file(path) || path.size() >= sizeof at.text) return false;
        std::memcpy(at.text, path.data(), path.size());
        at.size = path.size();
        at.is_path = true;
        const std::uint32_t made = engine_->names.take(id_, 0, at);
        if (made == none) return false;
        engine_->names[made].has_file = true;
        engine_->names[made].is_socket = false;
        return true;
    }

private:
    Engine* engine_ = nullptr;
    HostId id_ = no_host;
};

/// Hosts, a network between them, and a clock that moves only when everybody waits.
///
/// One seed is one run: the order of all that happens, each random number and the trace are the same every time and
/// with every compiler. Not for two threads at once. What it allocates: its tables when it is made (Options), a
/// table of descriptors for each host, the trace where it is kept, texts.
class World {
public:
    explicit World(std::uint64_t seed = 1, const Options& options = {}) : engine_(seed, options) {
        engine_.dispatch = happen;
    }

    /// A machine with these addresses, and 127.0.0.0/8 and ::1.
    template <class... Addresses>
    Host host(std::string_view name, const Addresses&... addresses) {
        return host(name, Limits{}, addresses...);
    }
    template <class... Addresses>
    Host host(std::string_view name, const Limits& limits, const Addresses&... addresses) {
        Node node;
        node.name = name;
        node.process = static_cast<std::int32_t>(1000 + engine_.hosts.size());
        node.limits = limits;
        (node.addresses.push_back(Endpoint::of(addresses)), ...);
        node.descriptors.resize(limits.descriptors > Node::first_descriptor
                                    ? limits.descriptors - Node::first_descriptor
                                    : 0);
        engine_.hosts.push_back(std::move(node));
        const auto id = static_cast<HostId>(engine_.hosts.size() - 1);
        Path path;
        path.link = engine_.options.link;
        for (auto& row : engine_.paths) row.push_back(path);
        engine_.paths.emplace_back(engine_.hosts.size(), path);
        engine_.paths[id][id].link = Link{.latency = engine_.options.loopback_latency};
        return {&engine_, id};
    }

    /// A name that stands for these addresses, for all hosts; what they are called themselves is a name already.
    template <class... Addresses>
    void name(std::string_view name, const Addresses&... addresses) {
        engine_.host_names.push_back({std::string(name), {Endpoint::of(addresses)...}});
    }

    /// Joins two hosts, or a host with itself, by a link of their own, both ways.
    void join(Host a, Host b, const Link& link) { join(a, b, link, link); }
    /// Different links for the two ways, as with a line that is faster down than up.
    void join(Host a, Host b, const Link& there, const Link& back) {
        path(a, b).link = there;
        path(b, a).link = back;
    }
    /// From now on `from` sends what is for the range to `via`, which passes it on by routes of its own; or, without
    /// `via`, to the host that has the address. The longest prefix decides; the same range again replaces its route.
    ///
    /// A host without routes reaches every other directly, by the link that joins the two. One with routes has no other
    /// way: ENETUNREACH, but for itself, groups and broadcasts, which are not passed on. Each router takes one of the
    /// hop limit (IP_TTL, IPV6_UNICAST_HOPS; at first 64), and tells the sender by ICMP when none is left, when it has
    /// no route, when no host has the address, and when the next link rejects. `source` is the address of sockets that
    /// are bound to none; at first it is the host's first.
    /// Errors  a source that the host has not is a mistake in the test: aborts.
    template <Family F>
    void route(Host from, const CidrRange<F>& to, Host via = {}, std::type_identity_t<IpAddress<F>> source = {}) {
        Node& node = engine_.hosts[from.id()];
        const Route made{Endpoint::of(to.first()), to.prefix_length(), via.id(), Endpoint::of(source)};
        if (!made.source.is_any() && !node.has(made.source)) std::abort();
        std::erase_if(node.routes, [&](const Route& each) {
            return each.first == made.first && each.length == made.length;
        });
        node.routes.push_back(made);
    }

    /// What happens to packets between them, both ways, from now on; what is under way arrives.
    void pass(Host a, Host b, Passage passage) {
        pass_one_way(a, b, passage);
        pass_one_way(b, a, passage);
    }
    void pass_one_way(Host from, Host to, Passage passage) {
        path(from, to).passage = passage;
        note(from, to, passage == Passage::open ? "heals" : passage == Passage::cut ? "cuts" : "rejects");
    }
    void cut(Host a, Host b) { pass(a, b, Passage::cut); }
    void heal(Host a, Host b) { pass(a, b, Passage::open); }

    /// The nth packet that is sent from now on is lost, whatever the links are; 1 is the next. Retransmissions count.
    void drop(std::uint64_t nth) { engine_.drops.push_back(engine_.packets_sent + nth); }

    /// What hosts may have from now on; `descriptors` only less than at first.
    void limit(Host host, const Limits& limits) {
        Node& node = engine_.hosts[host.id()];
        const auto most = static_cast<std::size_t>(Node::first_descriptor) + node.descriptors.size();
        node.limits = limits;
        if (limits.descriptors > most) node.limits.descriptors = most;
    }

    /// Errors  a host that does not exist is a mistake in the test: aborts.
    void add(const Fault& fault) {
        HostId id = no_host;
        for (HostId i = 0; i < engine_.hosts.size(); ++i) {
            if (engine_.hosts[i].name == fault.host) id = i;
        }
        if (!fault.host.empty() && id == no_host) std::abort();
        engine_.faults.add(fault, id);
    }
    void clear_faults() noexcept { engine_.faults.clear(); }
    /// How many calls were made, and how many of them a fault befell.
    [[nodiscard]] std::uint64_t calls() const noexcept { return engine_.faults.calls(); }
    [[nodiscard]] std::uint64_t faults_fired() const noexcept { return engine_.faults.fired(); }
    /// The call that a fault befell last; Call::any: none yet.
    [[nodiscard]] Call last_struck() const noexcept { return engine_.faults.struck(); }

    /// The clock. Units   nanoseconds; it starts with 1 s.
    [[nodiscard]] std::int64_t now() const noexcept { return engine_.now; }
    /// At that time the test does something to the world. It must not wait. False: no place for another.
    bool at(std::int64_t time, std::function<void()> action) {
        for (std::uint32_t i = 0; i < engine_.actions.size(); ++i) {
            if (engine_.actions[i]) continue;
            engine_.actions[i] = std::move(action);
            engine_.agenda.set(engine_.thing_of_action(i), time);
            return true;
        }
        return false;
    }

    /// The next thing that happens, or the next program that can run. False: nothing is left.
    bool step() noexcept { return engine_.pump(); }
    /// Everything up to that time, which then is now.
    void run_until(std::int64_t time) noexcept {
        while (engine_.waiters.ready() > 0 || (!engine_.agenda.is_empty() && engine_.agenda.next_time() <= time)) {
            static_cast<void>(engine_.pump());
        }
        if (engine_.now < time) engine_.now = time;
    }
    void run_for(std::int64_t nanoseconds) noexcept { run_until(engine_.now + nanoseconds); }

    [[nodiscard]] const Trace& trace() const noexcept { return engine_.trace; }
    [[nodiscard]] std::uint64_t hash() const noexcept { return engine_.trace.hash(); }
    /// Things that happened: arrivals, timers, ends of waits.
    [[nodiscard]] std::uint64_t events() const noexcept { return engine_.events; }
    /// Who waited for what when nobody could go on; empty: that did not happen.
    [[nodiscard]] const std::string& deadlock() const noexcept { return engine_.deadlock; }
    [[nodiscard]] const std::string& name_of(HostId id) const noexcept { return engine_.hosts[id].name; }
    [[nodiscard]] std::size_t hosts() const noexcept { return engine_.hosts.size(); }
    [[nodiscard]] const std::string& name_of_program(std::uint32_t id) const noexcept {
        return engine_.waiters[id].name;
    }
    /// For programs.hpp and tests of the tables.
    [[nodiscard]] Engine& engine() noexcept { return engine_; }

private:
    Path& path(Host from, Host to) { return engine_.paths[from.id()][to.id()]; }
    void note(Host from, Host to, const char* what) {
        Event event;
        event.time = engine_.now;
        event.kind = Event::action;
        event.host = from.id();
        event.peer = to.id();
        event.note = what;
        engine_.trace.add(event);
    }

    Engine engine_;
};

}  // namespace estate::sim
