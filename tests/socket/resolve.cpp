// SPDX-License-Identifier: BSL-1.0
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <estate/connect_any.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/resolve.hpp>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "../support/check.hpp"
#include "../support/no_descriptors.hpp"
#include "../support/sanitizers.hpp"
#include "../support/time.hpp"

// The C library's resolver, replaced by one that answers what the test says; without a script it is asked.
namespace {

struct FakeNames {
    int code = 0;
    int number = 0;                      // errno
    std::vector<std::string> addresses;  // numeric, of any family
    bool held = false;                   // answers only once released
};

std::mutex guard;
std::condition_variable changed;
const FakeNames* script = nullptr;
std::atomic<int> lookups{0};
std::atomic<int> answered{0};
std::atomic<int> living_lists{0};
int asked_family = 0;
int asked_type = 0;
int asked_flags = 0;
std::string asked_host;
std::string asked_service;

char mark[] = "fake";

addrinfo* make(const std::string& address, int type) {
    struct Node {
        addrinfo info;
        sockaddr_storage at;
    };
    auto* node = new Node{};
    ++living_lists;
    node->info.ai_canonname = mark;
    node->info.ai_socktype = type;
    node->info.ai_addr = reinterpret_cast<sockaddr*>(&node->at);
    if (const auto v4 = estate::Ipv4Address::parse(address)) {
        sockaddr_in native{};
        native.sin_family = AF_INET;
        native.sin_port = htons(7);
        native.sin_addr.s_addr = htonl(v4.assume_value().to_uint());
        std::memcpy(&node->at, &native, sizeof native);
        node->info.ai_family = AF_INET;
        node->info.ai_addrlen = sizeof native;
    } else {
        sockaddr_in6 native{};
        native.sin6_family = AF_INET6;
        native.sin6_port = htons(7);
        const auto v6 = estate::Ipv6Address::parse(address).value().bytes();
        std::memcpy(&native.sin6_addr, v6.data(), v6.size());
        std::memcpy(&node->at, &native, sizeof native);
        node->info.ai_family = AF_INET6;
        node->info.ai_addrlen = sizeof native;
    }
    return &node->info;
}

template <class F>
F* real(const char* name) {
    return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// What the state of a lookup with a deadline is made by.
#if !ESTATE_TEST_TSAN
namespace {
std::atomic<bool> out_of_memory{false};
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return out_of_memory ? nullptr : ::operator new(size);
}
#endif

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
    std::unique_lock lock(guard);
    if (script == nullptr || (hints->ai_flags & AI_NUMERICHOST) != 0) {  // to read a number is to look nothing up
        lock.unlock();
        return real<decltype(getaddrinfo)>("getaddrinfo")(host, service, hints, found);
    }
    ++lookups;
    asked_host = host;
    asked_service = service == nullptr ? "(none)" : service;
    asked_family = hints->ai_family;
    asked_type = hints->ai_socktype;
    asked_flags = hints->ai_flags;
    changed.notify_all();
    const FakeNames answer = *script;
    changed.wait(lock, [&] { return script == nullptr || !script->held; });
    *found = nullptr;
    for (auto one = answer.addresses.rbegin(); one != answer.addresses.rend(); ++one) {
        addrinfo* const node = make(*one, hints->ai_socktype);
        node->ai_next = *found;
        *found = node;
    }
    ++answered;
    errno = answer.number;
    return answer.code;
}

extern "C" void freeaddrinfo(addrinfo* list) {
    if (list == nullptr || list->ai_canonname != mark) return real<decltype(freeaddrinfo)>("freeaddrinfo")(list);
    while (list != nullptr) {
        addrinfo* const next = list->ai_next;
        struct Node {
            addrinfo info;
            sockaddr_storage at;
        };
        delete reinterpret_cast<Node*>(list);
        --living_lists;
        list = next;
    }
}

namespace {
using namespace estate;
using namespace estate::test;

/// Answers come from the script while it lives; calls that are still held then end.
class Scripted {
public:
    explicit Scripted(FakeNames names) : names_{std::move(names)} {
        const std::lock_guard lock(guard);
        script = &names_;
        lookups = 0;
        answered = 0;
    }
    ~Scripted() { release(); }
    Scripted(const Scripted&) = delete;
    Scripted& operator=(const Scripted&) = delete;

    void release() {
        {
            const std::lock_guard lock(guard);
            names_.held = false;
            script = nullptr;
        }
        changed.notify_all();
        while (answered < lookups) std::this_thread::sleep_for(1ms);
    }

private:
    FakeNames names_;
};

bool all_lists_are_freed() {
    for (int tries = 0; living_lists != 0 && tries < 2000; ++tries) std::this_thread::sleep_for(1ms);
    return living_lists == 0;
}

Error why(const FakeNames& names, Deadline until) {
    const Scripted scripted(names);
    return resolve<V4>("host.test", 80, until).error();
}

BOOST_AUTO_TEST_SUITE(resolving)

BOOST_AUTO_TEST_CASE(a_numeric_host_and_port_are_answered_without_any_call) {
    const Scripted scripted({.code = EAI_FAIL, .number = 0, .addresses = {}, .held = false});
    const auto v4 = resolve<V4>("192.0.2.1", "80").value();
    BOOST_TEST(v4.size() == 1U);
    BOOST_TEST((v4[0] == SocketAddress<V4>("192.0.2.1"_ip4, 80)));
    const auto v6 = resolve<V6>("2001:db8::1", "443", Deadline::at_once()).value();
    BOOST_TEST((v6[0] == SocketAddress<V6>("2001:db8::1"_ip6, 443)));
    BOOST_TEST((resolve<Udp<V6>>("::1", 53).value()[0] == SocketAddress<V6>::loopback(53)));
    BOOST_TEST(lookups == 0);
}

BOOST_AUTO_TEST_CASE(a_zone_is_read_as_an_index_or_as_an_interface) {
    const auto by_index = resolve<V6>("fe80::1%7", 80).value();
    BOOST_TEST((by_index[0] == SocketAddress<V6>("fe80::1"_ip6, 80).with_zone(7)));
    BOOST_TEST((resolve<V6>("fe80::1%lo", 80).value()[0].zone() == interface_index("lo").value()));
    BOOST_TEST((resolve<V6>("fe80::1%4294967295", 80).value()[0].zone() == 4294967295U));

    BOOST_TEST(fails_with(resolve<V6>("fe80::1%0", 80), errc::malformed_zone));
    BOOST_TEST(fails_with(resolve<V6>("fe80::1%4294967296", 80), errc::malformed_zone));
    BOOST_TEST(fails_with(resolve<V6>("fe80::1%99999999999999999999999", 80), errc::malformed_zone));
    BOOST_TEST(fails_with(resolve<V6>("fe80::1%01", 80), errc::malformed_zone));
    BOOST_TEST(fails_with(resolve<V6>("2001:db8::1%1", 80), errc::malformed_zone));
    BOOST_TEST(fails_with(resolve<V6>("fe80::1%", 80), errc::malformed_zone));
    BOOST_TEST(fails_with(resolve<V6>("fe80::1%no-such-if", 80), std::errc::no_such_device));
    BOOST_TEST(fails_with(resolve<V6>("fe80::1%a-name-too-long-for-one", 80), errc::malformed_zone));
}

BOOST_AUTO_TEST_CASE(an_empty_service_is_neither_a_port_nor_a_name) {
    BOOST_TEST(fails_with(resolve_any("127.0.0.1", ""), errc::malformed_port));
    BOOST_TEST(resolve_any("127.0.0.1", "80").value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(lax_forms_of_addresses_are_refused_not_guessed) {
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9", "2001:db8::9"}, .held = false});
    for (const char* lax : {"127.1", "2130706433", "0177.0.0.1", "010.0.0.1", "0x7f.1", "0X7F000001", "127.0.0.01",
                            "0", "0x0", "1.2.0xffff", "00000000127.0.0.1", "4294967295", "::1x", "1:2"}) {
        BOOST_TEST_CONTEXT(lax) {
            BOOST_TEST(fails_with(resolve<V4>(lax, 80), errc::malformed_address));
            BOOST_TEST(fails_with(resolve<V6>(lax, 80), errc::malformed_address));
            BOOST_TEST(fails_with(resolve<V4>(lax, 80, soon()), errc::malformed_address));
            BOOST_TEST(fails_with(resolve<V4>(lax, "http"), errc::malformed_address));
            BOOST_TEST(fails_with(resolve_any(lax, 80), errc::malformed_address));
            BOOST_TEST(fails_with(resolve_any(lax, "http", soon()), errc::malformed_address));
        }
    }
    BOOST_TEST(lookups == 0);
    for (const char* name : {"1.2.3.example", "0xabcdefg", "4chan.test", "x1", "a.0xyz", "localhost.", "xn--a"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(succeeds(resolve<V4>(name, 80))); }
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_ends_in_a_number_is_asked_for) {
    for (const char* name : {"483920174652", "host.2024", "host.0x7e8", "2024.07", "256.1.1.1", "1.2.3.4.5", "0x"}) {
        BOOST_TEST_CONTEXT(name) {
            {
                const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
                BOOST_TEST((resolve<V4>(name, 80).value()[0] == SocketAddress<V4>("192.0.2.9"_ip4, 80)));
                BOOST_TEST((resolve_any(name, 80, soon()).value().size() == 1));
                BOOST_TEST(asked_host == name);
                BOOST_TEST(lookups == 2);
            }
            const Scripted nobody({.code = EAI_NONAME, .number = 0, .addresses = {}, .held = false});
            BOOST_TEST(fails_with(resolve<V4>(name, 80), errc::malformed_address));  // what it looks like, and is not
        }
    }
}

BOOST_AUTO_TEST_CASE(a_host_with_white_space_is_neither_an_address_nor_a_name) {
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
    for (const char* host : {"127.1 foo", "127.1 ", "1\t", "2130706433\nx", "127.0.0.1 foo", " 127.0.0.1", "local host"}) {
        BOOST_TEST_CONTEXT(host) {
            BOOST_TEST(fails_with(resolve<V4>(host, 80), errc::name_not_found));
            BOOST_TEST(fails_with(resolve_any(host, "http", soon()), errc::name_not_found));
        }
    }
    BOOST_TEST(lookups == 0);
}

BOOST_AUTO_TEST_CASE(an_address_of_the_other_family_is_no_address_of_this_one) {
    BOOST_TEST(fails_with(resolve<V4>("2001:db8::1", 80), errc::name_no_address));
    BOOST_TEST(fails_with(resolve<V4>("fe80::1%1", 80), errc::name_no_address));
    BOOST_TEST(fails_with(resolve<V6>("192.0.2.1", 80), errc::name_no_address));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_name_is_refused_before_any_call) {
    using namespace std::string_view_literals;
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
    BOOST_TEST(fails_with(resolve<V4>("", 80), errc::invalid_argument));
    BOOST_TEST(fails_with(resolve<V4>("local\0host"sv, 80), errc::invalid_argument));
    BOOST_TEST(fails_with(resolve<V4>("localhost", "ht\0tp"sv), errc::invalid_argument));
    BOOST_TEST(fails_with(resolve<V4>(std::string(254, 'a'), 80), errc::name_not_found));
    BOOST_TEST(fails_with(resolve<V4>("localhost", std::string(64, 'a')), errc::name_not_found));
    BOOST_TEST(fails_with(resolve<V4>("localhost", ""), errc::malformed_port));
    BOOST_TEST(fails_with(resolve<V4>("localhost", "65536"), errc::malformed_port));
    BOOST_TEST(fails_with(resolve<V4>("localhost", "080"), errc::malformed_port));
    for (const char* number : {"+80", "-1", " 80", "\t80", "+70000", "-18446744073709551536"}) {
        BOOST_TEST_CONTEXT(number) { BOOST_TEST(fails_with(resolve<V4>("127.0.0.1", number), errc::malformed_port)); }
    }
    BOOST_TEST(lookups == 0);
    BOOST_TEST(succeeds(resolve<V4>(std::string(253, 'a'), std::string(63, 'b'))));
    BOOST_TEST(lookups == 1);
    BOOST_TEST(asked_host == std::string(253, 'a'));
    BOOST_TEST(asked_service == std::string(63, 'b'));
}

BOOST_AUTO_TEST_CASE(the_c_library_is_asked_for_one_family_and_one_kind_of_socket) {
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9", "2001:db8::9"}, .held = false});
    BOOST_TEST((resolve<V4>("host.test", "http").value()[0] == SocketAddress<V4>("192.0.2.9"_ip4, 7)));
    BOOST_TEST(asked_family == AF_INET);
    BOOST_TEST(asked_type == SOCK_STREAM);
    BOOST_TEST(asked_service == "http");
    BOOST_TEST(asked_flags == 0);
    BOOST_TEST((resolve<Udp<V6>>("host.test", 53).value()[0] == SocketAddress<V6>("2001:db8::9"_ip6, 53)));
    BOOST_TEST(asked_family == AF_INET6);
    BOOST_TEST(asked_type == SOCK_DGRAM);
    BOOST_TEST(asked_service == "(none)");
}

BOOST_AUTO_TEST_CASE(a_list_holds_each_address_once_and_says_when_there_were_more) {
    FakeNames names;
    for (int last = 1; last <= 20; ++last) {
        names.addresses.push_back("192.0.2." + std::to_string(last));
        names.addresses.push_back("192.0.2.1");
    }
    {
        const Scripted scripted(names);
        const auto list = resolve<V4>("host.test", 80).value();
        BOOST_TEST(list.size() == 16U);
        BOOST_TEST(list.truncated());
        std::uint32_t expected = "192.0.2.1"_ip4.to_uint();
        for (const auto& one : list) {
            BOOST_TEST(one.address().to_uint() == expected++);
            BOOST_TEST(one.port().number() == 80);
        }
    }
    names.addresses.resize(32);  // 16 of them different
    const Scripted scripted(names);
    BOOST_TEST(!resolve<V4>("host.test", 80).value().truncated());
    BOOST_TEST(all_lists_are_freed());
}

BOOST_AUTO_TEST_CASE(each_failure_of_the_resolver_is_told_apart) {
    for (const Deadline until : {Deadline::never(), in(20s)}) {
        BOOST_TEST((why({EAI_NONAME, 0, {}, false}, until) == errc::name_not_found));
        BOOST_TEST((why({EAI_SERVICE, 0, {}, false}, until) == errc::name_not_found));
        BOOST_TEST((why({EAI_NODATA, 0, {}, false}, until) == errc::name_no_address));
        BOOST_TEST((why({EAI_ADDRFAMILY, 0, {}, false}, until) == errc::name_no_address));
        BOOST_TEST((why({EAI_AGAIN, 0, {}, false}, until) == errc::name_try_again));
        BOOST_TEST((why({EAI_FAIL, 0, {}, false}, until) == errc::name_failure));
        BOOST_TEST((why({EAI_BADFLAGS, 0, {}, false}, until) == errc::name_failure));
        BOOST_TEST((why({EAI_MEMORY, 0, {}, false}, until) == std::errc::not_enough_memory));
        BOOST_TEST((why({EAI_SYSTEM, EMFILE, {}, false}, until) == std::errc::too_many_files_open));
        BOOST_TEST((why({EAI_SYSTEM, 0, {}, false}, until) == errc::name_failure));
        BOOST_TEST((why({0, 0, {}, false}, until) == errc::name_no_address));
        BOOST_TEST((why({0, 0, {"2001:db8::1"}, false}, until) == errc::name_no_address));
    }
}

BOOST_AUTO_TEST_CASE(a_deadline_that_is_not_reached_changes_nothing) {
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9", "192.0.2.8"}, .held = false});
    const auto list = resolve<V4>("host.test", "http", in(20s)).value();
    BOOST_TEST(list.size() == 2U);
    BOOST_TEST((list[1].address() == "192.0.2.8"_ip4));
    BOOST_TEST(all_lists_are_freed());
}

BOOST_AUTO_TEST_CASE(a_resolver_that_hangs_is_left_at_the_deadline_and_leaks_nothing) {
    Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = true});
    const Stopwatch watch;
    const auto late = resolve<V4>("host.test", 80, in(100ms));
    const auto took = watch.elapsed();
    BOOST_TEST(fails_with(late, errc::deadline_exceeded));
    BOOST_TEST((took >= 100ms));
    BOOST_TEST((took < 5s));
    while (lookups == 0) std::this_thread::sleep_for(1ms);
    scripted.release();
    BOOST_TEST(answered == 1);
    BOOST_TEST(all_lists_are_freed());
}

BOOST_AUTO_TEST_CASE(a_waker_ends_the_wait_for_a_resolver_that_hangs) {
    Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = true});
    const auto check = [](int before, auto find) {
        const auto waker = Waker::open().value();
        std::thread stops([&] {
            while (lookups == before) std::this_thread::sleep_for(1ms);
            waker.wake();
        });
        BOOST_TEST(fails_with(find(waker), errc::stopped));
        stops.join();
    };
    check(0, [](const Waker& waker) { return resolve<V4>("host.test", 80, waker); });
    check(1, [](const Waker& waker) { return resolve_any("host.test", 80, {waker, in(20s)}); });
    check(2, [](const Waker& waker) { return connect_any("host.test", 80, waker); });
    scripted.release();
    BOOST_TEST(answered == 3);
    BOOST_TEST(all_lists_are_freed());
}

BOOST_AUTO_TEST_CASE(a_lookup_that_is_stopped_before_or_finds_no_descriptor_begins_nothing) {
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
    const auto waker = Waker::open().value();
    waker.wake();
    BOOST_TEST(fails_with(resolve<V4>("host.test", 80, waker), errc::stopped));
    {
        const NoDescriptors none;
        BOOST_TEST(fails_with(resolve<V4>("host.test", 80, in(20s)), std::errc::too_many_files_open));
    }
    BOOST_TEST(lookups == 0);
    BOOST_TEST(succeeds(resolve<V4>("-host.test", 80)));  // a name as any other, to the C library
    BOOST_TEST(asked_host == "-host.test");
}

BOOST_AUTO_TEST_CASE(a_resolver_that_hangs_costs_no_more_than_so_many_threads) {
    constexpr int most = posix::DetachedLookup::most;
    Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = true});
    for (int tries = 0; tries < 100 * most; ++tries) {
        const auto late = resolve<V4>("host.test", 80, in(5ms));
        if (fails_with(late, std::errc::resource_unavailable_try_again)) break;
        BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
    }
    BOOST_TEST(fails_with(resolve<V4>("host.test", 80, in(5ms)), std::errc::resource_unavailable_try_again));
    while (lookups < most) std::this_thread::sleep_for(1ms);
    BOOST_TEST(lookups == most);
    scripted.release();
    BOOST_TEST(all_lists_are_freed());
    const auto works_again = [] {
        const Scripted answers({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
        return resolve<V4>("host.test", 80, in(20s)).has_value();
    };
    bool works = works_again();
    for (int tries = 0; !works && tries < 2000; ++tries) {  // the last threads end behind the caller's back
        std::this_thread::sleep_for(1ms);
        works = works_again();
    }
    BOOST_TEST(works);
}

BOOST_AUTO_TEST_CASE(many_lookups_at_once_end_each_by_itself) {
    Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = true});
    std::vector<std::thread> threads;
    std::atomic<int> ok{0};
    std::atomic<int> late{0};
    const auto ask = [&](std::chrono::milliseconds time) {
        const auto found = resolve<V4>("host.test", 80, in(time));
        ++(found ? ok : late);
    };
    for (int i = 0; i < 4; ++i) threads.emplace_back(ask, 20s);
    while (lookups < 4) std::this_thread::sleep_for(1ms);
    for (int i = 0; i < 4; ++i) threads.emplace_back(ask, 30ms);
    while (late < 4) std::this_thread::sleep_for(1ms);
    scripted.release();
    for (auto& thread : threads) thread.join();
    BOOST_TEST(ok == 4);
    BOOST_TEST(all_lists_are_freed());
}

BOOST_AUTO_TEST_CASE(a_name_cannot_be_asked_for_after_the_deadline) {
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
    BOOST_TEST(fails_with(resolve<V4>("host.test", 80, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(fails_with(resolve<V4>("host.test", 80, in(-1s)), errc::deadline_exceeded));
    BOOST_TEST(lookups == 0);
}

BOOST_AUTO_TEST_CASE(no_handler_of_the_program_runs_in_the_thread_of_a_lookup) {
    static std::atomic<bool> handled{false};
    static std::atomic<pid_t> where{0};
    struct sigaction old {};
    struct sigaction watch {};
    watch.sa_handler = [](int) {
        where = ::gettid();
        handled = true;
    };
    ::sigaction(SIGUSR1, &watch, &old);
    Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = true});
    std::atomic<pid_t> caller_id{0};
    std::atomic<bool> found{false};
    std::thread caller([&] {
        caller_id = ::gettid();
        found = resolve<V4>("host.test", 80, in(20s)).has_value();
    });
    while (lookups == 0) std::this_thread::sleep_for(1ms);
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    ::kill(::getpid(), SIGUSR1);  // only the caller and the lookup could take it
    while (!handled) std::this_thread::sleep_for(1ms);
    scripted.release();
    caller.join();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::sigaction(SIGUSR1, &old, nullptr);
    BOOST_TEST(where == caller_id);
    BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(a_lookup_that_cannot_be_made_for_want_of_memory_is_an_error_value) {
#if ESTATE_TEST_TSAN
    print_skipped("the thread sanitizer has operator new for itself");
#else
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
    out_of_memory = true;
    const auto failed = resolve<V4>("host.test", 80, in(20s));
    out_of_memory = false;
    BOOST_TEST(fails_with(failed, std::errc::not_enough_memory));
    BOOST_TEST(lookups == 0);
    BOOST_TEST(succeeds(resolve<V4>("host.test", 80, in(20s))));
#endif
}

BOOST_AUTO_TEST_CASE(a_thread_that_cannot_be_made_is_an_error_value) {
    pthread_attr_t usual;
    pthread_attr_t huge;
    ::pthread_getattr_default_np(&usual);
    ::pthread_attr_init(&huge);
    ::pthread_attr_setstacksize(&huge, std::size_t{1} << 46);
    const Scripted scripted({.code = 0, .number = 0, .addresses = {"192.0.2.9"}, .held = false});
    if (::pthread_setattr_default_np(&huge) == 0) {
        const auto failed = resolve<V4>("host.test", 80, in(20s));
        ::pthread_setattr_default_np(&usual);
        BOOST_TEST(fails_with(failed, std::errc::resource_unavailable_try_again));
        BOOST_TEST(lookups == 0);
    } else {
        print_skipped("the C library does not take a default stack size that cannot be mapped");
    }
    ::pthread_attr_destroy(&huge);
    ::pthread_attr_destroy(&usual);
}

BOOST_AUTO_TEST_CASE(the_name_of_the_loopback_host_is_known_and_can_be_connected_to) {
    for (const Deadline until : {Deadline::never(), in(20s)}) {
        const auto list = resolve<V4>("localhost", 80, until).value();
        BOOST_REQUIRE(!list.empty());
        BOOST_TEST(list[0].address().is_loopback());
        BOOST_TEST(list[0].port().number() == 80);
    }
    auto listener = tcp_v4().value().bind_to_ip("127.0.0.1"_ip4, 0).value().listen().value();
    const auto at = resolve<V4>("localhost", listener.local_port().value(), in(20s)).value();
    BOOST_TEST(succeeds(tcp_v4().value().connect(at[0], in(5s))));
}

BOOST_AUTO_TEST_CASE(a_service_of_an_address_is_looked_up_where_the_system_lists_it) {
    const auto http = resolve<V4>("192.0.2.1", "http", in(20s));
    if (!http) {
        print_skipped("/etc/services does not list http");
        BOOST_TEST(fails_with(http, errc::name_not_found));
        return;
    }
    BOOST_TEST((http.value()[0] == SocketAddress<V4>("192.0.2.1"_ip4, 80)));
    BOOST_TEST((resolve<Udp<V6>>("::1", "ntp").value()[0] == SocketAddress<V6>::loopback(123)));
    BOOST_TEST(fails_with(resolve<V4>("192.0.2.1", "no-such-service"), errc::name_not_found));
}

BOOST_AUTO_TEST_CASE(an_interface_is_found_by_its_name) {
    BOOST_TEST(interface_index("lo").value() > 0U);
    BOOST_TEST(fails_with(interface_index("no-such-if"), std::errc::no_such_device));
    BOOST_TEST(fails_with(interface_index(""), errc::invalid_argument));
    BOOST_TEST(fails_with(interface_index("sixteen-letters!"), errc::invalid_argument));
    BOOST_TEST(fails_with(interface_index(std::string_view("lo\0x", 4)), errc::invalid_argument));
}

static_assert(std::is_trivially_copyable_v<AddressList<V4>> && std::is_trivially_copyable_v<AddressList<V6>>);
static_assert([] {
    AddressList<V4> list;
    list.add({"192.0.2.1"_ip4, 1});
    list.add({"192.0.2.1"_ip4, 1});
    return list.size() == 1 && !list.truncated() && !list.empty() && list.end() - list.begin() == 1;
}());

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
