// SPDX-License-Identifier: BSL-1.0
// Compiling is passing: what errors and results promise at compile time, each refusal beside its positive twin.
#include <estate/error/result.hpp>
#include <estate/error/transition_error.hpp>
#include <type_traits>

namespace {
using namespace estate;

static_assert(sizeof(Error) <= 8 && std::is_trivially_copyable_v<Error>);
static_assert(!std::is_default_constructible_v<Error>);  // there is no empty Error
static_assert(std::is_constructible_v<Error, errc> && std::is_convertible_v<errc, Error>);
static_assert(!std::is_constructible_v<Error, int>);  // a system number says so: Error::system()
static_assert(Error::system(5).is_system() && !Error(errc::stopped).is_system());
static_assert(Error(errc::deadline_exceeded).posix() == ETIMEDOUT);

static_assert(std::is_trivially_copyable_v<result<int>> && sizeof(result<int>) <= 16);
static_assert(std::is_trivially_copyable_v<result<void>>);
static_assert(std::is_convertible_v<errc, result<int>> && std::is_convertible_v<Error, result<void>>);
static_assert(std::is_convertible_v<int, result<int>> && !std::is_convertible_v<int, result<void>>);

struct Left {
    Left(Left&&) noexcept;
};
static_assert(std::is_convertible_v<TransitionError<Left>, Error>);
static_assert(!std::is_convertible_v<Error, TransitionError<Left>>);
static_assert(std::is_move_constructible_v<transition_result<int, TransitionError<Left>>> &&
              !std::is_copy_constructible_v<transition_result<int, TransitionError<Left>>>);

template <class E>
concept Compares = requires(Error error, E other) { error == other; };
enum class Posix { address_in_use = EADDRINUSE, connection_refused = ECONNREFUSED, no_such_process = ESRCH };
enum class Foreign { something };
static_assert(Compares<errc> && Compares<Posix> && !Compares<Foreign>);
static_assert(!Compares<int>);
static_assert(Error::system(ESRCH) == Posix::no_such_process);

}  // namespace
