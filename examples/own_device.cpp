// SPDX-License-Identifier: BSL-1.0
//
// A lifecycle that has nothing to do with sockets: a heated gas sensor on a bus, with a power-up, a fault and a
// recovery. Its states are types, a failure says what is left, and a sensor that somebody else switched on is found in
// the state that it is in. The bus is simulated, so that the program runs anywhere.
//
//     own_device                  exits 0 when the sensor went through its life as it should
//     own_device --mermaid        prints the lifecycle only, as code hosts draw it

#include <boost/outcome/try.hpp>
#include <cstdio>
#include <estate/error/result.hpp>
#include <estate/lifecycle/diagram.hpp>
#include <estate/lifecycle/found.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/lifecycle/proofs.hpp>
#include <estate/lifecycle/transition.hpp>
#include <iostream>
#include <string_view>

#include "terminal.hpp"

//! [table]
namespace gas {

struct Off { static constexpr const char* name = "Off"; };
struct Warming { static constexpr const char* name = "Warming"; };  // the heater is on; readings mean nothing yet
struct Ready { static constexpr const char* name = "Ready"; };
struct Faulted { static constexpr const char* name = "Faulted"; };  // the heater was switched off by the sensor itself
struct Retired { static constexpr const char* name = "Retired"; };  // never powered again

struct power_up { static constexpr const char* name = "power_up"; };
struct wait_ready { static constexpr const char* name = "wait_ready"; };
struct calibrate { static constexpr const char* name = "calibrate"; };
struct measure { static constexpr const char* name = "measure"; };
struct self_test { static constexpr const char* name = "self_test"; };
struct recover { static constexpr const char* name = "recover"; };
struct retire { static constexpr const char* name = "retire"; };
struct temperature { static constexpr const char* name = "temperature"; };

// Whether the zero point is known is no state of the sensor: it is a fact that a step changes.
struct raw { static constexpr const char* name = "raw"; };
struct calibrated { static constexpr const char* name = "calibrated"; };

struct cools_down { static constexpr const char* text = "switches the heater off"; };
struct forgets { static constexpr const char* text = "loses the calibration"; };

using namespace estate::lifecycle;
using sensor = table<
    //   state      operation     on success                on failure
    row< Off,       power_up,     Warming,                  Off                      >,
    row< Warming,   wait_ready,   Ready,                    either<Warming, Faulted> >,  // not yet; or it failed
    row< Ready,     self_test,    Ready,                    Faulted                  >,
    row< Faulted,   recover,      with<raw, Warming>,       Faulted                  >,
    when<raw,        row<  Ready, calibrate, with<calibrated, Ready>, Ready>>,
    when<calibrated, keeps<Ready, measure>>,
    everywhere<temperature>,
    every<retire,   Retired,      never>,
    ends<Retired>,
    finds<Ready, Warming, Faulted, Off>,
    drops<Warming,  cools_down>,
    drops<Ready,    cools_down>,
    drops<Off>,
    drops<Faulted>,
    when<calibrated, drops<Ready, forgets>>>;

static_assert(prove<sensor, Off, Retired>());
static_assert(!allows<given<sensor, raw>, Ready, measure>, "a reading without a zero point means nothing");

}  // namespace gas
//! [table]

namespace gas {

/// The registers of a sensor as a bus would reach them. It needs two looks to warm up, and fails when told to.
class Bus {
public:
    enum class Status { off, warming, ready, fault };

    [[nodiscard]] Status status() {
        if (status_ == Status::warming && ++looks_ >= 2) status_ = fails_ ? Status::fault : Status::ready;
        return status_;
    }
    void heat(bool on) {
        status_ = on ? Status::warming : Status::off;
        looks_ = 0;
    }
    [[nodiscard]] estate::result<int> read() const {
        if (status_ == Status::fault) return estate::errc::invalid_argument;
        return 417;
    }
    [[nodiscard]] int degrees() const { return status_ == Status::ready ? 300 : 21; }
    void fail_next(bool fails) { fails_ = fails; }
    void break_now() { status_ = Status::fault; }

private:
    Status status_ = Status::off;
    int looks_ = 0;
    bool fails_ = false;
};

//! [class]
/// What goes along from state to state. It switches the heater off when the last object that has it is gone.
struct Grip {
    explicit Grip(Bus& on) noexcept : bus{&on} {}
    Grip(Grip&& other) noexcept : bus{other.bus}, zero{other.zero} { other.bus = nullptr; }
    Grip& operator=(Grip&& other) noexcept {
        if (this != &other && bus != nullptr) bus->heat(false);
        bus = other.bus;
        zero = other.zero;
        if (this != &other) other.bus = nullptr;
        return *this;
    }
    ~Grip() {
        if (bus != nullptr) bus->heat(false);
    }

    Bus* bus;
    int zero = 0;
};

template <class State, class Fact>
class Sensor;

/// A place is a state, or a state and the fact that changes with it.
template <class Place, class Fact>
struct sensor_in {
    using type = Sensor<Place, Fact>;
};
template <class State, class NewFact, class Fact>
struct sensor_in<with<NewFact, State>, Fact> {
    using type = Sensor<State, NewFact>;
};

}  // namespace gas

template <class State, class Fact>
struct estate::lifecycle::object<gas::Sensor<State, Fact>>
    : object_in<gas::sensor, gas::Grip, gas::Sensor, State, Fact> {
    using table = given<gas::sensor, Fact>;
    template <class Place>
    using in = typename gas::sensor_in<Place, Fact>::type;
};

namespace gas {

template <class State, class Fact>
class Sensor : public members<Sensor<State, Fact>> {
public:
    explicit Sensor(Grip&& grip) noexcept : body_{std::move(grip)} {}

private:
    friend machine;
    template <class, class>
    friend struct estate::lifecycle::operation;

    Grip body_;
};

}  // namespace gas
//! [class]

//! [operations]
template <class Self>
struct estate::lifecycle::operation<gas::power_up, Self> : part<gas::power_up, Self> {
    [[nodiscard]] transition<gas::power_up, Self> power_up() && {
        this->whole().body_.bus->heat(true);
        return succeed<gas::power_up>(this->whole());
    }
};
template <class Self>
struct estate::lifecycle::operation<gas::wait_ready, Self> : part<gas::wait_ready, Self> {
    /// Looks once: a sensor that is still warming is left so, one that failed is left in Faulted.
    [[nodiscard]] transition<gas::wait_ready, Self> wait_ready() && {
        auto& self = this->whole();
        switch (self.body_.bus->status()) {
            case gas::Bus::Status::ready: return succeed<gas::wait_ready>(self);
            case gas::Bus::Status::warming:
                return fail_in<gas::wait_ready, gas::Warming>(self, errc::deadline_exceeded);
            default: return fail_in<gas::wait_ready, gas::Faulted>(self, errc::stopped);
        }
    }
};
template <class Self>
struct estate::lifecycle::operation<gas::calibrate, Self> : part<gas::calibrate, Self> {
    [[nodiscard]] transition<gas::calibrate, Self> calibrate() && {
        auto& self = this->whole();
        const auto zero = self.body_.bus->read();
        if (!zero) return fail<gas::calibrate>(self, zero.error());
        self.body_.zero = zero.value();
        return succeed<gas::calibrate>(self);
    }
};
template <class Self>
struct estate::lifecycle::operation<gas::measure, Self> : part<gas::measure, Self> {
    [[nodiscard]] result<int> measure() const {
        BOOST_OUTCOME_TRY(const int reading, this->whole().body_.bus->read());
        return reading - this->whole().body_.zero;
    }
};
template <class Self>
struct estate::lifecycle::operation<gas::self_test, Self> : part<gas::self_test, Self> {
    [[nodiscard]] transition<gas::self_test, Self> self_test() && {
        auto& self = this->whole();
        if (self.body_.bus->status() != gas::Bus::Status::ready) return fail<gas::self_test>(self, errc::stopped);
        return succeed<gas::self_test>(self);
    }
};
template <class Self>
struct estate::lifecycle::operation<gas::recover, Self> : part<gas::recover, Self> {
    /// Heats again; the calibration is gone.
    [[nodiscard]] transition<gas::recover, Self> recover() && {
        this->whole().body_.bus->heat(true);
        this->whole().body_.zero = 0;
        return succeed<gas::recover>(this->whole());
    }
};
template <class Self>
struct estate::lifecycle::operation<gas::temperature, Self> : part<gas::temperature, Self> {
    [[nodiscard]] int temperature() const { return this->whole().body_.bus->degrees(); }
};
template <class Self>
struct estate::lifecycle::operation<gas::retire, Self> : part<gas::retire, Self> {
    [[nodiscard]] next_of<gas::retire, Self> retire() && {
        return machine::advance<gas::Retired>(this->whole());
    }
};
//! [operations]

namespace {

using namespace estate;

//! [use]
using gas::Sensor, gas::raw, gas::calibrated;

template <class State, class Fact>
using Failed = lifecycle::Failure<Sensor<State, Fact>>;

/// Waits as long as the sensor warms up. A failure leaves it in Faulted.
transition_result<Sensor<gas::Ready, raw>, Failed<gas::Faulted, raw>> warm(Sensor<gas::Warming, raw> sensor) {
    for (;;) {
        auto ready = std::move(sensor).wait_ready();
        if (ready) return std::move(ready).value();
        auto left = std::move(ready.error().left);
        if (left.template is<gas::Faulted>()) {
            return Failed<gas::Faulted, raw>{ready.error().code, std::move(left).template take<gas::Faulted>()};
        }
        sensor = std::move(left).template take<gas::Warming>();  // not yet: look again
    }
}

/// A sensor that fails while it warms up, recovers, measures, and fails again.
result<int> live(gas::Bus& bus) {
    bus.fail_next(true);
    Sensor<gas::Off, raw> off{gas::Grip(bus)};
    BOOST_OUTCOME_TRY(auto warming, std::move(off).power_up());
    auto first = warm(std::move(warming));
    if (first) return errc::stopped;
    std::printf("the first power-up failed: %s\n", first.error().message());

    bus.fail_next(false);
    BOOST_OUTCOME_TRY(auto again, std::move(first.error().left).recover());
    BOOST_OUTCOME_TRY(auto ready, warm(std::move(again)));
    static_assert(!lifecycle::Allows<decltype(ready), gas::measure>, "a reading without a zero point means nothing");
    BOOST_OUTCOME_TRY(auto exact, std::move(ready).calibrate());
    BOOST_OUTCOME_TRY(const int above_zero, exact.measure());

    BOOST_OUTCOME_TRY(exact, std::move(exact).self_test());  // passes: the same sensor, still calibrated
    bus.break_now();
    auto failed = std::move(exact).self_test();
    if (failed) return errc::stopped;
    std::printf("the self test failed; the sensor shows %d degrees\n", failed.error().left.temperature());
    auto retired = std::move(failed.error().left).retire();
    static_assert(!lifecycle::Allows<decltype(retired), gas::temperature>, "a retired sensor says nothing");
    return above_zero;
}

/// A sensor that was switched on before this program began is found in the state that it is in.
const char* name_of_found(gas::Bus& bus) {
    using Status = gas::Bus::Status;
    const Status status = bus.status();
    const auto is_in = [status]<class State>(std::type_identity<State>) {
        if constexpr (std::is_same_v<State, gas::Ready>) return status == Status::ready;
        if constexpr (std::is_same_v<State, gas::Warming>) return status == Status::warming;
        if constexpr (std::is_same_v<State, gas::Faulted>) return status == Status::fault;
        return true;
    };
    return lifecycle::find<Sensor<gas::Off, raw>>(gas::Grip(bus), is_in).state_name();
}
//! [use]

}  // namespace

int main(int argc, char** argv) {
    const bool draws = argc == 2 && std::string_view(argv[1]) == "--mermaid";
    if (argc > 1 && !draws) return terminal::explain(argc, argv, "own_device [--mermaid]");
    if (draws) {
        lifecycle::write_mermaid<gas::sensor, gas::Off>([](std::string_view text) { std::cout << text; }, true);
        return 0;
    }
    gas::Bus bus;
    const auto above_zero = live(bus);
    if (!above_zero || above_zero.value() != 0) {
        std::fprintf(stderr, "own_device: %s\n", above_zero ? "the reading is wrong" : above_zero.error().message());
        return 1;
    }
    gas::Bus running;
    running.heat(true);
    std::printf("a running sensor is found %s\n", name_of_found(running));
    std::printf("dropping it switched the heater off: %s\n", running.status() == gas::Bus::Status::off ? "yes" : "no");
}
