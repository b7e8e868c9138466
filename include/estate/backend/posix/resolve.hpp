// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <cstring>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/posix/wait.hpp>
#include <estate/backend/resolver.hpp>
#include <new>

namespace estate::posix {

/// One call of getaddrinfo() and what it answered.
class Lookup {
public:
    Lookup(const NameQuery& query, int domain) noexcept : query_{query}, domain_{domain} {}
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;
    ~Lookup() {
        if (found_ != nullptr) ::freeaddrinfo(found_);
    }

    void run() noexcept {
        addrinfo hints{};
        hints.ai_family = domain_;
        hints.ai_socktype = query_.is_stream ? SOCK_STREAM : SOCK_DGRAM;
        hints.ai_protocol = query_.is_stream ? IPPROTO_TCP : IPPROTO_UDP;
        const char* service = query_.service[0] == '\0' ? nullptr : query_.service;
        errno = 0;
        code_ = ::getaddrinfo(query_.host, service, &hints, &found_);
        number_ = errno;
        if (code_ != 0) found_ = nullptr;
    }

    /// The addresses of the families that a List takes.
    template <class List>
    result<List> answer() const noexcept {
        if (code_ != 0) return why();
        List list;
        for (const addrinfo* one = found_; one != nullptr; one = one->ai_next) {
            add<V4>(list, *one);
            add<V6>(list, *one);
        }
        if (list.empty()) return errc::name_no_address;
        return list;
    }

private:
    template <Family F, class List>
    void add(List& list, const addrinfo& one) const noexcept {
        if constexpr (requires(const SocketAddress<F>& address) { list.add(address); }) {
            typename Native<F>::type native{};
            if (one.ai_family != Native<F>::domain || one.ai_addrlen < sizeof native) return;
            std::memcpy(&native, one.ai_addr, sizeof native);
            const auto address = Native<F>::to(native);
            list.add(query_.service[0] == '\0' ? address.with_port(query_.port) : address);
        }
    }
    [[nodiscard]] Error why() const noexcept {
        switch (code_) {
            case EAI_NONAME:
            case EAI_SERVICE: return errc::name_not_found;
            case EAI_AGAIN: return errc::name_try_again;
            case EAI_MEMORY: return Error::system(ENOMEM);
            case EAI_SYSTEM: return number_ > 0 ? Error::system(number_) : Error(errc::name_failure);
            default: return Kernel::is_no_address(code_) ? errc::name_no_address : errc::name_failure;
        }
    }

    NameQuery query_;
    int domain_;
    int code_ = EAI_FAIL;
    int number_ = 0;
    addrinfo* found_ = nullptr;
};

/// A lookup in a thread of its own, which nothing can interrupt: a caller whose time is over leaves it
/// behind, and the one of the two that ends last frees it.
class DetachedLookup {
public:
    DetachedLookup(const NameQuery& query, int domain) noexcept : lookup_{query, domain} {}
    DetachedLookup(const DetachedLookup&) = delete;
    DetachedLookup& operator=(const DetachedLookup&) = delete;

    /// So many go on at once, those that were left behind among them: a resolver that hangs costs a program no more
    /// threads than these.
    static constexpr int most = 128;

    /// Starts the thread with every signal blocked, so that no handler of the program runs in it.
    /// Errors  the number that pthread_create() gave, or why there is no event; the object is then still the caller's
    ///         alone.
    [[nodiscard]] int start() noexcept {
        if (answered_.number() < 0) return unmade_;
        if (__atomic_add_fetch(&under_way_, 1, __ATOMIC_RELAXED) > most) {
            end_one();
            return EAGAIN;
        }
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        users_ = 2;
        pthread_t thread{};
        const int failed = ::pthread_create(&thread, nullptr, &run, this);
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        if (failed == 0) return ::pthread_detach(thread);
        users_ = 1;
        end_one();
        return failed;
    }

    template <class List, class Until>
    [[nodiscard]] result<List> wait(Until until) noexcept {
        const auto ready = posix::wait<Kernel>(pack(answered_), POLLIN, until);
        if (__atomic_load_n(&done_, __ATOMIC_ACQUIRE)) return lookup_.answer<List>();  // the thread touches it no more
        return ready ? errc::name_failure : ready.assume_error();
    }

    /// Gives one user's part up; the last one frees.
    void leave() noexcept {
        if (__atomic_sub_fetch(&users_, 1, __ATOMIC_ACQ_REL) == 0) delete this;
    }

private:
    ~DetachedLookup() = default;

    static void end_one() noexcept { __atomic_sub_fetch(&under_way_, 1, __ATOMIC_RELAXED); }
    static void* run(void* raw) noexcept {
        auto& self = *static_cast<DetachedLookup*>(raw);
        self.lookup_.run();
        __atomic_store_n(&self.done_, true, __ATOMIC_RELEASE);
        Kernel::raise_event(self.answered_.number());
        end_one();
        self.leave();
        return nullptr;
    }

    static inline int under_way_ = 0;

    Lookup lookup_;
    BasicDescriptor<Kernel> answered_{Kernel::open_event()};
    int unmade_ = answered_.number() < 0 ? Kernel::error() : 0;
    int users_ = 1;
    bool done_ = false;
};

/// Names by the C library: /etc/hosts, DNS and whatever else nsswitch.conf(5) lists.
/// Source  getaddrinfo(3), POSIX.1-2024; if_nametoindex(3), RFC 3493 section 4.1.
struct Resolver {
    using until = Until<Kernel>;
    using context = NoContext;

    template <Family F>
    static result<AddressList<F>> lookup(const NameQuery& query, Until<Kernel> until, NoContext) noexcept {
        return look<AddressList<F>>(query, Native<F>::domain, until);
    }
    static result<AnyAddressList> lookup_any(const NameQuery& query, Until<Kernel> until, NoContext) noexcept {
        return look<AnyAddressList>(query, AF_UNSPEC, until);
    }

    /// Errors  no_such_device.
    static result<std::uint32_t> interface_index(const char* name) noexcept {
        const unsigned index = ::if_nametoindex(name);
        if (index == 0) return Error::system(errno);
        return std::uint32_t{index};
    }

private:
    /// Would getaddrinfo() read an IPv4 address in it, as inet_aton() does? Strict ones have been answered.
    static bool is_lax_address(const NameQuery& query) noexcept {
        const bool begins_so = query.host[0] >= '0' && query.host[0] <= '9';
        in_addr read;
        return (begins_so || query.looks_numeric) && ::inet_aton(query.host, &read) != 0;
    }
    /// Without an end a plain call. With one, a thread makes it: getaddrinfo() cannot be bounded.
    template <class List>
    static result<List> look(const NameQuery& query, int domain, Until<Kernel> until) noexcept {
        if (!query.is_address && is_lax_address(query)) return errc::malformed_address;
        if (until.is_never()) {
            Lookup here(query, domain);
            here.run();
            return here.answer<List>();
        }
        if (until.is_stopped()) return until.why_stopped();
        if (is_over(Kernel(), until.deadline())) return errc::deadline_exceeded;
        auto* const away = new (std::nothrow) DetachedLookup(query, domain);
        if (away == nullptr) return Error::system(ENOMEM);
        const int failed = away->start();
        const auto found = failed == 0 ? away->wait<List>(until) : result<List>(Error::system(failed));
        away->leave();
        return found;
    }
};

static_assert(ResolverBackend<Resolver, V4> && ResolverBackend<Resolver, V6> && AnyResolverBackend<Resolver> &&
              InterfaceBackend<Resolver>);

}  // namespace estate::posix
