// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstdio>
#include <estate/backend/sim/stack_switch.hpp>
#include <estate/backend/sim/world.hpp>
#include <exception>
#include <memory>
#include <type_traits>
#include <vector>

namespace estate::sim {

/// Blocking programs, side by side on the hosts of a world: each on a stack of its own, one at a time, and another
/// only when the running one waits (Boost.Context). A program that neither ends nor waits stops the world.
///
/// A program must not wait inside a catch block: the exceptions of a thread are one stack.
class Programs final : Executive {
public:
    explicit Programs(World& world) : world_{&world}, all_(world.engine().waiters.size()) {
        world.engine().executive = this;
    }
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;
    /// Ends what has not ended: its waits fail with ECANCELED.
    ~Programs() {
        end_all(false);
        engine().executive = nullptr;
    }

    /// What the program does is `body()` or `body(System)`; it begins when the world runs. Returns its number.
    /// Errors  0: Options::programs are there already.
    template <class Body>
    std::uint32_t spawn(Host host, std::string_view name, Body&& body) {
        return start(host, name, std::forward<Body>(body), false);
    }
    /// A program that has no end of its own, such as a server: when all others have ended, its waits fail with
    /// ECANCELED.
    template <class Body>
    std::uint32_t spawn_daemon(Host host, std::string_view name, Body&& body) {
        return start(host, name, std::forward<Body>(body), true);
    }

    /// Until every program has ended; what is then still under way in the network stays there. Where nobody can go
    /// on, the oldest wait fails with EDEADLK, and World::deadlock() says who waited for what.
    /// Throws  what a program threw, after all have ended.
    void run() {
        while (busy_ > 0) {
            if (!engine().pump()) break_deadlock();
        }
        end_all(true);
        if (thrown_ != nullptr) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }

    /// As a signal does: the program's wait, or its next one, fails with EINTR.
    void interrupt(std::uint32_t program) noexcept {
        Waiter& waiter = engine().waiters[program];
        if (waiter.status == Waiter::waiting) {
            engine().waiters.wake(program, Wake::interrupted);
        } else if (waiter.status != Waiter::done) {
            waiter.is_interrupted = true;
        }
    }
    [[nodiscard]] bool has_ended(std::uint32_t program) const noexcept {
        return world_->engine().waiters[program].status == Waiter::done;
    }
    /// Those that have begun and not ended.
    [[nodiscard]] std::size_t running() const noexcept { return busy_ + daemons_; }

private:
    struct Body {
        Body() = default;
        Body(const Body&) = delete;
        Body& operator=(const Body&) = delete;
        virtual ~Body() = default;
        virtual void run(System system) = 0;
    };
    template <class F>
    struct BodyOf final : Body {
        explicit BodyOf(F&& given) : call{std::move(given)} {}
        explicit BodyOf(const F& given) : call{given} {}
        void run([[maybe_unused]] System system) override {
            if constexpr (std::is_invocable_v<F&, System>) {
                call(system);
            } else {
                call();
            }
        }
        F call;
    };
    /// Tells where the stack is.
    struct Stack {
        boost::context::protected_fixedsize_stack from;
        StackSwitch* told;
        boost::context::stack_context allocate() {
            const auto made = from.allocate();
            told->set(static_cast<const char*>(made.sp) - made.size, made.size);
            return made;
        }
        void deallocate(boost::context::stack_context& context) noexcept { from.deallocate(context); }
    };
    struct Program {
        std::unique_ptr<Body> body;
        boost::context::fiber inside;
        boost::context::fiber outside;
        StackSwitch stack;
        bool is_daemon = false;
    };

    [[nodiscard]] Engine& engine() const noexcept { return world_->engine(); }

    template <class F>
    std::uint32_t start(Host host, std::string_view name, F&& body, bool is_daemon) {
        Waiters& waiters = engine().waiters;
        std::uint32_t id = free_;  // never used, or else one that has ended
        if (id < waiters.size()) {
            ++free_;
        } else {
            for (id = 1; id < waiters.size() && waiters[id].status != Waiter::done; ++id) {}
            if (id == waiters.size()) return 0;
        }
        Program& program = all_[id];
        program.body = std::make_unique<BodyOf<std::remove_cvref_t<F>>>(std::forward<F>(body));
        program.is_daemon = is_daemon;
        Waiter& waiter = waiters[id];
        waiter.name = name;
        waiter.host = host.id();
        waiter.is_daemon = is_daemon;
        waiter.is_interrupted = false;
        waiters.make_ready(id);
        if (is_daemon) {  // each by its name: g++ 12 keeps a count that it has read where one is chosen by reference
            ++daemons_;
        } else {
            ++busy_;
        }
        tell(id, "begins");
        return id;
    }

    void resume(std::uint32_t id) noexcept override {
        Program& program = all_[id];
        if (!program.inside) {
            program.inside = boost::context::fiber(
                std::allocator_arg,
                Stack{boost::context::protected_fixedsize_stack(engine().options.stack), &program.stack},
                [this, id](boost::context::fiber&& back) { return live(id, std::move(back)); });
        }
        program.stack.enter();
        program.inside = std::move(program.inside).resume();
        program.stack.entered_again();
        if (program.inside) return;
        program.stack.forget();
        engine().waiters[id].status = Waiter::done;
        if (program.is_daemon) {
            --daemons_;
        } else {
            --busy_;
        }
        tell(id, "ends");
    }
    void suspend(std::uint32_t id) noexcept override {
        Program& program = all_[id];
        program.stack.leave(false);
        program.outside = std::move(program.outside).resume();
        program.stack.arrived();
    }
    boost::context::fiber live(std::uint32_t id, boost::context::fiber&& back) noexcept {
        Program& program = all_[id];
        program.stack.arrived();
        program.outside = std::move(back);
        const Waiter& waiter = engine().waiters[id];
        try {
            program.body->run({&engine(), waiter.host});
        } catch (...) {
            if (thrown_ == nullptr) thrown_ = std::current_exception();
        }
        program.body.reset();  // on its own stack: what it holds may make calls
        program.stack.leave(true);
        return std::move(program.outside);
    }

    void tell(std::uint32_t id, const char* what) {
        Event event;
        event.time = engine().now;
        event.kind = Event::program;
        event.host = engine().waiters[id].host;
        event.waiter = id;
        event.note = what;
        engine().trace.add(event);
    }

    /// A program that takes no notice and waits again would have it go on for ever.
    void break_deadlock() noexcept {
        if (broken_at_ != engine().events) broken_ = 0;
        broken_at_ = engine().events;
        if (++broken_ > 1000) give_up("go on waiting after EDEADLK");
        engine().break_deadlock();
    }
    void end_all(bool daemons_only) noexcept {
        for (int round = 0; running() > 0; ++round) {
            if (round > 1000) give_up("go on waiting after ECANCELED");
            for (std::uint32_t id = 1; id < engine().waiters.size(); ++id) {
                if (daemons_only && !all_[id].is_daemon) continue;
                engine().waiters.wake(id, Wake::ended);
            }
            while (engine().waiters.ready() > 0) static_cast<void>(engine().pump());
        }
    }
    [[noreturn]] static void give_up(const char* what) noexcept {
        static_cast<void>(std::fprintf(stderr, "estate::sim::Programs: programs %s\n", what));
        std::abort();
    }  // never

    World* world_;
    std::vector<Program> all_;
    std::size_t busy_ = 0;
    std::size_t daemons_ = 0;
    std::uint32_t free_ = 1;
    std::uint64_t broken_at_ = UINT64_MAX;
    int broken_ = 0;
    std::exception_ptr thrown_;
};

}  // namespace estate::sim
