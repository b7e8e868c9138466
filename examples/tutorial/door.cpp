// SPDX-License-Identifier: BSL-1.0
//
// Chapter 11 of the tutorial: a lifecycle of one's own, small enough to read at once. A door is open, shut or locked.

//! [table]
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
struct Gone { static constexpr const char* name = "Gone"; };

struct shut { static constexpr const char* name = "shut"; };
struct open { static constexpr const char* name = "open"; };
struct lock { static constexpr const char* name = "lock"; };
struct unlock { static constexpr const char* name = "unlock"; };
struct remove { static constexpr const char* name = "remove"; };

using namespace estate::lifecycle;
using door = table<
    //   state    operation   on success   on failure
    row< Open,    shut,       Shut,        never  >,
    row< Shut,    open,       Open,        never  >,
    row< Shut,    lock,       Locked,      never  >,
    row< Locked,  unlock,     Shut,        Locked >,  // the wrong code
    row< Open,    remove,     Gone,        never  >,
    ends<Gone>>;

static_assert(prove<door, Open, Gone>());
//! [table]

//! [class]
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
//! [class]

//! [operations]
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
struct estate::lifecycle::operation<house::remove, Self> : part<house::remove, Self> {
    [[nodiscard]] next_of<house::remove, Self> remove() && { return machine::advance<house::Gone>(this->whole()); }
};
//! [operations]

//! [use]
int main() {
    house::Door<house::Open> open{1234};
    auto locked = std::move(open).shut().lock();  // a locked door has no open() and no lock()

    auto wrong = std::move(locked).unlock(1111);
    if (!wrong) std::printf("1111: %s; the door is still locked\n", wrong.error().message());

    auto right = std::move(wrong.error().left).unlock(1234);
    std::printf("1234: %s\n", right ? "unlocked" : right.error().message());
    return right ? 0 : 1;
}
//! [use]
