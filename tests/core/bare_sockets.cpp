// SPDX-License-Identifier: BSL-1.0
// claim: sockets over a stack of one's own need no system, and keep a lease of a static pool.
// scripts/portability compiles it for a processor without one, and runs it in an emulator; here it runs, too.
#define ESTATE_OWN_BACKEND
#include <cerrno>
#include <estate/backend/backend.hpp>
#include <estate/estate.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <utility>

namespace bare {
struct Stack;
}
/// Its ends are no numbers that something else knows, nothing is reset, and nobody looks ahead.
template <>
inline constexpr estate::lifecycle::list<estate::op::handle, estate::op::release, estate::op::abort,
                                         estate::op::finish_or_abort, estate::op::accept_from, estate::op::peek,
                                         estate::op::split>
    estate::absent_operations<bare::Stack>{};

namespace bare {
using namespace estate;
using namespace estate::literals;

/// TCP inside one program, in static memory. Nothing else runs there, so a call that would have to wait fails.
struct Stack {
    struct End {
        bool is_open, is_listening, has_ended;
        SocketAddress<V4> address;
        int peer, waiting;  // a number of an end, or -1
        std::size_t filled;
        std::byte inbox[32];
    };
    static inline End ends[6];

    class Handle {
    public:
        Handle() = default;
        explicit Handle(int number) : number_{number} {}
        Handle(Handle&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
        Handle& operator=(Handle&& other) noexcept {
            std::swap(number_, other.number_);
            return *this;
        }
        ~Handle() { (void)close(*this); }

        [[nodiscard]] bool owns() const { return number_ >= 0; }
        [[nodiscard]] int number() const { return number_; }
        End* operator->() const { return &ends[number_]; }
        int forget() { return std::exchange(number_, -1); }

    private:
        int number_ = -1;
    };

    using handle = Handle;
    using context = NoContext;
    using until = Deadline;

    static std::int64_t now(context) noexcept { return 0; }
    static result<void> close(handle& own) noexcept {
        if (!own.owns()) return errc::moved_from;
        if (own->peer >= 0) {
            ends[own->peer].has_ended = true;
            ends[own->peer].peer = -1;
        }
        ends[own.forget()].is_open = false;
        return success();
    }
    template <class F>
    static result<handle> open_stream(context) noexcept {
        for (int number = 0; End& end : ends) {
            if (!end.is_open) {
                end = End{.is_open = true, .is_listening = false, .has_ended = false, .address = {}, .peer = -1,
                          .waiting = -1, .filled = 0, .inbox = {}};
                return handle(number);
            }
            ++number;
        }
        return Error::system(ENOBUFS);
    }
    static result<void> bind(handle& own, SocketAddress<V4> address) noexcept {
        for (const End& end : ends) {
            if (end.is_open && end.address == address) return Error::system(EADDRINUSE);
        }
        own->address = address;
        return success();
    }
    static result<void> listen(handle& own, int) noexcept {
        own->is_listening = true;
        return success();
    }
    static result<void> connect(handle& own, SocketAddress<V4> address, until = until::never()) noexcept {
        for (End& end : ends) {
            if (!end.is_open || !end.is_listening || end.address != address || end.waiting >= 0) continue;
            BOOST_OUTCOME_TRY(auto served, open_stream<V4>({}));
            served->address = address;
            served->peer = own.number();
            own->peer = served.number();
            end.waiting = served.forget();
            return success();
        }
        return Error::system(ECONNREFUSED);
    }
    static result<void> begin_connect(handle& own, SocketAddress<V4> address) noexcept { return connect(own, address); }
    static result<void> finish_connect(handle&, until) noexcept { return success(); }
    static result<handle> accept(const handle& own, until = until::never()) noexcept {
        if (own->waiting < 0) return Error::system(EWOULDBLOCK);
        return handle(std::exchange(own->waiting, -1));
    }
    static AcceptFailure classify_accept(int) noexcept { return AcceptFailure::fatal; }

    static result<std::size_t> send(const handle& own, ConstBuffer bytes, until = until::never()) noexcept {
        if (own->peer < 0) return Error::system(EPIPE);
        End& peer = ends[own->peer];
        std::size_t count = 0;
        while (count < bytes.size() && peer.filled < std::size(peer.inbox)) peer.inbox[peer.filled++] = bytes[count++];
        if (count == 0 && !bytes.empty()) return Error::system(EWOULDBLOCK);
        return count;
    }
    static result<std::size_t> recv(const handle& own, MutableBuffer room, until = until::never()) noexcept {
        if (own->filled == 0) {
            return own->has_ended ? Error(errc::end_of_stream) : Error::system(EWOULDBLOCK);
        }
        std::size_t count = 0;
        while (count < room.size() && count < own->filled) {
            room[count] = own->inbox[count];
            ++count;
        }
        for (std::size_t at = count; at < own->filled; ++at) own->inbox[at - count] = own->inbox[at];
        own->filled -= count;
        return count;
    }
    static result<std::size_t> send_vectored(const handle& own, std::span<const ConstBuffer> parts, until) noexcept {
        return send(own, parts.front());
    }
    static result<std::size_t> recv_vectored(const handle& own, std::span<const MutableBuffer> rooms, until) noexcept {
        return recv(own, rooms.front());
    }
    static result<void> shutdown_send(handle& own) noexcept {
        ends[own->peer].has_ended = true;
        return success();
    }
    static result<void> shutdown_receive(handle&) noexcept { return success(); }
    static void discard_received(const handle& own) noexcept { own->filled = 0; }
    static result<void> drain(const handle& own, until) noexcept {
        discard_received(own);
        return success();
    }
    template <class Address>
    static result<Address> local_addr(const handle& own) noexcept {
        return own->address;
    }
    template <class Address>
    static result<Address> remote_addr(const handle& own) noexcept {
        return ends[own->peer].address;
    }
};
using Wire = Tcp<V4, Stack>;
static_assert(StreamBackend<Stack, V4>);
static_assert(sizeof(CreatedSocket<Wire>) == sizeof(int));
static_assert(lifecycle::Allows<BoundSocket<Wire>, op::listen> && !lifecycle::Allows<BoundSocket<Wire>, op::accept>);
static_assert(!lifecycle::Allows<BoundSocket<Wire>, op::handle>);

StaticIpPool<"10.0.0.0/29"_cidr4> pool;

result<int> talks() {
    constexpr SocketAddress<V4> at("10.0.0.1"_ip4, 7);
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("tenant", "resource", ResourceType::vm("vm1")));
    BOOST_OUTCOME_TRY(auto created, new_socket<Wire>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 7));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());

    BOOST_OUTCOME_TRY(auto other, new_socket<Wire>());
    auto refused = std::move(other).bind(at);
    if (refused || refused.assume_error().code != Error::system(EADDRINUSE)) return 1;
    BOOST_OUTCOME_TRY(auto client, std::move(refused).assume_error().socket.connect(at));
    BOOST_OUTCOME_TRY(auto server, listener.accept());
    if (listener.accept().assume_error() != Error::system(EWOULDBLOCK)) return 2;
    BOOST_OUTCOME_TRY(const auto remote, client.remote_addr());
    if (remote != at) return 3;

    std::byte room[8];
    BOOST_OUTCOME_TRY(client.send_all("ping"));
    BOOST_OUTCOME_TRY(server.recv_exact(std::span(room).first(4)));
    if (as_text(std::span(room).first(4)) != "ping") return 4;
    BOOST_OUTCOME_TRY(auto half, std::move(client).shutdown_send());
    if (server.recv(room).assume_error() != errc::end_of_stream) return 5;
    BOOST_OUTCOME_TRY(server.send_all("pong"));
    BOOST_OUTCOME_TRY(const auto count, half.recv(room));
    if (as_text(std::span(room).first(count)) != "pong") return 6;

    (void)std::move(listener).close();
    if (pool.stats().in_use != Uint128{1}) return 7;  // what it accepted holds the address still
    (void)std::move(server).close();
    return pool.stats().in_use == Uint128{0} ? 0 : 8;
}

}  // namespace bare

int main() {
    const auto answer = bare::talks();
    if (!answer) return 9;
    for (const auto& end : bare::Stack::ends) {
        if (end.is_open) return 10;
    }
    return answer.assume_value();
}
