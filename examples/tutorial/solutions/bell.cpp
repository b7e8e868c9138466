// SPDX-License-Identifier: BSL-1.0
//
// Chapter 11: a door with a bell, whose lock breaks at the wrong code.

//! [solution]
#include <boost/outcome/try.hpp>
#include <cstdio>
#include <estate/error/result.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/lifecycle/proofs.hpp>
#include <estate/lifecycle/transition.hpp>

namespace house {

struct Open { static constexpr const char* name = "Open"; };
struct Shut { static constexpr const char* name = "Shut"; };
struct Locked { static constexpr const char* name = "Locked"; };
struct Broken { static constexpr const char* name = "Broken"; };
struct Gone { static constexpr const char* name = "Gone"; };

struct shut { static constexpr const char* name = "shut"; };
struct open { static constexpr const char* name = "open"; };
struct lock { static constexpr const char* name = "lock"; };
struct unlock { static constexpr const char* name = "unlock"; };
struct repair { static constexpr const char* name = "repair"; };
struct ring { static constexpr const char* name = "ring"; };
struct remove { static constexpr const char* name = "remove"; };

using namespace estate::lifecycle;
using door = table<
    //   state    operation   on success   on failure
    row< Open,    shut,       Shut,        never  >,
    row< Shut,    open,       Open,        never  >,
    row< Shut,    lock,       Locked,      never  >,
    row< Locked,  unlock,     Shut,        Broken >,  // the wrong code
    row< Broken,  repair,     Shut,        never  >,
    keeps<Shut,   ring>,
    keeps<Locked, ring>,
    row< Open,    remove,     Gone,        never  >,
    ends<Gone>>;

static_assert(prove<door, Open, Gone>());

template <class State>
class Door;

}  // namespace house

/// What the machine must know: the table, what goes along from state to state (the code), and the class.
template <class State>
struct estate::lifecycle::object<house::Door<State>>
    : object_in<house::door, int, house::Door, State> {};

namespace house {

template <class State>
class Door : public members<Door<State>> {
public:
    explicit Door(int code) noexcept : body_{code} {}

private:
    friend machine;
    template <class, class>
    friend struct estate::lifecycle::operation;

    int body_;
};

}  // namespace house

template <class Self>
struct estate::lifecycle::operation<house::shut, Self> : part<house::shut, Self> {
    [[nodiscard]] next_of<house::shut, Self> shut() && { return machine::advance<house::Shut>(this->whole()); }
};
template <class Self>
struct estate::lifecycle::operation<house::open, Self> : part<house::open, Self> {
    [[nodiscard]] next_of<house::open, Self> open() && { return machine::advance<house::Open>(this->whole()); }
};
template <class Self>
struct estate::lifecycle::operation<house::lock, Self> : part<house::lock, Self> {
    [[nodiscard]] next_of<house::lock, Self> lock() && { return machine::advance<house::Locked>(this->whole()); }
};
template <class Self>
struct estate::lifecycle::operation<house::unlock, Self> : part<house::unlock, Self> {
    [[nodiscard]] transition<house::unlock, Self> unlock(int code) && {
        auto& self = this->whole();
        if (code != self.body_) return fail<house::unlock>(self, errc::invalid_argument);
        return succeed<house::unlock>(self);
    }
};
template <class Self>
struct estate::lifecycle::operation<house::repair, Self> : part<house::repair, Self> {
    [[nodiscard]] next_of<house::repair, Self> repair() && { return machine::advance<house::Shut>(this->whole()); }
};
template <class Self>
struct estate::lifecycle::operation<house::ring, Self> : part<house::ring, Self> {
    void ring() const { std::puts("ding"); }
};
template <class Self>
struct estate::lifecycle::operation<house::remove, Self> : part<house::remove, Self> {
    [[nodiscard]] next_of<house::remove, Self> remove() && { return machine::advance<house::Gone>(this->whole()); }
};

int main() {
    house::Door<house::Open> open{1234};
    auto locked = std::move(open).shut().lock();
    locked.ring();
    auto wrong = std::move(locked).unlock(1111);
    if (wrong) return 1;
    auto shut = std::move(wrong.error().left).repair();  // a broken door has no ring() and no unlock()
    shut.ring();
}
//! [solution]
