// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <estate/backend/sim/packet.hpp>
#include <estate/backend/sim/random.hpp>
#include <string>
#include <vector>

namespace estate::sim {

/// The calls that a program makes. `any` is for faults.
enum class Call : std::uint8_t {
    any, socket, bind, listen, accept, connect, getsockname, getpeername, getsockopt, setsockopt, shutdown, close,
    send, recv, sendto, recvfrom, sendmsg, recvmsg, set_nonblocking, nonblocking, poll, open_event, raise_event,
    lower_event, set_close_on_exec, open_set, watch, unwatch, duplicate, socketpair, lstat, unlink, flock, lookup,
};

constexpr const char* name_of_call(Call call) noexcept {
    constexpr const char* names[] = {
        "any", "socket", "bind", "listen", "accept", "connect", "getsockname", "getpeername", "getsockopt",
        "setsockopt", "shutdown", "close", "send", "recv", "sendto", "recvfrom", "sendmsg", "recvmsg",
        "set_nonblocking", "nonblocking", "poll", "open_event", "raise_event", "lower_event", "set_close_on_exec",
        "open_set", "watch", "unwatch", "duplicate", "socketpair", "lstat", "unlink", "flock", "lookup"};
    return names[static_cast<unsigned>(call)];
}

/// A rule by which calls fail, or move fewer bytes than they could.
///
/// Which calls   those of the host and the kind; of these the nth, or each of every so many, or by chance. With
///               none of the three, each call. `times` bounds how often.
/// How           `error` is the errno. A connect() that fails with EINTR has begun, and close() has closed, as the
///               system has it; a lookup with EAGAIN is a name service that is to be asked again. `at_most` bytes are
///               moved where no error is given.
struct Fault {
    std::string host = {};  // empty: every host
    Call call = Call::any;
    std::uint64_t nth = 0;
    std::uint64_t every = 0;
    std::uint32_t per_million = 0;
    std::uint64_t times = 0;  // 0: no bound
    int error = 0;
    std::size_t at_most = SIZE_MAX;
};

/// What befalls one call.
struct Injury {
    int error = 0;
    std::size_t at_most = SIZE_MAX;
};

/// The rules of a world, each with its count.
class Faults {
public:
    void add(const Fault& fault, HostId host) { rules_.push_back({fault, host, 0, 0}); }
    void clear() noexcept { rules_.clear(); }
    [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
    [[nodiscard]] std::uint64_t fired() const noexcept { return fired_; }
    [[nodiscard]] Call struck() const noexcept { return struck_; }

    /// The first rule that gives an error decides; of limits the least.
    Injury befall(HostId host, Call call, Random& random) noexcept {
        ++calls_;
        Injury injury;
        for (Rule& rule : rules_) {
            const bool is_meant = (rule.host == no_host || rule.host == host) &&
                                  (rule.fault.call == Call::any || rule.fault.call == call);
            if (!is_meant || !strikes(rule, random)) continue;
            ++rule.fired;
            ++fired_;
            struck_ = call;
            if (injury.error == 0) injury.error = rule.fault.error;
            if (rule.fault.at_most < injury.at_most) injury.at_most = rule.fault.at_most;
        }
        return injury;
    }

private:
    struct Rule {
        Fault fault;
        HostId host;
        std::uint64_t seen;
        std::uint64_t fired;
    };
    static bool strikes(Rule& rule, Random& random) noexcept {
        const Fault& fault = rule.fault;
        ++rule.seen;
        if (fault.times != 0 && rule.fired == fault.times) return false;
        if (fault.nth != 0) return rule.seen == fault.nth;
        if (fault.every != 0) return rule.seen % fault.every == 0;
        return fault.per_million == 0 || random.chance(fault.per_million);
    }

    std::vector<Rule> rules_;
    std::uint64_t calls_ = 0;
    std::uint64_t fired_ = 0;
    Call struck_ = Call::any;
};

}  // namespace estate::sim
