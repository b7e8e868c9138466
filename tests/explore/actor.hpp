// SPDX-License-Identifier: BSL-1.0
#pragma once

// A program that makes random legal calls: one step is three numbers, which say what of all that is legal is done.

#include <array>
#include <chrono>
#include <estate/backend/sim/programs.hpp>
#include <estate/net/text.hpp>
#include <optional>

#include "model.hpp"

namespace estate::explore {

struct Step {
    std::uint32_t what;
    std::uint32_t which;
    std::uint32_t how;
};

/// What the programs of a run share.
struct Shared {
    Model model;
    sim::World* world = nullptr;
    std::vector<sim::Host> hosts;
    std::deque<IpPool<V4>> pools;          // one a host
    std::string fault;                     // the first
    std::vector<std::string>* lines = nullptr;  // where a run is told
    std::uint64_t steps = 0;
    std::uint64_t calls = 0;

    void report(std::string text) {
        if (fault.empty()) fault = std::move(text);
    }
};

inline constexpr std::uint16_t first_port = 5000;
inline constexpr std::uint32_t ports = 3;

/// The address of a host; 0 and 1 can be leased, 2 cannot.
inline IpAddress<V4> address_of(std::size_t host, std::uint32_t which) {
    return IpAddress<V4>(0x0a000000U + static_cast<std::uint32_t>(host + 1) * 256 + (which == 2 ? 9 : 1 + which));
}

class Actor {
public:
    Actor(Shared& shared, std::size_t number, std::size_t host)
        : shared_{shared}, number_{number}, host_{host}, waker_{BasicWaker<sim::Sockets>::open(system()).value()} {}

    void run(const std::vector<Step>& steps) {
        for (const Step& step : steps) {
            if (!shared_.fault.empty()) return;
            ++shared_.steps;
            take(step);
        }
    }
    /// Drops what is left.
    void end() {
        for (Slot& slot : slots_) {
            if (slot.record != nullptr) slot.record->is_gone = true;
            slot.socket.emplace<std::monostate>();
        }
    }
    [[nodiscard]] std::size_t host() const { return host_; }

    // What a call is given; probes.hpp names these.
    struct Arguments {
        Address address;
        IpAddress<V4> ip;
        Port port{};
        Deadline until;
        ConstBuffer bytes;
        MutableBuffer room;
        std::string_view text;
        std::span<const ConstBuffer> gather;
        std::span<const MutableBuffer> scatter;
        const BasicWaker<sim::Sockets>& waker;
    };
    struct LeaseArguments : Arguments {
        Lease<V4> hold;
        IpBinding<V4> binding = hold.binding();
    };

    template <class S, class Op, class Call>
    void call(std::size_t at);

private:
    struct Slot {
        AnySocket socket;
        Record* record = nullptr;
    };

    [[nodiscard]] sim::System system() const { return shared_.hosts[host_].system(); }
    [[nodiscard]] std::string name(std::size_t slot) const {
        return "s" + std::to_string(number_) + "_" + std::to_string(slot);
    }
    void tell(const std::string& line) {
        if (shared_.lines != nullptr) shared_.lines->push_back("p" + std::to_string(number_) + ": " + line);
    }
    void take(const Step& step);
    template <class T>
    void open();
    [[nodiscard]] Deadline some_time() {
        constexpr std::int64_t times[] = {0, sim::millisecond, 30 * sim::millisecond, 400 * sim::millisecond};
        return Deadline::in(std::chrono::nanoseconds(times[how_ >> 3 & 3]), shared_.world->now());
    }
    [[nodiscard]] Address some_peer() {
        std::vector<Address> open;
        for (const Record& record : shared_.model.records()) {
            if (!record.is_gone && !record.has_connected && record.local.port().number() != 0) {
                open.push_back(record.local.address().is_unspecified()
                                   ? Address(address_of(record.host, 2), record.local.port())
                                   : record.local);
            }
        }
        if (!open.empty() && how_ % 4 != 0) return open[how_ / 4 % open.size()];
        return {address_of(how_ / 4 % shared_.hosts.size(), how_ / 16 % 3),
                Port(static_cast<std::uint16_t>(first_port + how_ / 64 % ports))};
    }
    [[nodiscard]] std::uint16_t some_port() const {
        return how_ % 3 == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(first_port + how_ / 3 % ports);
    }
    [[nodiscard]] std::string written(std::string_view text, const Arguments& a) const;
    template <class S>
    void put(std::size_t slot, S&& socket, Record* record) {
        slots_[slot].record = record;
        slots_[slot].socket.emplace<std::remove_cvref_t<S>>(std::forward<S>(socket));
    }
    template <class... Sockets>
    void put(std::size_t slot, lifecycle::OneOf<Sockets...>&& any, Record* record) {
        std::move(any).visit([&](auto socket) { put(slot, std::move(socket), record); });
    }
    void look_at_all(std::size_t at, const std::string& what);
    template <class S>
    void look(S& socket, Record& record, const std::string& what);
    void check(const std::string& defect, const std::string& what) {
        if (!defect.empty()) shared_.report(what + ": " + defect);
    }

    Shared& shared_;
    std::size_t number_;
    std::size_t host_;
    BasicWaker<sim::Sockets> waker_;
    std::array<Slot, 6> slots_;
    std::uint32_t how_ = 0;
    std::array<std::byte, 6000> out_{};
    std::array<std::byte, 6000> in_{};
};

/// What the system says of a socket, beside what its type says.
template <class S>
void Actor::look(S& socket, Record& record, const std::string& what) {
    using State = typename S::state;
    if constexpr (std::same_as<State, Closed>) {
        record.is_gone = true;
    } else {
        if constexpr (requires { socket.local_addr(); }) {
            const auto local = socket.local_addr();
            if (!local) return check(std::string("its address is not known: ") + local.assume_error().message(), what);
            const Address here = local.assume_value();
            if (here.port().number() == 0) check("it is bound to no port", what);
            const bool had_port = record.local.port().number() != 0;
            if (had_port && here.port() != record.local.port()) check("its port has changed", what);
            // A datagram socket that is bound to any address has one only while its peer is fixed.
            const bool was_chosen = record.is_stream && !record.local.address().is_unspecified();
            if (was_chosen && here.address() != record.local.address()) check("its address has changed", what);
            record.local = here;
            shared_.model.use_port(record.host, record.is_stream, here.port().number());
        }
        if constexpr (std::same_as<State, Connected>) {
            const auto remote = socket.remote_addr();
            if (remote) record.remote = remote.assume_value();
            if (!remote && !Model::may_be_reset(record)) check("its peer is not known", what);
            if (!remote) record.has_failed = true;  // reset before anybody could ask whose it was
            if (record.is_stream && !record.has_connected) shared_.model.connect(record);
            if (!record.is_stream) record.has_connected = true;
        } else if constexpr (std::same_as<State, Bound>) {
            record.has_connected = false;
            // A datagram socket whose peer was fixed had a narrower address meanwhile.
            const bool was_free = record.aimed.port().number() == 0;
            const Record* const other = was_free ? shared_.model.same_address(record) : nullptr;
            if (other != nullptr) {
                check("socket " + std::to_string(other->id) + " has its address already", what);
            }
        } else if constexpr (std::same_as<State, SendClosed>) {
            record.ends_sending = true;
        } else if constexpr (std::same_as<State, ReceiveClosed>) {
            record.ends_receiving = true;
        }
    }
}

template <class S, class Op, class Call>
void Actor::call(std::size_t at) {
    Slot& slot = slots_[at];
    Record& record = *slot.record;
    S socket = std::move(std::get<S>(slot.socket));
    slot.socket.emplace<std::monostate>();  // nobody else touches the slot meanwhile
    constexpr std::string_view text = Call::text;
    constexpr bool streams = Stream_v<S>;

    constexpr std::size_t sizes[] = {0, 1, 10, 700, 6000};
    const std::size_t size = sizes[how_ % 5];
    Arguments a{.address = some_peer(), .ip = address_of(host_, how_ % 3), .port = Port(some_port()),
                .until = some_time(), .bytes = {}, .room = std::span(in_).first(size), .text = {}, .gather = {},
                .scatter = {}, .waker = waker_};
    if constexpr (std::same_as<Op, op::bind>) a.address = Address(how_ % 5 == 0 ? IpAddress<V4>::any() : a.ip, a.port);
    constexpr bool leases = text.find("a.hold") != text.npos || text.find("a.binding") != text.npos;
    std::optional<Lease<V4>> lease;
    if constexpr (leases) {
        auto leased = shared_.pools[host_].allocate("tenant", "resource", ResourceType::pod());
        if (!leased) return put(at, std::move(socket), &record);
        lease.emplace(std::move(leased).assume_value());
        a.address = Address(lease->address(), a.port);
    }
    if constexpr (text == "bind(a.port)") a.address = Address(socket.held().address(), a.port);
    if constexpr (streams) {
        for (std::size_t i = 0; i < size; ++i) out_[i] = byte_of(record.id, record.sent + i);
    } else {
        for (std::size_t i = 0; i < size; ++i) out_[i] = byte_of(record.id, i);
    }
    a.bytes = std::span(out_).first(size);
    a.text = as_text(a.bytes);
    const ConstBuffer gather[] = {a.bytes.first(size / 3), a.bytes.subspan(size / 3)};
    const MutableBuffer scatter[] = {a.room.first(size / 2), a.room.subspan(size / 2)};
    a.gather = gather;
    a.scatter = scatter;
    if constexpr (text.starts_with("send")) record.offered = record.sent + size;
    if constexpr (std::same_as<Op, op::shutdown_send> || std::same_as<Op, op::finish> ||
                  std::same_as<Op, op::finish_or_abort> || std::same_as<Op, op::close> ||
                  std::same_as<Op, op::abort>) {
        record.ends_sending = true;  // the peer may see it before we return
    }
    if constexpr (std::same_as<Op, op::close> || std::same_as<Op, op::abort> || std::same_as<Op, op::release>) {
        record.is_gone = true;
    }
    if constexpr (std::same_as<Op, op::shutdown_receive> || std::same_as<Op, op::finish> ||
                  std::same_as<Op, op::finish_or_abort>) {
        record.ends_receiving = true;
    }
    const bool raises = Call::text == std::string_view("accept(a.waker)") || how_ % 3 == 0;
    if constexpr (text.find("waker") != text.npos) raises ? waker_.wake() : waker_.reset();

    const std::string what = "p" + std::to_string(number_) + " " + S::protocol() + " " + S::state::name + "." +
                             std::string(text);
    if (shared_.lines != nullptr) tell(written(text, a) + "  // " + S::state::name + ", " + name(at));
    ++shared_.calls;
    const Address asked = a.address;
    if constexpr (std::same_as<Op, op::connect> || std::same_as<Op, op::begin_connect>) record.aimed = asked;
    auto answer = [&] {
        if constexpr (leases) {
            LeaseArguments with{a, std::move(*lease)};
            return Call::make(socket, with);
        } else {
            return Call::make(socket, a);
        }
    }();
    if (!shared_.fault.empty()) return;

    using Answer = decltype(answer);
    if constexpr (requires { answer.has_error(); }) {
        if (answer.has_error()) {
            const Error error = answer.assume_error();
            if (shared_.lines != nullptr) tell(std::string("    // fails: ") + error.message());
            if constexpr (requires { answer.assume_error().transferred; }) {
                const std::size_t moved = answer.assume_error().transferred;
                if constexpr (text.starts_with("send")) record.sent += moved;
                if constexpr (text.starts_with("recv")) check(shared_.model.receive(record, a.room.first(moved)), what);
            }
            check(shared_.model.fail(record, text, error, raises, size != 0, asked), what + ": " + error.message());
            const int number = error.posix();
            if (number == ECONNRESET || number == EPIPE || number == ENOTCONN || number == ETIMEDOUT) {
                record.has_failed = true;
            }
            if (error == errc::end_of_stream) check(shared_.model.end(record), what);
            if constexpr (requires { answer.assume_error().socket; }) {
                put(at, std::move(answer.assume_error().socket), &record);
            } else {
                put(at, std::move(socket), &record);
            }
        } else if constexpr (std::same_as<Op, op::accept> || std::same_as<Op, op::accept_from>) {
            put(at, std::move(socket), &record);
            auto accepted = [&] {
                if constexpr (std::same_as<Op, op::accept>) {
                    return std::move(answer).assume_value();
                } else {
                    return std::move(answer.assume_value().socket);
                }
            }();
            Record& made = shared_.model.add(host_, true);
            look(accepted, made, what);
            std::size_t i = 0;
            while (i < slots_.size() && slots_[i].record != nullptr && !slots_[i].record->is_gone) ++i;
            if (i == slots_.size()) {  // no place for it: it is dropped
                made.is_gone = true;
            } else {
                put(i, std::move(accepted), &made);
                tell("    // accepted as " + name(i));
            }
        } else if constexpr (requires { typename Answer::value_type::state; }) {
            put(at, std::move(answer).assume_value(), &record);
        } else {
            if constexpr (std::same_as<Op, op::send_all>) record.sent += size;
            if constexpr (std::same_as<Op, op::recv_exact>) check(shared_.model.receive(record, a.room), what);
            if constexpr (std::same_as<typename Answer::value_type, std::size_t>) {
                const std::size_t count = answer.assume_value();
                if (count > size) check("more than there was", what);
                if constexpr (text.starts_with("send")) {
                    if (size != 0 && count == 0) check("nothing was sent, and that is no error", what);
                    if (!streams && count != size) check("a part of a datagram was sent", what);
                    record.sent += count;
                } else if constexpr (!std::same_as<Op, op::peek>) {
                    if (count == 0) check("zero bytes were received, and that is no error", what);
                    check(shared_.model.receive(record, a.room.first(count)), what);
                }
            }
            if constexpr (requires { answer.assume_value().truncated; }) {
                const auto& got = answer.assume_value();
                std::uint32_t id = 0;
                for (std::size_t i = 0; i < 4 && i < got.size; ++i) {
                    id |= static_cast<std::uint32_t>(a.room[i]) << (8 * i);
                }
                const Record* const sender = got.size < 4 ? nullptr : shared_.model.find(id);
                if (got.size >= 4 && sender == nullptr) check("a datagram that no socket sent", what);
                for (std::size_t i = 4; i < got.size; ++i) {
                    if (a.room[i] != byte_of(id, i)) check("a datagram is not as it was sent", what);
                }
            }
            if constexpr (requires { answer.assume_value().data(); }) {
                const auto& got = answer.assume_value();
                if (got.empty()) check("zero bytes were received, and that is no error", what);
                check(shared_.model.receive(record, std::as_bytes(std::span(got))), what);
            }
            put(at, std::move(socket), &record);
        }
    } else if constexpr (std::same_as<Op, op::handle>) {
        put(at, std::move(socket), &record);
    } else if constexpr (std::same_as<Op, op::detach_hold>) {
        put(at, std::move(answer.socket), &record);
    } else if constexpr (requires { answer.handle; }) {
        system().close(answer.handle);
    } else {
        system().close(answer);
    }
    look_at_all(at, what);
}

/// At the socket of that slot, and at those whose addresses are not known yet.
inline void Actor::look_at_all(std::size_t at, const std::string& what) {
    for (Slot& each : slots_) {
        const bool is_new = each.record != nullptr && each.record->local.port().number() == 0;
        if (&each != &slots_[at] && !is_new) continue;
        std::visit([&]<class Any>(Any& any) {
            if constexpr (!std::same_as<Any, std::monostate>) look(any, *each.record, what);
        }, each.socket);
    }
}

inline std::string Actor::written(std::string_view text, const Arguments& a) const {
    std::string line(text);
    const auto replace = [&](std::string_view from, const std::string& to) {
        const auto at = line.find(from);
        if (at != line.npos) line.replace(at, from.size(), to);
    };
    const auto ip = [](const IpAddress<V4>& address) { return std::string(to_text(address).view()); };
    replace("a.address",
            "{\"" + ip(a.address.address()) + "\"_ip4, " + std::to_string(a.address.port().number()) + "}");
    replace("a.ip", "\"" + ip(a.ip) + "\"_ip4");
    replace("a.port", std::to_string(a.port.number()));
    const auto rest = a.until.nanoseconds() - shared_.world->now();
    replace("a.until", "net.in(std::chrono::milliseconds(" + std::to_string(rest / sim::millisecond) + "))");
    replace("a.bytes", "bytes(" + std::to_string(a.bytes.size()) + ")");
    replace("a.text", "text(" + std::to_string(a.text.size()) + ")");
    replace("a.room", "room(" + std::to_string(a.room.size()) + ")");
    replace("a.gather", "gather(" + std::to_string(a.bytes.size()) + ")");
    replace("a.scatter", "scatter(" + std::to_string(a.room.size()) + ")");
    replace("std::move(a.hold)", "lease()");
    replace("a.binding", "lease().binding()");
    replace("a.waker", "waker");
    return line;
}

template <class T>
void Actor::open() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].record != nullptr && !slots_[i].record->is_gone) continue;
        auto made = new_socket<T>(system());
        if (!made) return check(made.assume_error().message(), "no socket can be made");
        tell("auto " + name(i) + " = net." + (T::is_stream ? "tcp" : "udp") + "_v4().value();");
        put(i, std::move(made).assume_value(), &shared_.model.add(host_, T::is_stream));
        return;
    }
}

inline void Actor::take(const Step& step) {
    how_ = step.how;
    const std::size_t at = step.which % slots_.size();
    Slot& slot = slots_[at];
    if (slot.record == nullptr || slot.socket.index() == 0) {
        return step.what % 4 == 0 ? open<Datagram>() : open<Stream>();
    }
    std::visit([&]<class S>(S&) {
        if constexpr (!std::same_as<S, std::monostate>) {
            const auto& all = choices<S>();
            if (all.empty()) {  // Closed, and nothing is left to do
                slot.socket.template emplace<std::monostate>();
                return;
            }
            all[step.what % all.size()].make(*this, at);
        }
    }, slot.socket);
}

template <class S, class Op>
void add_choices(std::vector<Choice>& all) {
    if constexpr (!std::same_as<Op, op::set_nonblocking> && !std::same_as<Op, op::split> &&
                  !std::same_as<Op, op::send_batch> && !std::same_as<Op, op::recv_batch>) {
        probes::each_call<probes::call, S, Op>([&](auto, auto call) {
            using Call = decltype(call);
            if constexpr (Call::expected) {
                // What ends a socket is one of many calls, or no socket would live long.
                constexpr bool ends = std::same_as<Op, op::close> || std::same_as<Op, op::release> ||
                                      std::same_as<Op, op::abort>;
                for (int i = 0; i < (ends ? 1 : 3); ++i) {
                    all.push_back({Call::text, [](Actor& actor, std::size_t slot) {
                                       actor.call<S, Op, Call>(slot);
                                   }});
                }
            }
        });
    }
}
template <class S, class... Ops>
std::vector<Choice> choices_in(lifecycle::list<Ops...>) {
    std::vector<Choice> all;
    (add_choices<S, Ops>(all), ...);
    return all;
}
template <class S>
const std::vector<Choice>& choices() {
    static const std::vector<Choice> all = choices_in<S>(
        lifecycle::operations_of<typename lifecycle::object<S>::table, typename S::state>());
    return all;
}

}  // namespace estate::explore
