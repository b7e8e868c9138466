// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the laws of cells stand on: whose sockets they are, and how a call of the system is made to fail.

#include <cstdint>
#include <estate/halves.hpp>
#include <estate/nonblocking.hpp>
#include <optional>
#include <utility>
#if !defined(__wasi__)
#include <estate/packet_info.hpp>
#endif

#include "../support/loopback.hpp"

#if defined(__linux__)
#include "../support/descriptor_count.hpp"
#endif
#if defined(ESTATE_LAWS_SIMULATED)
#include <estate/adopt.hpp>
#include <estate/waker.hpp>
#elif !defined(__wasi__)
#include <estate/adopt.hpp>

#include "../support/faulty.hpp"
#endif

namespace estate::test {

#if defined(ESTATE_LAWS_SIMULATED)

/// A host of a simulated world.
struct Ground {
    [[nodiscard]] static bool is_component() {
        return law_world().engine().options.profile == sim::Profile::wasi_host;
    }
    static inline const char* const name = is_component() ? "sim(wasi)" : "sim(linux)";
    static constexpr bool injects = true;
    using Stream = native_stream;
    using Datagram = native_datagram;
    using Call = sim::Call;

    /// While it lives, the nth of the calls that are then made fails. 0: none does.
    class Struck {
    public:
        Struck(std::uint64_t nth, int error) : fired_{law_world().faults_fired()} {
            if (nth != 0) law_world().add(sim::Fault{.nth = nth, .error = error});
        }
        Struck(const Struck&) = delete;
        Struck& operator=(const Struck&) = delete;
        ~Struck() { law_world().clear_faults(); }
        [[nodiscard]] bool has_happened() const { return law_world().faults_fired() != fired_; }
        [[nodiscard]] Call call() const { return law_world().last_struck(); }

    private:
        std::uint64_t fired_;
    };
    [[nodiscard]] static const char* name_of(Call call) { return sim::name_of_call(call); }
    /// A component has none: the laws that it would end are not asked of it, but it stands beside each call.
    template <class B>
    [[nodiscard]] static BasicWaker<B> open_waker() {
        sim::Profile& profile = law_world().engine().options.profile;
        const sim::Profile asked = std::exchange(profile, sim::Profile::linux_host);
        auto made = BasicWaker<B>::open();
        profile = asked;
        return std::move(made).value();
    }
    [[nodiscard]] static bool has_waker() {
        static const bool opens = BasicWaker<Stream>::open().has_value();
        return opens;
    }
    /// Descriptors, sockets that the system still has, and blocks of memory.
    struct Held {
        std::size_t open, sockets, blocks;
        bool operator==(const Held&) const = default;
    };
    [[nodiscard]] static Held held() {
        auto& world = law_world();
        world.run_for(sim::second * 300);  // beyond TIME_WAIT
        return {law_host_open(), law_host_sockets(), world.engine().blocks.free_blocks()};
    }
};

#elif defined(__wasi__)

/// A host of WASI: nothing can be made to fail there, and nothing is counted.
struct Ground {
    static constexpr const char* name = "wasi";
    static constexpr bool injects = false;
    using Stream = native_stream;
    using Datagram = native_datagram;
    enum class Call { accept };  // of faults, which there are none of
    class Struck {
    public:
        Struck(std::uint64_t, int) {}
        [[nodiscard]] bool has_happened() const { return false; }
        [[nodiscard]] Call call() const { return {}; }
    };
    [[nodiscard]] static const char* name_of(Call) { return ""; }
    struct Held {
        bool operator==(const Held&) const = default;
    };
    [[nodiscard]] static Held held() { return {}; }
};

#else

/// The kernel, through a system that injects faults.
struct Ground {
    static constexpr const char* name = "posix";
    static constexpr bool injects = true;
    using Stream = FaultySockets;
    using Datagram = FaultySockets;
    using Call = test::Call;

    class Struck {
    public:
        Struck(std::uint64_t nth, int error)
            : faults_{refuse(Call::any, error, nth == 0 ? 0 : 1, nth == 0 ? 0 : static_cast<int>(nth) - 1)} {}
        [[nodiscard]] bool has_happened() const { return faults_.struck() != Call::any; }
        [[nodiscard]] Call call() const { return faults_.struck(); }

    private:
        Faults faults_;
    };
    template <class B>
    [[nodiscard]] static BasicWaker<B> open_waker() {
        return BasicWaker<B>::open().value();
    }
    struct Held {
        std::size_t open;
        bool operator==(const Held&) const = default;
    };
    [[nodiscard]] static const char* name_of(Call call) { return test::name_of(call); }
    [[nodiscard]] static Held held() { return {count_descriptors()}; }
};

#endif

/// A call of the system that is to fail, and, after a trial, whether it came to that.
struct PlannedFault {
    std::uint64_t nth;
    int error;
    bool has_happened = false;
    Ground::Call call{};
};
/// Strikes while it lives, where there is a fault.
class Armed {
public:
    explicit Armed(PlannedFault* fault) : fault_{fault} {
        if (fault_ != nullptr) struck_.emplace(fault_->nth, fault_->error);
    }
    Armed(const Armed&) = delete;
    Armed& operator=(const Armed&) = delete;
    ~Armed() {
        if (fault_ == nullptr) return;
        fault_->has_happened = struck_->has_happened();
        fault_->call = struck_->call();
    }

private:
    PlannedFault* fault_;
    std::optional<Ground::Struck> struck_;
};

}  // namespace estate::test
