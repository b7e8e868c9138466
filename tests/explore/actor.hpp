// SPDX-License-Identifier: BSL-1.0
#pragma once

// A program that makes random legal calls: one step is three numbers, which say what of all that is legal is done.

#include <array>
#include <chrono>
#include <estate/net/text.hpp>
#include <optional>
#include <utility>

#include "model.hpp"

namespace estate::explore {

struct Step {
    std::uint32_t what;
    std::uint32_t which;
    std::uint32_t how;
};

/// What is run: the steps of each program.
struct Run {
    std::uint64_t seed = 0;
    std::vector<std::vector<Step>> programs;
};

inline constexpr std::uint32_t ports = 3;

/// What the programs of a run share.
struct Shared {
    Model model;
    std::vector<Either> systems;           // of each host
    std::deque<IpPool<V4>> pools;          // one a host
    std::string fault;                     // the first
    std::vector<std::string>* lines = nullptr;  // where a run is told
    bool tells_answers = false;            // with what each call answered, but for numbers that the system chose
    std::uint64_t steps = 0;
    std::uint64_t calls = 0;
    bool has_passed = false;               // a socket by another
    std::uint64_t successes = 0;           // those that did not fail, where answers are told

    std::uint32_t network = 0x0a000000U;
    std::uint16_t first_port = 5000;
    std::array<UnixAddress, 4> names{UnixAddress::path("/run/a").value(), UnixAddress::path("/run/b").value(),
                                     UnixAddress::abstract("a").value(), UnixAddress::abstract("b").value()};

    /// The address of a host; 0 and 1 can be leased, 2 cannot.
    [[nodiscard]] IpAddress<V4> address_of(std::size_t host, std::uint32_t which) const {
        const auto of_host = network + static_cast<std::uint32_t>(host + 1) * 256;
        return IpAddress<V4>(of_host + (which == 2 ? 9 : 1 + which));
    }
    [[nodiscard]] std::string told(Port port) const {
        const std::uint32_t number = port.number();
        const bool is_ours = number == 0 || (number >= first_port && number < first_port + ports);
        return tells_answers && !is_ours ? "some_port" : std::to_string(port.number());
    }
    [[nodiscard]] std::string told(const IpAddress<V4>& ip) const { return std::string(to_text(ip).view()); }
    [[nodiscard]] std::string told(const Address& at) const { return told(at.address()) + ":" + told(at.port()); }
    [[nodiscard]] std::string told(const UnixAddress& at) const {
        return at.is_unnamed() ? "no name" : (at.is_path() ? "path " : "abstract ") + std::string(at.name());
    }
    /// What a call gave, as far as it is the same wherever it runs.
    template <class Got>
    [[nodiscard]] std::string told(const Got& got) const {
        if constexpr (std::same_as<Got, std::size_t>) {
            return std::to_string(got) + " bytes";
        } else if constexpr (requires { got.truncated; }) {
            std::string made = std::to_string(got.size) + " bytes of " +
                               (got.length == SIZE_MAX ? "more" : std::to_string(got.length));
            if (got.truncated) made += ", cut";
            if constexpr (requires { got.sender; }) made += ", from " + told(got.sender);
            return made;
        } else if constexpr (requires { got.peer; }) {
            return "a connection of " + told(got.peer);
        } else if constexpr (requires { got.data(); }) {
            return std::to_string(got.size()) + " bytes";
        } else if constexpr (std::same_as<Got, option::send_buffer>) {
            return got.value == 8192 ? "8192" : "what the system gives";  // by what it is configured to
        } else if constexpr (requires { { got.value } -> std::convertible_to<int>; }) {
            return std::to_string(got.value);
        } else {
            return "it";
        }
    }
    /// A host, with the addresses that it leases.
    void add_system(Either system) {
        const std::size_t host = systems.size();
        systems.push_back(system);
        auto& pool = pools.emplace_back("pool");
        pool.add_cidr_range(CidrRange<V4>::masked(address_of(host, 0), 30).value()).value();
    }
    void report(std::string text) {
        if (fault.empty()) fault = std::move(text);
    }
};

/// A call, as a fault tells it. Not inlined, as what is not made a thousand times by templates: see add_choices().
struct What {
    std::size_t program;
    const char* protocol;
    const char* state;
    const char* text;

    [[nodiscard, gnu::noinline]] std::string written() const {
        return "p" + std::to_string(program) + " " + protocol + " " + state + "." + text;
    }
};

class Actor {
public:
    Actor(Shared& shared, std::size_t number, std::size_t host)
        : shared_{shared}, number_{number}, host_{host}, waker_{BasicWaker<Sockets>::open(system()).value()} {}

    void run(const std::vector<Step>& steps) {
        for (const Step& step : steps) {
            if (!shared_.fault.empty()) return;
            run(step);
        }
    }
    void run(const Step& step) {
        ++shared_.steps;
        take(step);
    }
    /// Visits each socket that is there, and not Closed.
    template <class Visit>
    void each_open(Visit visit) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            if (slots_[i].is_free()) continue;
            std::visit([&]<class S>(S& socket) {
                if constexpr (requires { socket.handle(); }) visit(i, name(i), socket, *slots_[i].record);
            }, slots_[i].socket);
        }
    }
    /// Drops what is left.
    void end() {
        for (Slot& slot : slots_) {
            if (slot.record != nullptr) slot.record->is_gone = true;
            slot = Slot();
        }
    }
    [[nodiscard]] std::size_t host() const { return host_; }
    static constexpr std::size_t slot_count = 6;

    // What a call is given; probes.hpp names these.
    template <class Place>
    struct Arguments {
        Place address;
        IpAddress<V4> ip;
        Port port{};
        Deadline until;
        ConstBuffer bytes;
        MutableBuffer room;
        std::string_view text;
        std::span<const ConstBuffer> gather;
        std::span<const MutableBuffer> scatter;
        const BasicWaker<Sockets>& waker;
    };
    struct LeaseArguments : Arguments<Address> {
        Lease<V4> hold;
        IpBinding<V4> binding = hold.binding();
    };

    template <class S, class Op, class Call>
    void call(std::size_t at);

    // What takes a second socket, or makes one.
    template <class S>
    void join(std::size_t at);
    template <class S>
    void send_socket(std::size_t at);
    template <class S>
    void recv_socket(std::size_t at);

private:
    struct Slot {
        AnySocket socket;
        Record* record = nullptr;
        bool is_over = false;  // what is there is Closed

        [[nodiscard]] bool is_free() const { return record == nullptr || record->is_gone || is_over; }
    };

    [[nodiscard]] Either system() const { return shared_.systems[host_]; }
    [[nodiscard, gnu::noinline]] std::string name(std::size_t slot) const {
        return "s" + std::to_string(number_) + "_" + std::to_string(slot);
    }
    [[gnu::noinline]] void tell(const std::string& line) {
        if (shared_.lines != nullptr) shared_.lines->push_back("p" + std::to_string(number_) + ": " + line);
    }
    void take(const Step& step);
    template <class T>
    void open();
    template <class T>
    void open_pair(std::size_t slot);
    template <class S, class Op>
    [[nodiscard]] std::string why_not(const Record& record, std::string_view text, Error error, bool is_raised,
                                      bool has_room, const typename S::transport::address& asked) const;
    std::uint64_t begin_to_pass(Record& record, Record& passed);
    void end_passing(Record& record, std::size_t count, const What& what);
    void fail_to_pass(Record& record, std::uint64_t place, Record& passed, Error error, const What& what);
    template <class Came>
    void take_over(std::size_t at, Record* passed, bool is_known, Came came, Kind as, const What& what);
    [[nodiscard, gnu::noinline]] Deadline some_time() {
        constexpr std::int64_t times[] = {0, sim::millisecond, 30 * sim::millisecond, 400 * sim::millisecond};
        return Deadline::in(std::chrono::nanoseconds(times[how_ >> 3 & 3]), system().now());
    }
    [[nodiscard, gnu::noinline]] Address some_peer() {
        std::vector<Address> open;
        for (const Record& record : shared_.model.records()) {
            if (!record.is_gone && !record.has_connected && record.local.port().number() != 0) {
                open.push_back(record.local.address().is_unspecified()
                                   ? Address(shared_.address_of(record.host, 2), record.local.port())
                                   : record.local);
            }
        }
        if (!open.empty() && how_ % 4 != 0) return open[how_ / 4 % open.size()];
        return {shared_.address_of(how_ / 4 % shared_.systems.size(), how_ / 16 % 3),
                Port(static_cast<std::uint16_t>(shared_.first_port + how_ / 64 % ports))};
    }
    [[nodiscard, gnu::noinline]] UnixAddress some_name() const {
        return shared_.names[how_ / 4 % 4];
    }
    [[nodiscard, gnu::noinline]] UnixAddress some_local_peer() {
        std::vector<UnixAddress> open;
        for (const Record& record : shared_.model.records()) {
            if (!record.is_gone && record.owns_name && record.host == host_) open.push_back(record.name);
        }
        return open.empty() || how_ % 4 == 0 ? some_name() : open[how_ / 4 % open.size()];
    }
    template <class S, class Op>
    [[nodiscard]] auto some_address() {
        if constexpr (!Local_v<S>) {
            return some_peer();
        } else {
            return std::same_as<Op, op::bind> ? some_name() : some_local_peer();
        }
    }
    [[nodiscard]] std::uint16_t some_port() const {
        return how_ % 3 == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(shared_.first_port + how_ / 3 % ports);
    }
    template <class Place>
    [[nodiscard, gnu::noinline]] std::string written(std::string_view text, const Arguments<Place>& a) const;
    /// A slot that has nothing; where there is none, no slot.
    [[nodiscard]] std::size_t free_slot() const {
        std::size_t i = 0;
        while (i < slots_.size() && !slots_[i].is_free()) ++i;
        return i;
    }
    /// In a slot that was free.
    template <class S>
    void put_new(std::size_t slot, S&& socket, Record* record) {
        slots_[slot] = Slot();
        put(slot, std::forward<S>(socket), record);
    }
    template <class S>
    void put(std::size_t slot, S&& socket, Record* record) {
        slots_[slot].record = record;
        slots_[slot].socket.emplace<std::remove_cvref_t<S>>(std::forward<S>(socket));
    }
    template <class... Sockets>
    void put(std::size_t slot, lifecycle::OneOf<Sockets...>&& any, Record* record) {
        std::move(any).visit([&](auto socket) { put(slot, std::move(socket), record); });
    }
    void look_at_all(std::size_t at, const What& what);
    template <class S>
    void look(S& socket, Slot& slot, Record& record, const What& what);
    template <class S>
    void look_locally(S& socket, Record& record, const What& what);
    template <class Got>
    void check_message(Record& record, const Got& got, MutableBuffer room, const What& what);
    template <class S>
    S take_from(std::size_t at) {
        S socket = std::move(std::get<S>(slots_[at].socket));
        slots_[at].socket.template emplace<std::monostate>();  // nobody else touches the slot meanwhile
        return socket;
    }
    template <class S>
    [[nodiscard]] What called(const char* text) const {
        return {number_, S::protocol(), S::state::name, text};
    }
    [[gnu::noinline]] void tell_call(const What& what, std::size_t at, const std::string& line) {
        if (shared_.lines != nullptr) tell(line + "  // " + what.state + ", " + name(at));
        ++shared_.calls;
    }
    [[gnu::noinline]] void tell_failure(Error error) {
        if (shared_.lines != nullptr) tell(std::string("    // fails: ") + error.message());
    }
    /// How much was moved all the same, too.
    [[gnu::noinline]] void tell_failure(Error error, std::size_t moved) {
        tell_failure(error);
        if (shared_.tells_answers) tell("    // after " + std::to_string(moved) + " bytes");
    }
    template <class Value>
    void tell_answer(const Value& value) {
        if (!shared_.tells_answers) return;
        ++shared_.successes;
        tell("    // gives " + shared_.told(value));
    }
    [[gnu::noinline]] void check(const std::string& defect, const What& what) {
        if (!defect.empty()) shared_.report(what.written() + ": " + defect);
    }
    [[gnu::noinline]] void check(const char* defect, const What& what) {
        shared_.report(what.written() + ": " + defect);
    }
    [[gnu::noinline]] void check(const std::string& defect, const What& what, Error error) {
        if (!defect.empty()) shared_.report(what.written() + ": " + error.message() + ": " + defect);
    }

    Shared& shared_;
    std::size_t number_;
    std::size_t host_;
    BasicWaker<Sockets> waker_;
    std::array<Slot, slot_count> slots_;
    static constexpr std::size_t passing_size = 16;
    std::uint32_t how_ = 0;
    std::array<std::byte, 6000> out_{};
    std::array<std::byte, 6000> in_{};
};

/// What the system says of a socket, beside what its type says.
template <class S>
void Actor::look(S& socket, Slot& slot, Record& record, const What& what) {
    using State = typename S::state;
    if constexpr (std::same_as<State, Closed>) {
        if (!std::exchange(slot.is_over, true) && --record.parts == 0) record.is_gone = true;
    } else if constexpr (Local_v<S>) {
        look_locally(socket, record, what);
    } else {
        if constexpr (requires { socket.local_addr(); }) {
            const auto local = socket.local_addr();
            if (!local) return check("its address is not known", what, local.assume_error());
            const Address here = local.assume_value();
            if (here.port().number() == 0) check("it is bound to no port", what);
            const bool had_port = record.local.port().number() != 0;
            if (had_port && here.port() != record.local.port()) check("its port has changed", what);
            // A datagram socket that is bound to any address has one only while its peer is fixed.
            const bool was_chosen = record.is_stream() && !record.local.address().is_unspecified();
            if (was_chosen && here.address() != record.local.address()) check("its address has changed", what);
            record.local = here;
            shared_.model.use_port(record.host, record.is_stream(), here.port().number());
        }
        if constexpr (std::same_as<State, Connected>) {
            const auto remote = socket.remote_addr();
            if (remote) record.remote = remote.assume_value();
            if (!remote && !Model::may_be_reset(record)) check("its peer is not known", what);
            if (!remote) record.has_failed = true;  // reset before anybody could ask whose it was
            if (record.is_stream() && !record.has_connected) shared_.model.connect(record);
            if (!record.is_stream()) record.has_connected = true;
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

template <class S>
void Actor::look_locally(S& socket, Record& record, const What& what) {
    using State = typename S::state;
    if constexpr (requires { socket.local_addr(); }) {
        const auto local = socket.local_addr();
        if (!local) return check("its name is not known", what, local.assume_error());
        const UnixAddress& here = local.assume_value();
        if (!record.name.is_unnamed() && here != record.name) check("its name has changed", what);
        record.name = here;
        if (std::same_as<State, Bound> || std::same_as<State, Listening>) {
            if (here.is_unnamed()) check("it is bound to no name", what);
            const Record* const other = shared_.model.owner_of(record, here);
            if (other != nullptr) check("socket " + std::to_string(other->id) + " has its name already", what);
            record.owns_name = true;
            shared_.model.use_name(record.host, here);
        }
    }
    if constexpr (std::same_as<State, Connected>) {
        record.has_connected = true;
    } else if constexpr (std::same_as<State, SendClosed>) {
        record.ends_sending = true;
    } else if constexpr (std::same_as<State, ReceiveClosed>) {
        record.ends_receiving = true;
    }
}

/// What recv(), recv_from() or recv_socket() gave of messages.
template <class Got>
void Actor::check_message(Record& record, const Got& got, MutableBuffer room, const What& what) {
    if (got.size > room.size()) return check("more than there was", what);
    if (record.is_local()) {
        check(shared_.model.receive_message(record, room.first(got.size), got.length), what);
        if constexpr (requires { got.sender.is_unnamed(); }) {
            const Record* const sender =
                got.size < Model::head ? nullptr : shared_.model.find(Model::word(room, 0));
            if (sender != nullptr && !got.sender.is_unnamed() && got.sender != sender->name) {
                check("it has the name of another", what);
            }
        }
        return;
    }
    if (got.size < 4) return;
    const std::uint32_t id = Model::word(room, 0);
    if (shared_.model.find(id) == nullptr) check("a datagram that no socket sent", what);
    for (std::size_t i = 4; i < got.size; ++i) {
        if (room[i] != byte_of(id, i)) check("a datagram is not as it was sent", what);
    }
}

template <class S, class Op, class Call>
void Actor::call(std::size_t at) {
    Record& record = *slots_[at].record;
    S socket = take_from<S>(at);
    constexpr std::string_view text = Call::text;
    constexpr bool streams = Stream_v<S>;

    constexpr std::size_t sizes[] = {0, 1, 10, 700, 6000};
    const std::size_t size = sizes[how_ % 5];
    Arguments<typename S::transport::address> a{
        .address = some_address<S, Op>(), .ip = shared_.address_of(host_, how_ % 3), .port = Port(some_port()),
        .until = some_time(), .bytes = {}, .room = std::span(in_).first(size), .text = {}, .gather = {}, .scatter = {},
        .waker = waker_};
    if constexpr (std::same_as<Op, op::bind> && !Local_v<S>) {
        a.address = Address(how_ % 5 == 0 ? IpAddress<V4>::any() : a.ip, a.port);
    }
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
    } else if constexpr (Local_v<S>) {
        if constexpr (text.starts_with("send")) shared_.model.write_message(record, std::span(out_).first(size));
    } else {
        for (std::size_t i = 0; i < size; ++i) out_[i] = byte_of(record.id, i);
    }
    a.bytes = std::span(out_).first(size);
    a.text = as_text(a.bytes);
    const ConstBuffer gather[] = {a.bytes.first(size / 3), a.bytes.subspan(size / 3)};
    const MutableBuffer scatter[] = {a.room.first(size / 2), a.room.subspan(size / 2)};
    a.gather = gather;
    a.scatter = scatter;
    if constexpr (text.starts_with("send")) record.offered = record.sent + (streams ? size : 1);
    const bool is_last = record.parts == 1;
    if constexpr (std::same_as<Op, op::shutdown_send> || std::same_as<Op, op::finish> ||
                  std::same_as<Op, op::finish_or_abort> || std::same_as<Op, op::close> ||
                  std::same_as<Op, op::abort>) {
        // The peer may see it before we return. The half that receives ends nothing while there is one that sends.
        if (is_last || !requires { requires S::transport::receives; }) record.ends_sending = true;
    }
    if constexpr (std::same_as<Op, op::close> || std::same_as<Op, op::abort> || std::same_as<Op, op::release>) {
        if (is_last) record.is_gone = true;
    }
    if constexpr (std::same_as<Op, op::shutdown_receive> || std::same_as<Op, op::finish> ||
                  std::same_as<Op, op::finish_or_abort>) {
        record.ends_receiving = true;
    }
    const bool raises = Call::text == std::string_view("accept(a.waker)") || how_ % 3 == 0;
    if constexpr (text.find("waker") != text.npos) raises ? waker_.wake() : waker_.reset();

    const What what = called<S>(Call::text);
    tell_call(what, at, shared_.lines != nullptr ? written(text, a) : "");
    const auto asked = a.address;
    if constexpr (!Local_v<S> && (std::same_as<Op, op::connect> || std::same_as<Op, op::begin_connect>)) {
        record.aimed = asked;
    }
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
            if constexpr (!requires { answer.assume_error().transferred; }) {
                tell_failure(error);
            } else {
                const std::size_t moved = answer.assume_error().transferred;
                tell_failure(error, moved);
                if constexpr (text.starts_with("send")) record.sent += moved;
                if constexpr (text.starts_with("recv")) check(shared_.model.receive(record, a.room.first(moved)), what);
            }
            check(why_not<S, Op>(record, text, error, raises, size != 0, asked), what, error);
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
            tell_answer(answer.assume_value());
            auto accepted = [&] {
                if constexpr (std::same_as<Op, op::accept>) {
                    return std::move(answer).assume_value();
                } else {
                    return std::move(answer.assume_value().socket);
                }
            }();
            Record& made = shared_.model.add(host_, record.kind);
            Slot nowhere;
            look(accepted, nowhere, made, what);
            const std::size_t i = free_slot();
            if (i == slots_.size()) {  // no place for it: it is dropped
                made.is_gone = true;
            } else {
                put_new(i, std::move(accepted), &made);
                tell("    // accepted as " + name(i));
            }
        } else if constexpr (std::same_as<Op, op::split>) {
            auto& [reader, writer] = answer.assume_value();
            tell_answer(reader);
            put(at, std::move(reader), &record);
            ++record.parts;
            const std::size_t i = free_slot();
            if (i == slots_.size()) {  // no place for the one that sends: it is dropped
                record.ends_sending = true;
                --record.parts;
            } else {
                put_new(i, std::move(writer), &record);
                tell("    // " + name(i) + " sends");
            }
        } else if constexpr (requires { typename Answer::value_type::state; }) {
            tell_answer(answer.assume_value());
            put(at, std::move(answer).assume_value(), &record);
        } else {
            if constexpr (!std::same_as<typename Answer::value_type, void>) tell_answer(answer.assume_value());
            else tell_answer(0);
            if constexpr (std::same_as<Op, op::send_all>) record.sent += size;
            if constexpr (std::same_as<Op, op::recv_exact>) check(shared_.model.receive(record, a.room), what);
            if constexpr (std::same_as<typename Answer::value_type, std::size_t>) {
                const std::size_t count = answer.assume_value();
                if (count > size) check("more than there was", what);
                if constexpr (text.starts_with("send")) {
                    if (size != 0 && count == 0) check("nothing was sent, and that is no error", what);
                    if (!streams && count != size) check("a part of a datagram was sent", what);
                    record.sent += streams ? count : 1;
                } else if constexpr (!std::same_as<Op, op::peek>) {
                    if (count == 0) check("zero bytes were received, and that is no error", what);
                    check(shared_.model.receive(record, a.room.first(count)), what);
                }
            }
            if constexpr (requires { answer.assume_value().truncated; }) {
                check_message(record, answer.assume_value(), a.room, what);
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
inline void Actor::look_at_all(std::size_t at, const What& what) {
    for (Slot& each : slots_) {
        const bool is_new =
            each.record != nullptr && !each.record->is_local() && each.record->local.port().number() == 0;
        if (&each != &slots_[at] && !is_new) continue;
        std::visit([&]<class Any>(Any& any) {
            if constexpr (!std::same_as<Any, std::monostate>) look(any, each, *each.record, what);
        }, each.socket);
    }
}

template <class Place>
std::string Actor::written(std::string_view text, const Arguments<Place>& a) const {
    std::string line(text);
    const auto replace = [&](std::string_view from, const std::string& to) {
        const auto at = line.find(from);
        if (at != line.npos) line.replace(at, from.size(), to);
    };
    const auto ip = [](const IpAddress<V4>& address) { return std::string(to_text(address).view()); };
    if constexpr (std::same_as<Place, UnixAddress>) {
        replace("a.address", std::string(a.address.is_path() ? "path" : "abstract") + "(\"" +
                                 std::string(a.address.name()) + "\")");
    } else {
        replace("a.address",
                "{\"" + ip(a.address.address()) + "\"_ip4, " + shared_.told(a.address.port()) + "}");
    }
    replace("a.ip", "\"" + ip(a.ip) + "\"_ip4");
    replace("a.port", std::to_string(a.port.number()));
    const auto rest = a.until.nanoseconds() - system().now();
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
    const std::size_t i = free_slot();
    if (i == slots_.size()) return;
    constexpr Kind kind = kind_of<T>;
    if constexpr (Local<T>) {
        if (how_ % 2 == 0) return open_pair<T>(i);
    }
    auto made = new_socket<T>(system());
    if (!made) return check("no socket can be made", {number_, T::name, "", ""}, made.assume_error());
    tell("auto " + name(i) + " = net." + maker_of[static_cast<int>(kind)] + "().value();");
    put_new(i, std::move(made).assume_value(), &shared_.model.add(host_, kind));
}
template <class T>
void Actor::open_pair(std::size_t i) {
    auto made = new_pair<T>(system());
    if (!made) return check("no pair can be made", {number_, T::name, "", ""}, made.assume_error());
    Record& first = shared_.model.add(host_, kind_of<T>);
    Record& second = shared_.model.add(host_, kind_of<T>);
    first.peer = &second;
    second.peer = &first;
    first.has_connected = second.has_connected = true;
    put_new(i, std::move(made.assume_value().first), &first);
    const std::size_t j = free_slot();
    tell("auto [" + name(i) + ", " + (j < slots_.size() ? name(j) : "dropped") + "] = " +
         maker_of[static_cast<int>(kind_of<T>)] + "_pair().value();");
    if (j == slots_.size()) {
        second.is_gone = true;
    } else {
        put_new(j, std::move(made.assume_value().second), &second);
    }
}

template <class S, class Op>
std::string Actor::why_not(const Record& record, std::string_view text, Error error, bool is_raised, bool has_room,
                           const typename S::transport::address& asked) const {
    if constexpr (!Local_v<S>) {
        return shared_.model.fail(record, text, error, is_raised, has_room, asked);
    } else if constexpr (std::same_as<Op, op::bind> || std::same_as<Op, op::connect> || std::same_as<Op, op::send_to>) {
        const std::string plainly = shared_.model.fail(record, text, error, is_raised, has_room, {});
        return plainly.empty() ? plainly : shared_.model.fail_at(record, text, error, asked);
    } else {
        return shared_.model.fail(record, text, error, is_raised, has_room, {});
    }
}

/// With the other half that is there, or with a stranger.
template <class S>
void Actor::join(std::size_t at) {
    S socket = take_from<S>(at);
    Record* const record = slots_[at].record;
    bool is_done = false;
    for (std::size_t step = 1; step < slots_.size() && !is_done; ++step) {
        const std::size_t with = (at + step) % slots_.size();
        if (slots_[with].record != record && how_ % 4 != 0) continue;
        std::visit([&]<class Other>(Other& other) {
            if constexpr (OtherHalfOf<Other, S>) {
                is_done = true;
                Other second = std::move(other);
                slots_[with].socket.template emplace<std::monostate>();
                Record* const second_record = std::exchange(slots_[with].record, nullptr);
                const What what = called<S>("join");
                tell_call(what, at, "join(std::move(" + name(with) + "))");
                auto answer = std::move(socket).join(std::move(second));
                if (!answer) {
                    const Error error = answer.assume_error();
                    if (error != errc::halves_differ) check("it fails", what, error);
                    if (second_record == record) check("halves of one connection differ", what);
                    auto& [reader, writer] = answer.assume_error().socket;
                    constexpr bool reads = S::transport::receives;
                    put(reads ? at : with, std::move(reader), reads ? record : second_record);
                    put(reads ? with : at, std::move(writer), reads ? second_record : record);
                    return;
                }
                if (second_record != record) check("halves of two connections are joined", what);
                --record->parts;
                put(at, std::move(answer).assume_value(), record);
            }
        }, slots_[with].socket);
    }
    if (!is_done) put(at, std::move(socket), record);
    look_at_all(at, called<S>("join"));
}

/// Any socket of this program that can be sent, with a message by which the model knows it.
template <class S>
void Actor::send_socket(std::size_t at) {
    const std::size_t which = (at + 1 + how_ / 32 % (slots_.size() - 1)) % slots_.size();
    std::visit([&]<class Passed>(Passed&) {
        if constexpr (!std::same_as<Passed, std::monostate>) {
            if constexpr (Passable<Passed> && std::same_as<typename Passed::hold, NoHold>) {
                S socket = take_from<S>(at);
                Passed passed = take_from<Passed>(which);
                Record& record = *slots_[at].record;
                Record* const gone = std::exchange(slots_[which].record, nullptr);
                const What what = called<S>("send_socket(a.until)");
                const std::uint64_t place = begin_to_pass(record, *gone);
                tell_call(what, at, "send_socket(std::move(" + name(which) + "), text(16))");
                const auto text = as_text(std::span(out_).first(passing_size));
                auto answer = socket.send_socket(std::move(passed), text, some_time());
                if (answer) {
                    tell_answer(answer.assume_value());
                    end_passing(record, answer.assume_value(), what);
                } else {
                    fail_to_pass(record, place, *gone, answer.assume_error(), what);
                    put(which, std::move(answer.assume_error().socket), gone);
                }
                put(at, std::move(socket), &record);
                look_at_all(at, what);
            }
        }
    }, slots_[which].socket);
}
/// The message that goes with it, and where that begins.
inline std::uint64_t Actor::begin_to_pass(Record& record, Record& passed) {
    const std::uint64_t size = record.is_stream() ? passing_size : 1;
    if (record.is_stream()) {
        for (std::size_t i = 0; i < passing_size; ++i) out_[i] = byte_of(record.id, record.sent + i);
    } else {
        shared_.model.write_message(record, std::span(out_).first(passing_size));
    }
    record.offered = record.sent + size;
    const std::uint64_t place = record.is_stream() ? record.sent : record.numbered;
    shared_.model.pass(record, place, passed);
    passed.is_gone = true;  // the peer may have it before we return
    return place;
}
inline void Actor::end_passing(Record& record, std::size_t count, const What& what) {
    shared_.has_passed = true;
    if (count == 0 || count > passing_size) check("not one byte went with it", what);
    record.sent += record.is_stream() ? count : 1;
}
inline void Actor::fail_to_pass(Record& record, std::uint64_t place, Record& passed, Error error, const What& what) {
    tell_failure(error);
    check(shared_.model.fail(record, what.text, error, false, true, {}), what, error);
    if (error.posix() == ECONNRESET || error.posix() == EPIPE) record.has_failed = true;
    shared_.model.unpass(record, place);
    passed.is_gone = false;
}

template <class S>
void Actor::recv_socket(std::size_t at) {
    S socket = take_from<S>(at);
    Record& record = *slots_[at].record;
    const auto as = [&]<class Passed>(std::type_identity<Passed>) {
        const MutableBuffer room = std::span(in_).first(how_ / 8 % 4 == 0 ? 10 : 700);
        const What what = called<S>("recv_socket(a.until)");
        tell_call(what, at, std::string("recv_socket<") + Passed::name + ">(room(" + std::to_string(room.size()) + "))");
        std::uint64_t place = record.received;
        auto answer = socket.template recv_socket<Passed>(room, some_time());
        if (answer) {
            auto& got = answer.assume_value();
            tell_answer(got.size);
            std::uint32_t sender = 0;
            if constexpr (Stream_v<S>) {
                check(shared_.model.receive(record, room.first(got.size)), what);
                if (record.received >= 4) sender = record.from;
            } else {
                check_message(record, got, room, what);
                if (got.size >= Model::head) {
                    sender = Model::word(room, 0);
                    place = Model::word(room, 4);
                }
            }
            const std::uint64_t end = place + (Stream_v<S> ? got.size : 1);
            take_over(at, shared_.model.take_passed(sender, place, end), sender != 0, std::move(got.socket),
                      kind_of<Passed>, what);
        } else {
            const Error error = answer.assume_error();
            tell_failure(error);
            check(shared_.model.fail(record, what.text, error, false, true, {}), what, error);
            if (error == errc::end_of_stream) check(shared_.model.end(record), what);
            if (error.posix() == ECONNRESET) record.has_failed = true;
        }
        put(at, std::move(socket), &record);
        look_at_all(at, what);
    };
    switch (how_ % 5) {
        case 0: return as(std::type_identity<Stream>());
        case 1: return as(std::type_identity<Datagram>());
        case 2: return as(std::type_identity<LocalStream>());
        case 3: return as(std::type_identity<LocalDatagram>());
        default: return as(std::type_identity<LocalSeqpacket>());
    }
}

/// What came with a message in the slot `at`; `passed` is what the model says that was, where it knows the message.
template <class Came>
void Actor::take_over(std::size_t at, Record* passed, bool is_known, Came came, Kind as, const What& what) {
    if (!came) {
        const Error error = came.assume_error();
        tell_failure(error);
        const bool is_wrong = error == errc::wrong_family || error == errc::wrong_transport;
        if (!is_wrong && error != unix_errc::no_socket_passed) check("it fails", what, error);
        if (is_known && passed != nullptr && !is_wrong) check("the socket that was passed is missing", what);
        if (is_known && passed == nullptr && is_wrong) check("a socket came that nobody passed", what);
        if (passed != nullptr && is_wrong && passed->kind == as) check("it is of this transport", what);
        return;
    }
    if (!is_known) return;
    if (passed == nullptr) return check("a socket came that nobody passed", what);
    if (passed->kind != as) return check("it is of another transport", what);
    std::size_t i = 0;
    while (i < slots_.size() && (i == at || !slots_[i].is_free())) ++i;
    if (i == slots_.size()) return;  // no place for it: it is dropped
    passed->is_gone = false;
    slots_[i] = Slot();
    put(i, std::move(came).assume_value(), passed);
    tell("    // received as " + name(i));
    look_at_all(i, what);
}

inline void Actor::take(const Step& step) {
    how_ = step.how;
    const std::size_t at = step.which % slots_.size();
    Slot& slot = slots_[at];
    if (slot.record == nullptr || slot.socket.index() == 0) {
        switch (step.what % 8) {
            case 0: return open<Datagram>();
            case 1: return open<LocalDatagram>();
            case 2: return open<LocalSeqpacket>();
            case 3: return open<LocalStream>();
            default: return open<Stream>();
        }
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
    if constexpr (std::same_as<Op, op::join>) {
        for (int i = 0; i < 3; ++i) {
            all.push_back({"join", [](Actor& actor, std::size_t slot) { actor.join<S>(slot); }});
        }
    } else if constexpr (std::same_as<Op, op::send_socket>) {
        all.push_back({"send_socket", [](Actor& actor, std::size_t slot) { actor.send_socket<S>(slot); }});
    } else if constexpr (std::same_as<Op, op::recv_socket>) {
        all.push_back({"recv_socket", [](Actor& actor, std::size_t slot) { actor.recv_socket<S>(slot); }});
    } else if constexpr (!std::same_as<Op, op::set_nonblocking> && !std::same_as<Op, op::send_batch> &&
                         !std::same_as<Op, op::recv_batch>) {
        probes::each_call<probes::call, S, Op>([&](auto, auto call) {
            using Call = decltype(call);
            if constexpr (Call::expected) {
                // What ends a socket is one of many calls, or no socket would live long.
                constexpr bool is_rare = std::same_as<Op, op::close> || std::same_as<Op, op::release> ||
                                         std::same_as<Op, op::abort> || std::same_as<Op, op::split>;
                for (int i = 0; i < (is_rare ? 1 : 3); ++i) {
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
